/* Words in other scripts as a row of sounds, each written once. */
#include "match/transcribe.h"

/* Letters that are written for one another. */
static uint32_t
plain(uint32_t c)
{
	switch (c) {
	case 0x622: case 0x623: case 0x625: case 0x671: return 0x627;
	case 0x649: case 0x6cc: case 0x6d2: return 0x64a;
	case 0x6a9: return 0x643;
	case 0x6c1: case 0x6be: case 0x6c0: case 0x6d5: return 0x647;
	case 0x6ba: return 0x646;
	case 0x451: return 0x435;
	case 0x456: return 0x438;
	}
	return c;
}

/* A syllable as letters, those behind the vowel with a full stop before. */
static void
hangul(struct crm_buf *out, uint32_t c)
{
	static const uint8_t lead[] = { 1, 2, 4, 7, 8, 9, 17, 18, 19, 21, 22, 0,
		24, 25, 26, 27, 28, 29, 30 };
	static const uint8_t tail[] = { 0, 1, 1, 1, 4, 4, 4, 7, 9, 1, 17, 9, 9,
		9, 29, 9, 17, 18, 18, 21, 22, 23, 24, 26, 27, 28, 29, 30 };
	uint32_t s = c - 0xac00;
	if (lead[s / 588])
		crm_utf8_encode(out, 0x3130 + lead[s / 588]);
	crm_utf8_encode(out, 0x314f + s % 588 / 28);
	if (s % 28) {
		crm_buf_c(out, '.');
		crm_utf8_encode(out, 0x3130 + tail[s % 28]);
	}
}

static bool
is_indic_consonant(uint32_t o)
{
	return (o >= 0x15 && o <= 0x39) || (o >= 0x58 && o <= 0x5f);
}

/* One letter of an Indic block as Devanagari's (the blocks share the layout of
 * ISCII); Tamil's stops, each of which is several sounds, stay. "a" where a
 * consonant has no sign behind it. */
static void
indic(struct crm_buf *out, uint32_t c, uint32_t next)
{
	uint32_t o = c & 0x7f, p = next & 0x7f;
	bool tamil = (c & ~0x7fu) == 0xb80 && (o == 0x15 || o == 0x1a ||
	    o == 0x1f || o == 0x24 || o == 0x2a || o == 0x31);
	if (c == 0x9ce)
		o = 0x24;
	if (o >= 0x7a && c >= 0xd7a && c <= 0xd7f)	/* Malayalam, no vowel */
		o = (uint32_t)"\x23\x28\x30\x32\x33\x15"[o - 0x7a];
	else if ((c & ~0x7fu) == 0xa00 && (o == 0x70 || o == 0x71)) {
		if (o == 0x70)
			crm_utf8_encode(out, 0x902);
		return;
	}
	crm_utf8_encode(out, tamil ? c : 0x900 + o);
	bool signs = next == 0 || !(p <= 3 || p >= 0x3e || p == 0x3c) ||
	    is_indic_consonant(p);
	if (is_indic_consonant(c & 0x7f) && (signs || (p <= 3 && next)) &&
	    c != 0x9ce && !(c >= 0xd7a && c <= 0xd7f))
		crm_buf_c(out, 'a');
}

static bool
is_thai_consonant(uint32_t c)
{
	return c >= 0xe01 && c <= 0xe2e;
}

/* Thai vowels that stand before their consonant go behind it; tones go, and
 * what is marked as not spoken. */
static void
thai(struct crm_buf *out, const uint32_t *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool before = c[i] >= 0xe40 && c[i] <= 0xe44;
		size_t k = i + 1 + before;
		if (k < n && (c[k] == 0xe34 || c[k] == 0xe38))
			k++;
		if (c[i] >= 0xe47 && c[i] <= 0xe4e)
			continue;
		if (k < n && c[k] == 0xe4c && is_thai_consonant(c[i])) {
			i = k;
			continue;
		}
		if (before && i + 1 < n && is_thai_consonant(c[i + 1])) {
			crm_utf8_encode(out, c[i + 1]);
			crm_utf8_encode(out, c[i++]);
		} else
			crm_utf8_encode(out, c[i]);
	}
}

static void
put_latin(struct crm_buf *out, uint32_t c, const struct crm_han *han)
{
	char buf[4];
	struct crm_buf one = { 0 };
	crm_utf8_encode(&one, c);
	memcpy(buf, one.p, one.n);
	crm_latin(out, (struct crm_str){ buf, one.n }, han);
	crm_buf_release(&one);
}

/* Hepburn's letters, with "-" for the long mark and "q" for the small tsu. */
static void
kana(struct crm_buf *out, uint32_t c)
{
	if (c == 0x30fc || c == 0x3063 || c == 0x30c3)
		crm_buf_c(out, c == 0x30fc ? '-' : 'q');
	else
		put_latin(out, c, NULL);
}

/* Japanese readings are by character; Chinese ones as pinyin, but for
 * characters that the table knows. */
static void
character(struct crm_buf *out, uint32_t c, const struct crm_han *han,
    bool japanese)
{
	size_t start = out->n;
	crm_utf8_encode(out, c);
	struct crm_str own = crm_str_sub(crm_buf_view(out), start, out->n);
	struct crm_transcripts t = crm_transcripts(CRM_SCRIPT_HAN, japanese);
	for (size_t i = 0; i < t.n; i++)
		if (japanese || crm_str_is(own, t.row[i].native))
			return;
	out->n = start;
	put_latin(out, c, han);
}

static bool
is_indic(uint32_t c)
{
	return c >= 0x900 && c < 0xd80;
}

void
crm_transcribe_units(struct crm_str word, const struct crm_han *han,
    bool japanese, struct crm_buf *out)
{
	uint32_t c[48];
	size_t n = 0, len;
	enum crm_script script = word.n ? crm_script_of(crm_utf8_decode(word,
	    &len)) : CRM_SCRIPT_OTHER;
	for (struct crm_str s = word; s.n && n < CRM_LEN(c);
	    s = crm_str_sub(s, len, s.n))
		c[n++] = crm_utf8_decode(s, &len);
	if (script == CRM_SCRIPT_THAI) {
		thai(out, c, n);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (c[i] >= 0xac00 && c[i] <= 0xd7a3)
			hangul(out, c[i]);
		else if (is_indic(c[i]))
			indic(out, c[i], i + 1 < n ? c[i + 1] : 0);
		else if (script == CRM_SCRIPT_KANA)
			kana(out, c[i]);
		else if (script == CRM_SCRIPT_HAN)
			character(out, c[i], han, japanese);
		else if (crm_is_letter(c[i]))
			crm_utf8_encode(out, plain(c[i]));
	}
}
