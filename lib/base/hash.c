#include "base/hash.h"

#if defined(__x86_64__)
#include <immintrin.h>
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#endif
#endif

static uint64_t
load64(const uint8_t *p)
{
	uint64_t v;
	memcpy(&v, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

static uint64_t
rotl(uint64_t x, int b)
{
	return x << b | x >> (64 - b);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

static void
sip_absorb(uint64_t v[4], uint64_t m)
{
	v[3] ^= m;
	sip_round(v);
	sip_round(v);
	v[0] ^= m;
}

static uint64_t
sip_squeeze(uint64_t v[4])
{
	for (int i = 0; i < 4; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

static void
sip(const uint8_t key[16], const void *data, size_t n, uint64_t *lo,
    uint64_t *hi)
{
	const uint8_t *p = data;
	uint64_t k0 = load64(key), k1 = load64(key + 8);
	uint64_t v[4] = { k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
		k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u };
	if (hi)
		v[1] ^= 0xee;
	size_t i = 0;
	for (; i + 8 <= n; i += 8)
		sip_absorb(v, load64(p + i));
	uint64_t last = (uint64_t)n << 56;
	for (size_t k = 0; i + k < n; k++)
		last |= (uint64_t)p[i + k] << (8 * k);
	sip_absorb(v, last);
	v[2] ^= hi ? 0xee : 0xff;
	*lo = sip_squeeze(v);
	if (hi) {
		v[1] ^= 0xdd;
		*hi = sip_squeeze(v);
	}
}

uint64_t
crm_siphash(const uint8_t key[16], const void *p, size_t n)
{
	uint64_t lo;
	sip(key, p, n, &lo, NULL);
	return lo;
}

void
crm_siphash128(const uint8_t key[16], const void *p, size_t n, uint8_t out[16])
{
	uint64_t w[2];
	sip(key, p, n, &w[0], &w[1]);
	for (int i = 0; i < 16; i++)
		out[i] = (uint8_t)(w[i / 8] >> (8 * (i % 8)));
}

static uint32_t
crc_table_step(uint32_t crc, uint8_t byte)
{
	static uint32_t table[256];
	if (!table[1])
		for (uint32_t i = 0; i < 256; i++) {
			uint32_t c = i;
			for (int k = 0; k < 8; k++)
				c = c & 1 ? c >> 1 ^ 0x82f63b78u : c >> 1;
			table[i] = c;
		}
	return crc >> 8 ^ table[(crc ^ byte) & 0xff];
}

#if defined(__x86_64__)
/* The instruction takes three cycles but can begin anew each cycle: three
 * lanes go side by side. A lane's checksum is carried over n zero bytes by a
 * carry-less product with x^(8n - 33) mod P (Gopal et al., Fast CRC computation
 * using the CRC32 instruction, Intel 2011). */
#define CRC_TARGET __attribute__((target("sse4.2,pclmul")))

CRC_TARGET static inline uint64_t
crc_carry(uint64_t crc, uint64_t k)
{
	__m128i x = _mm_clmulepi64_si128(_mm_cvtsi64_si128((int64_t)crc),
	    _mm_cvtsi64_si128((int64_t)k), 0);
	return __builtin_ia32_crc32di(0, (uint64_t)_mm_cvtsi128_si64(x));
}

/* Three lanes of `lane` bytes; k1 and k2 carry over one and two of them. */
CRC_TARGET static inline uint64_t
crc_lanes(uint64_t crc, const uint8_t *p, size_t lane, uint64_t k1,
    uint64_t k2)
{
	uint64_t a = crc, b = 0, c = 0;
	for (size_t i = 0; i < lane; i += 8) {
		a = __builtin_ia32_crc32di(a, load64(p + i));
		b = __builtin_ia32_crc32di(b, load64(p + lane + i));
		c = __builtin_ia32_crc32di(c, load64(p + 2 * lane + i));
	}
	return crc_carry(a, k2) ^ crc_carry(b, k1) ^ c;
}

CRC_TARGET static uint32_t
crc_hw(uint32_t crc, const uint8_t *p, size_t n)
{
	uint64_t c = crc;
	for (; n >= 384; n -= 384, p += 384)
		c = crc_lanes(c, p, 128, 0x0d3b6092, 0xb9e02b86);
	for (; n >= 192; n -= 192, p += 192)
		c = crc_lanes(c, p, 64, 0x9e4addf8, 0x0d3b6092);
	for (; n >= 8; n -= 8, p += 8)
		c = __builtin_ia32_crc32di(c, load64(p));
	uint32_t r = (uint32_t)c;
	for (; n; n--, p++)
		r = __builtin_ia32_crc32qi(r, *p);
	return r;
}
#endif

#if defined(__x86_64__)
/* The C library asked the processor at its start; the compiler's own question
 * does so once more, which takes its time in a virtual machine. */
static bool
has_crc(void)
{
#ifdef CPU_FEATURE_ACTIVE
	return CPU_FEATURE_ACTIVE(SSE4_2) && CPU_FEATURE_ACTIVE(PCLMULQDQ);
#else
	return __builtin_cpu_supports("sse4.2") &&
	    __builtin_cpu_supports("pclmul");
#endif
}
#endif

uint32_t
crm_crc32c(uint32_t crc, const void *data, size_t n)
{
	const uint8_t *p = data;
	crc = ~crc;
#if defined(__x86_64__)
	if (has_crc())
		return ~crc_hw(crc, p, n);
#endif
	for (size_t i = 0; i < n; i++)
		crc = crc_table_step(crc, p[i]);
	return ~crc;
}

static const uint32_t sha_k[64] = { 0x428a2f98, 0x71374491, 0xb5c0fbcf,
	0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
	0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7,
	0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
	0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
	0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e,
	0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
	0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c,
	0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee,
	0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2 };

static uint32_t
rotr(uint32_t x, int b)
{
	return x >> b | x << (32 - b);
}

static void
sha_block(uint32_t h[8], const uint8_t *p)
{
	uint32_t w[64], s[8];
	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
		    (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];
		w[i] = w[i - 16] + (rotr(a, 7) ^ rotr(a, 18) ^ a >> 3) +
		    w[i - 7] + (rotr(b, 17) ^ rotr(b, 19) ^ b >> 10);
	}
	memcpy(s, h, sizeof(s));
	for (int i = 0; i < 64; i++) {
		uint32_t e = s[4], a = s[0];
		uint32_t t1 = s[7] + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) +
		    ((e & s[5]) ^ (~e & s[6])) + sha_k[i] + w[i];
		uint32_t t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) +
		    ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (int i = 0; i < 8; i++)
		h[i] += s[i];
}

void
crm_sha256_init(struct crm_sha256 *s)
{
	static const uint32_t h[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372,
		0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };
	*s = (struct crm_sha256){ 0 };
	memcpy(s->h, h, sizeof(h));
}

void
crm_sha256_add(struct crm_sha256 *s, const void *data, size_t n)
{
	const uint8_t *p = data;
	s->len += n;
	while (n) {
		if (s->fill == 0 && n >= 64) {
			sha_block(s->h, p);
			p += 64;
			n -= 64;
			continue;
		}
		size_t k = 64 - s->fill < n ? 64 - s->fill : n;
		memcpy(s->block + s->fill, p, k);
		s->fill += k;
		p += k;
		n -= k;
		if (s->fill == 64) {
			sha_block(s->h, s->block);
			s->fill = 0;
		}
	}
}

void
crm_sha256_end(struct crm_sha256 *s, uint8_t out[32])
{
	uint64_t bits = s->len * 8;
	uint8_t pad[72] = { 0x80 };
	size_t n = (s->fill < 56 ? 56 : 120) - s->fill;
	for (int i = 0; i < 8; i++)
		pad[n + (size_t)i] = (uint8_t)(bits >> (56 - 8 * i));
	crm_sha256_add(s, pad, n + 8);
	for (int i = 0; i < 32; i++)
		out[i] = (uint8_t)(s->h[i / 4] >> (24 - 8 * (i % 4)));
}

void
crm_hex(const uint8_t *p, size_t n, char *out)
{
	static const char digit[] = "0123456789abcdef";
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digit[p[i] >> 4];
		out[2 * i + 1] = digit[p[i] & 15];
	}
	out[2 * n] = '\0';
}

void
crm_sha256_hex(const void *p, size_t n, char out[65])
{
	struct crm_sha256 s;
	uint8_t sum[32];
	crm_sha256_init(&s);
	crm_sha256_add(&s, p, n);
	crm_sha256_end(&s, sum);
	crm_hex(sum, 32, out);
}
