#include "store/lmdb_scan.h"

#include <time.h>

enum { FILL_BYTES = 1 << 20, LOOK = 256 };

int64_t
crm_db_now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
crm_lane_clear(struct crm_lane *l)
{
	l->read = l->matched = 0;
	l->bytes = 0;
	l->full = false;
	l->st = CRM_OK;
}

/* After each record: is it time to let go? */
static bool
is_full(const struct crm_lane *l)
{
	if (l->limit && l->matched >= l->limit)
		return true;
	if (l->out && l->out->mem.used >= FILL_BYTES)
		return true;
	return l->until && l->read % LOOK == 0 && crm_db_now_ms() >= l->until;
}

enum crm_status
crm_lane_look(struct crm_lane *l, uint64_t no, struct crm_str val,
    struct crm_err *err)
{
	struct crm_rec r;
	enum crm_status st = crm_db_rec_at(l->s, l->t, no, val, l->rev, &r,
	    err);
	if (st)
		return st == CRM_NOTFOUND ? CRM_OK : st;
	l->read++;
	l->bytes += val.n;
	if ((r.state == CRM_LIVE || l->q->dead) && r.state != CRM_ERASED &&
	    (!l->q->since || r.rev > l->q->since) &&
	    (!l->where || crm_query_match(l->where, &r, l->env))) {
		l->matched++;
		if (l->out)
			crm_batch_add(l->out, &r);
	}
	l->full = is_full(l);
	return CRM_OK;
}

/* LMDB fills its pages downwards: the next record lies below this one, where
 * the processor does not look ahead by itself. */
static void
prefetch_next(MDB_val v)
{
	const char *p = v.mv_data;
	for (int i = 1; i <= 10; i++)
		__builtin_prefetch(p - 64 * i);
}

/* With the first record of a page (LMDB fills pages from their end) the next
 * page is asked for, which mostly is the next to be read: the processor sees no
 * pattern in records that go downwards, and a scan would wait for memory more
 * than half of its time. */
static void
prefetch_page(MDB_val v, uintptr_t *last)
{
	enum { PAGE = 4096, LINE = 64 };
	uintptr_t page = (uintptr_t)v.mv_data / PAGE;
	if (page == *last)
		return;
	*last = page;
	for (size_t i = 0; i < PAGE; i += LINE)
		__builtin_prefetch((const char *)((page + 1) * PAGE) + i, 0,
		    2);
}

enum crm_status
crm_lane_scan(struct crm_lane *l, struct crm_err *err)
{
	struct crm_store *s = l->s;
	MDB_cursor *cur;
	MDB_val k = { sizeof(l->next), &l->next }, v;
	uintptr_t page = 0;
	int rc = mdb_cursor_open(l->t, s->dbi[CRM_DB_REC], &cur);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	enum crm_status st = CRM_OK;
	rc = mdb_cursor_get(cur, &k, &v, MDB_SET_RANGE);
	for (; rc == 0; rc = mdb_cursor_get(cur, &k, &v, MDB_NEXT)) {
		uint64_t no;
		struct crm_str val;
		prefetch_next(v);
		memcpy(&no, k.mv_data, 8);
		l->next = no;
		if (no > l->to || l->full)
			break;
		if (no & 31)
			continue;	/* a part left over: verify tells */
		prefetch_page(v, &page);
		st = crm_db_val_at(s, cur, no, v, &l->join, &val, err);
		if (!st)
			st = crm_lane_look(l, no, val, err);
		if (st)
			break;
	}
	mdb_cursor_close(cur);
	if (rc == MDB_NOTFOUND)
		l->next = UINT64_MAX;
	return st || rc == 0 || rc == MDB_NOTFOUND ? st :
	    crm_db_err(s, rc, _("cannot read"), err);
}

/* -- several at once -------------------------------------------------------- */

/* Records a lane looks at in one go: some milliseconds. */
enum { STRETCH = 16384 };

struct crm_lanes {
	struct crm_store *s;
	struct crm_crew *crew;
	struct crm_lane *first;
	struct crm_lane *lane;	/* the others */
	size_t n;
	const struct crm_shape *theirs, *ours;	/* the last shape taken over */
};

/* A lane reads through a handle of its own: the environment is the store's,
 * transaction, shapes and scratch are not. */
static enum crm_status
lane_begin(struct crm_lane *l, const struct crm_store *s, struct crm_err *err)
{
	struct crm_store *t = l->s;
	if (t->opened != s->opened)
		crm_db_shape_forget(t);
	t->opened = s->opened;
	t->path = s->path;
	t->env = s->env;
	t->schema = s->schema;
	memcpy(t->dbi, s->dbi, sizeof(t->dbi));
	memcpy(t->type_by_no, s->type_by_no, sizeof(t->type_by_no));
	int rc = mdb_txn_begin(t->env, NULL, MDB_RDONLY, &l->t);
	return rc ? crm_db_err(t, rc, _("cannot read"), err) : CRM_OK;
}

static void
lane_end(struct crm_lane *l)
{
	if (l->t)
		mdb_txn_abort(l->t);
	l->t = NULL;
	crm_arena_clear(&l->s->scan_mem);
}

static void
work(void *ctx, unsigned thread CRM_UNUSED, size_t i)
{
	struct crm_lanes *all = ctx;
	struct crm_lane *l = i ? &all->lane[i - 1] : all->first;
	l->st = crm_lane_scan(l, &l->err);
}

struct crm_lanes *
crm_lanes_new(struct crm_store *s, struct crm_query *const *where, size_t n)
{
	struct crm_lanes *all = crm_zalloc(sizeof(*all));
	all->s = s;
	all->n = n;
	all->lane = crm_calloc(n + 1, sizeof(*all->lane));
	for (size_t i = 0; i < n; i++) {
		all->lane[i].s = crm_zalloc(sizeof(*s));
		all->lane[i].where = where[i];
	}
	all->crew = crm_crew_new((unsigned)n + 1, 1, work, all);
	return all;
}

void
crm_lanes_free(struct crm_lanes *all)
{
	if (!all)
		return;
	crm_crew_free(all->crew);
	for (size_t i = 0; i < all->n; i++) {
		struct crm_lane *l = &all->lane[i];
		crm_batch_free(l->out);
		crm_buf_release(&l->join);
		crm_db_scratch_release(l->s);
		free(l->s);
	}
	free(all->lane);
	free(all);
}

/* Where each lane goes; how many have something to do. */
static size_t
share_out(struct crm_lanes *all, struct crm_lane *first, uint64_t to)
{
	const uint64_t step = (uint64_t)STRETCH << 5;
	uint64_t from = first->next;
	size_t n = 0;
	first->to = to - from < step ? to : from + step - 1;
	while (n < all->n && to - from >= step) {
		struct crm_lane *l = &all->lane[n++];
		from += step;
		crm_lane_clear(l);
		l->q = first->q;
		l->rev = first->rev;
		if (first->out && !l->out)
			l->out = crm_batch_new();
		if (l->out)
			crm_batch_clear(l->out);
		l->next = from;
		l->to = to - from < step ? to : from + step - 1;
	}
	return n;
}

/* Rows with shapes of the store itself: the lane's go with it. */
static void
take_over(struct crm_lanes *all, struct crm_lane *first, struct crm_lane *l)
{
	for (size_t i = 0; l->out && i < l->out->n; i++) {
		struct crm_rec r = l->out->rows[i];
		if (all->theirs != r.shape)
			all->ours = crm_shape_intern(&all->s->shapes,
			    r.shape->keys, r.shape->n);
		all->theirs = r.shape;
		r.shape = all->ours;
		crm_batch_add(first->out, &r);
	}
	first->read += l->read;
	first->matched += l->matched;
	first->bytes += l->bytes;
	first->next = l->next;
	first->full = l->full || is_full(first);
}

enum crm_status
crm_lanes_scan(struct crm_lanes *all, struct crm_lane *first,
    struct crm_err *err)
{
	uint64_t to = first->to;
	int64_t until = first->until;
	size_t n = share_out(all, first, to), ready = 0;
	enum crm_status st = CRM_OK;
	while (ready < n && !st)
		st = lane_begin(&all->lane[ready++], all->s, err);
	if (!st) {
		all->first = first;
		first->until = 0;	/* the stretches are short */
		crm_crew_begin(all->crew, 0);
		crm_crew_ready(all->crew, n + 1);
		crm_crew_finish(all->crew);
		st = first->st;
		if (st && err)
			*err = first->err;
	}
	/* A lane counts once those before it came to their ends. */
	for (size_t i = 0; i < n && !st && !first->full; i++) {
		struct crm_lane *l = &all->lane[i];
		st = l->st;
		if (st && err)
			*err = l->err;
		else if (!st)
			take_over(all, first, l);
	}
	for (size_t i = 0; i < ready; i++)
		lane_end(&all->lane[i]);
	first->to = to;
	first->until = until;
	first->full = first->full || (until && crm_db_now_ms() >= until);
	return st;
}
