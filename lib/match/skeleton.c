#include "match/latin.h"

#include "base/utf8.h"

/* The classes of consonants, and A for a vowel at the beginning. A class is
 * its place in this string, 5 bits of a skeleton, the first lowest. */
static const char *
classes(void)
{
	return " ABPFVTDSZXJKGLRMN";
}

struct forks {
	uint64_t key[CRM_SKELETONS];
	uint8_t len[CRM_SKELETONS];
	bool doubles;	/* keep doubled letters: a vowel may hide between */
	size_t n;
};

static void
append(struct forks *f, size_t i, char letter)
{
	const char *at = strchr(classes() + 1, letter);
	if (at == NULL || f->len[i] >= 12)
		return;
	uint64_t c = (uint64_t)(at - classes());
	uint64_t last = f->len[i] ? f->key[i] >> (5 * (f->len[i] - 1)) & 31 : 0;
	if (c == last && !f->doubles)
		return;
	f->key[i] |= c << (5 * f->len[i]++);
}

/* Every open skeleton goes on with the letters before the bar and, while
 * there is room, a copy of it with those behind: "S|TS". */
static void
go_on(struct forks *f, const char *t)
{
	const char *bar = strchr(t, '|');
	size_t n = f->n;
	for (size_t i = 0; i < n; i++) {
		if (bar && f->n < CRM_SKELETONS) {
			size_t k = f->n++;
			f->key[k] = f->key[i];
			f->len[k] = f->len[i];
			for (const char *q = bar + 1; *q; q++)
				append(f, k, *q);
		}
		for (const char *q = t; *q && q != bar; q++)
			append(f, i, *q);
	}
}

static bool
is_vowel(uint32_t c)
{
	return c && c < 0x80 && strchr("aeiouy", (int)c);
}

/* Two or three Latin letters that are one sound; returns how many. */
static size_t
latin_group(const uint32_t *c, size_t n, bool start, const char **t)
{
	static const struct { char l[5]; const char *t; } g[] = {
		{ "shch", "X" }, { "sch", "X|SK" }, { "tch", "X" },
		{ "tsch", "X" }, { "ch", "X|K" }, { "sh", "X" }, { "zh", "Z|J" },
		{ "th", "T" }, { "dh", "D|Z" }, { "kh", "K|" }, { "gh", "G|" },
		{ "ph", "F|V" }, { "ts", "S|TS" }, { "tz", "S|TS" },
		{ "cz", "X" }, { "sz", "X|S" }, { "ck", "K" }, { "qu", "K" },
		{ "dj", "J" }, { "ou", "" }, { "ow", "" }, { "mp", "MP|B" },
		{ "nt", "NT|D" }, { "ng", "NG|G" }, { "wr", "R" }
	};
	size_t best = 0;
	for (size_t i = 0; i < CRM_LEN(g); i++) {
		const char *l = g[i].l;
		size_t j = 0;
		while (l[j] && j < n && c[j] == (unsigned char)l[j])
			j++;
		if (l[j] == 0 && j > best) {
			best = j;
			*t = g[i].t;
		}
	}
	return start && is_vowel(c[0]) ? 0 : best;
}

static const char *
latin_letter(uint32_t c, uint32_t next, bool start)
{
	bool soft = next == 'e' || next == 'i' || next == 'y';
	switch (c) {
	case 'b': return "B";
	case 'p': return "P";
	case 'f': return "F";
	case 'v': case 'w': return "V";
	case 't': return "T";
	case 'd': return "D";
	case 's': return "S";
	case 'z': return "Z|S";
	case 'x': return "KS|X";
	case 'j': return start ? "J|A" : "J|";
	case 'c': return soft ? "S|K" : "K";
	case 'k': case 'q': return "K";
	case 'g': return soft ? "G|J" : "G";
	case 'l': return "L";
	case 'r': return "R";
	case 'm': return "M";
	case 'n': return "N";
	}
	return start && is_vowel(c) ? "A" : "";
}

static const char *
greek_letter(const uint32_t *c, size_t n, bool start, size_t *used)
{
	static const char *const t[] = { "", "V|B", "G|", "D", "", "Z|S", "",
		"T", "", "K", "L", "M", "N", "KS|X", "", "P", "R", "S", "S", "T",
		"", "F", "X|K", "PS", "" };
	uint32_t a = c[0], b = n > 1 ? c[1] : 0;
	*used = 2;
	if (a == 0x3bc && b == 0x3c0)
		return start ? "B|P" : "B|MP";
	if (a == 0x3bd && b == 0x3c4)
		return start ? "D" : "NT|D";
	if (a == 0x3b3 && (b == 0x3ba || b == 0x3b3))
		return start ? "G" : "NG|G";
	if (a == 0x3c4 && (b == 0x3b6 || b == 0x3c3))
		return "S|TS";
	if ((a == 0x3b1 || a == 0x3b5) && b == 0x3c5)
		return start ? "AV|AF" : "V|F";
	*used = 1;
	if (a < 0x3b1 || a > 0x3c9)
		return NULL;
	if (start && strchr("\1\5\7\11\17\25\31", (int)(a - 0x3b0)))
		return "A";
	if (start && a == 0x3c7)
		return "K|";
	if (start && a == 0x3b3)
		return "G|A";
	return t[a - 0x3b1];
}

static const char *
cyrillic_letter(uint32_t c, bool start)
{
	static const char *const t[] = { "", "B", "V", "G", "D", "", "Z|J",
		"Z|S", "", "", "K", "L", "M", "N", "", "P", "R", "S", "T", "",
		"F", "K|", "S|TS", "X", "X", "X", "", "", "", "", "", "", "", "",
		"J|D", "G", "", "D", "", "", "J|", "L", "N", "X", "K", "", "",
		"X" };
	if (c < 0x430 || c > 0x45f)
		return c == 0x491 ? "G" : NULL;
	bool vowel = strchr("\1\6\11\12\17\24\34\36\37\40\42\45\47\50",
	    (int)(c - 0x42f)) != NULL;
	if (start && vowel)
		return "A";
	return start && c == 0x433 ? "G|A" : t[c - 0x430];
}

static const char *
hebrew_letter(uint32_t c, bool start, bool end)
{
	static const char *const t[] = { "", "B|V", "G", "D", "", "|V", "Z|S",
		"|K", "T", "", "K", "K", "L", "M", "M", "N", "N", "S", "",
		"P|F", "P|F", "S|TS", "S|TS", "K", "R", "X|S", "T" };
	if (c < 0x5d0 || c > 0x5ea)
		return NULL;
	if (start && (c == 0x5d0 || c == 0x5e2 || c == 0x5d9 || c == 0x5d4))
		return c == 0x5d9 ? "A|J" : c == 0x5d4 ? "" : "A";
	if (start && c == 0x5d5)
		return "V";
	if (end && c == 0x5d4)
		return "";
	return t[c - 0x5d0];
}

static const char *
arabic_letter(uint32_t c, bool start)
{
	static const char *const t[] = { "", "", "", "", "", "", "", "B", "",
		"T", "T|S", "J|G", "", "K|", "D", "D|Z", "R", "Z|S", "S", "X",
		"S", "D", "T", "D|Z", "", "G|", "", "", "", "", "", "", "F|V",
		"K|G", "K|G", "L", "M", "N", "", "|V", "", "" };
	switch (c) {
	case 0x67e: return "P";
	case 0x686: return "X";
	case 0x698: return "Z|J";
	case 0x6a9: return "K";
	case 0x6af: return "G";
	case 0x6a4: return "V";
	case 0x6cc: case 0x6c1: return "";
	}
	if (c < 0x621 || c > 0x64a)
		return NULL;
	if (start && (c == 0x627 || c == 0x639 || (c >= 0x621 && c <= 0x626)))
		return "A";
	if (start && c == 0x648)
		return "V|A";
	return start && c == 0x64a ? "|A" : t[c - 0x621];
}

/* The classes of the letter at c[0] in its script; *used letters went in. */
static const char *
letter(const uint32_t *c, size_t n, bool start, size_t *used)
{
	const char *t;
	*used = 1;
	switch (crm_script_of(c[0])) {
	case CRM_SCRIPT_GREEK:
		return greek_letter(c, n, start, used);
	case CRM_SCRIPT_CYRILLIC:
		return cyrillic_letter(c[0], start);
	case CRM_SCRIPT_HEBREW:
		return hebrew_letter(c[0], start, n == 1);
	case CRM_SCRIPT_ARABIC:
		return arabic_letter(c[0], start);
	default:
		*used = latin_group(c, n, start, &t);
		if (*used)
			return t;
		*used = 1;
		return latin_letter(c[0], n > 1 ? c[1] : 0, start);
	}
}

static size_t
decode(struct crm_str word, uint32_t *c, size_t max)
{
	size_t n = 0;
	while (word.n && n < max) {
		size_t len;
		c[n++] = crm_utf8_decode(word, &len);
		word = crm_str_sub(word, len, word.n);
	}
	return n;
}

size_t
crm_skeletons(struct crm_str word, const struct crm_han *han,
    uint64_t key[CRM_SKELETONS])
{
	struct forks f = { .n = 1 };
	struct crm_buf latin = { 0 };
	uint32_t c[64];
	size_t n = decode(word, c, CRM_LEN(c)), used;
	enum crm_script s = n ? crm_script_of(c[0]) : CRM_SCRIPT_OTHER;
	f.doubles = s == CRM_SCRIPT_ARABIC || s == CRM_SCRIPT_HEBREW;
	bool own = f.doubles || s == CRM_SCRIPT_GREEK || s == CRM_SCRIPT_CYRILLIC;
	if (!own && s != CRM_SCRIPT_LATIN) {
		crm_latin(&latin, word, han);
		n = decode(crm_buf_view(&latin), c, CRM_LEN(c));
	}
	for (size_t i = 0; i < n; i += used) {
		const char *t = letter(c + i, n - i, i == 0, &used);
		if (t)
			go_on(&f, t);
	}
	crm_buf_release(&latin);
	size_t out = 0;
	for (size_t i = 0; i < f.n; i++) {
		bool seen = f.len[i] == 0;
		for (size_t j = 0; j < out; j++)
			seen |= key[j] == f.key[i];
		if (!seen)
			key[out++] = f.key[i];
	}
	return out;
}

uint64_t
crm_skeleton_coarse(uint64_t key)
{
	static const char to[] = " ABBFFTTSSSSKKLRMN";
	uint64_t out = 0;
	unsigned n = 0, last = 0;
	for (; key & 31; key >>= 5) {
		const char *at = strchr(classes(), to[key & 31]);
		unsigned c = (unsigned)(at - classes());
		if (c != last)
			out |= (uint64_t)c << (5 * n++);
		last = c;
	}
	return out;
}

size_t
crm_skeleton_len(uint64_t key)
{
	size_t n = 0;
	for (; key & 31; key >>= 5)
		n++;
	return n;
}
