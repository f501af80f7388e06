/* The lines of a plan: what they may say, and what came of them. */
#include "cli/merge.h"
#include "format/json.h"

static enum crm_status
check_members(struct crm_str line, struct crm_err *err)
{
	static const char *const known[] = { "keep", "merge", "set",
		"distinct", "same", "type" };
	struct crm_json_iter it = crm_json_iter(line);
	struct crm_str key, v;
	while (crm_json_next(&it, &key, &v)) {
		bool ok = false;
		for (size_t i = 0; i < CRM_LEN(known) && !ok; i++)
			ok = crm_str_is(key, known[i]);
		if (!ok)
			return crm_err_field(err, CRM_INVALID, "merge.member",
			    key, _("a plan has no such member (keep, merge, "
			    "set, distinct, same)"));
	}
	return CRM_OK;
}

static enum crm_status
check_set(struct crm_str line, struct crm_err *err)
{
	static const char *const own[] = { "id", "type", "rev", "created",
		"updated" };
	struct crm_str set, key, v;
	if (!crm_json_get(line, CRM_STR("set"), &set))
		return CRM_OK;
	if (crm_json_kind(set) != '{')
		return crm_err_field(err, CRM_INVALID, "merge.set",
		    CRM_STR("set"), _("not an object {FIELD:VALUE}"));
	struct crm_json_iter it = crm_json_iter(set);
	while (crm_json_next(&it, &key, &v))
		for (size_t i = 0; i < CRM_LEN(own); i++)
			if (crm_str_is(key, own[i]))
				return crm_err_field(err, CRM_INVALID,
				    "merge.set", key, _("a plan cannot set "
				    "this"));
	return CRM_OK;
}

static bool
is_revision(struct crm_str v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
	return v.n > 0 && v.n < 20;
}

enum crm_status
crm_merge_check(struct crm_str line, struct crm_str tool,
    struct crm_err *err)
{
	struct crm_str v;
	enum crm_status st = check_members(line, err);
	if (!st && tool.n && crm_json_get(tool, CRM_STR("_rev"), &v) &&
	    !is_revision(v))
		st = crm_err_field(err, CRM_INVALID, "merge.rev",
		    CRM_STR("_rev"), _("not a revision"));
	if (!st && (crm_json_get(line, CRM_STR("distinct"), &v) ||
	    crm_json_get(line, CRM_STR("same"), &v)) &&
	    (crm_json_get(line, CRM_STR("keep"), &v) ||
	    crm_json_get(line, CRM_STR("merge"), &v)))
		st = crm_err_field(err, CRM_INVALID, "merge.distinct",
		    CRM_STR("distinct"),
		    _("either one becomes the other, or they are different"));
	return st ? st : check_set(line, err);
}

/* The plan's own word on fields. */

static struct crm_str
said_of(const struct crm_change_set *c, const struct crm_rec *r,
    struct crm_str key)
{
	const struct crm_map_entry *e = crm_map_get(&c->set, key);
	int slot = crm_shape_slot(r->shape, key);
	if (e)
		return c->val[e->v.u];
	return slot >= 0 ? crm_rec_val(r, (size_t)slot) :
	    (struct crm_str){ 0 };
}

/* "address.city": a member of a field, unless a field has this very name. */
static bool
set_member(const struct crm_rec *keep, struct crm_str key, struct crm_str v,
    struct crm_change_set *c)
{
	size_t dot = crm_str_chr(key, '.');
	struct crm_str whole = crm_str_sub(key, 0, dot), have;
	const struct crm_field *f = crm_type_field(keep->type, whole);
	have = said_of(c, keep, whole);
	if (dot >= key.n || said_of(c, keep, key).n || (!(have.n &&
	    crm_json_kind(have) == '{') && !(f && (f->kind == CRM_K_OBJECT ||
	    f->kind == CRM_K_MAP) && crm_str_eq(f->name, whole))))
		return false;
	struct crm_buf patch = { 0 }, out = { 0 };
	crm_buf_c(&patch, '{');
	crm_json_raw_key(&patch, crm_str_sub(key, dot + 1, SIZE_MAX));
	crm_buf_str(&patch, v);
	crm_buf_c(&patch, '}');
	crm_json_merge(&out, have, crm_buf_view(&patch));
	crm_change_put(c, whole, out.n > 2 ? crm_buf_view(&out) :
	    (struct crm_str){ 0 });
	crm_buf_release(&patch);
	crm_buf_release(&out);
	return true;
}

void
crm_merge_set_fields(struct crm_str line, const struct crm_rec *keep,
    struct crm_change_set *c)
{
	struct crm_str val, key, v, none = { NULL, 0 };
	if (!crm_json_get(line, CRM_STR("set"), &val) ||
	    crm_json_kind(val) != '{')
		return;
	struct crm_json_iter it = crm_json_iter(val);
	while (crm_json_next(&it, &key, &v))
		if (!set_member(keep, key, v, c))
			crm_change_put(c, key, crm_json_kind(v) == 'n' ? none :
			    v);
}

/* -- what a dry run tells ---------------------------------------------------- */

static bool
gave(const struct crm_rec *r, struct crm_str key, struct crm_str value)
{
	struct crm_json_iter it = crm_json_iter(value);
	struct crm_str have, none, e;
	if (!crm_rec_get(r, key, &have))
		return false;
	if (crm_json_kind(value) != '[')
		return crm_str_eq(have, value) ||
		    (crm_json_kind(value) == '{' &&
		    crm_json_kind(have) == '{');
	while (crm_json_next(&it, &none, &e))
		if (memmem(have.p, have.n, e.p, e.n))
			return true;
	return false;
}

/* Has the plan set the field, or a member of it? */
static bool
is_set(struct crm_str set, struct crm_str key)
{
	struct crm_json_iter it = crm_json_iter(set);
	struct crm_str k, v;
	while (crm_json_next(&it, &k, &v))
		if (crm_str_starts(k, key) && (k.n == key.n ||
		    k.p[key.n] == '.'))
			return true;
	return false;
}

/* Which records gave the survivor what it did not say before. */
void
crm_merge_origin(const struct crm_rec *const *rec, size_t n,
    const struct crm_change_set *c, struct crm_str line, struct crm_buf *out)
{
	struct crm_str set = { 0 };
	bool has_set = crm_json_get(line, CRM_STR("set"), &set);
	crm_buf_c(out, '{');
	for (size_t i = 0; i < c->set.n; i++) {
		struct crm_str key = c->set.e[i].key;
		struct crm_str value = c->val[c->set.e[i].v.u];
		struct crm_buf ids = { 0 };
		size_t k = 0;
		for (size_t j = 0; j < n; j++) {
			if (!gave(rec[j], key, value))
				continue;
			if (k++)
				crm_buf_c(&ids, ',');
			crm_json_quote(&ids, crm_rec_id(rec[j]));
		}
		crm_json_raw_key(out, key);
		if (has_set && is_set(set, key))
			crm_buf_z(out, "\"set\"");
		else
			crm_buf_printf(out, k == 1 ? "%s" : "[%s]",
			    crm_buf_cstr(&ids));
		crm_buf_release(&ids);
	}
	crm_buf_c(out, '}');
}
