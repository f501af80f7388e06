/* Levels of agreement of everything but persons' names. */
#include "match/inner.h"
#include "match/similar.h"

struct overlap {
	double dice;	/* shared over all */
	double part;	/* shared over the poorer side */
	bool exact;	/* every word, the same */
};

static double
sim_value(enum crm_sim s)
{
	switch (s) {
	case CRM_SIM_EXACT: return 1;
	case CRM_SIM_NEAR: return 0.9;
	case CRM_SIM_NICK: return 0.3;
	case CRM_SIM_INITIAL: return 0.4;
	case CRM_SIM_FAIR: return 0.5;
	case CRM_SIM_FAR: case CRM_SIM_NONE: break;
	}
	return 0;
}

/* Words matched one to one, the best first partner taken; a word may also
 * match two neighbours run together. */
static struct overlap
overlap(const struct crm_match *m, const struct crm_col *c, struct crm_list a,
    struct crm_list b)
{
	double wb[CRM_MAXTOK], sum_a = 0, sum_b = 0, hit = 0;
	bool used[CRM_MAXTOK] = { false }, exact = a.n == b.n;
	for (size_t j = 0; j < b.n; j++)
		sum_b += wb[j] = c->weight[b.t[j]];
	for (size_t i = 0; i < a.n; i++) {
		double wa = c->weight[a.t[i]], best = 0;
		size_t at = b.n;
		sum_a += wa;
		for (size_t j = 0; j < b.n; j++) {
			double v = used[j] ? 0 :
			    sim_value(crm_token_sim(m, a.t[i], b.t[j]));
			if (v > best) {
				best = v;
				at = j;
			}
		}
		exact &= best >= 1;
		if (at < b.n) {
			used[at] = true;
			hit += best * (wa + wb[at]);
		}
	}
	double low = sum_a < sum_b ? sum_a : sum_b, all = sum_a + sum_b;
	double part = low > 0 ? hit / 2 / low : 0;
	return (struct overlap){ all > 0 ? hit / all : 0,
	    part > 1 ? 1 : part, exact };
}

/* Letters of both run together, near enough to be the same. */
static bool
glued(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	size_t na = crm_token_glue_len(m, a), nb = crm_token_glue_len(m, b);
	size_t longer = na > nb ? na : nb;
	unsigned max = longer >= 12 ? 2 : longer >= 7 ? 1 : 0;
	return na > 3 && nb > 3 && crm_token_glue_osa(m, a, b, max) <= max;
}

/* One is the initials of the other: IBM. */
static bool
acronym(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	struct crm_list s = a.n == 1 ? a : b, l = a.n == 1 ? b : a;
	if (s.n != 1 || l.n < 3)
		return false;
	struct crm_str w = crm_token_latin(m, s.t[0]);
	size_t k = 0;
	for (size_t i = 0; i < l.n; i++) {
		struct crm_str x = crm_token_latin(m, l.t[i]);
		if (k < w.n && x.n && x.p[0] == w.p[k])
			k++;
		else if (!(m->tok[l.t[i]].word->flags & CRM_WORD_NOISE))
			return false;
	}
	return k == w.n && k >= 2;
}

/* 6 the same, 5 nearly or with another legal form, 4 one is part of the other
 * or most is shared, 3 more than half, 2 something, 1 different. The first
 * number is the class of legal form. */
unsigned
crm_match_level_org(const struct crm_match *m, const struct crm_col *c,
    struct crm_list a, struct crm_list b)
{
	bool clash = a.t[0] && b.t[0] && a.t[0] != b.t[0];
	struct crm_list x = { a.t + 1, a.n - 1 }, y = { b.t + 1, b.n - 1 };
	struct overlap o = overlap(m, c, x, y);
	unsigned level = o.dice >= 0.88 ? 5 : o.dice >= 0.7 ? 4 :
	    o.dice >= 0.5 ? 3 : o.dice >= 0.3 ? 2 : 1;
	if (o.exact)
		level = 6;
	else if (level < 5 && glued(m, x, y))
		level = 5;
	else if (level < 4 && o.part >= 0.95)
		level = o.dice >= 0.4 ? 4 : 3;
	else if (level < 4 && acronym(m, x, y))
		level = 4;
	if (level <= 2 && crm_token_apart(m, x, y))
		return 0;
	return level >= 6 && clash ? 5 : level;
}

static unsigned
level_text(const struct crm_match *m, const struct crm_col *c,
    struct crm_list a, struct crm_list b)
{
	struct overlap o = overlap(m, c, a, b);
	if (o.exact)
		return 6;
	return o.dice >= 0.85 || glued(m, a, b) ? 5 : o.dice >= 0.65 ? 4 :
	    o.dice >= 0.45 || o.part >= 0.95 ? 3 : o.dice >= 0.25 ? 2 : 1;
}

/* 5 the same, 4 near, 3 a word shared or similar, 2 far, 1 different. */
static unsigned
level_city(const struct crm_match *m, const struct crm_col *c,
    struct crm_list a, struct crm_list b)
{
	struct overlap o = overlap(m, c, a, b);
	if (o.exact)
		return 5;
	if (o.dice >= 0.85 || glued(m, a, b))
		return 4;
	if (o.dice >= 0.4)
		return 3;
	if (crm_token_apart(m, a, b))
		return 0;
	return o.dice > 0.1 || (a.n == 1 && b.n == 1 &&
	    crm_token_sim(m, a.t[0], b.t[0]) == CRM_SIM_FAR) ? 2 : 1;
}

/* 8 all the same, 7 name and number, 6 name nearly and number, 5 name, a
 * number missing, 4 number and something of the name, 3 name but another
 * number, 2 something of the name, 1 different. */
static unsigned
level_street(const struct crm_match *m, const struct crm_col *c,
    struct crm_list a, struct crm_list b)
{
	struct crm_list x = { a.t + 2, a.n - 2 }, y = { b.t + 2, b.n - 2 };
	bool same = a.t[0] == b.t[0] && a.t[0];
	bool other = a.t[0] && b.t[0] && a.t[0] != b.t[0];
	bool cross = other && ((a.t[1] && a.t[1] == b.t[0]) ||
	    (b.t[1] && b.t[1] == a.t[0]));
	if (x.n == 0 || y.n == 0)
		return same ? x.n + y.n ? 4 : a.t[1] == b.t[1] ? 8 : 7 : 1;
	struct overlap o = overlap(m, c, x, y);
	if (o.dice < 0.4 && crm_token_apart(m, x, y))
		return same ? 4 : 0;
	bool near = o.dice >= 0.75 || o.part >= 0.9 || glued(m, x, y);
	bool some = o.dice >= 0.4 || o.part >= 0.7;
	if (o.exact && same)
		return a.t[1] == b.t[1] || !a.t[1] || !b.t[1] ? 8 : 7;
	if (same || cross)
		return near ? cross ? 5 : 6 : some ? 4 : 1;
	if (!other)
		return near ? a.t[0] || b.t[0] ? 5 : o.exact ? 7 : 6 :
		    some ? 2 : 1;
	return near ? 3 : some ? 2 : 1;
}

/* The number at the end of a mailbox's name. */
static struct crm_str
number_of(struct crm_str local)
{
	size_t i = local.n;
	while (i && local.p[i - 1] >= '0' && local.p[i - 1] <= '9')
		i--;
	return crm_str_sub(local, i, local.n);
}

/* Names with a number each that has nothing to do with the other's: anna71 and
 * anna158. Mailboxes are called after people, so what is left in common is no
 * more than what their names say already: nothing is known. */
static bool
numbered_apart(struct crm_str a, struct crm_str b)
{
	struct crm_str x = number_of(a), y = number_of(b);
	return x.n > 1 && y.n > 1 && crm_osa_within(x, y, 1) > 1;
}

/* 7 the same mailbox, 6 nearly, 5 the same name elsewhere or one letter off,
 * 4 the same office's mailbox, 3 similar name, 2 the same company's domain,
 * 1 different, 0 nothing is known. */
static unsigned
level_email(struct crm_str a, struct crm_str b, bool same)
{
	struct crm_match_email x = crm_match_email_parse(a), y = crm_match_email_parse(b);
	if (same)
		return x.role ? 4 : 7;
	bool domain = crm_str_eq(x.domain, y.domain);
	if (x.role || y.role)
		return domain && !x.open ? 2 : 1;
	unsigned local = crm_osa_within(x.local, y.local, 2);
	size_t n = x.local.n < y.local.n ? x.local.n : y.local.n;
	if (domain && local <= 2 && n >= 6)
		return 6;
	if (local == 0 && n >= 4)
		return crm_osa_within(x.domain, y.domain, 2) <= 2 ? 6 : 5;
	if (local == 1 && n >= 6)
		return crm_osa_within(x.domain, y.domain, 1) <= 1 ? 6 : 5;
	if (n >= 4 && crm_jaro_winkler_from(x.local, y.local, 900) >= 900)
		return numbered_apart(x.local, y.local) ? 0 : 3;
	return domain && !x.open ? 2 : 1;
}

/* The last eight digits: 4 the same, 3 one off, 2 two off, 1 different. */
static unsigned
level_phone(struct crm_str a, struct crm_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	n = n > 8 ? 8 : n;
	a = crm_str_sub(a, a.n - n, n);
	b = crm_str_sub(b, b.n - n, n);
	unsigned d = n < 6 ? crm_str_eq(a, b) ? 0 : 9 : crm_osa_within(a, b, 2);
	return d == 0 ? 4 : d == 1 ? 3 : d == 2 && n >= 7 ? 2 : 1;
}

/* Two dates as they stand: YYYYMMDD, zeros where a part is not said. */
static unsigned
date_once(const char *x, const char *y)
{
	bool year = memcmp(x, y, 4) == 0, month = memcmp(x + 4, y + 4, 2) == 0;
	bool day = memcmp(x + 6, y + 6, 2) == 0;
	if (year && month && day)
		return 6;
	bool nm = memcmp(x + 4, "00", 2) == 0 || memcmp(y + 4, "00", 2) == 0;
	bool nd = memcmp(x + 6, "00", 2) == 0 || memcmp(y + 6, "00", 2) == 0;
	if (nm || nd)
		return year && (month || nm) ? 4 : year ? 2 : 1;
	if (year && memcmp(x + 4, y + 6, 2) == 0 &&
	    memcmp(x + 6, y + 4, 2) == 0)
		return 5;
	int parts = year + month + day;
	unsigned d = crm_osa_within((struct crm_str){ x, 8 },
	    (struct crm_str){ y, 8 }, 2);
	return d == 1 ? 5 : d == 2 || (parts == 2 && !year) ? 4 :
	    parts == 2 ? 3 : year ? 2 : 1;
}

static void
turn_date(char out[8], struct crm_str s)
{
	memcpy(out, s.p, 4);
	memcpy(out + 4, s.p + 6, 2);
	memcpy(out + 6, s.p + 4, 2);
}

/* 6 the same, 5 a digit off or day and month the other way, 4 two digits off,
 * 3 two parts of three, 2 the year, 1 different. */
static unsigned
level_date(struct crm_str a, struct crm_str b)
{
	char turned[8];
	unsigned best = date_once(a.p, b.p);
	for (int k = 0; k < 2; k++) {
		struct crm_str s = k ? b : a;
		if (s.n <= 8)
			continue;
		turn_date(turned, s);
		unsigned l = date_once(turned, k ? a.p : b.p);
		best = l > best ? l : best;
	}
	return best;
}

/* 4 the same, 3 a character off, 2 two off (postcode: the same beginning),
 * 1 different. */
static unsigned
level_code(struct crm_str a, struct crm_str b, bool post)
{
	size_t n = a.n < b.n ? a.n : b.n;
	unsigned d = crm_osa_within(a, b, 2);
	if (d == 1 && n >= 3)
		return 3;
	if (post)
		return n >= 4 && memcmp(a.p, b.p, n >= 5 ? 3 : 2) == 0 ? 2 : 1;
	return d == 2 && n >= 6 ? 2 : 1;
}

unsigned
crm_match_level_value(const struct crm_match *m, const struct crm_col *c, uint32_t a,
    uint32_t b)
{
	struct crm_str x = crm_intern_str(&c->t, a);
	struct crm_str y = crm_intern_str(&c->t, b);
	switch (c->feat) {
	case CRM_F_EMAIL:
		return level_email(x, y, a == b);
	case CRM_F_PHONE:
		return level_phone(x, y);
	case CRM_F_DATE:
		return a == b ? 6 : level_date(x, y);
	case CRM_F_CODE: case CRM_F_POST:
		return a == b ? 4 : level_code(x, y, c->feat == CRM_F_POST);
	case CRM_F_COUNTRY:
		return a == b ? 2 : 1;
	case CRM_F_ORG:
		return crm_match_level_org(m, c, crm_list_of(x), crm_list_of(y));
	case CRM_F_STREET:
		return level_street(m, c, crm_list_of(x), crm_list_of(y));
	case CRM_F_CITY:
		return level_city(m, c, crm_list_of(x), crm_list_of(y));
	case CRM_F_TEXT:
		return level_text(m, c, crm_list_of(x), crm_list_of(y));
	case CRM_F_GIVEN: case CRM_F_FAMILY: case CRM_FEATS:
		break;
	}
	return 1;
}
