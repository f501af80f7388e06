/* The policy file: which value of a field is kept when records become one. */
#include "cli/merge.h"
#include "format/json.h"

static bool
rule_of(struct crm_str name, enum crm_merge_rule *out)
{
	static const char *const t[] = { "usual", "keep", "newest", "oldest",
		"longest", "most_complete", "source_rank", "union", "min",
		"max" };
	char norm[16] = "";
	for (size_t i = 0; i < name.n && i + 1 < sizeof(norm); i++)
		norm[i] = name.p[i] == ' ' || name.p[i] == '-' ? '_' :
		    name.p[i];
	for (size_t i = 0; i < CRM_LEN(t); i++)
		if (name.n < sizeof(norm) && strcmp(norm, t[i]) == 0) {
			*out = (enum crm_merge_rule)i;
			return true;
		}
	return false;
}

static enum crm_status
read_rule(struct crm_str field, struct crm_str val, enum crm_merge_rule *out,
    struct crm_err *err)
{
	if (crm_json_is_string(val) && rule_of(crm_json_inner(val), out))
		return CRM_OK;
	return crm_err_field(err, CRM_USAGE, "merge.policy", field,
	    _("no rule %.*s (keep, newest, oldest, longest, most_complete, "
	    "source_rank, union, min or max)"), CRM_FMT(val));
}

/* Only what a policy knows, each of its kind. */
static enum crm_status
check_policy(struct crm_str text, struct crm_err *err)
{
	static const struct { const char *name; char kind; } known[] = {
		{ "default", '"' }, { "fields", '{' }, { "sources", '[' } };
	struct crm_json_iter it = crm_json_iter(text);
	struct crm_str key, v;
	while (crm_json_next(&it, &key, &v)) {
		bool ok = false;
		for (size_t i = 0; i < CRM_LEN(known) && !ok; i++)
			ok = crm_str_is(key, known[i].name) &&
			    crm_json_kind(v) == known[i].kind;
		if (!ok)
			return crm_err_set(err, CRM_USAGE, "merge.policy",
			    _("policy: '%.*s': only \"default\":RULE, \"fields"
			    "\":{FIELD:RULE}, \"sources\":[NAME,...]"),
			    CRM_FMT(key));
	}
	return CRM_OK;
}

static enum crm_status
read_policy(struct crm_merge_policy *p, struct crm_str text,
    struct crm_err *err)
{
	struct crm_json_obj o = { 0 };
	struct crm_str val, key, v;
	enum crm_merge_rule r;
	enum crm_status st = crm_json_scan(text, NULL, &o, err);
	crm_json_obj_release(&o);
	if (!st)
		st = check_policy(text, err);
	if (!st && crm_json_get(text, CRM_STR("default"), &val))
		st = read_rule(CRM_STR("default"), val, &p->rest, err);
	if (!st && crm_json_get(text, CRM_STR("fields"), &val)) {
		struct crm_json_iter it = crm_json_iter(val);
		while (!st && crm_json_next(&it, &key, &v)) {
			st = read_rule(key, v, &r, err);
			if (!st)
				crm_map_put(&p->rule, key, NULL)->v.u = r;
		}
	}
	if (!st && crm_json_get(text, CRM_STR("sources"), &val)) {
		struct crm_json_iter it = crm_json_iter(val);
		while (crm_json_next(&it, &key, &v)) {
			crm_grow(&p->source, &p->capsource, p->nsource + 1,
			    sizeof(*p->source));
			p->source[p->nsource++] = crm_arena_str(&p->mem, v);
		}
	}
	return st;
}

enum crm_status
crm_merge_policy_load(struct crm_merge_policy *p, const char *file,
    struct crm_err *err)
{
	struct crm_buf b = CRM_BUF_MAX(1 << 20);
	enum crm_status st;
	if (crm_buf_read_file(&b, file))
		st = crm_err_sys(err, "merge.read", "%s", file);
	else
		st = read_policy(p, crm_str_trim(crm_buf_view(&b)), err);
	if (st)
		snprintf(err->source, sizeof(err->source), "%s", file);
	if (st == CRM_INVALID)
		st = err->code = CRM_USAGE;
	crm_buf_release(&b);
	return st;
}

void
crm_merge_policy_release(struct crm_merge_policy *p)
{
	crm_map_release(&p->rule);
	free(p->source);
	crm_arena_release(&p->mem);
}

/* Some schema names it, or a stored record of some type holds it. */
static bool
is_known(struct crm_store *s, struct crm_str name, struct crm_near *near)
{
	const struct crm_schema *sc = crm_store_schema(s);
	for (size_t i = 0; i < sc->ntypes; i++) {
		const struct crm_type *t = &sc->types[i];
		for (size_t k = 0; k < t->nfields; k++) {
			if (t->fields[k].parent >= 0)
				continue;
			if (crm_str_eq(t->fields[k].name, name))
				return true;
			crm_near_try(near, t->fields[k].name);
		}
		if (crm_store_known(s, t, name))
			return true;
	}
	return false;
}

enum crm_status
crm_merge_policy_check(const struct crm_merge_policy *p, struct crm_store *s,
    const char *file, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < p->rule.n && !st; i++) {
		struct crm_str name = p->rule.e[i].key, best;
		struct crm_near near;
		size_t dot = crm_str_chr(name, '.');
		struct crm_str whole = crm_str_sub(name, 0, dot);
		crm_near_init(&near, name);
		if (is_known(s, name, &near))
			continue;
		best = crm_near_best(&near);
		if (dot < name.n && is_known(s, whole, &near))
			st = crm_err_field(err, CRM_USAGE, "merge.policy", name,
			    _("a rule is for a whole field: '%.*s'"),
			    CRM_FMT(whole));
		else if (best.n)
			st = crm_err_field(err, CRM_USAGE, "merge.policy", name,
			    _("there is no such field; did you mean '%.*s'?"),
			    CRM_FMT(best));
		else
			st = crm_err_field(err, CRM_USAGE, "merge.policy", name,
			    _("there is no such field"));
		snprintf(err->source, sizeof(err->source), "%s", file);
	}
	return st;
}
