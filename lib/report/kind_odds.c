/* Kind "odds": the store's own chances of winning from each stage: of the
 * closed deals that ever were in it, how many were won, with Wilson's 95 %
 * interval. A deal without a history tells nothing and is left out. */
#include "report/kind.h"
#include "report/odds.h"

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err CRM_UNUSED)
{
	r->state = crm_arena_alloc(&r->mem, sizeof(struct crm_odds));
	crm_odds_init(r->state, r->ctx->schema, &r->mem);
	return CRM_OK;
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err CRM_UNUSED)
{
	struct crm_str v;
	int32_t day;
	const struct crm_stage *k = crm_rec_text(rec, "stage", &v) ?
	    crm_schema_stage(r->ctx->schema, v) : NULL;
	if (k && (!r->has_period || (crm_rec_day(rec, "closed",
	    &r->ctx->clock, &day) && crm_run_in_period(r, day))))
		crm_odds_add(r->state, rec, k);
	return CRM_OK;
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "stage", "closed", "won", "odds",
		"odds_low", "odds_high", "assumed" };
	const struct crm_schema *sc = r->ctx->schema;
	const struct crm_odds *o = r->state;
	int p[3];
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i == 0 ?
		    CRM_COLUMN_KEY : i < 3 ? CRM_COLUMN_NUMBER :
		    CRM_COLUMN_PERCENT);
	for (size_t i = 0; i < sc->nstages; i++) {
		if (sc->stages[i].kind != CRM_STAGE_OPEN)
			continue;
		size_t row = crm_rows_add(out);
		crm_rows_set_text(out, row, 0, sc->stages[i].name);
		crm_rows_set_u64(out, row, 1, o->t[i].closed);
		crm_rows_set_u64(out, row, 2, o->t[i].won);
		bool has = crm_odds_of(o, &sc->stages[i], &p[0], &p[1], &p[2]);
		for (size_t c = 0; has && c < 3; c++)
			crm_rows_set_dec(out, row, 3 + c,
			    (struct crm_dec){ p[c], 4 });
		crm_rows_set_dec(out, row, 6,
		    (struct crm_dec){ sc->stages[i].probability, 2 });
	}
}

const struct crm_report_kind crm_kind_odds = {
	.name = "odds", .types = "deal", .own_period = true, .begin = begin,
	.add = add, .rows = rows
};
