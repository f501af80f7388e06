#include "cli/backup.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "format/json.h"

void
crm_backup_named(struct crm_buf *line, struct crm_str name,
    struct crm_str value)
{
	crm_buf_z(line, "{");
	crm_json_add_str(line, "_named", name);
	if (crm_utf8_valid(value, NULL) && !memchr(value.p, 0, value.n)) {
		crm_json_add_str(line, "text", value);
	} else {
		char *hex = crm_alloc(value.n * 2 + 1);
		crm_hex((const uint8_t *)value.p, value.n, hex);
		crm_json_add_str(line, "hex", crm_str_z(hex));
		free(hex);
	}
	crm_buf_c(line, '}');
}

enum crm_status
crm_backup_record(struct crm_store *s, uint64_t rev, const struct crm_rec *r,
    struct crm_batch *tmp, struct crm_buf *line, struct crm_err *err)
{
	crm_rec_print(r, line);
	if (r->state != CRM_MERGED)
		return CRM_OK;
	struct crm_key k = { .by = CRM_BY_NO, .no = r->into };
	enum crm_status st = crm_store_get(s, rev, &k, 1, tmp, NULL, err);
	if (st)
		return st;
	line->n--;	/* the brace */
	crm_json_add_str(line, "_into", crm_rec_id(crm_batch_row(tmp, 0)));
	crm_buf_c(line, '}');
	return CRM_OK;
}
