/* What several persons said of being contacted, when they turn out to be one:
 * the most restrictive of their last words holds. Nobody who said no once has
 * said yes by being merged, and what was given for a time is not given for
 * longer. */
#ifndef CRM_CONSENT_LEDGER_H
#define CRM_CONSENT_LEDGER_H

#include "base/map.h"
#include "model/record.h"

struct crm_said {		/* one entry */
	struct crm_str purpose, channel;	/* as written; "": any */
	struct crm_str status, basis, until;	/* until: as written, "" never */
	int64_t at, created, expires;	/* INT64_MAX: never */
	uint64_t no;
	size_t who;
	bool yes;
};

struct crm_ledger {		/* zeroed is empty */
	struct crm_said *v;
	size_t n, cap, nwho;
	struct crm_map last;	/* "who purpose channel" -> the newest, + 1 */
	struct crm_map insist;	/* "purpose channel" -> what is said again, + 1 */
	struct crm_arena mem;
};

/* Takes in a consent record of person `who` (counted from 0). What is not in
 * force yet at `now` is left out. */
void crm_ledger_hear(struct crm_ledger *l, const struct crm_rec *r, size_t who,
    int64_t now);
/* Calls fn for each word that has to be said again, as the newest, so that the
 * persons' common ledger answers no more freely than any of them; the general
 * before the particular. purpose and channel are what it is said of. */
typedef enum crm_status crm_ledger_fn(void *ctx, struct crm_str purpose,
    struct crm_str channel, const struct crm_said *word, struct crm_err *err);
enum crm_status crm_ledger_settle(struct crm_ledger *l, int64_t now,
    crm_ledger_fn *fn, void *ctx, struct crm_err *err) CRM_MUST;
void crm_ledger_release(struct crm_ledger *l);

#endif
