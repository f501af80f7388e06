/* References in words: an id, or a key of the record meant: "email:x",
 * "phone:x", "domain:x", "name:x", "ext.SYSTEM:x" (cli.md, "Query" and "Keys").
 * Used for operands and for reference fields on input. */
#ifndef CRM_REF_H
#define CRM_REF_H

#include "base/base.h"
#include "base/buf.h"
#include "model/record.h"

struct crm_ref {
	bool by_key;
	struct crm_str id;	/* !by_key */
	struct crm_str key;	/* field as written: "email", "ext" */
	struct crm_str system;	/* of ext */
	struct crm_str value;
};

/* Takes text apart; borrows from it. A key's name is one of those above, or
 * that of any key field of the schema (NULL: the shipped ones, "sku" and
 * "number" among them); anything else with a colon is an id. */
void crm_ref_parse(const struct crm_schema *schema, struct crm_str text,
    struct crm_ref *out);
/* "name?:Acme": a field that only knows its target's name. It becomes the id of
 * the one record of that name when it is stored, or is left out. */
bool crm_ref_is_name(struct crm_str text, struct crm_str *name);
/* Is this the name of a key: id, ext.SYSTEM, or a key field of the type (of
 * any type of the schema where it is NULL)? */
bool crm_ref_is_key(const struct crm_schema *schema, const struct crm_type *t,
    struct crm_str name);
/* The field of a type that the reference names and the key form of its value;
 * false where the type has no such key or the value no key form. */
bool crm_ref_key(const struct crm_ref *r, const struct crm_type *t,
    struct crm_str region, const struct crm_field **field,
    struct crm_buf *key);

#endif
