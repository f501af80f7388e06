/* Selections: a plan is made once, rows are filled in bounded batches, each in
 * a section of its own. */
#include "store/lmdb_plan.h"

#include <time.h>

enum { FILL_BYTES = 1 << 20, FILL_MS = 100, LOOK = 256 };

struct crm_cursor {
	struct crm_store *s;
	uint64_t rev;
	struct crm_select q;
	struct crm_plan plan;
	struct crm_query_env *env;
	size_t step, pos;	/* where we are: step, place in its list … */
	uint64_t next;		/* … or the next number of a scan */
	uint64_t read, matched;
	struct crm_buf join;
	bool done;
};

static void
enter_step(struct crm_cursor *c)
{
	c->pos = 0;
	c->next = c->step < c->plan.n ?
	    CRM_NO(c->plan.step[c->step].from, 0) : 0;
}

enum crm_status
crm_store_select(struct crm_store *s, uint64_t rev,
    const struct crm_select *q, struct crm_cursor **out, struct crm_err *err)
{
	*out = NULL;
	struct crm_cursor *c = crm_zalloc(sizeof(*c));
	c->s = s;
	c->rev = rev;
	c->q = *q;
	enum crm_status st = crm_db_enter(s, err);
	if (!st) {
		st = crm_db_plan(s, rev, q, &c->plan, err);
		crm_db_leave(s);
	}
	if (st) {
		crm_cursor_close(c);
		return st;
	}
	if (q->where)
		c->env = crm_store_env_new(s, rev);
	enter_step(c);
	*out = c;
	return CRM_OK;
}

void
crm_cursor_close(struct crm_cursor *c)
{
	if (!c)
		return;
	crm_db_plan_release(&c->plan);
	crm_store_env_free(c->env);
	crm_buf_release(&c->join);
	free(c);
}

static int64_t
now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct fill {
	struct crm_batch *out;	/* NULL: only count */
	size_t looked, bytes;
	int64_t since;
	bool full;
};

/* After each record: is it time to let go? */
static bool
is_full(struct crm_cursor *c, struct fill *f)
{
	if (c->q.limit && c->matched >= c->q.limit)
		c->done = true;
	if (f->out && f->out->mem.used >= FILL_BYTES)
		f->full = true;
	else if (++f->looked % LOOK == 0 && now_ms() - f->since >= FILL_MS)
		f->full = true;
	return f->full || c->done;
}

static enum crm_status
look(struct crm_cursor *c, struct fill *f, uint64_t no, struct crm_str val,
    struct crm_err *err)
{
	struct crm_rec r;
	enum crm_status st = crm_db_rec_at(c->s, c->s->rtxn, no, val, c->rev,
	    &r, err);
	if (st)
		return st == CRM_NOTFOUND ? CRM_OK : st;
	c->read++;
	f->bytes += val.n;
	if ((r.state != CRM_LIVE && !c->q.dead) || r.state == CRM_ERASED ||
	    (c->q.since && r.rev <= c->q.since))
		return CRM_OK;
	if (c->q.where && !crm_query_match(c->q.where, &r, c->env))
		return CRM_OK;
	c->matched++;
	if (f->out)
		crm_batch_add(f->out, &r);
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

static enum crm_status
scan_step(struct crm_cursor *c, const struct crm_step *step, struct fill *f,
    struct crm_err *err)
{
	struct crm_store *s = c->s;
	uint64_t end = CRM_NO(step->to, CRM_SEQ_MAX) | 31;
	MDB_cursor *cur;
	MDB_val k = { sizeof(c->next), &c->next }, v;
	uintptr_t page = 0;
	int rc = mdb_cursor_open(s->rtxn, s->dbi[CRM_DB_REC], &cur);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	enum crm_status st = CRM_OK;
	rc = mdb_cursor_get(cur, &k, &v, MDB_SET_RANGE);
	for (; rc == 0; rc = mdb_cursor_get(cur, &k, &v, MDB_NEXT)) {
		uint64_t no;
		struct crm_str val;
		prefetch_next(v);
		memcpy(&no, k.mv_data, 8);
		if (no > end)
			break;
		if (no & 31)
			continue;	/* a part left over: verify tells */
		prefetch_page(v, &page);
		st = crm_db_val_at(s, cur, no, v, &c->join, &val, err);
		if (!st)
			st = look(c, f, no, val, err);
		c->next = no + 32;
		if (st || is_full(c, f))
			break;
	}
	mdb_cursor_close(cur);
	if (st || f->full || c->done)
		return st;
	if (rc && rc != MDB_NOTFOUND)
		return crm_db_err(s, rc, _("cannot read"), err);
	c->step++;
	enter_step(c);
	return CRM_OK;
}

static enum crm_status
list_step(struct crm_cursor *c, const struct crm_step *step, struct fill *f,
    struct crm_err *err)
{
	struct crm_store *s = c->s;
	MDB_cursor *cur;
	int rc = mdb_cursor_open(s->rtxn, s->dbi[CRM_DB_REC], &cur);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	enum crm_status st = CRM_OK;
	while (!st && c->pos < step->nos.n) {
		uint64_t no = step->nos.v[c->pos++];
		MDB_val k = { sizeof(no), &no }, v;
		struct crm_str val;
		rc = mdb_cursor_get(cur, &k, &v, MDB_SET);
		if (rc == MDB_NOTFOUND)
			continue;
		st = rc ? crm_db_err(s, rc, _("cannot read"), err) :
		    crm_db_val_at(s, cur, no, v, &c->join, &val, err);
		if (!st)
			st = look(c, f, no, val, err);
		if (st || is_full(c, f))
			break;
	}
	mdb_cursor_close(cur);
	if (!st && !f->full && !c->done) {
		c->step++;
		enter_step(c);
	}
	return st;
}

/* One section's worth of work. */
static enum crm_status
fill_some(struct crm_cursor *c, struct fill *f, struct crm_err *err)
{
	enum crm_status st = crm_db_enter(c->s, err);
	if (st)
		return st;
	f->full = false;
	f->since = now_ms();
	while (!st && !f->full && !c->done) {
		if (c->step >= c->plan.n) {
			c->done = true;
			break;
		}
		const struct crm_step *step = &c->plan.step[c->step];
		st = step->scan ? scan_step(c, step, f, err) :
		    list_step(c, step, f, err);
	}
	crm_db_forget_pages(c->s, f->bytes);
	f->bytes = 0;
	crm_db_leave(c->s);
	return st;
}

enum crm_status
crm_cursor_next(struct crm_cursor *c, struct crm_batch *out,
    struct crm_err *err)
{
	struct fill f = { .out = out };
	crm_batch_clear(out);
	while (!c->done && out->n == 0) {
		enum crm_status st = fill_some(c, &f, err);
		if (st)
			return st;
	}
	return out->n ? CRM_OK : CRM_NOTFOUND;
}

enum crm_status
crm_cursor_count(struct crm_cursor *c, uint64_t *n, struct crm_err *err)
{
	struct fill f = { .out = NULL };
	enum crm_status st = CRM_OK;
	while (!c->done && !st)
		st = fill_some(c, &f, err);
	*n = c->matched;
	return st;
}

void
crm_cursor_explain(struct crm_cursor *c, struct crm_buf *out)
{
	for (size_t i = 0; i < c->plan.n; i++) {
		const struct crm_step *p = &c->plan.step[i];
		const struct crm_type *t = p->from == p->to ?
		    c->s->type_by_no[p->from] : NULL;
		struct crm_str name = t ? t->name : CRM_STR("any");
		crm_buf_printf(out, "%.*s: %s\n", CRM_FMT(name), p->how);
	}
	if (c->plan.n == 0)
		crm_buf_z(out, _("nothing can match\n"));
	crm_buf_printf(out, _("revision %" PRIu64 ", rows read %" PRIu64
	    ", matched %" PRIu64 "\n"), c->rev, c->read, c->matched);
}
