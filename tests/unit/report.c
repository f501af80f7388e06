#include "report/bucket.h"
#include "report/expr.h"
#include "report/rates.h"
#include "report/rows.h"
#include "base/mem.h"
#include "tap.h"

static void
check_label(enum crm_bucket b, int fiscal, const char *date, const char *want)
{
	struct crm_clock clock = { .fiscal_month = fiscal };
	struct crm_buf out = { 0 };
	int32_t day = 0;
	crm_value_day(crm_str_z(date), &clock, &day);
	crm_bucket_label(b, day, &clock, &out);
	same(crm_buf_view(&out), want, want);
	int32_t start = crm_bucket_start(b, day, &clock);
	int32_t next = crm_bucket_next(b, start);
	ok(start <= day && day < next &&
	    crm_bucket_start(b, next, &clock) == next &&
	    crm_bucket_start(b, next - 1, &clock) == start,
	    "its day lies in [start, next)");
	crm_buf_release(&out);
}

static void
test_buckets(void)
{
	check_label(CRM_BUCKET_DAY, 0, "2026-11-21", "2026-11-21");
	check_label(CRM_BUCKET_WEEK, 0, "2027-01-01", "2026-W53");
	check_label(CRM_BUCKET_MONTH, 0, "2026-02-28", "2026-02");
	check_label(CRM_BUCKET_QUARTER, 0, "2026-11-21", "2026-Q4");
	check_label(CRM_BUCKET_YEAR, 0, "2024-02-29", "2024");
	check_label(CRM_BUCKET_FY, 4, "2026-03-31", "FY2026");
	check_label(CRM_BUCKET_FY, 4, "2026-04-01", "FY2027");
	check_label(CRM_BUCKET_FQ, 4, "2026-03-31", "FY2026-Q4");
	check_label(CRM_BUCKET_FQ, 4, "2026-04-01", "FY2027-Q1");
}

static bool
get(void *ctx CRM_UNUSED, struct crm_str name, struct crm_dec *out)
{
	if (crm_str_is(name, "won"))
		*out = (struct crm_dec){ 3, 0 };
	else if (crm_str_is(name, "lost"))
		*out = (struct crm_dec){ 9, 0 };
	else if (crm_str_is(name, "money"))
		*out = (struct crm_dec){ 123450, 2 };
	else
		return false;
	return true;
}

static void
check_expr(const char *text, const char *want)
{
	struct crm_expr *e = NULL;
	struct crm_dec v;
	struct crm_buf out = { 0 };
	struct crm_err err = { 0 };
	if (crm_expr_parse(crm_str_z(text), &e, &err))
		crm_buf_z(&out, "wrong");
	else if (!crm_expr_value(e, get, NULL, &v))
		crm_buf_z(&out, "none");
	else
		crm_dec_json(&out, v);
	same(crm_buf_view(&out), want, text);
	crm_expr_free(e);
	crm_buf_release(&out);
}

static void
test_exprs(void)
{
	check_expr("won / (won + lost)", "0.25");
	check_expr("100 * won / (won + lost)", "25");
	check_expr("won - lost - 1", "-7");
	check_expr("money*2", "2469");
	check_expr("1/3", "0.333333333333");
	check_expr("won / (won - 3)", "none");
	check_expr("won + nothing", "none");
	check_expr("won +", "wrong");
	check_expr("(won", "wrong");
	check_expr("won lost", "wrong");
	check_expr("", "wrong");
	struct crm_buf deep = { 0 };
	for (int i = 0; i < 500; i++)
		crm_buf_c(&deep, '(');
	check_expr(crm_buf_cstr(&deep), "wrong");
	crm_buf_release(&deep);
}

static void
put(struct crm_rates *t, const char *base, const char *quote,
    const char *date, const char *rate)
{
	struct crm_rate k = { .day = 0 };
	memcpy(k.base, base, 4);
	memcpy(k.quote, quote, 4);
	if (crm_date_parse(crm_str_z(date), &k.day) &&
	    crm_dec_parse(crm_str_z(rate), &k.rate)) {
		crm_grow(&t->r, &t->cap, t->n + 1, sizeof(*t->r));
		t->r[t->n++] = k;
	}
}

static void
check_rate(struct crm_rates *t, const char *amount, const char *from,
    const char *to, const char *date, const char *want)
{
	struct crm_dec a, v;
	struct crm_buf out = { 0 };
	struct crm_err err = { 0 };
	int32_t day;
	if (!crm_dec_parse(crm_str_z(amount), &a) ||
	    !crm_date_parse(crm_str_z(date), &day))
		return;
	if (crm_rates_convert(t, a, crm_str_z(from), crm_str_z(to), day, &v,
	    &err))
		crm_buf_z(&out, err.id);
	else
		crm_dec_format(&out, v);
	ok(crm_str_is(crm_buf_view(&out), want), "%s %s in %s on %s is %s",
	    amount, from, to, date, want);
	crm_buf_release(&out);
}

static void
test_rates(void)
{
	struct crm_rates t = { 0 };
	put(&t, "EUR", "USD", "2026-10-01", "1.1000");
	put(&t, "EUR", "USD", "2026-11-02", "1.1632");
	put(&t, "EUR", "JPY", "2026-11-02", "174.35");
	put(&t, "EUR", "KWD", "2026-11-02", "0.35810");
	check_rate(&t, "1234.50", "EUR", "USD", "2026-11-21", "1435.97");
	check_rate(&t, "1234.50", "EUR", "USD", "2026-10-15", "1357.95");
	check_rate(&t, "1163.20", "USD", "EUR", "2026-11-21", "1000.00");
	check_rate(&t, "1234.50", "USD", "JPY", "2026-11-21", "185037");
	check_rate(&t, "1", "USD", "KWD", "2026-11-21", "0.308");
	check_rate(&t, "5.00", "EUR", "EUR", "2020-01-01", "5.00");
	check_rate(&t, "5.00", "EUR", "USD", "2020-01-01", "rates.missing");
	check_rate(&t, "5.00", "SEK", "USD", "2026-11-21", "rates.missing");
	check_rate(&t, "0.005", "EUR", "EUR", "2026-11-21", "0.00");
	check_rate(&t, "0.015", "EUR", "EUR", "2026-11-21", "0.02");
	crm_rates_release(&t);
}

static void
test_rows(void)
{
	struct crm_rows r = { 0 };
	struct crm_buf out = { 0 };
	crm_rows_column(&r, CRM_STR("stage"), CRM_COLUMN_KEY);
	crm_rows_column(&r, CRM_STR("sum_amount"), CRM_COLUMN_MONEY);
	crm_rows_column(&r, CRM_STR("rate"), CRM_COLUMN_PERCENT);
	size_t row = crm_rows_add(&r);
	crm_rows_set_text(&r, row, 0, CRM_STR("a \"b\""));
	crm_rows_set_dec(&r, row, 1, (struct crm_dec){ 123450, 2 });
	crm_rows_set_dec(&r, row, 2, (struct crm_dec){ 2500, 4 });
	crm_rows_add(&r);
	crm_rows_print(&r, 0, &out);
	same(crm_buf_view(&out),
	    "{\"stage\":\"a \\\"b\\\"\",\"sum_amount\":\"1234.50\",\"rate\":0.25}",
	    "a row");
	crm_buf_clear(&out);
	crm_rows_print(&r, 1, &out);
	same(crm_buf_view(&out), "{}", "what is absent is left out");
	struct crm_dec v;
	ok(crm_rows_dec(&r, 0, 1, &v) && v.v == 123450 && v.scale == 2,
	    "money reads back");
	crm_buf_release(&out);
	crm_rows_release(&r);
}

int
main(void)
{
	test_buckets();
	test_exprs();
	test_rates();
	test_rows();
	return tap_end();
}
