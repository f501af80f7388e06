/* What an index can know of a query: conditions every match fulfils. */
#include "model/query_impl.h"

struct crm_q_bounds {	/* of one type */
	struct crm_q_bounds *next;
	const struct crm_type *type;
	struct crm_bound *b;
	size_t n, cap;
	bool none;
	bool exact;		/* nothing but the bounds is asked */
	struct crm_arena mem;
};

void
crm_q_bounds_free(struct crm_q_bounds *b)
{
	while (b) {
		struct crm_q_bounds *next = b->next;
		free(b->b);
		crm_arena_release(&b->mem);
		free(b);
		b = next;
	}
}

static struct crm_bound *
add(struct crm_q_bounds *out, enum crm_bound_kind kind,
    const struct crm_field *f, size_t n)
{
	crm_grow(&out->b, &out->cap, out->n + 1, sizeof(*out->b));
	struct crm_bound *b = &out->b[out->n++];
	*b = (struct crm_bound){ .kind = kind, .field = f, .n = n };
	if (n)
		b->keys = crm_arena_zalloc(&out->mem, n * sizeof(*b->keys));
	return b;
}

static struct crm_str *
keys_of(struct crm_bound *b)
{
	return (struct crm_str *)(uintptr_t)b->keys;
}

static struct crm_str
key_of(struct crm_q_bounds *out, const struct crm_field *f, struct crm_str s)
{
	struct crm_buf key = { 0 };
	struct crm_str none = { NULL, 0 }, k = none;
	if (crm_field_key(f, s, none, &key))
		k = crm_arena_str(&out->mem, crm_buf_view(&key));
	crm_buf_release(&key);
	return k;
}

static void
key_bound(struct crm_q_bounds *out, const struct crm_q_step *s)
{
	const struct crm_q_test *t = s->test;
	const struct crm_field *f = s->field;
	bool is_id = crm_str_is(f->name, "id");
	if (t->n == 0)
		return;
	if (t->item[0].prefix) {
		if (t->n > 1 || !(f->flags & CRM_F_INDEX))
			return;
		keys_of(add(out, CRM_BOUND_PREFIX, f, 1))[0] = t->item[0].key;
		return;
	}
	for (size_t i = 0; i < t->n; i++)
		if (t->item[i].prefix || t->item[i].key.n == 0)
			return;
	struct crm_bound *b = add(out, is_id ? CRM_BOUND_ID :
	    f->kind == CRM_K_REF ? CRM_BOUND_REF : CRM_BOUND_KEYS, f, t->n);
	for (size_t i = 0; i < t->n; i++)
		keys_of(b)[i] = t->item[i].key;
}

/* An end of a range in days or microseconds as a key. */
static struct crm_str
when_key(struct crm_q_bounds *out, const struct crm_q_step *s, int64_t v)
{
	struct crm_buf text = { 0 };
	if (v == INT64_MIN || v == INT64_MAX)
		return (struct crm_str){ NULL, 0 };
	if (s->test->how == CRM_Q_DAY)
		crm_date_format(&text, (int32_t)v);
	else
		crm_time_format(&text, v);
	struct crm_str k = key_of(out, s->field, crm_buf_view(&text));
	crm_buf_release(&text);
	return k;
}

static struct crm_str
number_key(struct crm_q_bounds *out, bool there, struct crm_dec d)
{
	uint8_t key[4] = { 0 };
	if (!there)
		return (struct crm_str){ NULL, 0 };
	crm_dec_key(d, key);
	return crm_arena_str(&out->mem, (struct crm_str){ (char *)key, 4 });
}

static void
range_bound(struct crm_q_bounds *out, const struct crm_q_step *s)
{
	const struct crm_q_test *t = s->test;
	if (t->n != 1)
		return;
	const struct crm_q_item *it = &t->item[0];
	struct crm_bound *b = add(out, CRM_BOUND_RANGE, s->field, 0);
	if (t->how == CRM_Q_NUM) {
		b->lo = number_key(out, it->lo, it->lo_num);
		b->hi = number_key(out, it->hi, it->hi_num);
	} else {
		b->lo = when_key(out, s, it->from);
		/* a plain date in a time field keeps its own day as key,
		 * which may be the one after the instant's day in UTC */
		int64_t more = t->how == CRM_Q_TIME ? CRM_DAY : 0;
		b->hi = when_key(out, s, it->to > INT64_MAX - more - 1 ?
		    INT64_MAX : it->to - 1 + more);
	}
	if (!b->lo.n && !b->hi.n)
		out->n--;
}

/* An index holds this field's keys whole and nothing else decides: codes that
 * are the same text in any country. */
static bool
is_exact(const struct crm_q_step *s)
{
	enum { WHOLE = 64 };	/* longer terms may be cut */
	const struct crm_field *f = s->field;
	const struct crm_q_test *t = s->test;
	if (s->where != CRM_Q_FIELD || !f || !t || s->shadowed ||
	    t->how != CRM_Q_KEY || t->n == 0 || !(f->flags & CRM_F_INDEX) ||
	    (f->flags & (CRM_F_KEY | CRM_F_UNIQUE)))
		return false;
	if (f->kind != CRM_K_CODE && f->kind != CRM_K_ENUM &&
	    f->kind != CRM_K_COUNTRY && f->kind != CRM_K_LANGUAGE &&
	    f->kind != CRM_K_CURRENCY)
		return false;
	for (size_t i = 0; i < t->n; i++)
		if (t->item[i].prefix || t->item[i].key.n == 0 ||
		    t->item[i].key.n > WHOLE)
			return false;
	return true;
}

static void
leaf_bound(struct crm_q_bounds *out, const struct crm_q_step *s)
{
	const struct crm_field *f = s->field;
	out->exact = out->exact && is_exact(s);
	if (s->where == CRM_Q_NOWHERE)
		out->none = true;
	if (s->where != CRM_Q_FIELD || !f || !s->test || s->shadowed)
		return;
	if (crm_str_is(f->name, "type") && s->test->how == CRM_Q_KEY) {
		bool asked = false;
		for (size_t i = 0; i < s->test->n; i++)
			asked = asked || s->test->item[i].prefix ||
			    crm_str_eq(s->test->item[i].key, out->type->name);
		out->none = out->none || !asked;
		return;
	}
	if (!(f->flags & (CRM_F_INDEX | CRM_F_KEY | CRM_F_UNIQUE)) &&
	    f->kind != CRM_K_REF && !crm_str_is(f->name, "id"))
		return;
	switch (s->test->how) {
	case CRM_Q_KEY:
	case CRM_Q_WHOLE:
		key_bound(out, s);
		break;
	case CRM_Q_NUM: case CRM_Q_DAY: case CRM_Q_TIME:
		if (f->flags & CRM_F_INDEX)
			range_bound(out, s);
		break;
	case CRM_Q_PRESENT: case CRM_Q_WORDS: case CRM_Q_BIRTH:
	case CRM_Q_SPAN: case CRM_Q_BOOL: case CRM_Q_REGEX_: case CRM_Q_LOOSE:
		break;
	}
}

static void
text_bound(struct crm_q_bounds *out, const struct crm_q_text *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct crm_str w = crm_str_sub(t->word[i], 0, 64);
		struct crm_bound *b = add(out, CRM_BOUND_WORDS, NULL, 1);
		keys_of(b)[0] = w;
		if (!(i == t->n - 1 && t->prefix) || w.n == 64)
			continue;
		char *p = crm_arena_alloc(&out->mem, w.n + 1);
		memcpy(p, w.p, w.n);
		p[w.n] = '*';
		keys_of(b)[0] = (struct crm_str){ p, w.n + 1 };
	}
}

/* Each word wanted has a bound of its own. */
static void
like_bound(struct crm_q_bounds *out, const struct crm_query *q,
    const void *made)
{
	const uint64_t *key;
	size_t n;
	for (size_t i = 0; (n = q->like_ops->keys(made, i, &key)) > 0; i++) {
		struct crm_bound *b = add(out, CRM_BOUND_LIKE, NULL, n);
		for (size_t k = 0; k < n; k++)
			keys_of(b)[k] = crm_arena_str(&out->mem,
			    (struct crm_str){ (const char *)&key[k], 8 });
	}
}

static void collect(struct crm_q_bounds *out, const struct crm_query *q,
    const struct crm_q_node *n);

/* a or b: what both sides ask of one field, together. */
static void
or_bound(struct crm_q_bounds *out, const struct crm_query *q,
    const struct crm_q_node *n)
{
	struct crm_bound all = { 0 };
	size_t cap = 0, some = 0;
	struct crm_str *keys = NULL;
	bool usable = true;
	for (size_t i = 0; i < n->n && usable; i++) {
		struct crm_q_bounds one = { .type = out->type };
		const struct crm_bound *use = NULL;
		collect(&one, q, n->kid[i]);
		for (size_t k = 0; k < one.n && !use && !one.none; k++)
			if (one.b[k].kind != CRM_BOUND_RANGE &&
			    one.b[k].kind != CRM_BOUND_PREFIX &&
			    (some == 0 || (one.b[k].kind == all.kind &&
			    one.b[k].field == all.field)))
				use = &one.b[k];
		usable = use || one.none;
		for (size_t k = 0; use && k < use->n; k++) {
			crm_grow(&keys, &cap, all.n + 1, sizeof(*keys));
			keys[all.n++] = crm_arena_str(&out->mem, use->keys[k]);
		}
		if (use) {
			all.kind = use->kind;
			all.field = use->field;
			some++;
		}
		free(one.b);
		crm_arena_release(&one.mem);
	}
	if (usable && some == 0)
		out->none = true;
	if (usable && some) {
		struct crm_bound *b = add(out, all.kind, all.field, all.n);
		memcpy(keys_of(b), keys, all.n * sizeof(*keys));
	}
	free(keys);
}

static void
ids_bound(struct crm_q_bounds *out, const struct crm_map *ids)
{
	const struct crm_field *f =
	    crm_type_field(out->type, CRM_STR("id"));
	if (ids->n == 0) {
		out->none = true;
		return;
	}
	struct crm_bound *b = add(out, CRM_BOUND_ID, f, ids->n);
	for (size_t i = 0; i < ids->n; i++)
		keys_of(b)[i] = ids->e[i].key;
}

static void
collect_query(struct crm_q_bounds *out, const struct crm_query *q)
{
	bool asked = q->ntypes == 0;
	for (size_t i = 0; i < q->ntypes; i++)
		asked = asked || q->types[i] == out->type;
	if (!asked || q->never)
		out->none = true;
	else if (q->root)
		collect(out, q, q->root);
}

static void
collect(struct crm_q_bounds *out, const struct crm_query *q,
    const struct crm_q_node *n)
{
	out->exact = out->exact && (n->op == CRM_Q_AND ||
	    n->op == CRM_Q_LEAF);
	switch (n->op) {
	case CRM_Q_AND:
		for (size_t i = 0; i < n->n; i++)
			collect(out, q, n->kid[i]);
		break;
	case CRM_Q_OR:
		or_bound(out, q, n);
		break;
	case CRM_Q_LEAF:
		leaf_bound(out, &n->path->step[out->type -
		    q->calc.schema->types]);
		break;
	case CRM_Q_FULLTEXT:
		text_bound(out, n->text);
		break;
	case CRM_Q_IDS:
		ids_bound(out, n->ids);
		break;
	case CRM_Q_SUB:
		collect_query(out, n->sub);
		break;
	case CRM_Q_NEVER:
		out->none = true;
		break;
	case CRM_Q_LIKE:
		like_bound(out, q, n->like);
		break;
	case CRM_Q_NOT:
		break;
	}
}

static struct crm_q_bounds *
bounds_of(struct crm_query *q, const struct crm_type *t)
{
	struct crm_q_bounds *b = q->bounds;
	while (b && b->type != t)
		b = b->next;
	if (!b) {
		b = crm_zalloc(sizeof(*b));
		b->type = t;
		b->exact = true;
		b->next = q->bounds;
		q->bounds = b;
		collect_query(b, q);
	}
	return b;
}

bool
crm_query_exact(struct crm_query *q, const struct crm_type *t)
{
	const struct crm_q_bounds *b = bounds_of(q, t);
	return !b->none && b->exact;
}

size_t
crm_query_bounds(struct crm_query *q, const struct crm_type *t,
    const struct crm_bound **out, bool *none)
{
	const struct crm_q_bounds *b = bounds_of(q, t);
	*none = b->none;
	*out = b->b;
	return b->none ? 0 : b->n;
}
