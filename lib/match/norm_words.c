/* Normal forms made of words: names, streets, companies, text. Stored as the
 * numbers of their words. */
#include "base/utf8.h"
#include "match/inner.h"

static void
put_tok(struct crm_buf *out, uint32_t t)
{
	crm_buf_add(out, &t, sizeof(t));
}

static struct crm_str
fold(struct crm_match *m, struct crm_str raw)
{
	crm_buf_clear(&m->fold);
	crm_fold_text(&m->fold, raw);
	return crm_buf_view(&m->fold);
}

/* All words; titles and particles are left to those who compare names. A
 * comma is kept as word 1 (" "), which no text has. */
void
crm_match_norm_words(struct crm_match *m, struct crm_str raw, struct crm_buf *out)
{
	struct crm_str rest = fold(m, raw), w;
	size_t start = out->n, n = 0;
	size_t comma = crm_str_chr(rest, ',');
	while (n < CRM_MAXTOK && crm_token_next(&m->scratch, &rest, &w)) {
		size_t at = (size_t)(rest.p - m->fold.p);
		if (at - w.n > comma && out->n > start) {
			put_tok(out, 1);
			comma = m->fold.n;
		}
		put_tok(out, crm_token(m, w));
		n++;
	}
}

/* Glued street words of the Germanic and Finnic languages: Hauptstrasse. */
static struct crm_str
cut_street(struct crm_str w)
{
	static const char *const end[] = { "strasse", "str", "gasse", "weg",
		"allee", "platz", "katu", "kuja", "tie", "polku", "gatan",
		"vagen", "grand", "straat", "laan", "plein", "gr", "k", "g", "v",
		"ln", "wg", "pln", "kj" };
	for (size_t i = 0; i < CRM_LEN(end); i++) {
		struct crm_str e = crm_str_z(end[i]);
		size_t min = e.n > 2 ? 3 : 7;
		if (w.n >= e.n + min && crm_str_ends(w, e))
			return crm_str_sub(w, 0, w.n - e.n);
	}
	return w;
}

struct street {
	uint32_t num[2], tok[CRM_MAXTOK], left[CRM_MAXTOK];
	size_t n, nleft, k;
	bool unit;	/* the next number is a flat's */
	bool digits;	/* the last word was a number */
};

/* The numbers of 12a and 20b14; false for an ordinal: 5th. */
static bool
put_number(struct street *s, struct crm_str w)
{
	bool ordinal = w.n > 2 && w.p[w.n - 1] >= 'a' && w.p[w.n - 2] >= 'a' &&
	    !crm_str_ends(w, CRM_STR("bis")) && !crm_str_ends(w, CRM_STR("ter"));
	if (ordinal)
		return false;
	for (size_t i = 0; i < w.n;) {
		uint32_t v = 0;
		size_t start = i;
		for (; i < w.n && w.p[i] >= '0' && w.p[i] <= '9'; i++)
			v = i - start < 7 ? v * 10 + (uint32_t)(w.p[i] - '0') : v;
		if (s->unit && i > start)
			s->num[1] = s->num[1] ? s->num[1] : v + 1;
		else if (i > start && s->k < 2)
			s->num[s->k++] = v + 1;
		while (i < w.n && (w.p[i] < '0' || w.p[i] > '9'))
			i++;
	}
	s->unit = false;
	return true;
}

/* The letter of 12 A, and the particles of Avenida de la Paz: people leave them
 * out. */
static bool
is_minor(const struct crm_match *m, const struct street *s, struct crm_str w)
{
	const struct crm_lexeme *x = crm_lexicon_get(&m->words, w);
	bool letter = s->digits && (w.n == 1 || crm_str_is(w, "bis") ||
	    crm_str_is(w, "ter"));
	return letter || (x->flags & CRM_WORD_PARTICLE && w.n > 1) ||
	    crm_str_is(w, "saint") || crm_str_is(w, "sankt");
}

/* What a post office's box is called, at the beginning of a text: its length,
 * 0 where it is something else. */
static size_t
box_name(struct crm_str s)
{
	static const char *const t[] = { "p.o. box", "po box", "p o box",
		"p.o.box", "pobox", "post office box", "postfach", "pf", "bp",
		"b.p.", "boite postale", "casella postale", "c.p.", "apartado",
		"apdo.", "apdo", "apartado de correos", "postbus", "postboks",
		"box", "pl", "pob", "caixa postal", "skrytka pocztowa", "p.k.",
		"\u0430/\u044f", "\u03c4.\u03b8.", "\u05ea.\u05d3.",
		"\u05ea\"\u05d3", "\u0635.\u0628" };
	size_t best = 0;
	for (size_t i = 0; i < CRM_LEN(t); i++) {
		struct crm_str p = crm_str_z(t[i]);
		size_t at = p.n;
		while (at < s.n && (s.p[at] == ' ' || s.p[at] == '.' ||
		    s.p[at] == ':' || s.p[at] == '-'))
			at++;
		if (crm_str_starts(s, p) && at < s.n && s.p[at] >= '0' &&
		    s.p[at] <= '9' && p.n > best)
			best = p.n;
	}
	return best;
}

/* House number, other number, then the words of the name in the order they
 * stand; street words are left out unless they are all there is. */
void
crm_match_norm_street(struct crm_match *m, struct crm_str raw, struct crm_buf *out)
{
	struct crm_str rest = fold(m, raw), w;
	struct street s;
	s.n = s.nleft = s.k = 0;
	s.num[0] = s.num[1] = 0;
	s.unit = s.digits = false;
	if (crm_match_says_nothing(rest))
		return;
	size_t box = box_name(rest);
	rest = crm_str_sub(rest, box, rest.n);
	if (box)
		s.tok[s.n++] = crm_token(m, CRM_STR("pobox"));
	while (s.n + s.nleft < CRM_MAXTOK &&
	    crm_token_next(&m->scratch, &rest, &w)) {
		bool digits = w.p[0] >= '0' && w.p[0] <= '9';
		if (digits && put_number(&s, w)) {
			s.digits = true;
			continue;
		}
		uint16_t flags = crm_lexicon_get(&m->words, w)->flags;
		if (is_minor(m, &s, w) || flags & CRM_WORD_STREET)
			s.left[s.nleft++] = crm_token(m, w);
		else
			s.tok[s.n++] = crm_token(m, cut_street(w));
		s.unit = flags & CRM_WORD_UNIT;
		s.digits = false;
	}
	if (s.n + s.nleft + s.k == 0)
		return;
	put_tok(out, s.num[0]);
	put_tok(out, s.num[1]);
	for (size_t i = 0; i < s.n; i++)
		put_tok(out, s.tok[i]);
	for (size_t i = 0; i < s.nleft && s.n == 0; i++)
		put_tok(out, s.left[i]);
}

/* The words of a text one by one, single letters that stand together joined
 * ("s p a" from S.p.A.), into b with one blank between. */
static void
join_letters(struct crm_match *m, struct crm_str folded, struct crm_buf *b)
{
	struct crm_str w;
	bool single = false;
	while (crm_token_next(&m->scratch, &folded, &w)) {
		bool one = w.n == 1 || ((unsigned char)w.p[0] >= 0xc0 &&
		    w.n == 2 && (unsigned char)w.p[1] < 0xc0);
		if (b->n && !(one && single))
			crm_buf_c(b, ' ');
		crm_buf_str(b, w);
		single = one;
	}
}

/* Legal forms of several words go; *legal becomes their class. */
static void
cut_phrases(struct crm_match *m, struct crm_str s, struct crm_buf *out,
    uint8_t *legal)
{
	size_t i = 0;
	while (i < s.n) {
		struct crm_str at = crm_str_sub(s, i, s.n);
		size_t end = crm_str_chr(at, ' ');
		const struct crm_lexeme *w = crm_lexicon_get(&m->words,
		    crm_str_sub(at, 0, end));
		size_t cut = w->flags & CRM_WORD_PHRASE ?
		    crm_lexicon_phrase(at, legal) : 0;
		if (cut == 0) {
			if (out->n)
				crm_buf_c(out, ' ');
			crm_buf_add(out, at.p, end);
			cut = end;
		}
		i += cut + 1;
	}
}

/* Legal form (class), then the words without it; where nothing is left, with
 * it. "(株)" and glued 株式会社 go like the others. */
void
crm_match_norm_org(struct crm_match *m, struct crm_str raw, struct crm_buf *out)
{
	static const char *const glued[] = { "株式会社", "有限公司",
		"有限责任公司", "股份有限公司", "有限会社", "주식회사",
		"유한회사" };
	struct crm_buf a = { 0 }, b = { 0 };
	struct crm_str w;
	uint32_t tok[CRM_MAXTOK], left[CRM_MAXTOK];
	size_t n = 0, nleft = 0;
	uint8_t legal = 0;
	crm_buf_clear(&m->fold);
	crm_fold_text(&m->fold, raw);
	join_letters(m, crm_buf_view(&m->fold), &a);
	cut_phrases(m, crm_buf_view(&a), &b, &legal);
	struct crm_str rest = crm_buf_view(&b);
	while (n + nleft < CRM_MAXTOK && rest.p && crm_str_split(&rest, ' ', &w)) {
		for (size_t i = 0; i < CRM_LEN(glued); i++) {
			struct crm_str g = crm_str_z(glued[i]);
			bool end = crm_str_ends(w, g), start =
			    crm_str_starts(w, g);
			if (w.n > g.n && (end || start)) {
				legal = i > 2 && i != 4 && i != 6 ? 3 : 2;
				w = crm_str_sub(w, end ? 0 : g.n, w.n - g.n);
			}
		}
		const struct crm_lexeme *x = crm_lexicon_get(&m->words, w);
		if (x->flags & CRM_WORD_LEGAL) {
			legal = legal ? legal : x->legal;
			if (w.n)
				left[nleft++] = crm_token(m, w);
		} else if (w.n)
			tok[n++] = crm_token(m, w);
	}
	if (n + nleft) {
		put_tok(out, legal);
		for (size_t i = 0; i < n; i++)
			put_tok(out, tok[i]);
		for (size_t i = 0; i < nleft && n == 0; i++)
			put_tok(out, left[i]);
	}
	crm_buf_release(&a);
	crm_buf_release(&b);
}
