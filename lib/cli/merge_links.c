/* What pointed to a loser points to the survivor, with all it says itself. */
#include "cli/merge.h"
#include "format/json.h"

/* A value with one id in place of another; a list names it once. */
static void
replace(struct crm_buf *out, struct crm_str raw, struct crm_str from,
    struct crm_str to)
{
	struct crm_json_iter it = crm_json_iter(raw);
	struct crm_str key, v;
	char kind = crm_json_kind(raw);
	bool have = false;
	if (kind == '"' && crm_json_eq(crm_json_inner(raw), from)) {
		crm_json_quote(out, to);
		return;
	}
	if (kind != '[' && kind != '{') {
		crm_buf_str(out, raw);
		return;
	}
	crm_buf_c(out, kind);
	while (crm_json_next(&it, &key, &v)) {
		bool hit = kind == '[' && crm_json_is_string(v) &&
		    (crm_json_eq(crm_json_inner(v), from) ||
		    crm_json_eq(crm_json_inner(v), to));
		if (hit && have)
			continue;
		have |= hit;
		crm_json_comma(out);
		if (kind == '{') {
			crm_buf_c(out, '"');
			crm_buf_str(out, key);
			crm_buf_z(out, "\":");
		}
		replace(out, v, from, to);
	}
	crm_buf_c(out, kind == '[' ? ']' : '}');
}

bool
crm_merge_refers(const struct crm_type *t, const struct crm_field *f)
{
	bool yes = f->kind == CRM_K_REF;
	for (size_t i = 0; i < t->nfields && !yes && f->parent < 0; i++)
		yes = t->fields[i].kind == CRM_K_REF &&
		    t->fields[i].parent == f - t->fields;
	return yes && f->parent < 0;
}

static enum crm_status
repoint(struct crm_sink *s, struct crm_item *item, const struct crm_rec *r,
    struct crm_str from, struct crm_str to, struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	struct crm_buf b = { 0 };
	for (uint32_t i = 0; i < r->shape->n; i++) {
		struct crm_str raw = crm_rec_val(r, i);
		const struct crm_field *f = crm_type_field(r->type,
		    r->shape->keys[i]);
		if (!f || !crm_merge_refers(r->type, f) ||
		    !memmem(raw.p, raw.n, from.p, from.n))
			continue;
		crm_buf_clear(&b);
		replace(&b, raw, from, to);
		crm_change_put(&c, r->shape->keys[i], crm_buf_view(&b));
	}
	crm_buf_release(&b);
	enum crm_status st = crm_sink_change(s, item, r, &c, 0, err);
	crm_change_release(&c);
	return st;
}

enum crm_status
crm_merge_links(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *loser, const struct crm_rec *keep,
    struct crm_err *err)
{
	struct crm_batch *links = crm_batch_new();
	enum crm_status st = crm_txn_links(s->t, loser->no, links, err);
	for (size_t i = 0; !st && i < crm_batch_len(links); i++) {
		const struct crm_rec *r = crm_batch_row(links, i);
		if (r->no != keep->no && r->no != loser->no)
			st = repoint(s, item, r, crm_rec_id(loser),
			    crm_rec_id(keep), err);
	}
	crm_batch_free(links);
	return st;
}

/* -- consent: whoever said no once has not said yes by being merged -------- */

struct said {	/* one person's last word for a purpose and a channel */
	struct crm_str what, at, status;
	size_t who;
};

struct word {
	struct said *v;
	size_t n, cap;
	struct crm_arena mem;
};

static struct crm_str
text_of(const struct crm_rec *r, const char *key)
{
	struct crm_str v;
	if (!crm_rec_get(r, crm_str_z(key), &v) || !crm_json_is_string(v))
		return (struct crm_str){ 0 };
	return crm_json_inner(v);
}

static void
hear(struct word *w, const struct crm_rec *r, size_t who)
{
	struct crm_buf b = { 0 };
	crm_json_add_str(&b, "purpose", text_of(r, "purpose"));
	crm_json_add_str(&b, "channel", text_of(r, "channel"));
	struct crm_str what = crm_arena_str(&w->mem, crm_buf_view(&b));
	crm_buf_release(&b);
	struct said x = { what, crm_arena_str(&w->mem, text_of(r, "at")),
		crm_arena_str(&w->mem, text_of(r, "status")), who };
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].who == who && crm_str_eq(w->v[i].what, what)) {
			if (crm_str_cmp(w->v[i].at, x.at) <= 0)
				w->v[i] = x;
			return;
		}
	crm_grow(&w->v, &w->cap, w->n + 1, sizeof(*w->v));
	w->v[w->n++] = x;
}

static bool
refuses(const struct said *x)
{
	return crm_str_is(x->status, "denied") ||
	    crm_str_is(x->status, "withdrawn");
}

/* Writes the refusal down again, as the newest word, where another of the
 * records had agreed. */
static enum crm_status
insist(struct crm_sink *s, struct crm_item *item, const struct said *no,
    struct crm_str id, struct crm_err *err)
{
	struct crm_buf b = { 0 };
	crm_buf_c(&b, '{');
	crm_json_add_str(&b, "type", CRM_STR("consent"));
	crm_json_add_str(&b, "contact", id);
	crm_buf_c(&b, ',');
	crm_buf_str(&b, no->what);
	crm_json_add_str(&b, "status", no->status);
	crm_json_add_str(&b, "proof", CRM_STR("crm-merge: the most restrictive "
	    "word of the merged records"));
	crm_json_add_str(&b, "at", s->now);
	crm_buf_c(&b, '}');
	enum crm_status st = crm_sink_add_line(s, item, crm_buf_view(&b), NULL,
	    err);
	crm_buf_release(&b);
	return st;
}

enum crm_status
crm_merge_consents(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *const *rec, size_t n, struct crm_err *err)
{
	struct word w = { 0 };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < n && !st; i++) {
		struct crm_batch *links = crm_batch_new();
		st = crm_txn_links(s->t, rec[i]->no, links, err);
		for (size_t k = 0; !st && k < crm_batch_len(links); k++) {
			const struct crm_rec *r = crm_batch_row(links, k);
			if (r->type && crm_str_is(r->type->name, "consent"))
				hear(&w, r, i);
		}
		crm_batch_free(links);
	}
	for (size_t i = 0; i < w.n && !st; i++) {
		bool other = false, told = false;
		for (size_t j = 0; j < w.n && refuses(&w.v[i]); j++) {
			if (!crm_str_eq(w.v[j].what, w.v[i].what) || j == i)
				continue;
			other |= !refuses(&w.v[j]);
			told |= j < i && refuses(&w.v[j]);
		}
		if (other && !told)
			st = insist(s, item, &w.v[i], crm_rec_id(rec[0]), err);
	}
	free(w.v);
	crm_arena_release(&w.mem);
	return st;
}
