/* The lines of a plan: what they may say, and what came of them. */
#include "cli/merge.h"
#include "format/json.h"

static enum crm_status
check_members(struct crm_str line, struct crm_err *err)
{
	static const char *const known[] = { "keep", "merge", "set",
		"distinct", "type" };
	struct crm_json_iter it = crm_json_iter(line);
	struct crm_str key, v;
	while (crm_json_next(&it, &key, &v)) {
		bool ok = false;
		for (size_t i = 0; i < CRM_LEN(known) && !ok; i++)
			ok = crm_str_is(key, known[i]);
		if (!ok)
			return crm_err_field(err, CRM_INVALID, "merge.member",
			    key, _("a plan has no such member (keep, merge, "
			    "set, distinct)"));
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

enum crm_status
crm_merge_check(struct crm_str line, struct crm_str tool,
    struct crm_err *err)
{
	struct crm_str v;
	enum crm_status st = check_members(line, err);
	if (!st && tool.n && crm_json_get(tool, CRM_STR("_rev"), &v) &&
	    crm_json_kind(v) != '0')
		st = crm_err_field(err, CRM_INVALID, "merge.rev",
		    CRM_STR("_rev"), _("not a revision"));
	if (!st && crm_json_get(line, CRM_STR("distinct"), &v) &&
	    (crm_json_get(line, CRM_STR("keep"), &v) ||
	    crm_json_get(line, CRM_STR("merge"), &v)))
		st = crm_err_field(err, CRM_INVALID, "merge.distinct",
		    CRM_STR("distinct"),
		    _("either one becomes the other, or they are different"));
	return st ? st : check_set(line, err);
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

/* Which records gave the survivor what it did not say before. */
void
crm_merge_origin(const struct crm_rec *const *rec, size_t n,
    const struct crm_change_set *c, struct crm_str line, struct crm_buf *out)
{
	struct crm_str set = { 0 }, v;
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
		if (has_set && crm_json_get(set, key, &v))
			crm_buf_z(out, "\"set\"");
		else
			crm_buf_printf(out, k == 1 ? "%s" : "[%s]",
			    crm_buf_cstr(&ids));
		crm_buf_release(&ids);
	}
	crm_buf_c(out, '}');
}
