/* Kind "clv": what a customer is worth, by the plain formulas: historic, by
 * churn, by orders and years, and discounted. (crm-score --model clv has the
 * probability model for each customer.) One row a currency. */
#include "base/map.h"
#include "format/json.h"
#include "report/kind.h"

enum { YEAR = 365, DIGITS = 12 };

struct customer {
	struct crm_str currency;
	int32_t first;
	bool last_year, year_before;
};

struct money {
	struct crm_str currency;
	struct crm_dec sum, recent;	/* recent: of the last 365 days */
	uint64_t orders;
	/* of its customers */
	uint64_t customers, active, before, kept;
	int64_t days;	/* since their first purchases */
};

struct state {
	struct crm_map ids, currencies;
	struct customer *c;
	size_t cap;
	struct money *m;
	size_t capmoney;
	int32_t today;
	struct crm_dec margin, years, discount;
};

static bool
param(const struct crm_report_run *r, const char *key, struct crm_dec lo,
    struct crm_dec hi, struct crm_dec *out)
{
	struct crm_str v;
	return !crm_report_param(r->def, key, &v) || (crm_dec_parse(
	    crm_json_is_string(v) ? crm_json_inner(v) : v, out) &&
	    crm_dec_cmp(*out, lo) >= 0 && crm_dec_cmp(*out, hi) <= 0);
}

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err)
{
	const struct crm_dec none = { 0, 0 }, one = { 1, 0 }, most = { 50, 0 };
	struct state *s = r->state;
	s->today = crm_zone_day(r->ctx->clock.zone, r->ctx->clock.now);
	s->margin = one;
	s->years = (struct crm_dec){ 3, 0 };
	s->discount = (struct crm_dec){ 1, 1 };
	if (param(r, "margin", none, one, &s->margin) &&
	    param(r, "years", one, most, &s->years) && s->years.scale == 0 &&
	    param(r, "discount", none, one, &s->discount))
		return CRM_OK;
	return crm_err_set(err, CRM_USAGE, "report.params",
	    _("margin and discount are from 0 to 1, years from 1 to 50"));
}

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_map_release(&s->ids);
	crm_map_release(&s->currencies);
	free(s->c);
	free(s->m);
}

static struct money *
money_of(struct crm_report_run *r, struct crm_str currency)
{
	struct state *s = r->state;
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&s->currencies, currency, &fresh);
	if (fresh) {
		e->v.u = s->currencies.n - 1;
		crm_grow(&s->m, &s->capmoney, s->currencies.n, sizeof(*s->m));
		s->m[e->v.u] = (struct money){ .currency =
			crm_arena_str(&r->mem, currency) };
	}
	return &s->m[e->v.u];
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec, struct crm_err *err)
{
	struct state *s = r->state;
	struct crm_str who, currency;
	struct crm_dec amount;
	struct crm_buf key = { 0 };
	int32_t day;
	bool has, fresh;
	if (!crm_rec_day(rec, "at", &r->ctx->clock, &day) || day > s->today ||
	    (!crm_rec_text(rec, "contact", &who) &&
	    !crm_rec_text(rec, "account", &who)))
		return CRM_OK;
	enum crm_status st = crm_rec_money(r, rec, "amount", &amount, &currency,
	    &has, err);
	if (st || !has)
		return st;
	struct money *m = money_of(r, currency);
	crm_buf_printf(&key, "%.*s%c%.*s", CRM_FMT(currency), 0, CRM_FMT(who));
	struct crm_map_entry *e = crm_map_put(&s->ids, crm_buf_view(&key),
	    &fresh);
	crm_buf_release(&key);
	if (fresh) {
		e->v.u = s->ids.n - 1;
		crm_grow(&s->c, &s->cap, s->ids.n, sizeof(*s->c));
		s->c[e->v.u] = (struct customer){ m->currency, day, false,
			false };
	}
	struct customer *c = &s->c[e->v.u];
	bool recent = day > s->today - YEAR;
	c->first = day < c->first ? day : c->first;
	c->last_year = c->last_year || recent;
	c->year_before = c->year_before || (!recent &&
	    day > s->today - 2 * YEAR);
	m->orders++;
	if (!crm_dec_add(m->sum, amount, &m->sum) ||
	    (recent && !crm_dec_add(m->recent, amount, &m->recent)))
		return crm_err_set(err, CRM_INVALID, "report.overflow",
		    _("the amount is too large"));
	return CRM_OK;
}

/* -- figures: each leaves its cell empty where it has none ------------------ */

enum { CURRENCY, CUSTOMERS, ORDERS, REVENUE, HISTORIC, MEAN_ORDER, A_YEAR,
	ARPA, RETENTION, SIMPLE, BY_YEARS, DISCOUNTED, COLUMNS };

static struct crm_dec
whole(int64_t n)
{
	return (struct crm_dec){ n, 0 };
}

static bool
times(struct crm_dec a, struct crm_dec b, struct crm_dec *out)
{
	return crm_dec_muldiv(a, b, whole(1), DIGITS, CRM_HALF_EVEN, out);
}

static bool
over(struct crm_dec a, struct crm_dec b, struct crm_dec *out)
{
	return b.v > 0 && crm_dec_muldiv(a, whole(1), b, DIGITS, CRM_HALF_EVEN,
	    out);
}

static void
set(struct crm_rows *out, size_t row, size_t column, int digits,
    struct crm_dec v)
{
	if (crm_dec_rescale(v, digits, CRM_HALF_EVEN, &v))
		crm_rows_set_dec(out, row, column, v);
}

/* Sum over the years t = 0, 1 … of a x retention^t / (1 + discount)^t. */
static bool
discounted(const struct state *s, struct crm_dec a, struct crm_dec retention,
    struct crm_dec *out)
{
	struct crm_dec factor;
	*out = whole(0);
	if (!crm_dec_add(s->discount, whole(1), &factor))
		return false;
	for (int64_t t = 0; t < s->years.v; t++)
		if (!crm_dec_add(*out, a, out) || !crm_dec_muldiv(a, retention,
		    factor, DIGITS, CRM_HALF_EVEN, &a))
			return false;
	return true;
}

static void
write_money(const struct state *s, const struct money *m, struct crm_rows *out)
{
	struct crm_dec v, mean, year, gain;
	size_t row = crm_rows_add(out);
	int digits = crm_currency_digits(m->currency);
	digits = digits < 0 ? 2 : digits;
	if (m->currency.n)
		crm_rows_set_text(out, row, CURRENCY, m->currency);
	crm_rows_set_u64(out, row, CUSTOMERS, m->customers);
	crm_rows_set_u64(out, row, ORDERS, m->orders);
	set(out, row, REVENUE, digits, m->sum);
	if (times(m->sum, s->margin, &v) &&
	    over(v, whole((int64_t)m->customers), &v))
		set(out, row, HISTORIC, digits, v);
	bool has_mean = over(m->sum, whole((int64_t)m->orders), &mean);
	if (has_mean)
		set(out, row, MEAN_ORDER, digits, mean);
	bool has_year = m->days > 0 && crm_dec_muldiv(whole((int64_t)m->orders),
	    whole(YEAR), whole(m->days), DIGITS, CRM_HALF_EVEN, &year);
	if (has_year)
		set(out, row, A_YEAR, 2, year);
	if (has_mean && has_year && times(mean, year, &v) &&
	    times(v, s->years, &v) && times(v, s->margin, &v))
		set(out, row, BY_YEARS, digits, v);
	crm_rows_set_ratio(out, row, RETENTION, m->kept, m->before, 4);
	if (!over(m->recent, whole((int64_t)m->active), &v))
		return;
	set(out, row, ARPA, digits, v);
	if (!m->before || !times(v, s->margin, &gain))
		return;
	if (m->kept < m->before && crm_dec_muldiv(gain,
	    whole((int64_t)m->before), whole((int64_t)(m->before - m->kept)),
	    DIGITS, CRM_HALF_EVEN, &v))
		set(out, row, SIMPLE, digits, v);
	if (over(whole((int64_t)m->kept), whole((int64_t)m->before), &v) &&
	    discounted(s, gain, v, &v))
		set(out, row, DISCOUNTED, digits, v);
}

static int
by_currency(const void *va, const void *vb)
{
	const struct money *a = va, *b = vb;
	return crm_str_cmp(a->currency, b->currency);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[COLUMNS] = { "currency", "customers",
		"orders", "revenue", "historic", "mean_order", "orders_per_year",
		"arpa", "retention", "clv_churn", "clv_years",
		"clv_discounted" };
	struct state *s = r->state;
	for (size_t i = 0; i < COLUMNS; i++)
		crm_rows_column(out, crm_str_z(names[i]), i == CURRENCY ?
		    CRM_COLUMN_KEY : i == RETENTION ? CRM_COLUMN_PERCENT :
		    i == CUSTOMERS || i == ORDERS || i == A_YEAR ?
		    CRM_COLUMN_NUMBER : CRM_COLUMN_MONEY);
	for (size_t i = 0; i < s->ids.n; i++) {
		const struct customer *c = &s->c[i];
		struct money *m = money_of(r, c->currency);
		m->customers++;
		m->active += c->last_year;
		m->before += c->year_before;
		m->kept += c->year_before && c->last_year;
		m->days += s->today - c->first + 1;
	}
	if (s->currencies.n)
		qsort(s->m, s->currencies.n, sizeof(*s->m), by_currency);
	for (size_t i = 0; i < s->currencies.n; i++)
		write_money(s, &s->m[i], out);
}

const struct crm_report_kind crm_kind_clv = {
	.name = "clv", .types = "purchase", .state = sizeof(struct state),
	.begin = begin, .add = add, .rows = rows, .end = end
};
