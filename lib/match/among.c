/* What the groups of two records say of their pair. Two addresses may look
 * little alike, yet both be like a third; and of a pair that looks alike, one
 * may belong with others that are not like the other. A pair's own odds are
 * weighed with those of its third parties, by weights of a logistic regression
 * over published sets and made-up ones of many scripts, degrees of difficulty
 * and shares of duplicates. */
#include "match/inner.h"

#include <math.h>

enum { NO_GROUP = UINT32_MAX };

struct link {
	uint32_t lo, hi;
	double odds;
};

struct among {
	const struct crm_match *m;
	uint32_t *group;	/* of each record */
	struct link *l;		/* by lo, hi */
	size_t n, cap;
};

static int
by_records(const void *x, const void *y)
{
	const struct link *a = x, *b = y;
	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	return (a->hi > b->hi) - (a->hi < b->hi);
}

static struct link
link_of(uint32_t a, uint32_t b, double odds)
{
	return (struct link){ a < b ? a : b, a < b ? b : a, odds };
}

/* Of pairs that were no candidates: what speaks for strangers. */
static double
odds_of(const struct among *g, uint32_t a, uint32_t b)
{
	struct link k = link_of(a, b, 0), *l;
	l = g->n ? bsearch(&k, g->l, g->n, sizeof(k), by_records) : NULL;
	return crm_odds_within(l ? l->odds : CRM_ODDS_LEAST);
}

static void
sort_links(struct among *g)
{
	size_t k = 0;
	if (g->n == 0)
		return;
	qsort(g->l, g->n, sizeof(*g->l), by_records);
	for (size_t i = 0; i < g->n; i++)
		if (k == 0 || by_records(&g->l[i], &g->l[k - 1]))
			g->l[k++] = g->l[i];
	g->n = k;
}

/* The pairs of a group that were no candidates are pairs as well. */
static void
add_inner(struct among *g, struct crm_cache *cache,
    const struct crm_match_cluster *c, size_t had)
{
	for (size_t i = 0; c->n <= CRM_ASKED && i < c->n; i++)
		for (size_t j = i + 1; j < c->n; j++) {
			struct link k = link_of(c->rec[i], c->rec[j], 0);
			if (bsearch(&k, g->l, had, sizeof(k), by_records))
				continue;
			const struct crm_said *w = crm_match_said(g->m, k.lo,
			    k.hi);
			struct crm_pattern p;
			crm_match_compare(g->m, cache, k.lo, k.hi, &p);
			k.odds = w ? w->same ? 60 : -60 :
			    crm_match_w_pair(g->m, &p, k.lo, k.hi, NULL);
			crm_grow(&g->l, &g->cap, g->n + 1, sizeof(*g->l));
			g->l[g->n++] = k;
		}
}

/* The best of the others of one group: as like both as it is like the less
 * like. False where there are no others. */
static bool
within(const struct among *g, const struct crm_match_cluster *c, uint32_t a,
    uint32_t b, double *best)
{
	*best = CRM_ODDS_LEAST;
	for (size_t i = 0; i < c->n && i < CRM_ASKED; i++) {
		if (c->rec[i] == a || c->rec[i] == b)
			continue;
		double x = odds_of(g, a, c->rec[i]), y = odds_of(g, b, c->rec[i]);
		x = x < y ? x : y;
		*best = x > *best ? x : *best;
	}
	return c->n > 2;
}

/* Adds the odds of record r with the others of x's group. */
static void
across(const struct among *g, uint32_t x, uint32_t r, double *sum, size_t *n)
{
	if (g->group[x] == NO_GROUP)
		return;
	const struct crm_match_cluster *c = &g->m->cluster[g->group[x]];
	for (size_t i = 0; i < c->n && i < CRM_ASKED; i++)
		if (c->rec[i] != x) {
			*sum += odds_of(g, r, c->rec[i]);
			(*n)++;
		}
}

static bool
same_group(const struct among *g, const struct link *l)
{
	return g->group[l->lo] != NO_GROUP &&
	    g->group[l->lo] == g->group[l->hi];
}

static double
bounded(double odds)
{
	return odds > CRM_ODDS_MOST ? CRM_ODDS_MOST :
	    odds < -CRM_ODDS_MOST ? -CRM_ODDS_MOST : odds;
}

static double
logit_of(const struct among *g, const struct link *l)
{
	const struct crm_match_model *d = &g->m->model;
	double own = d->shift + d->slope * l->odds, best, sum = 0;
	size_t n = 0;
	if (!same_group(g, l)) {
		across(g, l->lo, l->hi, &sum, &n);
		across(g, l->hi, l->lo, &sum, &n);
		return n ? g->m->taught + 0.7 + 0.47 * bounded(l->odds) + 0.93 *
		    sum / (double)n + 2.2 * g->m->trouble : own;
	}
	if (!within(g, &g->m->cluster[g->group[l->lo]], l->lo, l->hi, &best))
		return own;
	return crm_match_vouched(g->m, l->odds, best);
}

static double
judged(const struct among *g, const struct link *l)
{
	bool said = l->odds >= 60 || l->odds <= CRM_ODDS_NEVER;
	return said ? crm_match_w_p(g->m, l->odds) :
	    1 / (1 + exp(-logit_of(g, l)));
}

/* The clusters' numbers by record, the pairs by record. */
static void
prepare(struct among *g)
{
	const struct crm_match *m = g->m;
	g->group = crm_reallocarray(NULL, m->n + 1, sizeof(*g->group));
	memset(g->group, 0xff, (m->n + 1) * sizeof(*g->group));
	for (size_t i = 0; i < m->nclusters; i++)
		for (size_t k = 0; k < m->cluster[i].n; k++)
			g->group[m->cluster[i].rec[k]] = (uint32_t)i;
	for (size_t i = 0; i < m->npairs; i++) {
		crm_grow(&g->l, &g->cap, i + 1, sizeof(*g->l));
		g->l[g->n++] = link_of(m->pair[i].a, m->pair[i].b, m->odds[i]);
	}
	sort_links(g);
	size_t had = g->n;
	struct crm_cache *cache = crm_cache_new();
	for (size_t i = 0; i < m->nclusters; i++)
		if (m->cluster[i].n > 2)
			add_inner(g, cache, &m->cluster[i], had);
	crm_cache_free(cache);
	sort_links(g);
}

void
crm_match_among(struct crm_match *m)
{
	struct among g = { .m = m };
	prepare(&g);
	m->pair = crm_reallocarray(m->pair, g.n + 1, sizeof(*m->pair));
	m->npairs = g.n;
	for (size_t i = 0; i < g.n; i++) {
		bool turn = crm_match_is_older(m, g.l[i].hi, g.l[i].lo);
		m->pair[i] = (struct crm_match_pair){
			turn ? g.l[i].hi : g.l[i].lo,
			turn ? g.l[i].lo : g.l[i].hi, judged(&g, &g.l[i]) };
	}
	free(g.group);
	free(g.l);
}
