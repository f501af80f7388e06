/* The store's own chances of winning from each stage: of the closed deals that
 * ever were in it, how many were won, with Wilson's 95 % interval. */
#ifndef CRM_ODDS_H
#define CRM_ODDS_H

#include "base/mem.h"
#include "base/stats.h"
#include "model/record.h"

struct crm_odds {
	const struct crm_schema *schema;
	struct crm_odds_tally {
		uint64_t closed, won, last;	/* last: the deal counted last */
	} *t;			/* by number of the stage in the schema */
	uint64_t deals;
};

/* The tallies live in the arena. */
void crm_odds_init(struct crm_odds *o, const struct crm_schema *schema,
    struct crm_arena *mem);
/* Counts a deal that stands in stage k, if it is closed and has a history;
 * a stage that it was in twice counts once. */
void crm_odds_add(struct crm_odds *o, const struct crm_rec *r,
    const struct crm_stage *k);
/* The chance from a stage in ten thousandths; false where no closed deal ever
 * was in it. */
bool crm_odds_of(const struct crm_odds *o, const struct crm_stage *k,
    int *value, int *lo, int *hi);

#endif
