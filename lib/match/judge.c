/* Pairs that the caller chose. */
#include "match/inner.h"

enum { FEW = 1000 };	/* pairs that are not worth a cache */

void
crm_match_judge(const struct crm_match *m, struct crm_match_pair *pair,
    size_t n)
{
	struct crm_cache *cache = n > FEW ? crm_cache_new() : NULL;
	for (size_t i = 0; i < n; i++) {
		uint32_t a = pair[i].a, b = pair[i].b;
		struct crm_pattern pat;
		crm_match_compare(m, cache, a < b ? a : b, a < b ? b : a,
		    &pat);
		pair[i].p = crm_match_w_p(m, crm_match_w_pair(m, &pat, a, b,
		    NULL));
	}
	crm_cache_free(cache);
}
