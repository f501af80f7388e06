/* What speaks against a pair, whatever speaks for it. The model takes fields
 * for independent: an address, a telephone and most of a name together are then
 * beyond doubt, and nothing that one field says can undo it. Companies of one
 * group share all of these; that they are two is said by another tax number, a
 * word more in the name, another town. Such pairs are left to a person. */
#include "match/inner.h"

/* Raw log-odds: the most that a pair a person should see may have; the most of
 * one that is not the same. */
#define DOUBTFUL 4.0
#define UNLIKELY (-1.5)

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The two letters of a country before a number: 0 or 2. */
static size_t
country(struct crm_str s)
{
	return s.n > 4 && s.p[0] >= 'a' && s.p[0] <= 'z' && s.p[1] >= 'a' &&
	    s.p[1] <= 'z' && is_digit(s.p[2]) ? 2 : 0;
}

/* Numbers of one sort, as a tax office's: of one country where both say it,
 * digits in the same places, and enough of them. */
static bool
same_sort(struct crm_str a, struct crm_str b)
{
	size_t ca = country(a), cb = country(b), digits = 0;
	if (ca && cb && memcmp(a.p, b.p, 2) != 0)
		return false;
	a = crm_str_sub(a, ca, a.n);
	b = crm_str_sub(b, cb, b.n);
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (is_digit(a.p[i]) != is_digit(b.p[i]))
			return false;
		digits += is_digit(a.p[i]);
	}
	return digits >= 6;
}

/* How many edits make one of the numbers the other, at most 3; 3 also where
 * nothing is known. */
static unsigned
numbers_apart(struct crm_str a, struct crm_str b)
{
	return crm_osa_within(crm_str_sub(a, country(a), a.n),
	    crm_str_sub(b, country(b), b.n), 2);
}

struct numbers {
	bool same, other;	/* one is shared; none is, and they are of a sort */
	unsigned apart;		/* edits between the nearest */
	size_t col;
};

static void
see_column(const struct crm_match *m, size_t col, uint32_t a, uint32_t b,
    struct numbers *out)
{
	const struct crm_intern *t = &m->col[col].t;
	size_t na, nb;
	const uint32_t *va = crm_col_get(m, col, a, &na);
	const uint32_t *vb = crm_col_get(m, col, b, &nb);
	unsigned apart = 3;
	bool sort = false;
	for (size_t i = 0; i < na; i++)
		for (size_t j = 0; j < nb; j++) {
			struct crm_str x = crm_intern_str(t, va[i]);
			struct crm_str y = crm_intern_str(t, vb[j]);
			if (!same_sort(x, y))
				continue;
			unsigned d = numbers_apart(x, y);
			apart = d < apart ? d : apart;
			sort = true;
		}
	out->same |= sort && apart == 0;
	if (sort && apart > 1 && !out->other) {
		out->other = true;
		out->apart = apart;
		out->col = col;
	}
}

/* Only numbers of which nearly everybody has one of their own. */
static struct numbers
see_numbers(const struct crm_match *m, const struct crm_pattern *p, uint32_t a,
    uint32_t b)
{
	struct numbers n = { .apart = 3 };
	for (size_t c = 0; c < m->ncols; c++) {
		const struct crm_col *x = &m->col[c];
		bool own = m->o.shipped || x->exact * x->present < 3;
		if (x->feat == CRM_F_CODE && crm_pattern_get(p, c) && own)
			see_column(m, c, a, b, &n);
	}
	return n;
}

/* Where a column of this sort says that the two differ. */
static bool
differs(const struct crm_match *m, const struct crm_pattern *p,
    enum crm_feat f)
{
	for (size_t c = 0; c < m->ncols; c++)
		if (m->col[c].feat == f && crm_pattern_get(p, c) == 1)
			return true;
	return false;
}

static enum crm_firms
see_names(const struct crm_match *m, uint32_t a, uint32_t b)
{
	size_t col = (size_t)m->org, na, nb;
	const struct crm_intern *t = &m->col[col].t;
	const uint32_t *va = crm_col_get(m, col, a, &na);
	const uint32_t *vb = crm_col_get(m, col, b, &nb);
	enum crm_firms best = CRM_FIRMS_OTHER;
	for (size_t i = 0; i < na; i++)
		for (size_t j = 0; j < nb; j++) {
			enum crm_firms f = crm_match_firms(m, crm_list_of(
			    crm_intern_str(t, va[i])), crm_list_of(
			    crm_intern_str(t, vb[j])));
			best = f < best ? f : best;
		}
	return na && nb ? best : CRM_FIRMS_ALIKE;
}

static double
at_most(double odds, double most)
{
	return odds < most ? odds : most;
}

static double
by_names(enum crm_firms f, double odds)
{
	switch (f) {
	case CRM_FIRMS_ALIKE: break;
	case CRM_FIRMS_PART: return at_most(odds, DOUBTFUL);
	case CRM_FIRMS_BRANCH: return at_most(odds - 1.5, DOUBTFUL);
	case CRM_FIRMS_APART: return at_most(odds - 2, DOUBTFUL);
	case CRM_FIRMS_OTHER: return at_most(odds - 4, UNLIKELY);
	}
	return odds;
}

double
crm_match_against(const struct crm_match *m, const struct crm_pattern *p,
    uint32_t a, uint32_t b, double odds, size_t *col)
{
	if (odds < CRM_ODDS_LEAST)
		return odds;
	struct numbers n = see_numbers(m, p, a, b);
	bool firms = m->org >= 0 && crm_pattern_get(p, (size_t)m->org) &&
	    (m->given < 0 || !crm_pattern_get(p, (size_t)m->given));
	*col = n.col;
	if (n.same || (n.other && differs(m, p, CRM_F_COUNTRY)))
		return odds;
	if (n.other && firms && n.apart > 2)
		return CRM_ODDS_NEVER;
	if (n.other)
		odds = at_most(odds, DOUBTFUL);
	if (!firms)
		return odds;
	double left = by_names(see_names(m, a, b), odds);
	if (differs(m, p, CRM_F_CITY) && !differs(m, p, CRM_F_COUNTRY))
		left = at_most(left, DOUBTFUL);
	if (left < odds)
		*col = (size_t)m->org;
	return left;
}
