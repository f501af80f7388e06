/* Kind "repeat": who bought in the period, who of them had bought before, and
 * who of those that bought in the period before came again. Purchases of a
 * customer on one day are one. */
#include "model/purchases.h"
#include "report/kind.h"

static void
end(struct crm_report_run *r)
{
	crm_purchases_release(r->state);
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err CRM_UNUSED)
{
	struct crm_str id;
	int32_t day;
	if (crm_rec_day(rec, "at", &r->ctx->clock, &day) &&
	    (crm_rec_text(rec, "contact", &id) ||
	    crm_rec_text(rec, "account", &id)))
		crm_purchases_add(r->state, id, day, 0);
	return CRM_OK;
}

struct totals {
	uint64_t customers, fresh, repeat, days, again, before, kept;
};

/* One customer's days, in order. */
static void
add_customer(struct totals *t, const struct crm_purchase *p, size_t n,
    int32_t from, int32_t to, int32_t earlier)
{
	uint64_t days = 0, seen = 0;
	bool before = false;
	for (size_t i = 0; i < n && p[i].day < to; i++) {
		if (i > 0 && p[i].day == p[i - 1].day)
			continue;
		seen++;
		days += p[i].day >= from;
		before = before || (p[i].day >= earlier && p[i].day < from);
	}
	t->customers += days > 0;
	t->fresh += days > 0 && seen == days;
	t->repeat += days > 0 && seen > 1;
	t->days += days;
	t->again += days - (days > 0 && seen == days);
	t->before += before;
	t->kept += before && days > 0;
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "customers", "new_customers",
		"repeat_customers", "repeat_rate", "purchases",
		"repeat_purchases", "customers_before", "kept", "retention" };
	struct crm_purchases *ps = r->state;
	struct crm_customer *c;
	struct totals t = { 0 };
	int32_t from, to, earlier;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i == 3 || i == 8 ?
		    CRM_COLUMN_PERCENT : CRM_COLUMN_NUMBER);
	crm_purchases_customers(ps, INT32_MAX, &c);	/* sorts */
	free(c);
	crm_run_days(r, &from, &to);
	bool bounded = r->has_period && r->period.from != INT64_MIN &&
	    r->period.to != INT64_MAX;
	earlier = bounded ? from - (to - from) : from;
	for (size_t i = 0, k; i < ps->n; i = k) {
		for (k = i + 1; k < ps->n && ps->p[k].who == ps->p[i].who; k++)
			;
		add_customer(&t, ps->p + i, k - i, from, to, earlier);
	}
	size_t row = crm_rows_add(out);
	const uint64_t v[] = { t.customers, t.fresh, t.repeat, 0, t.days,
		t.again, t.before, t.kept };
	for (size_t i = 0; i < CRM_LEN(v); i++)
		if (i != 3 && (i < 6 || bounded))
			crm_rows_set_u64(out, row, i, v[i]);
	crm_rows_set_ratio(out, row, 3, t.repeat, t.customers, 4);
	crm_rows_set_ratio(out, row, 8, t.kept, t.before, 4);
}

const struct crm_report_kind crm_kind_repeat = {
	.name = "repeat", .types = "purchase", .own_period = true,
	.state = sizeof(struct crm_purchases), .add = add, .rows = rows,
	.end = end
};
