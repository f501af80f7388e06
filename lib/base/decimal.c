#include "base/decimal.h"

#include <math.h>

typedef unsigned __int128 u128;

enum { MAX_DIGITS = 34, MAX_POWER = 38 };

/* 10^n, n up to 38. */
static u128
power10(int n)
{
	static const uint64_t p[] = { 1u, 10u, 100u, 1000u, 10000u, 100000u,
		1000000u, 10000000u, 100000000u, 1000000000u, 10000000000u,
		100000000000u, 1000000000000u, 10000000000000u,
		100000000000000u, 1000000000000000u, 10000000000000000u,
		100000000000000000u, 1000000000000000000u,
		10000000000000000000u };
	return n < 20 ? p[n] : (u128)p[19] * p[n - 19];
}

static u128
magnitude(crm_i128 v)
{
	return v < 0 ? -(u128)v : (u128)v;
}

/* 38 digits and no more: what a format and a parse can hold. */
static bool
fits(u128 v)
{
	return v < power10(MAX_POWER);
}

static bool
is_digit(struct crm_str s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* The exponent behind e, up to 9999 either way. */
static bool
parse_exponent(struct crm_str s, size_t i, int *exp)
{
	bool neg = i < s.n && s.p[i] == '-';
	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		i++;
	if (i >= s.n)
		return false;
	for (*exp = 0; i < s.n; i++) {
		if (!is_digit(s, i))
			return false;
		if (*exp < 9999)
			*exp = *exp * 10 + (s.p[i] - '0');
	}
	if (*exp > 9999)
		*exp = 9999;
	if (neg)
		*exp = -*exp;
	return true;
}

bool
crm_dec_parse(struct crm_str s, struct crm_dec *out)
{
	u128 v = 0;
	int digits = 0, scale = 0, exp = 0;
	bool point = false, neg = s.n && s.p[0] == '-';
	size_t i = neg || (s.n && s.p[0] == '+');
	if (!is_digit(s, i))
		return false;
	for (; i < s.n; i++) {
		if (s.p[i] == '.' && !point && is_digit(s, i + 1)) {
			point = true;
			continue;
		}
		if (!is_digit(s, i))
			break;
		v = v * 10 + (unsigned)(s.p[i] - '0');
		digits += v != 0;
		scale += point;
		if (digits > MAX_DIGITS || scale > 2 * MAX_DIGITS)
			return false;
	}
	if (i < s.n) {
		if ((s.p[i] | 32) != 'e' || !parse_exponent(s, i + 1, &exp))
			return false;
		scale -= exp;
		if (v == 0 && scale < 0)
			scale = 0;
		for (; scale < 0; scale++, v *= 10)
			if (++digits > MAX_DIGITS)
				return false;
	}
	if (scale > CRM_DEC_MAX_SCALE)
		return false;
	*out = (struct crm_dec){ neg ? -(crm_i128)v : (crm_i128)v, scale };
	return true;
}

void
crm_dec_format(struct crm_buf *b, struct crm_dec d)
{
	char t[64];
	size_t at = sizeof(t);
	u128 v = magnitude(d.v);
	int left = d.scale;
	/* 64-bit divisions are many times faster than 128-bit ones */
	while (v > UINT64_MAX || left > 0) {
		t[--at] = (char)('0' + (int)(v % 10));
		v /= 10;
		if (--left == 0)
			t[--at] = '.';
	}
	uint64_t w = (uint64_t)v;
	do {
		t[--at] = (char)('0' + w % 10);
		w /= 10;
	} while (w);
	if (d.v < 0)
		t[--at] = '-';
	crm_buf_add(b, t + at, sizeof(t) - at);
}

int
crm_dec_cmp(struct crm_dec a, struct crm_dec b)
{
	if (a.scale == b.scale)
		return (a.v > b.v) - (a.v < b.v);
	crm_i128 pa = (crm_i128)power10(a.scale);
	crm_i128 pb = (crm_i128)power10(b.scale);
	crm_i128 x = a.v / pa, y = b.v / pb;
	if (x != y)
		return x > y ? 1 : -1;
	/* the fractions, both with 18 digits: at most 10^18 */
	x = a.v % pa * (crm_i128)power10(CRM_DEC_MAX_SCALE - a.scale);
	y = b.v % pb * (crm_i128)power10(CRM_DEC_MAX_SCALE - b.scale);
	return (x > y) - (x < y);
}

static bool
scale_up(struct crm_dec *d, int scale)
{
	u128 v;
	if (__builtin_mul_overflow(magnitude(d->v),
		power10(scale - d->scale), &v) || !fits(v))
		return false;
	d->v = d->v < 0 ? -(crm_i128)v : (crm_i128)v;
	d->scale = scale;
	return true;
}

bool
crm_dec_add(struct crm_dec a, struct crm_dec b, struct crm_dec *out)
{
	int scale = a.scale > b.scale ? a.scale : b.scale;
	if (!scale_up(&a, scale) || !scale_up(&b, scale))
		return false;
	/* two numbers below 10^38 cannot pass 2^127 */
	crm_i128 v = a.v + b.v;
	if (!fits(magnitude(v)))
		return false;
	*out = (struct crm_dec){ v, scale };
	return true;
}

bool
crm_dec_sub(struct crm_dec a, struct crm_dec b, struct crm_dec *out)
{
	b.v = -b.v;
	return crm_dec_add(a, b, out);
}

/* Unsigned integers of up to 416 bits, least part first: a product of two
 * 38-digit numbers and a power of ten. */
enum { LIMBS = 13 };

struct wide {
	uint32_t w[LIMBS];
};

static struct wide
wide_of(u128 v)
{
	struct wide r = { { 0 } };
	for (int i = 0; i < 4; i++, v >>= 32)
		r.w[i] = (uint32_t)v;
	return r;
}

static void
wide_mul(struct wide *a, u128 by)
{
	struct wide r = { { 0 } }, f = wide_of(by);
	for (int i = 0; i < 4; i++) {
		uint64_t carry = 0;
		for (int j = 0; i + j < LIMBS; j++) {
			carry += (uint64_t)a->w[j] * f.w[i] + r.w[i + j];
			r.w[i + j] = (uint32_t)carry;
			carry >>= 32;
		}
	}
	*a = r;
}

static int
wide_cmp(const struct wide *a, const struct wide *b)
{
	for (int i = LIMBS - 1; i >= 0; i--)
		if (a->w[i] != b->w[i])
			return a->w[i] > b->w[i] ? 1 : -1;
	return 0;
}

static void
wide_shift1(struct wide *a, unsigned low)
{
	for (int i = LIMBS - 1; i > 0; i--)
		a->w[i] = a->w[i] << 1 | a->w[i - 1] >> 31;
	a->w[0] = a->w[0] << 1 | low;
}

static void
wide_sub(struct wide *a, const struct wide *b)
{
	uint64_t borrow = 0;
	for (int i = 0; i < LIMBS; i++) {
		uint64_t d = (uint64_t)a->w[i] - b->w[i] - borrow;
		a->w[i] = (uint32_t)d;
		borrow = d >> 63;
	}
}

/* Rounds q up where the remainder (cmp: against half the divisor) says so. */
static u128
rounded(u128 q, int half, bool rest, enum crm_rounding r)
{
	switch (r) {
	case CRM_DOWN:
		break;
	case CRM_HALF_UP:
		q += rest && half >= 0;
		break;
	case CRM_HALF_EVEN:
		q += rest && (half > 0 || (half == 0 && (q & 1)));
		break;
	}
	return q;
}

/* n / d, rounded; false when the quotient has more than 38 digits. */
static bool
wide_div(const struct wide *n, const struct wide *d, enum crm_rounding r,
    u128 *out)
{
	static const struct wide zero;
	struct wide rest = zero;
	u128 q = 0;
	for (int bit = LIMBS * 32 - 1; bit >= 0; bit--) {
		if (q >> 127)
			return false;
		wide_shift1(&rest, n->w[bit / 32] >> (bit % 32) & 1);
		q <<= 1;
		if (wide_cmp(&rest, d) >= 0) {
			wide_sub(&rest, d);
			q |= 1;
		}
	}
	bool any = wide_cmp(&rest, &zero) != 0;
	wide_shift1(&rest, 0);
	if (!fits(q))
		return false;
	*out = rounded(q, wide_cmp(&rest, d), any, r);
	return fits(*out);
}

bool
crm_dec_muldiv(struct crm_dec a, struct crm_dec b, struct crm_dec c,
    int scale, enum crm_rounding r, struct crm_dec *out)
{
	/* value * 10^scale = a.v * b.v * 10^up / c.v */
	int up = scale + c.scale - a.scale - b.scale;
	bool neg = (a.v < 0) ^ (b.v < 0) ^ (c.v < 0);
	u128 n, d = magnitude(c.v), q;
	if (c.v == 0 || scale < 0 || scale > CRM_DEC_MAX_SCALE)
		return false;
	if (!__builtin_mul_overflow(magnitude(a.v), magnitude(b.v), &n) &&
	    !__builtin_mul_overflow(n, power10(up > 0 ? up : 0), &n) &&
	    !__builtin_mul_overflow(d, power10(up < 0 ? -up : 0), &d)) {
		u128 rest = n % d;
		q = n / d;
		q = rounded(q, rest > d - rest ? 1 : rest == d - rest ? 0 : -1,
		    rest != 0, r);
		if (!fits(q))
			return false;
	} else {
		struct wide wn = wide_of(magnitude(a.v));
		struct wide wd = wide_of(magnitude(c.v));
		wide_mul(&wn, magnitude(b.v));
		if (up > 0)
			wide_mul(&wn, power10(up));
		else
			wide_mul(&wd, power10(-up));
		if (!wide_div(&wn, &wd, r, &q))
			return false;
	}
	*out = (struct crm_dec){ neg ? -(crm_i128)q : (crm_i128)q, scale };
	return true;
}

bool
crm_dec_rescale(struct crm_dec a, int scale, enum crm_rounding r,
    struct crm_dec *out)
{
	if (scale < 0 || scale > CRM_DEC_MAX_SCALE)
		return false;
	if (scale >= a.scale) {
		*out = a;
		return scale_up(out, scale);
	}
	return crm_dec_muldiv(a, (struct crm_dec){ 1, 0 },
	    (struct crm_dec){ 1, 0 }, scale, r, out);
}

double
crm_dec_double(struct crm_dec d)
{
	u128 v = magnitude(d.v), p = power10(d.scale), q;
	if (v == 0)
		return 0;
	/* as many bits as fit in front of the division, the rest of it as one
	 * sticky bit: then the conversion is the only rounding */
	int up = __builtin_clzll((uint64_t)(v >> 64) | 1);
	if (!(v >> 64))
		up = 64 + __builtin_clzll((uint64_t)v);
	v <<= up;
	q = v / p | (v % p != 0);
	double x = ldexp((double)q, -up);
	return d.v < 0 ? -x : x;
}

size_t
crm_dec_key(struct crm_dec d, uint8_t key[4])
{
	u128 v = magnitude(d.v);
	int exp = -d.scale;	/* of the last of the leading two digits */
	if (v == 0) {
		key[0] = 1;
		return 1;
	}
	while (v >= 100) {
		v /= 10;
		exp++;
	}
	if (v < 10) {
		v *= 10;
		exp--;
	}
	key[0] = d.v < 0 ? 0 : 2;
	key[1] = (uint8_t)(64 + exp);
	key[2] = (uint8_t)v;
	if (d.v < 0) {
		key[1] = (uint8_t)~key[1];
		key[2] = (uint8_t)~key[2];
	}
	return 3;
}
