/* The word lists themselves, in folded form; written for this program. */
#ifndef CRM_MATCH_WORDS_DATA_H
#define CRM_MATCH_WORDS_DATA_H

#include "base/base.h"

struct crm_legal_phrase {
	const char *text;
	uint8_t legal;	/* class, as place + 1 in crm_lexicon_legal */
};

/* Blank-separated lists. */
const char *crm_lexicon_titles(void);
const char *crm_lexicon_particles(void);
const char *crm_lexicon_ages(void);
const char *crm_lexicon_kin(void);
const char *crm_lexicon_units(void);
const char *crm_lexicon_noise(void);
const char *crm_lexicon_org(void);
const char *crm_lexicon_given(void);
/* Lines, NULL behind the last. */
const char *crm_lexicon_legal(size_t i);
const char *crm_lexicon_trades(size_t i);
const char *crm_lexicon_streets(size_t i);
const char *crm_lexicon_numbers(size_t i);
const struct crm_legal_phrase *crm_lexicon_phrases(size_t i);

#endif
