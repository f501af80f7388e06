/* Which of many items were met most, each meeting weighed by its rarity. */
#ifndef CRM_RANK_H
#define CRM_RANK_H

#include "base/base.h"

enum {
	CRM_RANK_LIST = 50000,	/* longer lists say too little */
	CRM_RANK_SUM = 80000,	/* items looked at in all */
	CRM_RANK_NEW = 4000,	/* different ones that are weighed */
	CRM_RANK_SEEN = 1 << 18	/* bits */
};

struct crm_rank {
	struct crm_rank_slot {
		uint64_t item;
		uint32_t weight;
	} *slot;
	size_t nslots, n;
	uint32_t most;
	bool closed;		/* to items not met before */
	uint64_t *seen;		/* bits that those met have set */
};

/* A key and how many have it. */
struct crm_rank_list {
	uint64_t key;
	size_t n;
};
/* Orders lists, the shortest first; returns how many to look at: as many of
 * the longest as are too much in all are not. *sum: their items. */
size_t crm_rank_lists(struct crm_rank_list *l, size_t n, size_t *sum);
/* Room for what lists of `first` items (the shortest) and of `sum` in all may
 * bring. */
void crm_rank_init(struct crm_rank *r, size_t first, size_t sum);
void crm_rank_release(struct crm_rank *r);
/* What meeting in a list of n of all is worth: log2(all / n) in sixteenths of
 * a bit, and one. */
uint32_t crm_rank_worth(uint64_t all, size_t n);
/* Before the items of a list of n: once CRM_RANK_NEW different ones were met,
 * longer lists only add to the weight of those. What is in none of the shorter
 * ones is unlikely to be among the best. */
void crm_rank_begin(struct crm_rank *r, size_t n);
void crm_rank_add(struct crm_rank *r, uint64_t item, uint32_t worth);
/* The items of the greatest sums, the greatest first, equal ones by number, at
 * most `most` into out; returns how many. */
size_t crm_rank_best(const struct crm_rank *r, size_t most, uint64_t *out);

#endif
