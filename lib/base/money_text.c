#include "base/decimal.h"
#include "base/utf8.h"

/* What a character of an amount as people write it stands for: a digit, or
 * one of the signs of this list. */
enum sign {
	BLANK = 10, APOSTROPHE, DOT, COMMA, ARABIC_POINT, ARABIC_COMMA,
	MINUS, DASH, PLUS, INVISIBLE, OTHER
};

static int
sign_of(uint32_t c)
{
	int v = crm_digit_value(c);
	if (v >= 0)
		return v;
	if (crm_is_space(c))
		return BLANK;
	switch (c) {
	case '.':
	case 0xff0e:
		return DOT;
	case ',':
	case 0xff0c:
		return COMMA;
	case '\'':
	case 0x2019:
	case 0x2bc:
		return APOSTROPHE;
	case 0x66b:
		return ARABIC_POINT;
	case 0x66c:
		return ARABIC_COMMA;
	case '-':
	case 0x2212:
	case 0xfe63:
	case 0xff0d:
		return MINUS;
	case 0x2013:
	case 0x2014:
		return DASH;
	case '+':
	case 0xff0b:
		return PLUS;
	default:
		/* direction marks round Arabic and Hebrew amounts */
		return c == 0x61c || c == 0x200e || c == 0x200f ||
		    (c >= 0x202a && c <= 0x202e) ||
		    (c >= 0x2066 && c <= 0x2069) || c == 0xfeff ?
		    INVISIBLE : OTHER;
	}
}

static int
sign_at(struct crm_str s, size_t at, size_t *len)
{
	return sign_of(crm_utf8_decode(crm_str_sub(s, at, 4), len));
}

/* Cuts the first, or last, sign off s; what it was. */
static int
take_first(struct crm_str *s)
{
	size_t len;
	int k = sign_at(*s, 0, &len);
	*s = crm_str_sub(*s, len, s->n);
	return k;
}

static int
take_last(struct crm_str *s)
{
	size_t at = s->n - 1, len;
	while (at && s->n - at < 4 && ((unsigned char)s->p[at] & 0xc0) == 0x80)
		at--;
	int k = sign_at(*s, at, &len);
	s->n = at + len == s->n ? at : s->n - 1;
	return k;
}

static struct crm_str
trim(struct crm_str s)
{
	for (struct crm_str t = s; t.n; s = t) {
		int k = take_first(&t);
		if (k != BLANK && k != INVISIBLE)
			break;
	}
	for (struct crm_str t = s; t.n; s = t) {
		int k = take_last(&t);
		if (k != BLANK && k != INVISIBLE)
			break;
	}
	return s;
}

/* The code of a currency sign or code; signs of several currencies (kr, Rs)
 * are none. $ and the yen sign go to the ones that CLDR gives them to. */
static bool
currency_of(struct crm_str s, char code[4])
{
	static const char signs[][2][8] = {
		{ "EUR", "€" }, { "GBP", "£" }, { "USD", "$" },
		{ "USD", "US$" }, { "JPY", "¥" }, { "JPY", "￥" },
		{ "JPY", "円" }, { "CNY", "元" }, { "CNY", "CN¥" },
		{ "ILS", "₪" }, { "ILS", "ש\"ח" }, { "ILS", "ש״ח" },
		{ "INR", "₹" }, { "RUB", "₽" }, { "RUB", "руб" },
		{ "UAH", "₴" }, { "TRY", "₺" }, { "KRW", "₩" },
		{ "VND", "₫" }, { "NGN", "₦" }, { "PHP", "₱" },
		{ "THB", "฿" }, { "CRC", "₡" }, { "PYG", "₲" },
		{ "GHS", "₵" }, { "KZT", "₸" }, { "MNT", "₮" },
		{ "AZN", "₼" }, { "GEL", "₾" }, { "LAK", "₭" },
		{ "KHR", "៛" }, { "AMD", "֏" }, { "BDT", "৳" },
		{ "AFN", "؋" }, { "AUD", "A$" }, { "AUD", "AU$" },
		{ "CAD", "C$" }, { "CAD", "CA$" }, { "NZD", "NZ$" },
		{ "HKD", "HK$" }, { "SGD", "S$" }, { "BRL", "R$" },
		{ "TWD", "NT$" }, { "MXN", "MX$" }, { "PLN", "zł" },
		{ "CZK", "Kč" }, { "HUF", "Ft" }, { "BGN", "лв" },
		{ "RON", "lei" }, { "CHF", "SFr" }, { "EGP", "ج.م" },
		{ "SAR", "ر.س" }, { "AED", "د.إ" }, { "KWD", "د.ك" },
		{ "BHD", "د.ب" }, { "QAR", "ر.ق" }, { "OMR", "ر.ع" },
		{ "JOD", "د.أ" }, { "TND", "د.ت" }, { "DZD", "د.ج" },
		{ "MAD", "د.م" }, { "LBP", "ل.ل" },
	};
	char t[16 + 4] = "";
	struct crm_str name = { t, 0 };
	for (size_t i = 0, len; i < s.n; i += len) {
		if (sign_at(s, i, &len) == INVISIBLE)
			continue;
		if (name.n + len > 16)
			return false;
		memcpy(t + name.n, s.p + i, len);
		name.n += len;
	}
	/* the full stop of an abbreviation (лв.), but not of "USD.50" */
	if (name.n > 2 && t[name.n - 1] == '.') {
		struct crm_str left = { t, name.n - 1 };
		size_t len;
		take_last(&left);
		uint32_t c = crm_utf8_decode((struct crm_str){ t + left.n, 4 },
		    &len);
		if (c >= 0x80 && crm_is_letter(c))
			name.n--;
	}
	for (size_t i = 0; i < CRM_LEN(signs); i++)
		if (crm_str_is(name, signs[i][1])) {
			memcpy(code, signs[i][0], 4);
			return true;
		}
	for (size_t i = 0; i < name.n; i++)
		if (t[i] >= 'a' && t[i] <= 'z')
			t[i] = (char)(t[i] - 32);
	if (crm_currency_digits(name) < 0)
		return false;
	memcpy(code, t, 3);
	code[3] = '\0';
	return true;
}

struct amount {
	bool minus, sign;	/* negative; a sign was seen */
	char *currency;		/* NULL: none allowed */
	unsigned __int128 v;
	int digits, scale;
};

/* What stands before or behind the digits: a sign, a currency, both or
 * nothing. */
static bool
affix(struct amount *a, struct crm_str s, bool before)
{
	s = trim(s);
	for (int end = 0; end < 2 && s.n; end++) {
		struct crm_str t = s;
		int k = end ? take_last(&t) : take_first(&t);
		if (k != MINUS && !(k == PLUS && before))
			continue;
		if (a->sign)
			return false;
		a->sign = true;
		a->minus = k == MINUS;
		s = trim(t);
	}
	if (s.n == 0)
		return true;
	return a->currency && !a->currency[0] && currency_of(s, a->currency);
}

static bool
add_digit(struct amount *a, int v)
{
	a->v = a->v * 10 + (unsigned)v;
	a->digits += a->v != 0;
	return a->digits <= 34 && a->scale <= CRM_DEC_MAX_SCALE;
}

/* Digits in groups: one and the same separator; behind the first group of one
 * to three all have three digits, or (Indian) all but the last have two. */
struct groups {
	int sep, n, len;	/* separator, separators seen, digits in this */
	bool threes, twos;
};

static bool
group_end(struct groups *g, int sep)
{
	if (g->n == 0) {
		g->sep = sep;
		g->threes = g->len >= 1 && g->len <= 3;
		g->twos = g->len >= 1 && g->len <= 2;
	} else {
		g->threes = g->threes && g->len == 3;
		g->twos = g->twos && g->len == 2;
	}
	g->n++;
	g->len = 0;
	return sep == g->sep && (g->threes || g->twos);
}

static bool
numeral(struct amount *a, struct crm_str s, char mark)
{
	struct groups g = { 0 };
	int point = mark == ',' ? COMMA : DOT;
	bool fraction = false;
	while (s.n) {
		int k = take_first(&s);
		if (k < 10) {
			g.len++;
			a->scale += fraction;
			if (!add_digit(a, k))
				return false;
		} else if (fraction) {
			return false;
		} else if (k == point || k == ARABIC_POINT) {
			fraction = true;
			if (g.n && g.len != 3)
				return false;
			g.n = 0;
		} else if (k > ARABIC_COMMA || !group_end(&g, k)) {
			return false;
		}
	}
	return g.n == 0 || g.len == 3;
}

/* Where the first digit stands, and the end of the last. */
static bool
digits_between(struct crm_str s, size_t *from, size_t *to)
{
	bool any = false;
	for (size_t i = 0, len; i < s.n; i += len)
		if (sign_at(s, i, &len) < 10) {
			if (!any)
				*from = i;
			any = true;
			*to = i + len;
		}
	return any;
}

/* "100.-" and "5.": a decimal mark without digits behind it. */
static struct crm_str
skip_empty_fraction(struct crm_str s, char mark)
{
	struct crm_str t = s;
	int point = mark == ',' ? COMMA : DOT;
	if (s.n == 0 || take_first(&t) != point)
		return s;
	s = t;
	if (t.n) {
		int k = take_first(&t);
		if (k == MINUS || k == DASH)
			s = t;
	}
	return s;
}

bool
crm_dec_parse_human(struct crm_str s, char decimal_mark, struct crm_dec *out,
    char currency[4])
{
	struct amount a = { .currency = currency };
	size_t from, to;
	if (currency)
		memset(currency, 0, 4);
	s = trim(s);
	if (s.n > 200)
		return false;
	if (s.n > 2 && s.p[0] == '(' && s.p[s.n - 1] == ')') {
		a.minus = a.sign = true;
		s = trim(crm_str_sub(s, 1, s.n - 2));
	}
	if (!digits_between(s, &from, &to))
		return false;
	struct crm_str front = crm_str_sub(s, 0, from);
	struct crm_str body = crm_str_sub(s, from, to - from);
	struct crm_str back = crm_str_sub(s, to, s.n);
	struct amount saved = a;
	if (!affix(&a, front, true)) {
		/* ".5": the mark before the first digit is no affix */
		struct crm_str t = front;
		int k = take_last(&t);
		if (k != (decimal_mark == ',' ? COMMA : DOT) &&
		    k != ARABIC_POINT)
			return false;
		a = saved;
		if (currency)
			memset(currency, 0, 4);
		if (!affix(&a, t, true))
			return false;
		body = crm_str_sub(s, t.n, to - t.n);
	}
	if (!affix(&a, skip_empty_fraction(back, decimal_mark), false) ||
	    !numeral(&a, body, decimal_mark))
		return false;
	crm_i128 v = (crm_i128)a.v;
	*out = (struct crm_dec){ a.minus ? -v : v, a.scale };
	return true;
}
