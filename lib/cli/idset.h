/* A set of record ids, and whether a text names one of them. */
#ifndef CRM_IDSET_H
#define CRM_IDSET_H

#include "base/base.h"
#include "base/map.h"

struct crm_idset {	/* zeroed is empty */
	struct crm_map map;
	size_t shortest, longest;
};

/* False where it was there. */
bool crm_idset_add(struct crm_idset *s, struct crm_str id);
bool crm_idset_has(const struct crm_idset *s, struct crm_str id);
/* Is one of them a string of this JSON text (not a key)? */
bool crm_idset_in(const struct crm_idset *s, struct crm_str json);
void crm_idset_release(struct crm_idset *s);

#endif
