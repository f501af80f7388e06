/* How far the looks of pairs can be trusted in this set of records. */
#include "match/inner.h"

#include <math.h>

/* From where a third party vouches; below which a pair looks unlike; the share
 * of those among pairs that are vouched for, in an ordinary set. */
#define VOUCHED 8.0
#define UNLIKE 6.0
#define ORDINARY 0.08
enum { SAMPLE = 3000 };	/* clusters that are looked at */

struct seen {
	const struct crm_match *m;
	struct crm_cache *cache;
	double odds[CRM_ASKED * CRM_ASKED];
	size_t vouched, unlike;
};

/* Raw log-odds of each pair of the first n members, a person's word first. */
static void
see_odds(const struct crm_match *m, struct crm_cache *cache,
    const struct crm_match_cluster *c, size_t n, double *odds)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			uint32_t a = c->rec[i], b = c->rec[j];
			const struct crm_said *w = crm_match_said(m, a, b);
			struct crm_pattern p;
			crm_match_compare(m, cache, a < b ? a : b,
			    a < b ? b : a, &p);
			odds[i * n + j] = odds[j * n + i] = w ? w->same ?
			    60 : -60 : crm_match_w_pair(m, &p, a, b, NULL);
		}
}

/* The best of the others: as like both as it is like the less like. */
static double
best_third(const double *odds, size_t n, size_t i, size_t j)
{
	double best = CRM_ODDS_LEAST;
	for (size_t k = 0; k < n && k < CRM_ASKED; k++) {
		if (k == i || k == j)
			continue;
		double x = odds[i * n + k], y = odds[j * n + k];
		x = crm_odds_within(x < y ? x : y);
		best = x > best ? x : best;
	}
	return best;
}

static void
see(struct seen *s, const struct crm_match_cluster *c)
{
	see_odds(s->m, s->cache, c, c->n, s->odds);
	for (size_t i = 0; i < c->n; i++)
		for (size_t j = i + 1; j < c->n; j++) {
			bool sure = best_third(s->odds, c->n, i, j) >= VOUCHED;
			s->vouched += sure;
			s->unlike += sure && s->odds[i * c->n + j] < UNLIKE;
		}
}

double
crm_match_vouched(const struct crm_match *m, double odds, double best)
{
	/* Where, of many records, hardly three are seen together, groups of
	 * three are doubtful. */
	double seen = (double)m->vouched + 10;
	double w = seen / (seen + (double)m->n / 20);
	double own = m->model.shift + m->model.slope * odds;
	double o = odds > CRM_ODDS_MOST ? CRM_ODDS_MOST :
	    odds < -CRM_ODDS_MOST ? -CRM_ODDS_MOST : odds;
	double in = m->taught + 1.4 + 0.27 * o + 0.36 * best + 1.7 * m->trouble;
	double least = best < VOUCHED ? own - 2 : own;
	if (odds >= 60 || odds <= CRM_ODDS_NEVER)
		return odds;
	return w * (in > least ? in : least) + (1 - w) * (own - 2);
}

void
crm_match_inside(const struct crm_match *m, const struct crm_match_cluster *c,
    size_t n, double *p)
{
	struct crm_cache *cache = crm_cache_new();
	double *odds = crm_calloc(n * n + 1, sizeof(*odds));
	see_odds(m, cache, c, n, odds);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			double o = odds[i * n + j];
			p[i * n + j] = i == j ? 1 : c->n == 2 ?
			    crm_match_w_p(m, o) : 1 / (1 +
			    exp(-crm_match_vouched(m, o, best_third(odds, n, i,
			    j))));
		}
	free(odds);
	crm_cache_free(cache);
}

void
crm_match_see_trouble(struct crm_match *m)
{
	struct seen s = { .m = m, .cache = crm_cache_new() };
	size_t many = 0, at = 0;
	for (size_t i = 0; i < m->nclusters; i++)
		many += m->cluster[i].n > 2 && m->cluster[i].n <= CRM_ASKED;
	size_t step = many / SAMPLE + 1;
	for (size_t i = 0; i < m->nclusters; i++)
		if (m->cluster[i].n > 2 && m->cluster[i].n <= CRM_ASKED &&
		    at++ % step == 0)
			see(&s, &m->cluster[i]);
	crm_cache_free(s.cache);
	m->vouched = s.vouched;
	double t = log(((double)s.unlike + 25 * ORDINARY) /
	    ((double)s.vouched + 25) / ORDINARY);
	m->trouble = t > CRM_TROUBLE_MOST ? CRM_TROUBLE_MOST :
	    t < -CRM_TROUBLE_MOST ? -CRM_TROUBLE_MOST : t;
}
