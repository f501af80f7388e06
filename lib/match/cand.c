/* Candidate pairs and their patterns. */
#include "match/inner.h"

enum { STEP = 2048, ALL_PAIRS = 1200, DRAWS = 500000, DRAW_STEP = 4096,
	NEIGHBOURS = 4096, ENOUGH = 5 };

/* Patterns one thread has met. */
struct table {
	struct crm_pattern *p;
	uint64_t *times;
	size_t n, cap, timescap;
	uint32_t *slot;
	size_t nslots;
	struct crm_cache *cache;
	uint8_t *score;	/* of each record: common blocks */
};

struct piece {	/* the candidates of STEP records */
	uint32_t *rec, *pat;
	size_t n, reccap, patcap;
	uint32_t count[STEP];
	unsigned thread;
};

struct job {
	struct crm_match *m;
	const struct crm_blocks *b;
	uint64_t *first;	/* record -> its places in blocks */
	uint32_t *place;
	struct piece *piece;
	struct table table[65];
	bool all;
};

static uint64_t
pattern_hash(const struct crm_pattern *p)
{
	return crm_mix64(p->w[0] ^ crm_mix64(p->w[1]));
}

static void
table_rehash(struct table *t)
{
	t->nslots = t->nslots ? t->nslots * 2 : 1024;
	free(t->slot);
	t->slot = crm_calloc(t->nslots, sizeof(*t->slot));
	for (size_t k = 0; k < t->n; k++) {
		size_t i = pattern_hash(&t->p[k]) & (t->nslots - 1);
		while (t->slot[i])
			i = (i + 1) & (t->nslots - 1);
		t->slot[i] = (uint32_t)k + 1;
	}
}

static uint32_t
table_put(struct table *t, const struct crm_pattern *p)
{
	if (t->n * 2 >= t->nslots)
		table_rehash(t);
	size_t i = pattern_hash(p) & (t->nslots - 1);
	for (; t->slot[i]; i = (i + 1) & (t->nslots - 1)) {
		const struct crm_pattern *q = &t->p[t->slot[i] - 1];
		if (q->w[0] == p->w[0] && q->w[1] == p->w[1])
			break;
	}
	if (t->slot[i] == 0) {
		crm_grow(&t->p, &t->cap, t->n + 1, sizeof(*t->p));
		crm_grow(&t->times, &t->timescap, t->n + 1,
		    sizeof(*t->times));
		t->p[t->n] = *p;
		t->times[t->n++] = 0;
		t->slot[i] = (uint32_t)t->n;
	}
	t->times[t->slot[i] - 1]++;
	return t->slot[i] - 1;
}

static void
table_release(struct table *t)
{
	free(t->p);
	free(t->times);
	free(t->slot);
	free(t->score);
	crm_cache_free(t->cache);
}

/* Sorts few numbers, as they mostly are, by insertion. */
static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static void
sort_numbers(uint32_t *v, size_t n)
{
	if (n > 64) {
		qsort(v, n, sizeof(*v), by_number);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		uint32_t x = v[i];
		size_t j = i;
		for (; j && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
	}
}

/* What a common block of this size is worth: the fewer share it, the more. One
 * of ENOUGH makes a candidate: five records or fewer, or several blocks. */
static uint64_t
worth(size_t size)
{
	return 24 / (size > 1 ? size - 1 : 1);
}

/* Counts w more for the pair with rec; what it is worth at ENOUGH lists it. */
static inline size_t
meet(uint8_t *score, uint32_t rec, uint64_t w, uint32_t *met, size_t n)
{
	if (score[rec] == 0) {
		if (n == NEIGHBOURS)
			return n;
		met[n++] = rec;
	}
	score[rec] = (uint8_t)(score[rec] + w < 255 ? score[rec] + w : 255);
	return n;
}

/* The records after rec that share a block with it, each once, ascending.
 * score holds zeros, one a record, before and after. */
static size_t
neighbours(const struct job *j, uint32_t rec, uint8_t *score, uint32_t *out)
{
	uint32_t met[NEIGHBOURS] CRM_MATCH_RAW;
	size_t n = 0, k = 0;
	if (j->all) {
		for (uint32_t r = rec + 1; r < j->m->n; r++)
			out[n++] = r;
		return n;
	}
	for (uint64_t i = j->first[rec]; i < j->first[rec + 1]; i++) {
		const uint32_t *e = j->b->member + j->place[i];
		uint64_t w = worth((*e & ~CRM_BLOCK_LAST) / CRM_MAXREC);
		while (!(*e & CRM_BLOCK_LAST))
			n = meet(score, *++e & (CRM_MAXREC - 1), w, met, n);
	}
	bool twin = rec + 1 < j->m->n &&
	    j->m->content[rec] == j->m->content[rec + 1];
	if (twin)
		n = meet(score, rec + 1, 255, met, n);
	for (size_t i = 0; i < n; i++) {
		if (score[met[i]] >= ENOUGH)
			out[k++] = met[i];
		score[met[i]] = 0;
	}
	sort_numbers(out, k);
	return k;
}

/* Asks for what neighbours() will read. */
static void
fetch_blocks(const struct job *j, size_t rec)
{
	if (j->all || rec >= j->m->n)
		return;
	for (uint64_t i = j->first[rec]; i < j->first[rec + 1]; i++)
		__builtin_prefetch(j->b->member + j->place[i]);
}

static bool
allowed(const struct crm_match *m, uint32_t a, uint32_t b)
{
	return !(m->o.link || m->o.across) || m->source[a] != m->source[b] ||
	    !m->source[a];
}

/* Finds and compares the candidates of one record. What a comparison reads is
 * spread over memory: it is asked for some comparisons ahead. */
static size_t
compare_record(const struct job *j, struct table *t, struct piece *p,
    uint32_t rec)
{
	uint32_t near[NEIGHBOURS] CRM_MATCH_RAW;
	const struct crm_match *m = j->m;
	size_t n = neighbours(j, rec, t->score, near), had = p->n;
	crm_grow(&p->rec, &p->reccap, p->n + n, sizeof(*p->rec));
	crm_grow(&p->pat, &p->patcap, p->n + n, sizeof(*p->pat));
	for (size_t i = 0; i < n; i++)
		__builtin_prefetch(&CRM_AT(m, 0, near[i]));
	for (size_t i = 0; i < n && i < 4; i++)
		crm_match_fetch(m, near[i], i > 1);
	for (size_t i = 0; i < n; i++) {
		struct crm_pattern pat;
		if (i + 4 < n)
			crm_match_fetch(m, near[i + 4], true);
		if (i + 2 < n)
			crm_match_fetch(m, near[i + 2], false);
		if (!allowed(m, rec, near[i]))
			continue;
		crm_match_compare(m, t->cache, rec, near[i], &pat);
		p->rec[p->n] = near[i];
		p->pat[p->n++] = table_put(t, &pat);
	}
	return p->n - had;
}

static void
compare_step(void *arg, unsigned thread, size_t step)
{
	struct job *j = arg;
	struct piece *p = &j->piece[step];
	struct table *t = &j->table[thread];
	p->thread = thread;
	if (t->cache == NULL) {
		t->cache = crm_cache_new();
		t->score = crm_calloc(j->m->n + 1, 1);
	}
	for (size_t k = 0; k < STEP && step * STEP + k < j->m->n; k++) {
		uint32_t rec = (uint32_t)(step * STEP + k);
		fetch_blocks(j, rec + 3);
		p->count[k] = (uint32_t)compare_record(j, t, p, rec);
	}
}

/* Where each record stands in blocks, but for the last of a block, which need
 * not look further. */
static enum crm_status
index_blocks(struct job *j, struct crm_err *err)
{
	size_t n = j->m->n;
	if (j->b->n > UINT32_MAX)
		return crm_err_set(err, CRM_USAGE, "match.many",
		    _("too many records"));
	j->first = crm_calloc(n + 2, sizeof(*j->first));
	for (size_t i = 0; i < j->b->n; i++)
		j->first[(j->b->member[i] & (CRM_MAXREC - 1)) + 1] +=
		    !(j->b->member[i] & CRM_BLOCK_LAST);
	for (size_t r = 0; r < n; r++)
		j->first[r + 1] += j->first[r];
	j->place = crm_reallocarray(NULL, j->first[n] + 1, sizeof(*j->place));
	for (size_t i = 0; i < j->b->n; i++)
		if (!(j->b->member[i] & CRM_BLOCK_LAST))
			j->place[j->first[j->b->member[i] &
			    (CRM_MAXREC - 1)]++] = (uint32_t)i;
	for (size_t r = n; r > 0; r--)
		j->first[r] = j->first[r - 1];
	j->first[0] = 0;
	return CRM_OK;
}

static int
by_pattern(const void *a, const void *b)
{
	const struct crm_pattern *x = a, *y = b;
	if (x->w[1] != y->w[1])
		return x->w[1] < y->w[1] ? -1 : 1;
	return (x->w[0] > y->w[0]) - (x->w[0] < y->w[0]);
}

/* One numbering of all patterns, in their own order. */
static void
merge_tables(struct job *j, uint32_t *to[65])
{
	struct crm_cands *c = &j->m->cand;
	size_t all = 0;
	for (size_t t = 0; t < 65; t++)
		all += j->table[t].n;
	c->pattern = crm_reallocarray(NULL, all + 1, sizeof(*c->pattern));
	c->npatterns = 0;
	for (size_t t = 0; t < 65; t++)
		for (size_t i = 0; i < j->table[t].n; i++)
			c->pattern[c->npatterns++] = j->table[t].p[i];
	qsort(c->pattern, c->npatterns, sizeof(*c->pattern), by_pattern);
	size_t k = 0;
	for (size_t i = 0; i < c->npatterns; i++)
		if (i == 0 || by_pattern(&c->pattern[i], &c->pattern[i - 1]))
			c->pattern[k++] = c->pattern[i];
	c->npatterns = k;
	c->times = crm_calloc(k + 1, sizeof(*c->times));
	for (size_t t = 0; t < 65; t++) {
		to[t] = crm_reallocarray(NULL, j->table[t].n + 1, 4);
		for (size_t i = 0; i < j->table[t].n; i++) {
			const struct crm_pattern *p = bsearch(&j->table[t].p[i],
			    c->pattern, k, sizeof(*p), by_pattern);
			to[t][i] = (uint32_t)(p - c->pattern);
			c->times[to[t][i]] += j->table[t].times[i];
		}
	}
}

static void
gather(struct job *j, size_t steps)
{
	struct crm_cands *c = &j->m->cand;
	uint32_t *to[65];
	merge_tables(j, to);
	for (size_t s = 0; s < steps; s++)
		c->n += j->piece[s].n;
	c->first = crm_calloc(j->m->n + 2, sizeof(*c->first));
	c->rec = crm_reallocarray(NULL, c->n + 1, sizeof(*c->rec));
	c->pat = crm_reallocarray(NULL, c->n + 1, sizeof(*c->pat));
	uint64_t at = 0;
	for (size_t s = 0; s < steps; s++) {
		struct piece *p = &j->piece[s];
		for (size_t i = 0; i < p->n; i++) {
			c->rec[at + i] = p->rec[i];
			c->pat[at + i] = to[p->thread][p->pat[i]];
		}
		for (size_t k = 0; k < STEP && s * STEP + k < j->m->n; k++)
			c->first[s * STEP + k + 1] = p->count[k];
		at += p->n;
		free(p->rec);
		free(p->pat);
	}
	for (size_t r = 0; r < j->m->n; r++)
		c->first[r + 1] += c->first[r];
	for (size_t t = 0; t < 65; t++)
		free(to[t]);
}

enum crm_status
crm_match_candidates(struct crm_match *m, struct crm_err *err)
{
	struct crm_blocks b = { 0 };
	struct job *j = crm_calloc(1, sizeof(*j));
	j->m = m;
	j->b = &b;
	j->all = m->n <= ALL_PAIRS;
	enum crm_status st = j->all ? CRM_OK : crm_match_block(m, &b, err);
	if (st == CRM_OK && !j->all)
		st = index_blocks(j, err);
	size_t steps = (m->n + STEP - 1) / STEP;
	j->piece = crm_calloc(steps + 1, sizeof(*j->piece));
	if (st == CRM_OK)
		st = crm_match_parallel(m->o.threads, steps, compare_step, j, err);
	crm_blocks_release(&b);
	free(j->first);
	free(j->place);
	gather(j, steps);
	for (size_t t = 0; t < 65; t++)
		table_release(&j->table[t]);
	free(j->piece);
	free(j);
	return st;
}

struct draw {
	const struct crm_match *m;
	uint64_t count[65][CRM_MAXCOL][16];
	struct crm_cache *cache[65];
};

/* The records of a draw. */
static void
draw(const struct crm_match *m, uint64_t t, uint32_t rec[2])
{
	rec[0] = (uint32_t)(crm_mix64(2 * t) % m->n);
	rec[1] = (uint32_t)(crm_mix64(2 * t + 1) % m->n);
}

/* Asks for what draws soon to come will read. */
static void
fetch_draws(const struct crm_match *m, uint64_t t)
{
	uint32_t rec[2];
	for (uint64_t ahead = 2; ahead <= 8; ahead *= 2) {
		draw(m, t + ahead, rec);
		for (int k = 0; k < 2; k++)
			if (ahead == 8)
				__builtin_prefetch(&CRM_AT(m, 0, rec[k]));
			else
				crm_match_fetch(m, rec[k], ahead == 4);
	}
}

static void
draw_step(void *arg, unsigned thread, size_t step)
{
	struct draw *d = arg;
	const struct crm_match *m = d->m;
	if (d->cache[thread] == NULL)
		d->cache[thread] = crm_cache_new();
	for (uint64_t t = step * DRAW_STEP; t < (step + 1) * DRAW_STEP; t++) {
		uint32_t r[2];
		struct crm_pattern p;
		fetch_draws(m, t);
		draw(m, t, r);
		if (r[0] == r[1] || !allowed(m, r[0], r[1]))
			continue;
		crm_match_compare(m, d->cache[thread], r[0], r[1], &p);
		for (size_t c = 0; c < m->ncols; c++)
			d->count[thread][c][crm_pattern_get(&p, c)]++;
	}
}

/* Where the candidates are all pairs, they are their own sample. */
static void
count_all(const struct crm_cands *c, size_t cols,
    uint64_t count[CRM_MAXCOL][16])
{
	for (size_t i = 0; i < c->npatterns; i++)
		for (size_t k = 0; k < cols; k++)
			count[k][crm_pattern_get(&c->pattern[i], k)] +=
			    c->times[i];
}

enum crm_status
crm_match_random(struct crm_match *m, uint64_t count[CRM_MAXCOL][16],
    struct crm_err *err)
{
	memset(count, 0, sizeof(uint64_t) * CRM_MAXCOL * 16);
	if (m->n <= ALL_PAIRS) {
		count_all(&m->cand, m->ncols, count);
		return CRM_OK;
	}
	struct draw *d = crm_calloc(1, sizeof(*d));
	d->m = m;
	enum crm_status st = crm_match_parallel(m->o.threads, m->n < 2 ? 0 :
	    DRAWS / DRAW_STEP, draw_step, d, err);
	for (size_t t = 0; t < 65; t++) {
		for (size_t c = 0; c < m->ncols; c++)
			for (size_t l = 0; l < 16; l++)
				count[c][l] += d->count[t][c][l];
		crm_cache_free(d->cache[t]);
	}
	free(d);
	return st;
}
