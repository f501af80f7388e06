/* Record lines to a foreign file. Pure: bytes go into the caller's buffer. */
#ifndef CRM_EXPORT_H
#define CRM_EXPORT_H

#include "model/mapper.h"
#include "model/profiles.h"

struct crm_export_opts {
	const struct crm_schema *schema;
	const struct crm_profile *profile;	/* NULL: a plain table */
	const struct crm_object *object;	/* NULL: by the records' type */
	const struct crm_object *usual;
	const struct crm_type *type;
	bool spreadsheet;
	/* Text of a path in the record that a plain id names; may be NULL. */
	bool (*resolve)(void *ctx, struct crm_str id, struct crm_str path,
	    struct crm_buf *text);
	void *ctx;
};

struct crm_export;
struct crm_encoder;
/* For tables: CSV in the layout that the records carry (raw.SYSTEM), else in
 * the profile's own. */
struct crm_export *crm_export_table(const struct crm_export_opts *o) CRM_MUST;
/* One record; nothing may come out yet while the layout is looked for.
 * INVALID: this record does not fit and is left out. USAGE: no layout, and
 * none to be had. */
enum crm_status crm_export_record(struct crm_export *e, struct crm_str line,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;
enum crm_status crm_export_end(struct crm_export *e, struct crm_buf *out,
    struct crm_err *err) CRM_MUST;
/* Fields that no column could hold, "notes (12), tags (3)"; empty: none. */
void crm_export_lost(const struct crm_export *e, struct crm_buf *out);
void crm_export_free(struct crm_export *e);

#endif
