/* Keys of the losers that the survivor has no room for (another domain, another
 * tax number): kept as raw.merged_FIELD, so that they can be found. */
#include "cli/merge.h"
#include "format/json.h"

static struct crm_str
member(const struct crm_rec *r, struct crm_str key)
{
	int slot = crm_shape_slot(r->shape, key);
	return slot >= 0 ? crm_rec_val(r, (size_t)slot) :
	    (struct crm_str){ 0 };
}

static struct crm_str
changed(const struct crm_change_set *c, const struct crm_rec *r,
    struct crm_str key)
{
	const struct crm_map_entry *e = crm_map_get(&c->set, key);
	return e ? c->val[e->v.u] : member(r, key);
}

static void
add(struct crm_buf *list, struct crm_map *seen, struct crm_str v)
{
	bool fresh;
	crm_map_put(seen, v, &fresh);
	if (!fresh)
		return;
	crm_json_comma(list);
	crm_buf_str(list, v);
}

static bool
same_key(const struct crm_field *f, struct crm_str a, struct crm_str b)
{
	struct crm_buf x = { 0 }, y = { 0 };
	struct crm_str none = { NULL, 0 };
	bool same = crm_str_eq(a, b) || (crm_json_is_string(a) &&
	    crm_json_is_string(b) &&
	    crm_field_key(f, crm_json_inner(a), none, &x) &&
	    crm_field_key(f, crm_json_inner(b), none, &y) &&
	    crm_str_eq(crm_buf_view(&x), crm_buf_view(&y)));
	crm_buf_release(&x);
	crm_buf_release(&y);
	return same;
}

/* What was kept so before, and the values that are not the survivor's. */
static void
gather(const struct crm_rec *const *rec, size_t n, const struct crm_field *f,
    struct crm_str name, struct crm_str final, struct crm_buf *list)
{
	struct crm_map seen = { 0 };
	crm_buf_c(list, '[');
	for (size_t i = 0; i < n; i++) {
		struct crm_str old, key, e, v = member(rec[i], f->name);
		struct crm_str raw = member(rec[i], CRM_STR("raw"));
		if (raw.n && crm_json_get(raw, name, &old)) {
			struct crm_json_iter it = crm_json_iter(old);
			while (crm_json_next(&it, &key, &e))
				add(list, &seen, e);
		}
		if (i && v.n && final.n && !same_key(f, v, final))
			add(list, &seen, v);
	}
	crm_buf_c(list, ']');
	if (seen.n == 0)
		crm_buf_clear(list);
	crm_map_release(&seen);
}

void
crm_merge_keys(const struct crm_rec *const *rec, size_t n,
    struct crm_change_set *c)
{
	const struct crm_type *t = rec[0]->type;
	struct crm_buf name = { 0 }, list = { 0 }, patch = { 0 }, out = { 0 };
	crm_buf_c(&patch, '{');
	for (size_t i = 0; t && i < t->nfields; i++) {
		const struct crm_field *f = &t->fields[i];
		struct crm_str final = changed(c, rec[0], f->name);
		if (!crm_field_merges(f) ||
		    (final.n && crm_json_kind(final) != '"'))
			continue;
		crm_buf_clear(&name);
		crm_buf_clear(&list);
		crm_buf_printf(&name, "merged_%.*s", CRM_FMT(f->name));
		gather(rec, n, f, crm_buf_view(&name), final, &list);
		if (list.n)
			crm_json_add_raw(&patch, crm_buf_cstr(&name),
			    crm_buf_view(&list));
	}
	crm_buf_c(&patch, '}');
	if (patch.n > 2) {
		crm_json_merge(&out, changed(c, rec[0], CRM_STR("raw")),
		    crm_buf_view(&patch));
		crm_change_put(c, CRM_STR("raw"), crm_buf_view(&out));
	}
	crm_buf_release(&name);
	crm_buf_release(&list);
	crm_buf_release(&patch);
	crm_buf_release(&out);
}
