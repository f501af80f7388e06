#include "model/norm_tax.h"
#include "base/utf8.h"
#include "model/tax_checks.h"

enum { RAW_MAX = 200, NUMBER_MAX = 32 };

static const struct tax_rule *
rule_of(const char *country)
{
	const struct tax_rule *r;
	for (size_t i = 0; (r = tax_rule_at(i)); i++)
		if (strcmp(r->country, country) == 0)
			return r;
	return NULL;
}

static const struct tax_rule *
rule_of_prefix(const char *s, size_t *len)
{
	const struct tax_rule *r;
	for (size_t i = 0; (r = tax_rule_at(i)); i++) {
		*len = strlen(r->prefix);
		if (*len && strncmp(s, r->prefix, *len) == 0)
			return r;
	}
	*len = 2;
	return strncmp(s, "GR", 2) == 0 ? rule_of("GR") :
	    strncmp(s, "XI", 2) == 0 ? rule_of("GB") : NULL;
}

static bool
shape_char(char shape, char c)
{
	bool digit = c >= '0' && c <= '9', letter = c >= 'A' && c <= 'Z';
	switch (shape) {
	case '9':
		return digit;
	case 'A':
		return letter;
	case '*':
		return digit || letter || c == '&' || c == '+';
	default:
		return c == shape;
	}
}

/* "A" is a wild letter, so shapes with a literal 'A' ("HA999", "TVA") match a
 * little more than they say; the check refuses the rest. */
static bool
shape_fits(const char *shapes, const char *s)
{
	struct crm_str rest = crm_str_z(shapes), one;
	size_t n = strlen(s);
	while (crm_str_split(&rest, ' ', &one)) {
		size_t i = 0;
		if (one.n != n)
			continue;
		while (i < n && shape_char(one.p[i], s[i]))
			i++;
		if (i == n)
			return true;
	}
	return false;
}

/* Letters and digits of the number in ASCII upper case, without separators;
 * false where something else stands there. */
static bool
compact(struct crm_str raw, char out[NUMBER_MAX + 1])
{
	struct crm_buf f = { 0 };
	size_t n = 0;
	bool good = raw.n <= RAW_MAX;
	if (good)
		crm_fold(&f, raw);
	struct crm_str s = crm_buf_view(&f);
	for (size_t l; good && s.n; s = crm_str_sub(s, l, s.n)) {
		uint32_t c = crm_utf8_decode(s, &l);
		int d = crm_digit_value(c);
		if (d >= 0)
			c = (uint32_t)('0' + d);
		if (c == ' ' || c == '-' || c == '.' || c == '/' || c == ',' ||
		    c == ':' || c == '_' || (c >= 0x2010 && c <= 0x2015))
			continue;
		if (c == 0xf1)	/* n with tilde, in Mexican numbers */
			c = '&';
		bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '&' || c == '+';
		good = fine && n < NUMBER_MAX;
		if (good)
			out[n++] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
	}
	crm_buf_release(&f);
	out[n] = 0;
	return good;
}

/* Old and short forms: leading zeroes that people leave away. */
static void
pad(const struct tax_rule *r, char *s)
{
	static const char short_ones[][3] = { "GR", "BE", "IL" };
	size_t want = strcmp(r->country, "BE") == 0 ? 10 : 9;
	size_t n = strlen(s);
	for (size_t i = 0; i < CRM_LEN(short_ones); i++)
		if (strcmp(short_ones[i], r->country) == 0 && n == want - 1) {
			memmove(s + 1, s, n + 1);
			s[0] = '0';
		}
}

static enum crm_tax_status
judge(const struct tax_rule *r, const char *s)
{
	if (!shape_fits(r->shapes, s))
		return CRM_TAX_SHAPE;
	const char *digits = s[0] == 'T' && strcmp(r->country, "JP") == 0 ?
	    s + 1 : s;
	return !r->check || r->check(digits, strlen(digits)) ? CRM_TAX_OK :
	    CRM_TAX_CHECK;
}

void
crm_tax_parse(struct crm_str raw, struct crm_str country, struct crm_tax *out)
{
	char s[NUMBER_MAX + 1], home[3] = { 0 };
	size_t cut;
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < 2 && country.n == 2; i++)
		home[i] = (char)(country.p[i] & ~0x20);
	out->status = CRM_TAX_SHAPE;
	if (!compact(raw, s))
		return;
	const struct tax_rule *mine = rule_of(home);
	const struct tax_rule *named = rule_of_prefix(s, &cut);
	/* a Swiss number keeps its "CHE"; a Spanish one may begin with "ES"
	 * only by its prefix, for letters stand alone in front */
	if (named && strcmp(named->country, "CH") != 0)
		out->prefixed = true;
	const struct tax_rule *r = named ? named : mine;
	memcpy(out->number, s + (out->prefixed ? cut : 0),
	    sizeof(s) - (out->prefixed ? cut : 0));
	if (mine && named && mine != named && judge(mine, s) == CRM_TAX_OK) {
		r = mine;
		out->prefixed = false;
		memcpy(out->number, s, sizeof(s));
	}
	if (s[0] == 0) {
		out->status = CRM_TAX_EMPTY;
		return;
	}
	if (!r) {
		memcpy(out->country, home, sizeof(home));
		out->status = CRM_TAX_UNKNOWN;
		return;
	}
	memcpy(out->country, r->country, sizeof(out->country));
	pad(r, out->number);
	out->status = judge(r, out->number);
}

void
crm_tax_key(struct crm_buf *b, const struct crm_tax *t)
{
	const struct tax_rule *r = rule_of(t->country);
	struct crm_str n = crm_str_z(t->number);
	if (r && strcmp(r->country, "CH") == 0)
		n = crm_str_sub(n, 0, 12);
	else if (r && strcmp(r->country, "NO") == 0)
		n = crm_str_sub(n, 0, 9);
	else
		crm_buf_z(b, r && r->prefix[0] ? r->prefix : t->country);
	if (r && strcmp(r->country, "NO") == 0)
		crm_buf_z(b, "NO");
	if (r && strcmp(r->country, "SE") == 0 && n.n == 12)
		n.n = 10;
	crm_buf_str(b, n);
}

void
crm_tax_standard(struct crm_buf *b, const struct crm_tax *t)
{
	const struct tax_rule *r = rule_of(t->country);
	size_t marks = 0, i = 0, n = strlen(t->number);
	for (const char *f = r ? r->format : ""; *f; f++)
		marks += *f == '#';
	if (t->prefixed)
		crm_buf_z(b, r->prefix);
	if (t->prefixed || marks == 0 || marks > n ||
	    (marks < n && strcmp(t->country, "CH") != 0)) {
		crm_buf_z(b, t->number);
		return;
	}
	for (const char *f = r->format; *f; f++)
		crm_buf_c(b, *f == '#' ? t->number[i++] : *f);
	if (i < n)
		crm_buf_printf(b, " %s", t->number + i);
}

const char *
crm_tax_reason(enum crm_tax_status s)
{
	switch (s) {
	case CRM_TAX_OK:
		return _("a right number");
	case CRM_TAX_UNKNOWN:
		return _("no rule for the numbers of that country");
	case CRM_TAX_EMPTY:
		return _("empty");
	case CRM_TAX_SHAPE:
		return _("not the shape of that country's numbers");
	case CRM_TAX_CHECK:
		return _("the check digit does not fit");
	}
	return "";
}
