#include "match/transcribe.h"

enum { NATIVE = 24, LATIN = 40, FAR = 25, UNKNOWN = 12 };

/* Letters that are written for one another. */
static uint32_t
plain(uint32_t c)
{
	switch (c) {
	case 0x622: case 0x623: case 0x625: case 0x671: return 0x627;
	case 0x649: case 0x6cc: return 0x64a;
	case 0x6a9: return 0x643;
	case 0x451: case 0x454: return 0x435;
	case 0x456: case 0x457: return 0x438;
	case 0x491: return 0x433;
	}
	return c;
}

static const struct crm_transcript *
row_of(const struct crm_transcript *t, size_t n, uint32_t c)
{
	for (size_t i = 1; i < n; i++)
		if (t[i].letter == c)
			return &t[i];
	return NULL;
}

/* The letters' rows; a doubled letter counts once. */
static size_t
read_native(struct crm_str s, const struct crm_transcript **row)
{
	size_t n = 0, rows, len;
	uint32_t last = 0;
	const struct crm_transcript *t = crm_transcripts(s.n ?
	    crm_script_of(crm_utf8_decode(s, &len)) : CRM_SCRIPT_OTHER, &rows);
	for (row[0] = t; t && s.n && n < NATIVE; s = crm_str_sub(s, len, s.n)) {
		uint32_t c = plain(crm_utf8_decode(s, &len));
		if (crm_is_letter(c) && c != last)
			row[++n] = row_of(t, rows, c);
		last = c;
	}
	return n;
}

static size_t
read_latin(struct crm_str s, uint8_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < LATIN; i++) {
		char c = s.p[i];
		if (c >= 'a' && c <= 'z' && (n == 0 || out[n - 1] != c - 'a'))
			out[n++] = (uint8_t)(c - 'a');
	}
	return n;
}

static unsigned
one(const struct crm_transcript *t, unsigned letter)
{
	return t ? (unsigned)(t->one[letter] - 'A') : UNKNOWN;
}

static unsigned
two(const struct crm_transcript *t, const uint8_t *l)
{
	for (const char *p = t ? t->two : ""; *p; p += 3)
		if (p[0] == 'a' + l[0] && p[1] == 'a' + l[1])
			return (unsigned)(p[2] - 'A');
	return 2 * FAR;
}

static void
least(unsigned *to, unsigned cost)
{
	if (cost < *to)
		*to = cost;
}

unsigned
crm_transcribed(struct crm_str native, struct crm_str latin)
{
	const struct crm_transcript *row[NATIVE + 1];
	uint8_t l[LATIN + 1];
	unsigned cost[2][LATIN + 3];
	size_t n = read_native(native, row), m = read_latin(latin, l);
	if (n == 0 || m == 0)
		return 0;
	memset(cost, 0x3f, sizeof(cost));
	cost[0][0] = 0;
	for (size_t i = 0; i <= n; i++) {
		unsigned *at = cost[i & 1], *next = cost[~i & 1];
		const struct crm_transcript *t = i < n ? row[i + 1] : NULL;
		memset(next, 0x3f, sizeof(cost[0]));
		for (size_t j = 0; j <= m; j++) {
			if (j < m)
				least(&at[j + 1], at[j] + one(row[0], l[j]));
			if (i == n)
				continue;
			least(&next[j], at[j] + (t ? (unsigned)(t->none[0] -
			    'A') : UNKNOWN));
			if (j < m)
				least(&next[j + 1], at[j] + one(t, l[j]));
			if (j + 1 < m)
				least(&next[j + 2], at[j] + two(t, l + j));
		}
	}
	/* 104 thousandths a nat and letter. */
	size_t lost = cost[n & 1][m] * 35 / (n + m);
	return lost < 999 ? (unsigned)(1000 - lost) : 1;
}
