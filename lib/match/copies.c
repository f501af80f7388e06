/* Copies: records that say exactly the same, in every column. A form that was
 * sent a thousand times makes its own values frequent, and what is frequent
 * says little; nor do the copies need each other as candidates. So beyond a
 * few they stand aside while weights are learned and groups are found, and
 * then join what the first of them belongs to. */
#include "match/inner.h"

enum { KEPT = 10 };

static bool
says_something(const struct crm_match *m, uint32_t r)
{
	for (size_t c = 0; c < m->ncols; c++)
		if (CRM_AT(m, c, r))
			return true;
	return false;
}

static bool
says_the_same(const struct crm_match *m, uint32_t a, uint32_t b)
{
	bool same = m->content[a] == m->content[b];
	for (size_t c = 0; c < m->ncols && same; c++) {
		size_t na, nb;
		const uint32_t *x = crm_col_get(m, c, a, &na);
		const uint32_t *y = crm_col_get(m, c, b, &nb);
		same = na == nb && (na == 0 || memcmp(x, y, na *
		    sizeof(*x)) == 0);
	}
	return same;
}

/* Takes a record's values out of the counts. */
static void
uncount(struct crm_match *m, uint32_t r)
{
	for (size_t c = 0; c < m->ncols; c++) {
		size_t n;
		const uint32_t *v = crm_col_get(m, c, r, &n);
		m->col[c].present -= n > 0;
		for (size_t i = 0; i < n; i++)
			m->col[c].count[v[i]]--;
	}
}

/* Which record each one copies (itself, if it stays); their number. Copies
 * follow each other in the order of records. */
static size_t
find_copies(const struct crm_match *m, uint32_t *of)
{
	bool *said = crm_calloc(m->n + 1, sizeof(*said));
	size_t aside = 0;
	for (size_t i = 0; i < m->nsaid; i++)
		said[m->said[i].a] = said[m->said[i].b] = true;
	for (uint32_t i = 0, j; i < m->n; i = j) {
		of[i] = i;
		for (j = i + 1; j < m->n && says_the_same(m, i, j); j++) {
			bool stays = j - i < KEPT || !says_something(m, i) ||
			    said[j];
			of[j] = stays ? j : i;
			aside += !stays;
		}
	}
	free(said);
	return aside;
}

void
crm_match_part_copies(struct crm_match *m)
{
	uint32_t *of = crm_calloc(m->n + 1, sizeof(*of));
	m->copies = m->o.across || m->o.link ? 0 : find_copies(m, of);
	if (m->copies == 0) {
		free(of);
		return;
	}
	uint32_t *to = crm_calloc(m->n, sizeof(*to));
	struct crm_match_order *o = crm_calloc(m->n, sizeof(*o));
	size_t stay = 0, aside = m->n - m->copies;
	m->copy = crm_calloc(m->copies, sizeof(*m->copy));
	for (uint32_t r = 0; r < m->n; r++) {
		if (of[r] != r) {
			uncount(m, r);
			m->copy[aside - (m->n - m->copies)] = to[of[r]];
		}
		to[r] = (uint32_t)(of[r] == r ? stay++ : aside++);
		o[to[r]] = (struct crm_match_order){ m, r };
	}
	crm_match_permute(m, o);
	for (size_t i = 0; i < m->nsaid; i++) {
		m->said[i].a = to[m->said[i].a];
		m->said[i].b = to[m->said[i].b];
	}
	m->n -= m->copies;
	free(o);
	free(to);
	free(of);
}

/* Adds to the pairs each copy with the one it copies, as likely as that one
 * is with the next of those that stayed. */
void
crm_match_pair_copies(struct crm_match *m)
{
	if (m->copies == 0)
		return;
	double *p = crm_calloc(m->n + 1, sizeof(*p));
	for (size_t i = 0; i < m->npairs; i++) {
		uint32_t a = m->pair[i].a, b = m->pair[i].b;
		uint32_t lo = a < b ? a : b;
		if (a + b == 2 * lo + 1)
			p[lo] = m->pair[i].p;
	}
	m->pair = crm_reallocarray(m->pair, m->npairs + m->copies,
	    sizeof(*m->pair));
	for (size_t i = 0; i < m->copies; i++) {
		uint32_t x = (uint32_t)(m->n + i), y = m->copy[i];
		bool turn = crm_match_is_older(m, x, y);
		m->pair[m->npairs++] = (struct crm_match_pair){ turn ? x : y,
			turn ? y : x, p[y] };
	}
	free(p);
}

/* The clusters with the copies of their members. */
void
crm_match_join_copies(struct crm_match *m)
{
	if (m->copies == 0 || m->whole)
		return;
	uint32_t *from = crm_calloc(m->n + 2, sizeof(*from));
	size_t at = 0;
	for (size_t i = 0; i < m->copies; i++)
		from[m->copy[i] + 1]++;
	for (size_t r = 0; r < m->n; r++)
		from[r + 1] += from[r];
	m->whole = crm_calloc(m->nclusters + 1, sizeof(*m->whole));
	m->whole_member = crm_calloc(m->n + m->copies, sizeof(*m->whole_member));
	for (size_t i = 0; i < m->nclusters; i++) {
		const struct crm_match_cluster *c = &m->cluster[i];
		uint32_t *out = m->whole_member + at;
		size_t n = 0;
		for (size_t k = 0; k < c->n; k++) {
			uint32_t r = c->rec[k];
			out[n++] = r;
			for (uint32_t x = from[r]; x < from[r + 1]; x++)
				out[n++] = (uint32_t)m->n + x;
		}
		m->whole[i] = *c;
		m->whole[i].rec = out;
		m->whole[i].n = n;
		at += n;
		crm_match_sort_members(m, out, n);
	}
	crm_match_sort_clusters(m, m->whole, m->nclusters);
	free(from);
}
