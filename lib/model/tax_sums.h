/* The arithmetic that check digits share: for the tax_*.c files only. Numbers
 * are ASCII, shape checked before. */
#ifndef CRM_TAX_SUMS_H
#define CRM_TAX_SUMS_H

#include "base/base.h"

/* The sum of weight times digit; weights end with 0. */
static inline int
tax_sum(const char *s, const int8_t *w)
{
	int sum = 0;
	for (; *w; w++, s++)
		sum += *w * (*s - '0');
	return sum;
}

/* The number in n digits (at most 18). */
static inline int64_t
tax_int(const char *s, size_t n)
{
	int64_t v = 0;
	while (n--)
		v = v * 10 + *s++ - '0';
	return v;
}

/* A decimal number of any length modulo m (m < 2^20). */
static inline int
tax_mod(const char *s, size_t n, int m)
{
	int v = 0;
	while (n--)
		v = (v * 10 + *s++ - '0') % m;
	return v;
}

/* Luhn's sum modulo 10 (ISO/IEC 7812-1 annex B): 0 with a right check digit. */
static inline int
tax_luhn(const char *s, size_t n)
{
	int sum = 0;
	for (size_t i = 0; i < n; i++) {
		int d = s[n - 1 - i] - '0';
		d = i & 1 ? 2 * d : d;
		sum += d > 9 ? d - 9 : d;
	}
	return sum % 10;
}

/* ISO/IEC 7064, MOD 11,10: true with a right check digit. */
static inline bool
tax_mod_11_10(const char *s, size_t n)
{
	int check = 5;
	while (n--)
		check = ((check ? check : 10) * 2 % 11 + *s++ - '0') % 10;
	return check == 1;
}

/* A real day, years of four digits. */
static inline bool
tax_date(int y, int m, int d)
{
	static const int8_t days[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
	return m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1] &&
	    (m != 2 || d < 29 || leap);
}

static inline int
tax_index(const char *alphabet, char c)
{
	const char *p = c ? strchr(alphabet, c) : NULL;
	return p ? (int)(p - alphabet) : -1;
}

/* Checks of tax_eu.c and tax_world.c, by country. */
bool tax_at(const char *s, size_t n);
bool tax_be(const char *s, size_t n);
bool tax_bg(const char *s, size_t n);
bool tax_cy(const char *s, size_t n);
bool tax_cz(const char *s, size_t n);
bool tax_de(const char *s, size_t n);
bool tax_dk(const char *s, size_t n);
bool tax_ee(const char *s, size_t n);
bool tax_es(const char *s, size_t n);
bool tax_fi(const char *s, size_t n);
bool tax_fr(const char *s, size_t n);
bool tax_gb(const char *s, size_t n);
bool tax_gr(const char *s, size_t n);
bool tax_hr(const char *s, size_t n);
bool tax_hu(const char *s, size_t n);
bool tax_ie(const char *s, size_t n);
bool tax_it(const char *s, size_t n);
bool tax_lt(const char *s, size_t n);
bool tax_lu(const char *s, size_t n);
bool tax_lv(const char *s, size_t n);
bool tax_mt(const char *s, size_t n);
bool tax_nl(const char *s, size_t n);
bool tax_pl(const char *s, size_t n);
bool tax_pt(const char *s, size_t n);
bool tax_ro(const char *s, size_t n);
bool tax_se(const char *s, size_t n);
bool tax_si(const char *s, size_t n);
bool tax_sk(const char *s, size_t n);
bool tax_ar(const char *s, size_t n);
bool tax_au(const char *s, size_t n);
bool tax_br(const char *s, size_t n);
bool tax_ca(const char *s, size_t n);
bool tax_ch(const char *s, size_t n);
bool tax_cl(const char *s, size_t n);
bool tax_cn(const char *s, size_t n);
bool tax_co(const char *s, size_t n);
bool tax_il(const char *s, size_t n);
bool tax_in(const char *s, size_t n);
bool tax_jp(const char *s, size_t n);
bool tax_mx(const char *s, size_t n);
bool tax_no(const char *s, size_t n);
bool tax_nz(const char *s, size_t n);
bool tax_ru(const char *s, size_t n);
bool tax_tr(const char *s, size_t n);
bool tax_ua(const char *s, size_t n);
bool tax_us(const char *s, size_t n);
bool tax_za(const char *s, size_t n);

#endif
