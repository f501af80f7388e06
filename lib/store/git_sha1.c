#include "store/git_sha1.h"

static inline uint32_t
rol(uint32_t v, int n)
{
	return v << n | v >> (32 - n);
}

static inline uint32_t
word(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, 4);
	return __builtin_bswap32(v);
}

/* The four functions of 6.1.2, with their constants. */
#define ROUND(f, k) do { \
	uint32_t t = rol(a, 5) + (f) + e + (k) + w[i & 15]; \
	e = d; \
	d = c; \
	c = rol(b, 30); \
	b = a; \
	a = t; \
} while (0)
#define NEXT_WORD() (w[i & 15] = rol(w[(i + 13) & 15] ^ w[(i + 8) & 15] ^ \
	w[(i + 2) & 15] ^ w[i & 15], 1))

static void __attribute__((optimize("unroll-loops")))
compress(uint32_t h[5], const uint8_t *p)
{
	uint32_t w[16], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
	int i;
	for (i = 0; i < 16; i++) {
		w[i] = word(p + 4 * i);
		ROUND(d ^ (b & (c ^ d)), 0x5a827999);
	}
	for (; i < 20; i++) {
		NEXT_WORD();
		ROUND(d ^ (b & (c ^ d)), 0x5a827999);
	}
	for (; i < 40; i++) {
		NEXT_WORD();
		ROUND(b ^ c ^ d, 0x6ed9eba1);
	}
	for (; i < 60; i++) {
		NEXT_WORD();
		ROUND((b & c) | (d & (b | c)), 0x8f1bbcdc);
	}
	for (; i < 80; i++) {
		NEXT_WORD();
		ROUND(b ^ c ^ d, 0xca62c1d6);
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

void
crm_sha1_init(struct crm_sha1 *s)
{
	*s = (struct crm_sha1){ .h = { 0x67452301, 0xefcdab89, 0x98badcfe,
	    0x10325476, 0xc3d2e1f0 } };
}

void
crm_sha1_add(struct crm_sha1 *s, const void *data, size_t n)
{
	const uint8_t *p = data;
	if (n == 0)
		return;
	s->len += n;
	if (s->fill && n) {
		size_t take = 64 - s->fill < n ? 64 - s->fill : n;
		memcpy(s->block + s->fill, p, take);
		s->fill += take;
		p += take;
		n -= take;
		if (s->fill < 64)
			return;
		compress(s->h, s->block);
		s->fill = 0;
	}
	for (; n >= 64; p += 64, n -= 64)
		compress(s->h, p);
	if (n)
		memcpy(s->block, p, n);
	s->fill = n;
}

void
crm_sha1_end(struct crm_sha1 *s, uint8_t out[20])
{
	uint8_t pad[72] = { 0x80 };
	uint64_t bits = __builtin_bswap64(s->len * 8);
	size_t n = (s->fill < 56 ? 56 : 120) - s->fill;
	memcpy(pad + n, &bits, 8);
	crm_sha1_add(s, pad, n + 8);
	for (int i = 0; i < 5; i++) {
		uint32_t v = __builtin_bswap32(s->h[i]);
		memcpy(out + 4 * i, &v, 4);
	}
}
