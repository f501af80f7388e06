/* The profiles of a data directory, and which of them a header belongs to. */
#ifndef CRM_PROFILES_H
#define CRM_PROFILES_H

#include "model/profile.h"

struct crm_profiles {	/* zeroed is valid and empty; in order of their names */
	struct crm_profile **p;
	size_t n, cap;
};

/* Loads DIR/profiles/NAME.json (name NULL: all). NOTFOUND for a name there is
 * no file of, with the nearest one. INVALID names the file. */
enum crm_status crm_profiles_load(struct crm_profiles *set, const char *dir,
    const char *name, struct crm_err *err) CRM_MUST;
void crm_profiles_release(struct crm_profiles *set);
/* A profile, or one of its objects as "hubspot-contacts". */
const struct crm_profile *crm_profiles_get(const struct crm_profiles *set,
    struct crm_str name, const struct crm_object **object);
/* The object whose files have this header (as read, not folded). only: look in
 * this profile alone; type: objects of this type of ours alone; both may be
 * empty; of several, and in `only` where none fits whole, the one that knows most of the columns. NOTFOUND: none.
 * CONFLICT: several know as many, named in the message. */
enum crm_status crm_profiles_sniff(const struct crm_profiles *set,
    const struct crm_profile *only, const struct crm_str *headers, size_t n,
    struct crm_str type, const char *format, const struct crm_object **out,
    struct crm_err *err) CRM_MUST;

#endif
