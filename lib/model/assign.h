/* Assignments of crm-add, crm-edit and crm-convert: FIELD=VALUE, FIELD:='JSON',
 * FIELD+=V, FIELD-=V, FIELD= and FIELD@=FILE (cli.md, "Assignments"). */
#ifndef CRM_ASSIGN_H
#define CRM_ASSIGN_H

#include "base/base.h"
#include "base/err.h"
#include "base/time.h"
#include "model/record.h"

enum crm_assign_op {
	CRM_ASSIGN_SET, CRM_ASSIGN_JSON, CRM_ASSIGN_ADD, CRM_ASSIGN_SUB,
	CRM_ASSIGN_CLEAR,
	CRM_ASSIGN_FILE		/* the caller reads the file and makes it SET */
};

struct crm_assign {
	enum crm_assign_op op;
	struct crm_str path, value;
};

/* Is the word an assignment: does a field path stand before its first operator?
 * Borrows from word. */
bool crm_assign_parse(struct crm_str word, struct crm_assign *out);

/* Works assignments out against a record (NULL: a new one) of a type and adds
 * what is to be changed to c; earlier changes in c count as done. Values are
 * converted by the schema; dates and times take the words of the query in the
 * clock's zone. INVALID names the field: assign.value, assign.json,
 * assign.several (a list with several values assigned by its singular name),
 * assign.kind (nothing to add to). */
enum crm_status crm_assign_apply(const struct crm_assign *a, size_t n,
    const struct crm_type *t, const struct crm_rec *old,
    const struct crm_clock *clock, struct crm_change_set *c,
    struct crm_err *err) CRM_MUST;

/* One plain value as raw JSON for a field (f NULL: a string). */
enum crm_status crm_assign_value(const struct crm_field *f,
    struct crm_str text, const struct crm_clock *clock, struct crm_buf *out,
    struct crm_err *err) CRM_MUST;

#endif
