/* The references in a field's value: the value itself, the elements of a list,
 * the leaves of objects, by the schema. Text that merely looks like an id is no
 * reference. */
#ifndef CRM_REFS_H
#define CRM_REFS_H

#include "model/schema.h"

/* The field named `key` of the object field f (in lists of objects, too), or
 * NULL. */
const struct crm_field *crm_field_leaf(const struct crm_type *t,
    const struct crm_field *f, struct crm_str key);
/* Does the top-level field hold references, itself or somewhere below? */
bool crm_field_refers(const struct crm_type *t, const struct crm_field *f);

struct crm_refs {
	/* Appends what stands in the place of a reference (JSON text); an element
	 * or member for which nothing is appended is left out. id is plain. */
	enum crm_status (*fn)(void *ctx, const struct crm_field *f,
	    struct crm_str id, struct crm_buf *out, struct crm_err *err);
	void *ctx;
	bool once;	/* a list names once what others have become */
};
/* Appends the canonical value `raw` of field f with all its references
 * replaced. */
enum crm_status crm_refs_map(const struct crm_refs *r,
    const struct crm_type *t, const struct crm_field *f, struct crm_str raw,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;

#endif
