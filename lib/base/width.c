#include "base/utf8.h"

#include <utf8proc.h>

/* Columns of one character by itself: East Asian Width W and F take two (UAX
 * #11), ambiguous ones one, marks and controls none. Spacing marks take one,
 * and the vowels and finals of Hangul none, as terminals have it. */
static size_t
columns(uint32_t c, const utf8proc_property_t *p)
{
	if (c < 0x300)
		return (c >= 0x20 && c < 0x7f) || c >= 0xa0;
	if (p->category == UTF8PROC_CATEGORY_MC)
		return 1;
	if (p->boundclass == UTF8PROC_BOUNDCLASS_V ||
	    p->boundclass == UTF8PROC_BOUNDCLASS_T)
		return 0;
	return p->charwidth;
}

static bool
is_flag(uint32_t c)
{
	return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/* Letters of one column that join with no other such letter: what most names
 * outside ASCII are made of. */
static inline bool
is_simple(uint32_t c)
{
	return (c >= 0xb0 && c < 0x300) || (c >= 0x370 && c < 0x483) ||
	    (c >= 0x48a && c < 0x590) || (c >= 0x5d0 && c < 0x5eb) ||
	    (c >= 0x620 && c < 0x64b) || (c >= 0x20 && c < 0x7f);
}

/* Cuts the first grapheme cluster (UAX #29) off *s; its columns. */
static size_t
cluster(struct crm_str *s)
{
	size_t at, len, width;
	uint32_t last, c, flags;
	utf8proc_int32_t state = 0;
	const utf8proc_property_t *p, *q;
	bool emoji = false;
	last = crm_utf8_decode(*s, &at);
	if (is_simple(last) && (at == s->n ||
	    is_simple(crm_utf8_decode(crm_str_sub(*s, at, 4), &len)))) {
		*s = crm_str_sub(*s, at, s->n);
		return 1;
	}
	p = utf8proc_get_property((utf8proc_int32_t)last);
	width = columns(last, p);
	flags = is_flag(last);
	for (; at < s->n; at += len) {
		struct crm_str rest = crm_str_sub(*s, at, 4);
		c = crm_utf8_decode(rest, &len);
		/* most clusters end at once: before ASCII all of them do, but
		 * for a line feed behind a carriage return, and between two
		 * characters of no class */
		if (c < 0x80 && last != '\r')
			break;
		q = utf8proc_get_property((utf8proc_int32_t)c);
		if (p->boundclass == UTF8PROC_BOUNDCLASS_OTHER &&
		    q->boundclass == UTF8PROC_BOUNDCLASS_OTHER)
			break;
		if (utf8proc_grapheme_break_stateful((utf8proc_int32_t)last,
			(utf8proc_int32_t)c, &state))
			break;
		/* joined emoji are drawn as one, and so are two letters of a
		 * flag; VS16 asks for the coloured form, two columns wide */
		flags += is_flag(c);
		emoji = emoji || c == 0xfe0f || last == 0x200d || flags == 2 ||
		    (c >= 0x1f3fb && c <= 0x1f3ff);
		width += columns(c, q);
		last = c;
		p = q;
	}
	*s = crm_str_sub(*s, at, s->n);
	return emoji && width ? 2 : width;
}

static size_t
printable_prefix(struct crm_str s)
{
	size_t i = 0;
	while (i < s.n && s.p[i] >= 0x20 && s.p[i] < 0x7f)
		i++;
	return i;
}

size_t
crm_width(struct crm_str s)
{
	size_t width = 0;
	while (s.n) {
		size_t plain = printable_prefix(s);
		/* the last may carry a mark */
		if (plain > 1 || plain == s.n) {
			plain -= plain < s.n;
			width += plain;
			s = crm_str_sub(s, plain, s.n);
		} else {
			width += cluster(&s);
		}
	}
	return width;
}

struct crm_str
crm_width_cut(struct crm_str s, size_t max)
{
	struct crm_str rest = s;
	size_t used = 0, end = 0;
	while (rest.n) {
		used += cluster(&rest);
		if (used > max)
			break;
		end = s.n - rest.n;
	}
	return crm_str_sub(s, 0, end);
}
