/* crm-score --model clv: purchases in, one line a customer out. */
#include <math.h>

#include "base/decimal.h"
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
	struct crm_purchases ps;
	uint8_t *account;	/* by customer: the id is an account's */
	size_t cap;
	char currency[16];
	struct crm_clv_params params;
	struct cached *cache;
};

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

static void
add_purchase(struct clv *c, struct crm_str id, bool account, int32_t day,
    int64_t amount)
{
	crm_purchases_add(&c->ps, id, day, amount);
	size_t who = c->ps.p[c->ps.n - 1].who;
	if (who >= c->cap)
		crm_grow(&c->account, &c->cap, who + 1, 1);
	c->account[who] = account;
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
		add_purchase(c, crm_rec_id(r), account, (int32_t)x[0],
		    (int64_t)x[1]);
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
		add_purchase(c, crm_buf_view(&id), account, day, amount);
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
		if (take(c, r, &err) && !crm_feed_reject(&j->feed, &err))
			return false;
	}
	return !j->cli->failed;
}

static const char *
type_of(const struct clv *c, struct crm_str id)
{
	struct crm_map_entry *e = crm_map_get(&c->ps.ids, id);
	return e && c->account[e->v.u] ? "account" : "contact";
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

static bool
emit(struct clv *c, const struct crm_customer *k)
{
	struct crm_score_job *j = c->j;
	struct crm_clv_outlook o = outlook_of(c, &k->h);
	double alive = crm_clv_alive(&c->params, &k->h);
	double value = crm_clv_value(&c->params, &k->h);
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
	return crm_score_emit_id(j, k->id, type_of(c, k->id), crm_buf_view(b),
	    j->write ? crm_str_z(text) : CRM_STR(""));
}

static void
emit_partial(struct clv *c)
{
	struct crm_score_job *j = c->j;
	struct crm_customer *k;
	size_t n = crm_purchases_customers(&c->ps, INT32_MAX, &k);
	for (size_t i = 0, p = 0; i < c->ps.n && p < n; i++) {
		struct crm_str id = c->ps.ids.e[c->ps.p[i].who].key;
		bool first = i == 0 || c->ps.p[i - 1].who != c->ps.p[i].who;
		bool last = i + 1 == c->ps.n ||
		    c->ps.p[i + 1].who != c->ps.p[i].who;
		if (first) {
			crm_buf_clear(&j->tmp);
			crm_buf_z(&j->tmp, "\"_partial\":[");
		}
		crm_json_comma(&j->tmp);
		crm_buf_printf(&j->tmp, "[%d,%" PRId64 "]", c->ps.p[i].day,
		    c->ps.p[i].amount);
		if (!last)
			continue;
		crm_buf_c(&j->tmp, ']');
		if (!crm_score_emit_id(j, id, type_of(c, id),
		    crm_buf_view(&j->tmp), CRM_STR("")))
			break;
		p++;
	}
	free(k);
}

/* Predicted against what they bought in the days after `today`. */
static void
judge(struct clv *c, const struct crm_customer *k, size_t n)
{
	struct crm_score_job *j = c->j;
	double days = (double)j->horizon / (double)CRM_DAY, weeks = days / 7;
	uint32_t *counts = crm_calloc(c->ps.ids.n, sizeof(*counts));
	struct crm_judged *v = crm_calloc(n, sizeof(*v));
	double expected = 0;
	uint64_t actual = 0;
	crm_purchases_between(&c->ps, j->today, j->today + (int32_t)days, counts);
	for (size_t i = 0; i < n; i++) {
		const struct crm_history *h = &k[i].h;
		struct crm_map_entry *e = crm_map_get(&c->ps.ids, k[i].id);
		uint32_t bought = e ? counts[e->v.u] : 0;
		double at = c->params.alpha + h->t / 7.0;
		/* alive, and then Poisson with a gamma rate: at least one */
		v[i].score = crm_clv_alive(&c->params, h) * (1 -
		    pow(at / (at + weeks), c->params.r + h->x));
		v[i].outcome = bought > 0;
		expected += crm_clv_purchases(&c->params, h, days);
		actual += bought;
	}
	struct crm_backtest t;
	crm_backtest(v, n, true, &t);
	struct crm_buf b = { 0 };
	crm_json_add_double(&b, "expected_purchases", expected, 2);
	crm_json_add_u64(&b, "actual_purchases", actual);
	crm_score_judged(j, "clv", crm_buf_view(&b), &t);
	crm_buf_release(&b);
	free(v);
	free(counts);
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

static bool
fit(struct clv *c, const struct crm_customer *k, size_t n)
{
	struct crm_err err = { 0 };
	struct crm_history *h = crm_calloc(n, sizeof(*h));
	for (size_t i = 0; i < n; i++)
		h[i] = k[i].h;
	enum crm_status st = crm_clv_fit(h, n, &c->params, &err);
	free(h);
	if (st) {
		err.code = CRM_SYSTEM;
		crm_cli_fail(c->j->cli, &err);
	}
	return st == CRM_OK;
}

static void
score_all(struct clv *c)
{
	struct crm_score_job *j = c->j;
	struct crm_customer *k = NULL;
	if (j->partial) {
		emit_partial(c);
		return;
	}
	size_t n = crm_purchases_customers(&c->ps, j->today, &k);
	bool fitted = j->params ? load_params(c) :
	    (n == 0 && !j->train) || fit(c, k, n);
	if (fitted && j->train && n) {
		crm_buf_clear(&j->tmp);
		crm_clv_write(&c->params, &j->tmp);
		crm_out_record(j->out, crm_buf_view(&j->tmp));
	} else if (fitted && j->backtest) {
		judge(c, k, n);
	} else {
		for (size_t i = 0; fitted && !j->train && i < n; i++)
			if (!emit(c, &k[i]))
				break;
	}
	free(k);
}

void
crm_score_clv(struct crm_score_job *j)
{
	struct clv c = { .j = j, .params.discount = 0.15 };
	if (read_all(&c))
		score_all(&c);
	crm_purchases_release(&c.ps);
	free(c.account);
	free(c.cache);
}
