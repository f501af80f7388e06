#include "cli/like.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "match/keys.h"
#include "match/match.h"

enum { WORDS = 8, KEYS = 16, NAME_KEYS = 64 };

struct like {
	size_t n;
	struct {
		uint64_t key[KEYS];
		uint64_t index[KEYS];	/* the same for the match index */
		size_t n;
	} word[WORDS];
};

/* The next word of a folded text, cut where names are compared: a name in
 * Chinese characters stays whole. */
static bool
next_word(struct crm_str *rest, struct crm_str *word)
{
	size_t i = 0, k;
	while (i < rest->n && (unsigned char)rest->p[i] < 0x80 &&
	    !crm_is_letter((unsigned char)rest->p[i]) &&
	    !crm_is_digit((unsigned char)rest->p[i]))
		i++;
	for (k = i; k < rest->n; k++) {
		unsigned char c = (unsigned char)rest->p[k];
		if (c < 0x80 && c != '\'' && !crm_is_letter(c) &&
		    !crm_is_digit(c))
			break;
	}
	*word = crm_str_sub(*rest, i, k - i);
	*rest = crm_str_sub(*rest, k, rest->n);
	return word->n > 0;
}

static void *
make(struct crm_str wanted)
{
	struct like *l = crm_zalloc(sizeof(*l));
	struct crm_buf fold = { 0 };
	struct crm_str rest, w;
	crm_fold_text(&fold, wanted);
	rest = crm_buf_view(&fold);
	while (l->n < WORDS && next_word(&rest, &w)) {
		size_t n = crm_match_name_keys(w, l->word[l->n].key, KEYS);
		for (size_t i = 0; i < n; i++)
			l->word[l->n].index[i] = crm_match_index_key(
			    CRM_MATCH_BY_NAME, l->word[l->n].key[i]);
		l->word[l->n].n = n;
		l->n += n > 0;
	}
	crm_buf_release(&fold);
	if (l->n)
		return l;
	free(l);
	return NULL;
}

static bool
match(void *made, struct crm_str name)
{
	const struct like *l = made;
	uint64_t key[NAME_KEYS];
	size_t n = crm_match_name_keys(name, key, NAME_KEYS);
	for (size_t w = 0; w < l->n; w++) {
		bool found = false;
		for (size_t i = 0; i < l->word[w].n && !found; i++)
			for (size_t k = 0; k < n && !found; k++)
				found = key[k] == l->word[w].key[i];
		if (!found)
			return false;
	}
	return true;
}

static size_t
keys(const void *made, size_t i, const uint64_t **out)
{
	const struct like *l = made;
	if (i >= l->n)
		return 0;
	*out = l->word[i].index;
	return l->word[i].n;
}

const struct crm_like_ops *
crm_cli_like(void)
{
	static const struct crm_like_ops ops = { make, match, free,
		keys };
	return &ops;
}
