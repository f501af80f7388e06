/* Attachments without their content. */
#include <sys/stat.h>

#include "cli/attach.h"
#include "model/attachment.h"

void
crm_attach_absent(const struct crm_rec *r, struct crm_str dir,
    void (*fn)(void *ctx, struct crm_str id, struct crm_str hex), void *ctx)
{
	struct crm_str all, hex;
	struct crm_buf path = { 0 };
	struct stat sb;
	if (!crm_rec_get(r, CRM_STR("attachments"), &all) ||
	    crm_json_kind(all) != '[')
		return;
	struct crm_json_iter it = crm_json_iter(all);
	while (crm_attachment_next(&it, &hex)) {
		crm_buf_clear(&path);
		crm_buf_str(&path, dir);
		crm_buf_printf(&path, "/%.2s/%.62s", hex.p, hex.p + 2);
		if (stat(crm_buf_cstr(&path), &sb) < 0)
			fn(ctx, crm_rec_id(r), hex);
	}
	crm_buf_release(&path);
}

enum crm_status
crm_attach_missing(struct crm_store *s, struct crm_str dir,
    void (*fn)(void *ctx, struct crm_str id, struct crm_str hex), void *ctx,
    struct crm_err *err)
{
	struct crm_select sel = { .scan = true };
	struct crm_batch *rows = crm_batch_new();
	struct crm_cursor *c = NULL;
	struct crm_at now = { CRM_AT_NOW, 0 };
	uint64_t rev = 0;
	enum crm_status st = crm_store_at(s, now, &rev, err);
	if (!st)
		st = crm_store_select(s, rev, &sel, &c, err);
	while (!st && (st = crm_cursor_next(c, rows, err)) == CRM_OK)
		for (size_t i = 0; i < crm_batch_len(rows); i++)
			crm_attach_absent(crm_batch_row(rows, i), dir, fn,
			    ctx);
	crm_cursor_close(c);
	crm_batch_free(rows);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}
