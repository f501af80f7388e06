#include "report/rates.h"

#include "base/mem.h"
#include "base/time.h"
#include "format/json.h"

static bool
read_code(struct crm_str v, char out[4])
{
	if (v.n != 3)
		return false;
	for (int i = 0; i < 3; i++) {
		char c = v.p[i];
		out[i] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
		if (out[i] < 'A' || out[i] > 'Z')
			return false;
	}
	out[3] = '\0';
	return true;
}

enum crm_status
crm_rates_put(struct crm_rates *t, int32_t day, struct crm_str base,
    struct crm_str quote, struct crm_str rate, struct crm_err *err)
{
	struct crm_rate k = { .day = day };
	if (!read_code(base, k.base) || !read_code(quote, k.quote))
		return crm_err_field(err, CRM_INVALID, "rates.currency",
		    CRM_STR("base"), _("a rate without its two currencies"));
	if (!crm_dec_parse(rate, &k.rate) || k.rate.v <= 0)
		return crm_err_field(err, CRM_INVALID, "rates.rate",
		    CRM_STR("rate"), _("not a positive rate"));
	crm_grow(&t->r, &t->cap, t->n + 1, sizeof(*t->r));
	t->r[t->n++] = k;
	t->sorted = false;
	return CRM_OK;
}

enum crm_status
crm_rates_add(struct crm_rates *t, const struct crm_rec *r,
    struct crm_err *err)
{
	static const char *const fields[] = { "base", "quote", "rate" };
	struct crm_str v[3], date;
	int32_t day;
	if (!crm_rec_get(r, CRM_STR("date"), &date) ||
	    !crm_json_is_string(date) ||
	    !crm_date_parse(crm_json_inner(date), &day))
		return crm_err_field(err, CRM_INVALID, "rates.date",
		    CRM_STR("date"), _("a rate without its date"));
	for (size_t i = 0; i < CRM_LEN(v); i++) {
		if (!crm_rec_get(r, crm_str_z(fields[i]), &v[i]))
			v[i] = (struct crm_str){ 0 };
		if (crm_json_is_string(v[i]))
			v[i] = crm_json_inner(v[i]);
	}
	return crm_rates_put(t, day, v[0], v[1], v[2], err);
}

void
crm_rates_fixed(struct crm_rates *t)
{
	static const struct {
		const char *day, *quote, *rate;
	} fixed[] = {
		{ "1999-01-01", "ATS", "13.7603" },
		{ "1999-01-01", "BEF", "40.3399" },
		{ "1999-01-01", "DEM", "1.95583" },
		{ "1999-01-01", "ESP", "166.386" },
		{ "1999-01-01", "FIM", "5.94573" },
		{ "1999-01-01", "FRF", "6.55957" },
		{ "1999-01-01", "IEP", "0.787564" },
		{ "1999-01-01", "ITL", "1936.27" },
		{ "1999-01-01", "LUF", "40.3399" },
		{ "1999-01-01", "NLG", "2.20371" },
		{ "1999-01-01", "PTE", "200.482" },
		{ "2001-01-01", "GRD", "340.750" },
		{ "2007-01-01", "SIT", "239.640" },
		{ "2008-01-01", "CYP", "0.585274" },
		{ "2008-01-01", "MTL", "0.429300" },
		{ "2009-01-01", "SKK", "30.1260" },
		{ "2011-01-01", "EEK", "15.6466" },
		{ "2014-01-01", "LVL", "0.702804" },
		{ "2015-01-01", "LTL", "3.45280" },
		{ "2023-01-01", "HRK", "7.53450" },
		{ "2026-01-01", "BGN", "1.95583" },
	};
	for (size_t i = 0; i < CRM_LEN(fixed); i++) {
		int32_t day;
		if (crm_date_parse(crm_str_z(fixed[i].day), &day) &&
		    !crm_rates_put(t, day, CRM_STR("EUR"),
		    crm_str_z(fixed[i].quote), crm_str_z(fixed[i].rate), NULL))
			t->r[t->n - 1].fixed = true;
	}
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
	int32_t day;		/* of the older rate; INT32_MAX: for good */
};

static int32_t
day_of(const struct crm_rate *k)
{
	return k->fixed ? INT32_MAX : k->day;
}

static bool
direct(const struct crm_rates *t, const char *from, const char *to,
    int32_t day, struct ratio *out)
{
	const struct crm_dec one = { 1, 0 };
	const struct crm_rate *a = find(t, from, to, day);
	const struct crm_rate *b = find(t, to, from, day);
	if (a && (!b || a->day >= b->day))
		*out = (struct ratio){ a->rate, one, day_of(a) };
	else if (b)
		*out = (struct ratio){ one, b->rate, day_of(b) };
	return a || b;
}

static bool
times(struct crm_dec a, struct crm_dec b, struct crm_dec *out)
{
	out->scale = a.scale + b.scale;
	return out->scale <= CRM_DEC_MAX_SCALE &&
	    !__builtin_mul_overflow(a.v, b.v, &out->v);
}

/* Through a currency that is the base of some rates (as the ECB's EUR): the one
 * with the newest rates, then the first by name. */
static bool
cross(const struct crm_rates *t, const char *from, const char *to,
    int32_t day, struct ratio *out)
{
	bool found = false;
	for (size_t i = 0; i < t->nbases; i++) {
		struct ratio a, b, r;
		if (!direct(t, from, t->base[i], day, &a) ||
		    !direct(t, t->base[i], to, day, &b) ||
		    !times(a.num, b.num, &r.num) ||
		    !times(a.den, b.den, &r.den))
			continue;
		r.day = a.day < b.day ? a.day : b.day;
		if (!found || r.day > out->day)
			*out = r;
		found = true;
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

static void
sort(struct crm_rates *t)
{
	size_t cap = t->nbases;
	if (t->n)
		qsort(t->r, t->n, sizeof(*t->r), by_pair_day);
	t->nbases = 0;
	for (size_t i = 0; i < t->n; i++) {
		if (i && strcmp(t->r[i].base, t->r[i - 1].base) == 0)
			continue;
		crm_grow(&t->base, &cap, t->nbases + 1, sizeof(*t->base));
		memcpy(t->base[t->nbases++], t->r[i].base, 4);
	}
	t->used = INT32_MAX;
	t->sorted = true;
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
		if (!t->sorted)
			sort(t);
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
	free(t->base);
	*t = (struct crm_rates){ 0 };
}
