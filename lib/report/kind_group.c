/* Kind "group": group-by with measures. */
#include "report/kind.h"

struct state {
	struct crm_group_spec spec;
	struct crm_measure only_count;
	struct crm_calendar *calendar;
	struct crm_office office;
	struct crm_group *group;
};

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err CRM_UNUSED)
{
	struct state *s = r->state;
	const struct crm_report *d = r->def;
	s->only_count = (struct crm_measure){ .name = CRM_STR("count"),
		.op = CRM_OP_COUNT, .digits = -1 };
	s->spec = (struct crm_group_spec){ .by = d->by, .nby = d->nby,
		.measure = d->nmeasures ? d->measure : &s->only_count,
		.nmeasures = d->nmeasures ? d->nmeasures : 1,
		.schema = r->ctx->schema, .clock = r->ctx->clock, .in = r->in,
		.rates = r->rates, .rates_at = r->rates_at };
	for (size_t i = 0; i < d->nmeasures && !s->calendar; i++)
		if (d->measure[i].business)
			s->calendar = crm_calendar_new();
	if (s->calendar) {
		crm_office_init(&s->office, s->calendar, r->ctx->clock.zone,
		    r->ctx->region);
		s->spec.office = &s->office;
	}
	s->group = crm_group_new(&s->spec);
	return CRM_OK;
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec, struct crm_err *err)
{
	struct state *s = r->state;
	return crm_group_add(s->group, rec, r->env, err);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	struct state *s = r->state;
	crm_group_rows(s->group, out);
}

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_group_free(s->group);
	crm_calendar_free(s->calendar);
}

const struct crm_report_kind crm_kind_group = {
	.name = "group", .state = sizeof(struct state), .begin = begin,
	.add = add, .rows = rows, .end = end
};
