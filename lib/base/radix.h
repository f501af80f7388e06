/* Sorting by 64-bit keys: least significant digit first, stable, linear. */
#ifndef CRM_RADIX_H
#define CRM_RADIX_H

#include "base/base.h"

struct crm_radix {
	uint64_t key;
	uint32_t i;	/* what it stands for */
};
/* Ascending by key; equal keys keep their order. Digits that all keys share
 * cost nothing. */
void crm_radix_sort(struct crm_radix *v, size_t n);

#endif
