/* Check digits of the European Union's VAT numbers, and Britain's. */
#include "model/tax_sums.h"

#define WEIGHTS(...) ((const int8_t[]){ __VA_ARGS__, 0 })

bool
tax_at(const char *s, size_t n)
{
	/* "U" and eight digits; Luhn's sum shifted by 4 */
	char d[9];
	memcpy(d, s + 1, n - 1);
	int sum = tax_luhn(d, 7);
	return (16 - sum) % 10 == d[7] - '0';
}

bool
tax_be(const char *s, size_t n)
{
	int64_t a = tax_int(s, n - 2), b = tax_int(s + n - 2, 2);
	return a + b > 0 && (a + b) % 97 == 0;
}

static bool
bg_person(const char *s)
{
	int y = (int)tax_int(s, 2) + 1900, m = (int)tax_int(s + 2, 2);
	y += m > 40 ? 100 : m > 20 ? -100 : 0;
	m -= m > 40 ? 40 : m > 20 ? 20 : 0;
	return tax_date(y, m, (int)tax_int(s + 4, 2)) &&
	    tax_sum(s, WEIGHTS(2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 ==
	    s[9] - '0';
}

bool
tax_bg(const char *s, size_t n)
{
	if (n == 9) {
		int c = tax_sum(s, WEIGHTS(1, 2, 3, 4, 5, 6, 7, 8)) % 11;
		if (c == 10)
			c = tax_sum(s, WEIGHTS(3, 4, 5, 6, 7, 8, 9, 10)) % 11;
		return c % 10 == s[8] - '0';
	}
	return bg_person(s) ||
	    tax_sum(s, WEIGHTS(21, 19, 17, 13, 11, 9, 7, 3, 1)) % 10 ==
	    s[9] - '0' ||
	    (11 - tax_sum(s, WEIGHTS(4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11) % 11 ==
	    s[9] - '0';
}

bool
tax_cy(const char *s, size_t n)
{
	static const int8_t odd[] = { 1, 0, 5, 7, 9, 13, 15, 17, 19, 21 };
	int sum = 0;
	for (size_t i = 0; i < n - 1; i++)
		sum += i & 1 ? s[i] - '0' : odd[s[i] - '0'];
	return memcmp(s, "12", 2) != 0 && s[8] == 'A' + sum % 26;
}

/* Birth number: two digits a part, months + 50 for women, + 20 on overflow. */
static bool
birth_number(const char *s, size_t n)
{
	int y = 1900 + (int)tax_int(s, 2);
	int m = (int)tax_int(s + 2, 2) % 50 % 20, d = (int)tax_int(s + 4, 2);
	if (n == 9) {
		y -= y >= 1980 ? 100 : 0;
		return y <= 1953 && tax_date(y, m, d);
	}
	y += y < 1954 ? 100 : 0;
	if (!tax_date(y, m, d))
		return false;
	int check = tax_mod(s, 9, 11);
	return (y < 1985 ? check % 10 : check) == s[9] - '0';
}

bool
tax_cz(const char *s, size_t n)
{
	if (n == 8) {
		int c = (11 - tax_sum(s, WEIGHTS(8, 7, 6, 5, 4, 3, 2)) % 11) %
		    11;
		return s[0] != '9' && (c ? c : 1) % 10 == s[7] - '0';
	}
	if (n == 9 && s[0] == '6') {
		int c = tax_sum(s + 1, WEIGHTS(8, 7, 6, 5, 4, 3, 2)) % 11;
		return (18 - (21 - c) % 11) % 10 == s[8] - '0';
	}
	return birth_number(s, n);
}

bool
tax_de(const char *s, size_t n)
{
	return s[0] != '0' && tax_mod_11_10(s, n);
}

bool
tax_dk(const char *s, size_t n CRM_UNUSED)
{
	return s[0] != '0' &&
	    tax_sum(s, WEIGHTS(2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0;
}

bool
tax_ee(const char *s, size_t n CRM_UNUSED)
{
	return tax_sum(s, WEIGHTS(3, 7, 1, 3, 7, 1, 3, 7, 1)) % 10 == 0;
}

bool
tax_es(const char *s, size_t n)
{
	static const char dni[] = "TRWAGMYFPDXBNJZSQVHLCKE";
	int foreign = tax_index("XYZ", s[0]), d = s[0] - '0';
	if (strchr("KLM", s[0]))
		return s[8] == dni[tax_int(s + 1, 7) % 23];
	if (d >= 0 && d <= 9)
		return s[8] == dni[tax_int(s, 8) % 23];
	if (foreign >= 0)
		return s[8] == dni[(foreign * 10000000 + tax_int(s + 1, 7)) %
		    23];
	if (!strchr("ABCDEFGHJNPQRSUVW", s[0]))
		return false;
	char t[9];
	memcpy(t, s + 1, n - 2);
	t[7] = '0';
	int check = (10 - tax_luhn(t, 8)) % 10;
	return s[8] == '0' + check || s[8] == "JABCDEFGHI"[check];
}

bool
tax_fi(const char *s, size_t n CRM_UNUSED)
{
	return tax_sum(s, WEIGHTS(7, 9, 10, 5, 8, 4, 2, 1)) % 11 == 0;
}

bool
tax_fr(const char *s, size_t n)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
	int a = tax_index(alphabet, s[0]), b = tax_index(alphabet, s[1]);
	int64_t siren = tax_int(s + n - 9, 9);
	if (n == 9)
		return tax_luhn(s, 9) == 0;
	if (a < 0 || b < 0 ||
	    (memcmp(s + 2, "000", 3) != 0 && tax_luhn(s + 2, 9) != 0))
		return false;
	if (a < 10 && b < 10)
		return a * 10 + b == (siren * 100 + 12) % 97;
	int check = a < 10 ? a * 24 + b - 10 : a * 34 + b - 100;
	return (siren + 1 + check / 11) % 11 == check % 11;
}

static bool
gb_office(const char *s, size_t from)
{
	int v = (int)tax_int(s + from, 3);
	return memcmp(s, "GD", 2) == 0 ? v < 500 : v >= 500;
}

bool
tax_gb(const char *s, size_t n)
{
	if (n == 5)
		return gb_office(s, 2);
	if (n == 11)
		return gb_office(s, 6) &&
		    tax_int(s + 6, 3) % 97 == tax_int(s + 9, 2);
	int r = tax_sum(s, WEIGHTS(8, 7, 6, 5, 4, 3, 2, 10, 1)) % 97;
	return r == 0 || (s[0] != '0' && (r == 42 || r == 55));
}

bool
tax_gr(const char *s, size_t n)
{
	int sum = 0;
	for (size_t i = 0; i < n - 1; i++)
		sum = sum * 2 + s[i] - '0';
	return sum * 2 % 11 % 10 == s[n - 1] - '0';
}

bool
tax_hr(const char *s, size_t n)
{
	return tax_mod_11_10(s, n);
}

bool
tax_hu(const char *s, size_t n CRM_UNUSED)
{
	return tax_sum(s, WEIGHTS(9, 7, 3, 1, 9, 7, 3, 1)) % 10 == 0;
}

bool
tax_ie(const char *s, size_t n)
{
	static const char alphabet[] = "WABCDEFGHIJKLMNOPQRSTUV";
	char d[8] = "0000000";
	int extra = 0;
	if (n == 9 && (extra = tax_index(alphabet, s[8])) < 0)
		return false;
	if (s[1] >= '0' && s[1] <= '9') {
		memcpy(d, s, 7);
	} else {	/* until 2013: the second character a letter, + or * */
		memcpy(d + 1, s + 2, 5);
		d[6] = s[0];
		extra = 0;
	}
	int sum = tax_sum(d, WEIGHTS(8, 7, 6, 5, 4, 3, 2)) + 9 * extra;
	return s[7] == alphabet[sum % 23];
}

bool
tax_it(const char *s, size_t n)
{
	int office = (int)tax_int(s + 7, 3);
	return tax_int(s, 7) != 0 && ((office >= 1 && office <= 100) ||
	    office == 120 || office == 121 || office == 888 ||
	    office == 999) && tax_luhn(s, n) == 0;
}

bool
tax_lt(const char *s, size_t n)
{
	int a = 0, b = 0;
	for (size_t i = 0; i < n - 1; i++) {
		a += (1 + (int)(i % 9)) * (s[i] - '0');
		b += (1 + (int)((i + 2) % 9)) * (s[i] - '0');
	}
	int check = a % 11 == 10 ? b % 11 % 10 : a % 11;
	return s[n - 2] == '1' && check == s[n - 1] - '0';
}

bool
tax_lu(const char *s, size_t n CRM_UNUSED)
{
	return tax_int(s, 6) % 89 == tax_int(s + 6, 2);
}

bool
tax_lv(const char *s, size_t n CRM_UNUSED)
{
	if (s[0] > '3')
		return tax_sum(s, WEIGHTS(9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)) %
		    11 == 3;
	int y = 1800 + (s[6] - '0') * 100 + (int)tax_int(s + 4, 2);
	int c = 1 + tax_sum(s, WEIGHTS(10, 5, 8, 4, 2, 1, 6, 3, 7, 9));
	return tax_date(y, (int)tax_int(s + 2, 2), (int)tax_int(s, 2)) &&
	    c % 11 % 10 == s[10] - '0';
}

bool
tax_mt(const char *s, size_t n CRM_UNUSED)
{
	return s[0] != '0' &&
	    tax_sum(s, WEIGHTS(3, 4, 6, 7, 8, 9, 10, 1)) % 37 == 0;
}

bool
tax_nl(const char *s, size_t n)
{
	int sum = tax_sum(s, WEIGHTS(9, 8, 7, 6, 5, 4, 3, 2)) - (s[8] - '0');
	if (tax_int(s, 9) == 0)
		return false;
	if (n == 9 || sum % 11 == 0)
		return sum % 11 == 0 && (n == 9 || tax_int(s + 10, 2) > 0);
	/* since 2020: "NL" and the whole by ISO 7064 MOD 97-10 */
	char t[24];
	int len = snprintf(t, sizeof(t), "2321%.9s11%.2s", s, s + 10);
	return tax_int(s + 10, 2) > 0 && tax_mod(t, (size_t)len, 97) == 1;
}

bool
tax_pl(const char *s, size_t n CRM_UNUSED)
{
	return tax_sum(s, WEIGHTS(6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 ==
	    s[9] - '0';
}

bool
tax_pt(const char *s, size_t n CRM_UNUSED)
{
	int sum = tax_sum(s, WEIGHTS(9, 8, 7, 6, 5, 4, 3, 2)) % 11;
	return s[0] != '0' && (11 - sum) % 11 % 10 == s[8] - '0';
}

static bool
ro_person(const char *s)
{
	static const int16_t century[] = { 0, 1900, 1900, 1800, 1800, 2000,
		2000, 1900, 1900, 1900 };
	int y = century[s[0] - '0'] + (int)tax_int(s + 1, 2);
	int c = tax_sum(s, WEIGHTS(2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11;
	return s[0] != '0' && tax_date(y, (int)tax_int(s + 3, 2),
	    (int)tax_int(s + 5, 2)) && (c == 10 ? 1 : c) == s[12] - '0';
}

bool
tax_ro(const char *s, size_t n)
{
	char d[10] = "000000000";
	if (n == 13)
		return ro_person(s);
	memcpy(d + 10 - n, s, n - 1);
	return s[0] != '0' && 10 * tax_sum(d, WEIGHTS(7, 5, 3, 2, 1, 7, 5, 3,
	    2)) % 11 % 10 == s[n - 1] - '0';
}

bool
tax_se(const char *s, size_t n CRM_UNUSED)
{
	return tax_luhn(s, 10) == 0;
}

bool
tax_si(const char *s, size_t n CRM_UNUSED)
{
	int c = 11 - tax_sum(s, WEIGHTS(8, 7, 6, 5, 4, 3, 2)) % 11;
	return s[0] != '0' && c != 11 && c % 10 == s[7] - '0';
}

bool
tax_sk(const char *s, size_t n)
{
	return birth_number(s, n) || (s[0] != '0' && strchr("234789", s[2]) &&
	    tax_int(s, n) % 11 == 0);
}
