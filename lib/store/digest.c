/* The digest of a store's content, by the public interface alone. */
#include "base/hash.h"
#include "store/store.h"

enum crm_status
crm_store_digest(struct crm_store *s, uint64_t rev, char hex[65],
    struct crm_err *err)
{
	struct crm_select sel = { .scan = true };
	struct crm_cursor *c = NULL;
	struct crm_batch *b = crm_batch_new();
	struct crm_sha256 h;
	uint8_t out[32];
	crm_sha256_init(&h);
	enum crm_status st = crm_store_select(s, rev, &sel, &c, err);
	while (!st && (st = crm_cursor_next(c, b, err)) == CRM_OK)
		for (size_t i = 0; i < crm_batch_len(b); i++) {
			const struct crm_rec *r = crm_batch_row(b, i);
			crm_sha256_add(&h, r->line.p, r->line.n);
			crm_sha256_add(&h, "\n", 1);
		}
	crm_sha256_end(&h, out);
	crm_hex(out, 32, hex);
	crm_cursor_close(c);
	crm_batch_free(b);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}
