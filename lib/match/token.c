#include "base/utf8.h"
#include "match/inner.h"
#include "match/similar.h"

bool
crm_token_next(struct crm_buf *b, struct crm_str *rest, struct crm_str *word)
{
	crm_buf_clear(b);
	size_t i = 0, len;
	for (; i < rest->n; i += len) {
		struct crm_str s = crm_str_sub(*rest, i, rest->n);
		unsigned char a = (unsigned char)s.p[0];
		uint32_t c = a;
		len = 1;
		if (a >= 0x80)
			c = crm_utf8_decode(s, &len);
		bool in = a < 0x80 ? (a >= 'a' && a <= 'z') ||
		    (a >= '0' && a <= '9') : crm_is_letter(c) ||
		    crm_is_digit(c) || crm_script_of(c) == CRM_SCRIPT_INDIC ||
		    crm_script_of(c) == CRM_SCRIPT_THAI || c == 0x30fc;
		bool hebrew = b->n > 1 && (unsigned char)b->p[b->n - 2] == 0xd7 &&
		    (c == '"' || c == 0x5f4 || c == 0x5f3);
		if (in)
			crm_buf_add(b, s.p, len);
		else if (c != '\'' && !hebrew && b->n)
			break;
	}
	*rest = crm_str_sub(*rest, i, rest->n);
	*word = crm_buf_view(b);
	return b->n > 0;
}

/* The form that is compared: Latin letters as they are, any other character
 * as one byte above 127, so that a letter counts once. */
static void
sim_form(struct crm_str latin, struct crm_buf *out)
{
	while (latin.n) {
		size_t len;
		uint32_t c = crm_utf8_decode(latin, &len);
		crm_buf_c(out, c < 0x80 ? (char)c : (char)(0x80 |
		    (crm_mix64(c) & 0x7f)));
		latin = crm_str_sub(latin, len, latin.n);
	}
}

static void
put_read(struct crm_match *m, struct crm_tok *t, struct crm_str folded)
{
	uint16_t read[CRM_SCRIBE_MAX];
	size_t n = 0;
	t->ways = (uint8_t)crm_scribe_read(&m->scribes, folded, &m->han, read);
	t->read = (uint32_t)m->nread;
	for (size_t k = 0; k < t->ways; k++)
		n += CRM_SCRIBE_HEAD + read[n + 1];
	crm_grow(&m->read, &m->readcap, m->nread + n + 1, sizeof(*m->read));
	memcpy(m->read + m->nread, read, n * sizeof(*read));
	m->nread += n;
}

uint32_t
crm_token(struct crm_match *m, struct crm_str folded)
{
	bool fresh;
	uint32_t id = crm_intern_put(&m->tokens, folded, &fresh);
	if (!fresh)
		return id;
	crm_grow(&m->tok, &m->tokcap, (size_t)id + 1, sizeof(*m->tok));
	struct crm_tok *t = &m->tok[id];
	struct crm_buf b = { 0 }, s = { 0 }, f = { 0 };
	memset(t, 0, sizeof(*t));
	crm_latin(&b, folded, &m->han);
	if (b.n == 0)
		crm_buf_str(&b, folded);
	sim_form(crm_buf_view(&b), &s);
	t->latin = crm_intern_put(&m->latin, crm_buf_view(&b), NULL);
	t->sim = crm_intern_put(&m->sim, crm_buf_view(&s), NULL);
	crm_sound_put(crm_buf_view(&s), &f);
	t->sound = crm_intern_put(&m->sim, crm_buf_view(&f), NULL);
	t->len = (uint8_t)(s.n > 255 ? 255 : s.n);
	t->letters = crm_letters_of(crm_buf_view(&s));
	t->nskel = (uint8_t)crm_skeletons(folded, &m->han, t->skel);
	for (size_t i = 0; i < t->nskel; i++)
		t->coarse[i] = crm_skeleton_coarse(t->skel[i]);
	for (size_t i = 0; i < folded.n; i++) {
		t->foreign |= (unsigned char)folded.p[i] >= 0x80;
		t->digits |= folded.p[i] >= '0' && folded.p[i] <= '9';
	}
	size_t len;
	enum crm_script script = folded.n ? crm_script_of(crm_utf8_decode(folded,
	    &len)) : CRM_SCRIPT_OTHER;
	t->han = script == CRM_SCRIPT_HAN;
	t->vowelless = script == CRM_SCRIPT_ARABIC ||
	    script == CRM_SCRIPT_HEBREW;
	t->syllables = t->han || script == CRM_SCRIPT_HANGUL ||
	    script == CRM_SCRIPT_KANA;
	t->loose = t->syllables || script == CRM_SCRIPT_THAI;
	t->initial = t->len == 1 && !t->loose;
	if (t->foreign)
		put_read(m, t, folded);
	t->word = crm_lexicon_get(&m->words, folded);
	if (t->foreign && !(t->word->flags & ~CRM_WORD_PHRASE)) {
		const struct crm_lexeme *w = crm_lexicon_get(&m->words,
		    crm_buf_view(&b));
		if (w->nnick || (w->flags & CRM_WORD_GIVEN))
			t->word = w;
	}
	crm_buf_release(&b);
	crm_buf_release(&s);
	crm_buf_release(&f);
	return id;
}

static bool
share_skeleton(const struct crm_tok *a, const struct crm_tok *b, bool coarse,
    size_t min)
{
	const uint64_t *x = coarse ? a->coarse : a->skel;
	const uint64_t *y = coarse ? b->coarse : b->skel;
	for (size_t i = 0; i < a->nskel; i++)
		for (size_t j = 0; j < b->nskel; j++)
			if (x[i] == y[j] && crm_skeleton_len(x[i]) >= min)
				return true;
	return false;
}

static bool
share_nickname(const struct crm_lexeme *a, const struct crm_lexeme *b)
{
	for (size_t i = 0; i < a->nnick; i++)
		for (size_t j = 0; j < b->nnick; j++)
			if (a->nick[i] == b->nick[j])
				return true;
	return false;
}

/* Words in different scripts: the Latin forms are guesses, the skeletons
 * decide. */
static enum crm_sim
sim_scripts(bool fine, bool coarse, unsigned jw)
{
	if (jw >= 930 || (fine && jw >= 450))
		return CRM_SIM_NEAR;
	if (coarse)
		return jw >= 600 ? CRM_SIM_NEAR : CRM_SIM_FAIR;
	return jw >= 830 ? CRM_SIM_FAIR : jw >= 740 ? CRM_SIM_FAR :
	    CRM_SIM_NONE;
}

/* Where it is known how the one script is written in the other. */
static enum crm_sim
sim_known(unsigned like)
{
	return like >= 880 ? CRM_SIM_NEAR : like >= 849 ? CRM_SIM_FAIR :
	    like >= 813 ? CRM_SIM_FAR : CRM_SIM_NONE;
}

/* False where two words have too few letters in common: m/|a| + m/|b| is less
 * than so many hundredths. Jaro needs 110 to reach 0.7. */
static bool
may_be_alike(const struct crm_tok *a, const struct crm_tok *b, unsigned least)
{
	unsigned most = crm_letters_common(a->letters, b->letters);
	return most * (a->len + (unsigned)b->len) * 100 >=
	    (unsigned)a->len * b->len * least;
}

/* One of them in another script than Latin. */
static enum crm_sim
sim_foreign(const struct crm_match *m, const struct crm_tok *a,
    const struct crm_tok *b)
{
	bool fine = share_skeleton(a, b, false, 1);
	bool coarse = fine || share_skeleton(a, b, true, 2);
	bool known = a->ways || b->ways;
	if (!coarse && !a->loose && !b->loose && a->len > 3 && b->len > 3 &&
	    !may_be_alike(a, b, known ? 70 : 110))
		return CRM_SIM_NONE;
	unsigned like = crm_sound_known(m, a, b, fine ? 779 : 812);
	if (known)
		return fine && like >= 780 ? CRM_SIM_NEAR : sim_known(like);
	if (!may_be_alike(a, b, coarse ? 35 : 110))
		return CRM_SIM_NONE;
	enum crm_sim sim = sim_scripts(fine, coarse, crm_jaro_winkler(
	    crm_intern_str(&m->sim, a->sim), crm_intern_str(&m->sim, b->sim)));
	if (sim <= CRM_SIM_FAIR && crm_sound_words(m, a, b) >= 880)
		return CRM_SIM_NEAR;
	return sim;
}

enum crm_sim
crm_token_sim(const struct crm_match *m, uint32_t x, uint32_t y)
{
	const struct crm_tok *a = &m->tok[x], *b = &m->tok[y];
	if (x == y || a->latin == b->latin)
		return CRM_SIM_EXACT;
	if (a->digits || b->digits) {
		if (a->word->canon && a->word->canon == b->word->canon)
			return CRM_SIM_EXACT;
		if (a->digits && b->digits)
			return CRM_SIM_NONE;
	}
	struct crm_str s = crm_intern_str(&m->sim, a->sim);
	struct crm_str t = crm_intern_str(&m->sim, b->sim);
	if (a->initial || b->initial)
		return s.p[0] == t.p[0] ? CRM_SIM_INITIAL : CRM_SIM_NONE;
	bool nick = share_nickname(a->word, b->word);
	if (a->foreign != b->foreign && !nick)
		return sim_foreign(m, a, b);
	if (!may_be_alike(a, b, 110))
		return nick ? CRM_SIM_NICK : CRM_SIM_NONE;
	unsigned jw = crm_jaro_winkler(s, t);
	if (jw < 740)
		return nick ? CRM_SIM_NICK : CRM_SIM_NONE;
	unsigned longer = a->len > b->len ? a->len : b->len;
	unsigned d = crm_osa_within(s, t, 2);
	if ((d == 1 && longer >= 4) || (d == 2 && longer >= 8) || jw >= 940)
		return CRM_SIM_NEAR;
	if (nick)
		return CRM_SIM_NICK;
	if (share_skeleton(a, b, false, 3))
		return CRM_SIM_NEAR;
	return jw >= 830 || d == 1 ? CRM_SIM_FAIR : CRM_SIM_FAR;
}

bool
crm_token_initials(const struct crm_match *m, uint32_t t)
{
	struct crm_str s = crm_token_latin(m, t);
	if (s.n < 2 || s.n > 3 || m->tok[t].foreign)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (strchr("aeiouy", s.p[i]))
			return false;
	return true;
}

static bool
is_feminine(struct crm_str s)
{
	return crm_str_ends(s, CRM_STR("a")) || crm_str_ends(s,
	    CRM_STR("ah")) || crm_str_ends(s, CRM_STR("elle")) ||
	    crm_str_ends(s, CRM_STR("ette")) || crm_str_ends(s,
	    CRM_STR("ine")) || crm_str_ends(s, CRM_STR("ise"));
}

bool
crm_token_sexes(const struct crm_match *m, uint32_t x, uint32_t y)
{
	const struct crm_tok *a = &m->tok[x], *b = &m->tok[y];
	struct crm_str s = crm_token_latin(m, x), t = crm_token_latin(m, y);
	bool known = a->word->flags & CRM_WORD_GIVEN;
	bool other = b->word->flags & CRM_WORD_GIVEN;
	if (a->foreign != b->foreign || is_feminine(s) == is_feminine(t) ||
	    share_nickname(a->word, b->word))
		return false;
	struct crm_str longer = s.n > t.n ? s : t, stem = s.n > t.n ? t : s;
	bool added = stem.n >= 3 && longer.n == stem.n + 1 &&
	    crm_str_starts(longer, stem);
	return (known && other) || (added && (known || other));
}

bool
crm_token_others(const struct crm_match *m, uint32_t x, uint32_t y)
{
	const struct crm_tok *a = &m->tok[x], *b = &m->tok[y];
	return a->word->flags & b->word->flags & CRM_WORD_GIVEN &&
	    a->foreign == b->foreign && !share_skeleton(a, b, false, 1) &&
	    !share_nickname(a->word, b->word);
}

bool
crm_token_apart(const struct crm_match *m, struct crm_list a, struct crm_list b)
{
	bool han[2] = { false, false }, other[2] = { false, false };
	for (int k = 0; k < 2; k++) {
		struct crm_list l = k ? b : a;
		for (size_t i = 0; i < l.n; i++) {
			const struct crm_tok *t = &m->tok[l.t[i]];
			han[k] |= t->han;
			other[k] |= !t->han && !t->digits;
		}
	}
	return (han[0] && !han[1] && other[1]) || (han[1] && !han[0] &&
	    other[0]);
}

struct crm_str
crm_token_glue(const struct crm_match *m, struct crm_list l, char buf[64])
{
	size_t n = 0;
	for (size_t i = 0; i < l.n; i++) {
		struct crm_str s = crm_intern_str(&m->sim, m->tok[l.t[i]].sim);
		for (size_t k = 0; k < s.n && n < 64; k++)
			buf[n++] = s.p[k];
	}
	return (struct crm_str){ buf, n };
}

/* Length and letters of a list run together. */
static size_t
glue_letters(const struct crm_match *m, struct crm_list l,
    struct crm_letters *all)
{
	size_t n = 0;
	for (size_t i = 0; i < l.n; i++) {
		const struct crm_tok *t = &m->tok[l.t[i]];
		n += t->len;
		all->set |= t->letters.set;
	}
	return n;
}

size_t
crm_token_glue_len(const struct crm_match *m, struct crm_list l)
{
	size_t n = 0;
	for (size_t i = 0; i < l.n; i++)
		n += m->tok[l.t[i]].len;
	return n < 64 ? n : 64;
}

unsigned
crm_token_glue_osa(const struct crm_match *m, struct crm_list a,
    struct crm_list b, unsigned max)
{
	char p[64] CRM_MATCH_RAW, q[64] CRM_MATCH_RAW;
	struct crm_letters x = { 0, 0 }, y = { 0, 0 };
	size_t na = glue_letters(m, a, &x), nb = glue_letters(m, b, &y);
	size_t apart = na > nb ? na - nb : nb - na;
	if (na <= 64 && nb <= 64 && (apart > max || crm_letters_far(x, y, max)))
		return max + 1;
	return crm_osa_within(crm_token_glue(m, a, p),
	    crm_token_glue(m, b, q), max);
}
