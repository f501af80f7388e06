/* Pieces of texts: private to lib/format/json_*.c. */
#ifndef CRM_JSON_RUN_H
#define CRM_JSON_RUN_H

#include "format/json.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/* The first byte that is a quote, a backslash, a control or above 0x7f, or a
 * place shortly before `end`. */
static inline const char *
crm_json_plain_run(const char *p, const char *end)
{
#if defined(__SSE2__)
	const __m128i quote = _mm_set1_epi8('"'), back = _mm_set1_epi8('\\');
	const __m128i low = _mm_set1_epi8(0x1f);
	for (; end - p >= 16; p += 16) {
		__m128i w = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* bytes above 0x7f are negative: they count as below 0x20 */
		__m128i bad = _mm_or_si128(_mm_cmpeq_epi8(w, quote),
		    _mm_cmpeq_epi8(w, back));
		bad = _mm_or_si128(bad, _mm_xor_si128(_mm_cmpgt_epi8(w, low),
		    _mm_set1_epi8(-1)));
		int mask = _mm_movemask_epi8(bad);
		if (mask)
			return p + __builtin_ctz((unsigned)mask);
	}
#endif
	while (p < end && (unsigned char)*p >= 0x20 &&
	    (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* The number of four hex digits, -1 where they are none. */
static inline int
crm_json_hex4(const char *p, const char *end)
{
	if (end - p < 4)
		return -1;
	int v = 0;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		int d = c >= '0' && c <= '9' ? c - '0' :
		    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/* Members from *p on (a key's quote) as far as they have the keys o->expect
 * tells and values without white space, escapes or objects; o->m has room for
 * all of them. True: *p is at the closing brace; else at a key that was not
 * taken. */
bool crm_json_plain_members(const char **p, const char *end,
    struct crm_json_obj *o);

#endif
