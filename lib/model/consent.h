/* May this person be contacted: the ledger of consent records, addresses that
 * do not work, preferences and the hour where the person is. Pure over records
 * and a query environment. */
#ifndef CRM_CONSENT_H
#define CRM_CONSENT_H

#include "base/calendar.h"
#include "model/place.h"
#include "model/query.h"

enum crm_consent_reason {
	CRM_CONSENT_YES, CRM_CONSENT_NONE /* no record */, CRM_CONSENT_DENIED,
	CRM_CONSENT_WITHDRAWN, CRM_CONSENT_EXPIRED, CRM_CONSENT_QUIET,
	CRM_CONSENT_WEEKEND, CRM_CONSENT_HOLIDAY, CRM_CONSENT_SUPPRESSED,
	CRM_CONSENT_NO_ADDRESS
};
/* "none", "denied" ...; "" for yes. */
const char *crm_consent_name(enum crm_consent_reason r);

/* What is asked for, borrowed, filled by the caller. */
struct crm_consent {
	struct crm_str purpose, channel;	/* "": any */
	int64_t at;			/* the instant of contacting */
	const struct crm_schema *schema;
	const struct crm_query_env *env;	/* the ledger is read through it */
	const struct crm_zone *zone;	/* of people whose own is not known */
	struct crm_str country;		/* likewise */

	/* Its own, zeroed at first. */
	struct crm_calendar *calendar;
	struct crm_hours hours;		/* in which the channel may be used */
	bool weekend;			/* on days off, too */
	bool anyhow;			/* whatever the preferred channel is */
	struct crm_buf rules, line, offs, ids, tmp;
	char many[3];			/* a country, and its zones */
	const struct crm_zone *zones[64];
	size_t nzones;
};

/* Takes a rule file's text (canonical JSON, see crm-consent(1)); channel must
 * be set. INVALID ("consent.rules") for unknown members and wrong values. */
enum crm_status crm_consent_rules(struct crm_consent *c, struct crm_str text,
    struct crm_err *err) CRM_MUST;
/* Judges one person. What the record lacks is taken from the stored one with
 * its id. since: from when the refusal holds, INT64_MIN where that cannot be
 * told. */
enum crm_consent_reason crm_consent_ask(struct crm_consent *c,
    const struct crm_rec *rec, int64_t *since);
/* The ledger's answer alone; it needs no rules. since: when that was said, for
 * a yes, too. */
enum crm_consent_reason crm_consent_word(struct crm_consent *c,
    const struct crm_rec *rec, int64_t *since);
/* The field with the addresses of a channel ("emails"), NULL without. */
const char *crm_consent_list(struct crm_str channel);
/* A digest of the record's first address for the channel: what a pass is good
 * for. False where it has none. */
enum { CRM_CONSENT_TO = 16 };	/* digits */
bool crm_consent_to(const struct crm_rec *r, struct crm_str channel,
    char hex[CRM_CONSENT_TO + 1]);
void crm_consent_release(struct crm_consent *c);

#endif
