/* The inside of a batch: rows and an arena that holds their bytes. */
#ifndef CRM_BATCH_H
#define CRM_BATCH_H

#include "base/mem.h"
#include "store/store.h"

struct crm_batch {
	struct crm_rec *rows;
	size_t n, cap;
	struct crm_arena mem;
};

void crm_batch_clear(struct crm_batch *b);
/* Adds a copy of the record. */
void crm_batch_add(struct crm_batch *b, const struct crm_rec *r);
/* Adds the row of a key that found nothing. */
void crm_batch_add_none(struct crm_batch *b);

#endif
