#include "base/utf8.h"

#include <utf8proc.h>

/* Length of the well-formed sequence at p (RFC 3629, table of Unicode 3.9,
 * D92) with its character in *c, or 0. */
static inline size_t
sequence(const unsigned char *p, size_t n, uint32_t *c)
{
	unsigned a = p[0];
	if (a < 0x80) {
		*c = a;
		return 1;
	}
	if (a < 0xc2 || a > 0xf4 || n < 2)
		return 0;
	unsigned b = p[1] ^ 0x80;
	if (b > 0x3f)
		return 0;
	if (a < 0xe0) {
		*c = (a & 0x1f) << 6 | b;
		return 2;
	}
	if (n < 3 || (p[2] & 0xc0) != 0x80)
		return 0;
	uint32_t v = b << 6 | (p[2] & 0x3f);
	if (a < 0xf0) {
		v |= (a & 0x0f) << 12;
		if (v < 0x800 || (v >= 0xd800 && v < 0xe000))
			return 0;
		*c = v;
		return 3;
	}
	if (n < 4 || (p[3] & 0xc0) != 0x80)
		return 0;
	v = (a & 7u) << 18 | v << 6 | (p[3] & 0x3f);
	if (v < 0x10000 || v > 0x10ffff)
		return 0;
	*c = v;
	return 4;
}

/* True when 64 bytes have no high bit. Eight loads the compiler may join. */
static inline bool
ascii64(const unsigned char *p)
{
	uint64_t w[8];
	memcpy(w, p, sizeof(w));
	return ((w[0] | w[1] | w[2] | w[3] | w[4] | w[5] | w[6] | w[7]) &
	    UINT64_C(0x8080808080808080)) == 0;
}

static inline bool
ascii8(const unsigned char *p)
{
	uint64_t w;
	memcpy(&w, p, sizeof(w));
	return (w & UINT64_C(0x8080808080808080)) == 0;
}

size_t
crm_ascii_prefix(struct crm_str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;
	while (s.n - i >= 64 && ascii64(p + i))
		i += 64;
	while (s.n - i >= 8 && ascii8(p + i))
		i += 8;
	while (i < s.n && p[i] < 0x80)
		i++;
	return i;
}

bool
crm_utf8_valid(struct crm_str s, size_t *bad)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;
	while (i < s.n) {
		while (s.n - i >= 64 && ascii64(p + i))
			i += 64;
		while (s.n - i >= 8 && ascii8(p + i))
			i += 8;
		/* some characters before the next try at whole words: text
		 * that is not ASCII seldom has eight of them in a row */
		for (size_t end = i + 32; i < s.n && i < end;) {
			uint32_t c;
			size_t len = sequence(p + i, s.n - i, &c);
			if (len == 0) {
				if (bad)
					*bad = i;
				return false;
			}
			i += len;
		}
	}
	return true;
}

uint32_t
crm_utf8_decode(struct crm_str s, size_t *len)
{
	uint32_t c;
	*len = sequence((const unsigned char *)s.p, s.n, &c);
	if (*len)
		return c;
	*len = 1;
	return 0xfffd;
}

void
crm_utf8_encode(struct crm_buf *b, uint32_t c)
{
	char t[4];
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	if (c < 0x80) {
		crm_buf_c(b, (char)c);
		return;
	}
	if (c < 0x800) {
		t[0] = (char)(0xc0 | c >> 6);
		t[1] = (char)(0x80 | (c & 0x3f));
		crm_buf_add(b, t, 2);
	} else if (c < 0x10000) {
		t[0] = (char)(0xe0 | c >> 12);
		t[1] = (char)(0x80 | (c >> 6 & 0x3f));
		t[2] = (char)(0x80 | (c & 0x3f));
		crm_buf_add(b, t, 3);
	} else {
		t[0] = (char)(0xf0 | c >> 18);
		t[1] = (char)(0x80 | (c >> 12 & 0x3f));
		t[2] = (char)(0x80 | (c >> 6 & 0x3f));
		t[3] = (char)(0x80 | (c & 0x3f));
		crm_buf_add(b, t, 4);
	}
}

bool
crm_is_letter(uint32_t c)
{
	if (c < 0x80)
		return (c | 32) >= 'a' && (c | 32) <= 'z';
	utf8proc_category_t k = utf8proc_category((utf8proc_int32_t)c);
	return k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO;
}

bool
crm_is_digit(uint32_t c)
{
	if (c < 0x80)
		return c >= '0' && c <= '9';
	return utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_ND;
}

bool
crm_is_space(uint32_t c)
{
	if (c < 0x80)
		return c == ' ' || (c >= 9 && c <= 13);
	return c == 0x85 || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	    c == 0x202f || c == 0x205f || c == 0x3000;
}

/* Unicode keeps the decimal digits of a script in one ascending run from its
 * zero (Unicode 4.6, stability of Nd), and runs that touch follow each other
 * in whole tens, so the run's beginning tells the value. */
int
crm_digit_value(uint32_t c)
{
	if (c < 0x80)
		return c >= '0' && c <= '9' ? (int)c - '0' : -1;
	if (!crm_is_digit(c))
		return -1;
	uint32_t zero = c;
	while (c - zero < 60 && crm_is_digit(zero - 1))
		zero--;
	return (int)((c - zero) % 10);
}

/* The blocks that names and text are written in, ascending. */
static const struct {
	uint32_t from, to;
	enum crm_script script;
} ranges[] = {
	{ 0x0041, 0x005a, CRM_SCRIPT_LATIN },
	{ 0x0061, 0x007a, CRM_SCRIPT_LATIN },
	{ 0x00aa, 0x00aa, CRM_SCRIPT_LATIN },
	{ 0x00ba, 0x00ba, CRM_SCRIPT_LATIN },
	{ 0x00c0, 0x00d6, CRM_SCRIPT_LATIN },
	{ 0x00d8, 0x00f6, CRM_SCRIPT_LATIN },
	{ 0x00f8, 0x02b8, CRM_SCRIPT_LATIN },
	{ 0x0370, 0x0373, CRM_SCRIPT_GREEK },
	{ 0x0375, 0x0377, CRM_SCRIPT_GREEK },
	{ 0x037a, 0x037d, CRM_SCRIPT_GREEK },
	{ 0x037f, 0x0384, CRM_SCRIPT_GREEK },
	{ 0x0386, 0x0386, CRM_SCRIPT_GREEK },
	{ 0x0388, 0x03e1, CRM_SCRIPT_GREEK },
	{ 0x03f0, 0x03ff, CRM_SCRIPT_GREEK },
	{ 0x0400, 0x052f, CRM_SCRIPT_CYRILLIC },
	{ 0x0531, 0x058f, CRM_SCRIPT_ARMENIAN },
	{ 0x0591, 0x05f4, CRM_SCRIPT_HEBREW },
	{ 0x0600, 0x06ff, CRM_SCRIPT_ARABIC },
	{ 0x0750, 0x077f, CRM_SCRIPT_ARABIC },
	{ 0x0870, 0x08ff, CRM_SCRIPT_ARABIC },
	{ 0x0900, 0x0dff, CRM_SCRIPT_INDIC },
	{ 0x0e01, 0x0e5b, CRM_SCRIPT_THAI },
	{ 0x10a0, 0x10ff, CRM_SCRIPT_GEORGIAN },
	{ 0x1100, 0x11ff, CRM_SCRIPT_HANGUL },
	{ 0x1c80, 0x1c8f, CRM_SCRIPT_CYRILLIC },
	{ 0x1c90, 0x1cbf, CRM_SCRIPT_GEORGIAN },
	{ 0x1cd0, 0x1cff, CRM_SCRIPT_INDIC },
	{ 0x1d00, 0x1d25, CRM_SCRIPT_LATIN },
	{ 0x1d2c, 0x1d5c, CRM_SCRIPT_LATIN },
	{ 0x1d62, 0x1d65, CRM_SCRIPT_LATIN },
	{ 0x1d6b, 0x1d77, CRM_SCRIPT_LATIN },
	{ 0x1d79, 0x1dbe, CRM_SCRIPT_LATIN },
	{ 0x1e00, 0x1eff, CRM_SCRIPT_LATIN },
	{ 0x1f00, 0x1fff, CRM_SCRIPT_GREEK },
	{ 0x2071, 0x2071, CRM_SCRIPT_LATIN },
	{ 0x207f, 0x207f, CRM_SCRIPT_LATIN },
	{ 0x2090, 0x209c, CRM_SCRIPT_LATIN },
	{ 0x2c60, 0x2c7f, CRM_SCRIPT_LATIN },
	{ 0x2d00, 0x2d2f, CRM_SCRIPT_GEORGIAN },
	{ 0x2de0, 0x2dff, CRM_SCRIPT_CYRILLIC },
	{ 0x2e80, 0x2fd5, CRM_SCRIPT_HAN },
	{ 0x3005, 0x3007, CRM_SCRIPT_HAN },
	{ 0x3021, 0x3029, CRM_SCRIPT_HAN },
	{ 0x3038, 0x303b, CRM_SCRIPT_HAN },
	{ 0x3041, 0x30fa, CRM_SCRIPT_KANA },
	{ 0x30fc, 0x30ff, CRM_SCRIPT_KANA },
	{ 0x3131, 0x318e, CRM_SCRIPT_HANGUL },
	{ 0x31f0, 0x31ff, CRM_SCRIPT_KANA },
	{ 0x3400, 0x4dbf, CRM_SCRIPT_HAN },
	{ 0x4e00, 0x9fff, CRM_SCRIPT_HAN },
	{ 0xa640, 0xa69f, CRM_SCRIPT_CYRILLIC },
	{ 0xa722, 0xa787, CRM_SCRIPT_LATIN },
	{ 0xa78b, 0xa7ff, CRM_SCRIPT_LATIN },
	{ 0xa8e0, 0xa8ff, CRM_SCRIPT_INDIC },
	{ 0xa960, 0xa97c, CRM_SCRIPT_HANGUL },
	{ 0xab30, 0xab64, CRM_SCRIPT_LATIN },
	{ 0xac00, 0xd7fb, CRM_SCRIPT_HANGUL },
	{ 0xf900, 0xfad9, CRM_SCRIPT_HAN },
	{ 0xfb00, 0xfb06, CRM_SCRIPT_LATIN },
	{ 0xfb13, 0xfb17, CRM_SCRIPT_ARMENIAN },
	{ 0xfb1d, 0xfb4f, CRM_SCRIPT_HEBREW },
	{ 0xfb50, 0xfdff, CRM_SCRIPT_ARABIC },
	{ 0xfe70, 0xfefc, CRM_SCRIPT_ARABIC },
	{ 0xff21, 0xff3a, CRM_SCRIPT_LATIN },
	{ 0xff41, 0xff5a, CRM_SCRIPT_LATIN },
	{ 0xff66, 0xff9d, CRM_SCRIPT_KANA },
	{ 0xffa0, 0xffdc, CRM_SCRIPT_HANGUL },
	{ 0x11000, 0x11fff, CRM_SCRIPT_INDIC },
	{ 0x1aff0, 0x1b16f, CRM_SCRIPT_KANA },
	{ 0x1ee00, 0x1eeff, CRM_SCRIPT_ARABIC },
	{ 0x20000, 0x3ffff, CRM_SCRIPT_HAN },
};

enum crm_script
crm_script_of(uint32_t c)
{
	size_t lo = 0, hi = CRM_LEN(ranges);
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		if (c > ranges[mid].to)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < CRM_LEN(ranges) && c >= ranges[lo].from ?
	    ranges[lo].script : CRM_SCRIPT_OTHER;
}
