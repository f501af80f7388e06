/* Kind "cohort": customers by the month of their first purchase, and which
 * part of them bought again in each month after it. Money beside it. */
#include "format/json.h"
#include "model/purchases.h"
#include "report/kind.h"

struct state {
	struct crm_purchases ps;	/* months instead of days */
};

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_purchases_release(&s->ps);
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err CRM_UNUSED)
{
	struct state *s = r->state;
	struct crm_str id;
	int32_t day;
	if (!crm_rec_day(rec, "at", &r->ctx->clock, &day) ||
	    (!crm_rec_text(rec, "contact", &id) &&
	    !crm_rec_text(rec, "account", &id)))
		return CRM_OK;
	struct crm_ymd d = crm_day_ymd(day);
	crm_purchases_add(&s->ps, id, d.y * 12 + d.m - 1, 0);
	return CRM_OK;
}

static int32_t
month_day(int32_t month)
{
	int y = month / 12, m = month % 12;
	return crm_ymd_day((struct crm_ymd){ y, m + 1, 1 });
}

static void
write_cell(struct crm_rows *out, int32_t cohort, int32_t after,
    uint64_t size, uint64_t n)
{
	struct crm_buf b = { 0 };
	size_t row = crm_rows_add(out);
	crm_bucket_label(CRM_BUCKET_MONTH, month_day(cohort),
	    &(struct crm_clock){ 0 }, &b);
	crm_rows_set_text(out, row, 0, crm_buf_view(&b));
	crm_rows_set_u64(out, row, 1, (uint64_t)after);
	crm_rows_set_u64(out, row, 2, size);
	crm_rows_set_u64(out, row, 3, n);
	crm_rows_set_ratio(out, row, 4, n, size, 4);
	crm_buf_release(&b);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "cohort", "month", "size",
		"customers", "rate" };
	struct state *s = r->state;
	struct crm_customer *c;
	size_t n = crm_purchases_customers(&s->ps, INT32_MAX, &c);
	free(c);
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i < 2 ?
		    CRM_COLUMN_KEY : i < 4 ? CRM_COLUMN_NUMBER :
		    CRM_COLUMN_PERCENT);
	int32_t lo = INT32_MAX, hi = INT32_MIN;
	const struct crm_purchase *p = s->ps.p;
	for (size_t i = 0; i < s->ps.n; i++) {
		lo = p[i].day < lo ? p[i].day : lo;
		hi = p[i].day > hi ? p[i].day : hi;
	}
	enum { MOST_MONTHS = 1200 };
	if (n == 0 || hi - lo >= MOST_MONTHS)
		return;
	size_t width = (size_t)(hi - lo) + 1;
	uint64_t *cell = crm_calloc(width * width, sizeof(*cell));
	for (size_t i = 0, first = 0; i < s->ps.n; i++) {
		if (i == 0 || p[i].who != p[i - 1].who)
			first = i;
		else if (p[i].day == p[i - 1].day)
			continue;
		cell[(size_t)(p[first].day - lo) * width +
		    (size_t)(p[i].day - p[first].day)]++;
	}
	for (size_t k = 0; k < width; k++) {
		uint64_t size = cell[k * width];
		if (size == 0 || !crm_run_in_period(r,
		    month_day(lo + (int32_t)k)))
			continue;
		for (size_t m = 0; k + m < width; m++)
			write_cell(out, lo + (int32_t)k, (int32_t)m, size,
			    cell[k * width + m]);
	}
	free(cell);
}

const struct crm_report_kind crm_kind_cohort = {
	.name = "cohort", .types = "purchase", .own_period = true,
	.state = sizeof(struct state), .add = add, .rows = rows, .end = end
};
