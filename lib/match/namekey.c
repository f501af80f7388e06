/* Keys under which a name is found in any script or spelling. */
#include "base/utf8.h"
#include "match/inner.h"

/* One consonant for two of a kind: scripts without vowels do not show whether
 * one stands between. */
static uint64_t
single(uint64_t key)
{
	uint64_t out = 0, last = 0;
	for (unsigned n = 0; key & 31; key >>= 5) {
		if ((key & 31) != last)
			out |= (key & 31) << (5 * n++);
		last = key & 31;
	}
	return out;
}

size_t
crm_match_name_keys(struct crm_str text, uint64_t *key, size_t max)
{
	struct crm_match *m = crm_zalloc(sizeof(*m));
	struct crm_str rest, w;
	size_t n = 0;
	crm_fold_text(&m->fold, text);
	rest = crm_buf_view(&m->fold);
	while (crm_token_next(m, &rest, &w)) {
		uint64_t k[CRM_SKELETONS];
		size_t got = crm_skeletons(w, NULL, k);
		for (size_t i = 0; i < got; i++)
			k[i] = single(k[i]);
		if (got == 0)
			k[got++] = crm_hash_bytes(w, 9) >> 4;
		for (size_t i = 0; i < got && n < max; i++) {
			bool seen = false;
			for (size_t j = 0; j < n; j++)
				seen |= key[j] == k[i];
			if (!seen)
				key[n++] = k[i];
		}
	}
	crm_buf_release(&m->fold);
	crm_buf_release(&m->scratch);
	free(m);
	return n;
}
