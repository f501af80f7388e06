/* Kind "campaign": what each campaign cost and what the deals that name it
 * brought: won amount, members, ROI = (won - cost) / cost. A deal names one
 * campaign, so first, last and linear attribution are the same here. Campaigns
 * that begin in the period; their deals whenever they are won. */
#include "base/map.h"
#include "report/kind.h"

struct campaign {
	struct crm_str id, name, currency;
	struct crm_dec cost, won;
	uint64_t deals, nwon, members;
	bool known, has_cost;
};

struct state {
	struct crm_map ids;
	struct campaign *c;
	size_t cap;
};

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err CRM_UNUSED)
{
	r->state = crm_arena_zalloc(&r->mem, sizeof(struct state));
	return CRM_OK;
}

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_map_release(&s->ids);
	free(s->c);
}

static struct campaign *
campaign_of(struct crm_report_run *r, struct crm_str id)
{
	struct state *s = r->state;
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&s->ids, id, &fresh);
	if (fresh) {
		e->v.u = s->ids.n - 1;
		crm_grow(&s->c, &s->cap, s->ids.n, sizeof(*s->c));
		s->c[e->v.u] = (struct campaign){ .id =
			crm_arena_str(&r->mem, id) };
	}
	return &s->c[e->v.u];
}

static enum crm_status
add_campaign(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err)
{
	struct crm_str name = { 0 }, currency;
	struct crm_dec cost;
	bool has;
	int32_t day;
	enum crm_status st = crm_rec_money(r, rec, "cost", &cost, &currency,
	    &has, err);
	if (st)
		return st;
	if (r->has_period && (!crm_rec_day(rec, "start", &r->ctx->clock, &day) ||
	    !crm_run_in_period(r, day)))
		return CRM_OK;
	struct campaign *c = campaign_of(r, crm_rec_id(rec));
	c->known = true;
	if (crm_rec_text(rec, "name", &name))
		c->name = crm_arena_str(&r->mem, name);
	c->has_cost = has;
	if (has)
		c->cost = cost;
	if (currency.n)
		c->currency = crm_arena_str(&r->mem, currency);
	return CRM_OK;
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec, struct crm_err *err)
{
	struct crm_str id, v, currency;
	struct crm_dec amount;
	bool has;
	if (crm_str_is(rec->type->name, "campaign"))
		return add_campaign(r, rec, err);
	if (!crm_rec_text(rec, "campaign", &id))
		return CRM_OK;
	if (crm_str_is(rec->type->name, "member")) {
		campaign_of(r, id)->members++;
		return CRM_OK;
	}
	enum crm_status st = crm_rec_money(r, rec, "amount", &amount, &currency,
	    &has, err);
	if (st)
		return st;
	struct campaign *c = campaign_of(r, id);
	const struct crm_stage *k = crm_rec_text(rec, "stage", &v) ?
	    crm_schema_stage(r->ctx->schema, v) : NULL;
	c->deals++;
	if (!k || k->kind != CRM_STAGE_WON)
		return CRM_OK;
	if (has && c->currency.n && currency.n &&
	    !crm_str_eq(c->currency, currency))
		return crm_err_field(err, CRM_INVALID, "report.currency",
		    CRM_STR("currency"), _("won in %.*s, the campaign counts "
		    "in %.*s: --in says which"), CRM_FMT(currency),
		    CRM_FMT(c->currency));
	c->nwon++;
	if (has && !c->currency.n && currency.n)
		c->currency = crm_arena_str(&r->mem, currency);
	if (has && !crm_dec_add(c->won, amount, &c->won))
		return crm_err_set(err, CRM_INVALID, "report.overflow",
		    _("the amount is too large"));
	return CRM_OK;
}

static int
by_name(const void *va, const void *vb)
{
	const struct campaign *a = va, *b = vb;
	int d = crm_str_cmp(a->name, b->name);
	return d ? d : crm_str_cmp(a->id, b->id);
}

static void
write_campaign(struct crm_rows *out, const struct campaign *c)
{
	const struct crm_dec one = { 1, 0 };
	struct crm_dec gain, roi;
	size_t row = crm_rows_add(out);
	crm_rows_set_text(out, row, 0, c->name.n ? c->name : c->id);
	if (c->currency.n)
		crm_rows_set_text(out, row, 1, c->currency);
	crm_rows_set_u64(out, row, 2, c->members);
	crm_rows_set_u64(out, row, 3, c->deals);
	crm_rows_set_u64(out, row, 4, c->nwon);
	if (c->has_cost)
		crm_rows_set_dec(out, row, 5, c->cost);
	crm_rows_set_dec(out, row, 6, c->won);
	if (c->has_cost && c->cost.v > 0 &&
	    crm_dec_sub(c->won, c->cost, &gain) &&
	    crm_dec_muldiv(gain, one, c->cost, 4, CRM_HALF_EVEN, &roi))
		crm_rows_set_dec(out, row, 7, roi);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "campaign", "currency", "members",
		"deals", "won", "cost", "won_amount", "roi" };
	struct state *s = r->state;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i < 2 ?
		    CRM_COLUMN_KEY : i < 5 ? CRM_COLUMN_NUMBER : i < 7 ?
		    CRM_COLUMN_MONEY : CRM_COLUMN_PERCENT);
	if (s->ids.n)
		qsort(s->c, s->ids.n, sizeof(*s->c), by_name);
	for (size_t i = 0; i < s->ids.n; i++)
		if (s->c[i].known)
			write_campaign(out, &s->c[i]);
}

const struct crm_report_kind crm_kind_campaign = {
	.name = "campaign", .types = "campaign,member,deal",
	.own_period = true, .begin = begin, .add = add, .rows = rows,
	.end = end
};
