#include "base/utf8.h"

#include <utf8proc.h>

enum kind {
	BETWEEN,	/* belongs to no word */
	LETTER,
	DIGIT,
	MARK,		/* goes with what stands before it */
	ALONE		/* a word by itself: Han, kana */
};

static enum kind
kind_of(uint32_t c)
{
	if (c < 0x80) {
		if (c >= '0' && c <= '9')
			return DIGIT;
		return (c | 32) >= 'a' && (c | 32) <= 'z' ? LETTER : BETWEEN;
	}
	switch (utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_NL: {
		enum crm_script s = crm_script_of(c);
		return s == CRM_SCRIPT_HAN || s == CRM_SCRIPT_KANA ?
		    ALONE : LETTER;
	}
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NO:
		return DIGIT;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return MARK;
	default:
		return BETWEEN;
	}
}

static enum kind
kind_at(struct crm_str s, size_t at, size_t *len)
{
	if (at >= s.n) {
		*len = 0;
		return BETWEEN;
	}
	return kind_of(crm_utf8_decode(crm_str_sub(s, at, 4), len));
}

/* Whether the sign at byte `at` joins what stands around it: an apostrophe
 * (or the gershayim of a Hebrew acronym) between letters, a full stop in a
 * number or between two single letters. */
static bool
joins(struct crm_str s, size_t at, enum kind before, bool single)
{
	size_t len, more;
	enum kind after = kind_at(s, at + 1, &len);
	switch (s.p[at]) {
	case '\'':
		return before == LETTER && after == LETTER;
	case '"':
		return before == LETTER && after == LETTER &&
		    crm_script_of(crm_utf8_decode(crm_str_sub(s, at + 1, 4),
			&more)) == CRM_SCRIPT_HEBREW;
	case '.':
		if (before == DIGIT && after == DIGIT)
			return true;
		if (before != LETTER || after != LETTER || !single)
			return false;
		after = kind_at(s, at + 1 + len, &more);
		return after == BETWEEN;
	default:
		return false;
	}
}

bool
crm_word_next(struct crm_str *rest, struct crm_str *word)
{
	struct crm_str s = *rest;
	size_t at = 0, len = 0, start;
	enum kind k = BETWEEN, last;
	while (at < s.n && ((k = kind_at(s, at, &len)) == BETWEEN || k == MARK))
		at += len;
	if (at >= s.n) {
		*rest = crm_str_sub(s, s.n, 0);
		return false;
	}
	start = at;
	last = k;
	/* characters since the last full stop, for initials */
	size_t run = 1;
	at += len;
	for (; at < s.n; at += len) {
		k = kind_at(s, at, &len);
		if (k == MARK)
			continue;
		if (last == ALONE || k == ALONE)
			break;
		if (k == BETWEEN) {
			if (!joins(s, at, last, run == 1))
				break;
			run = 0;
			continue;
		}
		last = k;
		run++;
	}
	*word = crm_str_sub(s, start, at - start);
	*rest = crm_str_sub(s, at, s.n - at);
	return true;
}
