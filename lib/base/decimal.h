/* Exact decimals. No money ever passes through a double. A decimal is a
 * 128-bit integer and a count of fraction digits. */
#ifndef CRM_DECIMAL_H
#define CRM_DECIMAL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

/* Aligned as arenas give memory: 16 would make every structure that holds one
 * too fine for them. */
typedef __int128 crm_i128 __attribute__((aligned(8)));

struct crm_dec {
	crm_i128 v;	/* value = v / 10^scale */
	int scale;	/* 0..18 */
};

enum { CRM_DEC_MAX_SCALE = 18 };

enum crm_rounding { CRM_HALF_EVEN, CRM_HALF_UP, CRM_DOWN };

/* Strict: [-+]digits[.digits][e[-+]digits], ASCII digits, at most 34
 * significant digits and 18 of fraction; false for anything else. Trailing
 * zeroes keep their scale ("1.50" has 2). */
bool crm_dec_parse(struct crm_str s, struct crm_dec *out);
/* As people write it, with the given decimal mark ('.' or ','): blanks, NBSP,
 * apostrophes and the other mark as thousands separators (only in groups of
 * 3, or Indian 2), a currency sign or code before or behind (its ISO code into
 * currency[4], "" without; NULL refuses one; signs that several currencies
 * share, as kr, are refused), parentheses or a trailing minus for negative,
 * "100,-" for no fraction, digits of any script, the Arabic decimal and
 * thousands signs, direction marks ignored. */
bool crm_dec_parse_human(struct crm_str s, char decimal_mark,
    struct crm_dec *out, char currency[4]);
/* Canonical text: no '+', no exponent, no leading zeroes, all `scale` fraction
 * digits. */
void crm_dec_format(struct crm_buf *b, struct crm_dec d);
/* -1, 0, 1; exact at any two scales. */
int crm_dec_cmp(struct crm_dec a, struct crm_dec b);
/* false on overflow of 38 digits. */
bool crm_dec_add(struct crm_dec a, struct crm_dec b, struct crm_dec *out)
    CRM_MUST;
bool crm_dec_sub(struct crm_dec a, struct crm_dec b, struct crm_dec *out)
    CRM_MUST;
/* a * b / c rounded once to `scale` digits (c must not be 0). */
bool crm_dec_muldiv(struct crm_dec a, struct crm_dec b, struct crm_dec c,
    int scale, enum crm_rounding r, struct crm_dec *out) CRM_MUST;
/* The same value at another scale, rounded once. */
bool crm_dec_rescale(struct crm_dec a, int scale, enum crm_rounding r,
    struct crm_dec *out) CRM_MUST;
/* The nearest double (ties to even), for statistics only. */
double crm_dec_double(struct crm_dec d);
/* An order-preserving key of at most 4 bytes (sign, exponent, two digits) for
 * range indexes: a < b gives key(a) <= key(b) in byte order, equal values have
 * equal keys. Returns its length, 1 for zero, else 3. */
size_t crm_dec_key(struct crm_dec d, uint8_t key[4]);

/* Fraction digits of a currency by ISO 4217 (EUR 2, JPY 0, KWD 3), withdrawn
 * codes too (HRK, ITL), 2 for those that have none (XAU, XDR, XTS); -1 for a
 * code that is none. Upper case, 3 letters. */
int crm_currency_digits(struct crm_str code);

#endif
