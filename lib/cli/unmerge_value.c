/* Members of a record that others were merged into, by who set them. */
#include "base/mem.h"
#include "base/time.h"
#include "cli/unmerge_impl.h"

struct place {			/* a member, or a member of a member */
	struct crm_str key, sub;
};

static struct crm_str
value(struct crm_str line, const struct place *w)
{
	struct crm_str v = { 0 }, part = { 0 };
	if (line.n == 0 || !crm_json_get(line, w->key, &v))
		return (struct crm_str){ 0 };
	if (w->sub.n == 0)
		return v;
	return crm_json_kind(v) == '{' && crm_json_get(v, w->sub, &part) ?
	    part : (struct crm_str){ 0 };
}

/* Is e an element of the value, or the value itself? */
static bool
holds(struct crm_str v, struct crm_str e)
{
	struct crm_json_iter it = crm_json_iter(v);
	struct crm_str key, x;
	if (v.n == 0 || crm_json_kind(v) != '[')
		return v.n && crm_str_eq(v, e);
	while (crm_json_next(&it, &key, &x))
		if (crm_str_eq(x, e))
			return true;
	return false;
}

/* Does one of them bring it? What stands in raw.merged_FIELD was another's
 * FIELD. */
static bool
any_holds(const struct crm_str *line, size_t n, const struct place *w,
    struct crm_str e)
{
	struct crm_str merged = CRM_STR("merged_");
	struct place of = { .key = crm_str_sub(w->sub, merged.n, SIZE_MAX) };
	bool aside = crm_str_is(w->key, "raw") && crm_str_starts(w->sub,
	    merged);
	for (size_t i = 0; i < n; i++)
		if (holds(value(line[i], w), e) ||
		    (aside && holds(value(line[i], &of), e)))
			return true;
	return false;
}

/* -- whose is it? ------------------------------------------------------------ */

static bool
see_version(void *ctx, const struct crm_rec *r, const struct crm_commit *c)
{
	struct crm_um_versions *vs = ctx;
	crm_grow(&vs->v, &vs->cap, vs->n + 1, sizeof(*vs->v));
	vs->v[vs->n++] = (struct crm_um_version){
		{ crm_strdup(r->line), r->line.n }, c->rev,
		!crm_str_is(c->program, "crm-merge") &&
		!crm_str_is(c->program, "crm-history"),
		crm_str_is(c->program, "crm-history") };
	return true;
}

/* Who takes back what a person did does what a person does. */
static void
settle_undone(struct crm_um_versions *vs)
{
	for (size_t i = vs->n > 2 ? vs->n - 2 : 0; i-- > 0;)
		if (vs->v[i].undo &&
		    crm_str_eq(vs->v[i].line, vs->v[i + 2].line))
			vs->v[i].own = vs->v[i + 1].own;
}

enum crm_status
crm_um_history(struct crm_unmerge *m, uint64_t no,
    struct crm_um_versions *out, struct crm_err *err)
{
	enum crm_status st = crm_store_images(m->s, no, see_version, out,
	    err);
	settle_undone(out);
	return st;
}

void
crm_um_forget(struct crm_um_versions *vs)
{
	for (size_t i = 0; i < vs->n; i++)
		free((char *)(uintptr_t)vs->v[i].line.p);
	free(vs->v);
	*vs = (struct crm_um_versions){ 0 };
}

/* Did a person put this element there (and nobody takes it out since)? */
static bool
own_element(const struct crm_um_holder *h, const struct place *w,
    struct crm_str e)
{
	size_t i = 0;
	while (i < h->versions.n && holds(value(h->versions.v[i].line, w), e))
		i++;
	return i > 0 && (i == h->versions.n || h->versions.v[i - 1].own);
}

/* What a person set last; *rev: when. */
static struct crm_str
own_value(const struct crm_um_holder *h, const struct place *w, uint64_t *rev)
{
	struct crm_str v = { 0 }, older;
	*rev = 0;
	for (size_t i = 0; i < h->versions.n; i++) {
		v = value(h->versions.v[i].line, w);
		if (i + 1 == h->versions.n)
			break;
		older = value(h->versions.v[i + 1].line, w);
		if (h->versions.v[i].own && !crm_str_eq(v, older)) {
			*rev = h->versions.v[i].rev;
			break;
		}
	}
	return v;
}

/* -- one value --------------------------------------------------------------- */

static bool
leaves(const struct crm_um_holder *h, const struct place *w, struct crm_str e)
{
	bool brought = any_holds(h->leaving, h->nleaving, w, e) ||
	    (holds(value(h->after, w), e) && !holds(value(h->before, w), e));
	return brought && !own_element(h, w, e) &&
	    !any_holds(h->other, h->nothers, w, e);
}

static void
add_element(struct crm_buf *out, struct crm_map *seen, struct crm_str e,
    size_t *n)
{
	bool fresh;
	crm_map_put(seen, e, &fresh);
	if (!fresh)
		return;
	crm_json_comma(out);
	crm_buf_str(out, e);
	(*n)++;
}

/* The elements of one of the values that stay, in its order. */
static void
take_elements(const struct crm_um_holder *h, const struct place *w,
    struct crm_str v, bool before, struct crm_map *seen, struct crm_buf *out,
    size_t *n)
{
	struct crm_json_iter it = crm_json_iter(v);
	struct crm_str key, e = v, now = value(h->now, w);
	bool list = v.n && crm_json_kind(v) == '[';
	while (v.n && (list ? crm_json_next(&it, &key, &e) : true)) {
		bool there = holds(now, e);
		/* a policy may have dropped it: it comes back then */
		bool back = before && !there &&
		    !holds(value(h->after, w), e);
		if (back || (there && !leaves(h, w, e)))
			add_element(out, seen, e, n);
		if (!list)
			break;
	}
}

static void
decide_list(const struct crm_um_holder *h, const struct place *w,
    struct crm_buf *out)
{
	struct crm_map seen = { 0 };
	struct crm_str b = value(h->before, w);
	size_t n = 0, start = out->n;
	crm_buf_c(out, '[');
	take_elements(h, w, b, true, &seen, out, &n);
	take_elements(h, w, value(h->now, w), false, &seen, out, &n);
	crm_buf_c(out, ']');
	uint64_t rev;
	struct crm_str own = own_value(h, w, &rev);
	bool lone = own.n ? crm_json_kind(own) != '[' :
	    crm_str_is(w->key, "ext");
	if (n == 1 && lone) {
		memmove(out->p + start, out->p + start + 1,
		    out->n - start - 2);
		out->n -= 2;
	} else if (n == 0 && !(b.n == 2 && value(h->now, w).n == 2)) {
		out->n = start;
	}
	crm_map_release(&seen);
}

static void
note(struct crm_um_holder *h, const struct place *w)
{
	if (h->undecided.n)
		crm_buf_z(&h->undecided, ", ");
	crm_buf_str(&h->undecided, w->key);
	if (w->sub.n)
		crm_buf_c(&h->undecided, '.');
	crm_buf_str(&h->undecided, w->sub);
}

static void
decide_scalar(struct crm_um_holder *h, const struct place *w,
    struct crm_buf *out)
{
	uint64_t rev;
	struct crm_str n = value(h->now, w), b = value(h->before, w),
	    a = value(h->after, w), own = own_value(h, w, &rev);
	bool untouched = crm_str_eq(a, b) && crm_str_eq(n, a) &&
	    !any_holds(h->leaving, h->nleaving, w, n);
	if (crm_str_eq(n, own)) {
		/* A person changed what the merge had brought. */
		if (h->entry && rev > h->last && !crm_str_eq(a, b))
			note(h, w);
		crm_buf_str(out, n);
		return;
	}
	if (untouched || (n.n && any_holds(h->other, h->nothers, w, n))) {
		crm_buf_str(out, n);
		return;
	}
	for (size_t i = 0; i < h->nothers && own.n == 0; i++)
		own = value(h->other[i], w);
	crm_buf_str(out, own);
}

static bool
is_kind(const struct crm_um_holder *h, const struct place *w, char kind)
{
	struct crm_str v[3] = { value(h->before, w), value(h->after, w),
		value(h->now, w) };
	for (size_t i = 0; i < 3; i++)
		if (v[i].n && crm_json_kind(v[i]) == kind)
			return true;
	return false;
}

static void
decide_object(struct crm_um_holder *h, const struct place *w,
    struct crm_buf *out)
{
	struct crm_map seen = { 0 };
	struct crm_str from[3] = { value(h->before, w), value(h->now, w),
		value(h->after, w) };
	struct crm_buf one = { 0 };
	size_t n = 0, start = out->n;
	crm_buf_c(out, '{');
	for (size_t i = 0; i < 3; i++) {
		struct crm_json_iter it = crm_json_iter(from[i]);
		struct crm_str sub, v;
		while (it.object && crm_json_next(&it, &sub, &v)) {
			struct place p = { w->key, sub };
			bool fresh;
			crm_map_put(&seen, sub, &fresh);
			if (!fresh)
				continue;
			crm_buf_clear(&one);
			if (is_kind(h, &p, '[') || crm_str_is(w->key, "ext"))
				decide_list(h, &p, &one);
			else
				decide_scalar(h, &p, &one);
			if (one.n == 0)
				continue;
			crm_json_raw_key(out, sub);
			crm_buf_str(out, crm_buf_view(&one));
			n++;
		}
	}
	crm_buf_c(out, '}');
	if (n == 0)
		out->n = start;
	crm_buf_release(&one);
	crm_map_release(&seen);
}

/* -- the whole record -------------------------------------------------------- */

static bool
is_own_key(struct crm_str key)
{
	return crm_str_is(key, "id") || crm_str_is(key, "type") ||
	    crm_str_is(key, "rev") || crm_str_is(key, "updated");
}

static void
decide_member(struct crm_um_holder *h, struct crm_str key,
    struct crm_change_set *c)
{
	struct place w = { .key = key };
	struct crm_buf b = { 0 };
	if (is_kind(h, &w, '{') && !crm_str_is(key, "address"))
		decide_object(h, &w, &b);
	else if (is_kind(h, &w, '['))
		decide_list(h, &w, &b);
	else
		decide_scalar(h, &w, &b);
	struct crm_str v = crm_buf_view(&b);
	if (!crm_str_eq(v, value(h->now, &w)))
		crm_change_put(c, key, v);
	crm_buf_release(&b);
}

enum crm_status
crm_um_apply(struct crm_unmerge *m, struct crm_str line,
    const struct crm_change_set *c, struct crm_str like, struct crm_str *out,
    struct crm_err *err)
{
	struct crm_record old = { 0 }, new = { 0 }, b = { 0 };
	struct crm_change_set stamp = { 0 };
	struct crm_reader *rd = &m->u->reader;
	enum crm_status st = crm_record_read(rd, line, &old, err);
	if (!st)
		st = crm_record_apply(rd, &old.rec, c, &new, err);
	if (!st && like.n)
		st = crm_record_read(rd, like, &b, err);
	if (!st && like.n && crm_rec_same(&new.rec, &b.rec)) {
		*out = like;
	} else if (!st && c->nval) {
		struct crm_buf t = { 0 };
		crm_buf_c(&t, '"');
		crm_time_format(&t, m->u->at);
		crm_buf_c(&t, '"');
		crm_change_put(&stamp, CRM_STR("updated"), crm_buf_view(&t));
		crm_record_release(&old);
		st = crm_record_apply(rd, &new.rec, &stamp, &old, err);
		*out = crm_arena_str(&m->mem, old.rec.line);
		crm_buf_release(&t);
	} else {
		*out = line;
	}
	crm_change_release(&stamp);
	crm_record_release(&old);
	crm_record_release(&new);
	crm_record_release(&b);
	return st;
}

enum crm_status
crm_um_decide(struct crm_unmerge *m, struct crm_um_holder *h,
    struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	struct crm_map seen = { 0 };
	struct crm_str from[3] = { h->before, h->after, h->now }, type;
	const struct crm_type *t = NULL;
	enum crm_status st = crm_um_history(m, h->no, &h->versions, err);
	if (crm_json_get(h->now, CRM_STR("type"), &type))
		t = crm_schema_type(crm_store_schema(m->s),
		    crm_json_inner(type));
	for (size_t i = 0; i < 3 && !st; i++) {
		struct crm_json_iter it = crm_json_iter(from[i]);
		struct crm_str key, v;
		while (crm_json_next(&it, &key, &v)) {
			bool fresh;
			crm_map_put(&seen, key, &fresh);
			const struct crm_field *f = t ?
			    crm_type_field(t, key) : NULL;
			if (fresh && !is_own_key(key) &&
			    !(f && crm_field_refers(t, f)))
				decide_member(h, key, &c);
		}
	}
	struct crm_str like = h->entry ? h->before : h->now;
	if (!st)
		st = crm_um_apply(m, h->now, &c, like, &h->result, err);
	struct crm_record rec = { 0 };
	if (!st)
		st = crm_record_read(&m->u->reader, h->result, &rec, err);
	rec.rec.no = h->no;
	rec.rec.state = h->depth ? CRM_MERGED : CRM_LIVE;
	if (!st)
		st = crm_um_refs(m, &rec.rec, like, &h->result, err);
	crm_record_release(&rec);
	crm_um_forget(&h->versions);
	crm_map_release(&seen);
	crm_change_release(&c);
	return st;
}
