/* Kind "odds": the store's own chances of winning from each stage: of the
 * closed deals that ever were in it, how many were won, with Wilson's 95 %
 * interval. A deal without a history tells nothing and is left out. */
#include "base/stats.h"
#include "format/json.h"
#include "report/kind.h"

#include <math.h>

struct tally {
	uint64_t closed, won, last;	/* last: the deal that counted here */
};

struct state {
	struct tally *t;	/* by number of the stage in the schema */
	uint64_t deals;
};

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err CRM_UNUSED)
{
	struct state *s = crm_arena_zalloc(&r->mem, sizeof(*s));
	s->t = crm_arena_zalloc(&r->mem,
	    (r->ctx->schema->nstages + 1) * sizeof(*s->t));
	r->state = s;
	return CRM_OK;
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err CRM_UNUSED)
{
	const struct crm_schema *sc = r->ctx->schema;
	struct state *s = r->state;
	struct crm_str v, none, e, name;
	int32_t day;
	const struct crm_stage *k = crm_rec_text(rec, "stage", &v) ?
	    crm_schema_stage(sc, v) : NULL;
	if (!k || k->kind == CRM_STAGE_OPEN || (r->has_period &&
	    (!crm_rec_day(rec, "closed", &r->ctx->clock, &day) ||
	    !crm_run_in_period(r, day))) ||
	    !crm_rec_get(rec, CRM_STR("stages"), &v) ||
	    crm_json_kind(v) != '[')
		return CRM_OK;
	s->deals++;
	struct crm_json_iter it = crm_json_iter(v);
	while (crm_json_next(&it, &none, &e)) {
		const struct crm_stage *was = crm_json_get(e, CRM_STR("stage"),
		    &name) && crm_json_is_string(name) ?
		    crm_schema_stage(sc, crm_json_inner(name)) : NULL;
		struct tally *t = was ? &s->t[was - sc->stages] : NULL;
		if (!t || t->last == s->deals)
			continue;
		t->last = s->deals;
		t->closed++;
		t->won += k->kind == CRM_STAGE_WON;
	}
	return CRM_OK;
}

static void
set_share(struct crm_rows *out, size_t row, size_t column, double v)
{
	crm_rows_set_dec(out, row, column,
	    (struct crm_dec){ llround(v * 10000), 4 });
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "stage", "closed", "won", "odds",
		"odds_low", "odds_high", "assumed" };
	const struct crm_schema *sc = r->ctx->schema;
	const struct state *s = r->state;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i == 0 ?
		    CRM_COLUMN_KEY : i < 3 ? CRM_COLUMN_NUMBER :
		    CRM_COLUMN_PERCENT);
	for (size_t i = 0; i < sc->nstages; i++) {
		const struct tally *t = &s->t[i];
		if (sc->stages[i].kind != CRM_STAGE_OPEN)
			continue;
		size_t row = crm_rows_add(out);
		crm_rows_set_text(out, row, 0, sc->stages[i].name);
		crm_rows_set_u64(out, row, 1, t->closed);
		crm_rows_set_u64(out, row, 2, t->won);
		crm_rows_set_ratio(out, row, 3, t->won, t->closed, 4);
		if (t->closed) {
			struct crm_interval w = crm_wilson((double)t->won,
			    (double)t->closed);
			set_share(out, row, 4, w.lo);
			set_share(out, row, 5, w.hi);
		}
		crm_rows_set_dec(out, row, 6,
		    (struct crm_dec){ sc->stages[i].probability, 2 });
	}
}

const struct crm_report_kind crm_kind_odds = {
	.name = "odds", .types = "deal", .own_period = true, .begin = begin,
	.add = add, .rows = rows
};
