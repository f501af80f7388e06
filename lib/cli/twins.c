#include "cli/twins.h"

#include "base/map.h"
#include "cli/dedupe.h"
#include "cli/recall.h"
#include "cli/refusals.h"
#include "format/json.h"
#include "match/keys.h"

enum { CHUNK = 500, CANDIDATES = 24, EARLIER = 16, EARLIER_LIST = 500,
	KEPT = 50000 };

struct line {
	const struct crm_type *type;
	struct crm_str text, name;
	size_t keys, nkeys;	/* in t->key */
};

struct kind {			/* what is known of one type */
	const struct crm_type *type;
	struct crm_dedupe_plan plan;
	struct crm_buf model;
	struct crm_recall all;	/* the store's records, without an index */
	uint64_t seen;		/* up to this revision */
	struct crm_recall lines;	/* of this batch */
	struct crm_match *m;	/* kept from one chunk to the next */
	size_t added;		/* records it has had */
};

struct pair {
	size_t line, other;
	uint64_t no;		/* of a stored record, 0: `other` is a line */
	uint32_t a, b;		/* places in the order of adding */
	double p;
};

struct crm_twins {
	struct crm_twins_opts o;
	struct crm_dedupe *d;
	struct crm_dedupe_opts opts;
	struct crm_refusals refusals;
	bool indexed;
	struct kind *kind;
	size_t nkinds, capkinds;
	struct line *line;
	size_t n, cap, judged;
	struct crm_txn *x;	/* while judging inside one */
	uint64_t *key;
	size_t nkey, capkey;
	struct crm_arena mem;
	/* of a chunk */
	struct crm_match *m;
	struct pair *pair;
	size_t npairs, cappairs;
	struct crm_map place;	/* record or line -> place in the matcher */
	uint32_t added;
	struct crm_batch *rows;
};

/* -- what is judged by ------------------------------------------------------- */

/* The shipped model with shares of pairs that fit a store of n records. Their
 * sum over a new record's n pairs is more than there are: it makes up for the
 * shipped weights' caution, so that what is said to be 0.99 is right about as
 * often (generated stores of 2,000 to 100,000 records). */
static void
scale_model(struct crm_buf *out, struct crm_str shipped, uint64_t n)
{
	static const double share[] = { 5, 0.5, 0.1, 0.5, 0.025, 0.025 };
	static const double most[] = { 0.07, 0.005, 0.005, 0.005, 0.0003,
		0.0003 };
	enum { SORTS = CRM_LEN(share) };
	struct crm_str val;
	if (!crm_json_get(shipped, CRM_STR("prior"), &val))
		return;
	crm_buf_str(out, (struct crm_str){ shipped.p,
		(size_t)(val.p - shipped.p) });
	for (size_t i = 0; i < 2 * SORTS; i++) {
		double x = share[i % SORTS] / (double)(n + 1);
		crm_buf_printf(out, "%c%.9g", i ? ',' : '[', x <
		    most[i % SORTS] ? x : most[i % SORTS]);
	}
	crm_buf_c(out, ']');
	crm_buf_str(out, crm_str_sub(shipped, (size_t)(val.p + val.n -
	    shipped.p), SIZE_MAX));
}

static enum crm_status
count_records(struct crm_twins *t, const struct crm_type *type, uint64_t *n,
    struct crm_err *err)
{
	struct crm_info *info = crm_zalloc(sizeof(*info));
	enum crm_status st = crm_store_info(t->o.store, info, err);
	*n = st || type->no >= CRM_LEN(info->counts) ? 0 :
	    info->counts[type->no];
	free(info);
	return st;
}

static enum crm_status
make_model(struct crm_twins *t, struct kind *k, struct crm_err *err)
{
	struct crm_buf shipped = { 0 };
	uint64_t n;
	if (t->o.model.n) {
		crm_buf_str(&k->model, t->o.model);
		return CRM_OK;
	}
	enum crm_status st = count_records(t, k->type, &n, err);
	if (!st)
		st = crm_dedupe_matcher(t->d, &k->plan, &k->m, err);
	if (!st) {
		crm_match_model_save(k->m, k->plan.type, &shipped);
		scale_model(&k->model, crm_buf_view(&shipped), n);
		st = crm_match_model_load(k->m, crm_buf_view(&k->model), err);
	}
	crm_buf_release(&shipped);
	return st;
}

enum crm_status
crm_twins_new(const struct crm_twins_opts *o, struct crm_twins **out,
    struct crm_err *err)
{
	struct crm_twins *t = crm_zalloc(sizeof(*t));
	t->o = *o;
	t->opts = (struct crm_dedupe_opts){ .mode = CRM_DEDUPE_COMPARE,
		.threshold = -1, .review = -1 };
	t->d = crm_zalloc(sizeof(*t->d));
	t->d->cli = o->cli;
	t->d->o = &t->opts;
	t->rows = crm_batch_new();
	*out = t;
	const struct crm_type *type = crm_schema_type(
	    crm_store_schema(o->store), CRM_STR("contact"));
	struct crm_alike none = { .type = type };
	t->indexed = type && crm_store_alike(o->store, &none, t->rows,
	    NULL) == CRM_OK;
	enum crm_status st = crm_dedupe_data(t->d, err);
	return st ? st : crm_refusals_load(&t->refusals, o->store, err);
}

void
crm_twins_free(struct crm_twins *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->nkinds; i++) {
		crm_dedupe_plan_release(&t->kind[i].plan);
		crm_buf_release(&t->kind[i].model);
		crm_recall_clear(&t->kind[i].all);
		crm_recall_clear(&t->kind[i].lines);
		crm_match_free(t->kind[i].m);
	}
	free(t->kind);
	free(t->line);
	free(t->key);
	free(t->pair);
	crm_refusals_release(&t->refusals);
	crm_map_release(&t->place);
	crm_arena_release(&t->mem);
	crm_batch_free(t->rows);
	crm_dedupe_free(t->d);
	free(t);
}

bool
crm_twins_indexed(struct crm_twins *t)
{
	return t->indexed;
}

static struct kind *
kind_of(struct crm_twins *t, const struct crm_type *type)
{
	for (size_t i = 0; i < t->nkinds; i++)
		if (crm_str_eq(t->kind[i].type->name, type->name))
			return &t->kind[i];
	crm_grow(&t->kind, &t->capkinds, t->nkinds + 1, sizeof(*t->kind));
	struct kind *k = &t->kind[t->nkinds++];
	*k = (struct kind){ .type = type };
	crm_dedupe_of_type(type, &k->plan);
	return k;
}

void
crm_twins_add(struct crm_twins *t, const struct crm_type *type,
    struct crm_str line, struct crm_str name)
{
	crm_grow(&t->line, &t->cap, t->n + 1, sizeof(*t->line));
	struct line *l = &t->line[t->n];
	*l = (struct line){ .keys = t->nkey };
	struct kind *k = type ? kind_of(t, type) : NULL;
	if (k && k->plan.n) {
		crm_grow(&t->key, &t->capkey, t->nkey + CRM_MATCH_INDEX_KEYS,
		    sizeof(*t->key));
		l->type = type;
		l->text = crm_arena_str(&t->mem, line);
		l->name = crm_arena_str(&t->mem, name);
		l->nkeys = crm_match_index_keys(type, line, t->key + t->nkey);
		t->nkey += l->nkeys;
		if (t->o.among)
			crm_recall_add(&k->lines, t->key + l->keys, l->nkeys,
			    t->n);
	}
	t->n++;
}

/* -- candidates -------------------------------------------------------------- */

/* What the store got since the last time (all, at first). */
static enum crm_status
catch_up(struct crm_twins *t, struct kind *k, struct crm_err *err)
{
	uint64_t key[CRM_MATCH_INDEX_KEYS], now;
	struct crm_at at = { CRM_AT_NOW, 0 };
	struct crm_select sel = { .types = &k->type, .ntypes = 1,
		.since = k->seen };
	struct crm_cursor *c = NULL;
	enum crm_status st = crm_store_at(t->o.store, at, &now, err);
	if (st || now == k->seen)
		return st;
	st = crm_store_select(t->o.store, now, &sel, &c, err);
	while (!st && !(st = crm_cursor_next(c, t->rows, err)))
		for (size_t i = 0; i < crm_batch_len(t->rows); i++) {
			const struct crm_rec *r = crm_batch_row(t->rows, i);
			crm_recall_add(&k->all, key, crm_match_index_keys(
			    k->type, r->line, key), r->no);
		}
	crm_cursor_close(c);
	crm_recall_seal(&k->all);
	k->seen = now;
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

static enum crm_status
fetch(struct crm_twins *t, const struct kind *k, const struct line *l,
    struct crm_err *err)
{
	struct crm_recall_ask ask = { t->key + l->keys, l->nkeys, UINT64_MAX,
		50000, CANDIDATES };
	struct crm_key by[CANDIDATES];
	uint64_t no[CANDIDATES];
	if (t->indexed) {
		struct crm_alike a = { l->type, ask.key, ask.n, CANDIDATES };
		return t->x ? crm_txn_alike(t->x, &a, t->rows, err) :
		    crm_store_alike(t->o.store, &a, t->rows, err);
	}
	size_t n = crm_recall_find(&k->all, &ask, no);
	for (size_t i = 0; i < n; i++)
		by[i] = (struct crm_key){ .by = CRM_BY_NO, .no = no[i] };
	return t->x ? crm_txn_get(t->x, by, n, t->rows, NULL, err) :
	    crm_store_get(t->o.store, UINT64_MAX, by, n, t->rows, NULL, err);
}

/* The place of a record or a line in the matcher, added where it is new. */
static uint32_t
place(struct crm_twins *t, const struct kind *k, uint64_t what,
    struct crm_str line, struct crm_str name)
{
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&t->place,
	    (struct crm_str){ (char *)&what, sizeof(what) }, &fresh);
	if (fresh) {
		crm_dedupe_add(t->d, t->m, &k->plan, line, name, CRM_STR(""));
		e->v.u = t->added++;
	}
	return (uint32_t)e->v.u;
}

static void
add_pair(struct crm_twins *t, struct pair p)
{
	crm_grow(&t->pair, &t->cappairs, t->npairs + 1, sizeof(*t->pair));
	t->pair[t->npairs++] = p;
}

static bool
same_id(struct crm_str line, struct crm_str id)
{
	struct crm_str v;
	return crm_json_get(line, CRM_STR("id"), &v) &&
	    crm_json_is_string(v) && crm_json_eq(crm_json_inner(v), id);
}

static uint64_t
line_key(size_t i)
{
	return UINT64_MAX - i;	/* no record has such a number */
}

static enum crm_status
gather(struct crm_twins *t, struct kind *k, size_t i, struct crm_err *err)
{
	const struct line *l = &t->line[i];
	uint64_t other[EARLIER];
	uint32_t a = place(t, k, line_key(i), l->text, l->name);
	enum crm_status st = fetch(t, k, l, err);
	for (size_t j = 0; !st && j < crm_batch_len(t->rows); j++) {
		const struct crm_rec *r = crm_batch_row(t->rows, j);
		if (r->state == CRM_LIVE && r->line.n &&
		    !same_id(l->text, crm_rec_id(r)))
			add_pair(t, (struct pair){ .line = i, .no = r->no,
				.a = a, .b = place(t, k, r->no, r->line,
				crm_rec_id(r)) });
	}
	if (st || !t->o.among)
		return st;
	struct crm_recall_ask ask = { t->key + l->keys, l->nkeys, i,
		EARLIER_LIST, EARLIER };
	size_t n = crm_recall_find(&k->lines, &ask, other);
	for (size_t j = 0; j < n; j++)
		add_pair(t, (struct pair){ .line = i, .other = other[j],
			.a = a, .b = place(t, k, line_key(other[j]),
			t->line[other[j]].text, t->line[other[j]].name) });
	return CRM_OK;
}

/* -- judgement --------------------------------------------------------------- */

static int
by_line(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->p != b->p)
		return a->p > b->p ? -1 : 1;
	if (a->no != b->no)
		return a->no < b->no ? -1 : 1;
	return (a->other > b->other) - (a->other < b->other);
}

static void
judge_pairs(struct crm_twins *t)
{
	size_t n = crm_match_count(t->m);
	uint32_t *at = crm_calloc(n + 1, sizeof(*at));
	struct crm_match_pair *p = crm_calloc(t->npairs + 1, sizeof(*p));
	for (uint32_t r = 0; r < n; r++)
		at[crm_match_input(t->m, r)] = r;
	for (size_t i = 0; i < t->npairs; i++)
		p[i] = (struct crm_match_pair){ at[t->pair[i].a],
			at[t->pair[i].b], 0 };
	crm_match_judge(t->m, p, t->npairs);
	for (size_t i = 0; i < t->npairs; i++) {
		t->pair[i].a = p[i].a;
		t->pair[i].b = p[i].b;
		t->pair[i].p = p[i].p;
	}
	qsort(t->pair, t->npairs, sizeof(*t->pair), by_line);
	free(p);
	free(at);
}

static bool
tell(struct crm_twins *t, bool (*fn)(void *ctx, const struct crm_twin *twin),
    void *ctx)
{
	bool more = true;
	for (size_t i = 0; i < t->npairs && more; i++) {
		const struct pair *p = &t->pair[i];
		struct crm_twin w = { .line = p->line, .stored = p->no != 0,
			.other = p->other, .p = p->p, .m = t->m, .a = p->a,
			.b = p->b, .id = crm_match_id(t->m, p->a),
			.other_id = crm_match_id(t->m, p->b) };
		if (p->p >= t->o.low && !crm_refusals_has(&t->refusals,
		    w.id, w.other_id))
			more = fn(ctx, &w);
	}
	return more;
}

/* An empty matcher: the last chunk's, until it has met too many words. */
static enum crm_status
take_matcher(struct crm_twins *t, struct kind *k, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	if (k->m && k->added < KEPT) {
		crm_match_clear(k->m);
	} else {
		crm_match_free(k->m);
		k->m = NULL;
		k->added = 0;
		st = crm_dedupe_matcher(t->d, &k->plan, &k->m, err);
		if (!st)
			st = crm_dedupe_model(k->m, crm_buf_view(&k->model),
			    &k->plan, err);
	}
	t->m = k->m;
	return st;
}

/* Lines [from, to) of one type. */
static enum crm_status
judge_chunk(struct crm_twins *t, struct kind *k, size_t from, size_t to,
    struct crm_err *err)
{
	t->npairs = 0;
	t->added = 0;
	crm_map_clear(&t->place);
	enum crm_status st = take_matcher(t, k, err);
	for (size_t i = from; i < to && !st; i++)
		if (t->line[i].type && kind_of(t, t->line[i].type) == k)
			st = gather(t, k, i, err);
	if (!st)
		st = crm_match_ready(t->m, err);
	if (!st && t->npairs)
		judge_pairs(t);
	k->added += t->added;
	return st;
}

/* Not judged yet; a model need not fit types that nobody asks about. */
static bool
has_lines(struct crm_twins *t, const struct kind *k)
{
	for (size_t i = t->judged; i < t->n; i++)
		if (t->line[i].type && kind_of(t, t->line[i].type) == k)
			return true;
	return false;
}

static enum crm_status
judge_kind(struct crm_twins *t, struct kind *k,
    bool (*fn)(void *ctx, const struct crm_twin *twin), void *ctx,
    struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	bool more = true;
	if (k->model.n == 0)
		st = make_model(t, k, err);
	crm_recall_seal(&k->lines);
	for (size_t i = t->judged; i < t->n && !st && more; i += CHUNK) {
		st = judge_chunk(t, k, i, t->n - i < CHUNK ? t->n : i + CHUNK,
		    err);
		more = !st && tell(t, fn, ctx);
	}
	return st;
}

enum crm_status
crm_twins_judge(struct crm_twins *t, struct crm_txn *x,
    bool (*fn)(void *ctx, const struct crm_twin *twin), void *ctx,
    struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	t->x = x;
	for (size_t i = 0; i < t->nkinds && !st; i++)
		if (t->kind[i].plan.n && has_lines(t, &t->kind[i]))
			st = judge_kind(t, &t->kind[i], fn, ctx, err);
	t->x = NULL;
	t->judged = t->n;
	return st;
}

enum crm_status
crm_twins_ready(struct crm_twins *t, const struct crm_type *type,
    struct crm_err *err)
{
	const struct crm_schema *s = crm_store_schema(t->o.store);
	enum crm_status st = CRM_OK;
	t->n = t->nkey = t->judged = 0;
	crm_arena_clear(&t->mem);
	for (size_t i = 0; i < t->nkinds; i++)
		crm_recall_clear(&t->kind[i].lines);
	for (size_t i = 0; i < s->ntypes && !st; i++) {
		if (type && !crm_str_eq(s->types[i].name, type->name))
			continue;
		struct kind *k = kind_of(t, &s->types[i]);
		if (k->plan.n && !t->indexed)
			st = catch_up(t, k, err);
		if (!st && k->plan.n && k->model.n == 0 && t->o.among)
			st = make_model(t, k, err);
	}
	return st;
}
