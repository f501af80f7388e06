#include "model/punycode.h"
#include "base/utf8.h"

/* RFC 3492 section 5. */
enum { BASE = 36, TMIN = 1, TMAX = 26, SKEW = 38, DAMP = 700, BIAS = 72,
	FIRST = 128, LABEL = 63 };

static uint32_t
adapt(uint32_t delta, uint32_t points, bool first)
{
	uint32_t k = 0;
	delta = first ? delta / DAMP : delta / 2;
	delta += delta / points;
	while (delta > ((BASE - TMIN) * TMAX) / 2) {
		delta /= BASE - TMIN;
		k += BASE;
	}
	return k + (BASE - TMIN + 1) * delta / (delta + SKEW);
}

static uint32_t
threshold(uint32_t k, uint32_t bias)
{
	return k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias;
}

/* The digits of one delta (section 6.3). */
static void
put_delta(struct crm_buf *b, uint32_t q, uint32_t bias)
{
	static const char digit[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	for (uint32_t k = BASE;; k += BASE) {
		uint32_t t = threshold(k, bias);
		if (q < t)
			break;
		crm_buf_c(b, digit[t + (q - t) % (BASE - t)]);
		q = (q - t) / (BASE - t);
	}
	crm_buf_c(b, digit[q]);
}

static uint32_t
next_point(const uint32_t *c, size_t n, uint32_t from)
{
	uint32_t m = UINT32_MAX;
	for (size_t i = 0; i < n; i++)
		if (c[i] >= from && c[i] < m)
			m = c[i];
	return m;
}

bool
crm_punycode_encode(struct crm_buf *b, struct crm_str label)
{
	uint32_t c[LABEL], n = FIRST, delta = 0, bias = BIAS;
	size_t len = 0;
	if (!crm_utf8_valid(label, NULL))
		return false;
	while (label.n) {
		size_t l;
		if (len == LABEL)
			return false;
		c[len++] = crm_utf8_decode(label, &l);
		label = crm_str_sub(label, l, label.n);
	}
	uint32_t basic = 0;
	for (size_t i = 0; i < len; i++)
		if (c[i] < FIRST) {
			crm_buf_c(b, (char)c[i]);
			basic++;
		}
	uint32_t done = basic;
	if (basic)
		crm_buf_c(b, '-');
	/* at most 63 points below 0x110000: no delta overflows 32 bits */
	for (; done < len; delta++, n++) {
		uint32_t m = next_point(c, len, n);
		delta += (m - n) * (done + 1);
		n = m;
		for (size_t i = 0; i < len; i++) {
			if (c[i] < n)
				delta++;
			if (c[i] != n)
				continue;
			put_delta(b, delta, bias);
			bias = adapt(delta, done + 1, done == basic);
			delta = 0;
			done++;
		}
	}
	return true;
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0' + 26;
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? c - 'a' : -1;
}

/* One delta added to *i; false at a bad digit, the end or an overflow. */
static bool
get_delta(struct crm_str *in, uint32_t bias, uint32_t *i)
{
	uint64_t w = 1, sum = *i;
	for (uint32_t k = BASE;; k += BASE) {
		int d = in->n ? digit_of(in->p[0]) : -1;
		if (d < 0)
			return false;
		*in = crm_str_sub(*in, 1, in->n);
		sum += (uint64_t)d * w;
		uint32_t t = threshold(k, bias);
		if (sum > INT32_MAX)
			return false;
		if ((uint32_t)d < t)
			break;
		w *= BASE - t;
		if (w > INT32_MAX)
			return false;
	}
	*i = (uint32_t)sum;
	return true;
}

bool
crm_punycode_decode(struct crm_buf *b, struct crm_str in)
{
	uint32_t c[LABEL], n = FIRST, i = 0, bias = BIAS;
	size_t len = 0, dash = in.n;
	if (in.n > LABEL)
		return false;
	while (dash > 0 && in.p[dash - 1] != '-')
		dash--;
	for (size_t k = 0; dash && k < dash - 1; k++) {
		if ((unsigned char)in.p[k] >= FIRST)
			return false;
		c[len++] = (unsigned char)in.p[k];
	}
	in = crm_str_sub(in, dash, in.n);
	while (in.n) {
		uint32_t old = i;
		if (len == LABEL || !get_delta(&in, bias, &i))
			return false;
		bias = adapt(i - old, (uint32_t)len + 1, old == 0);
		n += i / ((uint32_t)len + 1);
		i %= (uint32_t)len + 1;
		if (n > 0x10ffff || (n >= 0xd800 && n < 0xe000))
			return false;
		memmove(c + i + 1, c + i, (len - i) * sizeof(*c));
		c[i++] = n;
		len++;
	}
	for (size_t k = 0; k < len; k++)
		crm_utf8_encode(b, c[k]);
	return true;
}
