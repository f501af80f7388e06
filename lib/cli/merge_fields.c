/* Survivorship: which value of a field is kept when records become one. */
#include "base/decimal.h"
#include "base/time.h"
#include "base/utf8.h"
#include "cli/merge.h"
#include "format/json.h"

/* A field of all the records, and what decides on it. */
struct pick {
	const struct crm_merge_policy *p;
	const struct crm_merge_set *m;
	struct crm_str key;
	const struct crm_field *f;	/* NULL: in no schema */
	enum crm_merge_rule rule;
	bool named;		/* the policy names the field itself */
};

static struct pick
pick_of(const struct crm_merge_policy *p, const struct crm_merge_set *m,
    struct crm_str key)
{
	const struct crm_map_entry *e = crm_map_get(&p->rule, key);
	struct pick x = { .p = p, .m = m, .key = key, .named = e,
		.f = crm_type_field(m->rec[0]->type, key) };
	if (x.f && !crm_str_eq(x.f->name, key))
		x.f = NULL;
	x.rule = e ? (enum crm_merge_rule)e->v.u :
	    crm_str_is(key, "created") ? CRM_MERGE_MIN : p->rest;
	return x;
}

static struct crm_str
member(const struct crm_rec *r, struct crm_str key)
{
	int slot = crm_shape_slot(r->shape, key);
	return slot >= 0 ? crm_rec_val(r, (size_t)slot) :
	    (struct crm_str){ 0 };
}

/* What record i says; a reference to another of them says nothing. */
static struct crm_str
value(const struct pick *x, size_t i)
{
	struct crm_str v = member(x->m->rec[i], x->key);
	if (x->f && x->f->kind == CRM_K_REF && crm_json_is_string(v) &&
	    crm_merge_has(x->m, crm_json_inner(v)))
		return (struct crm_str){ 0 };
	return v;
}

/* -- which record's? --------------------------------------------------------- */

static size_t
source_rank(const struct crm_merge_policy *p, const struct crm_rec *r)
{
	struct crm_str s = member(r, CRM_STR("source"));
	size_t i = 0;
	while (i < p->nsource && !crm_str_eq(p->source[i], s))
		i++;
	return i;
}

/* Raw values in the order of their meaning: numbers, money and times by value,
 * other text (dates) by its letters. */
static int
compare(struct crm_str a, struct crm_str b)
{
	struct crm_dec x, y;
	int64_t s, t;
	if (crm_json_is_string(a) && crm_json_is_string(b)) {
		a = crm_json_inner(a);
		b = crm_json_inner(b);
	}
	if (crm_dec_parse(a, &x) && crm_dec_parse(b, &y))
		return crm_dec_cmp(x, y);
	if (crm_time_parse(a, &s) && crm_time_parse(b, &t))
		return (s > t) - (s < t);
	return crm_str_cmp(a, b);
}

/* In characters. */
static size_t
length(struct crm_str v)
{
	size_t n = 0;
	for (size_t i = 0; i < v.n; i++)
		n += ((unsigned char)v.p[i] & 0xc0) != 0x80;
	return n;
}

/* True if the value of record j is to be preferred to that of record i. */
static bool
better(const struct pick *x, size_t i, size_t j)
{
	const struct crm_rec *a = x->m->rec[i], *b = x->m->rec[j];
	switch (x->rule) {
	case CRM_MERGE_NEWEST:
		return compare(member(a, CRM_STR("updated")),
		    member(b, CRM_STR("updated"))) < 0;
	case CRM_MERGE_OLDEST:
		return compare(member(a, CRM_STR("created")),
		    member(b, CRM_STR("created"))) > 0;
	case CRM_MERGE_LONGEST:
		return length(value(x, j)) > length(value(x, i));
	case CRM_MERGE_COMPLETE:
		return b->shape->n > a->shape->n;
	case CRM_MERGE_SOURCE:
		return source_rank(x->p, b) < source_rank(x->p, a);
	case CRM_MERGE_MIN:
		return compare(value(x, j), value(x, i)) < 0;
	case CRM_MERGE_MAX:
		return compare(value(x, j), value(x, i)) > 0;
	case CRM_MERGE_USUAL: case CRM_MERGE_KEEP: case CRM_MERGE_UNION:
		break;
	}
	return false;
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

/* The record whose value is preferred; m->n where none has one. */
static size_t
winner(const struct pick *x)
{
	size_t n = x->m->n, best = n;
	bool mark = restricts(x->key);
	for (size_t i = 0; i < n; i++) {
		struct crm_str v = value(x, i);
		bool yes = mark && crm_str_is(v, "true");
		if (v.n && (best == n || yes || better(x, best, i)))
			best = i;
		if (yes)
			break;
	}
	return best;
}

/* What goes with another field: an amount's currency, the history of a stage.
 * "" for a field that stands alone. */
static struct crm_str
leader(struct crm_str key)
{
	static const struct { const char *key, *leader; } t[] = {
		{ "currency", "amount" }, { "stages", "stage" },
		{ "stage_since", "stage" }, { "statuses", "status" } };
	for (size_t i = 0; i < CRM_LEN(t); i++)
		if (crm_str_is(key, t[i].key))
			return crm_str_z(t[i].leader);
	return CRM_STR("");
}

/* -- several values as one --------------------------------------------------- */

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
unite(const struct pick *x, struct crm_buf *out)
{
	struct crm_map seen = { 0 };
	crm_buf_c(out, '[');
	for (size_t i = 0; i < x->m->n; i++) {
		struct crm_str val = value(x, i);
		if (val.n && crm_json_kind(val) == '[')
			add_elements(x->f, val, &seen, out);
	}
	crm_buf_c(out, ']');
	crm_map_release(&seen);
}

/* All ids of one system, from record i on; one alone stands for itself. */
static void
join_system(const struct pick *x, size_t i, struct crm_str system,
    struct crm_buf *out)
{
	struct crm_map seen = { 0 };
	struct crm_str id;
	size_t at = out->n;
	crm_buf_c(out, '[');
	for (; i < x->m->n; i++)
		if (crm_json_raw_get(value(x, i), system, &id))
			add_elements(NULL, id, &seen, out);
	crm_buf_c(out, ']');
	if (seen.n == 1) {
		memmove(out->p + at, out->p + at + 1, out->n - at - 2);
		out->n -= 2;
	}
	crm_map_release(&seen);
}

/* Ids in other systems: never dropped, two of one system become a list. */
static void
join_ext(const struct pick *x, struct crm_buf *out)
{
	struct crm_map done = { 0 };
	crm_buf_c(out, '{');
	for (size_t i = 0; i < x->m->n; i++) {
		struct crm_json_iter it = crm_json_iter(value(x, i));
		struct crm_str system, v;
		while (it.object && crm_json_next(&it, &system, &v)) {
			bool fresh;
			crm_map_put(&done, system, &fresh);
			if (!fresh)
				continue;
			crm_json_raw_key(out, system);
			join_system(x, i, system, out);
		}
	}
	crm_buf_c(out, '}');
	crm_map_release(&done);
}

/* Several texts as one, the first record's first. */
static void
join_texts(const struct pick *x, struct crm_buf *out)
{
	crm_buf_c(out, '"');
	size_t start = out->n;
	for (size_t i = 0; i < x->m->n; i++) {
		struct crm_str v = value(x, i), t;
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

/* Does no member of one say what the other does not? Case is ignored. */
static bool
agree(struct crm_str a, struct crm_str b)
{
	struct crm_json_iter it = crm_json_iter(b);
	struct crm_str key, v, w;
	struct crm_buf x = { 0 }, y = { 0 };
	bool same = it.object;
	while (same && crm_json_next(&it, &key, &v)) {
		if (!crm_json_raw_get(a, key, &w))
			continue;
		crm_buf_clear(&x);
		crm_buf_clear(&y);
		crm_fold_text(&x, v);
		crm_fold_text(&y, w);
		same = crm_str_eq(crm_buf_view(&x), crm_buf_view(&y));
	}
	crm_buf_release(&x);
	crm_buf_release(&y);
	return same;
}

/* Maps: the first record's, filled from the others. Of an address only what
 * does not contradict the preferred one. */
static void
join_objects(const struct pick *x, size_t best, struct crm_buf *out)
{
	bool address = crm_str_is(x->key, "address");
	struct crm_buf have = { 0 };
	crm_buf_str(&have, value(x, address ? best : 0));
	for (size_t i = 0; i < x->m->n; i++) {
		struct crm_str v = value(x, i);
		if (crm_json_kind(v) != '{' || i == (address ? best : 0) ||
		    (address && !agree(crm_buf_view(&have), v)))
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

/* -- the record --------------------------------------------------------------- */

/* The value that survives, as JSON; nothing where no record has one. Lists and
 * maps are united unless a rule names the field itself; ids in other systems
 * always. */
static void
survive(const struct pick *x, struct crm_buf *out)
{
	size_t best = winner(x);
	struct crm_str v = best < x->m->n ? value(x, best) :
	    (struct crm_str){ 0 };
	char kind = v.n ? crm_json_kind(v) : 'n';
	bool usual = x->rule == CRM_MERGE_USUAL || x->rule == CRM_MERGE_UNION ||
	    !x->named || crm_str_is(x->key, "ext");
	struct crm_str led = leader(x->key);
	if (led.n && (!x->named || crm_str_is(x->key, "currency"))) {
		struct pick of = pick_of(x->p, x->m, led);
		size_t first = winner(&of);
		if (first < x->m->n) {
			crm_buf_str(out, value(x, first));
			return;
		}
	}
	if (kind == '[' && usual)
		unite(x, out);
	else if (kind == '{' && usual && crm_str_is(x->key, "ext"))
		join_ext(x, out);
	else if (kind == '{' && usual)
		join_objects(x, best, out);
	else if (crm_str_is(x->key, "notes") && kind == '"' && usual)
		join_texts(x, out);
	else
		crm_buf_str(out, v);
}

static bool
is_own(struct crm_str key)
{
	return crm_str_is(key, "id") || crm_str_is(key, "type") ||
	    crm_str_is(key, "rev") || crm_str_is(key, "updated");
}

enum crm_status
crm_merge_fields(const struct crm_merge_policy *p,
    const struct crm_merge_set *m, struct crm_change_set *c,
    struct crm_err *err)
{
	struct crm_buf b = { 0 }, own = { 0 };
	struct crm_map seen = { 0 };
	struct crm_str none = { NULL, 0 };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < m->n; i++)
		for (uint32_t k = 0; k < m->rec[i]->shape->n && !st; k++) {
			struct crm_str key = m->rec[i]->shape->keys[k];
			bool fresh;
			crm_map_put(&seen, key, &fresh);
			if (!fresh || is_own(key))
				continue;
			struct pick x = pick_of(p, m, key);
			crm_buf_clear(&b);
			crm_buf_clear(&own);
			survive(&x, &b);
			st = crm_merge_own_refs(m, key, crm_buf_view(&b), &own,
			    err);
			struct crm_str was = member(m->rec[0], key);
			if (!crm_str_eq(crm_buf_view(&own), was))
				crm_change_put(c, key, own.n ?
				    crm_buf_view(&own) : none);
		}
	crm_map_release(&seen);
	crm_buf_release(&b);
	crm_buf_release(&own);
	return st;
}
