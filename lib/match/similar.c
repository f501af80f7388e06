#include "match/similar.h"

static struct crm_str
cut(struct crm_str s)
{
	return crm_str_sub(s, 0, 64);
}

/* pm[c] = places of byte c in b; only the entries that a or b name are set. */
static void
places(struct crm_str a, struct crm_str b, uint64_t pm[256])
{
	for (size_t i = 0; i < a.n; i++)
		pm[(unsigned char)a.p[i]] = 0;
	for (size_t i = 0; i < b.n; i++)
		pm[(unsigned char)b.p[i]] = 0;
	for (size_t i = 0; i < b.n; i++)
		pm[(unsigned char)b.p[i]] |= (uint64_t)1 << i;
}

unsigned
crm_osa(struct crm_str a, struct crm_str b)
{
	uint64_t pm[256] CRM_MATCH_RAW;
	a = cut(a);
	b = cut(b);
	if (b.n == 0 || a.n == 0)
		return (unsigned)(a.n + b.n);
	places(a, b, pm);
	uint64_t vp = ~(uint64_t)0, vn = 0, d0 = 0, before = 0;
	uint64_t top = (uint64_t)1 << (b.n - 1);
	unsigned dist = (unsigned)b.n;
	for (size_t i = 0; i < a.n; i++) {
		uint64_t m = pm[(unsigned char)a.p[i]];
		uint64_t tr = ((~d0 & m) << 1) & before;
		d0 = (((m & vp) + vp) ^ vp) | m | vn | tr;
		uint64_t hp = vn | ~(d0 | vp), hn = d0 & vp;
		dist += (hp & top) != 0;
		dist -= (hn & top) != 0;
		hp = hp << 1 | 1;
		vp = hn << 1 | ~(d0 | hp);
		vn = hp & d0;
		before = m;
	}
	return dist;
}

struct crm_letters
crm_letters_of(struct crm_str s)
{
	struct crm_letters l = { 0, 0 };
	s = cut(s);
	for (size_t i = 0; i < s.n; i++) {
		uint32_t bit = (uint32_t)1 << ((unsigned char)s.p[i] & 31);
		l.spare += (l.set & bit) != 0;
		l.set |= bit;
	}
	return l;
}

unsigned
crm_osa_within(struct crm_str a, struct crm_str b, unsigned max)
{
	a = cut(a);
	b = cut(b);
	size_t apart = a.n > b.n ? a.n - b.n : b.n - a.n;
	if (apart > max)
		return max + 1;
	if (a.n == b.n && memcmp(a.p, b.p, a.n) == 0)
		return 0;
	if (max == 0 || crm_letters_far(crm_letters_of(a), crm_letters_of(b),
	    max))
		return max + 1;
	return crm_osa(a, b);
}

/* Matched bytes within the window; *half = bytes out of order. */
static unsigned
jaro_matches(struct crm_str a, struct crm_str b, unsigned *half)
{
	uint64_t pm[256] CRM_MATCH_RAW;
	uint64_t used = 0, hit = 0;
	places(a, b, pm);
	size_t longer = a.n > b.n ? a.n : b.n;
	size_t w = longer / 2 ? longer / 2 - 1 : 0;
	for (size_t i = 0; i < a.n; i++) {
		size_t from = i > w ? i - w : 0, to = i + w + 1;
		uint64_t win = to >= 64 ? ~(uint64_t)0 : ((uint64_t)1 << to) - 1;
		win = from < 64 ? win & ~(((uint64_t)1 << from) - 1) : 0;
		uint64_t c = pm[(unsigned char)a.p[i]] & win & ~used;
		if (c) {
			used |= c & -c;
			hit |= (uint64_t)1 << i;
		}
	}
	unsigned m = 0, off = 0;
	for (uint64_t h = hit; h; h &= h - 1)
		m++;
	for (uint64_t u = used, h = hit; h; h &= h - 1, u &= u - 1)
		off += a.p[__builtin_ctzll(h)] != b.p[__builtin_ctzll(u)];
	*half = off;
	return m;
}

unsigned
crm_jaro_winkler(struct crm_str a, struct crm_str b)
{
	a = cut(a);
	b = cut(b);
	if (a.n == 0 || b.n == 0)
		return a.n == b.n ? 1000 : 0;
	unsigned half, m = jaro_matches(a, b, &half);
	if (m == 0)
		return 0;
	unsigned na = (unsigned)a.n, nb = (unsigned)b.n;
	unsigned j = (1000 * m / na + 1000 * m / nb +
	    1000 * (2 * m - half) / (2 * m)) / 3;
	if (j < 700)
		return j;
	unsigned p = 0;
	while (p < 4 && p < na && p < nb && a.p[p] == b.p[p])
		p++;
	return j + p * (1000 - j) / 10;
}

unsigned
crm_jaro_winkler_from(struct crm_str a, struct crm_str b, unsigned least)
{
	a = cut(a);
	b = cut(b);
	/* The bonus for the beginning is at most 0.4 of what is missing, and
	 * Jaro's three parts are at most m/|a|, m/|b| and 1. */
	unsigned jaro = (least - 400) * 10 / 6;
	unsigned most = crm_letters_common(crm_letters_of(a),
	    crm_letters_of(b));
	size_t sum = most * (a.n + b.n) * 1000;
	if (sum + 2 * a.n * b.n < a.n * b.n * (3 * jaro - 1000))
		return 0;
	return crm_jaro_winkler(a, b);
}
