#include "cli/upsert_keys.h"

#include "base/map.h"
#include "format/json.h"

/* Is v one of the list's, by the field's key? */
static bool
is_in(const struct crm_field *f, struct crm_str list, struct crm_str v)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str none = { NULL, 0 }, k, e;
	struct crm_buf a = { 0 }, b = { 0 }, tmp = { 0 };
	bool yes = crm_json_kind(list) != '[' && crm_str_eq(list, v);
	if (!f || !crm_field_key(f, crm_json_text_view(v, &tmp), none, &a))
		crm_buf_str(&a, v);
	while (!yes && crm_json_kind(list) == '[' &&
	    crm_json_next(&it, &k, &e)) {
		crm_buf_clear(&b);
		if (!f || !crm_field_key(f, crm_json_text_view(e, &tmp), none,
		    &b))
			crm_buf_str(&b, e);
		yes = crm_str_eq(crm_buf_view(&a), crm_buf_view(&b));
	}
	crm_buf_release(&a);
	crm_buf_release(&b);
	crm_buf_release(&tmp);
	return yes;
}

/* The new ones first, then what is there; that alone where nothing is new. */
static void
add_to(const struct crm_field *f, struct crm_str had, struct crm_str val,
    struct crm_buf *out)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str k, e = val;
	bool list = crm_json_kind(val) == '[';
	size_t n = 0;
	crm_buf_c(out, '[');
	while (list ? crm_json_next(&it, &k, &e) : n == 0) {
		n++;
		if (is_in(f, had, e))
			continue;
		crm_json_comma(out);
		crm_buf_str(out, e);
	}
	if (out->n == 1) {
		crm_buf_clear(out);
		crm_buf_str(out, had);
		return;
	}
	it = crm_json_iter(had);
	while (crm_json_kind(had) == '[' && crm_json_next(&it, &k, &e)) {
		crm_json_comma(out);
		crm_buf_str(out, e);
	}
	if (crm_json_kind(had) != '[') {
		crm_json_comma(out);
		crm_buf_str(out, had);
	}
	crm_buf_c(out, ']');
}

/* Of each system that had several ids, those; one alone is replaced. */
static void
add_ext(struct crm_str had, struct crm_str val, struct crm_buf *out)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str system, id, old;
	struct crm_buf patch = { 0 }, one = { 0 };
	crm_buf_c(&patch, '{');
	while (it.object && crm_json_next(&it, &system, &id)) {
		crm_buf_clear(&one);
		crm_json_raw_key(&patch, system);
		if (crm_json_kind(id) != 'n' && crm_json_raw_get(had, system,
		    &old) && crm_json_kind(old) == '[')
			add_to(NULL, old, id, &one);
		else
			crm_buf_str(&one, id);
		crm_buf_str(&patch, crm_buf_view(&one));
	}
	crm_buf_c(&patch, '}');
	crm_json_merge(out, had, crm_buf_view(&patch));
	crm_buf_release(&patch);
	crm_buf_release(&one);
}

bool
crm_upsert_key(const struct crm_rec *old, struct crm_str key,
    struct crm_str had, struct crm_str val, struct crm_buf *out)
{
	const struct crm_field *f = crm_type_field(old->type, key);
	struct crm_str aside;
	if (!f || !crm_str_eq(f->name, key) || !had.n ||
	    crm_json_kind(val) == 'n')
		return false;
	bool ext = f->kind == CRM_K_MAP && f->flags & CRM_F_UNIQUE &&
	    crm_json_kind(val) == '{';
	bool list = crm_field_merges(f) && crm_json_kind(had) == '[' &&
	    crm_json_kind(val) == '[';
	bool one = crm_field_merges(f) && !list &&
	    crm_rec_merged(old, f, &aside) && is_in(f, aside, val);
	if (ext)
		add_ext(had, val, out);
	else if (list)
		add_to(f, had, val, out);
	else if (one)
		crm_buf_str(out, had);
	return ext || list || one;
}
