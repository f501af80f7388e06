/* Kinds "drift" and "slippage": the deals as they stand, one row each; two of
 * these, of two days, are what crm_report_drift and crm_report_slippage take
 * apart. */
#include "base/map.h"
#include "format/json.h"
#include "report/drift.h"
#include "report/kind.h"

struct state {
	struct crm_rows rows;
};

enum { ID, CURRENCY, AMOUNT, STATE, DUE, COLUMNS };

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err)
{
	static const char *const names[] = { "id", "currency", "amount", "state",
		"due" };
	struct state *s = r->state;
	for (size_t i = 0; i < COLUMNS; i++)
		crm_rows_column(&s->rows, crm_str_z(names[i]), i == AMOUNT ?
		    CRM_COLUMN_MONEY : CRM_COLUMN_TEXT);
	if (r->has_period)
		return CRM_OK;
	return crm_err_set(err, CRM_USAGE, "report.period",
	    _("a period is wanted: --period"));
}

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_rows_release(&s->rows);
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec, struct crm_err *err)
{
	static const char *const states[] = { "open", "won", "lost" };
	struct state *s = r->state;
	struct crm_str v, currency;
	struct crm_dec amount = { 0, 0 };
	bool has;
	int32_t day;
	const struct crm_stage *k = crm_rec_text(rec, "stage", &v) ?
	    crm_schema_stage(r->ctx->schema, v) : NULL;
	if (!k)
		return CRM_OK;
	enum crm_status st = crm_rec_money(r, rec, "amount", &amount, &currency,
	    &has, err);
	if (st)
		return st;
	size_t row = crm_rows_add(&s->rows);
	bool due = crm_rec_day(rec, "close_date", &r->ctx->clock, &day) &&
	    crm_run_in_period(r, day);
	crm_rows_set_text(&s->rows, row, ID, crm_rec_id(rec));
	if (currency.n)
		crm_rows_set_text(&s->rows, row, CURRENCY, currency);
	crm_rows_set_dec(&s->rows, row, AMOUNT, amount);
	crm_rows_set_text(&s->rows, row, STATE, crm_str_z(states[k->kind]));
	crm_rows_set_text(&s->rows, row, DUE, due ? CRM_STR("yes") :
	    CRM_STR("no"));
	return CRM_OK;
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	struct state *s = r->state;
	*out = s->rows;
	s->rows = (struct crm_rows){ 0 };
}

const struct crm_report_kind crm_kind_drift = {
	.name = "drift", .types = "deal", .own_period = true,
	.state = sizeof(struct state), .begin = begin, .add = add,
	.rows = rows, .end = end
};
const struct crm_report_kind crm_kind_slippage = {
	.name = "slippage", .types = "deal", .own_period = true,
	.state = sizeof(struct state), .begin = begin, .add = add,
	.rows = rows, .end = end
};

/* -- two days -------------------------------------------------------------- */

static const char *const parts[] = { "before", "new", "moved_in", "grew",
	"shrank", "won", "lost", "slipped", "removed", "now" };
enum { BEFORE, NEW, MOVED_IN, GREW, SHRANK, WON, LOST, SLIPPED, REMOVED, NOW,
	PARTS };

struct sums {
	struct crm_str currency;
	uint64_t n[PARTS];
	struct crm_dec sum[PARTS];
};

struct drift {
	struct sums *s;
	size_t n, cap;
};

static void
put(struct drift *d, struct crm_str currency, int what, struct crm_dec v)
{
	size_t i = 0;
	while (i < d->n && !crm_str_eq(d->s[i].currency, currency))
		i++;
	if (i == d->n) {
		crm_grow(&d->s, &d->cap, ++d->n, sizeof(*d->s));
		d->s[i] = (struct sums){ .currency = currency };
	}
	d->s[i].n[what]++;
	if (!crm_dec_add(d->s[i].sum[what], v, &d->s[i].sum[what]))
		d->s[i].sum[what] = (struct crm_dec){ 0, 0 };
}

static bool
counts(const struct crm_rows *r, size_t row)
{
	return crm_str_is(crm_rows_cell(r, row, STATE), "\"open\"") &&
	    crm_str_is(crm_rows_cell(r, row, DUE), "\"yes\"");
}

/* A deal that counted then, as it is now. */
static void
follow(struct drift *d, const struct crm_rows *then, size_t i,
    const struct crm_rows *now, const struct crm_map_entry *e)
{
	struct crm_str currency = crm_rows_cell(then, i, CURRENCY);
	struct crm_dec a = { 0, 0 }, b = { 0, 0 }, diff;
	bool known = crm_rows_dec(then, i, AMOUNT, &a);
	put(d, currency, BEFORE, known ? a : (struct crm_dec){ 0, 0 });
	if (!e) {
		put(d, currency, REMOVED, a);
		return;
	}
	size_t k = (size_t)e->v.u;
	if (!crm_str_eq(currency, crm_rows_cell(now, k, CURRENCY))) {
		put(d, currency, REMOVED, a);
		return;
	}
	struct crm_str state = crm_rows_cell(now, k, STATE);
	if (!crm_str_is(state, "\"open\"")) {
		put(d, currency, crm_str_is(state, "\"won\"") ? WON : LOST, a);
	} else if (!counts(now, k)) {
		put(d, currency, SLIPPED, a);
	} else if (crm_rows_dec(now, k, AMOUNT, &b) &&
	    crm_dec_cmp(a, b) != 0) {
		bool grew = crm_dec_cmp(b, a) > 0;
		if (grew ? crm_dec_sub(b, a, &diff) : crm_dec_sub(a, b, &diff))
			put(d, currency, grew ? GREW : SHRANK, diff);
	}
}

static void
index_ids(const struct crm_rows *r, struct crm_map *out)
{
	for (size_t i = 0; i < crm_rows_len(r); i++)
		crm_map_put(out, crm_rows_cell(r, i, ID), NULL)->v.u = i;
}

/* What became of all that counted then. */
static void
follow_all(struct drift *d, const struct crm_rows *then,
    const struct crm_rows *now)
{
	struct crm_map is = { 0 };
	index_ids(now, &is);
	for (size_t i = 0; i < crm_rows_len(then); i++)
		if (counts(then, i))
			follow(d, then, i, now, crm_map_get(&is,
			    crm_rows_cell(then, i, ID)));
	crm_map_release(&is);
}

static int
by_currency(const void *va, const void *vb)
{
	const struct sums *a = va, *b = vb;
	return crm_str_cmp(a->currency, b->currency);
}

static void
write_drift(const struct drift *d, struct crm_rows *out)
{
	crm_rows_column(out, CRM_STR("currency"), CRM_COLUMN_KEY);
	crm_rows_column(out, CRM_STR("part"), CRM_COLUMN_KEY);
	crm_rows_column(out, CRM_STR("count"), CRM_COLUMN_NUMBER);
	crm_rows_column(out, CRM_STR("sum_amount"), CRM_COLUMN_MONEY);
	for (size_t i = 0; i < d->n; i++)
		for (size_t p = 0; p < PARTS; p++) {
			size_t row = crm_rows_add(out);
			crm_rows_set(out, row, 0, d->s[i].currency);
			crm_rows_set_text(out, row, 1, crm_str_z(parts[p]));
			crm_rows_set_u64(out, row, 2, d->s[i].n[p]);
			crm_rows_set_money(out, row, 3, d->s[i].currency,
			    d->s[i].sum[p]);
		}
}

void
crm_report_drift(const struct crm_rows *then, const struct crm_rows *now,
    struct crm_rows *out)
{
	struct drift d = { 0 };
	struct crm_map was = { 0 };
	index_ids(then, &was);
	follow_all(&d, then, now);
	for (size_t i = 0; i < crm_rows_len(now); i++) {
		struct crm_dec v = { 0, 0 };
		const struct crm_map_entry *e = crm_map_get(&was,
		    crm_rows_cell(now, i, ID));
		if (!counts(now, i) || !crm_rows_dec(now, i, AMOUNT, &v))
			continue;
		struct crm_str currency = crm_rows_cell(now, i, CURRENCY);
		put(&d, currency, NOW, v);
		if (!e || !counts(then, (size_t)e->v.u) || !crm_str_eq(currency,
		    crm_rows_cell(then, (size_t)e->v.u, CURRENCY)))
			put(&d, currency, e ? MOVED_IN : NEW, v);
	}
	if (d.n)
		qsort(d.s, d.n, sizeof(*d.s), by_currency);
	write_drift(&d, out);
	free(d.s);
	crm_map_release(&was);
}

static const struct {
	const char *name;
	int part;
	bool money;
} slip_columns[] = {
	{ "due", BEFORE, false }, { "due_amount", BEFORE, true },
	{ "won", WON, false }, { "lost", LOST, false },
	{ "removed", REMOVED, false }, { "slipped", SLIPPED, false },
	{ "slipped_amount", SLIPPED, true },
};

static void
write_slippage(const struct drift *d, struct crm_rows *out)
{
	const size_t n = CRM_LEN(slip_columns);
	const struct crm_dec one = { 1, 0 };
	crm_rows_column(out, CRM_STR("currency"), CRM_COLUMN_KEY);
	for (size_t c = 0; c < n; c++)
		crm_rows_column(out, crm_str_z(slip_columns[c].name),
		    slip_columns[c].money ? CRM_COLUMN_MONEY :
		    CRM_COLUMN_NUMBER);
	crm_rows_column(out, CRM_STR("slippage"), CRM_COLUMN_PERCENT);
	crm_rows_column(out, CRM_STR("slippage_amount"), CRM_COLUMN_PERCENT);
	for (size_t i = 0; i < d->n; i++) {
		const struct sums *s = &d->s[i];
		size_t row = crm_rows_add(out);
		struct crm_dec v;
		crm_rows_set(out, row, 0, s->currency);
		for (size_t c = 0; c < n; c++) {
			int p = slip_columns[c].part;
			if (slip_columns[c].money)
				crm_rows_set_money(out, row, c + 1, s->currency,
				    s->sum[p]);
			else
				crm_rows_set_u64(out, row, c + 1, s->n[p]);
		}
		crm_rows_set_ratio(out, row, n + 1, s->n[SLIPPED],
		    s->n[BEFORE], 4);
		if (s->sum[BEFORE].v > 0 && crm_dec_muldiv(s->sum[SLIPPED], one,
		    s->sum[BEFORE], 4, CRM_HALF_EVEN, &v))
			crm_rows_set_dec(out, row, n + 2, v);
	}
}

void
crm_report_slippage(const struct crm_rows *then, const struct crm_rows *now,
    struct crm_rows *out)
{
	struct drift d = { 0 };
	follow_all(&d, then, now);
	if (d.n)
		qsort(d.s, d.n, sizeof(*d.s), by_currency);
	write_slippage(&d, out);
	free(d.s);
}
