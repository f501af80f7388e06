/* crm-score --model clv: purchases in, one line a customer out. */
#include <math.h>

#include "base/decimal.h"
#include "base/ordered.h"
#include "base/stats.h"
#include "base/zone.h"
#include "cli/score.h"
#include "format/json.h"
#include "score/params.h"
#include "model/purchases.h"

enum { CACHE = 1 << 14 };

struct cached {
	bool used;
	uint32_t x;
	int32_t t;
	struct crm_clv_outlook o;
};

struct clv {
	struct crm_score_job *j;
	/* id, NUL, day, amount, 'a' for an account's id: a customer's stand
	 * together, by day */
	struct crm_ordered bought;
	char currency[16];
	struct crm_clv_params params;
	struct cached *cache;
	struct crm_buf tmp;
	/* the customer at hand, one purchase a day */
	struct crm_buf id;
	bool account, more;
	struct crm_purchase *one;
	size_t n, cap;
	struct crm_str ahead;	/* the first purchase of the next one */
};
enum { TAIL = 18 };	/* bytes behind the id */

static enum crm_status
amount_of(struct clv *c, const struct crm_rec *r, int64_t *out,
    struct crm_err *err)
{
	struct crm_str v;
	struct crm_dec d;
	*out = 0;
	if (crm_rec_get(r, CRM_STR("currency"), &v) && crm_json_is_string(v) &&
	    v.n - 2 < sizeof(c->currency)) {
		struct crm_str code = crm_json_inner(v);
		if (!c->currency[0])
			memcpy(c->currency, code.p, code.n);
		else if (!crm_str_is(code, c->currency))
			return crm_err_field(err, CRM_INVALID, "clv.currency",
			    CRM_STR("currency"), _("%.*s among purchases in %s: "
			    "values of one currency are wanted"), CRM_FMT(code),
			    c->currency);
	}
	if (!crm_rec_get(r, CRM_STR("amount"), &v))
		return CRM_OK;
	crm_buf_clear(&c->j->tmp);
	if (!crm_dec_parse(crm_json_text_view(v, &c->j->tmp), &d) ||
	    !crm_dec_rescale(d, 4, CRM_HALF_EVEN, &d) ||
	    d.v > INT64_C(100000000000000) || d.v < -INT64_C(100000000000000))
		return crm_err_field(err, CRM_INVALID, "clv.amount",
		    CRM_STR("amount"), _("not an amount: %.*s"), CRM_FMT(v));
	*out = (int64_t)d.v;
	return CRM_OK;
}

static enum crm_status
add_purchase(struct clv *c, struct crm_str id, bool account, int32_t day,
    int64_t amount, struct crm_err *err)
{
	struct crm_buf *b = &c->tmp;
	if (crm_str_chr(id, '\0') < id.n)
		return crm_err_field(err, CRM_INVALID, "clv.customer",
		    CRM_STR("contact"), _("a purchase without a customer"));
	crm_buf_clear(b);
	crm_buf_str(b, id);
	crm_buf_c(b, '\0');
	crm_ordered_put64(b, day);
	crm_ordered_put64(b, amount);
	crm_buf_c(b, account ? 'a' : 'c');
	return crm_ordered_add(&c->bought, crm_buf_view(b), err);
}

/* What --partial wrote: [[day,amount],…] of a customer. */
static enum crm_status
add_partial(struct clv *c, const struct crm_rec *r, struct crm_str list,
    struct crm_err *err)
{
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str none, pair, v;
	double x[2];
	bool account = r->type && crm_str_is(r->type->name, "account");
	if (crm_json_kind(list) != '[')
		return crm_err_set(err, CRM_INVALID, "clv.partial",
		    _("'_partial' is not a list"));
	while (crm_json_next(&it, &none, &pair)) {
		struct crm_json_iter two = crm_json_iter(pair);
		bool good = crm_json_kind(pair) == '[';
		for (int i = 0; i < 2 && good; i++)
			good = crm_json_next(&two, &none, &v) &&
			    crm_params_number(v, &x[i]) && fabs(x[i]) < 1e15;
		if (!good || fabs(x[0]) > 1e8)
			return crm_err_set(err, CRM_INVALID, "clv.partial",
			    _("'_partial' holds something else"));
		enum crm_status st = add_purchase(c, crm_rec_id(r), account,
		    (int32_t)x[0], (int64_t)x[1], err);
		if (st)
			return st;
	}
	return CRM_OK;
}

static enum crm_status
take(struct clv *c, const struct crm_rec *r, struct crm_err *err)
{
	struct crm_str v, tool = crm_feed_tool(&c->j->feed);
	int64_t at, amount;
	if (tool.n > 2 && crm_json_get(tool, CRM_STR("_partial"), &v))
		return add_partial(c, r, v, err);
	bool account = !crm_rec_get(r, CRM_STR("contact"), &v);
	if (account && !crm_rec_get(r, CRM_STR("account"), &v))
		return crm_err_field(err, CRM_INVALID, "clv.customer",
		    CRM_STR("contact"), _("a purchase without a customer"));
	struct crm_buf id = { 0 };
	crm_json_text(&id, v);
	enum crm_status st = CRM_OK;
	if (!crm_rec_get(r, CRM_STR("at"), &v) || !crm_json_is_string(v))
		st = crm_err_field(err, CRM_INVALID, "clv.at", CRM_STR("at"),
		    _("a purchase without a time"));
	int32_t day = 0;
	if (!st && !crm_date_parse(crm_json_inner(v), &day)) {
		if (crm_time_parse(crm_json_inner(v), &at))
			day = crm_zone_day(c->j->cli->clock.zone, at);
		else
			st = crm_err_field(err, CRM_INVALID, "clv.at",
			    CRM_STR("at"), _("not a time: %.*s"), CRM_FMT(v));
	}
	if (!st)
		st = amount_of(c, r, &amount, err);
	if (!st)
		st = add_purchase(c, crm_buf_view(&id), account, day, amount,
		    err);
	crm_buf_release(&id);
	return st;
}

static bool
read_all(struct clv *c)
{
	struct crm_score_job *j = c->j;
	const struct crm_type *type = crm_schema_type(j->feed.schema,
	    CRM_STR("purchase"));
	const struct crm_rec *r;
	if (!crm_feed_start(&j->feed, &type, 1))
		return false;
	while (crm_feed_next(&j->feed, &r)) {
		struct crm_err err = { 0 };
		enum crm_status st = take(c, r, &err);
		if (st && !crm_status_is_data(st)) {
			crm_cli_fail(j->cli, &err);
			return false;
		}
		if (st && !crm_feed_reject(&j->feed, &err))
			return false;
	}
	return !j->cli->failed;
}

/* Steps on to the next purchase in c->ahead. */
static bool
step(struct clv *c)
{
	struct crm_err err = { 0 };
	enum crm_status st = crm_ordered_next(&c->bought, &c->ahead, &err);
	c->more = st == CRM_OK;
	if (st && st != CRM_NOTFOUND)
		crm_cli_fail(c->j->cli, &err);
	return c->more;
}

static bool
first_customer(struct clv *c)
{
	struct crm_err err = { 0 };
	if (crm_ordered_begin(&c->bought, &err)) {
		crm_cli_fail(c->j->cli, &err);
		return false;
	}
	step(c);
	return !c->j->cli->failed;
}

/* A day on which more was given back than bought is no purchase; by today its
 * sum is taken from the purchase before it. */
static void
net_refunds(struct clv *c)
{
	size_t n = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct crm_purchase *p = &c->one[i];
		if (p->amount >= 0)
			c->one[n++] = *p;
		else if (n && p->day <= c->j->today &&
		    (c->one[n - 1].amount += p->amount) < 0)
			c->one[n - 1].amount = 0;
	}
	c->n = n;
}

static bool
next_customer(struct clv *c)
{
	if (!c->more)
		return false;
	size_t n = c->ahead.n - TAIL;
	crm_buf_clear(&c->id);
	crm_buf_add(&c->id, c->ahead.p, n);
	c->n = 0;
	do {
		const char *tail = c->ahead.p + n + 1;
		int32_t day = (int32_t)crm_ordered_get64(tail);
		int64_t amount = crm_ordered_get64(tail + 8);
		c->account = tail[16] == 'a';
		if (c->n && c->one[c->n - 1].day == day) {
			int64_t *sum = &c->one[c->n - 1].amount;
			*sum = crm_add_saturated(*sum, amount);
			continue;
		}
		crm_grow(&c->one, &c->cap, c->n + 1, sizeof(*c->one));
		c->one[c->n++] = (struct crm_purchase){ 0, day, amount };
	} while (step(c) && c->ahead.n == n + TAIL &&
	    memcmp(c->ahead.p, c->id.p, n) == 0);
	if (!c->j->partial)
		net_refunds(c);
	return !c->j->cli->failed;
}

/* Customers with as many purchases over as long a time share their outlook,
 * and there are few such pairs. */
static struct crm_clv_outlook
outlook_of(struct clv *c, const struct crm_history *h)
{
	if (!c->cache)
		c->cache = crm_calloc(CACHE, sizeof(*c->cache));
	struct cached *k = &c->cache[(h->x * 7919u + (uint32_t)h->t) % CACHE];
	if (!k->used || k->x != h->x || k->t != h->t) {
		double days = (double)c->j->horizon / (double)CRM_DAY;
		*k = (struct cached){ true, h->x, h->t,
			crm_clv_outlook(&c->params, h, days) };
	}
	return k->o;
}

/* With -v: what the figures come from. */
static void
add_why(const struct crm_history *h, double discounted, struct crm_buf *b)
{
	crm_json_key(b, "_why");
	crm_buf_c(b, '{');
	crm_json_add_u64(b, "x", h->x);
	crm_json_add_double(b, "t_x", h->tx / 7.0, 4);
	crm_json_add_double(b, "T", h->t / 7.0, 4);
	crm_json_add_double(b, "average", h->value, 4);
	crm_json_add_double(b, "discounted_if_alive", discounted, 6);
	crm_buf_c(b, '}');
}

static bool
emit(struct clv *c)
{
	struct crm_score_job *j = c->j;
	struct crm_customer k;
	if (!crm_purchases_customer(c->one, c->n, j->today, &k))
		return true;
	struct crm_clv_outlook o = outlook_of(c, &k.h);
	double alive = crm_clv_alive(&c->params, &k.h);
	double value = crm_clv_value(&c->params, &k.h);
	double clv = o.discounted * alive * value;
	struct crm_buf *b = &j->tmp;
	crm_buf_clear(b);
	crm_json_add_double(b, "_alive", alive, 6);
	crm_json_add_double(b, "_expected_purchases", o.purchases * alive, 6);
	char text[40] = "";
	if (isfinite(clv)) {
		snprintf(text, sizeof(text), "%.2f", clv);
		crm_json_add_double(b, "_expected_value", value, 4);
		crm_json_add_raw(b, "_clv", crm_str_z(text));
	}
	if (j->cli->verbose)
		add_why(&k.h, o.discounted, b);
	return crm_score_emit_id(j, crm_buf_view(&c->id), c->account ?
	    "account" : "contact", crm_buf_view(b),
	    j->write ? crm_str_z(text) : CRM_STR(""));
}

static bool
emit_partial(struct clv *c)
{
	struct crm_buf *b = &c->j->tmp;
	crm_buf_clear(b);
	crm_buf_z(b, "\"_partial\":[");
	for (size_t i = 0; i < c->n; i++)
		crm_buf_printf(b, "%s[%d,%" PRId64 "]", i ? "," : "",
		    c->one[i].day, c->one[i].amount);
	crm_buf_c(b, ']');
	return crm_score_emit_id(c->j, crm_buf_view(&c->id), c->account ?
	    "account" : "contact", crm_buf_view(b), CRM_STR(""));
}

struct judged {
	struct crm_judged *v;
	size_t n, cap;
	double expected;
	uint64_t actual;
};

static void
judge_one(struct clv *c, const struct crm_history *h, double days,
    struct judged *to)
{
	int32_t today = c->j->today, end = today + (int32_t)days;
	double weeks = days / 7, at = c->params.alpha + h->t / 7.0;
	uint64_t bought = 0;
	for (size_t i = 0; i < c->n; i++)
		bought += c->one[i].day > today && c->one[i].day <= end;
	crm_grow(&to->v, &to->cap, to->n + 1, sizeof(*to->v));
	/* alive, and then Poisson with a gamma rate: at least one */
	to->v[to->n++] = (struct crm_judged){ crm_clv_alive(&c->params, h) *
		(1 - pow(at / (at + weeks), c->params.r + h->x)), bought > 0 };
	to->expected += crm_clv_purchases(&c->params, h, days);
	to->actual += bought;
}

/* Predicted against what they bought in the days after `today`. */
static void
judge(struct clv *c)
{
	struct crm_score_job *j = c->j;
	struct judged t = { 0 };
	struct crm_customer k;
	while (next_customer(c))
		if (crm_purchases_customer(c->one, c->n, j->today, &k))
			judge_one(c, &k.h, (double)j->horizon /
			    (double)CRM_DAY, &t);
	struct crm_backtest b;
	crm_backtest(t.v, t.n, true, &b);
	struct crm_buf m = { 0 };
	crm_json_add_double(&m, "expected_purchases", t.expected, 2);
	crm_json_add_u64(&m, "actual_purchases", t.actual);
	if (!j->cli->failed)
		crm_score_judged(j, "clv", crm_buf_view(&m), &b);
	crm_buf_release(&m);
	free(t.v);
}

static bool
load_params(struct clv *c)
{
	struct crm_score_job *j = c->j;
	struct crm_buf text = { 0 };
	struct crm_err err = { 0 };
	bool good = crm_score_file(j, j->params, &text);
	if (good && crm_clv_read(crm_buf_view(&text), &c->params, &err)) {
		crm_score_bad_file(j, j->params, &err);
		good = false;
	}
	crm_buf_release(&text);
	return good;
}

/* Fits to the customers of the day; *n of them. With none and nothing to
 * train, nothing is wrong. */
static bool
fit(struct clv *c, size_t *n)
{
	struct crm_score_job *j = c->j;
	struct crm_clv_sums sums = { .dir = c->bought.dir };
	struct crm_err err = { 0 };
	struct crm_customer k;
	enum crm_status st = CRM_OK;
	while (!st && next_customer(c))
		if (crm_purchases_customer(c->one, c->n, j->today, &k))
			st = crm_clv_sums_add(&sums, &k.h, &err);
	*n = sums.n;
	if (!st && !j->cli->failed && (*n || j->train))
		st = crm_clv_fit(&sums, &c->params, &err);
	crm_clv_sums_release(&sums);
	if (st) {
		err.code = CRM_SYSTEM;
		crm_cli_fail(j->cli, &err);
	}
	return !j->cli->failed;
}

static void
score_all(struct clv *c)
{
	struct crm_score_job *j = c->j;
	size_t n = 1;
	if (!first_customer(c) || (!j->partial &&
	    !(j->params ? load_params(c) : fit(c, &n))))
		return;
	if (j->train) {
		crm_buf_clear(&j->tmp);
		crm_clv_write(&c->params, &j->tmp);
		crm_out_record(j->out, crm_buf_view(&j->tmp));
	} else if (n && first_customer(c)) {
		if (j->backtest)
			judge(c);
		else
			while (next_customer(c) && (j->partial ?
			    emit_partial(c) : emit(c)))
				;
	}
}

void
crm_score_clv(struct crm_score_job *j)
{
	struct clv c = { .j = j, .params.discount = 0.15,
		.bought.dir = getenv("TMPDIR") };
	if (read_all(&c))
		score_all(&c);
	crm_ordered_release(&c.bought);
	crm_buf_release(&c.tmp);
	crm_buf_release(&c.id);
	free(c.one);
	free(c.cache);
}
