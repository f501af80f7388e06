#include "model/norm_iso.h"
#include "base/decimal.h"
#include "base/utf8.h"
#include "model/iso_data.inc"

enum { NAME_MAX_BYTES = 400 };

/* A code by folded name in one of the sorted tables: key NUL code NUL. */
static const char *
find(const char *text, const uint32_t *at, size_t n, struct crm_str key)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		struct crm_str k = crm_str_z(text + at[mid]);
		int c = crm_str_cmp(k, key);
		if (c == 0)
			return k.p + k.n + 1;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* The name folded; once more without its dots and an article when that finds
 * nothing. */
static const char *
find_name(const char *text, const uint32_t *at, size_t n, struct crm_str s)
{
	char folded[NAME_MAX_BYTES], plain[NAME_MAX_BYTES];
	struct crm_buf f = { .p = folded, .cap = sizeof(folded),
		.max = sizeof(folded) };
	struct crm_buf d = { .p = plain, .cap = sizeof(plain),
		.max = sizeof(plain) };
	if (s.n > NAME_MAX_BYTES / 2)
		return NULL;
	crm_fold_text(&f, s);
	const char *code = find(text, at, n, crm_buf_view(&f));
	struct crm_str rest = crm_buf_view(&f);
	if (code)
		return code;
	if (crm_str_starts(rest, CRM_STR("the ")))
		rest = crm_str_sub(rest, 4, rest.n);
	for (size_t i = 0; i < rest.n; i++)
		if (rest.p[i] != '.')
			crm_buf_c(&d, rest.p[i]);
	return find(text, at, n, crm_str_trim(crm_buf_view(&d)));
}

const struct iso_country *
crm_country_at(struct crm_str code)
{
	size_t low = 0, high = CRM_LEN(iso_countries);
	if (code.n != 2)
		return NULL;
	while (low < high) {
		size_t mid = (low + high) / 2;
		int c = memcmp(iso_countries[mid].code, code.p, 2);
		if (c == 0)
			return &iso_countries[mid];
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

bool
crm_country_key(struct crm_str s, char out[3])
{
	s = crm_str_trim(s);
	const struct iso_country *c = s.n == 2 ? crm_country_at(s) : NULL;
	const char *code = c ? c->code : NULL;
	for (size_t i = 0; s.n == 3 && !code && i < CRM_LEN(iso_countries);
	    i++)
		if (crm_str_is(s, iso_countries[i].numeric))
			code = iso_countries[i].code;
	if (!code)
		code = find_name(iso_country_names_text, iso_country_names_at,
		    CRM_LEN(iso_country_names_at), s);
	if (code)
		memcpy(out, code, 3);
	return code != NULL;
}

/* The rest of a tag behind the language: script Title, region UPPER, all else
 * lower (RFC 5646 section 2.1.1). */
static bool
put_subtags(struct crm_str rest, char *out, size_t at)
{
	struct crm_str part;
	bool extension = false;
	while (crm_str_split(&rest, '-', &part)) {
		if (part.n == 0 || part.n > 8 || at + part.n + 2 > 36)
			return false;
		out[at++] = '-';
		extension = extension || part.n == 1;
		for (size_t i = 0; i < part.n; i++) {
			char c = part.p[i];
			bool digit = c >= '0' && c <= '9';
			char l = (char)(c | 0x20);
			if (!digit && (l < 'a' || l > 'z'))
				return false;
			bool up = !extension && (part.n == 2 ||
			    (part.n == 4 && i == 0));
			out[at++] = digit ? c : up ? (char)(l & ~0x20) : l;
		}
	}
	out[at] = 0;
	return true;
}

bool
crm_language_key(struct crm_str s, char out[36])
{
	char tag[36];
	s = crm_str_trim(s);
	const char *code = find_name(iso_language_names_text,
	    iso_language_names_at, CRM_LEN(iso_language_names_at), s);
	if (code) {
		memcpy(out, code, 3);
		return true;
	}
	if (s.n >= sizeof(tag))
		return false;
	for (size_t i = 0; i < s.n; i++)
		tag[i] = s.p[i] == '_' ? '-' : s.p[i];
	struct crm_str t = { tag, s.n };
	t.n = crm_str_chr(t, '.');	/* "el_GR.UTF-8" */
	size_t dash = crm_str_chr(t, '-');
	struct crm_str lang = crm_str_sub(t, 0, dash);
	if (lang.n < 2 || lang.n > 3 || dash == t.n)
		return false;
	code = find_name(iso_language_names_text, iso_language_names_at,
	    CRM_LEN(iso_language_names_at), lang);
	if (!code)
		return false;
	memcpy(out, code, 3);
	return put_subtags(crm_str_sub(t, dash + 1, t.n), out, 2);
}

/* Signs of several currencies: the country's own where it is one of them. */
static const char *
shared_sign(struct crm_str s, struct crm_str country)
{
	static const struct {
		char sign[8], codes[48];
	} shared[] = {
		{ "$", "USD CAD AUD NZD HKD SGD MXN ARS CLP COP TWD" },
		{ "\xc2\xa3", "GBP EGP LBP SYP" },
		{ "\xc2\xa5", "JPY CNY" },
		{ "kr", "SEK NOK DKK ISK" }, { "kr.", "DKK SEK NOK ISK" },
		{ "Kr", "SEK NOK DKK ISK" }, { "Rs", "INR PKR LKR NPR MUR" },
	};
	const struct iso_country *c = crm_country_at(country);
	for (size_t i = 0; c && c->currency[0] && i < CRM_LEN(shared); i++)
		if (crm_str_is(s, shared[i].sign) &&
		    strstr(shared[i].codes, c->currency))
			return c->currency;
	return NULL;
}

bool
crm_currency_key(struct crm_str s, struct crm_str country, char out[4])
{
	s = crm_str_trim(s);
	const char *code = shared_sign(s, country);
	if (!code)
		code = find_name(iso_currency_names_text,
		    iso_currency_names_at, CRM_LEN(iso_currency_names_at), s);
	char up[4] = { 0 };
	for (size_t i = 0; s.n == 3 && i < 3; i++)
		up[i] = (char)(s.p[i] & ~0x20);
	if (!code && s.n == 3 && crm_currency_digits(crm_str_z(up)) >= 0)
		code = up;
	if (code)
		memcpy(out, code, 4);
	return code != NULL;
}
