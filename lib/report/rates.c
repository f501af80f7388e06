#include "report/rates.h"

#include "base/mem.h"
#include "base/time.h"
#include "format/json.h"

static bool
read_code(const struct crm_rec *r, const char *field, char out[4])
{
	struct crm_str v;
	if (!crm_rec_get(r, crm_str_z(field), &v) || !crm_json_is_string(v) ||
	    v.n != 5)
		return false;
	for (int i = 0; i < 3; i++) {
		char c = v.p[i + 1];
		out[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
		if (out[i] < 'A' || out[i] > 'Z')
			return false;
	}
	out[3] = '\0';
	return true;
}

enum crm_status
crm_rates_add(struct crm_rates *t, const struct crm_rec *r,
    struct crm_err *err)
{
	struct crm_rate k = { .rate = { 0, 0 } };
	struct crm_str v;
	if (!read_code(r, "base", k.base) || !read_code(r, "quote", k.quote))
		return crm_err_field(err, CRM_INVALID, "rates.currency",
		    CRM_STR("base"), _("a rate without its two currencies"));
	if (!crm_rec_get(r, CRM_STR("date"), &v) || !crm_json_is_string(v) ||
	    !crm_date_parse(crm_json_inner(v), &k.day))
		return crm_err_field(err, CRM_INVALID, "rates.date",
		    CRM_STR("date"), _("a rate without its date"));
	if (!crm_rec_get(r, CRM_STR("rate"), &v))
		v = (struct crm_str){ 0 };
	if (crm_json_is_string(v))
		v = crm_json_inner(v);
	if (!crm_dec_parse(v, &k.rate) || k.rate.v <= 0)
		return crm_err_field(err, CRM_INVALID, "rates.rate",
		    CRM_STR("rate"), _("not a positive rate"));
	crm_grow(&t->r, &t->cap, t->n + 1, sizeof(*t->r));
	t->r[t->n++] = k;
	t->sorted = false;
	return CRM_OK;
}

static int
by_pair_day(const void *va, const void *vb)
{
	const struct crm_rate *a = va, *b = vb;
	int c = strcmp(a->base, b->base);
	if (c == 0)
		c = strcmp(a->quote, b->quote);
	if (c == 0)
		c = (a->day > b->day) - (a->day < b->day);
	return c ? c : crm_dec_cmp(a->rate, b->rate);
}

/* The newest rate of a pair not later than day, or NULL. */
static const struct crm_rate *
find(const struct crm_rates *t, const char *base, const char *quote,
    int32_t day)
{
	size_t lo = 0, hi = t->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(t->r[mid].base, base);
		if (c == 0)
			c = strcmp(t->r[mid].quote, quote);
		if (c < 0 || (c == 0 && t->r[mid].day <= day))
			lo = mid + 1;
		else
			hi = mid;
	}
	const struct crm_rate *k = lo ? &t->r[lo - 1] : NULL;
	return k && strcmp(k->base, base) == 0 && strcmp(k->quote, quote) == 0 ?
	    k : NULL;
}

/* One unit of `from` is num / den units of `to`. */
struct ratio {
	struct crm_dec num, den;
	int32_t day;
};

static bool
direct(const struct crm_rates *t, const char *from, const char *to,
    int32_t day, struct ratio *out)
{
	const struct crm_dec one = { 1, 0 };
	const struct crm_rate *a = find(t, from, to, day);
	const struct crm_rate *b = find(t, to, from, day);
	if (a && (!b || a->day >= b->day))
		*out = (struct ratio){ a->rate, one, a->day };
	else if (b)
		*out = (struct ratio){ one, b->rate, b->day };
	return a || b;
}

/* Through a currency that is the base of rates to both (as the ECB's EUR): the
 * one with the newest rates, then the first by name. */
static bool
cross(const struct crm_rates *t, const char *from, const char *to,
    int32_t day, struct ratio *out)
{
	bool found = false;
	for (size_t i = 0; i < t->n;) {
		const char *base = t->r[i].base;
		const struct crm_rate *a = find(t, base, from, day);
		const struct crm_rate *b = find(t, base, to, day);
		if (a && b) {
			int32_t older = a->day < b->day ? a->day : b->day;
			if (!found || older > out->day)
				*out = (struct ratio){ b->rate, a->rate, older };
			found = true;
		}
		while (i < t->n && strcmp(t->r[i].base, base) == 0)
			i++;
	}
	return found;
}

static bool
code_of(struct crm_str s, char out[4])
{
	if (s.n != 3)
		return false;
	memcpy(out, s.p, 3);
	out[3] = '\0';
	return true;
}

enum crm_status
crm_rates_convert(struct crm_rates *t, struct crm_dec amount,
    struct crm_str from, struct crm_str to, int32_t day, struct crm_dec *out,
    struct crm_err *err)
{
	char a[4], b[4];
	int digits = crm_currency_digits(to);
	if (digits < 0)
		digits = 2;
	struct ratio r = { { 1, 0 }, { 1, 0 }, INT32_MAX };
	if (!crm_str_eq(from, to)) {
		if (!t->sorted && t->n)
			qsort(t->r, t->n, sizeof(*t->r), by_pair_day);
		if (!t->sorted)
			t->used = INT32_MAX;
		t->sorted = true;
		if (!code_of(from, a) || !code_of(to, b) ||
		    (!direct(t, a, b, day, &r) && !cross(t, a, b, day, &r)))
			return crm_err_field(err, CRM_NOTFOUND, "rates.missing",
			    CRM_STR("currency"), _("no rate from '%.*s' to "
			    "'%.*s'"), CRM_FMT(from), CRM_FMT(to));
		if (r.day < t->used)
			t->used = r.day;
	}
	if (!crm_dec_muldiv(amount, r.num, r.den, digits, CRM_HALF_EVEN, out))
		return crm_err_set(err, CRM_INVALID, "rates.overflow",
		    _("the amount is too large"));
	return CRM_OK;
}

void
crm_rates_release(struct crm_rates *t)
{
	free(t->r);
	*t = (struct crm_rates){ 0 };
}
