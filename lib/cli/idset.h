/* A set of record ids, and whether a text names one of them. */
#ifndef CRM_IDSET_H
#define CRM_IDSET_H

#include "base/base.h"
#include "base/map.h"

struct crm_idset {	/* zeroed is empty */
	struct crm_map map;	/* values are the user's, 0 at first */
	size_t shortest, longest;
};

/* False where it was there. */
bool crm_idset_add(struct crm_idset *s, struct crm_str id);
bool crm_idset_has(const struct crm_idset *s, struct crm_str id);
/* The next of them that is a string of the JSON text (not a key), and the text
 * behind it; NULL: no more. */
const struct crm_map_entry *crm_idset_next(const struct crm_idset *s,
    struct crm_str *json);
/* Is one of them a string of this JSON text (not a key)? */
bool crm_idset_in(const struct crm_idset *s, struct crm_str json);
void crm_idset_release(struct crm_idset *s);

#endif
