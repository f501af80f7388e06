/* How a selection is answered: for each type a list of candidates or a
 * scan. */
#ifndef CRM_LMDB_PLAN_H
#define CRM_LMDB_PLAN_H

#include "store/lmdb_int.h"

struct crm_step {
	unsigned from, to;	/* type numbers, inclusive */
	bool scan;
	bool counted;		/* only the number is wanted and known: count */
	uint64_t count;
	struct crm_u64s nos;	/* unless scan */
	char how[160];		/* for --explain */
};
struct crm_plan {
	struct crm_step *step;
	size_t n, cap;
};

/* Inside a section. */
enum crm_status crm_db_plan(struct crm_store *s, uint64_t rev,
    const struct crm_select *q, struct crm_plan *out, struct crm_err *err)
    CRM_MUST;
void crm_db_plan_release(struct crm_plan *p);

/* Candidates for one of these words among records of a type at `rev`; EXISTS
 * (err untouched) where the index is off or a scan is better. */
enum crm_status crm_db_text_find(struct crm_store *s, uint64_t rev,
    unsigned type, const struct crm_str *words, size_t n, size_t limit,
    struct crm_u64s *out, struct crm_err *err) CRM_MUST;

#endif
