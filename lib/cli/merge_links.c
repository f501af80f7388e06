/* What pointed to a loser points to the survivor, with all it says itself. */
#include "cli/merge.h"
#include "format/json.h"

/* An id of a loser becomes that of the survivor. */
static enum crm_status
lead(void *ctx, const struct crm_field *f, struct crm_str id,
    struct crm_buf *out, struct crm_err *err)
{
	const struct crm_merge_set *m = ctx;
	(void)f;
	(void)err;
	crm_json_quote(out, crm_merge_has(m, id) ? crm_rec_id(m->rec[0]) : id);
	return CRM_OK;
}

/* The same, but nothing for what would point to itself. */
static enum crm_status
lead_own(void *ctx, const struct crm_field *f, struct crm_str id,
    struct crm_buf *out, struct crm_err *err)
{
	(void)f;
	(void)err;
	if (!crm_merge_has(ctx, id))
		crm_json_quote(out, id);
	return CRM_OK;
}

static const struct crm_field *
ref_field(const struct crm_type *t, struct crm_str key)
{
	const struct crm_field *f = t ? crm_type_field(t, key) : NULL;
	return f && crm_str_eq(f->name, key) && crm_field_refers(t, f) ? f :
	    NULL;
}

enum crm_status
crm_merge_own_refs(const struct crm_merge_set *m, struct crm_str key,
    struct crm_str raw, struct crm_buf *out, struct crm_err *err)
{
	const struct crm_type *t = m->rec[0]->type;
	const struct crm_field *f = ref_field(t, key);
	const struct crm_refs map = { .fn = f && f->kind == CRM_K_OBJECT ?
		lead : lead_own, .ctx = (void *)(uintptr_t)m };
	if (f)
		return crm_refs_map(&map, t, f, raw, out, err);
	crm_buf_str(out, raw);
	return CRM_OK;
}

static enum crm_status
repoint(struct crm_sink *s, struct crm_item *item, const struct crm_rec *r,
    struct crm_merge_set *m, struct crm_err *err)
{
	const struct crm_refs map = { .fn = lead, .ctx = m, .once = true };
	struct crm_change_set c = { 0 };
	struct crm_buf b = { 0 };
	enum crm_status st = CRM_OK;
	for (uint32_t i = 0; i < r->shape->n && !st; i++) {
		struct crm_str raw = crm_rec_val(r, i);
		const struct crm_field *f = ref_field(r->type,
		    r->shape->keys[i]);
		if (!f)
			continue;
		crm_buf_clear(&b);
		st = crm_refs_map(&map, r->type, f, raw, &b, err);
		if (!st && !crm_str_eq(raw, crm_buf_view(&b)))
			crm_change_put(&c, r->shape->keys[i],
			    crm_buf_view(&b));
	}
	crm_buf_release(&b);
	if (!st)
		st = crm_sink_change(s, item, r, &c, 0, err);
	crm_change_release(&c);
	return st;
}

/* A record that points to several losers is changed once, with the first: then
 * it is no link of the others any more. */
enum crm_status
crm_merge_links(struct crm_sink *s, struct crm_item *item,
    struct crm_merge_set *m, struct crm_err *err)
{
	struct crm_batch *links = crm_batch_new();
	enum crm_status st = CRM_OK;
	for (size_t k = 1; k < m->n && !st; k++) {
		st = crm_txn_links(s->t, m->rec[k]->no, links, err);
		for (size_t i = 0; !st && i < crm_batch_len(links); i++) {
			const struct crm_rec *r = crm_batch_row(links, i);
			if (!crm_merge_has(m, crm_rec_id(r)))
				st = repoint(s, item, r, m, err);
		}
	}
	crm_batch_free(links);
	return st;
}
