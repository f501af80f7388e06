/* The verbs of crm-history, one function each. */
#ifndef CRM_HISTORY_H
#define CRM_HISTORY_H

#include "base/base.h"
#include "cli/cli.h"
#include "cli/session.h"
#include "format/json.h"

struct crm_history {
	struct crm_cli *cli;
	const char *at;		/* --at */
	const char *since;	/* --since; NULL: from the beginning */
	bool follow;
	const char *const *args;	/* operands behind the verb */
	size_t nargs;
	char **argv;		/* all of the command line */
};

/* -- reading: history_read.c, history_feed.c -------------------------------- */

void crm_history_log(struct crm_history *h);
void crm_history_show(struct crm_history *h);
void crm_history_diff(struct crm_history *h);
void crm_history_blame(struct crm_history *h);
void crm_history_feed(struct crm_history *h);
/* Is all of it sound, the mirror, too? history_verify.c. */
void crm_history_verify(struct crm_history *h);

/* -- writing: history_write.c, history_apply.c ------------------------------ */

void crm_history_undo(struct crm_history *h);
void crm_history_restore(struct crm_history *h);
void crm_history_apply(struct crm_history *h);

/* -- the git mirror: done by the helper, see cli/mirror.h --------------------- */

void crm_history_git(struct crm_history *h);

/* -- changes of other stores: history_origin.c ------------------------------- */

/* The number a commit goes by in other stores: a hash of its revision, time,
 * actor and program, with the bit CRM_ORIGIN. */
uint64_t crm_origin_of(const struct crm_commit *c);
/* A feed line's "origin", where the change came from another store. */
void crm_origin_add(struct crm_buf *line, uint64_t origin);
/* What a line of a feed is known by: its "origin", else that of its commit; 0
 * where it tells neither. */
uint64_t crm_origin_read(const struct crm_rec *line);
/* Was the record `no` changed by this very change already, here or by apply?
 * Looks at its newest `most` versions. A record that was inserted keeps no
 * origin: `first` is the text it came with ("": do not look for it). */
enum crm_status crm_origin_known(struct crm_store *s, uint64_t no,
    uint64_t origin, struct crm_str first, size_t most, bool *known,
    struct crm_err *err) CRM_MUST;

/* -- common ------------------------------------------------------------------ */

/* A revision in words: a number, or a time (a date is the end of that day).
 * NULL: the session's. USAGE for what is neither. */
enum crm_status crm_history_rev(struct crm_session *s, const char *text,
    uint64_t *rev, struct crm_err *err) CRM_MUST;
/* The record that ref names at a revision, the session's type narrowing; dead
 * ones by their id alone. *out is borrowed from rows. */
enum crm_status crm_history_lookup(struct crm_session *s, struct crm_str ref,
    const struct crm_type *type, uint64_t rev, struct crm_batch *rows,
    const struct crm_rec **out, struct crm_err *err) CRM_MUST;
/* Reports: a data error is a reject, a system error ends the run (false). */
bool crm_history_wrong(struct crm_cli *cli, const struct crm_err *err);

/* A member, where there is something to say. */
static inline void
crm_history_add(struct crm_buf *b, const char *key, struct crm_str s)
{
	if (s.n)
		crm_json_add_str(b, key, s);
}

#endif
