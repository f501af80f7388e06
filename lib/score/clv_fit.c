/* Maximum likelihood for both models, on the logarithms of the parameters
 * with analytic gradients, over the distinct histories: a million customers
 * are a few ten thousand of them. Sorted input makes the sums, and with them
 * every printed digit, independent of the order of the purchases. */
#include <math.h>

#include "base/mem.h"
#include "score/clv.h"
#include "score/optimise.h"
#include "score/special.h"

enum { WEEK = 7 };

struct stat {	/* a distinct history and how many customers have it */
	double x, tx, t, n;
};

struct stats {
	struct stat *s;
	size_t len;
	double total;
};

static int
by_history(const void *va, const void *vb)
{
	const struct crm_history *a = va, *b = vb;
	if (a->x != b->x)
		return a->x < b->x ? -1 : 1;
	if (a->tx != b->tx)
		return a->tx < b->tx ? -1 : 1;
	if (a->t != b->t)
		return a->t < b->t ? -1 : 1;
	return (a->value > b->value) - (a->value < b->value);
}

/* log Gamma and digamma of `base + x`, kept while x stays. */
struct gamma_at {
	double lg, psi;
};

static struct gamma_at
gamma_of(double v)
{
	return (struct gamma_at){ crm_lgamma(v), crm_digamma(v) };
}

static double
bgnbd(void *data, const double *lx, double *g, int n CRM_UNUSED)
{
	const struct stats *st = data;
	double r = exp(lx[0]), alpha = exp(lx[1]), a = exp(lx[2]), b = exp(lx[3]);
	struct gamma_at gr = gamma_of(r), gb = gamma_of(b), gab = gamma_of(a + b);
	struct gamma_at grx = gr, gbx = gb, gabx = gab;
	double la = log(alpha), log_a = log(a);
	double ll = 0, dr = 0, dalpha = 0, da = 0, db = 0, last = 0;
	for (size_t i = 0; i < st->len; i++) {
		const struct stat *s = &st->s[i];
		double at = alpha + s->t, lat = log(at);
		if (s->x == 0) {
			ll += s->n * r * (la - lat);
			dr += s->n * (la - lat);
			dalpha += s->n * r * (1 / alpha - 1 / at);
			continue;
		}
		if (s->x != last) {
			last = s->x;
			grx = gamma_of(r + last);
			gbx = gamma_of(b + last);
			gabx = gamma_of(a + b + last);
		}
		double ax = alpha + s->tx, lax = log(ax);
		double odds = log_a - log(b + s->x - 1) + (r + s->x) * (lat - lax);
		double gone = crm_sigmoid(odds), stay = 1 - gone;
		ll += s->n * (grx.lg - gr.lg + r * la - (r + s->x) * lat +
		    gab.lg + gbx.lg - gb.lg - gabx.lg + crm_softplus(odds));
		dr += s->n * (grx.psi - gr.psi + la - stay * lat - gone * lax);
		dalpha += s->n * (r / alpha - (r + s->x) * (stay / at + gone / ax));
		da += s->n * (gab.psi - gabx.psi + gone / a);
		db += s->n * (gab.psi + gbx.psi - gb.psi - gabx.psi -
		    gone / (b + s->x - 1));
	}
	g[0] = -dr * r / st->total;
	g[1] = -dalpha * alpha / st->total;
	g[2] = -da * a / st->total;
	g[3] = -db * b / st->total;
	return -ll / st->total;
}

/* Gamma-Gamma: here tx holds the average value. */
static double
gamma_gamma(void *data, const double *lx, double *g, int n CRM_UNUSED)
{
	const struct stats *st = data;
	double p = exp(lx[0]), q = exp(lx[1]), v = exp(lx[2]), lv = log(v);
	struct gamma_at gq = gamma_of(q), gpx = gq, gpq = gq;
	double ll = 0, dp = 0, dq = 0, dv = 0, last = 0;
	for (size_t i = 0; i < st->len; i++) {
		const struct stat *s = &st->s[i];
		double x = s->x, z = s->tx, total = v + x * z;
		if (x != last) {
			last = x;
			gpx = gamma_of(p * x);
			gpq = gamma_of(p * x + q);
		}
		double lz = log(z), lx1 = log(x), lt = log(total);
		ll += s->n * (gpq.lg - gpx.lg - gq.lg + q * lv +
		    (p * x - 1) * lz + p * x * lx1 - (p * x + q) * lt);
		dp += s->n * x * (gpq.psi - gpx.psi + lz + lx1 - lt);
		dq += s->n * (gpq.psi - gq.psi + lv - lt);
		dv += s->n * (q / v - (p * x + q) / total);
	}
	g[0] = -dp * p / st->total;
	g[1] = -dq * q / st->total;
	g[2] = -dv * v / st->total;
	return -ll / st->total;
}

static struct stats
distinct_histories(const struct crm_history *h, size_t n)
{
	struct stats st = { .s = crm_calloc(n, sizeof(struct stat)) };
	for (size_t i = 0; i < n; i++) {
		struct stat k = { h[i].x, (double)h[i].tx / WEEK,
			(double)h[i].t / WEEK, 1 };
		struct stat *l = st.len ? &st.s[st.len - 1] : NULL;
		if (l && l->x == k.x && l->tx == k.tx && l->t == k.t)
			l->n++;
		else
			st.s[st.len++] = k;
		st.total++;
	}
	return st;
}

/* Repeat buyers whose average value is positive, sorted by x (h is). */
static struct stats
repeat_values(const struct crm_history *h, size_t n, double *mean)
{
	struct stats st = { .s = crm_calloc(n, sizeof(struct stat)) };
	*mean = 0;
	for (size_t i = 0; i < n; i++) {
		if (h[i].x == 0 || !(h[i].value > 0))
			continue;
		st.s[st.len++] = (struct stat){ h[i].x, h[i].value, 0, 1 };
		*mean += h[i].value;
	}
	st.total = (double)st.len;
	if (st.len)
		*mean /= st.total;
	return st;
}

static enum crm_status
fit_frequency(const struct crm_history *h, size_t n,
    struct crm_clv_params *out, struct crm_err *err)
{
	struct stats st = distinct_histories(h, n);
	double span = 0;
	for (size_t i = 0; i < st.len; i++)
		span += st.s[i].n * st.s[i].t;
	span = st.total > 0 ? span / st.total : 0;
	double x[4] = { 0, log(span > 1 ? span / 4 : 1), 0, 0 }, f = 0;
	enum crm_status rc = crm_optimise(bgnbd, &st, x, 4, 1e-8, &f, err);
	out->r = exp(x[0]);
	out->alpha = exp(x[1]);
	out->a = exp(x[2]);
	out->b = exp(x[3]);
	out->log_likelihood = -f * st.total;
	free(st.s);
	return rc;
}

static enum crm_status
fit_value(const struct crm_history *h, size_t n,
    struct crm_clv_params *out, struct crm_err *err)
{
	double mean = 0, f = 0;
	struct stats st = repeat_values(h, n, &mean);
	enum crm_status rc = CRM_OK;
	out->n_value = st.len;
	if (st.len >= CRM_CLV_MIN_REPEAT) {
		double x[3] = { 0, 0, log(mean) };
		rc = crm_optimise(gamma_gamma, &st, x, 3, 1e-8, &f, err);
		out->p = exp(x[0]);
		out->q = exp(x[1]);
		out->v = exp(x[2]);
		out->value_log_likelihood = -f * st.total;
	}
	free(st.s);
	return rc;
}

enum crm_status
crm_clv_fit(struct crm_history *h, size_t n, struct crm_clv_params *out,
    struct crm_err *err)
{
	double discount = out->discount;
	*out = (struct crm_clv_params){ .n = n, .discount = discount };
	for (size_t i = 0; i < n; i++)
		out->n_repeat += h[i].x > 0;
	if (n < CRM_CLV_MIN_CUSTOMERS || out->n_repeat < CRM_CLV_MIN_REPEAT)
		return crm_err_set(err, CRM_INVALID, "clv.few",
		    _("too few customers to train on: %zu with %zu who came "
		    "back; at least %d with %d are needed"), n, out->n_repeat,
		    CRM_CLV_MIN_CUSTOMERS, CRM_CLV_MIN_REPEAT);
	qsort(h, n, sizeof(*h), by_history);
	enum crm_status rc = fit_frequency(h, n, out, err);
	return rc ? rc : fit_value(h, n, out, err);
}
