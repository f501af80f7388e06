/* UTF-8: strict checking (RFC 3629), decoding, folding for keys, word
 * splitting, terminal width and the escaping of text that came from data. */
#ifndef CRM_UTF8_H
#define CRM_UTF8_H

#include "base/base.h"
#include "base/buf.h"

/* True if s is well-formed UTF-8 (no overlong forms, surrogates, > U+10FFFF).
 * *bad (may be NULL) gets the offset of the first wrong byte. */
bool crm_utf8_valid(struct crm_str s, size_t *bad);

/* Bytes at the beginning of s that are ASCII. */
size_t crm_ascii_prefix(struct crm_str s);

/* The character at s.p (s.n > 0) and its length in *len; U+FFFD and 1 where
 * the bytes are not UTF-8. */
uint32_t crm_utf8_decode(struct crm_str s, size_t *len);
void crm_utf8_encode(struct crm_buf *b, uint32_t c);

/* NFKC_Casefold (UAX #31, Unicode's DerivedNormalizationProps) appended to b:
 * the normal form of every key and code. ASCII takes a fast path. */
void crm_fold(struct crm_buf *b, struct crm_str s);

/* What text and names are compared by: crm_fold, then marks (Mn) dropped
 * except in Indic scripts and kana, final sigma as sigma, letters that do not
 * decompose mapped (ł o-slash đ þ æ œ ß ı …), Arabic alef/ya/ta-marbuta forms,
 * tatweel and harakat, Hebrew niqqud and final letters folded, apostrophes of
 * all kinds as ', hyphens and dashes as -, digits of all scripts as ASCII, runs
 * of white space as one blank, none at the ends. Doing it twice changes
 * nothing. */
void crm_fold_text(struct crm_buf *b, struct crm_str folded_or_not);

/* Next word (letters, digits, marks) of a text already through crm_fold_text:
 * cuts it off *rest; false at the end. An apostrophe between letters (o'brien),
 * a full stop within a number (3.14) or between initials (u.s.a) does not
 * split; that of acme.com does. CJK characters are words of their own. */
bool crm_word_next(struct crm_str *rest, struct crm_str *word);

/* True for a letter, a digit, white space of any script. */
bool crm_is_letter(uint32_t c);
bool crm_is_digit(uint32_t c);
bool crm_is_space(uint32_t c);
/* 0..9 for a decimal digit of any script, else -1. */
int crm_digit_value(uint32_t c);

enum crm_script {
	CRM_SCRIPT_OTHER, CRM_SCRIPT_LATIN, CRM_SCRIPT_GREEK,
	CRM_SCRIPT_CYRILLIC, CRM_SCRIPT_ARABIC, CRM_SCRIPT_HEBREW,
	CRM_SCRIPT_HAN, CRM_SCRIPT_KANA, CRM_SCRIPT_HANGUL, CRM_SCRIPT_INDIC,
	CRM_SCRIPT_THAI, CRM_SCRIPT_ARMENIAN, CRM_SCRIPT_GEORGIAN
};
enum crm_script crm_script_of(uint32_t c);

/* Columns that s takes on a terminal, by grapheme cluster (UAX #29; emoji
 * sequences and flags are 2, combining marks 0), independent of the locale. */
size_t crm_width(struct crm_str s);
/* The longest beginning of s of at most `columns` columns, whole clusters. */
struct crm_str crm_width_cut(struct crm_str s, size_t columns);

/* Text from data made safe for a terminal: C0 and C1 controls, DEL, bidi
 * controls, invisible characters, line separators and broken bytes become
 * visible escapes (\n as "␤", others as "\x1b", "\u{202e}"); all else
 * unchanged. A joiner stays between letters of scripts that are spelled with
 * it (Persian, Indic) and within an emoji, one variation selector behind a
 * character. With ascii all non-ASCII becomes "\u{...}". */
void crm_safe(struct crm_buf *b, struct crm_str s, bool ascii);

#endif
