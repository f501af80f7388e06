/* What the two halves of the schema compiler share: files -> mutable types
 * (schema_compile.c) -> blob (schema_put.c). */
#ifndef CRM_SCHEMA_COMPILE_H
#define CRM_SCHEMA_COMPILE_H

#include <jansson.h>

#include "model/schema.h"
#include "model/schema_blob.h"

/* Where a field stands in the key order: id, type, rev; the type's own; those
 * all types share; created and updated. */
enum crm_group { G_HEAD, G_OWN, G_COMMON, G_TAIL };

struct crm_mfield {
	struct crm_field f;
	enum crm_group group;
};

struct crm_mtype {
	struct crm_str name, plural;
	unsigned no;
	struct crm_mfield *f;
	size_t n, cap;
};

struct crm_compiler {
	struct crm_arena mem;
	struct crm_mtype *t;
	size_t n, cap;
	struct crm_mtype common;
	json_t *stages;
	const struct crm_schema *base;
	const char *file;
	struct crm_err *err;
};

/* INVALID "schema.file" with the file being read as source. */
enum crm_status crm_schema_wrong(struct crm_compiler *c, struct crm_str field,
    const char *fmt, ...) CRM_PRINTF(3, 4);
struct crm_mtype *crm_schema_find(struct crm_compiler *c, struct crm_str name);
/* The strings of a JSON array (the first 65,535), in the compiler's memory. */
const struct crm_str *crm_schema_values(struct crm_compiler *c, json_t *list,
    uint16_t *n);
/* Writes the blob; sorts the types by number. */
enum crm_status crm_schema_put(struct crm_compiler *c, struct crm_buf *b) CRM_MUST;

#endif
