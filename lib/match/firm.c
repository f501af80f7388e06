/* Companies that bear one name in part: a group's, a branch's. Most of the
 * words may be shared, and the rare ones: what tells them apart is the word that
 * is not. */
#include "match/inner.h"

struct side {
	struct crm_list l;
	bool met[CRM_MAXTOK];
};

static bool
has(const struct crm_match *m, uint32_t t, uint16_t flags)
{
	return m->tok[t].word->flags & flags;
}

/* Intl, Mfg, Tech: the first letter, then others in their order. */
static bool
is_short_for(struct crm_str s, struct crm_str l)
{
	size_t k = 0;
	if (s.n < 2 || s.n >= l.n || s.p[0] != l.p[0])
		return false;
	for (size_t i = 0; i < l.n && k < s.n; i++)
		k += l.p[i] == s.p[k];
	return k == s.n;
}

static bool
same_word(const struct crm_match *m, uint32_t a, uint32_t b)
{
	const struct crm_tok *x = &m->tok[a], *y = &m->tok[b];
	struct crm_str s = crm_token_latin(m, a), t = crm_token_latin(m, b);
	if (x->word->trade && y->word->trade)
		return x->word->trade == y->word->trade;
	enum crm_sim sim = crm_token_sim(m, a, b);
	return sim >= CRM_SIM_NEAR || sim == CRM_SIM_INITIAL ||
	    (sim >= CRM_SIM_FAIR && x->foreign != y->foreign) ||
	    is_short_for(s, t) || is_short_for(t, s);
}

/* Words of both that are the same: how many that are names, how many that are
 * a line of business into *trades. */
static size_t
meet(const struct crm_match *m, struct side *a, struct side *b,
    size_t *trades)
{
	size_t names = 0;
	for (size_t i = 0; i < a->l.n; i++)
		for (size_t j = 0; j < b->l.n && !a->met[i]; j++) {
			if (b->met[j] || !same_word(m, a->l.t[i], b->l.t[j]))
				continue;
			a->met[i] = b->met[j] = true;
			*trades += m->tok[a->l.t[i]].word->trade != 0;
			names += !has(m, a->l.t[i], CRM_WORD_NOISE |
			    CRM_WORD_TRADE | CRM_WORD_PARTICLE);
		}
	return names;
}

/* What is left of a side: words that name something, lines of business. */
static size_t
left(const struct crm_match *m, const struct side *s, size_t *trades,
    uint32_t buf[CRM_MAXTOK])
{
	size_t n = 0;
	for (size_t i = 0; i < s->l.n; i++) {
		uint32_t t = s->l.t[i];
		bool trade = m->tok[t].word->trade != 0;
		bool weak = has(m, t, CRM_WORD_NOISE | CRM_WORD_LEGAL |
		    CRM_WORD_PARTICLE) || m->tok[t].len < 2;
		if (s->met[i] || (weak && !trade))
			continue;
		*trades += trade;
		buf[n++] = t;
	}
	return n;
}

/* True where they have no word in one script: it may be the same word. */
static bool
other_script(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	for (size_t i = 0; i < a.n; i++)
		for (size_t j = 0; j < b.n; j++)
			if (m->tok[a.t[i]].foreign == m->tok[b.t[j]].foreign)
				return false;
	return true;
}

/* Words that are neither noise nor a line of business. */
static bool
names_itself(const struct crm_match *m, struct crm_list l)
{
	for (size_t i = 0; i < l.n; i++)
		if (m->tok[l.t[i]].word->trade == 0 && m->tok[l.t[i]].len > 3)
			return true;
	return false;
}

/* One word may be written as two, or a letter off. */
static bool
one_word(const struct crm_match *m, struct crm_list a, struct crm_list b,
    unsigned max)
{
	return crm_token_glue_len(m, a) > 4 && crm_token_glue_len(m, b) > 4 &&
	    crm_token_glue_osa(m, a, b, max) <= max;
}

/* Of two that share no name of their own: the same trade alone is no reason. */
static enum crm_firms
no_brand(const struct crm_match *m, struct crm_list r, struct crm_list s,
    size_t met)
{
	bool other = met && names_itself(m, r) && names_itself(m, s) &&
	    !other_script(m, r, s) && !one_word(m, r, s, 2);
	return other ? CRM_FIRMS_APART : CRM_FIRMS_ALIKE;
}

enum crm_firms
crm_match_firms(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	struct side x = { .l = { a.t + 1, a.n - 1 } };
	struct side y = { .l = { b.t + 1, b.n - 1 } };
	uint32_t p[CRM_MAXTOK], q[CRM_MAXTOK];
	size_t tx = 0, ty = 0;
	if (crm_token_apart(m, x.l, y.l) || one_word(m, x.l, y.l, 0))
		return CRM_FIRMS_ALIKE;
	size_t met = 0, names = meet(m, &x, &y, &met);
	struct crm_list r = { p, left(m, &x, &tx, p) };
	struct crm_list s = { q, left(m, &y, &ty, q) };
	if (names == 0)
		return no_brand(m, r, s, met);
	if (r.n + s.n == 0)
		return CRM_FIRMS_ALIKE;
	if (r.n == 0 || s.n == 0)
		return tx + ty ? CRM_FIRMS_BRANCH : CRM_FIRMS_PART;
	if (tx && ty)
		return CRM_FIRMS_OTHER;
	return other_script(m, r, s) || one_word(m, r, s, 1) ?
	    CRM_FIRMS_ALIKE : CRM_FIRMS_APART;
}
