/* Keys under which a name is found in any script or spelling. */
#include "base/utf8.h"
#include "match/inner.h"

enum { FORMS = 24 };

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

/* Adds the skeletons of a word that are not there yet. */
static size_t
add(struct crm_str word, uint64_t *key, size_t n, size_t max)
{
	uint64_t k[CRM_SKELETONS];
	size_t got = crm_skeletons(word, NULL, k);
	for (size_t i = 0; i < got; i++) {
		bool seen = n == max;
		k[i] = single(k[i]);
		for (size_t j = 0; j < n; j++)
			seen |= key[j] == k[i];
		if (!seen)
			key[n++] = k[i];
	}
	return n;
}

/* A word in another script is found under its own skeletons and those of what
 * people write for it in Latin. */
size_t
crm_match_word_keys(struct crm_str word, uint64_t key[CRM_WORD_KEYS])
{
	char form[FORMS][CRM_SCRIBE_FORM];
	bool ascii = crm_ascii_prefix(word) == word.n;
	size_t n = 0, forms = ascii ? 0 : crm_scribe_forms(word, form, FORMS);
	size_t len;
	if (ascii || crm_script_of(crm_utf8_decode(word, &len)) !=
	    CRM_SCRIPT_HAN)
		n = add(word, key, n, CRM_WORD_KEYS);
	else
		key[n++] = crm_hash_bytes(word, 9) >> 4;
	for (size_t i = 0; i < forms; i++)
		n = add(crm_str_z(form[i]), key, n, CRM_WORD_KEYS);
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
		uint64_t k[CRM_WORD_KEYS];
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
