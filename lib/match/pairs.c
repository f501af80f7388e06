/* The pairs that are worth keeping, with their log-odds. */
#include "match/inner.h"

#include <math.h>

enum { KEEP_ODDS = -7 };	/* raw log-odds; below, nobody asks */

/* True if record x names a cluster before y does: older, then by id. */
bool
crm_match_is_older(const struct crm_match *m, uint32_t x, uint32_t y)
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

enum { STEP = 8192 };	/* records that are scored at a time */

struct kept {
	struct crm_match_pair *pair;
	double *odds;
	size_t n, cap, oddscap;
};

struct scoring {
	struct crm_match *m;
	double *best;	/* of each pattern: the most it can be worth */
	struct kept *kept;	/* of each step */
};

static void
keep(const struct crm_match *m, struct kept *k, uint32_t a, uint32_t b,
    double odds)
{
	crm_grow(&k->pair, &k->cap, k->n + 1, sizeof(*k->pair));
	crm_grow(&k->odds, &k->oddscap, k->n + 1, sizeof(*k->odds));
	bool turn = crm_match_is_older(m, b, a);
	k->pair[k->n] = (struct crm_match_pair){ turn ? b : a, turn ? a : b,
		crm_match_w_p(m, odds) };
	k->odds[k->n++] = odds;
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

static void
score_step(void *arg, unsigned thread, size_t step)
{
	struct scoring *s = arg;
	struct crm_match *m = s->m;
	const struct crm_cands *c = &m->cand;
	size_t to = (step + 1) * STEP < m->n ? (step + 1) * STEP : m->n;
	(void)thread;
	for (uint32_t r = (uint32_t)(step * STEP); r < to; r++)
		for (uint64_t i = c->first[r]; i < c->first[r + 1]; i++) {
			if (s->best[c->pat[i]] < KEEP_ODDS)
				continue;
			double odds = crm_match_w_pair(m,
			    &c->pattern[c->pat[i]], r, c->rec[i], NULL);
			const struct crm_said *w = crm_match_said(m, r,
			    c->rec[i]);
			if (w)
				odds = w->same ? 60 : -60;
			if (odds >= KEEP_ODDS)
				keep(m, &s->kept[step], r, c->rec[i], odds);
		}
}

/* All that was kept, step by step, then what a person said. */
static void
gather(struct scoring *s, size_t steps)
{
	struct crm_match *m = s->m;
	size_t n = 0;
	for (size_t i = 0; i < m->nsaid; i++)
		if (m->said[i].same)
			keep(m, &s->kept[steps], m->said[i].a, m->said[i].b, 60);
	for (size_t i = 0; i <= steps; i++)
		n += s->kept[i].n;
	m->pair = crm_reallocarray(m->pair, n + 1, sizeof(*m->pair));
	m->odds = crm_reallocarray(m->odds, n + 1, sizeof(*m->odds));
	m->npairs = 0;
	for (size_t i = 0; i <= steps; i++) {
		struct kept *k = &s->kept[i];
		if (k->n) {
			memcpy(m->pair + m->npairs, k->pair, k->n *
			    sizeof(*k->pair));
			memcpy(m->odds + m->npairs, k->odds, k->n *
			    sizeof(*k->odds));
		}
		m->npairs += k->n;
		free(k->pair);
		free(k->odds);
	}
}

enum crm_status
crm_match_score(struct crm_match *m, struct crm_err *err)
{
	const struct crm_cands *c = &m->cand;
	size_t steps = (m->n + STEP - 1) / STEP;
	struct scoring s = { .m = m };
	s.best = crm_reallocarray(NULL, c->npatterns + 1, sizeof(*s.best));
	s.kept = crm_calloc(steps + 1, sizeof(*s.kept));
	for (size_t i = 0; i < c->npatterns; i++)
		s.best[i] = crm_match_w_odds(m, &c->pattern[i]) +
		    headroom(m, &c->pattern[i]);
	enum crm_status st = crm_match_parallel(m->o.threads, steps,
	    score_step, &s, err);
	gather(&s, steps);
	free(s.best);
	free(s.kept);
	return st;
}
