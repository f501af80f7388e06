#include "match/survive.h"

#include "base/decimal.h"
#include "base/time.h"
#include "base/utf8.h"

static const char *const rule_names[] = { "", "keep", "newest", "oldest",
	"longest", "most_complete", "source_rank", "union", "min", "max" };

static enum crm_status
rule_of(struct crm_str field, struct crm_str name, enum crm_survive *out,
    struct crm_err *err)
{
	for (size_t i = 1; i < CRM_LEN(rule_names); i++)
		if (crm_str_is(name, rule_names[i])) {
			*out = (enum crm_survive)i;
			return CRM_OK;
		}
	return crm_err_field(err, CRM_INVALID, "policy.rule", field,
	    _("no such rule: '%.*s' (keep, newest, oldest, longest, "
	    "most_complete, source_rank, union, min, max)"), CRM_FMT(name));
}

static enum crm_status
load_fields(struct crm_policy *p, struct crm_str fields, struct crm_err *err)
{
	struct crm_json_iter it = crm_json_iter(fields);
	struct crm_str key, val;
	struct crm_buf b = { 0 };
	enum crm_status st = CRM_OK;
	while (it.object && !st && crm_json_next(&it, &key, &val)) {
		enum crm_survive rule;
		st = rule_of(key, crm_json_text_view(val, &b), &rule, err);
		if (!st)
			crm_map_put(&p->fields, key, NULL)->v.u = rule;
	}
	crm_buf_release(&b);
	return st;
}

enum crm_status
crm_policy_load(struct crm_policy *p, struct crm_str text,
    struct crm_err *err)
{
	struct crm_str val, key, v;
	struct crm_err e = { 0 };
	struct crm_buf b = { 0 };
	text = crm_str_trim(text);
	if (crm_json_check(text, NULL, &e) || crm_json_kind(text) != '{')
		return crm_err_set(err, CRM_INVALID, "policy.syntax", "%s",
		    e.msg[0] ? e.msg : _("a policy is a JSON object"));
	enum crm_status st = CRM_OK;
	if (crm_json_get(text, CRM_STR("fields"), &val))
		st = load_fields(p, val, err);
	if (!st && crm_json_get(text, CRM_STR("default"), &val))
		st = rule_of(CRM_STR("default"), crm_json_text_view(val, &b),
		    &p->fallback, err);
	if (!st && crm_json_get(text, CRM_STR("sources"), &val)) {
		struct crm_json_iter it = crm_json_iter(val);
		uint64_t rank = 1;
		while (crm_json_next(&it, &key, &v))
			crm_map_put(&p->sources, crm_json_text_view(v, &b),
			    NULL)->v.u = rank++;
	}
	crm_buf_release(&b);
	return st;
}

void
crm_policy_release(struct crm_policy *p)
{
	crm_map_release(&p->fields);
	crm_map_release(&p->sources);
	*p = (struct crm_policy){ 0 };
}

static struct crm_str
value_of(const struct crm_rec *r, struct crm_str key)
{
	int slot = crm_shape_slot(r->shape, key);
	return slot < 0 ? (struct crm_str){ NULL, 0 } :
	    crm_rec_val(r, (size_t)slot);
}

static int64_t
time_of(const struct crm_rec *r, const char *key)
{
	struct crm_str v = value_of(r, crm_str_z(key));
	int64_t t;
	return crm_json_is_string(v) && crm_time_parse(crm_json_inner(v), &t) ?
	    t : INT64_MIN;
}

static uint64_t
source_rank(const struct crm_policy *p, const struct crm_rec *r)
{
	struct crm_buf b = { 0 };
	struct crm_str v = value_of(r, CRM_STR("source"));
	const struct crm_map_entry *e = v.n ?
	    crm_map_get(&p->sources, crm_json_text_view(v, &b)) : NULL;
	uint64_t rank = e ? e->v.u : UINT64_MAX;
	crm_buf_release(&b);
	return rank;
}

static int
compare_values(struct crm_str a, struct crm_str b)
{
	struct crm_buf x = { 0 }, y = { 0 }, kx = { 0 }, ky = { 0 };
	struct crm_str ta = crm_json_text_view(a, &x);
	struct crm_str tb = crm_json_text_view(b, &y);
	struct crm_dec da, db;
	int c;
	if (crm_dec_parse(ta, &da) && crm_dec_parse(tb, &db)) {
		c = crm_dec_cmp(da, db);
	} else {
		crm_fold_text(&kx, ta);
		crm_fold_text(&ky, tb);
		c = crm_str_cmp(crm_buf_view(&kx), crm_buf_view(&ky));
	}
	crm_buf_release(&x);
	crm_buf_release(&y);
	crm_buf_release(&kx);
	crm_buf_release(&ky);
	return c;
}

/* Is b's value better than a's under the rule? Equal ones keep the first. */
static bool
better(const struct crm_policy *p, enum crm_survive rule,
    const struct crm_rec *a, struct crm_str va, const struct crm_rec *b,
    struct crm_str vb)
{
	switch (rule) {
	case CRM_SURVIVE_NEWEST:
		return time_of(b, "updated") > time_of(a, "updated");
	case CRM_SURVIVE_OLDEST:
		return time_of(b, "created") < time_of(a, "created");
	case CRM_SURVIVE_LONGEST:
		return crm_width(vb) > crm_width(va);
	case CRM_SURVIVE_COMPLETE:
		return b->shape->n > a->shape->n;
	case CRM_SURVIVE_RANK:
		return source_rank(p, b) < source_rank(p, a);
	case CRM_SURVIVE_MIN:
		return compare_values(vb, va) < 0;
	case CRM_SURVIVE_MAX:
		return compare_values(vb, va) > 0;
	default:
		return false;
	}
}

/* All elements once, in order; equal as keys counts as equal. */
static void
unite_lists(const struct crm_field *f, struct crm_str list, struct crm_buf *out,
    struct crm_map *seen)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, v, none = { NULL, 0 };
	struct crm_buf k = { 0 }, t = { 0 };
	while (crm_json_next(&it, &key, &v)) {
		bool fresh;
		crm_buf_clear(&k);
		if (!f || !crm_json_is_string(v) ||
		    !crm_field_key(f, crm_json_text_view(v, &t), none, &k))
			crm_buf_str(&k, v);
		crm_map_put(seen, crm_buf_view(&k), &fresh);
		if (!fresh)
			continue;
		crm_json_comma(out);
		crm_buf_str(out, v);
	}
	crm_buf_release(&k);
	crm_buf_release(&t);
}

/* The members of both, a's first; two ids of one system become a list. */
static void
unite_maps(struct crm_str a, struct crm_str b, bool ext, struct crm_buf *out)
{
	struct crm_json_iter it = crm_json_iter(a);
	struct crm_str key, v, other;
	crm_buf_c(out, '{');
	while (crm_json_next(&it, &key, &v)) {
		crm_json_comma(out);
		crm_buf_c(out, '"');
		crm_buf_str(out, key);
		crm_buf_z(out, "\":");
		if (ext && crm_json_get(b, key, &other) &&
		    !crm_str_eq(other, v)) {
			struct crm_map seen = { 0 };
			crm_buf_c(out, '[');
			struct crm_buf one = { 0 };
			crm_buf_printf(&one, crm_json_kind(v) == '[' ? "%.*s" :
			    "[%.*s]", CRM_FMT(v));
			unite_lists(NULL, crm_buf_view(&one), out, &seen);
			crm_buf_clear(&one);
			crm_buf_printf(&one, crm_json_kind(other) == '[' ?
			    "%.*s" : "[%.*s]", CRM_FMT(other));
			unite_lists(NULL, crm_buf_view(&one), out, &seen);
			crm_buf_c(out, ']');
			crm_buf_release(&one);
			crm_map_release(&seen);
		} else {
			crm_buf_str(out, v);
		}
	}
	it = crm_json_iter(b);
	while (crm_json_next(&it, &key, &v)) {
		if (crm_json_get(a, key, &other))
			continue;
		crm_json_comma(out);
		crm_buf_c(out, '"');
		crm_buf_str(out, key);
		crm_buf_z(out, "\":");
		crm_buf_str(out, v);
	}
	crm_buf_c(out, '}');
}

/* An address gets the parts it lacks from one that says nothing else. */
static bool
contradict(struct crm_str a, struct crm_str b)
{
	struct crm_json_iter it = crm_json_iter(b);
	struct crm_str key, v, other;
	while (crm_json_next(&it, &key, &v))
		if (crm_json_get(a, key, &other) &&
		    compare_values(other, v) != 0)
			return true;
	return false;
}

static void
join_texts(struct crm_str a, struct crm_str b, struct crm_buf *out)
{
	struct crm_buf t = { 0 };
	crm_json_unescape(&t, crm_json_inner(a));
	crm_buf_c(&t, '\n');
	crm_json_unescape(&t, crm_json_inner(b));
	crm_json_quote(out, crm_buf_view(&t));
	crm_buf_release(&t);
}

/* Two values of one field made one; false where the first stands. */
static bool
unite(const struct crm_field *f, struct crm_str a, struct crm_str b, bool all,
    struct crm_buf *out)
{
	char ka = crm_json_kind(a), kb = crm_json_kind(b);
	if (crm_str_eq(a, b))
		return false;
	if (ka == '[' && kb == '[') {
		struct crm_map seen = { 0 };
		crm_buf_c(out, '[');
		unite_lists(f, a, out, &seen);
		unite_lists(f, b, out, &seen);
		crm_buf_c(out, ']');
		crm_map_release(&seen);
		return true;
	}
	if (ka == '{' && kb == '{') {
		bool map = f && f->kind == CRM_K_MAP;
		if (!map && !all && contradict(a, b))
			return false;
		unite_maps(a, b, f && (f->flags & CRM_F_UNIQUE), out);
		return true;
	}
	if (ka == '"' && kb == '"' && (all || (f && f->kind == CRM_K_TEXT &&
	    crm_str_is(f->name, "notes")))) {
		join_texts(a, b, out);
		return true;
	}
	return false;
}

static bool
is_fixed(struct crm_str key)
{
	static const char *const own[] = { "id", "type", "updated", "stages",
		"statuses", "stage_since" };
	for (size_t i = 0; i < CRM_LEN(own); i++)
		if (crm_str_is(key, own[i]))
			return true;
	return false;
}

static enum crm_survive
rule_for(const struct crm_policy *p, struct crm_str key)
{
	const struct crm_map_entry *e = crm_map_get(&p->fields, key);
	if (e)
		return (enum crm_survive)e->v.u;
	if (crm_str_is(key, "created"))
		return CRM_SURVIVE_MIN;
	return p->fallback;
}

/* The others, most recently updated first: whose value fills a gap. */
static void
by_age(const struct crm_rec *const *others, size_t n,
    const struct crm_rec **out)
{
	for (size_t i = 0; i < n; i++) {
		size_t k = i;
		for (; k && time_of(others[i], "updated") >
		    time_of(out[k - 1], "updated"); k--)
			out[k] = out[k - 1];
		out[k] = others[i];
	}
}

static void
one_field(const struct crm_policy *p, struct crm_str key,
    const struct crm_rec *keep, const struct crm_rec *const *others, size_t n,
    struct crm_change_set *c)
{
	enum crm_survive rule = rule_for(p, key);
	const struct crm_field *f = crm_type_field(keep->type, key);
	const struct crm_rec *who = keep;
	struct crm_buf cur = { 0 }, next = { 0 };
	struct crm_str had = value_of(keep, key);
	if (rule == CRM_SURVIVE_KEEP)
		return;
	crm_buf_str(&cur, had);
	for (size_t i = 0; i < n; i++) {
		struct crm_str v = value_of(others[i], key);
		if (!v.n)
			continue;
		crm_buf_clear(&next);
		if (!cur.n || better(p, rule, who, crm_buf_view(&cur),
		    others[i], v)) {
			crm_buf_clear(&cur);
			crm_buf_str(&cur, v);
			who = others[i];
		} else if ((rule == CRM_SURVIVE_DEFAULT ||
		    rule == CRM_SURVIVE_UNION) && unite(f, crm_buf_view(&cur),
		    v, rule == CRM_SURVIVE_UNION, &next)) {
			struct crm_buf swap = cur;
			cur = next;
			next = swap;
		}
	}
	if (!crm_str_eq(crm_buf_view(&cur), had))
		crm_change_put(c, key, crm_buf_view(&cur));
	crm_buf_release(&cur);
	crm_buf_release(&next);
}

void
crm_survive_fields(const struct crm_policy *p, const struct crm_rec *keep,
    const struct crm_rec *const *others, size_t n, struct crm_change_set *c)
{
	const struct crm_rec **sorted = crm_calloc(n, sizeof(*sorted));
	struct crm_map done = { 0 };
	by_age(others, n, sorted);
	for (size_t i = 0; i <= n; i++) {
		const struct crm_rec *r = i ? sorted[i - 1] : keep;
		for (uint32_t k = 0; k < r->shape->n; k++) {
			bool fresh;
			struct crm_str key = r->shape->keys[k];
			crm_map_put(&done, key, &fresh);
			if (fresh && !is_fixed(key))
				one_field(p, key, keep, sorted, n, c);
		}
	}
	crm_map_release(&done);
	free(sorted);
}
