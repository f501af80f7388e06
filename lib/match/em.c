/* Learning the model (Dempster, Laird & Rubin 1977) from the patterns of the
 * candidates. Shares are of ALL pairs, so that the choice of candidates bends
 * nothing: pairs that are no candidates are strangers. */
#include "match/inner.h"

#include <math.h>

enum { ROUNDS = 40 };

struct em {
	struct crm_match *m;
	double base[CRM_MAXCOL][CRM_MAXLEVEL + 1];	/* all pairs' levels */
	double pairs;		/* all there are */
};

/* The shares of levels among all pairs: those drawn, leaning on the shipped
 * ones where few were. */
static void
set_base(struct em *e, uint64_t count[CRM_MAXCOL][16])
{
	struct crm_match *m = e->m;
	double lean = 1000;
	for (size_t c = 0; c < m->ncols; c++) {
		size_t n = crm_match_levels(m->col[c].feat);
		double drawn = 0, present = m->col[c].present;
		double real = present * (present - 1) / 2;
		for (size_t l = 1; l <= n; l++)
			drawn += (double)count[c][l];
		double k = drawn > real && drawn > 0 ? real / drawn : 1;
		for (size_t l = 1; l <= n; l++)
			e->base[c][l] = ((double)count[c][l] * k + lean *
			    m->model.u[c][l]) / (drawn * k + lean);
		double top = (m->col[c].exact * real + lean *
		    m->model.u[c][n]) / (real + lean);
		if (m->col[c].feat != CRM_F_EMAIL)
			e->base[c][n] = top;
	}
}

/* Of all pairs, those at a level because they are the same or related. */
static double
known(const struct em *e, const struct crm_match_part *d, size_t c, size_t l)
{
	double sum = d->pm * d->m[c][l];
	for (int k = 0; k < CRM_RELATED; k++)
		if (crm_match_w_tie(&e->m->col[c], k))
			sum += d->pr[k] * d->r[k][c][l];
	return sum;
}

/* What is left for strangers when the same and the related are taken out. */
static void
set_u(struct em *e)
{
	struct crm_match_model *d = &e->m->model;
	for (size_t c = 0; c < e->m->ncols; c++) {
		size_t n = crm_match_levels(e->m->col[c].feat);
		double sum = 0;
		for (size_t l = 1; l <= n; l++) {
			double u = e->base[c][l];
			for (int t = 0; t < 2; t++)
				u -= known(e, &d->part[t], c, l);
			double low = e->base[c][l] / 20;
			d->u[c][l] = u > low ? u : low;
			sum += d->u[c][l];
		}
		for (size_t l = 1; l <= n; l++)
			d->u[c][l] /= sum;
		for (int k = 0; k < CRM_RELATED; k++)
			for (size_t l = 1; l <= n; l++)
				if (!crm_match_w_tie(&e->m->col[c], k))
					d->part[0].r[k][c][l] =
					    d->part[1].r[k][c][l] = d->u[c][l];
	}
}

/* Agreement must not weigh less than disagreement: neighbouring levels whose
 * weights fall are pooled (pool adjacent violators). */
static void
rising(double *p, const double *u, size_t n)
{
	double sp[CRM_MAXLEVEL + 1], su[CRM_MAXLEVEL + 1];
	size_t len[CRM_MAXLEVEL + 1], k = 0;
	for (size_t l = 1; l <= n; l++) {
		sp[k] = p[l];
		su[k] = u[l];
		len[k++] = 1;
		while (k > 1 && sp[k - 2] * su[k - 1] > sp[k - 1] * su[k - 2]) {
			sp[k - 2] += sp[k - 1];
			su[k - 2] += su[k - 1];
			len[k - 2] += len[k - 1];
			k--;
		}
	}
	size_t l = 1;
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < len[i]; j++, l++)
			p[l] = sp[i] * u[l] / su[i];
}

static void
cap_worst(double *p, size_t n, double worst)
{
	if (p[1] <= worst)
		return;
	double k = (1 - worst) / (1 - p[1] > 1e-9 ? 1 - p[1] : 1e-9);
	for (size_t l = 2; l <= n; l++)
		p[l] *= k;
	p[1] = worst;
}

static double
log_pattern(const struct em *e, const struct crm_pattern *p,
    double q[CRM_MAXCOL][CRM_MAXLEVEL + 1])
{
	double s = 0;
	for (size_t c = 0; c < e->m->ncols; c++) {
		unsigned l = crm_pattern_get(p, c);
		if (l)
			s += q[c][l];
	}
	return s;
}

static void
logs(double to[CRM_MAXCOL][CRM_MAXLEVEL + 1],
    double from[CRM_MAXCOL][CRM_MAXLEVEL + 1], size_t cols)
{
	for (size_t c = 0; c < cols; c++)
		for (size_t l = 1; l <= CRM_MAXLEVEL; l++)
			to[c][l] = log(from[c][l] > 1e-12 ? from[c][l] : 1e-12);
}

struct tally {
	double m[CRM_MAXCOL][CRM_MAXLEVEL + 1];
	double r[CRM_RELATED][CRM_MAXCOL][CRM_MAXLEVEL + 1];
	double nm, nr[CRM_RELATED];
};

static void
expect(const struct em *e, int part, struct tally *t)
{
	struct crm_match_part *d = &e->m->model.part[part];
	const struct crm_cands *cand = &e->m->cand;
	struct crm_match_part *lg = crm_calloc(1, sizeof(*lg));
	double (*lu)[CRM_MAXLEVEL + 1] = crm_calloc(CRM_MAXCOL, sizeof(*lu));
	double rest = 1 - d->pm;
	logs(lg->m, d->m, e->m->ncols);
	logs(lu, e->m->model.u, e->m->ncols);
	for (int k = 0; k < CRM_RELATED; k++) {
		logs(lg->r[k], d->r[k], e->m->ncols);
		rest -= d->pr[k];
	}
	memset(t, 0, sizeof(*t));
	for (size_t i = 0; i < cand->npatterns; i++) {
		const struct crm_pattern *p = &cand->pattern[i];
		double w[2 + CRM_RELATED], sum = 0, hi;
		if (crm_match_w_part(e->m, p) != part)
			continue;
		w[0] = hi = log(d->pm) + log_pattern(e, p, lg->m);
		w[1] = log(rest) + log_pattern(e, p, lu);
		for (int k = 0; k < CRM_RELATED; k++)
			w[2 + k] = log(d->pr[k]) + log_pattern(e, p, lg->r[k]);
		for (int k = 1; k < 2 + CRM_RELATED; k++)
			hi = w[k] > hi ? w[k] : hi;
		for (int k = 0; k < 2 + CRM_RELATED; k++)
			sum += w[k] = exp(w[k] - hi);
		double n = (double)cand->times[i];
		t->nm += n * w[0] / sum;
		for (int k = 0; k < CRM_RELATED; k++)
			t->nr[k] += n * w[2 + k] / sum;
		for (size_t c = 0; c < e->m->ncols; c++) {
			unsigned l = crm_pattern_get(p, c);
			t->m[c][l] += n * w[0] / sum;
			for (int k = 0; k < CRM_RELATED; k++)
				t->r[k][c][l] += n * w[2 + k] / sum;
		}
	}
	free(lg);
	free(lu);
}

/* New shares of one column's levels: what was counted, leaning on the shipped
 * ones. */
static void
blend(double *p, const double *counted, const double *first, size_t n,
    double lean)
{
	double sum = 0;
	for (size_t l = 1; l <= n; l++)
		sum += counted[l];
	for (size_t l = 1; l <= n; l++)
		p[l] = (counted[l] + lean * first[l]) / (sum + lean);
}

/* A tenth of the pairs at least are strangers: in a small set where nearly all
 * share a company the related classes would take all, and more. */
static void
leave_strangers(struct crm_match_part *d)
{
	double related = 0;
	for (int k = 0; k < CRM_RELATED; k++)
		related += d->pr[k];
	if (d->pm + related <= 0.9)
		return;
	for (int k = 0; k < CRM_RELATED; k++)
		d->pr[k] *= (0.9 - d->pm) / related;
}

static void
maximise(struct em *e, int part, const struct tally *t,
    const struct crm_match_part *first)
{
	struct crm_match *m = e->m;
	struct crm_match_part *d = &m->model.part[part];
	const double (*u)[CRM_MAXLEVEL + 1] =
	    (const double (*)[CRM_MAXLEVEL + 1])m->model.u;
	d->pm = (t->nm + 1) / (e->pairs + 2);
	for (int k = 0; k < CRM_RELATED; k++)
		d->pr[k] = (t->nr[k] + 1) / (e->pairs + 2);
	if (d->pm > 0.4)
		d->pm = 0.4;
	/* They are few: where the fields say little they would take the same
	 * for theirs. */
	for (int k = CRM_HEIRS; k < CRM_RELATED; k++) {
		double most = d->pr[0] * (crm_match_w_most(m, part, k) +
		    CRM_NEVER);
		if (d->pr[k] > most)
			d->pr[k] = most;
	}
	leave_strangers(d);
	for (size_t c = 0; c < m->ncols; c++) {
		enum crm_feat f = m->col[c].feat;
		size_t n = crm_match_levels(f);
		blend(d->m[c], t->m[c], first->m[c], n, 60);
		cap_worst(d->m[c], n, crm_match_w_worst(&m->col[c]));
		rising(d->m[c], u[c], n);
		for (int k = 0; k < CRM_HEIRS; k++)
			if (crm_match_w_tie(&m->col[c], k)) {
				blend(d->r[k][c], t->r[k][c], first->r[k][c],
				    n, 60);
				rising(d->r[k][c], u[c], n);
				if (k == 2 && f == CRM_F_EMAIL)
					d->r[k][c][n] = u[c][n];
			}
	}
	crm_match_w_piece(m, part);
}

enum crm_status
crm_match_w_learn(struct crm_match *m, struct crm_err *err)
{
	struct em e = { .m = m };
	uint64_t (*count)[16] = crm_calloc(CRM_MAXCOL, sizeof(*count));
	struct crm_match_part *first = crm_calloc(2, sizeof(*first));
	struct tally *t = crm_calloc(1, sizeof(*t));
	double n = (double)m->n;
	enum crm_status st = CRM_OK;
	if (m->model.loaded || m->o.shipped)
		goto done;
	st = crm_match_random(m, count, err);
	if (st)
		goto done;
	set_base(&e, count);
	e.pairs = n > 1 ? n * (n - 1) / 2 : 1;
	for (int p = 0; p < 2; p++) {
		first[p] = m->model.part[p];
		m->model.part[p].pm = n > 20 ? 0.2 / n : 0.01;
		for (int k = 0; k < CRM_RELATED; k++)
			m->model.part[p].pr[k] = (n > 20 ? 0.2 / n : 0.005) *
			    (k < CRM_HEIRS ? 1 : 0.05);
	}
	set_u(&e);
	for (int i = 0; i < ROUNDS && m->n > 20; i++) {
		for (int p = 0; p < 2; p++) {
			expect(&e, p, t);
			maximise(&e, p, t, &first[p]);
		}
		/* Last come the weights, which rise against what they are
		 * weighed with. */
		if (i + 1 < ROUNDS)
			set_u(&e);
	}
	/* As they were seen, on made-up and published sets alike; what few
	 * records teach is less certain. */
	if (m->n > 20) {
		m->model.slope += 0.17 * n / (n + 1000);
		m->model.shift = CRM_SHIFT;
	}
done:
	crm_match_w_logs(m);
	free(count);
	free(first);
	free(t);
	return st;
}
