/* The shipped weights, and what a pattern is worth. */
#include "match/inner.h"

#include <math.h>

/* Shares of the levels, lowest first, of pairs that are the same, related
 * (by household, by company, by place) and strangers. From experience with
 * made-up and published sets; the records soon outweigh them. Two of a
 * household who bear one name are pieced together from these. */
struct shipped {
	double m[9], u[9];
	double r[CRM_HEIRS][9];	/* all 0: as strangers */
	double worst;	/* most that level 1 may have among the same */
};

static const struct shipped *
shipped(enum crm_feat f)
{
	static const struct shipped t[CRM_FEATS] = {
	    [CRM_F_GIVEN] = { { .05, .02, .036, .004, .06, .07, .10, .10, .56 },
		{ .858, .08, .03, .006, .010, .002, .003, .003, .008 },
		{ { 0 }, { 0 },
		  { .74, .06, .03, .005, .02, .005, .02, .02, .10 } }, .10 },
	    [CRM_F_FAMILY] = { { .05, .01, .03, .01, .05, .15, .70 },
		{ .906, .07, .014, .002, .001, .003, .004 },
		{ { .20, .01, .01, .01, .05, .06, .66 }, { 0 },
		  { .79, .05, .02, .002, .01, .028, .10 } }, .10 },
	    [CRM_F_ORG] = { { .08, .03, .06, .10, .15, .58 },
		{ .968, .02, .008, .002, .0007, .0013 },
		{ { .30, .03, .03, .04, .06, .54 },
		  { .10, .02, .04, .10, .14, .60 },
		  { .80, .05, .03, .03, .04, .05 } }, .30 },
	    [CRM_F_EMAIL] = { { .24, .03, .04, .04, .05, .10, .50 },
		{ .9989, .0007, .0003, .00005, .00004, .00001, .00001 },
		{ { .88, .08, .02, .005, .005, .005, .005 },
		  { .40, .40, .01, .17, .01, .005, .005 },
		  { .84, .03, .10, .01, .01, .00999, .00001 } }, .45 },
	    [CRM_F_PHONE] = { { .30, .01, .05, .64 },
		{ .9997, .00025, .00004, .00001 },
		{ { .60, .01, .03, .36 } }, .45 },
	    [CRM_F_DATE] = { { .05, .02, .03, .04, .08, .78 },
		{ .955, .022, .018, .004, .0009, .0001 }, { { 0 } }, .10 },
	    [CRM_F_CODE] = { { .08, .02, .06, .84 },
		{ .9945, .0005, .001, .004 },
		{ { .80, .01, .01, .18 } }, .25 },
	    [CRM_F_STREET] = { { .16, .03, .05, .06, .07, .10, .25, .28 },
		{ .983, .008, .004, .004, .0004, .0002, .0001, .0003 },
		{ { .14, .02, .04, .03, .05, .07, .25, .40 }, { 0 },
		  { .70, .10, .10, .02, .03, .02, .01, .02 } }, .40 },
	    [CRM_F_POST] = { { .10, .03, .07, .80 },
		{ .975, .02, .002, .003 },
		{ { .08, .03, .05, .84 }, { .40, .10, .05, .45 },
		  { .20, .20, .05, .55 } }, .35 },
	    [CRM_F_CITY] = { { .10, .02, .05, .11, .72 },
		{ .94, .025, .015, .004, .016 },
		{ { .06, .02, .04, .10, .78 }, { .30, .02, .03, .06, .59 },
		  { .10, .02, .03, .08, .77 } }, .35 },
	    [CRM_F_COUNTRY] = { { .02, .98 }, { .85, .15 },
		{ { .01, .99 }, { .05, .95 }, { .02, .98 } }, .10 },
	    [CRM_F_TEXT] = { { .25, .08, .10, .15, .12, .30 },
		{ .90, .05, .025, .008, .002, .015 },
		{ { .45, .10, .10, .10, .05, .20 },
		  { .45, .10, .10, .10, .05, .20 },
		  { .60, .10, .10, .05, .05, .10 } }, .50 },
	};
	return &t[f];
}

double
crm_match_w_worst(const struct crm_col *c)
{
	/* A number that is nearly everybody's own is a passport's, a tax
	 * office's: two of them are hardly ever one. */
	if (c->feat == CRM_F_CODE && c->exact * c->present < 1)
		return 0.03;
	return shipped(c->feat)->worst;
}

/* Heirs have their names as the same have them, their e-mail as namesakes, and
 * all but the birth date as a household. Kin share surname and telephone. */
static enum crm_tie
pieced_tie(const struct crm_col *c, int related)
{
	bool heirs = related == CRM_HEIRS;
	switch (c->feat) {
	case CRM_F_GIVEN:
		return heirs ? CRM_TIE_SHARED : CRM_TIE_NONE;
	case CRM_F_DATE:
		return CRM_TIE_NONE;
	case CRM_F_EMAIL:
		return heirs ? CRM_TIE_ALIKE : CRM_TIE_SHARED;
	case CRM_F_STREET: case CRM_F_POST: case CRM_F_CITY: case CRM_F_CODE:
		return heirs ? crm_match_w_tie(c, 0) : CRM_TIE_NONE;
	default:
		return crm_match_w_tie(c, 0);
	}
}

enum crm_tie
crm_match_w_tie(const struct crm_col *c, int related)
{
	if (related >= CRM_HEIRS)
		return pieced_tie(c, related);
	const double *r = shipped(c->feat)->r[related];
	/* A record's own company name marks branches, never a household. */
	if (r[0] <= 0 || (c->own && related == 0))
		return CRM_TIE_NONE;
	bool chance = c->feat <= CRM_F_ORG || c->feat == CRM_F_EMAIL;
	return related == 2 && chance ? CRM_TIE_ALIKE : CRM_TIE_SHARED;
}

double
crm_match_w_most(const struct crm_match *m, int part, int related)
{
	bool day = false, mail = false, phone = false;
	for (size_t c = 0; c < m->ncols; c++) {
		day |= m->col[c].feat == CRM_F_DATE;
		mail |= m->col[c].feat == CRM_F_EMAIL;
		phone |= m->col[c].feat == CRM_F_PHONE;
	}
	bool tells = related == CRM_HEIRS ? day || mail : phone;
	return tells && part == 0 && m->given >= 0 ? 0.1 : 0;
}

void
crm_match_w_piece(struct crm_match *m, int part)
{
	struct crm_match_part *d = &m->model.part[part];
	for (size_t c = 0; c < m->ncols; c++)
		for (int k = CRM_HEIRS; k < CRM_RELATED; k++) {
			enum crm_feat f = m->col[c].feat;
			const double *like = m->model.u[c];
			if (k == CRM_HEIRS && f <= CRM_F_FAMILY)
				like = d->m[c];
			else if (k == CRM_HEIRS && f == CRM_F_EMAIL)
				like = d->r[2][c];
			else if (pieced_tie(&m->col[c], k))
				like = d->r[0][c];
			memcpy(d->r[k][c], like, sizeof(d->r[k][c]));
		}
}

void
crm_match_w_default(struct crm_match *m)
{
	struct crm_match_model *d = &m->model;
	for (size_t c = 0; c < m->ncols; c++) {
		const struct shipped *s = shipped(m->col[c].feat);
		size_t n = crm_match_levels(m->col[c].feat);
		for (size_t l = 1; l <= n; l++) {
			d->u[c][l] = s->u[l - 1];
			for (int t = 0; t < 2; t++)
				d->part[t].m[c][l] = s->m[l - 1];
			for (int k = 0; k < 2 * CRM_HEIRS; k++)
				d->part[k & 1].r[k / 2][c][l] =
				    crm_match_w_tie(&m->col[c], k / 2) ?
				    s->r[k / 2][l - 1] : s->u[l - 1];
		}
	}
	for (int t = 0; t < 2; t++) {
		crm_match_w_piece(m, t);
		d->part[t].pm = m->o.prior > 0 ? m->o.prior : 0.01;
		for (int k = 0; k < CRM_RELATED; k++)
			d->part[t].pr[k] = 0.005;
		for (int k = CRM_HEIRS; k < CRM_RELATED; k++)
			d->part[t].pr[k] = 0.003 * (crm_match_w_most(m, t, k) +
			    CRM_NEVER);
	}
	d->slope = 0.7;
	d->shift = 0;
}

void
crm_match_w_logs(struct crm_match *m)
{
	struct crm_match_logs *g = &m->logs;
	for (int t = 0; t < 2; t++) {
		const struct crm_match_part *d = &m->model.part[t];
		g->pm[t] = log(d->pm);
		g->rest[t] = log(1 - d->pm);
		for (int k = 0; k < CRM_RELATED; k++)
			g->pr[t][k] = log(d->pr[k]);
		for (size_t c = 0; c < m->ncols; c++)
			for (size_t l = 1; l <= CRM_MAXLEVEL; l++) {
				g->u[c][l] = log(m->model.u[c][l]);
				g->m[t][c][l] = log(d->m[c][l]);
				for (int k = 0; k < CRM_RELATED; k++)
					g->r[t][k][c][l] = log(d->r[k][c][l]);
			}
	}
}

/* log(exp(a) + exp(b)) */
static double
log_add(double a, double b)
{
	double hi = a > b ? a : b, lo = a > b ? b : a;
	return hi - lo > 40 ? hi : hi + log1p(exp(lo - hi));
}

/* Share of the records that hold the value both agree in, the two themselves
 * left out; rare values lean on the shipped share. There are no rare days: a
 * birth date that nobody else has leans on the share that any two have one. */
static double
frequency(const struct crm_match *m, size_t col, uint32_t a, uint32_t b)
{
	const struct crm_col *c = &m->col[col];
	size_t na, nb;
	const uint32_t *va = crm_col_get(m, col, a, &na);
	const uint32_t *vb = crm_col_get(m, col, b, &nb);
	size_t top = crm_match_levels(c->feat);
	bool day = c->feat == CRM_F_DATE;
	double u0 = day ? m->model.u[col][top] : shipped(c->feat)->u[top - 1];
	double best = 1, lean = day ? 2 / u0 : 100;
	for (size_t i = 0; i < na; i++)
		for (size_t j = 0; j < nb; j++) {
			double x = c->count[va[i]], y = c->count[vb[j]];
			double k = va[i] == vb[j] ? x - 2 : (x + y) / 2 - 1;
			double f = ((k > 0 ? k : 0) + lean * u0) /
			    (c->present + lean);
			if (va[i] == vb[j] && f < best)
				best = f;
			else if (na * nb == 1)
				best = f;
		}
	return best < 1e-7 ? 1e-7 : best;
}

static bool
by_frequency(enum crm_feat f, unsigned level)
{
	return level == crm_match_levels(f) || (f == CRM_F_EMAIL && level == 4);
}

/* By how much the odds are understated near even, on made-up and published sets
 * alike: fields that agree in part are not independent. */
#define LEAN 0.5

struct sums {
	double m, u, r[CRM_RELATED];
};

static double
odds_of(const struct crm_match_logs *g, int part, const struct sums *s)
{
	double rest = g->rest[part] + s->u;
	for (int k = 0; k < CRM_RELATED; k++)
		rest = log_add(rest, g->pr[part][k] + s->r[k]);
	return g->pm[part] + s->m - rest + LEAN;
}

/* Adds a level that strangers have with exp(u). */
static void
add_level(const struct crm_match *m, int part, size_t c, unsigned l, double u,
    struct sums *s)
{
	const struct crm_match_logs *g = &m->logs;
	s->m += g->m[part][c][l];
	s->u += u;
	for (int k = 0; k < CRM_RELATED; k++) {
		double r = g->r[part][k][c][l];
		switch (crm_match_w_tie(&m->col[c], k)) {
		case CRM_TIE_NONE:
			s->r[k] += u;
			break;
		case CRM_TIE_SHARED:
			s->r[k] += r;
			break;
		case CRM_TIE_ALIKE:
			r += u - g->u[c][l];
			s->r[k] += r < -0.001 ? r : -0.001;
			break;
		}
	}
}

double
crm_match_w_odds(const struct crm_match *m, const struct crm_pattern *p)
{
	struct sums s = { 0 };
	int part = crm_match_w_part(m, p);
	for (size_t c = 0; c < m->ncols; c++) {
		unsigned l = crm_pattern_get(p, c);
		if (l)
			add_level(m, part, c, l, m->logs.u[c][l], &s);
	}
	return odds_of(&m->logs, part, &s);
}

/* What the sound of two names in different scripts adds to a level that they
 * are alike in part: nothing where it is as expected. */
static double
by_sound(const struct crm_match *m, size_t col, unsigned level, uint32_t a,
    uint32_t b)
{
	size_t na, nb;
	if ((int)col != m->given && (int)col != m->family)
		return 0;
	const uint32_t *va = crm_col_get(m, col, a, &na);
	const uint32_t *vb = crm_col_get(m, col, b, &nb);
	if (na == 0 || nb == 0 || *va == *vb)
		return 0;
	const struct crm_intern *t = &m->col[col].t;
	unsigned like = crm_sound_like(m, crm_list_of(crm_intern_str(t, *va)),
	    crm_list_of(crm_intern_str(t, *vb)));
	/* near all the same: not these words, but the name's in another order */
	bool turned = like < 813 && level >= crm_match_levels(
	    m->col[col].feat) - 2;
	return like && !turned ? ((double)like - 920) / 150 : 0;
}

double
crm_match_w_pair(const struct crm_match *m, const struct crm_pattern *p,
    uint32_t a, uint32_t b, double *per_col)
{
	struct sums s = { 0 };
	int part = crm_match_w_part(m, p);
	double before = per_col ? odds_of(&m->logs, part, &s) : 0;
	for (size_t c = 0; c < m->ncols; c++) {
		unsigned l = crm_pattern_get(p, c);
		if (l) {
			double u = m->logs.u[c][l];
			if (by_frequency(m->col[c].feat, l) && !m->o.shipped)
				u = log(frequency(m, c, a, b));
			add_level(m, part, c, l, u, &s);
			s.m += by_sound(m, c, l, a, b);
		}
		if (per_col) {
			double now = odds_of(&m->logs, part, &s);
			per_col[c] = now - before;
			before = now;
		}
	}
	double odds = odds_of(&m->logs, part, &s);
	size_t by = 0;
	double left = crm_match_against(m, p, a, b, odds, &by);
	if (per_col)
		per_col[by] += left - odds;
	return left;
}

double
crm_match_w_p(const struct crm_match *m, double odds)
{
	return 1 / (1 + exp(-m->model.shift - m->model.slope * odds));
}
