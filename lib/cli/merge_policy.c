/* Survivorship: which value of a field is kept when records become one. */
#include "base/decimal.h"
#include "cli/merge.h"
#include "format/json.h"

static bool
rule_of(struct crm_str name, enum crm_merge_rule *out)
{
	static const char *const t[] = { "usual", "keep", "newest", "oldest",
		"longest", "most_complete", "source_rank", "union", "min",
		"max" };
	for (size_t i = 0; i < CRM_LEN(t); i++)
		if (crm_str_is(name, t[i])) {
			*out = (enum crm_merge_rule)i;
			return true;
		}
	return false;
}

static enum crm_status
read_rule(struct crm_str val, enum crm_merge_rule *out, struct crm_err *err)
{
	if (crm_json_is_string(val) && rule_of(crm_json_inner(val), out))
		return CRM_OK;
	return crm_err_set(err, CRM_USAGE, "merge.policy",
	    _("policy: no rule %.*s (keep, newest, oldest, longest, "
	    "most_complete, source_rank, union, min or max)"), CRM_FMT(val));
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
		st = read_rule(val, &p->rest, err);
	if (!st && crm_json_get(text, CRM_STR("fields"), &val)) {
		struct crm_json_iter it = crm_json_iter(val);
		while (!st && crm_json_next(&it, &key, &v)) {
			st = read_rule(v, &r, err);
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

static struct crm_str
member(const struct crm_rec *r, struct crm_str key)
{
	struct crm_str val = { 0 };
	int slot = crm_shape_slot(r->shape, key);
	if (slot >= 0)
		val = crm_rec_val(r, (size_t)slot);
	return val;
}

static size_t
source_rank(const struct crm_merge_policy *p, const struct crm_rec *r)
{
	struct crm_str s = member(r, CRM_STR("source"));
	size_t i = 0;
	while (i < p->nsource && !crm_str_eq(p->source[i], s))
		i++;
	return i;
}

/* Raw values in the order of their meaning: numbers and money by value, other
 * text (dates, times) by its letters. */
static int
compare(struct crm_str a, struct crm_str b)
{
	struct crm_dec x, y;
	if (crm_json_is_string(a) && crm_json_is_string(b)) {
		a = crm_json_inner(a);
		b = crm_json_inner(b);
	}
	if (crm_dec_parse(a, &x) && crm_dec_parse(b, &y))
		return crm_dec_cmp(x, y);
	return crm_str_cmp(a, b);
}

/* True if the value of record y is to be preferred to that of record x. */
static bool
better(const struct crm_merge_policy *p, enum crm_merge_rule rule,
    const struct crm_rec *x, const struct crm_rec *y, struct crm_str key)
{
	struct crm_str a = member(x, key), b = member(y, key);
	switch (rule) {
	case CRM_MERGE_NEWEST:
		return compare(member(x, CRM_STR("updated")),
		    member(y, CRM_STR("updated"))) < 0;
	case CRM_MERGE_OLDEST:
		return compare(member(x, CRM_STR("created")),
		    member(y, CRM_STR("created"))) > 0;
	case CRM_MERGE_LONGEST:
		return b.n > a.n;
	case CRM_MERGE_COMPLETE:
		return y->shape->n > x->shape->n;
	case CRM_MERGE_SOURCE:
		return source_rank(p, y) < source_rank(p, x);
	case CRM_MERGE_MIN:
		return compare(b, a) < 0;
	case CRM_MERGE_MAX:
		return compare(b, a) > 0;
	case CRM_MERGE_USUAL: case CRM_MERGE_KEEP: case CRM_MERGE_UNION:
		break;
	}
	return false;
}

/* What an element is compared by: its key, so that one address or number in two
 * spellings is one. */
static void
element_key(const struct crm_field *f, struct crm_str v, struct crm_buf *tmp,
    struct crm_buf *key)
{
	struct crm_str none = { NULL, 0 };
	crm_buf_clear(key);
	if (!f || !crm_json_is_string(v) || !crm_field_key(f,
	    crm_json_text_view(v, tmp), none, key)) {
		crm_buf_clear(key);
		crm_buf_str(key, v);
	}
}

static void
add_element(const struct crm_field *f, struct crm_str v, struct crm_map *seen,
    struct crm_buf *out)
{
	struct crm_buf tmp = { 0 }, key = { 0 };
	bool fresh;
	element_key(f, v, &tmp, &key);
	crm_map_put(seen, crm_buf_view(&key), &fresh);
	if (fresh) {
		crm_json_comma(out);
		crm_buf_str(out, v);
	}
	crm_buf_release(&tmp);
	crm_buf_release(&key);
}

/* A list's elements, or a single value. */
static void
add_elements(const struct crm_field *f, struct crm_str val,
    struct crm_map *seen, struct crm_buf *out)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str none, v;
	if (crm_json_kind(val) != '[')
		add_element(f, val, seen, out);
	else
		while (crm_json_next(&it, &none, &v))
			add_element(f, v, seen, out);
}

/* The elements of all lists, each once, in order. */
static void
unite(const struct crm_rec *const *rec, size_t n, struct crm_str key,
    struct crm_buf *out)
{
	const struct crm_field *f = crm_type_field(rec[0]->type, key);
	struct crm_map seen = { 0 };
	crm_buf_c(out, '[');
	for (size_t i = 0; i < n; i++) {
		struct crm_str val = member(rec[i], key);
		if (val.n && crm_json_kind(val) == '[')
			add_elements(f, val, &seen, out);
	}
	crm_buf_c(out, ']');
	crm_map_release(&seen);
}

/* Ids in other systems: never dropped, two of one system become a list. */
static void
join_ext(const struct crm_rec *const *rec, size_t n, struct crm_str key,
    struct crm_buf *out)
{
	struct crm_map done = { 0 };
	crm_buf_c(out, '{');
	for (size_t i = 0; i < n; i++) {
		struct crm_json_iter it = crm_json_iter(member(rec[i], key));
		struct crm_str system, v, id;
		while (it.object && crm_json_next(&it, &system, &v)) {
			struct crm_map seen = { 0 };
			bool fresh;
			crm_map_put(&done, system, &fresh);
			if (!fresh)
				continue;
			crm_json_raw_key(out, system);
			size_t at = out->n;
			crm_buf_c(out, '[');
			for (size_t k = i; k < n; k++)
				if (crm_json_get(member(rec[k], key), system,
				    &id))
					add_elements(NULL, id, &seen, out);
			crm_buf_c(out, ']');
			if (seen.n == 1) {	/* one id stands alone */
				memmove(out->p + at, out->p + at + 1,
				    out->n - at - 2);
				out->n -= 2;
			}
			crm_map_release(&seen);
		}
	}
	crm_buf_c(out, '}');
	crm_map_release(&done);
}

/* Several texts as one, the first record's first. */
static void
join_texts(const struct crm_rec *const *rec, size_t n, struct crm_str key,
    struct crm_buf *out)
{
	crm_buf_c(out, '"');
	size_t start = out->n;
	for (size_t i = 0; i < n; i++) {
		struct crm_str v = member(rec[i], key), t;
		if (!crm_json_is_string(v))
			continue;
		t = crm_json_inner(v);
		if (t.n == 0 || (out->n > start && memmem(out->p + start,
		    out->n - start, t.p, t.n)))
			continue;
		if (out->n > start)
			crm_buf_z(out, "\\n\\n");
		crm_buf_str(out, t);
	}
	crm_buf_c(out, '"');
}

/* Maps and parts of an address: the first record's, filled from the others. */
static void
join_objects(const struct crm_rec *const *rec, size_t n, struct crm_str key,
    struct crm_buf *out)
{
	struct crm_buf have = { 0 };
	crm_buf_str(&have, member(rec[0], key));
	for (size_t i = 1; i < n; i++) {
		struct crm_str v = member(rec[i], key);
		if (crm_json_kind(v) != '{')
			continue;
		crm_buf_clear(out);
		if (have.n == 0)
			crm_buf_str(out, v);
		else
			crm_json_merge(out, v, crm_buf_view(&have));
		crm_buf_clear(&have);
		crm_buf_str(&have, crm_buf_view(out));
	}
	crm_buf_clear(out);
	crm_buf_str(out, crm_buf_view(&have));
	crm_buf_release(&have);
}

/* "do not" marks: the most restrictive wins. */
static bool
restricts(struct crm_str key)
{
	static const char *const t[] = { "do_not_", "unsubscribed", "opt_out",
		"opted_out", "bounced", "suppressed", "restricted" };
	for (size_t i = 0; i < CRM_LEN(t); i++)
		if (crm_str_starts(key, crm_str_z(t[i])))
			return true;
	return false;
}

/* The record whose value is preferred; n where none has one. */
static size_t
winner(const struct crm_merge_policy *p, enum crm_merge_rule rule,
    const struct crm_rec *const *rec, size_t n, struct crm_str key)
{
	size_t best = n;
	for (size_t i = 0; i < n; i++) {
		struct crm_str v = member(rec[i], key);
		if (v.n == 0)
			continue;
		bool yes = restricts(key) && crm_str_is(v, "true");
		if (best == n || yes || better(p, rule, rec[best], rec[i],
		    key))
			best = i;
		if (yes)
			break;
	}
	return best;
}

static enum crm_merge_rule
rule_for(const struct crm_merge_policy *p, struct crm_str key)
{
	const struct crm_map_entry *e = crm_map_get(&p->rule, key);
	return e ? (enum crm_merge_rule)e->v.u :
	    crm_str_is(key, "created") ? CRM_MERGE_MIN : p->rest;
}

/* The value that survives, as JSON; nothing where the first record's stays.
 * Lists and maps are united unless a rule names the field itself; ids in other
 * systems always. A currency goes with its amount. */
static void
survive(const struct crm_merge_policy *p, const struct crm_rec *const *rec,
    size_t n, struct crm_str key, struct crm_buf *out)
{
	enum crm_merge_rule rule = rule_for(p, key);
	size_t best = winner(p, rule, rec, n, key), amount = n;
	if (crm_str_is(key, "currency"))
		amount = winner(p, rule_for(p, CRM_STR("amount")), rec, n,
		    CRM_STR("amount"));
	if (amount < n && member(rec[amount], key).n)
		best = amount;
	struct crm_str v = best < n ? member(rec[best], key) :
	    (struct crm_str){ 0 };
	char kind = crm_json_kind(v);
	bool usual = rule == CRM_MERGE_USUAL || rule == CRM_MERGE_UNION ||
	    !crm_map_get(&p->rule, key) || crm_str_is(key, "ext");
	if (kind == '[' && usual)
		unite(rec, n, key, out);
	else if (kind == '{' && usual && crm_str_is(key, "ext"))
		join_ext(rec, n, key, out);
	else if (kind == '{' && usual && !crm_str_is(key, "address"))
		join_objects(rec, n, key, out);
	else if (crm_str_is(key, "notes") && kind == '"' && usual)
		join_texts(rec, n, key, out);
	else
		crm_buf_str(out, v);
}

static bool
is_own(struct crm_str key)
{
	return crm_str_is(key, "id") || crm_str_is(key, "type") ||
	    crm_str_is(key, "rev") || crm_str_is(key, "updated");
}

/* An amount and its currency come from one record: one without a currency
 * takes none from elsewhere. */
static bool
has_no_currency(const struct crm_merge_policy *p,
    const struct crm_rec *const *rec, size_t n)
{
	size_t best = winner(p, rule_for(p, CRM_STR("amount")), rec, n,
	    CRM_STR("amount"));
	return best < n && member(rec[best], CRM_STR("currency")).n == 0;
}

void
crm_merge_fields(const struct crm_merge_policy *p,
    const struct crm_rec *const *rec, size_t n, struct crm_change_set *c)
{
	struct crm_buf b = { 0 };
	struct crm_map seen = { 0 };
	struct crm_str none = { NULL, 0 };
	for (size_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < rec[i]->shape->n; k++) {
			struct crm_str key = rec[i]->shape->keys[k];
			bool fresh;
			crm_map_put(&seen, key, &fresh);
			if (!fresh || is_own(key))
				continue;
			crm_buf_clear(&b);
			if (crm_str_is(key, "currency") &&
			    has_no_currency(p, rec, n)) {
				if (member(rec[0], key).n)
					crm_change_put(c, key, none);
				continue;
			}
			survive(p, rec, n, key, &b);
			if (b.n && !crm_str_eq(crm_buf_view(&b),
			    member(rec[0], key)))
				crm_change_put(c, key, crm_buf_view(&b));
		}
	crm_map_release(&seen);
	crm_buf_release(&b);
}
