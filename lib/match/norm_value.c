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

/* The address in "Ann Lee <ann@example.com>" and "mailto:ann@example.com". */
static struct crm_str
bare(struct crm_str s)
{
	size_t open = crm_str_chr(s, '<'), close = crm_str_chr(s, '>');
	if (open < close && close < s.n)
		s = crm_str_sub(s, open + 1, close - open - 1);
	s = crm_str_trim(s);
	if (s.n > 7 && (s.p[0] | 32) == 'm' && memcmp(s.p + 1, "ailto:", 6) == 0)
		s = crm_str_sub(s, 7, s.n);
	return s;
}

/* The domain that is meant: slips of the pen in those that everybody has. */
static struct crm_str
meant(struct crm_str domain)
{
	static const struct { const char *typed, *meant; } t[] = {
		{ "googlemail.com", "gmail.com" }, { "gmial.com", "gmail.com" },
		{ "gmai.com", "gmail.com" }, { "gmal.com", "gmail.com" },
		{ "gamil.com", "gmail.com" }, { "gmil.com", "gmail.com" },
		{ "gmaill.com", "gmail.com" }, { "gnail.com", "gmail.com" },
		{ "gmail.con", "gmail.com" }, { "gmail.co", "gmail.com" },
		{ "gmail.cm", "gmail.com" }, { "gmail.om", "gmail.com" },
		{ "gmail.comm", "gmail.com" }, { "gmali.com", "gmail.com" },
		{ "hotmial.com", "hotmail.com" }, { "hotmal.com", "hotmail.com" },
		{ "hotmai.com", "hotmail.com" }, { "hotmil.com", "hotmail.com" },
		{ "hotmaill.com", "hotmail.com" }, { "hotmail.con", "hotmail.com" },
		{ "hotmail.co", "hotmail.com" }, { "homtail.com", "hotmail.com" },
		{ "yaho.com", "yahoo.com" }, { "yahooo.com", "yahoo.com" },
		{ "yahoo.con", "yahoo.com" }, { "yhaoo.com", "yahoo.com" },
		{ "yahoo.co", "yahoo.com" }, { "yahho.com", "yahoo.com" },
		{ "outlok.com", "outlook.com" }, { "outloo.com", "outlook.com" },
		{ "outlook.con", "outlook.com" }, { "oulook.com", "outlook.com" },
		{ "iclod.com", "icloud.com" }, { "icloud.con", "icloud.com" },
		{ "icoud.com", "icloud.com" }
	};
	for (size_t i = 0; i < CRM_LEN(t); i++)
		if (crm_str_is(domain, t[i].typed))
			return crm_str_z(t[i].meant);
	return domain;
}

/* Typed to please a form: nobody's name at all, or the domain's own. */
static bool
fake_email(struct crm_str local, struct crm_str domain)
{
	static const char *const nothing[] = { "noemail", "no", "nomail",
		"noreply", "no-reply", "donotreply" };
	struct crm_str first = crm_str_sub(domain, 0, crm_str_chr(domain, '.'));
	for (size_t i = 0; i < CRM_LEN(nothing); i++)
		if (crm_str_is(local, nothing[i]))
			return true;
	bool own = crm_str_eq(local, first) && (local.n < 3 ||
	    crm_str_is(first, "example") || crm_str_is(first, "email") ||
	    crm_str_is(first, "mail"));
	bool form = crm_str_is(local, "user") && crm_str_is(first, "domain");
	return crm_match_says_nothing(local) || own || form;
}

/* Lower case, trimmed; without "+tag"; gmail ignores dots. Values that are
 * put where none is known ("none@none.com") say nothing. */
void
crm_match_norm_email(struct crm_str raw, struct crm_buf *out)
{
	struct crm_buf all = { 0 }, b = { 0 };
	crm_fold(&all, bare(raw));
	struct crm_str s = crm_buf_view(&all);
	size_t at = crm_str_chr(s, '@');
	struct crm_str local = crm_str_sub(s, 0, at);
	struct crm_str domain = meant(crm_str_sub(s, at + 1, s.n));
	size_t plus = crm_str_chr(local, '+');
	local.n = plus ? plus : local.n;
	bool gmail = crm_str_is(domain, "gmail.com");
	if (at == s.n) {
		if (s.n > 2 && !crm_match_says_nothing(s))
			put_email(s, out);
	} else if (!fake_email(local, domain)) {
		for (size_t i = 0; i < local.n; i++)
			if (!gmail || local.p[i] != '.')
				crm_buf_c(&b, local.p[i]);
		crm_buf_c(&b, '@');
		crm_buf_str(&b, domain);
		put_email(crm_buf_view(&b), out);
	}
	crm_buf_release(&all);
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
	if (!fake_digits(s))
		crm_buf_str(out, s);
}

/* The month whose name, or the beginning of it, text begins with; 0: none. *used
 * letters went in. */
static int
month_name(struct crm_str s, size_t *used)
{
	static const char *const t[] = {
		"jan ene gen sty tam oca \u044f\u043d\u0432 \u03b9\u03b1\u03bd",
		"feb fev fév lut hel sub \u0444\u0435\u0432 \u03c6\u03b5\u03b2",
		"mar mrt maa \u043c\u0430\u0440 \u03bc\u03b1\u03c1",
		"apr avr abr kwi huh nis \u0430\u043f\u0440 \u03b1\u03c0\u03c1",
		"may mai mei mag maj tou \u043c\u0430\u0439 \u043c\u0430\u0438 "
		    "\u043c\u0430\u044f \u03bc\u03b1\u03b9",
		"jun juin giu cze kes haz \u0438\u044e\u043d "
		    "\u03b9\u03bf\u03c5\u03bd",
		"jul juil lug lip hei tem \u0438\u044e\u043b "
		    "\u03b9\u03bf\u03c5\u03bb",
		"aug aou ago sie elo agu \u0430\u0432\u0433 \u03b1\u03c5\u03b3",
		"sep set wrz syy eyl \u0441\u0435\u043d \u03c3\u03b5\u03c0",
		"oct okt ott out paz lok eki \u043e\u043a\u0442 "
		    "\u03bf\u03ba\u03c4",
		"nov lis kas marras \u043d\u043e\u044f \u03bd\u03bf\u03b5",
		"dec dez dic gru jou ara \u0434\u0435\u043a \u03b4\u03b5\u03ba"
	};
	int month = 0;
	*used = 0;
	for (size_t i = 0; i < CRM_LEN(t); i++) {
		struct crm_str rest = crm_str_z(t[i]), name;
		while (crm_str_split(&rest, ' ', &name))
			if (name.n > *used && crm_str_starts(s, name)) {
				*used = name.n;
				month = (int)i + 1;
			}
	}
	return month;
}

/* Reads the groups of digits of a date; a month by name counts as a group. */
static size_t
date_groups(struct crm_str s, int v[3], size_t digits[3], char *sep, size_t *named)
{
	size_t n = 0;
	bool word = false;
	*named = 3;
	for (size_t i = 0; i < s.n && n < 3;) {
		size_t k = i, used;
		int x = 0, month = 0;
		while (k < s.n && s.p[k] >= '0' && s.p[k] <= '9' && k - i < 9)
			x = x * 10 + (s.p[k++] - '0');
		if (k > i) {
			digits[n] = k - i;
			v[n++] = x;
			if (n == 1 && k < s.n)
				*sep = s.p[k];
			i = k;
			word = false;
			if (n == 3 || (i < s.n && s.p[i] == 't'))
				break;
			continue;
		}
		bool letter = alnum(s.p[i]);
		if (letter && !word && *named == 3)
			month = month_name(crm_str_sub(s, i, s.n), &used);
		if (month) {
			digits[n] = 2;
			v[n] = month;
			*named = n++;
			i += used - 1;
		}
		word = letter;
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

/* The days that programs put where none is known. */
static bool
blank_date(int y, int m, int d)
{
	bool first = m == 1 && d == 1, last = m == 12 && d >= 30;
	return (first && (y == 1 || y == 1600 || y == 1601 || y == 1753 ||
	    y == 1900 || y == 1901 || y == 1970)) ||
	    (last && (y == 1899 || y == 2099 || y == 9999)) ||
	    (y == 0 && m == 0 && d == 0) || (y == 1111 && m == 11);
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
	crm_fold_text(&f, crm_str_trim(raw));
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
	if (n && !blank_date(y, m, d) && y <= 9999 && m <= 99 && d <= 99)
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

/* Folded letters and digits only: where the text says something. */
static struct crm_str
put_alnum(struct crm_str raw, struct crm_buf *out)
{
	struct crm_buf f = { 0 };
	size_t start = out->n;
	crm_fold_text(&f, raw);
	bool nothing = crm_match_says_nothing(crm_buf_view(&f));
	for (size_t i = 0; i < f.n && out->n - start < 64 && !nothing; i++)
		if (alnum(f.p[i]))
			crm_buf_c(out, f.p[i]);
	crm_buf_release(&f);
	return crm_str_sub(crm_buf_view(out), start, out->n);
}

static size_t
count_digits(struct crm_str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] >= '0' && s.p[i] <= '9';
	return n;
}

/* Codes all of zeros or nines, or counted up, say nothing. */
void
crm_match_norm_code(struct crm_str raw, struct crm_buf *out)
{
	size_t start = out->n;
	struct crm_str s = put_alnum(raw, out);
	if (s.n >= 5 && count_digits(s) == s.n && fake_digits(s))
		out->n = start;
}

/* Without the country's letters before it (FI-00100) and the four digits that
 * may follow an American code. */
void
crm_match_norm_post(struct crm_str raw, struct crm_buf *out)
{
	size_t start = out->n, lead = 0;
	raw = crm_str_trim(raw);
	if (crm_str_starts(raw, CRM_STR("\u3012")))
		raw = crm_str_sub(raw, 3, raw.n);
	while (lead < raw.n && lead < 3 && (raw.p[lead] | 32) >= 'a' &&
	    (raw.p[lead] | 32) <= 'z')
		lead++;
	struct crm_str rest = crm_str_sub(raw, lead + 1, raw.n);
	if (lead && lead < raw.n && raw.p[lead] == '-' && rest.n >= 4 &&
	    count_digits(rest) >= 4)
		raw = rest;
	if (raw.n == 10 && raw.p[5] == '-' && count_digits(raw) == 9)
		raw.n = 5;
	struct crm_str s = put_alnum(raw, out);
	bool same = s.n > 0;
	for (size_t i = 0; i < s.n; i++)
		same &= s.p[i] == s.p[0] && (s.p[i] == '0' || s.p[i] == '9');
	if (same)
		out->n = start;
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
