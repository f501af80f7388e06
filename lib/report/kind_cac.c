/* Kind "cac": what a new customer cost: cost of the campaigns that begin in the
 * period / customers whose first won deal closed in it. A customer is a deal's
 * account, else its first contact. One row a currency of the costs. */
#include "base/map.h"
#include "format/json.h"
#include "report/kind.h"

struct cost {
	struct crm_str currency;
	struct crm_dec sum;
	uint64_t campaigns;
};

struct state {
	struct crm_map first;	/* customer -> index of its first day */
	int32_t *day;
	size_t capdays;
	struct cost *cost;
	size_t n, cap;
};

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_map_release(&s->first);
	free(s->day);
	free(s->cost);
}

static enum crm_status
add_campaign(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err)
{
	struct state *s = r->state;
	struct crm_str currency;
	struct crm_dec cost;
	bool has;
	int32_t day;
	size_t i = 0;
	if (r->has_period && (!crm_rec_day(rec, "start", &r->ctx->clock, &day) ||
	    !crm_run_in_period(r, day)))
		return CRM_OK;
	enum crm_status st = crm_rec_money(r, rec, "cost", &cost, &currency,
	    &has, err);
	if (st || !has)
		return st;
	while (i < s->n && !crm_str_eq(s->cost[i].currency, currency))
		i++;
	if (i == s->n) {
		crm_grow(&s->cost, &s->cap, ++s->n, sizeof(*s->cost));
		s->cost[i] = (struct cost){ .currency =
			crm_arena_str(&r->mem, currency) };
	}
	if (!crm_dec_add(s->cost[i].sum, cost, &s->cost[i].sum))
		return crm_err_set(err, CRM_INVALID, "report.overflow",
		    _("the amount is too large"));
	s->cost[i].campaigns++;
	return CRM_OK;
}

/* The account, else the first contact. */
static bool
customer_of(const struct crm_rec *rec, struct crm_str *out)
{
	struct crm_str v, none, e;
	if (crm_rec_text(rec, "account", out))
		return true;
	if (!crm_rec_get(rec, CRM_STR("contacts"), &v) ||
	    crm_json_kind(v) != '[')
		return false;
	struct crm_json_iter it = crm_json_iter(v);
	if (!crm_json_next(&it, &none, &e) || !crm_json_is_string(e))
		return false;
	*out = crm_json_inner(e);
	return true;
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec, struct crm_err *err)
{
	struct state *s = r->state;
	struct crm_str who, v;
	int32_t day;
	bool fresh;
	if (crm_str_is(rec->type->name, "campaign"))
		return add_campaign(r, rec, err);
	const struct crm_stage *k = crm_rec_text(rec, "stage", &v) ?
	    crm_schema_stage(r->ctx->schema, v) : NULL;
	if (!k || k->kind != CRM_STAGE_WON || !customer_of(rec, &who) ||
	    (!crm_rec_day(rec, "closed", &r->ctx->clock, &day) &&
	    !crm_rec_day(rec, "close_date", &r->ctx->clock, &day)))
		return CRM_OK;
	struct crm_map_entry *e = crm_map_put(&s->first, who, &fresh);
	if (fresh) {
		e->v.u = s->first.n - 1;
		crm_grow(&s->day, &s->capdays, s->first.n, sizeof(*s->day));
	}
	if (fresh || day < s->day[e->v.u])
		s->day[e->v.u] = day;
	return CRM_OK;
}

static int
by_currency(const void *va, const void *vb)
{
	const struct cost *a = va, *b = vb;
	return crm_str_cmp(a->currency, b->currency);
}

static void
write_cost(struct crm_rows *out, const struct cost *c, uint64_t customers)
{
	const struct crm_dec one = { 1, 0 }, n = { (crm_i128)customers, 0 };
	int digits = crm_currency_digits(c->currency);
	struct crm_dec v;
	size_t row = crm_rows_add(out);
	if (c->currency.n)
		crm_rows_set_text(out, row, 0, c->currency);
	crm_rows_set_u64(out, row, 1, c->campaigns);
	crm_rows_set_dec(out, row, 2, c->sum);
	crm_rows_set_u64(out, row, 3, customers);
	if (customers && crm_dec_muldiv(c->sum, one, n, digits < 0 ? 2 : digits,
	    CRM_HALF_EVEN, &v))
		crm_rows_set_dec(out, row, 4, v);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "currency", "campaigns", "cost",
		"new_customers", "cac" };
	struct state *s = r->state;
	uint64_t customers = 0;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i == 0 ?
		    CRM_COLUMN_KEY : i % 2 ? CRM_COLUMN_NUMBER :
		    CRM_COLUMN_MONEY);
	for (size_t i = 0; i < s->first.n; i++)
		customers += !r->has_period || crm_run_in_period(r, s->day[i]);
	if (s->n)
		qsort(s->cost, s->n, sizeof(*s->cost), by_currency);
	for (size_t i = 0; i < s->n; i++)
		write_cost(out, &s->cost[i], customers);
}

const struct crm_report_kind crm_kind_cac = {
	.name = "cac", .types = "campaign,deal", .own_period = true,
	.state = sizeof(struct state), .add = add, .rows = rows, .end = end
};
