/* What a caller asks of the results: kinds by name, pairs, reasons,
 * expectations. */
#include "match/inner.h"

#include <math.h>

const char *
crm_match_kind_name(enum crm_match_kind k)
{
	static const char *const t[] = { "given_name", "family_name", "name",
		"organisation", "email", "phone", "date", "code", "street",
		"postcode", "city", "country", "text" };
	return k < CRM_MATCH_KINDS ? t[k] : NULL;
}

bool
crm_match_kind_of(struct crm_str name, enum crm_match_kind *k)
{
	for (int i = 0; i < CRM_MATCH_KINDS; i++)
		if (crm_str_is(name, crm_match_kind_name(
		    (enum crm_match_kind)i))) {
			*k = (enum crm_match_kind)i;
			return true;
		}
	return false;
}

static int
by_ids(const void *x, const void *y, void *arg)
{
	const struct crm_match_pair *a = x, *b = y;
	const struct crm_match *m = arg;
	int c = strverscmp(m->id[a->a].p, m->id[b->a].p);
	if (c == 0)
		c = strverscmp(m->id[a->b].p, m->id[b->b].p);
	if (c == 0)
		c = (a->a > b->a) - (a->a < b->a);
	return c ? c : (a->b > b->b) - (a->b < b->b);
}

const struct crm_match_pair *
crm_match_pairs(struct crm_match *m, double p, size_t *n)
{
	size_t k = 0;
	if (!m->settled && !m->o.across)
		crm_match_among(m);
	if (!m->settled)
		crm_match_pair_copies(m);
	m->settled = true;
	for (size_t i = 0; i < m->npairs; i++)
		if (m->pair[i].p >= p)
			m->pair[k++] = m->pair[i];
	m->npairs = k;
	if (k)
		qsort_r(m->pair, k, sizeof(*m->pair), by_ids, m);
	*n = k;
	return m->pair;
}

const struct crm_match_cluster *
crm_match_clusters(struct crm_match *m, size_t *n)
{
	crm_match_join_copies(m);
	*n = m->nclusters;
	return m->whole ? m->whole : m->cluster;
}

size_t
crm_match_explain(const struct crm_match *m, uint32_t a, uint32_t b,
    struct crm_match_why why[24], double *prior, double *p)
{
	struct crm_pattern none = { { 0, 0 } }, pat;
	double bits = m->model.slope / log(2), per[CRM_MAXCOL];
	size_t n = 0;
	crm_match_compare(m, NULL, a < b ? a : b, a < b ? b : a, &pat);
	*prior = crm_match_w_odds(m, &none) * bits + m->model.shift / log(2);
	*p = crm_match_w_p(m, crm_match_w_pair(m, &pat, a, b, per));
	for (size_t c = 0; c < m->ncols; c++) {
		unsigned l = crm_pattern_get(&pat, c);
		if (l)
			why[n++] = (struct crm_match_why){ m->col[c].name,
				crm_match_level_name(m->col[c].feat, l),
				per[c] * bits };
	}
	return n;
}

void
crm_match_expect(const struct crm_match *m, double threshold,
    double *precision, double *recall)
{
	double above = 0, right = 0, all = 0, pairs = (double)m->n *
	    ((double)m->n - 1) / 2;
	for (size_t i = 0; i < m->npairs; i++) {
		double p = m->pair[i].p;
		all += p;
		if (p < threshold)
			continue;
		above++;
		right += p;
	}
	double known = (m->model.part[0].pm + (m->org >= 0 ?
	    m->model.part[1].pm : 0)) * pairs;
	if (known > all)
		all = known;
	*precision = above > 0 ? right / above : 1;
	*recall = all > 0 ? right / all : 1;
}
