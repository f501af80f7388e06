/* Kind "funnel": of the deals opened in the period, how many ever reached each
 * stage. A stage that was entered twice counts once; one that was skipped
 * counts as passed; a lost deal got as far as its history says. */
#include "base/zone.h"
#include "format/json.h"
#include "report/kind.h"

struct state {
	uint64_t *reached;	/* by position among the open and won stages */
	const struct crm_stage **stage;
	size_t n;
	uint64_t lost;
};

static int
by_order(const void *va, const void *vb)
{
	const struct crm_stage *const *a = va, *const *b = vb;
	int ka = (*a)->kind == CRM_STAGE_WON, kb = (*b)->kind == CRM_STAGE_WON;
	return ka != kb ? ka - kb : ((*a)->order > (*b)->order) -
	    ((*a)->order < (*b)->order);
}

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err CRM_UNUSED)
{
	const struct crm_schema *sc = r->ctx->schema;
	struct state *s = r->state;
	s->stage = crm_arena_zalloc(&r->mem, (sc->nstages + 1) * sizeof(*s->stage));
	s->reached = crm_arena_zalloc(&r->mem,
	    (sc->nstages + 1) * sizeof(*s->reached));
	for (size_t i = 0; i < sc->nstages; i++)
		if (sc->stages[i].kind != CRM_STAGE_LOST)
			s->stage[s->n++] = &sc->stages[i];
	if (s->n)
		qsort(s->stage, s->n, sizeof(*s->stage), by_order);
	return CRM_OK;
}

/* Position + 1 of a stage; 0 for lost and unknown ones. */
static size_t
position(const struct state *s, struct crm_str name)
{
	for (size_t i = 0; i < s->n; i++)
		if (crm_str_eq(s->stage[i]->name, name))
			return i + 1;
	return 0;
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err CRM_UNUSED)
{
	struct state *s = r->state;
	struct crm_str v, none, e, name;
	int32_t day;
	if (r->has_period) {
		if (!crm_rec_day(rec, "opened", &r->ctx->clock, &day) &&
		    !crm_rec_day(rec, "created", &r->ctx->clock, &day))
			return CRM_OK;
		if (!crm_run_in_period(r, day))
			return CRM_OK;
	}
	size_t far = 1, at;	/* a deal is at least new */
	if (crm_rec_text(rec, "stage", &v)) {
		const struct crm_stage *k = crm_schema_stage(r->ctx->schema, v);
		s->lost += k && k->kind == CRM_STAGE_LOST;
		at = position(s, v);
		far = at > far ? at : far;
	}
	if (crm_rec_get(rec, CRM_STR("stages"), &v) && crm_json_kind(v) == '[') {
		struct crm_json_iter it = crm_json_iter(v);
		while (crm_json_next(&it, &none, &e)) {
			if (!crm_json_get(e, CRM_STR("stage"), &name) ||
			    !crm_json_is_string(name))
				continue;
			at = position(s, crm_json_inner(name));
			far = at > far ? at : far;
		}
	}
	for (size_t i = 0; i < far && i < s->n; i++)
		s->reached[i]++;
	return CRM_OK;
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	const struct state *s = r->state;
	crm_rows_column(out, CRM_STR("stage"), CRM_COLUMN_KEY);
	crm_rows_column(out, CRM_STR("reached"), CRM_COLUMN_NUMBER);
	crm_rows_column(out, CRM_STR("from_previous"), CRM_COLUMN_PERCENT);
	crm_rows_column(out, CRM_STR("from_first"), CRM_COLUMN_PERCENT);
	for (size_t i = 0; i < s->n; i++) {
		size_t row = crm_rows_add(out);
		crm_rows_set_text(out, row, 0, s->stage[i]->name);
		crm_rows_set_u64(out, row, 1, s->reached[i]);
		if (i)
			crm_rows_set_ratio(out, row, 2, s->reached[i], s->reached[i - 1], 6);
		crm_rows_set_ratio(out, row, 3, s->reached[i], s->reached[0], 6);
	}
}

const struct crm_report_kind crm_kind_funnel = {
	.name = "funnel", .types = "deal", .own_period = true,
	.state = sizeof(struct state), .begin = begin, .add = add,
	.rows = rows
};
