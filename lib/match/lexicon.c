#include "match/lexicon.h"

#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "match/lexicon_data.h"

static struct crm_lexeme *
put(struct crm_lexicon *w, struct crm_str s)
{
	bool fresh;
	uint32_t id = crm_intern_put(&w->t, s, &fresh);
	crm_grow(&w->w, &w->cap, (size_t)id + 1, sizeof(*w->w));
	if (fresh)
		w->w[id] = (struct crm_lexeme){ 0 };
	return &w->w[id];
}

static void
put_list(struct crm_lexicon *w, const char *list, uint16_t flag)
{
	struct crm_str rest = crm_str_z(list), part;
	while (crm_str_split(&rest, ' ', &part))
		if (part.n)
			put(w, part)->flags |= flag;
}

/* "ltd limited" lines: every line is one class. */
static void
put_legal(struct crm_lexicon *w)
{
	for (size_t i = 0; crm_lexicon_legal(i); i++) {
		struct crm_str rest = crm_str_z(crm_lexicon_legal(i)), part;
		while (crm_str_split(&rest, ' ', &part)) {
			struct crm_lexeme *x = put(w, part);
			x->flags |= CRM_WORD_LEGAL;
			x->legal = (uint8_t)(i + 1);
		}
	}
	for (size_t i = 0; crm_lexicon_phrases(i)->text; i++) {
		struct crm_str s = crm_str_z(crm_lexicon_phrases(i)->text);
		put(w, crm_str_sub(s, 0, crm_str_chr(s, ' ')))->flags |=
		    CRM_WORD_PHRASE;
	}
}

/* Every line is one line of business. */
static void
put_trades(struct crm_lexicon *w)
{
	for (size_t i = 0; crm_lexicon_trades(i); i++) {
		struct crm_str rest = crm_str_z(crm_lexicon_trades(i)), part;
		while (crm_str_split(&rest, ' ', &part)) {
			struct crm_lexeme *x = put(w, part);
			x->flags |= CRM_WORD_TRADE;
			x->trade = (uint8_t)(i + 1);
		}
	}
}

/* "street st str" lines: the first word is what the others stand for. */
static void
put_canon(struct crm_lexicon *w, const char *(*line)(size_t), uint16_t flag)
{
	for (size_t i = 0; line(i); i++) {
		struct crm_str rest = crm_str_z(line(i)), part;
		uint32_t first = 0;
		while (crm_str_split(&rest, ' ', &part)) {
			struct crm_lexeme *x = put(w, part);
			x->flags |= flag;
			uint32_t id = crm_intern_find(&w->t, part);
			if (first == 0)
				first = id;
			else if (x->canon == 0)
				x->canon = first;
		}
	}
}

static void
put_nickname(struct crm_lexicon *w, struct crm_str name, uint16_t cls,
    struct crm_buf *folded)
{
	crm_buf_clear(folded);
	crm_fold_text(folded, crm_str_trim(name));
	if (folded->n == 0)
		return;
	struct crm_lexeme *x = put(w, crm_buf_view(folded));
	x->flags |= CRM_WORD_GIVEN;
	if (x->nnick < CRM_LEN(x->nick))
		x->nick[x->nnick++] = cls;
}

static void
put_nicknames(struct crm_lexicon *w, struct crm_str text)
{
	struct crm_buf folded = { 0 };
	struct crm_str line, name;
	while (text.p && crm_str_split(&text, '\n', &line)) {
		line = crm_str_trim(line);
		if (line.n == 0 || line.p[0] == '#' || w->nclasses >= 65535)
			continue;
		uint16_t cls = (uint16_t)++w->nclasses;
		while (crm_str_split(&line, ',', &name))
			put_nickname(w, name, cls, &folded);
	}
	crm_buf_release(&folded);
}

void
crm_lexicon_init(struct crm_lexicon *w, struct crm_str nicknames)
{
	memset(w, 0, sizeof(*w));
	put(w, crm_str_z(" "));
	put_list(w, crm_lexicon_titles(), CRM_WORD_TITLE);
	put_list(w, crm_lexicon_particles(), CRM_WORD_PARTICLE);
	put_list(w, crm_lexicon_ages(), CRM_WORD_AGE | CRM_WORD_TITLE);
	put_list(w, crm_lexicon_kin(), CRM_WORD_KIN);
	put_list(w, crm_lexicon_units(), CRM_WORD_UNIT | CRM_WORD_STREET);
	put_list(w, crm_lexicon_noise(), CRM_WORD_NOISE);
	put_list(w, crm_lexicon_org(), CRM_WORD_ORG);
	put_list(w, crm_lexicon_given(), CRM_WORD_GIVEN);
	put_legal(w);
	put_trades(w);
	put_canon(w, crm_lexicon_streets, CRM_WORD_STREET);
	put_canon(w, crm_lexicon_numbers, CRM_WORD_NUMBER);
	put_nicknames(w, nicknames);
}

void
crm_lexicon_release(struct crm_lexicon *w)
{
	crm_intern_release(&w->t);
	free(w->w);
	memset(w, 0, sizeof(*w));
}

const struct crm_lexeme *
crm_lexicon_get(const struct crm_lexicon *w, struct crm_str word)
{
	static const struct crm_lexeme none;
	uint32_t id = crm_intern_find(&w->t, word);
	return id ? &w->w[id] : &none;
}

size_t
crm_lexicon_phrase(struct crm_str text, uint8_t *legal)
{
	size_t best = 0;
	for (size_t i = 0; crm_lexicon_phrases(i)->text; i++) {
		struct crm_str p = crm_str_z(crm_lexicon_phrases(i)->text);
		bool whole = crm_str_starts(text, p) &&
		    (text.n == p.n || text.p[p.n] == ' ');
		if (whole && p.n > best) {
			best = p.n;
			*legal = crm_lexicon_phrases(i)->legal;
		}
	}
	return best;
}
