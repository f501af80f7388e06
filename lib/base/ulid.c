#include "base/ulid.h"

#include <sys/random.h>

/* Eight bytes: from the kernel, or splitmix64 (Steele, Lea & Flood 2014) where
 * a seed asks for the same ids every time. */
static uint64_t
draw(struct crm_ulid_gen *g)
{
	uint64_t v = 0;
	if (g->seed == 0) {
		/* fewer than 256 bytes are never cut short */
		if (getrandom(&v, sizeof(v), 0) == (ssize_t)sizeof(v))
			return v;
		abort();
	}
	v = g->seed += UINT64_C(0x9e3779b97f4a7c15);
	if (g->seed == 0)
		g->seed = 1;
	v = (v ^ v >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	v = (v ^ v >> 27) * UINT64_C(0x94d049bb133111eb);
	return v ^ v >> 31;
}

void
crm_ulid_make(struct crm_ulid_gen *g, int64_t time, char out[26])
{
	uint64_t ms = time > 0 ? (uint64_t)time / 1000 : 0;
	uint8_t id[16];
	int i = 10;
	if (ms >> 48)
		ms = (UINT64_C(1) << 48) - 1;
	if (ms > g->last_ms || g->last_ms == 0) {
		uint64_t a = draw(g), b = draw(g);
		memcpy(g->rnd, &a, 8);
		memcpy(g->rnd + 8, &b, 2);
		/* the top bit stays free for what is counted up from here */
		g->rnd[0] &= 0x7f;
		g->last_ms = ms ? ms : 1;
	} else {
		while (i-- > 0 && ++g->rnd[i] == 0)
			;
		if (i < 0)
			g->last_ms++;
	}
	for (i = 0; i < 6; i++)
		id[i] = (uint8_t)(g->last_ms >> (40 - 8 * i));
	memcpy(id + 6, g->rnd, 10);
	crm_ulid_format(id, out);
}

/* 128 bits as 26 digits of 5, two zero bits in front. */
void
crm_ulid_format(const uint8_t in[16], char out[26])
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	unsigned have = 0, bits = 2, at = 0;
	for (int i = 0; i < 26; i++) {
		if (bits < 5) {
			have = have << 8 | in[at++];
			bits += 8;
		}
		bits -= 5;
		out[i] = digits[have >> bits & 31];
		have &= (1u << bits) - 1;
	}
}

bool
crm_ulid_parse(struct crm_str s, uint8_t out[16])
{
	unsigned have = 0, bits = 0, at = 0;
	if (s.n != 26 || s.p[0] > '7')
		return false;
	for (int i = 0; i < 26; i++) {
		/* Crockford: no I, L, O, U */
		char c = s.p[i];
		unsigned v;
		if (c >= '0' && c <= '9')
			v = (unsigned)(c - '0');
		else if (c >= 'A' && c <= 'Z' && c != 'I' && c != 'L' &&
		    c != 'O' && c != 'U')
			v = (unsigned)(c - 'A') + 10 - (c > 'I') - (c > 'L') -
			    (c > 'O') - (c > 'U');
		else
			return false;
		have = have << 5 | v;
		bits += i ? 5 : 3;
		if (bits >= 8) {
			bits -= 8;
			out[at++] = (uint8_t)(have >> bits);
			have &= (1u << bits) - 1;
		}
	}
	return true;
}
