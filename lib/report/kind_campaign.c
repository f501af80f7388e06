/* Kind "campaign": what each campaign cost and what it brought, by four ways of
 * counting: the won deals that name it, and the won deals that it touched
 * through its members, credited to the first touch, to the last, or in equal
 * parts to all. ROI = (won - cost) / cost. Campaigns that begin in the period;
 * their deals whenever they are won. */
#include "base/map.h"
#include "format/json.h"
#include "report/kind.h"

enum way { NAMED, FIRST, LAST, LINEAR, WAYS };

struct campaign {
	struct crm_str id, name, currency;
	struct crm_dec cost;
	uint64_t members;
	bool known, has_cost, has_row;
};

struct touch {	/* a member */
	struct crm_str contact;
	int64_t at;
	size_t campaign;
};

struct deal {
	size_t campaign;	/* that it names; SIZE_MAX: none */
	int64_t opened, closed;
	struct crm_str *contact, currency;
	size_t ncontacts;
	struct crm_dec amount;
	bool won;
};

struct cell {	/* a campaign's deals in one currency */
	size_t campaign;
	struct crm_str currency;
	uint64_t deals, won;
	struct crm_dec sum[WAYS];
};

struct state {
	struct crm_map ids, cells;
	struct campaign *c;
	size_t cap;
	struct touch *t;
	size_t nt, captouches;
	struct deal *d;
	size_t nd, capdeals;
	struct cell *cell;
	size_t capcells;
};

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_map_release(&s->ids);
	crm_map_release(&s->cells);
	free(s->c);
	free(s->t);
	free(s->d);
	free(s->cell);
}

static size_t
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
	return (size_t)e->v.u;
}

static enum crm_status
add_campaign(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err)
{
	struct state *s = r->state;
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
	size_t no = campaign_of(r, crm_rec_id(rec));
	struct campaign *c = &s->c[no];
	c->known = true;
	if (crm_rec_text(rec, "name", &name))
		c->name = crm_arena_str(&r->mem, name);
	c->has_cost = has;
	if (has) {
		c->cost = cost;
		c->currency = crm_arena_str(&r->mem, currency);
	}
	return CRM_OK;
}

static bool
time_at(struct crm_report_run *r, const struct crm_rec *rec, const char *a,
    const char *b, int64_t *out)
{
	struct crm_str v;
	return (crm_rec_text(rec, a, &v) &&
	    crm_value_instant(v, &r->ctx->clock, out)) ||
	    (crm_rec_text(rec, b, &v) &&
	    crm_value_instant(v, &r->ctx->clock, out));
}

static void
add_member(struct crm_report_run *r, const struct crm_rec *rec)
{
	struct state *s = r->state;
	struct crm_str id, contact;
	int64_t at;
	if (!crm_rec_text(rec, "campaign", &id))
		return;
	size_t c = campaign_of(r, id);
	s->c[c].members++;
	if (!crm_rec_text(rec, "contact", &contact) ||
	    !time_at(r, rec, "at", "created", &at))
		return;
	crm_grow(&s->t, &s->captouches, s->nt + 1, sizeof(*s->t));
	s->t[s->nt++] = (struct touch){ crm_arena_str(&r->mem, contact), at, c };
}

static void
read_contacts(struct crm_report_run *r, const struct crm_rec *rec,
    struct deal *d)
{
	struct crm_str v, none, e;
	if (!crm_rec_get(rec, CRM_STR("contacts"), &v) ||
	    crm_json_kind(v) != '[')
		return;
	d->contact = crm_arena_alloc(&r->mem,
	    (crm_json_count(v) + 1) * sizeof(*d->contact));
	struct crm_json_iter it = crm_json_iter(v);
	while (crm_json_next(&it, &none, &e))
		if (crm_json_is_string(e))
			d->contact[d->ncontacts++] = crm_arena_str(&r->mem,
			    crm_json_inner(e));
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec, struct crm_err *err)
{
	struct state *s = r->state;
	struct crm_str v, currency;
	struct deal d = { .campaign = SIZE_MAX, .opened = INT64_MAX };
	bool has;
	if (crm_str_is(rec->type->name, "campaign"))
		return add_campaign(r, rec, err);
	if (crm_str_is(rec->type->name, "member")) {
		add_member(r, rec);
		return CRM_OK;
	}
	const struct crm_stage *k = crm_rec_text(rec, "stage", &v) ?
	    crm_schema_stage(r->ctx->schema, v) : NULL;
	d.won = k && k->kind == CRM_STAGE_WON;
	bool names = crm_rec_text(rec, "campaign", &v);
	if (!d.won && !names)
		return CRM_OK;
	enum crm_status st = crm_rec_money(r, rec, "amount", &d.amount,
	    &currency, &has, err);
	if (st)
		return st;
	if (!has)
		d.amount = (struct crm_dec){ 0, 0 };
	if (names)
		d.campaign = campaign_of(r, v);
	d.currency = crm_arena_str(&r->mem, currency);
	d.closed = r->ctx->clock.now;
	(void)time_at(r, rec, "closed", "close_date", &d.closed);
	(void)time_at(r, rec, "opened", "created", &d.opened);
	if (d.won)
		read_contacts(r, rec, &d);
	crm_grow(&s->d, &s->capdeals, s->nd + 1, sizeof(*s->d));
	s->d[s->nd++] = d;
	return CRM_OK;
}

/* -- credit ---------------------------------------------------------------- */

static struct cell *
cell_of(struct state *s, size_t campaign, struct crm_str currency)
{
	struct crm_buf key = { 0 };
	bool fresh;
	crm_buf_printf(&key, "%zu %.*s", campaign, CRM_FMT(currency));
	struct crm_map_entry *e = crm_map_put(&s->cells, crm_buf_view(&key),
	    &fresh);
	crm_buf_release(&key);
	if (fresh) {
		e->v.u = s->cells.n - 1;
		crm_grow(&s->cell, &s->capcells, s->cells.n, sizeof(*s->cell));
		s->cell[e->v.u] = (struct cell){ campaign, currency, 0, 0,
			{ { 0, 0 } } };
	}
	return &s->cell[e->v.u];
}

static void
credit(struct state *s, size_t campaign, const struct deal *d, enum way w,
    struct crm_dec amount)
{
	struct crm_dec *sum = &cell_of(s, campaign, d->currency)->sum[w];
	if (!crm_dec_add(*sum, amount, sum))
		*sum = (struct crm_dec){ 0, 0 };
}

static int
by_contact(const void *va, const void *vb)
{
	const struct touch *a = va, *b = vb;
	int c = crm_str_cmp(a->contact, b->contact);
	return c ? c : (a->at > b->at) - (a->at < b->at);
}

static int
by_time(const void *va, const void *vb, void *vs)
{
	const struct touch *a = va, *b = vb;
	const struct campaign *c = ((const struct state *)vs)->c;
	int d = (a->at > b->at) - (a->at < b->at);
	return d ? d : crm_str_cmp(c[a->campaign].id, c[b->campaign].id);
}

struct touches {
	struct touch *t;
	size_t n, cap;
};

/* All touches of a deal in time: its contacts' until it was closed, and the
 * campaign that it names, at its beginning, where no member says it. */
static void
gather(struct state *s, const struct deal *d, struct touches *out)
{
	bool named = d->campaign == SIZE_MAX;
	out->n = 0;
	for (size_t i = 0; i < d->ncontacts; i++) {
		size_t lo = 0, hi = s->nt;
		while (lo < hi) {
			size_t mid = lo + (hi - lo) / 2;
			if (crm_str_cmp(s->t[mid].contact, d->contact[i]) < 0)
				lo = mid + 1;
			else
				hi = mid;
		}
		for (; lo < s->nt && s->t[lo].at <= d->closed &&
		    crm_str_eq(s->t[lo].contact, d->contact[i]); lo++) {
			crm_grow(&out->t, &out->cap, out->n + 2,
			    sizeof(*out->t));
			out->t[out->n++] = s->t[lo];
			named = named || s->t[lo].campaign == d->campaign;
		}
	}
	if (!named) {
		crm_grow(&out->t, &out->cap, out->n + 1, sizeof(*out->t));
		out->t[out->n++] = (struct touch){ .campaign = d->campaign,
			.at = d->opened < d->closed ? d->opened : d->closed };
	}
	if (out->n)
		qsort_r(out->t, out->n, sizeof(*out->t), by_time, s);
}

/* Equal parts that add up: what is left of the division goes to the earliest
 * touches, one smallest unit each. */
static void
credit_linear(struct state *s, const struct deal *d, const struct touches *t)
{
	int digits = crm_currency_digits(d->currency);
	struct crm_dec v = d->amount;
	digits = digits < 0 ? 2 : digits;
	if (v.scale < digits && !crm_dec_rescale(v, digits, CRM_HALF_EVEN, &v))
		return;
	crm_i128 part = v.v / (crm_i128)t->n, rest = v.v % (crm_i128)t->n;
	for (size_t i = 0; i < t->n; i++) {
		struct crm_dec p = { part, v.scale };
		if (rest) {
			p.v += rest > 0 ? 1 : -1;
			rest -= rest > 0 ? 1 : -1;
		}
		credit(s, t->t[i].campaign, d, LINEAR, p);
	}
}

static void
credit_all(struct state *s)
{
	struct touches t = { 0 };
	if (s->nt)
		qsort(s->t, s->nt, sizeof(*s->t), by_contact);
	for (size_t i = 0; i < s->nd; i++) {
		const struct deal *d = &s->d[i];
		if (d->campaign != SIZE_MAX) {
			struct cell *c = cell_of(s, d->campaign, d->currency);
			c->deals++;
			c->won += d->won;
		}
		if (!d->won)
			continue;
		if (d->campaign != SIZE_MAX)
			credit(s, d->campaign, d, NAMED, d->amount);
		gather(s, d, &t);
		if (t.n == 0)
			continue;
		credit(s, t.t[0].campaign, d, FIRST, d->amount);
		credit(s, t.t[t.n - 1].campaign, d, LAST, d->amount);
		credit_linear(s, d, &t);
	}
	free(t.t);
	for (size_t i = 0; i < s->cells.n; i++)
		s->c[s->cell[i].campaign].has_row =
		    s->c[s->cell[i].campaign].has_row ||
		    !s->c[s->cell[i].campaign].has_cost ||
		    crm_str_eq(s->cell[i].currency,
		    s->c[s->cell[i].campaign].currency);
	for (size_t i = 0; i < s->ids.n; i++)	/* cost without a deal */
		if (s->c[i].known && !s->c[i].has_row)
			cell_of(s, i, s->c[i].currency);
}

/* -- rows ------------------------------------------------------------------ */

static int
by_name(const void *va, const void *vb, void *vs)
{
	const struct cell *a = va, *b = vb;
	const struct campaign *c = ((const struct state *)vs)->c;
	int d = crm_str_cmp(c[a->campaign].name, c[b->campaign].name);
	d = d ? d : crm_str_cmp(c[a->campaign].id, c[b->campaign].id);
	return d ? d : crm_str_cmp(a->currency, b->currency);
}

static void
write_cell(struct crm_rows *out, const struct campaign *c,
    const struct cell *k)
{
	const struct crm_dec one = { 1, 0 };
	struct crm_dec gain, roi;
	size_t row = crm_rows_add(out);
	bool cost = c->has_cost && crm_str_eq(c->currency, k->currency);
	crm_rows_set_text(out, row, 0, c->name.n ? c->name : c->id);
	if (k->currency.n)
		crm_rows_set_text(out, row, 1, k->currency);
	crm_rows_set_u64(out, row, 2, c->members);
	crm_rows_set_u64(out, row, 3, k->deals);
	crm_rows_set_u64(out, row, 4, k->won);
	if (cost)
		crm_rows_set_money(out, row, 5, k->currency, c->cost);
	for (size_t w = 0; w < WAYS; w++) {
		struct crm_dec sum = k->sum[w];
		crm_rows_set_money(out, row, 6 + 2 * w, k->currency, sum);
		if (cost && c->cost.v > 0 && crm_dec_sub(sum, c->cost, &gain) &&
		    crm_dec_muldiv(gain, one, c->cost, 4, CRM_HALF_EVEN, &roi))
			crm_rows_set_dec(out, row, 7 + 2 * w, roi);
	}
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "campaign", "currency", "members",
		"deals", "won", "cost", "won_amount", "roi", "first_amount",
		"first_roi", "last_amount", "last_roi", "linear_amount",
		"linear_roi" };
	struct state *s = r->state;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i < 2 ?
		    CRM_COLUMN_KEY : i < 5 ? CRM_COLUMN_NUMBER : i > 5 && i % 2 ?
		    CRM_COLUMN_PERCENT : CRM_COLUMN_MONEY);
	credit_all(s);
	if (s->cells.n)
		qsort_r(s->cell, s->cells.n, sizeof(*s->cell), by_name, s);
	for (size_t i = 0; i < s->cells.n; i++)
		if (s->c[s->cell[i].campaign].known)
			write_cell(out, &s->c[s->cell[i].campaign],
			    &s->cell[i]);
}

const struct crm_report_kind crm_kind_campaign = {
	.name = "campaign", .types = "campaign,member,deal",
	.own_period = true, .state = sizeof(struct state), .add = add,
	.rows = rows, .end = end
};
