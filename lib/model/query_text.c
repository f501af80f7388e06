/* Full text: words of all text fields, phrases, prefixes, and how well a
 * record fits. */
#include "model/query_impl.h"

#include "base/utf8.h"

struct crm_q_text *
crm_q_text_new(struct crm_q_build *b, struct crm_str s)
{
	struct crm_q_text *t = crm_arena_zalloc(b->mem, sizeof(*t));
	bool quoted;
	s = crm_q_unquote(b->mem, s, &quoted);
	if (!quoted && s.n > 1 && s.p[s.n - 1] == '*') {
		t->prefix = true;
		s.n--;
	}
	if (!crm_q_words(b->mem, s, &t->word, &t->n)) {
		crm_q_value_bad(b, _("no word to look for in '%.*s'"),
		    CRM_FMT(s));
		return NULL;
	}
	if (t->n > CRM_Q_WORDS_MAX) {
		crm_q_value_bad(b, _("more than %d words in one value"),
		    CRM_Q_WORDS_MAX);
		return NULL;
	}
	return t;
}

/* Do the words stand in the folded value one behind the other? *exact: the
 * last as a whole word. */
static bool
run_in(struct crm_str folded, const struct crm_q_text *t, bool *exact)
{
	struct crm_str w;
	uint64_t at = 0;	/* bit i: the first i + 1 words stand here */
	bool found = false;
	while (crm_word_next(&folded, &w)) {
		uint64_t next = 0;
		for (size_t i = 0; i < t->n; i++) {
			if (i && !(at & UINT64_C(1) << (i - 1)))
				continue;
			bool last = i == t->n - 1;
			bool same = crm_str_eq(w, t->word[i]);
			if (!same && !(last && t->prefix &&
			    crm_str_starts(w, t->word[i])))
				continue;
			next |= UINT64_C(1) << i;
			if (last) {
				found = true;
				*exact = *exact || same;
			}
		}
		at = next;
		if (found && (*exact || !t->prefix))
			return true;
	}
	return found;
}

struct probe {
	struct crm_query *q;
	const struct crm_q_text *text;
	bool found, exact;
};

static bool
try_scalar(void *arg, struct crm_str val)
{
	struct probe *p = arg;
	if (!crm_q_words_in(val, p->text->word, p->text->n, p->text->prefix,
	    &p->q->scratch))
		return false;
	/* words_in left the folded value there */
	if (run_in(crm_buf_view(&p->q->scratch.fold), p->text, &p->exact))
		p->found = true;
	return p->found && (p->exact || !p->text->prefix);
}

/* The greatest weight at which the text is found, 0 nowhere; *exact: its last
 * word stands there whole. */
static unsigned
best(struct crm_query *q, const struct crm_q_text *t, const struct crm_rec *r,
    bool any_will_do, bool *exact)
{
	struct crm_q_prog *prog = crm_q_prog(&q->cache, q->types, q->ntypes,
	    r);
	unsigned weight = 0;
	*exact = false;
	crm_q_prog_text(prog);
	for (size_t i = 0; i < prog->ntext; i++) {
		const struct crm_q_words_at *at = &prog->text[i];
		struct probe p = { .q = q, .text = t };
		if (at->weight < weight)
			continue;
		crm_q_each(crm_rec_val(r, at->slot), at->rest, try_scalar, &p);
		if (!p.found)
			continue;
		*exact = p.exact || (*exact && at->weight == weight);
		weight = at->weight;
		if (any_will_do)
			break;
	}
	return weight;
}

bool
crm_q_text_match(struct crm_query *q, const struct crm_q_text *t,
    const struct crm_rec *r)
{
	bool exact;
	return best(q, t, r, true, &exact) > 0;
}

bool
crm_query_has_text(const struct crm_query *q)
{
	return q->nwords > 0;
}

uint32_t
crm_query_rank(struct crm_query *q, const struct crm_rec *r)
{
	uint32_t rank = 0;
	for (size_t i = 0; i < q->nwords; i++) {
		bool exact;
		const struct crm_q_text *t = q->words[i];
		unsigned w = best(q, t, r, false, &exact);
		rank += (uint32_t)t->n * (2 * w + (w && exact));
	}
	return rank;
}
