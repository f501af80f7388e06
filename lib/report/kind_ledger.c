/* Kind "ledger": what contracts were worth at the beginning of a period, what
 * came, grew, shrank and went, and what is left: customer churn, NRR, GRR. A
 * contract counts on the days from its start to its end; one that renews by
 * itself counts on until its status says that it ended. */
#include "base/map.h"
#include "format/json.h"
#include "model/contract.h"
#include "report/kind.h"

struct holder {	/* an account's money in one currency */
	struct crm_dec start, end;
	bool at_start, at_end;
	struct crm_str currency;
};

struct state {
	struct crm_map ids;
	struct holder *h;
	size_t cap;
	int32_t from, to;
};

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err)
{
	struct state *s = r->state;
	crm_run_days(r, &s->from, &s->to);
	if (!r->has_period || r->period.from == INT64_MIN ||
	    r->period.to == INT64_MAX)
		return crm_err_set(err, CRM_USAGE, "report.period",
		    _("a period with two ends is wanted: --period"));
	return CRM_OK;
}

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_map_release(&s->ids);
	free(s->h);
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec, struct crm_err *err)
{
	struct state *s = r->state;
	struct crm_str who, currency, v;
	struct crm_dec amount = { 0, 0 };
	int32_t start, last;
	bool has, fresh;
	if (!crm_rec_day(rec, "start", &r->ctx->clock, &start) ||
	    (!crm_rec_text(rec, "account", &who) &&
	    !crm_rec_text(rec, "contact", &who)))
		return CRM_OK;
	bool ends = crm_rec_day(rec, "end", &r->ctx->clock, &last);
	bool renews = crm_rec_get(rec, CRM_STR("auto_renew"), &v) &&
	    crm_str_is(v, "true") && !(crm_rec_text(rec, "status", &v) &&
	    crm_contract_is_over(v));
	if (!ends || renews)
		last = INT32_MAX;
	enum crm_status st = crm_rec_money(r, rec, "amount", &amount, &currency,
	    &has, err);
	if (st)
		return st;
	struct crm_buf key = { 0 };
	crm_buf_str(&key, currency);
	crm_buf_c(&key, '\0');
	crm_buf_str(&key, who);
	struct crm_map_entry *e = crm_map_put(&s->ids, crm_buf_view(&key),
	    &fresh);
	crm_buf_release(&key);
	if (fresh) {
		e->v.u = s->ids.n - 1;
		crm_grow(&s->h, &s->cap, s->ids.n, sizeof(*s->h));
		s->h[e->v.u] = (struct holder){ .currency =
			crm_arena_str(&r->mem, currency) };
	}
	struct holder *h = &s->h[e->v.u];
	if (start < s->from && last >= s->from - 1) {
		h->at_start = true;
		if (!crm_dec_add(h->start, amount, &h->start))
			h->start = (struct crm_dec){ 0, 0 };
	}
	if (start < s->to && last >= s->to - 1) {
		h->at_end = true;
		if (!crm_dec_add(h->end, amount, &h->end))
			h->end = (struct crm_dec){ 0, 0 };
	}
	return CRM_OK;
}

enum { START, NEW, GREW, SHRANK, LOST, END, MONEY };

struct totals {
	struct crm_dec money[MONEY];
	uint64_t customers, lost, fresh, left;
};

static void
add_holder(struct totals *t, const struct holder *h)
{
	struct crm_dec d;
	int what = !h->at_start ? NEW : !h->at_end ? LOST :
	    crm_dec_cmp(h->end, h->start) >= 0 ? GREW : SHRANK;
	bool good = what == NEW || what == GREW ?
	    crm_dec_sub(h->end, h->start, &d) :
	    crm_dec_sub(h->start, h->end, &d);
	good = good && crm_dec_add(t->money[what], d, &t->money[what]) &&
	    crm_dec_add(t->money[START], h->start, &t->money[START]) &&
	    crm_dec_add(t->money[END], h->end, &t->money[END]);
	t->customers += h->at_start;
	t->lost += h->at_start && !h->at_end;
	t->fresh += !h->at_start && h->at_end;
	t->left += h->at_end;
}

static void
part(struct crm_rows *out, size_t row, size_t column, struct crm_dec a,
    struct crm_dec b)
{
	const struct crm_dec one = { 1, 0 };
	struct crm_dec v;
	if (b.v > 0 && crm_dec_muldiv(a, one, b, 4, CRM_HALF_EVEN, &v))
		crm_rows_set_dec(out, row, column, v);
}

static void
write_totals(struct crm_rows *out, struct crm_str currency,
    const struct totals *t)
{
	size_t row = crm_rows_add(out);
	if (currency.n)
		crm_rows_set_text(out, row, 0, currency);
	for (size_t i = 0; i < MONEY; i++)
		crm_rows_set_money(out, row, 1 + i, currency, t->money[i]);
	struct crm_dec kept, gross;
	if (crm_dec_sub(t->money[START], t->money[SHRANK], &gross) &&
	    crm_dec_sub(gross, t->money[LOST], &gross) &&
	    crm_dec_add(gross, t->money[GREW], &kept)) {
		part(out, row, 7, kept, t->money[START]);
		part(out, row, 8, gross, t->money[START]);
	}
	crm_rows_set_u64(out, row, 9, t->customers);
	crm_rows_set_u64(out, row, 10, t->fresh);
	crm_rows_set_u64(out, row, 11, t->lost);
	crm_rows_set_u64(out, row, 12, t->left);
	crm_rows_set_ratio(out, row, 13, t->lost, t->customers, 4);
}

static int
by_key(const void *va, const void *vb)
{
	const struct crm_map_entry *const *a = va, *const *b = vb;
	return crm_str_cmp((*a)->key, (*b)->key);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "currency", "start", "new",
		"expansion", "contraction", "churned", "end", "nrr", "grr",
		"customers", "customers_new", "customers_lost",
		"customers_end", "churn_rate" };
	struct state *s = r->state;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i == 0 ?
		    CRM_COLUMN_KEY : i <= MONEY ? CRM_COLUMN_MONEY : i < 9 ||
		    i == 13 ? CRM_COLUMN_PERCENT : CRM_COLUMN_NUMBER);
	const struct crm_map_entry **e = crm_calloc(s->ids.n, sizeof(*e));
	for (size_t i = 0; i < s->ids.n; i++)
		e[i] = &s->ids.e[i];
	if (s->ids.n)
		qsort(e, s->ids.n, sizeof(*e), by_key);
	struct totals t = { 0 };
	for (size_t i = 0; i < s->ids.n; i++) {
		const struct holder *h = &s->h[e[i]->v.u];
		if (h->at_start || h->at_end)
			add_holder(&t, h);
		if (i + 1 < s->ids.n && crm_str_eq(h->currency,
		    s->h[e[i + 1]->v.u].currency))
			continue;
		write_totals(out, h->currency, &t);
		t = (struct totals){ 0 };
	}
	free(e);
}

const struct crm_report_kind crm_kind_ledger = {
	.name = "ledger", .types = "contract", .own_period = true,
	.state = sizeof(struct state), .begin = begin, .add = add,
	.rows = rows, .end = end
};
