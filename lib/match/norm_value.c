/* Normal forms of addresses, numbers and dates. */
#include "base/utf8.h"
#include "match/inner.h"
#include "model/norm_email.h"
#include "model/norm_iso.h"

static bool
alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	    (unsigned char)c >= 0x80;
}

/* An address as it is kept: what its parts are (1 an office's, 2 a domain open
 * to all), the length of the local part, the text. */
static void
put_email(struct crm_str all, struct crm_buf *out)
{
	size_t at = crm_str_chr(all, '@');
	struct crm_str domain = crm_str_sub(all, at + 1, all.n);
	bool role = crm_mailbox_is_role(crm_str_sub(all, 0, at));
	bool open = domain.n == 0 || crm_domain_is_public(domain);
	crm_buf_c(out, (char)(role | open << 1));
	crm_buf_c(out, (char)(at > 255 ? 255 : at));
	crm_buf_str(out, all);
}

/* Lower case, trimmed; without "+tag"; gmail ignores dots. Values that are
 * put where none is known ("none@none.com") say nothing. */
void
crm_match_norm_email(struct crm_str raw, struct crm_buf *out)
{
	static const char *const nothing[] = { "none", "noemail", "no", "na",
		"test", "unknown", "nomail", "null", "noreply", "no-reply",
		"donotreply" };
	size_t start = out->n;
	crm_fold(out, crm_str_trim(raw));
	struct crm_str all = crm_str_sub(crm_buf_view(out), start, out->n);
	size_t at = crm_str_chr(all, '@');
	struct crm_str local = crm_str_sub(all, 0, at), domain;
	if (at == all.n) {
		struct crm_buf copy = { 0 };
		crm_buf_str(&copy, all);
		out->n = start;
		if (copy.n > 2)
			put_email(crm_buf_view(&copy), out);
		crm_buf_release(&copy);
		return;
	}
	for (size_t i = 0; i < CRM_LEN(nothing); i++)
		if (crm_str_is(local, nothing[i])) {
			out->n = start;
			return;
		}
	domain = crm_str_sub(all, at + 1, all.n);
	if (crm_str_is(domain, "googlemail.com"))
		domain = crm_str_z("gmail.com");
	size_t plus = crm_str_chr(local, '+');
	local.n = plus ? plus : local.n;
	struct crm_buf b = { 0 };
	bool gmail = crm_str_is(domain, "gmail.com");
	for (size_t i = 0; i < local.n; i++)
		if (!gmail || local.p[i] != '.')
			crm_buf_c(&b, local.p[i]);
	crm_buf_c(&b, '@');
	crm_buf_str(&b, domain);
	out->n = start;
	put_email(crm_buf_view(&b), out);
	crm_buf_release(&b);
}

struct crm_match_email
crm_match_email_parse(struct crm_str norm)
{
	unsigned at = (unsigned char)norm.p[1];
	struct crm_str all = { norm.p + 2, norm.n - 2 };
	return (struct crm_match_email){ .all = all,
		.local = { all.p, at },
		.domain = crm_str_sub(all, at + 1, all.n),
		.role = norm.p[0] & 1, .open = norm.p[0] & 2 };
}

/* All digits the same, or a run up or down: typed to please a form. */
static bool
fake_digits(struct crm_str d)
{
	int step = d.n > 1 ? d.p[1] - d.p[0] : 0;
	for (size_t i = 1; i < d.n; i++) {
		int s = d.p[i] - d.p[i - 1];
		bool round = step == 1 && d.p[i - 1] == '9' && d.p[i] == '0';
		if (s != step && !round)
			return false;
	}
	return step >= -1 && step <= 1;
}

/* The last nine digits of the number without its extension: what is left of a
 * national number after any trunk or country prefix. */
void
crm_match_norm_phone(struct crm_str raw, struct crm_buf *out)
{
	char d[32];
	size_t n = 0;
	while (raw.n && n < sizeof(d)) {
		size_t len;
		uint32_t c = crm_utf8_decode(raw, &len);
		int v = crm_digit_value(c);
		bool stop = (c | 32) == 'x' || c == '#' || c == ';' ||
		    ((c | 32) == 'e' && n >= 6);
		if (stop && n >= 6)
			break;
		if (v >= 0)
			d[n++] = (char)('0' + v);
		raw = crm_str_sub(raw, len, raw.n);
	}
	size_t zeros = 0;
	while (zeros < n && d[zeros] == '0')
		zeros++;
	struct crm_str s = { d + zeros, n - zeros };
	if (s.n < 4 || fake_digits(s))
		return;
	if (s.n > 9)
		s = crm_str_sub(s, s.n - 9, 9);
	crm_buf_str(out, s);
}

/* Reads the groups of digits of a date; a month by name counts as a group. */
static size_t
date_groups(struct crm_str s, int v[3], size_t digits[3], char *sep, size_t *named)
{
	static const char mon[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	size_t n = 0;
	*named = 3;
	for (size_t i = 0; i < s.n && n < 3;) {
		size_t k = i;
		int x = 0;
		while (k < s.n && s.p[k] >= '0' && s.p[k] <= '9' && k - i < 9)
			x = x * 10 + (s.p[k++] - '0');
		if (k > i) {
			digits[n] = k - i;
			v[n++] = x;
			if (n == 1 && k < s.n)
				*sep = s.p[k];
			i = k;
			if (n == 3 || (i < s.n && s.p[i] == 't'))
				break;
			continue;
		}
		for (size_t j = 0; j < 12 && i + 3 <= s.n && *named == 3; j++)
			if (memcmp(s.p + i, mon + 3 * j, 3) == 0) {
				digits[n] = 2;
				v[n] = (int)j + 1;
				*named = n++;
				i += 2;
				break;
			}
		i++;
	}
	return n;
}

static void
put_date(struct crm_buf *out, int y, int m, int d, bool swap)
{
	crm_buf_printf(out, "%04d%02d%02d%s", y, m, d, swap ? "?" : "");
}

static int
century(int y, size_t digits)
{
	return digits > 2 ? y : y < 30 ? 2000 + y : 1900 + y;
}

/* YYYYMMDD, parts not said are zeros, "?" behind where month and day may be
 * the other way about. The days that programs put for "unknown" say nothing. */
void
crm_match_norm_date(struct crm_str raw, struct crm_buf *out)
{
	struct crm_buf f = { 0 };
	int v[3] = { 0 }, y = 0, m = 0, d = 0;
	size_t digits[3] = { 0 }, named;
	char sep = '-';
	crm_fold(&f, crm_str_trim(raw));
	size_t n = date_groups(crm_buf_view(&f), v, digits, &sep, &named);
	bool swap = false;
	if (n == 1 && digits[0] == 8) {
		y = v[0] / 10000, m = v[0] / 100 % 100, d = v[0] % 100;
		if (m > 12 || d > 31)
			d = v[0] / 1000000, m = v[0] / 10000 % 100,
			y = v[0] % 10000;
	} else if (n == 1) {
		y = v[0];
	} else if (n == 2) {
		y = v[0], m = v[1];
		if (digits[0] < 3 && digits[1] > 2)
			y = v[1], m = v[0];
	} else if (n == 3 && (digits[0] > 2 || v[0] > 31)) {
		y = v[0], m = v[1], d = v[2];
	} else if (n == 3) {
		y = century(v[2], digits[2]);
		bool us = named == 0 || (v[1] > 12 && v[0] <= 12);
		m = us ? v[0] : v[1];
		d = us ? v[1] : v[0];
		swap = named == 3 && sep != '.' && v[0] <= 12 && v[1] <= 12 &&
		    v[0] != v[1];
	}
	bool blank = (y == 1900 || y == 1970 || y == 1) && m == 1 && d == 1;
	if (n && !blank && y <= 9999 && m <= 99 && d <= 99)
		put_date(out, y, m, d, swap);
	crm_buf_release(&f);
}

struct crm_match_date
crm_match_date_parse(struct crm_str s)
{
	struct crm_match_date t = { 0 };
	if (s.n < 8)
		return t;
	t.y = (s.p[0] - '0') * 1000 + (s.p[1] - '0') * 100 +
	    (s.p[2] - '0') * 10 + (s.p[3] - '0');
	t.m = (s.p[4] - '0') * 10 + (s.p[5] - '0');
	t.d = (s.p[6] - '0') * 10 + (s.p[7] - '0');
	t.swap = s.n > 8;
	return t;
}

/* Folded letters and digits only; codes all of zeros or nines say nothing. */
void
crm_match_norm_code(struct crm_str raw, struct crm_buf *out)
{
	struct crm_buf f = { 0 };
	size_t start = out->n;
	crm_fold_text(&f, raw);
	for (size_t i = 0; i < f.n && out->n - start < 64; i++)
		if (alnum(f.p[i]))
			crm_buf_c(out, f.p[i]);
	struct crm_str s = crm_str_sub(crm_buf_view(out), start, out->n);
	bool digits = s.n >= 5;
	for (size_t i = 0; i < s.n; i++)
		digits &= s.p[i] >= '0' && s.p[i] <= '9';
	if ((digits && fake_digits(s)) || crm_str_is(s, "na") ||
	    crm_str_is(s, "none") || crm_str_is(s, "null"))
		out->n = start;
	crm_buf_release(&f);
}

void
crm_match_norm_country(struct crm_str raw, struct crm_buf *out)
{
	char code[3];
	if (crm_country_key(raw, code))
		crm_buf_z(out, code);
	else
		crm_fold_text(out, raw);
}
