/* Which records an un-merge is about, and what each becomes. */
#include "cli/unmerge_impl.h"

#include <stdlib.h>

#include "base/mem.h"



static int
by_no(const void *a, const void *b)
{
	const struct crm_um_rec *x = a, *y = b;
	return (x->no > y->no) - (x->no < y->no);
}

static int
by_into(const void *a, const void *b)
{
	const struct crm_um_rec *const *x = a, *const *y = b;
	if ((*x)->into != (*y)->into)
		return (*x)->into < (*y)->into ? -1 : 1;
	return by_no(*x, *y);
}

static struct crm_um_rec *
find(struct crm_um_rec *v, size_t n, uint64_t no)
{
	struct crm_um_rec key = { .no = no };
	return n ? bsearch(&key, v, n, sizeof(*v), by_no) : NULL;
}

const struct crm_um_rec *
crm_um_loser(const struct crm_unmerge *m, uint64_t no)
{
	return find(m->loser, m->nlosers, no);
}

/* -- what there is ----------------------------------------------------------- */

static enum crm_status
line_at(struct crm_unmerge *m, uint64_t no, uint64_t rev, struct crm_str *out,
    struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	enum crm_status st = crm_store_get(m->s, rev, &k, 1, m->row, NULL,
	    err);
	if (!st)
		*out = crm_arena_str(&m->mem, crm_batch_row(m->row, 0)->line);
	return st;
}

/* The losers of the transaction that are merged still. */
static enum crm_status
find_losers(struct crm_unmerge *m, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < m->u->n && !st; i++) {
		const struct crm_undo_entry *e = &m->u->v[i];
		struct crm_key k = { .by = CRM_BY_NO, .no = e->no };
		if (!e->merged)
			continue;
		st = crm_store_get(m->s, m->u->now, &k, 1, m->row, NULL, err);
		const struct crm_rec *r = st ? NULL : crm_batch_row(m->row, 0);
		if (st || r->state != CRM_MERGED)
			continue;
		crm_grow(&m->loser, &m->caplosers, m->nlosers + 1,
		    sizeof(*m->loser));
		m->loser[m->nlosers++] = (struct crm_um_rec){ .no = e->no,
			.into = r->into, .type = r->type,
			.id = crm_arena_str(&m->mem, crm_rec_id(r)) };
		st = line_at(m, e->no, e->first - 1,
		    &m->loser[m->nlosers - 1].line, err);
	}
	if (m->nlosers)
		qsort(m->loser, m->nlosers, sizeof(*m->loser), by_no);
	return st;
}

/* All merged records of a type. */
static enum crm_status
scan_merged(struct crm_unmerge *m, const struct crm_type *t,
    struct crm_err *err)
{
	struct crm_batch *b = crm_batch_new();
	struct crm_select sel = { .types = &t, .ntypes = 1, .dead = true };
	struct crm_cursor *c = NULL;
	enum crm_status st = crm_store_select(m->s, m->u->now, &sel, &c, err);
	while (!st && !(st = crm_cursor_next(c, b, err)))
		for (size_t k = 0; k < crm_batch_len(b); k++) {
			const struct crm_rec *r = crm_batch_row(b, k);
			if (r->state != CRM_MERGED)
				continue;
			crm_grow(&m->merged, &m->capmerged, m->nmerged + 1,
			    sizeof(*m->merged));
			m->merged[m->nmerged++] = (struct crm_um_rec){
				.no = r->no, .into = r->into,
				.line = crm_arena_str(&m->mem, r->line) };
		}
	crm_cursor_close(c);
	crm_batch_free(b);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

enum crm_status
crm_um_type(struct crm_unmerge *m, uint64_t no, struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	uint64_t type = no >> 48;	/* numbers begin with it */
	bool fresh;
	crm_map_put(&m->scanned, (struct crm_str){ (char *)&type, 8 }, &fresh);
	if (!fresh)
		return CRM_OK;
	enum crm_status st = crm_store_get(m->s, m->u->now, &k, 1, m->row,
	    NULL, err);
	if (!st && crm_batch_row(m->row, 0)->type)
		st = scan_merged(m, crm_batch_row(m->row, 0)->type, err);
	free(m->child);
	m->child = crm_calloc(m->nmerged + 1, sizeof(struct crm_um_rec *));
	if (m->nmerged)
		qsort(m->merged, m->nmerged, sizeof(*m->merged), by_no);
	for (size_t i = 0; i < m->nmerged; i++)
		m->child[i] = &m->merged[i];
	if (m->nmerged)
		qsort(m->child, m->nmerged, sizeof(struct crm_um_rec *),
		    by_into);
	return st;
}

/* -- holders ----------------------------------------------------------------- */

static struct crm_str
key_of(const uint64_t *no)
{
	return (struct crm_str){ (const char *)no, sizeof(*no) };
}

static struct crm_um_holder *
holder_of(struct crm_unmerge *m, uint64_t no)
{
	const struct crm_map_entry *e = crm_map_get(&m->holders, key_of(&no));
	return e ? &m->holder[e->v.u] : NULL;
}

static void
add_holder(struct crm_unmerge *m, uint64_t no)
{
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&m->holders, key_of(&no), &fresh);
	if (!fresh)
		return;
	e->v.u = m->nholders;
	crm_grow(&m->holder, &m->capholders, m->nholders + 1,
	    sizeof(*m->holder));
	m->holder[m->nholders++] = (struct crm_um_holder){ .no = no };
}

/* The survivor of each loser, and what that was merged into since. */
static void
find_holders(struct crm_unmerge *m)
{
	for (size_t i = 0; i < m->nlosers; i++) {
		uint64_t no = m->loser[i].into;
		for (int hop = 0; no && hop < HOPS; hop++) {
			const struct crm_um_rec *r = find(m->merged,
			    m->nmerged, no);
			if (!crm_um_loser(m, no))
				add_holder(m, no);
			no = r ? r->into : 0;
		}
	}
	for (size_t i = 0; i < m->nholders; i++) {
		const struct crm_um_rec *r = find(m->merged, m->nmerged,
		    m->holder[i].no);
		for (int hop = 0; r && hop < HOPS; hop++) {
			m->holder[i].depth++;
			r = find(m->merged, m->nmerged, r->into);
		}
	}
}

static int
deepest_first(const void *a, const void *b)
{
	const struct crm_um_holder *x = a, *y = b;
	if (x->depth != y->depth)
		return x->depth > y->depth ? -1 : 1;
	return (x->no > y->no) - (x->no < y->no);
}

struct lines {
	struct crm_str *v;
	size_t n, cap;
};

static void
add_line(struct lines *l, struct crm_str s)
{
	crm_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = s;
}

size_t
crm_um_children(const struct crm_unmerge *m, uint64_t no)
{
	size_t lo = 0, hi = m->nmerged;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (m->child[mid]->into < no)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Lines of all that are merged into `no`: those that stay, those that leave
 * with a loser. */
static void
gather(struct crm_unmerge *m, uint64_t no, bool leaving, struct lines *stay,
    struct lines *leave, int depth)
{
	for (size_t lo = crm_um_children(m, no); lo < m->nmerged &&
	    m->child[lo]->into == no && depth < DEPTH; lo++) {
		const struct crm_um_rec *r = m->child[lo];
		bool out = leaving || crm_um_loser(m, r->no);
		const struct crm_um_holder *h = holder_of(m, r->no);
		add_line(out ? leave : stay, h && h->result.n ? h->result :
		    r->line);
		gather(m, r->no, out, stay, leave, depth + 1);
	}
}

/* Of the transaction itself: these are in order of their numbers. */
static struct crm_undo_entry *
entry_of(struct crm_undo *u, uint64_t no)
{
	size_t lo = 0, hi = u->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (u->v[mid].no < no)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < u->n && u->v[lo].no == no ? &u->v[lo] : NULL;
}

static enum crm_status
decide(struct crm_unmerge *m, struct crm_um_holder *h, struct crm_err *err)
{
	struct lines stay = { 0 }, leave = { 0 };
	const struct crm_undo_entry *e = entry_of(m->u, h->no);
	enum crm_status st = line_at(m, h->no, m->u->now, &h->now, err);
	h->entry = e != NULL;
	h->before = h->after = h->now;
	if (e && !st) {
		h->first = e->first;
		h->last = e->last;
		st = line_at(m, h->no, e->first - 1, &h->before, err);
		if (!st)
			st = line_at(m, h->no, e->last, &h->after, err);
	}
	gather(m, h->no, false, &stay, &leave, 0);
	h->other = stay.v;
	h->nothers = stay.n;
	h->leaving = leave.v;
	h->nleaving = leave.n;
	if (!st)
		st = crm_um_decide(m, h, err);
	free(stay.v);
	free(leave.v);
	h->other = h->leaving = NULL;
	return st;
}

static void
add_entry(struct crm_undo *u, uint64_t no)
{
	crm_grow(&u->v, &u->cap, u->n + 1, sizeof(*u->v));
	u->v[u->n++] = (struct crm_undo_entry){ .no = no, .first = u->now + 1,
		.last = u->now, .was = true, .is = true };
}

struct links {
	uint64_t *v;
	size_t n, cap;
};

static bool
add_link(void *arg, const struct crm_rec *r)
{
	struct links *l = arg;
	crm_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = r->no;
	return true;
}

/* Records that point to `no` now and did to a loser, though the transaction
 * did not touch them: they were merged themselves at that time. */
static enum crm_status
add_link_entries(struct crm_unmerge *m, uint64_t no,
    const struct crm_query_env *env, struct crm_map *known,
    struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	struct crm_batch *b = crm_batch_new();
	struct links l = { 0 };
	struct crm_str line;
	enum crm_status st = crm_store_get(m->s, m->u->now, &k, 1, b, NULL,
	    err);
	if (!st && crm_batch_row(b, 0)->state == CRM_LIVE)
		env->links(env->ctx, crm_arena_str(&m->mem, crm_rec_id(
		    crm_batch_row(b, 0))), NULL, add_link, &l);
	for (size_t i = 0; i < l.n && !st; i++) {
		bool fresh;
		crm_map_put(known, (struct crm_str){ (char *)&l.v[i], 8 },
		    &fresh);
		if (!fresh)
			continue;
		k.no = l.v[i];
		st = crm_store_get(m->s, m->u->now, &k, 1, b, NULL, err);
		if (st)
			break;
		const struct crm_rec *r = crm_batch_row(b, 0);
		st = crm_um_refs(m, r, CRM_STR(""), &line, err);
		if (!st && !crm_str_eq(line, r->line))
			add_entry(m->u, r->no);
	}
	free(l.v);
	crm_batch_free(b);
	return st;
}

/* What an entry was merged into since. */
static void
add_root(struct crm_unmerge *m, uint64_t no, struct crm_map *known)
{
	const struct crm_um_rec *r;
	bool fresh;
	for (int hop = 0; hop < HOPS &&
	    (r = find(m->merged, m->nmerged, no)) != NULL; hop++)
		no = r->into;
	crm_map_put(known, (struct crm_str){ (char *)&no, 8 }, &fresh);
	if (fresh)
		add_entry(m->u, no);
}

/* Holders that the transaction did not touch itself join its records, and
 * what points to them by way of a loser. */
static enum crm_status
add_entries(struct crm_unmerge *m, struct crm_err *err)
{
	struct crm_undo *u = m->u;
	struct crm_map known = { 0 };
	struct crm_query_env *env = crm_store_env_new(m->s, u->now);
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < m->nholders; i++)
		if (!m->holder[i].entry)
			add_entry(u, m->holder[i].no);
	for (size_t i = 0, n = u->n; i < n; i++)
		crm_map_put(&known, (struct crm_str){ (char *)&u->v[i].no, 8 },
		    NULL);
	for (size_t i = 0, n = u->n; i < n && !st; i++) {
		st = crm_um_type(m, u->v[i].no, err);
		add_root(m, u->v[i].no, &known);
	}
	for (size_t i = 0; i < m->nholders && !st; i++)
		st = add_link_entries(m, m->holder[i].no, env, &known, err);
	crm_map_release(&known);
	crm_store_env_free(env);
	return st;
}

enum crm_status
crm_unmerge_new(struct crm_undo *u, struct crm_store *s,
    struct crm_unmerge **out, struct crm_err *err)
{
	struct crm_unmerge *m = crm_zalloc(sizeof(*m));
	m->u = u;
	m->s = s;
	m->row = crm_batch_new();
	enum crm_status st = find_losers(m, err);
	*out = m;
	for (size_t i = 0; i < m->nlosers && !st; i++)
		st = crm_um_type(m, m->loser[i].no, err);
	if (!st && m->nlosers)
		find_holders(m);
	if (m->nholders)
		qsort(m->holder, m->nholders, sizeof(*m->holder),
		    deepest_first);
	for (size_t i = 0; i < m->nholders; i++)
		crm_map_put(&m->holders, key_of(&m->holder[i].no),
		    NULL)->v.u = i;
	for (size_t i = 0; i < m->nholders && !st; i++)
		st = decide(m, &m->holder[i], err);
	if (!st)
		st = add_entries(m, err);
	return st;
}

void
crm_unmerge_free(struct crm_unmerge *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->nholders; i++)
		crm_buf_release(&m->holder[i].undecided);
	free(m->loser);
	free(m->merged);
	free(m->child);
	free(m->holder);
	crm_map_release(&m->holders);
	crm_map_release(&m->scanned);
	crm_map_release(&m->live);
	crm_map_release(&m->final);
	crm_batch_free(m->row);
	crm_arena_release(&m->mem);
	free(m);
}

/* -- one record -------------------------------------------------------------- */

static enum crm_status
become(struct crm_unmerge *m, struct crm_undo_entry *e, struct crm_str line,
    const struct crm_rec *now, struct crm_err *err)
{
	bool merged = now->state == CRM_MERGED && e->kind == CRM_OP_REPLACE;
	if (e->kind == CRM_OP_REPLACE && crm_str_eq(line, now->line)) {
		e->verdict = CRM_UNDO_NOTHING;
		return CRM_OK;
	}
	e->into = merged ? now->into : 0;
	e->image = true;
	e->place = crm_spool_place(&m->u->images);
	return crm_spool_add(&m->u->images, line, err);
}

/* A loser comes back as it was, its references as they lead by then. */
static enum crm_status
come_back(struct crm_unmerge *m, struct crm_undo_entry *e,
    const struct crm_rec *before, const struct crm_rec *now,
    struct crm_err *err)
{
	struct crm_str line;
	enum crm_status st = crm_um_refs(m, now, before->line, &line, err);
	e->kind = CRM_OP_UNMERGE;
	return st ? st : become(m, e, line, now, err);
}

enum crm_status
crm_unmerge_judge(struct crm_unmerge *m, struct crm_undo_entry *e,
    const struct crm_rec *before, const struct crm_rec *after,
    const struct crm_rec *now, struct crm_err *err)
{
	struct crm_um_holder *h = holder_of(m, e->no);
	struct crm_str line;
	e->if_rev = now->rev;
	if (crm_um_loser(m, e->no))
		return come_back(m, e, before, now, err);
	/* The survivor was deleted since: not as it was left, to be named. */
	if (h && !e->merged && now->line.n && now->state == CRM_DEAD &&
	    e->was) {
		e->verdict = CRM_UNDO_CHANGED;
		return CRM_OK;
	}
	/* Apart again already, or gone for good since. */
	if (e->merged || !now->line.n || now->state == CRM_DEAD ||
	    now->state == CRM_ERASED) {
		e->verdict = CRM_UNDO_NOTHING;
		return CRM_OK;
	}
	e->kind = CRM_OP_REPLACE;
	if (h) {
		e->undecided = h->undecided.n ?
		    crm_buf_cstr(&h->undecided) : NULL;
		return become(m, e, h->result, now, err);
	}
	/* Merged, too: its references are read from its own history when it
	 * comes back; the record it is in now is an entry of its own. */
	if (now->state == CRM_MERGED) {
		e->verdict = CRM_UNDO_NOTHING;
		return CRM_OK;
	}
	/* The transaction made it (a refusal written down again). */
	if (!before->line.n || before->state == CRM_DEAD) {
		e->kind = CRM_OP_DELETE;
		e->verdict = now->state == CRM_LIVE &&
		    crm_um_same_but_refs(m, after, now) ? CRM_UNDO_DO :
		    CRM_UNDO_CHANGED;
		return CRM_OK;
	}
	enum crm_status st = crm_um_refs(m, now, before->line, &line, err);
	return st ? st : become(m, e, line, now, err);
}
