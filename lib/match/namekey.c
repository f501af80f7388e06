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
crm_match_word_keys(struct crm_str word, uint64_t key[CRM_SKELETONS])
{
	size_t n = crm_skeletons(word, NULL, key);
	for (size_t i = 0; i < n; i++)
		key[i] = single(key[i]);
	if (n == 0)
		key[n++] = crm_hash_bytes(word, 9) >> 4;
	return n;
}

size_t
crm_match_name_keys(struct crm_str text, uint64_t *key, size_t max)
{
	struct crm_buf fold = { 0 }, scratch = { 0 };
	struct crm_str rest, w;
	size_t n = 0;
	crm_fold_text(&fold, text);
	rest = crm_buf_view(&fold);
	while (crm_token_next(&scratch, &rest, &w)) {
		uint64_t k[CRM_SKELETONS];
		size_t got = crm_match_word_keys(w, k);
		for (size_t i = 0; i < got && n < max; i++) {
			bool seen = false;
			for (size_t j = 0; j < n; j++)
				seen |= key[j] == k[i];
			if (!seen)
				key[n++] = k[i];
		}
	}
	crm_buf_release(&fold);
	crm_buf_release(&scratch);
	return n;
}
