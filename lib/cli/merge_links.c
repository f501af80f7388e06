/* What pointed to a loser points to the survivor, with all it says itself. */
#include "cli/merge.h"
#include "format/json.h"

/* A value with one id in place of another; a list names it once. */
static void
replace(struct crm_buf *out, struct crm_str raw, struct crm_str from,
    struct crm_str to)
{
	struct crm_json_iter it = crm_json_iter(raw);
	struct crm_str key, v;
	char kind = crm_json_kind(raw);
	bool have = false;
	if (kind == '"' && crm_json_eq(crm_json_inner(raw), from)) {
		crm_json_quote(out, to);
		return;
	}
	if (kind != '[' && kind != '{') {
		crm_buf_str(out, raw);
		return;
	}
	crm_buf_c(out, kind);
	while (crm_json_next(&it, &key, &v)) {
		bool hit = kind == '[' && crm_json_is_string(v) &&
		    (crm_json_eq(crm_json_inner(v), from) ||
		    crm_json_eq(crm_json_inner(v), to));
		if (hit && have)
			continue;
		have |= hit;
		if (kind == '{')
			crm_json_raw_key(out, key);
		else
			crm_json_comma(out);
		replace(out, v, from, to);
	}
	crm_buf_c(out, kind == '[' ? ']' : '}');
}

bool
crm_merge_refers(const struct crm_type *t, const struct crm_field *f)
{
	bool yes = f->kind == CRM_K_REF;
	for (size_t i = 0; i < t->nfields && !yes && f->parent < 0; i++)
		yes = t->fields[i].kind == CRM_K_REF &&
		    t->fields[i].parent == f - t->fields;
	return yes && f->parent < 0;
}

static enum crm_status
repoint(struct crm_sink *s, struct crm_item *item, const struct crm_rec *r,
    struct crm_str from, struct crm_str to, struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	struct crm_buf b = { 0 };
	for (uint32_t i = 0; i < r->shape->n; i++) {
		struct crm_str raw = crm_rec_val(r, i);
		const struct crm_field *f = crm_type_field(r->type,
		    r->shape->keys[i]);
		if (!f || !crm_merge_refers(r->type, f) ||
		    !memmem(raw.p, raw.n, from.p, from.n))
			continue;
		crm_buf_clear(&b);
		replace(&b, raw, from, to);
		crm_change_put(&c, r->shape->keys[i], crm_buf_view(&b));
	}
	crm_buf_release(&b);
	enum crm_status st = crm_sink_change(s, item, r, &c, 0, err);
	crm_change_release(&c);
	return st;
}

enum crm_status
crm_merge_links(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *loser, const struct crm_rec *keep,
    struct crm_err *err)
{
	struct crm_batch *links = crm_batch_new();
	enum crm_status st = crm_txn_links(s->t, loser->no, links, err);
	for (size_t i = 0; !st && i < crm_batch_len(links); i++) {
		const struct crm_rec *r = crm_batch_row(links, i);
		if (r->no != keep->no && r->no != loser->no)
			st = repoint(s, item, r, crm_rec_id(loser),
			    crm_rec_id(keep), err);
	}
	crm_batch_free(links);
	return st;
}
