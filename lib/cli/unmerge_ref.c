/* References to records that come apart again. */
#include "base/mem.h"
#include "cli/unmerge_impl.h"



/* Where an id leads: `final` after the undo, else now. */
static enum crm_status
lead(struct crm_unmerge *m, struct crm_str id, bool final,
    struct crm_str *out, struct crm_err *err)
{
	struct crm_map *map = final ? &m->final : &m->live;
	const struct crm_map_entry *e = crm_map_get(map, id);
	struct crm_key k = { .by = CRM_BY_OLD_ID, .value = id };
	if (e) {
		*out = *(struct crm_str *)e->v.p;
		return CRM_OK;
	}
	enum crm_status st = crm_store_get(m->s, m->u->now, &k, 1, m->row,
	    NULL, err);
	const struct crm_rec *r = st ? NULL : crm_batch_row(m->row, 0);
	for (int i = 0; i < HOPS && !st && r->state == CRM_MERGED &&
	    !(final && crm_um_loser(m, r->no)); i++) {
		k = (struct crm_key){ .by = CRM_BY_NO, .no = r->into };
		st = crm_store_get(m->s, m->u->now, &k, 1, m->row, NULL, err);
		r = crm_batch_row(m->row, 0);
	}
	if (st)
		return st;
	struct crm_str *to = crm_arena_alloc(&m->mem, sizeof(*to));
	*to = crm_arena_str(&m->mem, r->line.n ? crm_rec_id(r) : id);
	crm_map_put(map, id, NULL)->v.p = to;
	*out = *to;
	return CRM_OK;
}

struct ref_field {		/* one that holds references */
	const struct crm_type *type;
	const struct crm_field *f;
};

struct way {
	struct crm_unmerge *m;
	bool final;
};

static enum crm_status
lead_one(void *ctx, const struct crm_field *f, struct crm_str id,
    struct crm_buf *out, struct crm_err *err)
{
	const struct way *w = ctx;
	struct crm_str to;
	(void)f;
	enum crm_status st = lead(w->m, id, w->final, &to, err);
	if (!st)
		crm_json_quote(out, to);
	return st;
}

/* The raw value with every reference as it leads. */
static enum crm_status
follow(struct crm_unmerge *m, const struct ref_field *f, struct crm_str raw,
    bool final, struct crm_buf *out, struct crm_err *err)
{
	struct way w = { m, final };
	const struct crm_refs map = { .fn = lead_one, .ctx = &w,
		.once = true };
	return crm_refs_map(&map, f->type, f->f, raw, out, err);
}

static bool
in_list(struct crm_str list, struct crm_str e)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, v;
	while (crm_json_next(&it, &key, &v))
		if (crm_str_eq(v, e))
			return true;
	return false;
}

/* -- what people pointed to -------------------------------------------------- */

struct owned {			/* elements of a list, as people put them there */
	struct crm_str *v;
	size_t n, cap;
};

static void
own_all(struct owned *o, struct crm_str list, struct crm_str not_in)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, e;
	while (crm_json_next(&it, &key, &e)) {
		if (in_list(not_in, e))
			continue;
		crm_grow(&o->v, &o->cap, o->n + 1, sizeof(*o->v));
		o->v[o->n++] = e;
	}
}

/* Someone took e out of the list: that was any of ours which had become e. */
static enum crm_status
disown(struct crm_unmerge *m, const struct ref_field *f,
    struct owned *o, struct crm_str e, struct crm_err *err)
{
	struct crm_buf led = { 0 };
	enum crm_status st = CRM_OK;
	size_t n = 0;
	for (size_t i = 0; i < o->n && !st; i++) {
		crm_buf_clear(&led);
		st = follow(m, f, o->v[i], false, &led, err);
		if (!crm_str_eq(o->v[i], e) &&
		    !crm_str_eq(crm_buf_view(&led), e))
			o->v[n++] = o->v[i];
	}
	o->n = n;
	crm_buf_release(&led);
	return st;
}

static struct crm_str
list_at(const struct crm_um_version *v, const struct ref_field *f)
{
	struct crm_str x;
	return crm_json_get(v->line, f->f->name, &x) && crm_json_kind(x) == '[' ?
	    x : CRM_STR("[]");
}

static enum crm_status
own_list(struct crm_unmerge *m, const struct crm_um_versions *vs,
    const struct ref_field *f, struct crm_buf *out, struct crm_err *err)
{
	struct owned o = { 0 };
	enum crm_status st = CRM_OK;
	own_all(&o, list_at(&vs->v[vs->n - 1], f), CRM_STR("[]"));
	for (size_t i = vs->n - 1; i-- > 0 && !st;) {
		struct crm_str was = list_at(&vs->v[i + 1], f);
		struct crm_str is = list_at(&vs->v[i], f), key, e;
		struct crm_json_iter it = crm_json_iter(was);
		if (!vs->v[i].own || crm_str_eq(was, is))
			continue;
		while (!st && crm_json_next(&it, &key, &e))
			if (!in_list(is, e))
				st = disown(m, f, &o, e, err);
		own_all(&o, is, was);
	}
	crm_buf_c(out, '[');
	for (size_t i = 0; i < o.n; i++) {
		crm_json_comma(out);
		crm_buf_str(out, o.v[i]);
	}
	crm_buf_c(out, ']');
	free(o.v);
	return st;
}

static struct crm_str
top(struct crm_str line, const struct ref_field *f)
{
	struct crm_str v;
	return crm_json_get(line, f->f->name, &v) ? v : (struct crm_str){ 0 };
}

/* The reference as people made it, before merges led it on. */
static struct crm_str
own_ref(const struct crm_um_versions *vs, const struct ref_field *f)
{
	struct crm_str v = top(vs->v[0].line, f);
	for (size_t i = 0; i + 1 < vs->n; i++) {
		struct crm_str older = top(vs->v[i + 1].line, f);
		if (vs->v[i].own && !crm_str_eq(v, older))
			break;
		v = older;
	}
	return v;
}

/* -- what the record says then ------------------------------------------------ */

struct sources {		/* the record, and what stays merged into it */
	struct crm_um_versions *v;
	size_t n, cap;
};

static enum crm_status
add_source(struct crm_unmerge *m, struct sources *s, uint64_t no,
    struct crm_err *err)
{
	crm_grow(&s->v, &s->cap, s->n + 1, sizeof(*s->v));
	s->v[s->n] = (struct crm_um_versions){ 0 };
	return crm_um_history(m, no, &s->v[s->n++], err);
}

static enum crm_status
find_sources(struct crm_unmerge *m, uint64_t no, struct sources *s, int depth,
    struct crm_err *err)
{
	enum crm_status st = add_source(m, s, no, err);
	for (size_t i = crm_um_children(m, no); i < m->nmerged && !st &&
	    m->child[i]->into == no && depth < DEPTH; i++)
		if (!crm_um_loser(m, m->child[i]->no))
			st = find_sources(m, m->child[i]->no, s, depth + 1,
			    err);
	return st;
}

static void
forget_sources(struct sources *s)
{
	for (size_t i = 0; i < s->n; i++)
		crm_um_forget(&s->v[i]);
	free(s->v);
}

/* Adds the elements as they lead; of other records only what is there now
 * (`other`): what a person took out since stays out. The text of a record that
 * is merged itself tells nothing of now. */
static enum crm_status
add_elements(struct crm_unmerge *m, const struct ref_field *f,
    struct crm_str list, struct crm_str now, bool other, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, e;
	struct crm_buf led = { 0 };
	enum crm_status st = CRM_OK;
	while (!st && crm_json_next(&it, &key, &e)) {
		crm_buf_clear(&led);
		if (other)
			st = follow(m, f, e, false, &led, err);
		if (!st && other && !in_list(now, crm_buf_view(&led)))
			continue;
		crm_json_comma(out);
		if (!st)
			st = follow(m, f, e, true, out, err);
	}
	crm_buf_release(&led);
	return st;
}

static void
once_each(struct crm_str list, struct crm_buf *out)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, e;
	struct crm_map seen = { 0 };
	bool fresh;
	crm_buf_c(out, '[');
	while (crm_json_next(&it, &key, &e)) {
		crm_map_put(&seen, e, &fresh);
		if (!fresh && crm_json_is_string(e))
			continue;
		crm_json_comma(out);
		crm_buf_str(out, e);
	}
	crm_buf_c(out, ']');
	crm_map_release(&seen);
}

static enum crm_status
ref_list(struct crm_unmerge *m, const struct sources *s,
    const struct ref_field *f, struct crm_str now, bool live,
    struct crm_buf *out, struct crm_err *err)
{
	struct crm_buf own = { 0 }, all = { 0 };
	enum crm_status st = CRM_OK;
	crm_buf_c(&all, '[');
	for (size_t i = 0; i < s->n && !st; i++) {
		crm_buf_clear(&own);
		if (s->v[i].n)
			st = own_list(m, &s->v[i], f, &own, err);
		if (!st)
			st = add_elements(m, f, crm_buf_view(&own), now,
			    i > 0 && live, &all, err);
	}
	crm_buf_c(&all, ']');
	if (!st)
		once_each(crm_buf_view(&all), out);
	if (out->n == 2 && now.n == 0)	/* it was absent */
		crm_buf_clear(out);
	crm_buf_release(&own);
	crm_buf_release(&all);
	return st;
}

static enum crm_status
ref_one(struct crm_unmerge *m, const struct sources *s,
    const struct ref_field *f, struct crm_str now, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_buf led = { 0 };
	struct crm_str use = { 0 }, own, first = { 0 };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < s->n && !st && !use.n; i++) {
		own = s->v[i].n ? own_ref(&s->v[i], f) : (struct crm_str){ 0 };
		if (own.n && !first.n && (i == 0 || now.n))
			first = own;
		crm_buf_clear(&led);
		if (own.n)
			st = follow(m, f, own, false, &led, err);
		if (own.n && crm_str_eq(crm_buf_view(&led), now))
			use = own;
	}
	if (!use.n)
		use = first;
	if (!st && use.n)
		st = follow(m, f, use, true, out, err);
	crm_buf_release(&led);
	return st;
}

static bool
is_list(const struct sources *s, const struct ref_field *f,
    struct crm_str now)
{
	bool yes = now.n && crm_json_kind(now) == '[';
	for (size_t i = 0; i < s->n && !yes; i++)
		for (size_t k = 0; k < s->v[i].n && !yes; k++) {
			struct crm_str x = top(s->v[i].v[k].line, f);
			yes = x.n && crm_json_kind(x) == '[';
		}
	return yes;
}

enum crm_status
crm_um_refs(struct crm_unmerge *m, const struct crm_rec *n,
    struct crm_str like, struct crm_str *out, struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	struct sources src = { 0 };
	struct crm_buf v = { 0 }, self = { 0 };
	struct crm_str line = crm_arena_str(&m->mem, n->line);
	const struct crm_type *t = n->type;
	crm_json_quote(&self, crm_rec_id(n));
	enum crm_status st = crm_um_type(m, n->no, err);
	if (!st)
		st = find_sources(m, n->no, &src, 0, err);
	for (size_t i = 0; t && i < t->nfields && !st; i++) {
		const struct ref_field w = { t, &t->fields[i] }, *f = &w;
		if (!crm_field_refers(t, f->f))
			continue;
		struct crm_str now = top(line, f);
		crm_buf_clear(&v);
		st = is_list(&src, f, now) ?
		    ref_list(m, &src, f, now, n->state == CRM_LIVE, &v, err) :
		    ref_one(m, &src, f, now, &v, err);
		if (crm_str_eq(crm_buf_view(&v), crm_buf_view(&self)))
			crm_buf_clear(&v);
		if (!st && !crm_str_eq(crm_buf_view(&v), now))
			crm_change_put(&c, f->f->name, crm_buf_view(&v));
	}
	if (!st)
		st = crm_um_apply(m, line, &c, like.n ? crm_arena_str(&m->mem,
		    like) : line, out, err);
	forget_sources(&src);
	crm_buf_release(&v);
	crm_buf_release(&self);
	crm_change_release(&c);
	return st;
}

bool
crm_um_same_but_refs(struct crm_unmerge *m, const struct crm_rec *a,
    const struct crm_rec *n)
{
	struct crm_change_set c = { 0 };
	struct crm_buf v = { 0 };
	struct crm_record was = { 0 }, led = { 0 };
	struct crm_err err = { 0 };
	struct crm_reader *rd = &m->u->reader;
	enum crm_status st = crm_record_read(rd, a->line, &was, &err);
	const struct crm_type *t = a->type;
	for (size_t i = 0; t && i < t->nfields && !st; i++) {
		struct crm_str x;
		if (!crm_field_refers(t, &t->fields[i]) ||
		    !crm_json_get(a->line, t->fields[i].name, &x))
			continue;
		crm_buf_clear(&v);
		const struct ref_field f = { t, &t->fields[i] };
		st = follow(m, &f, x, false, &v, &err);
		crm_change_put(&c, t->fields[i].name, crm_buf_view(&v));
	}
	if (!st)
		st = crm_record_apply(rd, &was.rec, &c, &led, &err);
	bool same = !st && crm_rec_same(&led.rec, n);
	crm_change_release(&c);
	crm_buf_release(&v);
	crm_record_release(&was);
	crm_record_release(&led);
	return same;
}
