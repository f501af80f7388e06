/* Full names into given name and family name, persons from companies. What a
 * word is, is learned from the records that say it (with fields of their own
 * for the parts, or with a legal form) and from the list of given names. */
#include "match/inner.h"

struct parts {
	uint32_t given[CRM_MAXTOK], family[CRM_MAXTOK];
	size_t ng, nf;
};

static bool
is(const struct crm_match *m, uint32_t t, uint16_t flag)
{
	return (m->tok[t].word->flags & flag) != 0;
}

/* Log-odds that a word is a given name and not a surname. */
static double
given_odds(const struct crm_match *m, uint32_t t)
{
	const struct crm_tok *k = &m->tok[t];
	double g = k->given + (is(m, t, CRM_WORD_GIVEN) ? 2.0 : 0.0) +
	    (k->initial || crm_token_initials(m, t) ? 4.0 : 0.0) + 0.5;
	return __builtin_log(g / (k->family + 0.5));
}

/* Names written without blanks in Han and Hangul: surname first. */
static bool
split_glued(struct crm_match *m, uint32_t t, struct parts *p)
{
	struct crm_str s = crm_intern_str(&m->tokens, t);
	unsigned char a = s.n ? (unsigned char)s.p[0] : 0;
	size_t chars = s.n / 3;
	if (a < 0xe4 || a > 0xed || s.n % 3 || chars < 2 || chars > 4)
		return false;
	size_t first = chars == 4 && a < 0xea ? 2 : 1;
	char copy[16];
	memcpy(copy, s.p, s.n);
	p->family[p->nf++] = crm_token(m, (struct crm_str){ copy, first * 3 });
	p->given[p->ng++] = crm_token(m, (struct crm_str){ copy + first * 3,
	    s.n - first * 3 });
	return true;
}

/* Sergeyevich, Petrovna: what ends a Russian name whose surname stands first. */
static bool
is_patronymic(const struct crm_match *m, uint32_t t)
{
	struct crm_str s = crm_token_latin(m, t);
	return s.n > 5 && (crm_str_ends(s, CRM_STR("vich")) ||
	    crm_str_ends(s, CRM_STR("vych")) || crm_str_ends(s, CRM_STR("vna")) ||
	    crm_str_ends(s, CRM_STR("ichna")));
}

/* Splits words w[0..n) without a comma: the last is the surname, with the
 * particles before it, unless what is known says the first is, as it is where
 * names are written in Chinese characters, kana or Hangul. */
static void
split_order(struct crm_match *m, const uint32_t *w, size_t n, struct parts *p)
{
	size_t cut = n - 1;
	while (cut > 1 && is(m, w[cut - 1], CRM_WORD_PARTICLE))
		cut--;
	double last = given_odds(m, w[n - 1]), first = given_odds(m, w[0]);
	bool turned = n >= 2 && last - first > 1.5 && last > 0 && first < 0.7;
	if ((n == 2 && m->tok[w[0]].syllables) || (n == 3 &&
	    is_patronymic(m, w[2])))
		turned = true;
	size_t k = turned ? 1 : cut;
	while (turned && k + 1 < n && is(m, w[k - 1], CRM_WORD_PARTICLE))
		k++;
	for (size_t i = 0; i < n; i++) {
		bool fam = turned ? i < k : i >= k;
		if (fam)
			p->family[p->nf++] = w[i];
		else
			p->given[p->ng++] = w[i];
	}
}

static void
split_name(struct crm_match *m, struct crm_list l, struct parts *p)
{
	uint32_t w[CRM_MAXTOK], age = 0;
	size_t n = 0, comma = 0;
	for (size_t i = 0; i < l.n; i++) {
		if (l.t[i] <= 2)
			comma = n ? n : comma;
		else if (n > 1 && is(m, l.t[i], CRM_WORD_AGE))
			age = l.t[i];
		else if (!is(m, l.t[i], CRM_WORD_TITLE) || l.n == 1)
			w[n++] = l.t[i];
	}
	if (n == 0)
		for (size_t i = 0; i < l.n; i++)
			if (l.t[i] > 2)
				w[n++] = l.t[i];
	if (comma && comma < n) {
		for (size_t i = 0; i < n; i++)
			if (i < comma)
				p->family[p->nf++] = w[i];
			else
				p->given[p->ng++] = w[i];
	} else if (n == 1) {
		if (!split_glued(m, w[0], p))
			p->family[p->nf++] = w[0];
	} else if (n > 1)
		split_order(m, w, n, p);
	if (age && p->ng && p->ng < CRM_MAXTOK)
		p->given[p->ng++] = age;
}

/* Log-odds that a full name is a person's. */
static double
person_odds(const struct crm_match *m, struct crm_list l, double prior)
{
	double odds = prior;
	size_t words = 0;
	for (size_t i = 0; i < l.n; i++) {
		const struct crm_tok *t = &m->tok[l.t[i]];
		if (l.t[i] <= 2) {
			odds += i ? 1.5 : l.t[i] == 1 ? -20 : 20;
			continue;
		}
		words++;
		double person = t->given + t->family + 0.3;
		double d = __builtin_log(person / (t->org + 0.3));
		odds += d > 2 ? 2 : d < -2 ? -2 : d;
		if (is(m, l.t[i], CRM_WORD_GIVEN | CRM_WORD_TITLE))
			odds += 1.5;
		if (is(m, l.t[i], CRM_WORD_LEGAL))
			odds -= t->len > 1 ? 4 : 0;
		if (is(m, l.t[i], CRM_WORD_ORG))
			odds -= 2.5;
		if (t->digits)
			odds -= 2;
	}
	return words > 4 ? odds - 1 : odds;
}

/* Without fields that say it: do the names in this column look like people's?
 * The share that holds a known given name or a title tells. */
static double
column_prior(const struct crm_match *m)
{
	if (m->o.subject != CRM_MATCH_ANY)
		return m->o.subject == CRM_MATCH_PERSONS ? 4 : -8;
	bool parts = false;
	for (size_t i = 0; i < m->o.nfields; i++)
		parts |= m->o.field[i].kind == CRM_MATCH_GIVEN ||
		    m->o.field[i].kind == CRM_MATCH_FAMILY;
	if (parts)
		return 1;
	size_t with = 0, all = 0;
	for (uint32_t v = 1; v < m->names.t.n; v++) {
		struct crm_list l = crm_list_of(crm_intern_str(&m->names.t, v));
		bool hit = false;
		for (size_t i = 0; i < l.n; i++)
			hit |= is(m, l.t[i], CRM_WORD_GIVEN | CRM_WORD_TITLE);
		with += hit;
		all++;
	}
	if (all < 50 || m->o.shipped)
		return 1;
	double share = (double)with / (double)all;
	return share > 0.25 ? 1.5 : share > 0.12 ? 0 : -3;
}

static void
count_words(struct crm_match *m)
{
	for (int k = 0; k < 3; k++) {
		int col = k == 0 ? m->given : k == 1 ? m->family : -1;
		for (size_t c = 0; c < m->ncols; c++)
			if (k == 2 && m->col[c].feat == CRM_F_ORG &&
			    (int)c != m->org)
				col = (int)c;
		if (col < 0)
			continue;
		const struct crm_col *x = &m->col[col];
		for (uint32_t v = 1; v < x->t.n; v++) {
			struct crm_list l = crm_list_of(crm_intern_str(&x->t,
			    v));
			for (size_t i = k == 2; i < l.n; i++) {
				struct crm_tok *t = &m->tok[l.t[i]];
				uint32_t *n = k == 0 ? &t->given : k == 1 ?
				    &t->family : &t->org;
				*n += x->count[v];
			}
		}
	}
}

/* The company reading of a full name that was stored as words. */
static uint32_t
org_value(struct crm_match *m, struct crm_list l, struct crm_buf *b)
{
	struct crm_buf text = { 0 };
	for (size_t i = 0; i < l.n; i++)
		if (l.t[i] > 2) {
			if (text.n)
				crm_buf_c(&text, ' ');
			crm_buf_str(&text, crm_intern_str(&m->tokens, l.t[i]));
		}
	crm_buf_clear(b);
	crm_match_norm_org(m, crm_buf_view(&text), b);
	crm_buf_release(&text);
	return crm_col_put(&m->col[m->org], crm_buf_view(b));
}

static uint32_t
put_words(struct crm_col *c, const uint32_t *w, size_t n)
{
	return crm_col_put(c, (struct crm_str){ (const char *)w, n * 4 });
}

/* What each distinct full name becomes: given, family, company. */
static void
split_values(struct crm_match *m, uint32_t (*to)[3])
{
	double prior = column_prior(m);
	struct crm_buf b = { 0 };
	for (uint32_t v = 1; v < m->names.t.n; v++) {
		uint32_t w[CRM_MAXTOK];
		struct crm_list l = crm_list_of(crm_intern_str(&m->names.t, v));
		memcpy(w, l.t, l.n * 4);
		l.t = w;
		struct parts p = { .ng = 0 };
		if (person_odds(m, l, prior) < 0) {
			to[v][2] = org_value(m, l, &b);
			continue;
		}
		split_name(m, l, &p);
		to[v][0] = put_words(&m->col[m->given], p.given, p.ng);
		to[v][1] = put_words(&m->col[m->family], p.family, p.nf);
	}
	crm_buf_release(&b);
}

void
crm_match_split_names(struct crm_match *m)
{
	if (!m->o.shipped)
		count_words(m);
	if (m->name < 0)
		return;
	uint32_t (*to)[3] = crm_calloc(m->names.t.n + 1, sizeof(*to));
	split_values(m, to);
	struct crm_col *g = &m->col[m->given], *f = &m->col[m->family];
	struct crm_col *o = &m->col[m->org];
	for (size_t r = 0; r < m->n; r++) {
		uint32_t v = m->names.val[r], none = 0;
		bool parts = g->val[r] || f->val[r];
		crm_col_set(o, r, v && !parts ? &to[v][2] : &none, 1);
		if (v && !parts) {
			crm_col_set(g, r, &to[v][0], 1);
			crm_col_set(f, r, &to[v][1], 1);
		} else if (v && g->val[r] == 0 && to[v][0]) {
			crm_col_set(g, r, &to[v][0], 1);
		} else if (v && f->val[r] == 0 && to[v][1]) {
			crm_col_set(f, r, &to[v][1], 1);
		}
	}
	free(to);
}
