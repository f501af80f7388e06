/* Levels of agreement of persons' names. */
#include "match/inner.h"
#include "match/similar.h"

static bool
particle(const struct crm_match *m, uint32_t t)
{
	return (m->tok[t].word->flags & CRM_WORD_PARTICLE) != 0;
}

/* Both lists are the same words in the same order. */
static bool
equal(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (m->tok[a.t[i]].latin != m->tok[b.t[i]].latin)
			return false;
	return true;
}

static bool
initial(const struct crm_match *m, uint32_t t)
{
	return m->tok[t].initial;
}

/* Something, but nothing but initials. */
static bool
initials(const struct crm_match *m, struct crm_list l)
{
	for (size_t i = 0; i < l.n; i++)
		if (!initial(m, l.t[i]))
			return false;
	return l.n > 0;
}

/* One is a lone initial and stands for a later name of the other: it says
 * nothing of the first. */
static bool
middle_only(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	struct crm_list one = a.n == 1 ? a : b, many = a.n == 1 ? b : a;
	if (one.n != 1 || !initial(m, one.t[0]))
		return false;
	for (size_t i = 1; i < many.n; i++)
		if (crm_token_sim(m, one.t[0], many.t[i]) >= CRM_SIM_INITIAL)
			return true;
	return false;
}

/* True where a name has a word that is no initial and no particle, and not
 * marked as found. */
static bool
lacks(const struct crm_match *m, struct crm_list l, const bool *found)
{
	for (size_t i = 0; i < l.n; i++)
		if (!found[i] && !initial(m, l.t[i]) && !particle(m, l.t[i]))
			return true;
	return false;
}

/* What the words behind the first say: 1 agree or only one side has them,
 * 0 a little, -1 they speak against. */
static int
middle(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	bool found[2][CRM_MAXTOK] = { { true }, { true } };
	bool agree = false, fair = false;
	if (a.n < 2 || b.n < 2)
		return 1;
	for (size_t i = 1; i < a.n; i++)
		for (size_t j = 1; j < b.n; j++) {
			enum crm_sim s = crm_token_sim(m, a.t[i], b.t[j]);
			agree |= s >= CRM_SIM_INITIAL;
			fair |= s == CRM_SIM_FAIR;
			if (s >= CRM_SIM_INITIAL)
				found[0][i] = found[1][j] = true;
		}
	if (agree && !(lacks(m, a, found[0]) && lacks(m, b, found[1])))
		return 1;
	return fair ? 0 : -1;
}

/* JP for Jean-Pierre. */
static bool
stands_for(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	struct crm_str s = crm_token_latin(m, a.t[0]);
	if (b.n != s.n || !crm_token_initials(m, a.t[0]))
		return false;
	for (size_t i = 0; i < b.n; i++)
		if (crm_token_latin(m, b.t[i]).p[0] != s.p[i])
			return false;
	return true;
}

/* Levels: 9 exact, 8 one has more names, 7 near, 6 nickname, 5 initial,
 * 4 first alike but the middle differs, 3 a word shared or similar, 2 far,
 * 1 different, 0 nothing can be said. */
unsigned
crm_match_level_given(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	if (equal(m, a, b))
		return !initials(m, a) ? 9 : a.n > 1 ? 7 : 5;
	enum crm_sim first = crm_token_sim(m, a.t[0], b.t[0]);
	if (first == CRM_SIM_NONE && middle_only(m, a, b))
		return 0;
	if (first == CRM_SIM_EXACT && initial(m, a.t[0]))
		first = CRM_SIM_INITIAL;
	int mid = middle(m, a, b);
	if (mid < 0 && first >= CRM_SIM_INITIAL)
		return 4;
	if (first == CRM_SIM_EXACT)
		return 8;
	if (first != CRM_SIM_NICK && crm_token_sexes(m, a.t[0], b.t[0]))
		return 1;
	if (first == CRM_SIM_NEAR)
		return crm_token_others(m, a.t[0], b.t[0]) ? 2 : 7;
	if (a.n != b.n && crm_sound_joined(m, a, b) >= 880)
		return 7;
	if (stands_for(m, a, b) || stands_for(m, b, a))
		return 5;
	if (a.n != b.n || a.n > 1) {
		size_t na = crm_token_glue_len(m, a);
		unsigned max = na > 7 ? 1 : 0;
		if (na > 3 && crm_token_glue_len(m, b) > 3 &&
		    crm_token_glue_osa(m, a, b, max) <= max)
			return 7;
	}
	if (first == CRM_SIM_NICK)
		return 6;
	if (first == CRM_SIM_INITIAL)
		return 5;
	enum crm_sim best = first;
	for (size_t i = 0; i < a.n; i++)
		for (size_t j = 0; j < b.n; j++) {
			if (i + j == 0 || m->tok[a.t[i]].len < 2)
				continue;
			enum crm_sim s = crm_token_sim(m, a.t[i], b.t[j]);
			if (s >= CRM_SIM_NEAR)
				return i && j && best < CRM_SIM_FAIR ? 2 : 3;
		}
	return best == CRM_SIM_FAIR ? 3 : best == CRM_SIM_FAR ? 2 : 1;
}

/* As many words, and each near the one in the same place. */
static bool
all_near(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (crm_token_sim(m, a.t[i], b.t[i]) < CRM_SIM_NEAR)
			return false;
	return true;
}

/* Levels: 7 exact, 6 near, 5 one has more surnames, 4 initial, 3 similar,
 * 2 far, 1 different. */
unsigned
crm_match_level_family(const struct crm_match *m, struct crm_list a,
    struct crm_list b)
{
	if (equal(m, a, b))
		return 7;
	enum crm_sim best = CRM_SIM_NONE;
	for (size_t i = 0; i < a.n; i++)
		for (size_t j = 0; j < b.n; j++) {
			bool minor = (a.n > 1 && particle(m, a.t[i])) ||
			    (b.n > 1 && particle(m, b.t[j]));
			enum crm_sim s = minor ? CRM_SIM_NONE :
			    crm_token_sim(m, a.t[i], b.t[j]);
			best = s > best ? s : best;
		}
	if (all_near(m, a, b) || (a.n != b.n &&
	    crm_sound_joined(m, a, b) >= 880))
		return 6;
	if (a.n > 1 || b.n > 1) {
		if (crm_token_glue_len(m, a) > 4 &&
		    crm_token_glue_len(m, b) > 4 &&
		    crm_token_glue_osa(m, a, b, 1) <= 1)
			return 6;
		if (best >= CRM_SIM_NEAR)
			return 5;
	}
	return best == CRM_SIM_INITIAL ? 4 : best >= CRM_SIM_FAIR ? 3 :
	    best == CRM_SIM_FAR ? 2 : 1;
}

/* All words of both names, whatever their place: how many of the smaller name
 * find a partner, as whole words and in all. Where each name has a word that
 * the other lacks, they differ. */
static bool
cover(const struct crm_match *m, struct crm_list a, struct crm_list b,
    size_t *whole, bool *all_exact)
{
	bool used[CRM_MAXTOK] = { false }, found[2][CRM_MAXTOK] = { { false } };
	size_t hit = 0;
	*whole = 0;
	*all_exact = a.n == b.n;
	for (size_t i = 0; i < a.n; i++) {
		size_t at = b.n;
		enum crm_sim best = CRM_SIM_FAIR;
		for (size_t j = 0; j < b.n; j++) {
			bool minor = b.n > 1 && particle(m, b.t[j]) &&
			    !particle(m, a.t[i]);
			enum crm_sim s = used[j] || minor ? CRM_SIM_NONE :
			    crm_token_sim(m, a.t[i], b.t[j]);
			if (s > best) {
				best = s;
				at = j;
			}
		}
		if (at == b.n) {
			if (!particle(m, a.t[i]))
				return false;
			continue;
		}
		used[at] = true;
		hit++;
		found[0][i] = found[1][at] = best >= CRM_SIM_NICK;
		*whole += best >= CRM_SIM_NICK && !particle(m, a.t[i]) &&
		    !initial(m, a.t[i]);
		*all_exact &= best == CRM_SIM_EXACT;
	}
	return hit > 0 && !(lacks(m, a, found[0]) && lacks(m, b, found[1]));
}

static struct crm_list
joined(const struct crm_list l[2], uint32_t buf[CRM_MAXTOK], bool family_first)
{
	struct crm_list out = { buf, 0 };
	for (int k = 0; k < 2; k++) {
		const struct crm_list *s = &l[k ^ family_first];
		for (size_t i = 0; i < s->n && out.n < CRM_MAXTOK; i++)
			buf[out.n++] = s->t[i];
	}
	return out;
}

/* Names written together, or cut at another place. */
static bool
same_glued(const struct crm_match *m, const struct crm_list a[2],
    const struct crm_list b[2])
{
	uint32_t x[CRM_MAXTOK] CRM_MATCH_RAW, y[CRM_MAXTOK] CRM_MATCH_RAW;
	struct crm_list s = joined(a, x, false);
	size_t ns = crm_token_glue_len(m, s);
	for (int turn = 0; turn < 2; turn++) {
		struct crm_list t = joined(b, y, turn);
		size_t nt = crm_token_glue_len(m, t);
		size_t longer = ns > nt ? ns : nt;
		unsigned allow = longer >= 14 ? 2 : longer >= 9 ? 1 : 0;
		if (crm_token_glue_osa(m, s, t, allow) <= allow ||
		    crm_sound_joined(m, s, t) >= 880)
			return true;
	}
	return false;
}

/* Where one has a family name only: does that hold the other's given name? */
static bool
hidden_given(const struct crm_match *m, const struct crm_list a[2],
    const struct crm_list b[2])
{
	struct crm_list given = a[0].n ? a[0] : b[0];
	struct crm_list all = a[0].n ? b[1] : a[1];
	for (size_t i = 0; i < given.n; i++)
		for (size_t j = 0; j < all.n; j++)
			if (!initial(m, given.t[i]) && crm_token_sim(m,
			    given.t[i], all.t[j]) >= CRM_SIM_NICK)
				return true;
	return false;
}

/* The word of a name that says which of two of one name it is, or that whose
 * child; 0: none. */
static uint32_t
word_with(const struct crm_match *m, struct crm_list l, uint16_t flag)
{
	for (size_t i = 0; i < l.n; i++)
		if (m->tok[l.t[i]].word->flags & flag)
			return m->tok[l.t[i]].latin;
	return 0;
}

/* Jr and Sr, II and III. */
static bool
same_name_apart(const struct crm_match *m, const struct crm_list a[2],
    const struct crm_list b[2])
{
	uint32_t age[2] = { 0, 0 };
	for (int k = 0; k < 2; k++) {
		age[0] = age[0] ? age[0] : word_with(m, a[k], CRM_WORD_AGE);
		age[1] = age[1] ? age[1] : word_with(m, b[k], CRM_WORD_AGE);
	}
	return age[0] && age[1] && age[0] != age[1];
}

/* Given and family name together: straight, and where that says no, in any
 * order and run together. level[0] is for the given name. */
void
crm_match_level_person(const struct crm_match *m, const struct crm_list a[2],
    const struct crm_list b[2], unsigned level[2])
{
	uint32_t x[CRM_MAXTOK] CRM_MATCH_RAW, y[CRM_MAXTOK] CRM_MATCH_RAW;
	level[0] = a[0].n && b[0].n ? crm_match_level_given(m, a[0], b[0]) : 0;
	level[1] = a[1].n && b[1].n ? crm_match_level_family(m, a[1], b[1]) : 0;
	if (level[0] > 4 && same_name_apart(m, a, b))
		level[0] = 4;
	bool apart = level[0] && level[0] <= 2 && (crm_token_sexes(m,
	    a[0].t[0], b[0].t[0]) || crm_token_others(m, a[0].t[0],
	    b[0].t[0]));
	if ((level[0] == 4 || apart) && level[1] >= 5)
		return;
	if (level[0] >= 5 && level[1] >= 5)
		return;
	bool missing = a[0].n == 0 || b[0].n == 0;
	if (missing && level[1] >= 5 && !hidden_given(m, a, b))
		return;
	missing |= level[0] == 0;
	struct crm_list s = joined(a, x, false), t = joined(b, y, false);
	if (s.n == 0 || t.n == 0 || (level[0] >= 3 && level[1] >= 3 &&
	    s.n <= 2 && t.n <= 2))
		return;
	size_t whole = 0;
	bool exact = false;
	/* who is whose child is told by the order */
	bool kin = word_with(m, s, CRM_WORD_KIN) &&
	    word_with(m, t, CRM_WORD_KIN);
	bool some = kin ? false : s.n <= t.n ? cover(m, s, t, &whole, &exact) :
	    cover(m, t, s, &whole, &exact);
	if (some && whole >= 2) {
		level[0] = exact ? 8 : 7;
		level[1] = exact ? 6 : 5;
	} else if (s.n != t.n && !initials(m, a[0]) && !initials(m, b[0]) &&
	    same_glued(m, a, b)) {
		level[0] = 7;
		level[1] = 6;
	} else if (some && whole >= 1 && (s.n == 1 || t.n == 1)) {
		level[0] = 0;
		level[1] = level[1] > 5 ? level[1] : 5;
	}
	if (missing && level[1] < 5)
		level[0] = 0;
	for (int k = 0; k < 2; k++)
		if (level[k] && level[k] <= 2 && crm_token_apart(m, a[k], b[k]))
			level[k] = 0;
}
