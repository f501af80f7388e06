/* Learning from pairs that a person decided. Pairs are first judged without a
 * word of what was said, among their groups, as they were shown; then the
 * levels of the fields, and all log-odds together, are moved to where they fit
 * the answers best: a logistic regression whose start are the learned weights,
 * held there by a normal prior (Platt 1999 for the common part), so that few
 * answers move little; by bounded steps of its quadratic majorant (Boehning
 * and Lindsay 1988). Some answers are wrong: none is taken for certain. */
#include "match/inner.h"

#include <math.h>

enum { ROUNDS = 200 };
#define COMMON 0.4	/* standard deviation of the common part */
#define FIELD 0.1	/* and of a field's level */
#define SLIP 0.08	/* share of answers that are slips */

struct lesson {
	struct crm_pattern p;
	int part;
	double logit;		/* as it was shown */
	bool same;
};

struct refine {
	struct crm_match *m;
	struct lesson *l;
	size_t n;
	double by[2][CRM_MAXCOL][CRM_MAXLEVEL + 1], common;
};

bool
crm_match_has_lessons(const struct crm_match *m)
{
	return !m->model.loaded && !m->o.shipped && crm_match_lessons(m) > 0;
}

static double
moved(const struct refine *r, const struct lesson *l)
{
	double z = r->common;
	for (size_t c = 0; c < r->m->ncols; c++)
		z += r->by[l->part][c][crm_pattern_get(&l->p, c)];
	return z;
}

/* How far an answer pulls the log-odds: not at all where it would be a slip. */
static double
pull(const struct lesson *l, double z)
{
	double p = 1 / (1 + exp(-z)), q = SLIP + (1 - 2 * SLIP) * p;
	double d = (1 - 2 * SLIP) * p * (1 - p);
	return l->same ? d / q : -d / (1 - q);
}

/* One step of all; steep bounds the curvature from above. */
static void
step(struct refine *r)
{
	double (*g)[CRM_MAXCOL][CRM_MAXLEVEL + 1] = crm_calloc(2, sizeof(*g));
	double (*h)[CRM_MAXCOL][CRM_MAXLEVEL + 1] = crm_calloc(2, sizeof(*h));
	double gc = -r->common / (COMMON * COMMON), hc = 1 / (COMMON * COMMON);
	for (size_t i = 0; i < r->n; i++) {
		const struct lesson *l = &r->l[i];
		double d = pull(l, l->logit + moved(r, l)), fields = 1;
		for (size_t c = 0; c < r->m->ncols; c++)
			fields += crm_pattern_get(&l->p, c) != 0;
		gc += d;
		hc += fields / 4;
		for (size_t c = 0; c < r->m->ncols; c++) {
			unsigned v = crm_pattern_get(&l->p, c);
			g[l->part][c][v] += d;
			h[l->part][c][v] += fields / 4;
		}
	}
	r->common += gc / hc;
	for (int t = 0; t < 2; t++)
		for (size_t c = 0; c < r->m->ncols; c++)
			for (size_t v = 1; v <= CRM_MAXLEVEL; v++) {
				double *x = &r->by[t][c][v], s = FIELD * FIELD;
				*x += (g[t][c][v] - *x / s) /
				    (h[t][c][v] + 1 / s);
			}
	free(g);
	free(h);
}

/* The lessons' pairs as they would be shown. */
static void
collect(struct refine *r)
{
	struct crm_match *m = r->m;
	const struct crm_said *w;
	r->l = crm_calloc(m->nsaid + 1, sizeof(*r->l));
	for (size_t i = 0; i < m->nsaid; i++) {
		const struct crm_said *s = &m->said[i];
		struct lesson *l = &r->l[i];
		crm_match_compare(m, NULL, s->a, s->b, &l->p);
		l->part = crm_match_w_part(m, &l->p);
		l->same = s->same;
		l->logit = m->model.shift + m->model.slope *
		    crm_match_w_pair(m, &l->p, s->a, s->b, NULL);
	}
	for (size_t i = 0; i < m->npairs; i++) {
		double p = m->pair[i].p;
		w = crm_match_said(m, m->pair[i].a, m->pair[i].b);
		if (w && p > 0 && p < 1)
			r->l[w - m->said].logit = log(p / (1 - p));
	}
	for (size_t i = 0; i < m->nsaid; i++)
		if (m->said[i].lesson)
			r->l[r->n++] = r->l[i];
}

static void
apply(const struct refine *r, double shift)
{
	struct crm_match *m = r->m;
	for (int t = 0; t < 2; t++)
		for (size_t c = 0; c < m->ncols; c++)
			for (size_t v = 1; v <= CRM_MAXLEVEL; v++) {
				double *q = &m->model.part[t].m[c][v];
				*q *= exp(r->by[t][c][v] / m->model.slope);
				*q = *q > 1 ? 1 : *q;
			}
	m->taught = r->common;
	m->refined = true;
	m->model.shift = shift;
	crm_match_w_logs(m);
}

enum crm_status
crm_match_refine(struct crm_match *m, struct crm_err *err)
{
	struct refine *r = crm_calloc(1, sizeof(*r));
	size_t said = m->nsaid;
	double shift = m->model.shift;
	r->m = m;
	m->nsaid = 0;
	enum crm_status st = crm_match_score(m, err);
	if (st == CRM_OK)
		st = crm_match_group(m, err);
	if (st == CRM_OK && !m->o.across)
		crm_match_among(m);
	m->nsaid = said;
	if (st == CRM_OK) {
		collect(r);
		for (int i = 0; i < ROUNDS; i++)
			step(r);
		apply(r, shift);
	}
	free(r->l);
	free(r);
	return st;
}
