/* Pairs that a person ruled to be different: {"distinct":[ID,ID]}, remembered
 * in the store. They follow their records: when A was merged into C, what was
 * said of A and B holds for C and B. */
#ifndef CRM_REFUSALS_H
#define CRM_REFUSALS_H

#include "base/map.h"
#include "store/store.h"

struct crm_refusals {		/* zeroed is empty */
	struct crm_map names;	/* of pairs of ids as they lead now; 1: was
				 * taken back */
	struct crm_refusals_pair {
		struct crm_str a, b;
	} *pair;
	size_t n, cap;
	struct crm_arena mem;
};

/* The name of a pair in the store, the same for both orders. */
void crm_refusals_name(struct crm_str a, struct crm_str b,
    struct crm_buf *out);
/* Reads what is remembered. Not inside a transaction. */
enum crm_status crm_refusals_load(struct crm_refusals *r,
    struct crm_store *s, struct crm_err *err) CRM_MUST;
void crm_refusals_add(struct crm_refusals *r, struct crm_str a,
    struct crm_str b);
/* What was said is taken back. */
void crm_refusals_drop(struct crm_refusals *r, struct crm_str a,
    struct crm_str b);
bool crm_refusals_has(const struct crm_refusals *r, struct crm_str a,
    struct crm_str b);
/* Was any pair of these ids ruled to be different? */
bool crm_refusals_among(const struct crm_refusals *r,
    const struct crm_map *ids, struct crm_str *a, struct crm_str *b);
/* A record became part of another: what holds for it holds for that. */
void crm_refusals_follow(struct crm_refusals *r, struct crm_str loser,
    struct crm_str keep);
void crm_refusals_release(struct crm_refusals *r);

#endif
