#include "model/norm_address.h"
#include "base/utf8.h"
#include "model/norm_iso.h"

enum { CODE_MAX = 24 };

/* Letters and digits in ASCII upper case; false where anything else than
 * separators stands there. */
static bool
compact(struct crm_str s, char out[CODE_MAX + 1])
{
	struct crm_buf f = { 0 };
	size_t n = 0, l;
	bool good = s.n <= 100;
	if (good)
		crm_fold(&f, s);
	s = crm_buf_view(&f);
	for (; good && s.n; s = crm_str_sub(s, l, s.n)) {
		uint32_t c = crm_utf8_decode(s, &l);
		int d = crm_digit_value(c);
		if (d >= 0)
			c = (uint32_t)('0' + d);
		if (c == ' ' || c == '-' || c == '.' || c == 0x2013 ||
		    c == 0x2010 || c == 0x3012)
			continue;
		good = n < CODE_MAX && ((c >= 'a' && c <= 'z') ||
		    (c >= '0' && c <= '9'));
		if (good)
			out[n++] = (char)(c >= 'a' ? c - 32 : c);
	}
	out[n] = 0;
	crm_buf_release(&f);
	return good;
}

/* The value in the mask's spelling; false where it does not fit. */
static bool
fit(struct crm_str mask, const char *v, struct crm_buf *b)
{
	size_t start = b->n;
	for (size_t i = 0; i < mask.n; i++) {
		char m = mask.p[i], c = *v;
		bool digit = c >= '0' && c <= '9', letter = c >= 'A';
		if (m == ' ' || m == '-') {
			crm_buf_c(b, m);
			continue;
		}
		if (!c || !(m == '9' ? digit : m == 'A' ? letter :
		    m == '*' ? digit || letter : c == m)) {
			b->n = start;
			return false;
		}
		crm_buf_c(b, c);
		v++;
	}
	if (*v)
		b->n = start;
	return *v == 0;
}

static bool
fit_any(const char *masks, const char *v, struct crm_buf *b)
{
	struct crm_str rest = crm_str_z(masks), mask;
	while (crm_str_split(&rest, '|', &mask))
		if (fit(mask, v, b))
			return true;
	return false;
}

/* With a country's letters before the code too ("GR-10563", "L-1234"), and
 * with the zeroes that spreadsheets eat. */
static bool
fit_loose(const struct iso_country *c, const char *v, struct crm_buf *b)
{
	static const char signs[][4] = { "F", "D", "A", "B", "I", "L", "S",
		"N", "P", "E", "H", "FIN", "FL" };
	char padded[CODE_MAX + 2];
	if (fit_any(c->postcode, v, b))
		return true;
	if (strncmp(v, c->code, 2) == 0 && fit_any(c->postcode, v + 2, b))
		return true;
	for (size_t i = 0; i < CRM_LEN(signs); i++) {
		size_t n = strlen(signs[i]);
		if (c->code[0] == signs[i][0] && strncmp(v, signs[i], n) == 0
		    && v[n] >= '0' && v[n] <= '9' &&
		    fit_any(c->postcode, v + n, b))
			return true;
	}
	size_t n = strlen(v), want = strspn(c->postcode, "9");
	snprintf(padded, sizeof(padded), "0%s", v);
	return c->postcode[want] == 0 && n + 1 == want && want >= 4 &&
	    strspn(v, "0123456789") == n && fit_any(c->postcode, padded, b);
}

static const struct iso_country *
country_of(struct crm_str code)
{
	char up[2];
	for (size_t i = 0; i < 2 && code.n == 2; i++)
		up[i] = (char)(code.p[i] & ~0x20);
	return code.n == 2 ? crm_country_at((struct crm_str){ up, 2 }) : NULL;
}

bool
crm_postcode_fix(struct crm_buf *b, struct crm_str s, struct crm_str country)
{
	const struct iso_country *c = country_of(country);
	char v[CODE_MAX + 1];
	return c && c->postcode[0] && c->postcode[0] != '-' &&
	    compact(s, v) && v[0] && fit_loose(c, v, b);
}

const char *
crm_postcode_check(struct crm_str s, struct crm_str country)
{
	const struct iso_country *c = country_of(country);
	char v[CODE_MAX + 1];
	struct crm_buf b = { 0 };
	if (!c || c->postcode[0] == 0 || c->postcode[0] == '-')
		return NULL;
	bool good = compact(s, v) && fit_loose(c, v, &b);
	crm_buf_release(&b);
	return good ? NULL : _("not the shape of that country's postcodes");
}

void
crm_postcode_key(struct crm_buf *b, struct crm_str s, struct crm_str country)
{
	char v[CODE_MAX + 1];
	struct crm_buf f = { 0 };
	if (crm_postcode_fix(&f, s, country))
		s = crm_buf_view(&f);
	if (compact(s, v))
		crm_buf_z(b, v);
	else
		crm_fold_text(b, s);
	crm_buf_release(&f);
}

static struct crm_str
part(const struct crm_address *a, char letter)
{
	switch (letter) {
	case 'N':
		return a->name;
	case 'O':
		return a->organisation;
	case 'A':
		return a->street;
	case 'D':
		return a->district;
	case 'C':
		return a->city;
	case 'S':
		return a->region;
	case 'Z':
		return a->postal_code;
	default:
		return (struct crm_str){ 0 };
	}
}

/* One line of a format: literals stand only between parts that are there, or
 * before one they are written with ("FI-%Z"). */
static void
put_line(struct crm_buf *b, struct crm_str f, const struct crm_address *a,
    const struct iso_country *c)
{
	struct crm_str literal = { 0 };
	bool any = false;
	for (size_t i = 0; i < f.n;) {
		if (f.p[i] != '%') {
			size_t n = crm_str_chr(crm_str_sub(f, i, f.n), '%');
			literal = crm_str_sub(f, i, n);
			i += n;
			continue;
		}
		char letter = i + 1 < f.n ? f.p[i + 1] : 0;
		struct crm_str p = crm_str_trim(part(a, letter));
		struct crm_buf fixed = { 0 };
		i += 2;
		if (p.n == 0)
			continue;
		if (any || (literal.n && crm_is_letter((unsigned char)
		    literal.p[0])))
			crm_buf_str(b, literal);
		if (letter == 'Z' && crm_postcode_fix(&fixed, p,
		    crm_str_z(c->code)))
			p = crm_buf_view(&fixed);
		crm_buf_str(b, p);
		crm_buf_release(&fixed);
		literal.n = 0;
		any = true;
	}
	if (any)
		crm_buf_c(b, '\n');
}

void
crm_address_format(struct crm_buf *b, const struct crm_address *a,
    struct crm_str home, bool latin)
{
	static const struct iso_country nowhere = {
		.format = "%N\n%O\n%A\n%C %Z\n%S" };
	const struct iso_country *c = country_of(a->country);
	if (!c)
		c = &nowhere;
	struct crm_str f = crm_str_z(latin && c->latin[0] ? c->latin :
	    c->format), line;
	while (crm_str_split(&f, '\n', &line))
		put_line(b, line, a, c);
	if (c == &nowhere || crm_str_eq(a->country, home))
		return;
	for (const char *p = c->name; *p; p++)
		crm_buf_c(b, *p >= 'a' && *p <= 'z' ? (char)(*p & ~0x20) : *p);
	crm_buf_c(b, '\n');
}
