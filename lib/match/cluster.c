/* Clusters: pairs are joined best first; two clusters join only if the mean
 * of the log-odds between them says so (average link), nobody has ruled it
 * out, and, where sources are linked one to one, they share no source. */
#include "match/inner.h"

#include <math.h>

enum { SAMPLE = 24, STEP = 512 };

struct edge {
	double odds;
	uint32_t pair;
};

struct state {
	struct crm_match *m;
	uint32_t *up;		/* union-find */
	uint32_t *next, *last;	/* members as a list, from the root */
	uint32_t *size;
	struct crm_cache *cache[65];	/* one a thread */
	struct edge *edge;	/* best first */
	size_t nedges;
	double need;		/* log-odds that joins */
};

static uint32_t
root(struct state *s, uint32_t r)
{
	while (s->up[r] != r) {
		s->up[r] = s->up[s->up[r]];
		r = s->up[r];
	}
	return r;
}

static double
odds_between(const struct state *s, unsigned thread, uint32_t a, uint32_t b)
{
	const struct crm_said *w = crm_match_said(s->m, a, b);
	if (w)
		return w->same ? 60 : -60;
	struct crm_pattern p;
	crm_match_compare(s->m, s->cache[thread], a < b ? a : b, a < b ? b : a, &p);
	double o = crm_match_w_pair(s->m, &p, a, b, NULL);
	return o <= CRM_ODDS_NEVER ? o : crm_odds_within(o);
}

/* The members that stand for a cluster: all of a small one, else SAMPLE of
 * them, the same whatever the order. */
static size_t
sample(const struct state *s, uint32_t r, uint32_t out[SAMPLE])
{
	size_t n = s->size[r], k = 0, i = 0;
	for (uint32_t x = r; k < SAMPLE; x = s->next[x], i++) {
		if (n <= SAMPLE || i * SAMPLE / n >= k)
			out[k++] = x;
		if (x == s->last[r])
			break;
	}
	return k;
}

static bool
may_join(struct state *s, uint32_t a, uint32_t b)
{
	uint32_t x[SAMPLE], y[SAMPLE];
	const struct crm_match *m = s->m;
	size_t nx = sample(s, a, x), ny = sample(s, b, y);
	double sum = 0;
	/* The pair that calls for two single records is all there is. */
	if (nx * ny == 1)
		return !m->o.link || !m->source[a] ||
		    m->source[a] != m->source[b];
	if (m->o.link && s->size[a] + s->size[b] > SAMPLE)
		return false;
	for (size_t i = 0; i < nx; i++)
		for (size_t j = 0; j < ny; j++) {
			if (m->o.link && m->source[x[i]] &&
			    m->source[x[i]] == m->source[y[j]])
				return false;
			double o = odds_between(s, 0, x[i], y[j]);
			if (o <= CRM_ODDS_NEVER)
				return false;
			sum += o;
		}
	return sum / (double)(nx * ny) >= s->need;
}

static void
join(struct state *s, uint32_t a, uint32_t b)
{
	s->up[b] = a;
	s->next[s->last[a]] = b;
	s->last[a] = s->last[b];
	s->size[a] += s->size[b];
}

static int
by_odds(const void *x, const void *y, void *arg)
{
	const struct edge *a = x, *b = y;
	const struct crm_match *m = arg;
	if (a->odds != b->odds)
		return a->odds > b->odds ? -1 : 1;
	const struct crm_match_pair *p = &m->pair[a->pair];
	const struct crm_match_pair *q = &m->pair[b->pair];
	uint32_t pl = p->a < p->b ? p->a : p->b, ph = p->a ^ p->b ^ pl;
	uint32_t ql = q->a < q->b ? q->a : q->b, qh = q->a ^ q->b ^ ql;
	if (pl != ql)
		return pl < ql ? -1 : 1;
	return (ph > qh) - (ph < qh);
}

static int
by_age(const void *x, const void *y, void *arg)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	return a == b ? 0 : crm_match_is_older(arg, a, b) ? -1 : 1;
}

static int
by_first(const void *x, const void *y, void *arg)
{
	const struct crm_match_cluster *a = x, *b = y;
	const struct crm_match *m = arg;
	int c = strverscmp(m->id[a->rec[0]].p, m->id[b->rec[0]].p);
	return c ? c : (a->rec[0] > b->rec[0]) - (a->rec[0] < b->rec[0]);
}

void
crm_match_sort_members(struct crm_match *m, uint32_t *rec, size_t n)
{
	qsort_r(rec, n, sizeof(*rec), by_age, m);
}

void
crm_match_sort_clusters(struct crm_match *m, struct crm_match_cluster *c,
    size_t n)
{
	qsort_r(c, n, sizeof(*c), by_first, m);
}

/* How sure a cluster is: by its pairs, at most SAMPLE records of it. */
static void
rate(const struct state *s, unsigned thread, struct crm_match_cluster *c)
{
	double best[SAMPLE] = { 0 }, sum = 0, low = 1;
	size_t n = c->n < SAMPLE ? c->n : SAMPLE;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			double p = crm_match_w_p(s->m, odds_between(s, thread,
			    c->rec[i], c->rec[j]));
			c->vetoed |= p < 0.02;
			best[i] = p > best[i] ? p : best[i];
			best[j] = p > best[j] ? p : best[j];
			sum += p;
		}
	for (size_t i = 0; i < n; i++)
		low = best[i] < low ? best[i] : low;
	c->p = sum / ((double)n * (double)(n - 1) / 2);
	c->weakest = low;
}

static void
rate_step(void *arg, unsigned thread, size_t step)
{
	struct state *s = arg;
	struct crm_match *m = s->m;
	if (s->cache[thread] == NULL)
		s->cache[thread] = crm_cache_new();
	for (size_t i = step * STEP; i < (step + 1) * STEP &&
	    i < m->nclusters; i++) {
		struct crm_match_cluster *c = &m->cluster[i];
		crm_match_sort_members(m, m->member + (c->rec - m->member),
		    c->n);
		rate(s, thread, c);
	}
}

static void
list_clusters(struct state *s)
{
	struct crm_match *m = s->m;
	size_t n = 0, at = 0;
	for (uint32_t r = 0; r < m->n; r++)
		n += s->up[r] == r && s->size[r] > 1;
	m->nclusters = 0;
	m->cluster = crm_reallocarray(m->cluster, n + 1, sizeof(*m->cluster));
	m->member = crm_reallocarray(m->member, m->n + 1, sizeof(*m->member));
	for (uint32_t r = 0; r < m->n; r++) {
		if (s->up[r] != r || s->size[r] < 2)
			continue;
		m->cluster[m->nclusters++] = (struct crm_match_cluster){
			.rec = m->member + at, .n = s->size[r] };
		for (uint32_t x = r;; x = s->next[x]) {
			m->member[at++] = x;
			if (x == s->last[r])
				break;
		}
	}
}

/* The pairs from here on can join, whatever the trouble is. */
static void
list_edges(struct state *s, double from)
{
	const struct crm_match *m = s->m;
	s->edge = crm_reallocarray(NULL, m->npairs + 1, sizeof(*s->edge));
	for (size_t i = 0; i < m->npairs; i++)
		if (m->odds[i] >= from)
			s->edge[s->nedges++] = (struct edge){ m->odds[i],
				(uint32_t)i };
	qsort_r(s->edge, s->nedges, sizeof(*s->edge), by_odds, s->m);
}

static void
unite(struct state *s)
{
	const struct crm_match *m = s->m;
	for (uint32_t r = 0; r < m->n; r++) {
		s->up[r] = s->next[r] = s->last[r] = r;
		s->size[r] = 1;
	}
	for (size_t i = 0; i < s->nedges && s->edge[i].odds >= s->need; i++) {
		const struct crm_match_pair *q = &m->pair[s->edge[i].pair];
		uint32_t a = root(s, q->a), b = root(s, q->b);
		if (a > b) {
			uint32_t t = a;
			a = b;
			b = t;
		}
		if (a != b && may_join(s, a, b))
			join(s, a, b);
	}
	list_clusters(s);
}

/* The raw log-odds that join. */
static double
need(const struct crm_match *m)
{
	double p = m->o.group < 0.999999 ? m->o.group : 0.999999;
	return (log(p / (1 - p)) - m->model.shift) / m->model.slope;
}

/* Where there is more trouble than in an ordinary set, or less, it takes less,
 * or more, to be taken for the same; where nobody vouches for a pair the shift
 * is not to be trusted. */
static void
settle(struct state *s)
{
	struct crm_match *m = s->m;
	/* Lessons look like nothing but what was said: with them it was seen
	 * before. */
	if (!m->refined)
		crm_match_see_trouble(m);
	if (m->model.loaded || m->o.shipped)
		return;
	double by = m->taught + m->trouble - CRM_SHIFT * 25 / ((double)m->vouched + 25);
	m->model.shift += by;
	s->need = need(m);
	if (fabs(by) > 0.15)
		unite(s);
}

enum crm_status
crm_match_group(struct crm_match *m, struct crm_err *err)
{
	struct state s = { .m = m, .cache = { crm_cache_new() } };
	s.need = need(m);
	s.up = crm_reallocarray(NULL, m->n + 1, 4);
	s.next = crm_reallocarray(NULL, m->n + 1, 4);
	s.last = crm_reallocarray(NULL, m->n + 1, 4);
	s.size = crm_reallocarray(NULL, m->n + 1, 4);
	list_edges(&s, s.need - (CRM_TROUBLE_MOST + fabs(m->taught)) / m->model.slope);
	unite(&s);
	settle(&s);
	enum crm_status st = crm_match_parallel(m->o.threads,
	    (m->nclusters + STEP - 1) / STEP, rate_step, &s, err);
	if (st == CRM_OK)
		crm_match_sort_clusters(m, m->cluster, m->nclusters);
	for (size_t i = 0; m->o.across && i < m->npairs; i++)
		m->pair[i].p = crm_match_w_p(m, m->odds[i]);
	for (size_t i = 0; i < CRM_LEN(s.cache); i++)
		crm_cache_free(s.cache[i]);
	free(s.edge);
	free(s.up);
	free(s.next);
	free(s.last);
	free(s.size);
	return st;
}
