/* Kind "forecast": deals that are to close in the period, by the category of
 * their stage, and cumulative from what is safe to what is hoped for. What
 * should have closed already is a line of its own, never silently part of the
 * period. Beside the stages' probabilities stand the odds of the store's own
 * history, as in kind "odds". */
#include "base/zone.h"
#include "report/kind.h"
#include "report/odds.h"

enum { MOST_CURRENCIES = 64 };

static const char *const categories[] = { "closed", "commit", "best_case",
	"pipeline", "overdue", "omitted" };
enum { OVERDUE = 4, OMITTED = 5, NCATEGORIES = 6 };

struct sums {
	struct crm_str currency;
	struct crm_dec amount[NCATEGORIES], weighted[NCATEGORIES];
	uint64_t n[NCATEGORIES];
	struct crm_dec *stage[NCATEGORIES];	/* amount by stage's number */
};

struct state {
	struct sums *sums;
	size_t n;
	int32_t today;
	struct crm_odds odds;
};

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err CRM_UNUSED)
{
	struct state *s = r->state;
	s->sums = crm_arena_zalloc(&r->mem, MOST_CURRENCIES * sizeof(*s->sums));
	s->today = crm_zone_day(r->ctx->clock.zone, r->ctx->clock.now);
	crm_odds_init(&s->odds, r->ctx->schema, &r->mem);
	return CRM_OK;
}

static struct sums *
sums_of(struct crm_report_run *r, struct crm_str currency)
{
	struct state *s = r->state;
	size_t i = 0;
	while (i < s->n && !crm_str_eq(s->sums[i].currency, currency))
		i++;
	if (i == MOST_CURRENCIES)
		return &s->sums[i - 1];
	if (i == s->n) {
		s->n++;
		if (currency.n)
			s->sums[i].currency = crm_arena_str(&r->mem, currency);
		for (int c = 0; c < NCATEGORIES; c++)
			s->sums[i].stage[c] = crm_arena_zalloc(&r->mem,
			    (r->ctx->schema->nstages + 1) *
			    sizeof(struct crm_dec));
	}
	return &s->sums[i];
}

/* The category of a deal, or -1 where it is none of this period's. */
static int
category_of(struct crm_report_run *r, const struct crm_rec *rec,
    const struct crm_stage *k)
{
	struct state *s = r->state;
	int32_t day;
	if (k->kind == CRM_STAGE_WON) {
		if (!crm_rec_day(rec, "closed", &r->ctx->clock, &day) &&
		    !crm_rec_day(rec, "close_date", &r->ctx->clock, &day))
			return -1;
		return crm_run_in_period(r, day) ? 0 : -1;
	}
	if (!crm_rec_day(rec, "close_date", &r->ctx->clock, &day))
		return -1;
	if (k->kind == CRM_STAGE_LOST)
		return crm_run_in_period(r, day) ? OMITTED : -1;
	if (day < s->today)
		return OVERDUE;
	if (!crm_run_in_period(r, day))
		return -1;
	for (int i = 0; i < NCATEGORIES; i++)
		if (crm_str_is(k->category, categories[i]))
			return i;
	return OMITTED;
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec, struct crm_err *err)
{
	struct crm_str v, currency;
	struct crm_dec amount, p, w;
	const struct crm_dec hundred = { 100, 0 };
	bool has;
	const struct crm_stage *k = crm_rec_text(rec, "stage", &v) ?
	    crm_schema_stage(r->ctx->schema, v) : NULL;
	int c = k ? category_of(r, rec, k) : -1;
	struct state *whole = r->state;
	if (k)
		crm_odds_add(&whole->odds, rec, k);
	if (c < 0)
		return CRM_OK;
	enum crm_status st = crm_rec_money(r, rec, "amount", &amount, &currency,
	    &has, err);
	if (st)
		return st;
	struct sums *s = sums_of(r, currency);
	s->n[c]++;
	if (!has)
		return CRM_OK;
	if (k->kind == CRM_STAGE_WON)
		p = hundred;
	else if (k->kind == CRM_STAGE_LOST ||
	    !crm_deal_probability(r->ctx->schema, rec, &p))
		p = (struct crm_dec){ 0, 0 };
	struct crm_dec *here = &s->stage[c][k - r->ctx->schema->stages];
	if (!crm_dec_add(s->amount[c], amount, &s->amount[c]) ||
	    !crm_dec_add(*here, amount, here) ||
	    !crm_dec_muldiv(amount, p, hundred, 6, CRM_HALF_EVEN, &w) ||
	    !crm_dec_add(s->weighted[c], w, &s->weighted[c]))
		return crm_err_set(err, CRM_INVALID, "report.overflow",
		    _("the amount is too large"));
	return CRM_OK;
}

static int
by_currency(const void *va, const void *vb)
{
	const struct sums *a = va, *b = vb;
	return crm_str_cmp(a->currency, b->currency);
}

/* The amounts of a category by our own odds: expected, and with all odds at the
 * lower and the upper ends of their intervals. False where a stage has no
 * odds. */
static bool
by_odds(const struct state *s, const struct sums *m, int c,
    struct crm_dec out[3])
{
	const struct crm_schema *sc = s->odds.schema;
	const struct crm_dec one = { 1, 0 };
	int p[3];
	memset(out, 0, 3 * sizeof(*out));
	for (size_t i = 0; i < sc->nstages; i++) {
		const struct crm_stage *k = &sc->stages[i];
		struct crm_dec part;
		if (m->stage[c][i].v == 0 || k->kind == CRM_STAGE_LOST)
			continue;
		if (k->kind == CRM_STAGE_WON)
			p[0] = p[1] = p[2] = 10000;
		else if (!crm_odds_of(&s->odds, k, &p[0], &p[1], &p[2]))
			return false;
		for (int x = 0; x < 3; x++)
			if (!crm_dec_muldiv(m->stage[c][i],
			    (struct crm_dec){ p[x], 4 }, one, 6, CRM_HALF_EVEN,
			    &part) || !crm_dec_add(out[x], part, &out[x]))
				return false;
	}
	return true;
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "currency", "category", "count",
		"sum_amount", "weighted", "cumulative", "own_weighted",
		"own_low", "own_high" };
	struct state *s = r->state;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i < 2 ?
		    CRM_COLUMN_KEY : i == 2 ? CRM_COLUMN_NUMBER :
		    CRM_COLUMN_MONEY);
	if (s->n)
		qsort(s->sums, s->n, sizeof(*s->sums), by_currency);
	for (size_t i = 0; i < s->n; i++) {
		const struct sums *m = &s->sums[i];
		int digits = crm_currency_digits(m->currency);
		struct crm_dec total = { 0, 0 }, v, own[3];
		if (digits < 0)
			digits = 2;
		for (int c = 0; c < NCATEGORIES; c++) {
			size_t row = crm_rows_add(out);
			if (m->currency.n)
				crm_rows_set_text(out, row, 0, m->currency);
			crm_rows_set_text(out, row, 1, crm_str_z(categories[c]));
			crm_rows_set_u64(out, row, 2, m->n[c]);
			if (crm_dec_rescale(m->amount[c], digits, CRM_HALF_EVEN,
			    &v))
				crm_rows_set_dec(out, row, 3, v);
			if (crm_dec_rescale(m->weighted[c], digits,
			    CRM_HALF_EVEN, &v))
				crm_rows_set_dec(out, row, 4, v);
			if (c < OVERDUE && crm_dec_add(total, m->amount[c],
			    &total) && crm_dec_rescale(total, digits,
			    CRM_HALF_EVEN, &v))
				crm_rows_set_dec(out, row, 5, v);
			bool has = by_odds(s, m, c, own);
			for (size_t x = 0; has && x < 3; x++)
				if (crm_dec_rescale(own[x], digits,
				    CRM_HALF_EVEN, &v))
					crm_rows_set_dec(out, row, 6 + x, v);
		}
	}
}

const struct crm_report_kind crm_kind_forecast = {
	.name = "forecast", .types = "deal", .own_period = true,
	.state = sizeof(struct state), .begin = begin, .add = add,
	.rows = rows
};
