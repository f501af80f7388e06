/* Check digits outside the European Union. */
#include "model/tax_sums.h"

#define WEIGHTS(...) ((const int8_t[]){ __VA_ARGS__, 0 })

bool
tax_ar(const char *s, size_t n CRM_UNUSED)
{
	static const int8_t kinds[] = { 20, 23, 24, 27, 30, 33, 34, 50, 51,
		55 };
	int kind = (int)tax_int(s, 2);
	int c = 11 - tax_sum(s, WEIGHTS(5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11;
	bool known = false;
	for (size_t i = 0; i < CRM_LEN(kinds); i++)
		known = known || kinds[i] == kind;
	return known && (c == 11 ? 0 : c == 10 ? 9 : c) == s[10] - '0';
}

bool
tax_au(const char *s, size_t n)
{
	int sum;
	if (n == 9)	/* ACN */
		return (10 - tax_sum(s, WEIGHTS(8, 7, 6, 5, 4, 3, 2, 1)) % 10)
		    % 10 == s[8] - '0';
	sum = tax_sum(s, WEIGHTS(10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)) - 10;
	return s[0] != '0' && sum % 89 == 0;
}

static int
br_digit(const char *s, size_t n, int high)
{
	int sum = 0;
	for (size_t i = 0; i < n; i++) {
		int w = (int)(n - i) - 1;
		sum += (high ? 2 + w % high : 2 + w) * (s[i] - '0');
	}
	return (11 - sum % 11) % 11 % 10;
}

bool
tax_br(const char *s, size_t n)
{
	int high = n == 14 ? 8 : 0;	/* CNPJ and CPF */
	return tax_int(s, n) > 0 &&
	    br_digit(s, n - 2, high) == s[n - 2] - '0' &&
	    br_digit(s, n - 1, high) == s[n - 1] - '0';
}

bool
tax_ca(const char *s, size_t n)
{
	static const char programs[] = "RC RM RP RT";
	char p[3] = { 0 };
	if (n == 15)
		memcpy(p, s + 9, 2);
	return tax_luhn(s, 9) == 0 && (n == 9 || strstr(programs, p));
}

bool
tax_ch(const char *s, size_t n CRM_UNUSED)
{
	int c = (11 - tax_sum(s + 3, WEIGHTS(5, 4, 3, 2, 7, 6, 5, 4)) % 11) %
	    11;
	return c == s[11] - '0';
}

bool
tax_cl(const char *s, size_t n)
{
	int sum = 0;
	for (size_t i = 0; i < n - 1; i++)
		sum += (int)(2 + i % 6) * (s[n - 2 - i] - '0');
	return s[n - 1] == "0K987654321"[sum % 11];
}

bool
tax_cn(const char *s, size_t n)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int8_t w[] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25,
		13, 8, 24, 10, 30, 28 };
	int sum = 0;
	for (size_t i = 0; i < n; i++) {
		int v = tax_index(alphabet, s[i]);
		if (v < 0 || (i < 8 && v > 9))
			return false;
		if (i < n - 1)
			sum += v * w[i];
	}
	return s[17] == alphabet[(31 - sum % 31) % 31];
}

bool
tax_co(const char *s, size_t n)
{
	static const int8_t w[] = { 3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47,
		53, 59, 67, 71 };
	int sum = 0;
	for (size_t i = 0; i < n - 1; i++)
		sum += w[i] * (s[n - 2 - i] - '0');
	return s[n - 1] == "01987654321"[sum % 11];
}

bool
tax_il(const char *s, size_t n)
{
	return tax_int(s, n) > 0 && tax_luhn(s, n) == 0;
}

/* Luhn over 36 characters, the holder's kind in the embedded PAN. */
bool
tax_in(const char *s, size_t n)
{
	static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	int state = (int)tax_int(s, 2), sum = 0;
	if (!((state >= 1 && state <= 38) || state == 97) || s[12] == '0' ||
	    s[13] != 'Z' || !strchr("ABCFGHLJPTK", s[5]) ||
	    memcmp(s + 7, "0000", 4) == 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		int v = tax_index(alphabet, s[n - 1 - i]);
		v = i & 1 ? 2 * v : v;
		sum += v / 36 + v % 36;
	}
	return sum % 36 == 0;
}

bool
tax_jp(const char *s, size_t n CRM_UNUSED)
{
	int sum = tax_sum(s + 1, WEIGHTS(2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1));
	return 9 - sum % 9 == s[0] - '0';
}

bool
tax_mx(const char *s, size_t n)
{
	/* 'Ñ' came here as "&", see norm_tax.c; the day decides */
	size_t d = n == 12 ? 3 : 4;
	return tax_date(2000 + (int)tax_int(s + d, 2), (int)tax_int(s + d + 2,
	    2), (int)tax_int(s + d + 4, 2));
}

bool
tax_no(const char *s, size_t n CRM_UNUSED)
{
	return tax_sum(s, WEIGHTS(3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0;
}

bool
tax_nz(const char *s, size_t n)
{
	char d[10] = "000000000";
	memcpy(d + 9 - n, s, n);
	int64_t v = tax_int(d, 9);
	int c = (11 - tax_sum(d, WEIGHTS(3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11;
	if (c == 10)
		c = (11 - tax_sum(d, WEIGHTS(7, 4, 3, 2, 5, 2, 7, 6)) % 11) %
		    11;
	return v > 10000000 && v < 150000000 && c == d[8] - '0';
}

bool
tax_ru(const char *s, size_t n)
{
	if (n == 10)
		return tax_sum(s, WEIGHTS(2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 %
		    10 == s[9] - '0';
	return tax_sum(s, WEIGHTS(7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 ==
	    s[10] - '0' &&
	    tax_sum(s, WEIGHTS(3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10 ==
	    s[11] - '0';
}

static bool
tr_person(const char *s)
{
	int odd = 0, all = 0;
	for (size_t i = 0; i < 9; i++) {
		odd += (i & 1 ? 1 : 3) * (s[i] - '0');
		all += s[i] - '0';
	}
	int a = (10 - odd % 10) % 10, b = (a + all) % 10;
	return s[0] != '0' && a == s[9] - '0' && b == s[10] - '0';
}

bool
tax_tr(const char *s, size_t n)
{
	int sum = 0;
	if (n == 11)
		return tr_person(s);
	for (int i = 1; i <= 9; i++) {
		int c = (s[9 - i] - '0' + i) % 10;
		int p = c * (1 << i) % 9;
		sum += c ? (p ? p : 9) : 0;
	}
	return (10 - sum % 10) % 10 == s[9] - '0';
}

bool
tax_ua(const char *s, size_t n)
{
	if (n == 10)
		return ((tax_sum(s + 1, WEIGHTS(5, 7, 9, 4, 6, 10, 5, 7)) -
		    (s[0] - '0')) % 11 + 11) % 11 % 10 == s[9] - '0';
	bool mid = s[0] >= '3' && s[0] <= '5';
	int c = mid ? tax_sum(s, WEIGHTS(7, 1, 2, 3, 4, 5, 6)) % 11 :
	    tax_sum(s, WEIGHTS(1, 2, 3, 4, 5, 6, 7)) % 11;
	if (c == 10)
		c = mid ? tax_sum(s, WEIGHTS(9, 3, 4, 5, 6, 7, 8)) % 11 :
		    tax_sum(s, WEIGHTS(3, 4, 5, 6, 7, 8, 9)) % 11;
	return c == s[7] - '0';
}

bool
tax_us(const char *s, size_t n CRM_UNUSED)
{
	/* prefixes that the IRS has not given out */
	static const int8_t none[] = { 0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69,
		70, 78, 79, 89, 96, 97 };
	int p = (int)tax_int(s, 2);
	for (size_t i = 0; i < CRM_LEN(none); i++)
		if (none[i] == p)
			return false;
	return true;
}

bool
tax_za(const char *s, size_t n)
{
	return strchr("012349", s[0]) && (s[0] == '4' || tax_luhn(s, n) == 0);
}
