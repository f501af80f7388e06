/* Maximum likelihood for both models, on the logarithms of the parameters
 * with analytic gradients, over the distinct histories: a million customers
 * are a few ten thousand of them. They are sorted, which makes the sums, and
 * with them every printed digit, independent of the order of the purchases. */
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
	struct crm_spool all;	/* of struct stat */
	double total, sum;	/* customers; of their t, or of their values */
	size_t n;		/* customers */
	struct crm_err *err;	/* why reading them failed */
	bool failed;
};

static void
rewind_stats(struct stats *st)
{
	st->failed = crm_spool_rewind(&st->all, st->err) != CRM_OK;
}

static bool
next_stat(struct stats *st, struct stat *s)
{
	struct crm_str piece;
	enum crm_status rc = st->failed ? CRM_NOTFOUND :
	    crm_spool_next(&st->all, &piece, st->err);
	if (rc == CRM_OK)
		memcpy(s, piece.p, sizeof(*s));
	else if (rc != CRM_NOTFOUND)
		st->failed = true;
	return rc == CRM_OK;
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
	struct stats *st = data;
	struct stat k, *s = &k;
	double r = exp(lx[0]), alpha = exp(lx[1]), a = exp(lx[2]), b = exp(lx[3]);
	struct gamma_at gr = gamma_of(r), gb = gamma_of(b), gab = gamma_of(a + b);
	struct gamma_at grx = gr, gbx = gb, gabx = gab;
	double la = log(alpha), log_a = log(a);
	double ll = 0, dr = 0, dalpha = 0, da = 0, db = 0, last = 0;
	for (rewind_stats(st); next_stat(st, s);) {
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
	return st->failed ? NAN : -ll / st->total;
}

/* Gamma-Gamma: here tx holds the average value. */
static double
gamma_gamma(void *data, const double *lx, double *g, int n CRM_UNUSED)
{
	struct stats *st = data;
	struct stat k, *s = &k;
	double p = exp(lx[0]), q = exp(lx[1]), v = exp(lx[2]), lv = log(v);
	struct gamma_at gq = gamma_of(q), gpx = gq, gpq = gq;
	double ll = 0, dp = 0, dq = 0, dv = 0, last = 0;
	for (rewind_stats(st); next_stat(st, s);) {
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
	return st->failed ? NAN : -ll / st->total;
}

static int64_t
bits_of(double v)
{
	int64_t i;	/* in the order of the numbers where they are positive */
	memcpy(&i, &v, sizeof(i));
	return i;
}

static double
number_of(const char *p)
{
	int64_t i = crm_ordered_get64(p);
	double v;
	memcpy(&v, &i, sizeof(v));
	return v;
}

enum crm_status
crm_clv_sums_add(struct crm_clv_sums *s, const struct crm_history *h,
    struct crm_err *err)
{
	struct crm_buf *b = &s->tmp;
	if (s->n++ == 0) {
		s->habits.dir = s->values.dir = s->dir;
		s->habits.limit = s->values.limit = s->limit ? s->limit :
		    16 << 20;
	}
	s->n_repeat += h->x > 0;
	crm_buf_clear(b);
	crm_ordered_put64(b, h->x);
	crm_ordered_put64(b, h->tx);
	crm_ordered_put64(b, h->t);
	enum crm_status rc = crm_ordered_add(&s->habits, crm_buf_view(b), err);
	if (rc || h->x == 0 || !(h->value > 0))
		return rc;
	b->n = 8;
	crm_ordered_put64(b, bits_of(h->value));
	return crm_ordered_add(&s->values, crm_buf_view(b), err);
}

void
crm_clv_sums_release(struct crm_clv_sums *s)
{
	crm_ordered_release(&s->habits);
	crm_ordered_release(&s->values);
	crm_buf_release(&s->tmp);
	*s = (struct crm_clv_sums){ .dir = s->dir, .limit = s->limit };
}

/* A habit, or (16 bytes) the number and average of repeat purchases. */
static struct stat
stat_of(struct crm_str key)
{
	struct stat k = { .x = (double)crm_ordered_get64(key.p), .n = 1 };
	if (key.n == 16) {
		k.tx = number_of(key.p + 8);
	} else {
		k.tx = (double)crm_ordered_get64(key.p + 8) / WEEK;
		k.t = (double)crm_ordered_get64(key.p + 16) / WEEK;
	}
	return k;
}

static enum crm_status
put_stat(struct stats *st, const struct stat *k, struct crm_err *err)
{
	if (k->n == 0)
		return CRM_OK;
	return crm_spool_add(&st->all, (struct crm_str){ (const char *)k,
		sizeof(*k) }, err);
}

/* Equal ones counted, and let go of. */
static enum crm_status
distinct(struct crm_ordered *from, struct stats *st, struct crm_err *err)
{
	struct crm_str key;
	struct stat last = { 0 };
	enum crm_status rc = crm_ordered_begin(from, err);
	*st = (struct stats){ .all = { .dir = from->dir }, .err = err };
	while (!rc && !(rc = crm_ordered_next(from, &key, err))) {
		struct stat k = stat_of(key);
		st->n++;
		st->sum += key.n == 16 ? k.tx : k.t;
		if (last.n > 0 && k.x == last.x && k.tx == last.tx &&
		    k.t == last.t) {
			last.n++;
			continue;
		}
		rc = put_stat(st, &last, err);
		last = k;
	}
	st->total = (double)st->n;
	crm_ordered_release(from);
	return rc == CRM_NOTFOUND ? put_stat(st, &last, err) : rc;
}

static enum crm_status
walk(crm_objective *f, struct stats *st, double *x, int n, double *least,
    struct crm_err *err)
{
	enum crm_status rc = crm_optimise(f, st, x, n, 1e-8, least, err);
	if (st->failed)
		return crm_err_set(err, CRM_SYSTEM, "spool.write",
		    _("temporary file"));
	return rc;
}

static enum crm_status
fit_frequency(struct crm_clv_sums *s, struct crm_clv_params *out,
    struct crm_err *err)
{
	struct stats st;
	enum crm_status rc = distinct(&s->habits, &st, err);
	double span = st.total > 0 ? st.sum / st.total : 0;
	double x[4] = { 0, log(span > 1 ? span / 4 : 1), 0, 0 }, f = 0;
	if (!rc)
		rc = walk(bgnbd, &st, x, 4, &f, err);
	out->r = exp(x[0]);
	out->alpha = exp(x[1]);
	out->a = exp(x[2]);
	out->b = exp(x[3]);
	out->log_likelihood = -f * st.total;
	crm_spool_release(&st.all);
	return rc;
}

static enum crm_status
fit_value(struct crm_clv_sums *s, struct crm_clv_params *out,
    struct crm_err *err)
{
	struct stats st;
	enum crm_status rc = distinct(&s->values, &st, err);
	out->n_value = st.n;
	if (!rc && st.n >= CRM_CLV_MIN_REPEAT) {
		double x[3] = { 0, 0, log(st.sum / st.total) }, f = 0;
		rc = walk(gamma_gamma, &st, x, 3, &f, err);
		out->p = exp(x[0]);
		out->q = exp(x[1]);
		out->v = exp(x[2]);
		out->value_log_likelihood = -f * st.total;
	}
	crm_spool_release(&st.all);
	return rc;
}

enum crm_status
crm_clv_fit(struct crm_clv_sums *s, struct crm_clv_params *out,
    struct crm_err *err)
{
	*out = (struct crm_clv_params){ .n = s->n, .n_repeat = s->n_repeat,
		.discount = out->discount };
	if (s->n < CRM_CLV_MIN_CUSTOMERS || s->n_repeat < CRM_CLV_MIN_REPEAT)
		return crm_err_set(err, CRM_INVALID, "clv.few",
		    _("too few customers to train on: %zu with %zu who came "
		    "back; at least %d with %d are needed"), s->n, s->n_repeat,
		    CRM_CLV_MIN_CUSTOMERS, CRM_CLV_MIN_REPEAT);
	enum crm_status rc = fit_frequency(s, out, err);
	return rc ? rc : fit_value(s, out, err);
}
