#include "model/refs.h"

#include "base/map.h"
#include "format/json.h"

const struct crm_field *
crm_field_leaf(const struct crm_type *t, const struct crm_field *f,
    struct crm_str key)
{
	int32_t pos = (int32_t)crm_field_pos(t, f);
	for (size_t i = (size_t)pos + 1; i < t->nfields; i++)
		if (t->fields[i].parent == pos &&
		    crm_str_eq(t->fields[i].leaf, key))
			return &t->fields[i];
	return NULL;
}

bool
crm_field_refers(const struct crm_type *t, const struct crm_field *f)
{
	int32_t pos = (int32_t)crm_field_pos(t, f);
	bool yes = f->kind == CRM_K_REF;
	for (size_t i = (size_t)pos + 1; i < t->nfields && !yes &&
	    t->fields[i].parent >= pos; i++)
		yes = t->fields[i].kind == CRM_K_REF;
	return yes && f->parent < 0;
}

static enum crm_status
one(const struct crm_refs *r, const struct crm_field *f, struct crm_str raw,
    struct crm_buf *out, struct crm_err *err)
{
	struct crm_buf tmp = { 0 };
	enum crm_status st = r->fn(r->ctx, f, crm_json_text_view(raw, &tmp),
	    out, err);
	crm_buf_release(&tmp);
	return st;
}

/* Is it in the list already, and did one of both become what it is? */
static bool
repeats(struct crm_map *seen, struct crm_str now, bool changed)
{
	bool fresh;
	struct crm_map_entry *e = crm_map_put(seen, now, &fresh);
	bool yes = !fresh && (changed || e->v.u);
	e->v.u |= changed;
	return yes;
}

static enum crm_status
each(const struct crm_refs *r, const struct crm_type *t,
    const struct crm_field *f, struct crm_str raw, struct crm_buf *out,
    struct crm_err *err)
{
	bool object = crm_json_kind(raw) == '{';
	struct crm_json_iter it = crm_json_iter(raw);
	struct crm_str key, val;
	struct crm_map seen = { 0 };
	enum crm_status st = CRM_OK;
	crm_buf_c(out, object ? '{' : '[');
	while (!st && crm_json_next(&it, &key, &val)) {
		size_t before = out->n;
		if (object)
			crm_json_raw_key(out, key);
		else
			crm_json_comma(out);
		size_t from = out->n;
		st = crm_refs_map(r, t, object ? crm_field_leaf(t, f, key) : f,
		    val, out, err);
		struct crm_str now = crm_str_sub(crm_buf_view(out), from,
		    SIZE_MAX);
		if (now.n == 0 || (!st && !object && r->once &&
		    crm_json_is_string(now) && repeats(&seen, now,
		    !crm_str_eq(now, val))))
			out->n = before;
	}
	crm_buf_c(out, object ? '}' : ']');
	crm_map_release(&seen);
	return st;
}

enum crm_status
crm_refs_map(const struct crm_refs *r, const struct crm_type *t,
    const struct crm_field *f, struct crm_str raw, struct crm_buf *out,
    struct crm_err *err)
{
	char kind = raw.n ? crm_json_kind(raw) : 'n';
	if (f && f->kind == CRM_K_REF && kind == '"')
		return one(r, f, raw, out, err);
	if (f && (kind == '[' || kind == '{'))
		return each(r, t, f, raw, out, err);
	crm_buf_str(out, raw);
	return CRM_OK;
}
