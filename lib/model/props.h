/* The fields of a record as content lines of cards and calendar entries. */
#ifndef CRM_PROPS_H
#define CRM_PROPS_H

#include "base/base.h"
#include "base/buf.h"

struct crm_props {
	struct crm_str rec;	/* the record line */
	struct crm_buf *out;
	struct crm_buf tmp;
};

/* A field's text by path, in p->tmp until the next call; empty where absent. */
struct crm_str crm_props_field(struct crm_props *p, const char *path);
/* "PROPERTY:text", folded; nothing where the field is absent. */
void crm_props_text(struct crm_props *p, const char *property,
    const char *path);
/* "PROPERTY:a,b" of a list of texts. */
void crm_props_list(struct crm_props *p, const char *property,
    const char *path);
void crm_props_release(struct crm_props *p);

#endif
