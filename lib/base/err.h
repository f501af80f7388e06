/* Errors are values on the caller's stack, filled by the callee. Two
 * severities decide everything: a data error (INVALID, EXISTS, NOTFOUND,
 * CONFLICT) belongs to a record, which is rejected while the run goes on; a
 * system error (BUSY, FULL, CORRUPT, VERSION, SYSTEM) belongs to the run,
 * which stops. USAGE is the caller's own fault. */
#ifndef CRM_ERR_H
#define CRM_ERR_H

#include "base/base.h"

enum crm_status {
	CRM_OK = 0,
	CRM_NOTFOUND,	/* no such record, field, end of a list */
	CRM_EXISTS,	/* a unique key is taken */
	CRM_INVALID,	/* the data is wrong */
	CRM_CONFLICT,	/* the record has changed meanwhile */
	CRM_USAGE,	/* the call's words are off: exit 2 */
	CRM_BUSY,	/* somebody holds the lock: exit 75 */
	CRM_FULL,	/* disk or map full: exit 75 */
	CRM_CORRUPT,	/* the store is damaged: exit 4 */
	CRM_VERSION,	/* another format, or behind the journal's horizon */
	CRM_SYSTEM	/* an operating system call failed: exit 4 */
};

struct crm_err {
	enum crm_status code;
	const char *id;		/* stable name, "json.syntax": see errors.def */
	uint64_t line;		/* of the source, from 1; 0: none */
	char source[256];	/* file name as the user gave it, "-" for stdin */
	char field[128];
	char msg[512];		/* lower case, no full stop, no newline */
};

/* Fills err (which may be NULL) with the code, the stable name and the message
 * and returns the code: `return crm_err_set(err, CRM_INVALID, "json.syntax",
 * _("..."))`. Keeps source and line, clears the field. */
enum crm_status crm_err_set(struct crm_err *err, enum crm_status code,
    const char *id, const char *fmt, ...) CRM_PRINTF(4, 5);
/* The same for an error of one field. */
enum crm_status crm_err_field(struct crm_err *err, enum crm_status code,
    const char *id, struct crm_str field, const char *fmt, ...)
    CRM_PRINTF(5, 6);
/* CRM_SYSTEM (CRM_FULL for ENOSPC and EDQUOT) with ": strerror(errno)" behind
 * the message; keeps errno. */
enum crm_status crm_err_sys(struct crm_err *err, const char *id,
    const char *fmt, ...) CRM_PRINTF(3, 4);
/* True for errors that belong to a record and not to the run. */
static inline bool
crm_status_is_data(enum crm_status s)
{
	return s == CRM_NOTFOUND || s == CRM_EXISTS || s == CRM_INVALID ||
	    s == CRM_CONFLICT;
}

/* The candidate nearest to word by edit distance (Damerau-Levenshtein on
 * bytes, case ignored), or the empty string where none is near enough (a
 * third of the length, at most 3) : for "did you mean". */
struct crm_near {
	struct crm_str word, best;
	size_t dist;
};
void crm_near_init(struct crm_near *n, struct crm_str word);
void crm_near_try(struct crm_near *n, struct crm_str candidate);
struct crm_str crm_near_best(const struct crm_near *n);

#endif
