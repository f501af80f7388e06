/* Keys while their object is read, for finding one that stands twice: the JSON
 * scanner's own. */
#ifndef CRM_JSON_TAG_H
#define CRM_JSON_TAG_H

#include "base/base.h"

/* A key of an object that is still open, for finding duplicates. `tag` is
 * equal for equal keys. */
struct crm_json_tag {
	uint64_t tag;
	struct crm_str key;
	bool esc;
};

/* The tag of a key, of its resolved text where it has escapes. */
uint64_t crm_json_tag_of(struct crm_str key, bool esc);
bool crm_json_tag_same(const struct crm_json_tag *a,
    const struct crm_json_tag *b);
/* For qsort: by tag. */
int crm_json_tag_order(const void *a, const void *b);

#endif
