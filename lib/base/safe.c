#include "base/utf8.h"

#include <utf8proc.h>

enum what { SHOW, ESCAPE, JOINER, SELECTOR };

/* What a terminal obeys instead of showing: controls, marks of direction
 * (CVE-2021-42574), what is invisible, separators of lines. */
static enum what
what_is(uint32_t c)
{
	if (c < 0xa0)
		return c < 0x20 || c >= 0x7f ? ESCAPE : SHOW;
	if (c == 0x200c || c == 0x200d)
		return JOINER;
	if ((c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef))
		return SELECTOR;
	switch (c) {
	case 0xad:	/* soft hyphen */
	case 0x34f:	/* grapheme joiner */
	case 0x61c:
	case 0x115f:	/* Hangul fillers */
	case 0x1160:
	case 0x17b4:
	case 0x17b5:
	case 0x180e:
	case 0x3164:
	case 0xfeff:
	case 0xffa0:
		return ESCAPE;
	default:
		return (c >= 0x200b && c <= 0x200f) ||
		    (c >= 0x2028 && c <= 0x202e) ||
		    (c >= 0x2060 && c <= 0x206f) ||
		    (c >= 0xfff9 && c <= 0xfffb) ||
		    (c >= 0x1d173 && c <= 0x1d17a) ||
		    (c >= 0xe0000 && c <= 0xe0fff) ? ESCAPE : SHOW;
	}
}

/* Scripts that are spelled with joiners, and emoji: there one joiner is part
 * of the word (UAX #31, 2.3). */
static bool
joinable(uint32_t c)
{
	enum crm_script s = crm_script_of(c);
	if (c < 0x80)
		return false;
	return s == CRM_SCRIPT_ARABIC || s == CRM_SCRIPT_INDIC ||
	    c == 0xfe0f || (c >= 0x1f3fb && c <= 0x1f3ff) ||
	    utf8proc_get_property((utf8proc_int32_t)c)->boundclass ==
		UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

static bool
shown(uint32_t c, uint32_t before, struct crm_str rest)
{
	size_t len;
	switch (what_is(c)) {
	case SHOW:
		return true;
	case ESCAPE:
		return false;
	case JOINER:
		return before && rest.n && joinable(before) &&
		    joinable(crm_utf8_decode(rest, &len));
	case SELECTOR:
		return before && what_is(before) == SHOW && before != ' ';
	}
	return false;
}

void
crm_safe(struct crm_buf *b, struct crm_str s, bool ascii)
{
	uint32_t before = 0;	/* the last character, if it was shown */
	while (s.n) {
		size_t plain = 0, len;
		while (plain < s.n && s.p[plain] >= 0x20 && s.p[plain] < 0x7f)
			plain++;
		if (plain) {
			crm_buf_add(b, s.p, plain);
			before = (unsigned char)s.p[plain - 1];
			s = crm_str_sub(s, plain, s.n);
			continue;
		}
		uint32_t c = crm_utf8_decode(s, &len);
		struct crm_str bytes = crm_str_sub(s, 0, len);
		s = crm_str_sub(s, len, s.n);
		bool show = !ascii && shown(c, before, s) &&
		    (c != 0xfffd || len > 1);
		before = show ? c : 0;
		if (show)
			crm_buf_str(b, bytes);
		else if (c == '\n' && !ascii)
			crm_buf_z(b, "␤");
		else if (c < 0x80 || (c == 0xfffd && len == 1))
			crm_buf_printf(b, "\\x%02x",
			    (unsigned char)bytes.p[0]);
		else
			crm_buf_printf(b, "\\u{%" PRIx32 "}", c);
	}
}
