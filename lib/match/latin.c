#include "match/latin.h"

#include "base/mem.h"
#include "base/utf8.h"

/* One string a letter, from `first` on; "" vanishes. */
struct range {
	uint32_t first, last;
	const char *const *to;
};

static const char *
alphabet(uint32_t c)
{
	static const char *const greek[] = { "a", "v", "g", "d", "e", "z", "i",
		"th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s", "s", "t",
		"y", "f", "ch", "ps", "o" };
	static const char *const cyrillic[] = { "a", "b", "v", "g", "d", "e",
		"zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t",
		"u", "f", "kh", "ts", "ch", "sh", "shch", "", "y", "", "e", "yu",
		"ya", "e", "yo", "dj", "g", "ye", "dz", "i", "yi", "j", "lj",
		"nj", "c", "k", "i", "u", "dz" };
	static const char *const hebrew[] = { "a", "b", "g", "d", "h", "v", "z",
		"h", "t", "i", "k", "k", "l", "m", "m", "n", "n", "s", "a", "p",
		"p", "ts", "ts", "k", "r", "sh", "t" };
	static const char *const arabic[] = { "", "a", "a", "u", "i", "i", "a",
		"b", "a", "t", "th", "j", "h", "kh", "d", "dh", "r", "z", "s",
		"sh", "s", "d", "t", "z", "a", "gh", "", "", "", "", "", "",
		"f", "q", "k", "l", "m", "n", "h", "u", "i", "i" };
	static const char *const armenian[] = { "a", "b", "g", "d", "e", "z",
		"e", "y", "t", "zh", "i", "l", "kh", "ts", "k", "h", "dz", "gh",
		"ch", "m", "y", "n", "sh", "o", "ch", "p", "j", "r", "s", "v",
		"t", "r", "ts", "v", "p", "k", "o", "f", "ev" };
	static const char *const georgian[] = { "a", "b", "g", "d", "e", "v",
		"z", "t", "i", "k", "l", "m", "n", "o", "p", "zh", "r", "s", "t",
		"u", "p", "k", "gh", "q", "sh", "ch", "ts", "dz", "ts", "ch",
		"kh", "j", "h" };
	static const char *const thai[] = { "k", "kh", "kh", "kh", "kh", "kh",
		"ng", "ch", "ch", "ch", "s", "ch", "y", "d", "t", "th", "th",
		"th", "n", "d", "t", "th", "th", "th", "n", "b", "p", "ph", "f",
		"ph", "f", "ph", "m", "y", "r", "rue", "l", "lue", "w", "s", "s",
		"s", "h", "l", "o", "h", "", "a", "a", "a", "am", "i", "i", "ue",
		"ue", "u", "u" };
	static const struct range r[] = {
		{ 0x3b1, 0x3c9, greek }, { 0x430, 0x45f, cyrillic },
		{ 0x5d0, 0x5ea, hebrew }, { 0x621, 0x64a, arabic },
		{ 0x561, 0x587, armenian }, { 0x10d0, 0x10f0, georgian },
		{ 0xe01, 0xe39, thai }
	};
	for (size_t i = 0; i < CRM_LEN(r); i++)
		if (c >= r[i].first && c <= r[i].last)
			return r[i].to[c - r[i].first];
	switch (c) {
	case 0x491: return "g";
	case 0x67e: return "p";
	case 0x686: return "ch";
	case 0x698: return "zh";
	case 0x6a9: return "k";
	case 0x6af: return "g";
	case 0x6cc: return "i";
	case 0x6c1: return "h";
	case 0xe40: case 0xe41: return "e";
	case 0xe42: return "o";
	case 0xe43: case 0xe44: return "ai";
	case 0x2bc: case 0x2019: case '\'': case '`': return "";
	}
	return NULL;
}

/* Greek letter pairs sound as one; returns how many letters were used. */
static size_t
greek_pair(struct crm_buf *out, const uint32_t *c, size_t n, bool start)
{
	if (n < 2)
		return 0;
	uint32_t a = c[0], b = c[1];
	if (a == 0x3bf && b == 0x3c5)
		crm_buf_z(out, "ou");
	else if (a == 0x3bc && b == 0x3c0)
		crm_buf_z(out, start ? "b" : "mp");
	else if (a == 0x3bd && b == 0x3c4)
		crm_buf_z(out, start ? "d" : "nt");
	else if (a == 0x3b3 && (b == 0x3ba || b == 0x3b3))
		crm_buf_z(out, b == 0x3b3 ? "ng" : start ? "g" : "gk");
	else if ((a == 0x3b1 || a == 0x3b5) && b == 0x3c5) {
		uint32_t d = n > 2 ? c[2] : 0;
		bool hard = d == 0 || d == 0x3b8 || d == 0x3ba || d == 0x3be ||
		    d == 0x3c0 || d == 0x3c3 || d == 0x3c4 || d == 0x3c6 ||
		    d == 0x3c7 || d == 0x3c8 || d == 0x3c2;
		crm_buf_c(out, a == 0x3b1 ? 'a' : 'e');
		crm_buf_c(out, hard ? 'f' : 'v');
	} else
		return 0;
	return 2;
}

static void
hangul(struct crm_buf *out, uint32_t c)
{
	static const char *const lead[] = { "g", "kk", "n", "d", "tt", "r", "m",
		"b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h" };
	static const char *const vowel[] = { "a", "ae", "ya", "yae", "eo", "e",
		"yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi",
		"yu", "eu", "ui", "i" };
	static const char *const tail[] = { "", "k", "k", "k", "n", "n", "n",
		"t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t",
		"t", "ng", "t", "t", "k", "t", "p", "t" };
	uint32_t s = c - 0xac00;
	crm_buf_z(out, lead[s / 588]);
	crm_buf_z(out, vowel[s % 588 / 28]);
	crm_buf_z(out, tail[s % 28]);
}

/* Hepburn for hiragana 0x3041..0x3096 (katakana is moved down there). */
static const char *
kana(uint32_t c)
{
	static const char *const t[] = { "a", "a", "i", "i", "u", "u", "e", "e",
		"o", "o", "ka", "ga", "ki", "gi", "ku", "gu", "ke", "ge", "ko",
		"go", "sa", "za", "shi", "ji", "su", "zu", "se", "ze", "so", "zo",
		"ta", "da", "chi", "ji", "tsu", "tsu", "zu", "te", "de", "to",
		"do", "na", "ni", "nu", "ne", "no", "ha", "ba", "pa", "hi", "bi",
		"pi", "fu", "bu", "pu", "he", "be", "pe", "ho", "bo", "po", "ma",
		"mi", "mu", "me", "mo", "ya", "ya", "yu", "yu", "yo", "yo", "ra",
		"ri", "ru", "re", "ro", "wa", "wa", "i", "e", "o", "n", "v", "ka",
		"ke" };
	return c >= 0x3041 && c <= 0x3096 ? t[c - 0x3041] : NULL;
}

static bool
is_vowel(char c)
{
	return c && strchr("aiueo", c);
}

/* What a small vowel makes of the sound before it: ku-i is kwi, u-i is wi, i-e
 * is ye, fu-i is fi. */
static void
soften(struct crm_buf *out)
{
	char last = out->p[out->n - 1];
	char before = out->n > 1 ? out->p[out->n - 2] : 'a';
	bool bare = is_vowel(before) || before == '-' || before == 'q';
	out->n--;
	if (last == 'u' && (bare || before == 'k' || before == 'g'))
		crm_buf_c(out, 'w');
	else if (last == 'i' && bare)
		crm_buf_c(out, 'y');
}

/* One kana; a small ya, yu, yo takes the vowel before it away, a small tsu
 * doubles nothing (spellings differ), the long mark vanishes. */
static bool
put_kana(struct crm_buf *out, uint32_t c)
{
	if (c >= 0x30a1 && c <= 0x30f6)
		c -= 0x60;
	if (c == 0x30fc || c == 0x3063)
		return true;
	const char *k = kana(c);
	if (k == NULL)
		return false;
	bool small_y = c == 0x3083 || c == 0x3085 || c == 0x3087;
	bool small_v = c < 0x304b && (c & 1);
	bool after = out->n && is_vowel(out->p[out->n - 1]);
	if (small_y && after) {
		out->n--;
		bool sibilant = out->n && (out->p[out->n - 1] == 'j' ||
		    out->p[out->n - 1] == 'h');
		crm_buf_z(out, sibilant ? k + 1 : k);
	} else {
		if (small_v && after)
			soften(out);
		crm_buf_z(out, k);
	}
	return true;
}

/* The Indic blocks share one layout (that of ISCII), 0x80 apart. */
static void
indic(struct crm_buf *out, const uint32_t *c, size_t n)
{
	static const char *const cons[] = { "k", "kh", "g", "gh", "n", "ch",
		"ch", "j", "jh", "n", "t", "th", "d", "dh", "n", "t", "th", "d",
		"dh", "n", "n", "p", "ph", "b", "bh", "m", "y", "r", "r", "l",
		"l", "l", "v", "sh", "sh", "s", "h" };
	static const char *const vowel[] = { "a", "a", "i", "i", "u", "u", "ri",
		"l", "e", "e", "e", "ai", "o", "o", "o", "au" };
	uint32_t o = c[0] & 0x7f, next = n > 1 ? c[1] & 0x7f : 0;
	if (o >= 0x05 && o <= 0x14)
		crm_buf_z(out, vowel[o - 0x05]);
	else if (o >= 0x15 && o <= 0x39) {
		crm_buf_z(out, cons[o - 0x15]);
		bool bare = n > 1 && (next <= 0x03 || (next >= 0x15 &&
		    next <= 0x39));
		if (bare)
			crm_buf_c(out, 'a');
	} else if (o >= 0x3e && o <= 0x4c)
		crm_buf_z(out, vowel[o - 0x3e + 1]);
	else if (o == 0x01 || o == 0x02)
		crm_buf_c(out, 'n');
}

void
crm_han_load(struct crm_han *h, struct crm_str text)
{
	struct crm_str line, sound;
	h->sound = crm_calloc(0x5200, sizeof(*h->sound));
	while (text.n && crm_str_split(&text, '\n', &line)) {
		if (line.n == 0 || line.p[0] == '#' ||
		    !crm_str_split(&line, '\t', &sound) || sound.n > 7)
			continue;
		while (line.n) {
			size_t len;
			uint32_t c = crm_utf8_decode(line, &len);
			if (c >= 0x4e00 && c <= 0x9fff)
				memcpy(h->sound[c - 0x4e00], sound.p, sound.n);
			line = crm_str_sub(line, len, line.n);
		}
	}
}

void
crm_han_release(struct crm_han *h)
{
	free(h->sound);
	h->sound = NULL;
}

static bool
put_han(struct crm_buf *out, uint32_t c, const struct crm_han *han)
{
	if (han == NULL || han->sound == NULL || c < 0x4e00 || c > 0x9fff ||
	    han->sound[c - 0x4e00][0] == 0)
		return false;
	crm_buf_z(out, han->sound[c - 0x4e00]);
	return true;
}

void
crm_latin(struct crm_buf *out, struct crm_str word, const struct crm_han *han)
{
	uint32_t c[128];
	size_t n = 0;
	bool ascii = true;
	for (size_t i = 0; i < word.n; i++)
		ascii &= (unsigned char)word.p[i] < 0x80;
	for (struct crm_str s = word; s.n && n < CRM_LEN(c) && !ascii;) {
		size_t len;
		c[n++] = crm_utf8_decode(s, &len);
		s = crm_str_sub(s, len, s.n);
	}
	if (ascii) {
		for (size_t i = 0; i < word.n; i++)
			if (word.p[i] != '\'')
				crm_buf_c(out, word.p[i]);
		return;
	}
	for (size_t i = 0; i < n;) {
		size_t used = greek_pair(out, c + i, n - i, i == 0);
		if (used) {
			i += used;
			continue;
		}
		const char *t = alphabet(c[i]);
		if (t)
			crm_buf_z(out, t);
		else if (c[i] >= 0xac00 && c[i] <= 0xd7a3)
			hangul(out, c[i]);
		else if (c[i] >= 0x900 && c[i] < 0xd80)
			indic(out, c + i, n - i);
		else if (!put_kana(out, c[i]) && !put_han(out, c[i], han))
			crm_utf8_encode(out, c[i]);
		i++;
	}
}
