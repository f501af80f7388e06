#include "store/git_sha1.h"

/* clang 14 does not know the name of the feature. */
#if defined(__x86_64__) && !defined(__clang__) && __GNUC__ >= 11
#define CRM_SHA1_NI 1
#include <immintrin.h>
#endif

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
compress_plain(uint32_t h[5], const uint8_t *p)
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

#ifdef CRM_SHA1_NI
/* By the processor's instructions: four rounds at once. A group's fifth word
 * comes from the state before the group in front of it. */
#define SHA1_GROUP(i, f) do { \
	if ((i) >= 4) \
		m[(i) & 3] = _mm_sha1msg2_epu32(_mm_xor_si128( \
		    _mm_sha1msg1_epu32(m[(i) & 3], m[((i) + 1) & 3]), \
		    m[((i) + 2) & 3]), m[((i) + 3) & 3]); \
	e = (i) ? _mm_sha1nexte_epu32(before, m[(i) & 3]) : \
	    _mm_add_epi32(e, m[0]); \
	before = abcd; \
	abcd = _mm_sha1rnds4_epu32(abcd, e, f); \
} while (0)

static void __attribute__((target("sha,sse4.1")))
compress_ni(uint32_t h[5], const uint8_t *p)
{
	const __m128i swap = _mm_set_epi64x(0x0001020304050607,
	    0x08090a0b0c0d0e0f);
	__m128i m[4], first, before = _mm_setzero_si128();
	__m128i abcd = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)
	    (const void *)h), 0x1b);
	__m128i e = _mm_set_epi32((int)h[4], 0, 0, 0), e0 = e;
	first = abcd;
	for (int i = 0; i < 4; i++)
		m[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)
		    (const void *)(p + 16 * i)), swap);
	for (int i = 0; i < 5; i++)
		SHA1_GROUP(i, 0);
	for (int i = 5; i < 10; i++)
		SHA1_GROUP(i, 1);
	for (int i = 10; i < 15; i++)
		SHA1_GROUP(i, 2);
	for (int i = 15; i < 20; i++)
		SHA1_GROUP(i, 3);
	e = _mm_sha1nexte_epu32(before, e0);
	abcd = _mm_shuffle_epi32(_mm_add_epi32(abcd, first), 0x1b);
	_mm_storeu_si128((__m128i *)(void *)h, abcd);
	h[4] = (uint32_t)_mm_extract_epi32(e, 3);
}

static bool
has_ni(void)
{
	return __builtin_cpu_supports("sse4.1") &&
	    __builtin_cpu_supports("sha");
}
#else
#define compress_ni compress_plain

static bool
has_ni(void)
{
	return false;
}
#endif

static void
compress(const struct crm_sha1 *s, uint32_t h[5], const uint8_t *p)
{
	if (s->ni)
		compress_ni(h, p);
	else
		compress_plain(h, p);
}

void
crm_sha1_plain(struct crm_sha1 *s)
{
	s->ni = false;
}

void
crm_sha1_init(struct crm_sha1 *s)
{
	*s = (struct crm_sha1){ .h = { 0x67452301, 0xefcdab89, 0x98badcfe,
	    0x10325476, 0xc3d2e1f0 }, .ni = has_ni() };
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
		compress(s, s->h, s->block);
		s->fill = 0;
	}
	for (; n >= 64; p += 64, n -= 64)
		compress(s, s->h, p);
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
