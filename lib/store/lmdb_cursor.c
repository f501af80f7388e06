/* Selections: a plan is made once, rows are filled in bounded batches, each in
 * a section of its own. */
#include "store/lmdb_plan.h"
#include "store/lmdb_scan.h"

enum { FILL_MS = 100 };

struct crm_cursor {
	struct crm_store *s;
	uint64_t rev;
	struct crm_select q;
	struct crm_plan plan;
	struct crm_query_env *env;
	size_t step, pos;	/* where we are: step, place in its list … */
	struct crm_lane lane;	/* … or the next number of a scan */
	struct crm_lanes *lanes;	/* NULL: alone */
	bool alone;		/* no others come */
	uint64_t read, matched;
	bool done;
};

static void
enter_step(struct crm_cursor *c)
{
	c->pos = 0;
	c->lane.next = c->step < c->plan.n ?
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
	c->lane = (struct crm_lane){ .s = s, .q = &c->q, .where = q->where,
		.env = c->env, .rev = rev };
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
	crm_lanes_free(c->lanes);
	crm_buf_release(&c->lane.join);
	free(c);
}

static void
call_others(struct crm_cursor *c)
{
	struct crm_query *more[CRM_CREW_MAX];
	size_t n = 0, threads = c->q.again && !c->q.limit ?
	    crm_crew_size(c->q.jobs) : 1;
	while (n + 1 < threads && n < CRM_LEN(more) &&
	    (more[n] = c->q.again(c->q.again_ctx)))
		n++;
	if (n)
		c->lanes = crm_lanes_new(c->s, more, n);
	c->alone = n == 0;
}

/* Few of many records are wanted: several look. Else the output is what takes
 * time, and they are best looked at as it goes. */
static bool
is_rare(struct crm_cursor *c)
{
	enum { ENOUGH = 4096, ONE_IN = 8 };
	uint64_t read = c->read + c->lane.read;
	if (c->alone || read < ENOUGH ||
	    (c->matched + c->lane.matched) * ONE_IN >= read)
		return false;
	if (!c->lanes)
		call_others(c);
	return !c->alone;
}

static enum crm_status
scan_step(struct crm_cursor *c, const struct crm_step *step,
    struct crm_err *err)
{
	enum { FIRST = 4096 };
	struct crm_lane *l = &c->lane;
	uint64_t end = CRM_NO(step->to, CRM_SEQ_MAX) | 31;
	enum crm_status st = CRM_OK;
	if (l->next <= end && is_rare(c)) {
		l->to = end;
		st = crm_lanes_scan(c->lanes, l, err);
	} else if (l->next <= end) {
		bool probe = !c->alone && end - l->next > FIRST << 5;
		l->to = probe ? l->next + (FIRST << 5) : end;
		st = crm_lane_scan(l, err);
	}
	if (st || l->full || l->next <= end)
		return st;
	c->step++;
	enter_step(c);
	return CRM_OK;
}

static enum crm_status
list_step(struct crm_cursor *c, const struct crm_step *step,
    struct crm_err *err)
{
	struct crm_store *s = c->s;
	MDB_cursor *cur;
	int rc = mdb_cursor_open(s->rtxn, s->dbi[CRM_DB_REC], &cur);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	enum crm_status st = CRM_OK;
	while (!st && !c->lane.full && c->pos < step->nos.n) {
		uint64_t no = step->nos.v[c->pos++];
		MDB_val k = { sizeof(no), &no }, v;
		struct crm_str val;
		rc = mdb_cursor_get(cur, &k, &v, MDB_SET);
		if (rc == MDB_NOTFOUND)
			continue;
		st = rc ? crm_db_err(s, rc, _("cannot read"), err) :
		    crm_db_val_at(s, cur, no, v, &c->lane.join, &val, err);
		if (!st)
			st = crm_lane_look(&c->lane, no, val, err);
	}
	mdb_cursor_close(cur);
	if (!st && !c->lane.full) {
		c->step++;
		enter_step(c);
	}
	return st;
}

/* What need not be looked at. */
static enum crm_status
counted_step(struct crm_cursor *c, const struct crm_step *step)
{
	struct crm_lane *l = &c->lane;
	uint64_t n = step->count;
	if (l->limit && n > l->limit - l->matched)
		n = l->limit - l->matched;
	l->matched += n;
	l->full = l->limit && l->matched >= l->limit;
	c->step++;
	enter_step(c);
	return CRM_OK;
}

/* One section's worth of work; out NULL: only count. */
static enum crm_status
fill_some(struct crm_cursor *c, struct crm_batch *out, struct crm_err *err)
{
	struct crm_lane *l = &c->lane;
	enum crm_status st = crm_db_enter(c->s, err);
	if (st)
		return st;
	crm_lane_clear(l);
	l->t = c->s->rtxn;
	l->out = out;
	l->until = crm_db_now_ms() + FILL_MS;
	l->limit = c->q.limit ? c->q.limit - c->matched : 0;
	while (!st && !l->full && c->step < c->plan.n) {
		const struct crm_step *step = &c->plan.step[c->step];
		st = step->counted ? counted_step(c, step) :
		    step->scan ? scan_step(c, step, err) :
		    list_step(c, step, err);
	}
	c->read += l->read;
	c->matched += l->matched;
	c->done = c->step >= c->plan.n ||
	    (c->q.limit && c->matched >= c->q.limit);
	crm_db_forget_pages(c->s, l->bytes);
	crm_db_leave(c->s);
	return st;
}

enum crm_status
crm_cursor_next(struct crm_cursor *c, struct crm_batch *out,
    struct crm_err *err)
{
	crm_batch_clear(out);
	while (!c->done && out->n == 0) {
		enum crm_status st = fill_some(c, out, err);
		if (st)
			return st;
	}
	return out->n ? CRM_OK : CRM_NOTFOUND;
}

enum crm_status
crm_cursor_count(struct crm_cursor *c, uint64_t *n, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	while (!c->done && !st)
		st = fill_some(c, NULL, err);
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
