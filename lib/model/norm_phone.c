/* The steps of libphonenumber's parser (its documentation and behaviour are
 * the reference, the tests compare with it): calling code, national prefix,
 * possible length, valid range. */
#include "model/norm_phone.h"
#include "model/phone_meta.h"
#include "model/phone_text.h"

static struct crm_str
digits(const char *p, size_t n)
{
	return (struct crm_str){ p, n };
}

static enum crm_phone_status
length_status(const struct phone_region *r, size_t n)
{
	uint32_t all = r->lengths;
	if (n > PHONE_MAX_NSN)
		return CRM_PHONE_TOO_LONG;
	if (all >> n & 1)
		return CRM_PHONE_POSSIBLE;
	if ((all & ((1u << n) - 1)) == 0)
		return CRM_PHONE_TOO_SHORT;
	return all >> n == 0 ? CRM_PHONE_TOO_LONG : CRM_PHONE_LENGTH;
}

/* What the transform makes of the rest: its "$n" groups, then what follows
 * the match. */
static size_t
transform(const struct phone_match *m, const char *rule, char *out)
{
	struct crm_buf b = { .p = out, .cap = PHONE_MAX_DIGITS,
	    .max = PHONE_MAX_DIGITS };
	for (; *rule; rule++) {
		if (*rule != '$') {
			crm_buf_c(&b, *rule);
			continue;
		}
		size_t g = (size_t)(*++rule - '1') * 2;
		if (m->save[g])
			crm_buf_str(&b, crm_str_sub(m->digits, m->save[g] - 1,
			    m->save[g + 1] - m->save[g]));
	}
	crm_buf_str(&b, crm_str_sub(m->digits, m->end, m->digits.n));
	return b.n;
}

/* The last group that the pattern has is the one that decides whether the
 * transform applies. */
static bool
last_group(const struct phone_match *m, const char *rule)
{
	const char *d = strrchr(rule, '$');
	return d && m->save[(d[1] - '1') * 2] != 0;
}

/* Strips the national prefix (and a carrier code) off *n digits at d, unless
 * that makes a number that fits into one that does not. */
static void
strip_national(const struct phone_region *r, char *d, size_t *n)
{
	struct phone_match m = { .digits = digits(d, *n) };
	char out[PHONE_MAX_DIGITS];
	const char *rule = phone_text_at(r->transform);
	if (*n == 0 || !r->prefix || !phone_match(r->prefix, &m))
		return;
	size_t len;
	if (*rule && last_group(&m, rule)) {
		len = transform(&m, rule, out);
	} else {
		len = *n - m.end;
		memcpy(out, d + m.end, len);
	}
	if (phone_match_full(r->general, digits(d, *n)) &&
	    !phone_match_full(r->general, digits(out, len)))
		return;
	memcpy(d, out, len);
	*n = len;
}

/* Cuts a known calling code off the front; 0 for none. */
static int
calling_code(const char *d, size_t n, size_t *len)
{
	int code = 0;
	if (n == 0 || d[0] == '0')
		return 0;
	for (size_t i = 0; i < 3 && i < n; i++) {
		code = code * 10 + d[i] - '0';
		*len = i + 1;
		if (phone_calling_region(code, 0))
			return code;
	}
	return 0;
}

/* The region's international prefix, where what follows can be a calling
 * code. */
static size_t
idd_length(const struct phone_region *r, const char *d, size_t n)
{
	size_t end = 0;
	if (!r || !phone_match_start(r->idd, digits(d, n), &end) || end >= n ||
	    d[end] == '0')
		return 0;
	return end;
}

/* A number that begins with its own country's code but without plus: "30 210
 * 1234567" in Greece. True when *n digits at d were cut down. */
static bool
own_code(const struct phone_region *r, char *d, size_t *n)
{
	char code[8], rest[PHONE_MAX_DIGITS];
	int l = snprintf(code, sizeof(code), "%d", r->calling);
	if (*n <= (size_t)l || memcmp(d, code, (size_t)l) != 0)
		return false;
	size_t len = *n - (size_t)l;
	memcpy(rest, d + l, len);
	strip_national(r, rest, &len);
	bool better = !phone_match_full(r->general, digits(d, *n)) &&
	    phone_match_full(r->general, digits(rest, len));
	if (!better && length_status(r, *n) != CRM_PHONE_TOO_LONG)
		return false;
	memcpy(d, rest, len);
	*n = len;
	return true;
}

/* The plan that a number with a calling code is read by; NULL: BAD_CODE or
 * TOO_SHORT in *st. */
static const struct phone_region *
international(const char *d, size_t n, size_t *cut, enum crm_phone_status *st)
{
	*st = CRM_PHONE_TOO_SHORT;
	if (n <= 2)
		return NULL;
	*st = CRM_PHONE_BAD_CODE;
	int code = calling_code(d, n, cut);
	return code ? phone_calling_region(code, 0) : NULL;
}

/* Splits calling code and national number; the plan, or NULL and why. */
static const struct phone_region *
plan_of(char *d, size_t *n, bool plus, const struct phone_region *home,
    enum crm_phone_status *st)
{
	size_t cut = 0, idd = plus ? 0 : idd_length(home, d, *n);
	if (!plus && !idd && !home && *n > 4 && d[0] == '0' && d[1] == '0')
		idd = 2;	/* "00" is the prefix of most countries */
	if (plus || idd) {
		const struct phone_region *r =
		    international(d + idd, *n - idd, &cut, st);
		if (r) {
			*n -= idd + cut;
			memmove(d, d + idd + cut, *n);
		}
		if (r || !home || !plus)
			return r;
	}
	*st = CRM_PHONE_NO_COUNTRY;
	if (home)
		(void)own_code(home, d, n);
	return home;
}

enum crm_phone_type
phone_type_in(const struct phone_region *r, struct crm_str nsn)
{
	static const uint8_t order[] = { CRM_PHONE_PREMIUM,
		CRM_PHONE_TOLL_FREE, CRM_PHONE_SHARED, CRM_PHONE_VOIP,
		CRM_PHONE_PERSONAL, CRM_PHONE_PAGER, CRM_PHONE_UAN,
		CRM_PHONE_VOICEMAIL, CRM_PHONE_FIXED, CRM_PHONE_MOBILE };
	if (nsn.n > PHONE_MAX_NSN || !(r->lengths >> nsn.n & 1) ||
	    !phone_match_full(r->general, nsn))
		return CRM_PHONE_UNKNOWN;
	for (size_t i = 0; i < CRM_LEN(order); i++) {
		const struct phone_type *t = &r->types[order[i]];
		if (!(t->lengths >> nsn.n & 1) ||
		    !phone_match_full(t->pattern, nsn))
			continue;
		const struct phone_type *m = &r->types[CRM_PHONE_MOBILE];
		if (order[i] == CRM_PHONE_FIXED && (r->same ||
		    ((m->lengths >> nsn.n & 1) &&
		    phone_match_full(m->pattern, nsn))))
			return CRM_PHONE_FIXED_OR_MOBILE;
		return order[i];
	}
	return CRM_PHONE_UNKNOWN;
}

/* The region among those that share the calling code, and the type there. */
static void
classify(struct crm_phone *p)
{
	struct crm_str nsn = crm_str_z(p->nsn);
	const struct phone_region *r;
	bool shared = phone_calling_region(p->calling, 1) != NULL;
	for (size_t i = 0; (r = phone_calling_region(p->calling, i)); i++) {
		size_t end;
		bool mine = !shared || (r->leading ?
		    phone_match_start(r->leading, nsn, &end) :
		    phone_type_in(r, nsn) != CRM_PHONE_UNKNOWN);
		if (!mine)
			continue;
		p->type = phone_type_in(r, nsn);
		memcpy(p->region, r->id, sizeof(p->region));
		if (p->type != CRM_PHONE_UNKNOWN)
			p->status = CRM_PHONE_VALID;
		return;
	}
}

static void
finish(const struct phone_region *r, char *d, size_t n, bool judge,
    struct crm_phone *out)
{
	char pot[PHONE_MAX_DIGITS];
	size_t len = n;
	out->calling = r->calling;
	memcpy(pot, d, n);
	strip_national(r, pot, &len);
	enum crm_phone_status st = length_status(r, len);
	if (st == CRM_PHONE_POSSIBLE || st == CRM_PHONE_TOO_LONG) {
		memcpy(d, pot, len);
		n = len;
	}
	out->status = n < 2 ? CRM_PHONE_TOO_SHORT : length_status(r, n);
	if (n < 2 || n > PHONE_MAX_NSN)
		return;
	memcpy(out->nsn, d, n);
	out->nsn[n] = 0;
	if (judge)
		classify(out);
}

/* judge: find out region, type and whether the range exists. */
static void
parse_digits(const struct phone_text *t, bool plus, bool drop_zero,
    const struct phone_region *home, bool judge, struct crm_phone *out)
{
	char d[PHONE_MAX_DIGITS + 1];
	size_t n = t->n;
	memcpy(d, t->digits, n);
	if (drop_zero) {
		memmove(d + t->zero_at, d + t->zero_at + 1,
		    n - t->zero_at - 1);
		n--;
	}
	*out = (struct crm_phone){ .type = CRM_PHONE_UNKNOWN };
	memcpy(out->ext, t->ext, sizeof(out->ext));
	const struct phone_region *r = plan_of(d, &n, plus, home,
	    &out->status);
	if (r)
		finish(r, d, n, judge, out);
}

static const struct phone_region *
home_of(struct crm_str region)
{
	char id[2] = { 0 };
	for (size_t i = 0; i < 2 && region.n == 2; i++)
		id[i] = (char)(region.p[i] & ~0x20);
	return phone_region(digits(id, 2));
}

/* What people write all the same: "(0)" in a country without a national
 * prefix, "00" where the prefix for abroad is another. */
static bool
is_odd(const struct phone_text *t)
{
	return t->zero || (!t->plus && t->n > 6 && t->digits[0] == '0' &&
	    t->digits[1] == '0');
}

static void
parse_odd(struct phone_text *t, const struct phone_region *home,
    struct crm_phone *out)
{
	struct crm_phone other;
	if (t->zero) {
		parse_digits(t, t->plus, true, home, true, &other);
		if (other.status == CRM_PHONE_VALID) {
			*out = other;
			return;
		}
	}
	if (!t->plus && t->n > 6 && t->digits[0] == '0' &&
	    t->digits[1] == '0') {
		memmove(t->digits, t->digits + 2, t->n -= 2);
		t->zero_at -= t->zero && t->zero_at >= 2 ? 2 : 0;
		parse_digits(t, true, false, NULL, true, &other);
		if (other.status == CRM_PHONE_VALID)
			*out = other;
	}
}

static void
parse(struct crm_str raw, struct crm_str region, bool judge,
    struct crm_phone *out)
{
	struct phone_text t;
	*out = (struct crm_phone){ .status = CRM_PHONE_NOT_A_NUMBER,
		.type = CRM_PHONE_UNKNOWN };
	if (!phone_text_read(raw, &t))
		return;
	const struct phone_region *home = home_of(region);
	bool odd = is_odd(&t);
	parse_digits(&t, t.plus, false, home, judge || odd, out);
	if (odd && out->status != CRM_PHONE_VALID)
		parse_odd(&t, home, out);
}

void
crm_phone_parse(struct crm_str raw, struct crm_str region,
    struct crm_phone *out)
{
	parse(raw, region, true, out);
}

/* A number in E.164 form whose length is possible and which has no national
 * prefix in it: what the long way would leave as it is. */
static bool
is_e164(struct crm_str s)
{
	size_t cut = 0, end;
	if (s.n < 8 || s.n > 16 || s.p[0] != '+')
		return false;
	for (size_t i = 1; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	s = crm_str_sub(s, 1, s.n);
	int code = calling_code(s.p, s.n, &cut);
	const struct phone_region *r = code ? phone_calling_region(code, 0) :
	    NULL;
	s = crm_str_sub(s, cut, s.n);
	return r && (r->lengths >> s.n & 1) &&
	    !(r->prefix && phone_match_start(r->prefix, s, &end));
}

bool
crm_phone_key(struct crm_buf *b, struct crm_str raw, struct crm_str region)
{
	struct crm_phone p;
	if (is_e164(raw)) {
		crm_buf_str(b, raw);
		return true;
	}
	parse(raw, region, false, &p);
	crm_phone_e164(b, &p);
	return crm_phone_usable(&p);
}

bool
crm_phone_usable(const struct crm_phone *p)
{
	return p->status == CRM_PHONE_VALID || p->status == CRM_PHONE_POSSIBLE;
}

int
crm_phone_calling_code(struct crm_str region)
{
	const struct phone_region *r = phone_region(region);
	return r ? r->calling : 0;
}
