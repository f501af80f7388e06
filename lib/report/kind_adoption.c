/* Kind "adoption": who used which program in each week, by the journal: runs
 * (one txn is one run), changes of records, and on how many days. */
#include "base/map.h"
#include "report/kind.h"

struct cell {	/* a week of an actor with a program */
	struct crm_str week, actor, program;
	uint64_t runs, changes, days, txn;
	int32_t day;
};

struct state {
	struct crm_map index;
	struct cell *cell;
	size_t cap;
};

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_map_release(&s->index);
	free(s->cell);
}

static void
commit(struct crm_report_run *r, const struct crm_report_commit *c)
{
	struct state *s = r->state;
	struct crm_buf key = { 0 };
	bool fresh;
	int32_t day = crm_zone_day(r->ctx->clock.zone, c->at);
	if (!crm_run_in_period(r, day))
		return;
	crm_bucket_label(CRM_BUCKET_WEEK, day, &r->ctx->clock, &key);
	size_t week = key.n;
	crm_buf_c(&key, '\0');
	crm_buf_str(&key, c->actor);
	crm_buf_c(&key, '\0');
	crm_buf_str(&key, c->program);
	struct crm_map_entry *e = crm_map_put(&s->index, crm_buf_view(&key),
	    &fresh);
	if (fresh) {
		e->v.u = s->index.n - 1;
		crm_grow(&s->cell, &s->cap, s->index.n, sizeof(*s->cell));
		s->cell[e->v.u] = (struct cell){ .week = crm_arena_str(&r->mem,
			crm_str_sub(crm_buf_view(&key), 0, week)),
			.actor = crm_arena_str(&r->mem, c->actor),
			.program = crm_arena_str(&r->mem, c->program),
			.day = INT32_MIN };
	}
	struct cell *k = &s->cell[e->v.u];
	k->runs += k->runs == 0 || k->txn != c->txn;
	k->txn = c->txn;
	k->changes += c->changes;
	k->days += k->day != day;	/* the journal goes by time */
	k->day = day;
	crm_buf_release(&key);
}

static int
by_week(const void *va, const void *vb)
{
	const struct cell *a = va, *b = vb;
	int d = crm_str_cmp(a->week, b->week);
	d = d ? d : crm_str_cmp(a->actor, b->actor);
	return d ? d : crm_str_cmp(a->program, b->program);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "week", "actor", "program", "runs",
		"changes", "days" };
	struct state *s = r->state;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i < 3 ?
		    CRM_COLUMN_KEY : CRM_COLUMN_NUMBER);
	if (s->index.n)
		qsort(s->cell, s->index.n, sizeof(*s->cell), by_week);
	for (size_t i = 0; i < s->index.n; i++) {
		const struct cell *k = &s->cell[i];
		size_t row = crm_rows_add(out);
		crm_rows_set_text(out, row, 0, k->week);
		crm_rows_set_text(out, row, 1, k->actor);
		crm_rows_set_text(out, row, 2, k->program);
		crm_rows_set_u64(out, row, 3, k->runs);
		crm_rows_set_u64(out, row, 4, k->changes);
		crm_rows_set_u64(out, row, 5, k->days);
	}
}

const struct crm_report_kind crm_kind_adoption = {
	.name = "adoption", .own_period = true, .state = sizeof(struct state),
	.rows = rows, .end = end, .commit = commit
};
