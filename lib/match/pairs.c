/* The pairs that are worth keeping, with their log-odds. */
#include "match/inner.h"

#include <math.h>

enum { KEEP_ODDS = -7 };	/* raw log-odds; below, nobody asks */

/* True if record x names a cluster before y does: older, then by id. */
bool
crm_match_older(const struct crm_match *m, uint32_t x, uint32_t y)
{
	struct crm_str a = m->age[x], b = m->age[y];
	int c = crm_str_cmp(a, b);
	if (a.n == 0 || b.n == 0)
		c = (a.n == 0) - (b.n == 0);
	if (c == 0)
		c = strverscmp(m->id[x].p, m->id[y].p);
	return c < 0 || (c == 0 && x < y);
}

const struct crm_said *
crm_match_said(const struct crm_match *m, uint32_t a, uint32_t b)
{
	size_t lo = 0, hi = m->nsaid;
	if (a > b) {
		uint32_t t = a;
		a = b;
		b = t;
	}
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		const struct crm_said *s = &m->said[mid];
		if (s->a == a && s->b == b)
			return s;
		if (s->a < a || (s->a == a && s->b < b))
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

static void
keep(struct crm_match *m, uint32_t a, uint32_t b, double odds)
{
	size_t cap = m->paircap;
	crm_grow(&m->pair, &m->paircap, m->npairs + 1, sizeof(*m->pair));
	if (m->paircap != cap)
		m->odds = crm_reallocarray(m->odds, m->paircap,
		    sizeof(*m->odds));
	bool turn = crm_match_older(m, b, a);
	m->pair[m->npairs] = (struct crm_match_pair){ turn ? b : a,
		turn ? a : b, crm_match_w_p(m, odds) };
	m->odds[m->npairs++] = odds;
}

/* The most that the frequency of values can add to a pattern's odds. */
static double
headroom(const struct crm_match *m, const struct crm_pattern *p)
{
	double sum = 0;
	for (size_t c = 0; c < m->ncols; c++) {
		unsigned l = crm_pattern_get(p, c);
		bool top = l == crm_match_levels(m->col[c].feat) ||
		    (m->col[c].feat == CRM_F_EMAIL && l == 4);
		if (top) {
			double x = log(m->model.u[c][l] / 1e-7);
			sum += x > 0 ? x : 0;
		}
	}
	return sum;
}

void
crm_match_score(struct crm_match *m)
{
	const struct crm_cands *c = &m->cand;
	double *best = crm_reallocarray(NULL, c->npatterns + 1, sizeof(*best));
	for (size_t i = 0; i < c->npatterns; i++)
		best[i] = crm_match_w_odds(m, &c->pattern[i]) +
		    headroom(m, &c->pattern[i]);
	for (uint32_t r = 0; r < m->n; r++)
		for (uint64_t i = c->first[r]; i < c->first[r + 1]; i++) {
			if (best[c->pat[i]] < KEEP_ODDS)
				continue;
			double odds = crm_match_w_pair(m,
			    &c->pattern[c->pat[i]], r, c->rec[i], NULL);
			const struct crm_said *s = crm_match_said(m, r, c->rec[i]);
			if (s)
				odds = s->same ? 60 : -60;
			if (odds >= KEEP_ODDS)
				keep(m, r, c->rec[i], odds);
		}
	for (size_t i = 0; i < m->nsaid; i++)
		if (m->said[i].same)
			keep(m, m->said[i].a, m->said[i].b, 60);
	free(best);
}
