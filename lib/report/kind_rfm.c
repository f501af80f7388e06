/* Kind "rfm": customers by recency, frequency and money, in quintiles 1 to 5
 * (ties as crm_rfm_quintiles has them), as of the clock. */
#include "base/decimal.h"
#include "base/zone.h"
#include "model/purchases.h"
#include "report/kind.h"
#include "report/rfm.h"

struct state {
	struct crm_purchases ps;
	char currency[4];
};

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_purchases_release(&s->ps);
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec, struct crm_err *err)
{
	struct state *s = r->state;
	struct crm_str id, currency;
	struct crm_dec amount = { 0, 0 };
	int32_t day;
	bool has;
	if (!crm_rec_day(rec, "at", &r->ctx->clock, &day) ||
	    (!crm_rec_text(rec, "contact", &id) &&
	    !crm_rec_text(rec, "account", &id)))
		return CRM_OK;
	enum crm_status st = crm_rec_money(r, rec, "amount", &amount, &currency,
	    &has, err);
	if (st)
		return st;
	if (has && currency.n == 3 && !s->currency[0])
		memcpy(s->currency, currency.p, 3);
	if (has && currency.n && !crm_str_is(currency, s->currency))
		return crm_err_field(err, CRM_INVALID, "report.currency",
		    CRM_STR("currency"), _("%.*s among purchases in %s: --in "
		    "says which"), CRM_FMT(currency), s->currency);
	if (has && (!crm_dec_rescale(amount, 4, CRM_HALF_EVEN, &amount) ||
	    amount.v > INT64_MAX / 4 || amount.v < INT64_MIN / 4))
		return crm_err_set(err, CRM_INVALID, "report.overflow",
		    _("the amount is too large"));
	crm_purchases_add(&s->ps, id, day, has ? (int64_t)amount.v : 0);
	return CRM_OK;
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "id", "recency_days", "days",
		"sum_amount", "r", "f", "m", "score" };
	struct state *s = r->state;
	struct crm_customer *c;
	int32_t today = crm_zone_day(r->ctx->clock.zone, r->ctx->clock.now);
	size_t n = crm_purchases_customers(&s->ps, today, &c);
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i == 0 || i == 7 ?
		    CRM_COLUMN_KEY : i == 3 ? CRM_COLUMN_MONEY :
		    CRM_COLUMN_NUMBER);
	int64_t *v = crm_calloc(n, sizeof(*v));
	uint8_t *q[3];
	for (int k = 0; k < 3; k++) {
		q[k] = crm_calloc(n, 1);
		for (size_t i = 0; i < n; i++)
			v[i] = k == 0 ? c[i].last : k == 1 ? c[i].days :
			    c[i].total;
		crm_rfm_quintiles(v, n, q[k]);
	}
	for (size_t i = 0; i < n; i++) {
		size_t row = crm_rows_add(out);
		char score[16];
		struct crm_dec sum = { c[i].total, 4 };
		crm_rows_set_text(out, row, 0, c[i].id);
		crm_rows_set_u64(out, row, 1, (uint64_t)(today - c[i].last));
		crm_rows_set_u64(out, row, 2, c[i].days);
		if (crm_dec_rescale(sum, 2, CRM_HALF_EVEN, &sum))
			crm_rows_set_dec(out, row, 3, sum);
		for (size_t k = 0; k < 3; k++)
			crm_rows_set_u64(out, row, 4 + k, q[k][i]);
		snprintf(score, sizeof(score), "%d%d%d", q[0][i], q[1][i],
		    q[2][i]);
		crm_rows_set_text(out, row, 7, crm_str_z(score));
	}
	for (int k = 0; k < 3; k++)
		free(q[k]);
	free(v);
	free(c);
}

const struct crm_report_kind crm_kind_rfm = {
	.name = "rfm", .types = "purchase", .state = sizeof(struct state),
	.add = add, .rows = rows, .end = end
};
