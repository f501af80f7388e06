/* A match index in memory: where the store keeps none, and for the lines of a
 * batch among themselves. */
#ifndef CRM_RECALL_H
#define CRM_RECALL_H

#include "base/base.h"

struct crm_recall {		/* zeroed is empty */
	struct crm_recall_part {
		uint64_t *key, *item;	/* sorted by key */
		size_t n;
	} *part;
	size_t nparts, capparts;
	uint64_t *key, *item;	/* not sorted yet */
	size_t n, capkey, capitem;
	uint64_t records;
};

void crm_recall_add(struct crm_recall *r, const uint64_t *key, size_t n,
    uint64_t item);
/* After the last crm_recall_add, before crm_recall_find. */
void crm_recall_seal(struct crm_recall *r);
struct crm_recall_ask {
	const uint64_t *key;
	size_t n;
	uint64_t below;		/* only items below this number */
	size_t list;		/* longer lists say too little */
	size_t most;
};
/* Items that share most with the keys, by rarity; returns how many. */
size_t crm_recall_find(const struct crm_recall *r,
    const struct crm_recall_ask *a, uint64_t *out);
void crm_recall_clear(struct crm_recall *r);

#endif
