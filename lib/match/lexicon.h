/* Words that mean something in names and addresses: titles, particles, legal
 * forms, street words; and the given names that people use for one another. */
#ifndef CRM_MATCH_WORDS_H
#define CRM_MATCH_WORDS_H

#include "base/base.h"
#include "match/intern.h"

enum {
	CRM_WORD_TITLE = 1,	/* Mr, Dr, Frau; also Jr, III behind a name */
	CRM_WORD_PARTICLE = 2,	/* van, de, bin, al: part of what follows */
	CRM_WORD_LEGAL = 4,	/* Ltd, GmbH, Oy */
	CRM_WORD_NOISE = 8,	/* the, and, group: weak in a company's name */
	CRM_WORD_STREET = 16,	/* street, rue, ulica */
	CRM_WORD_GIVEN = 32,	/* known given name */
	CRM_WORD_PHRASE = 64,	/* begins a legal form of several words */
	CRM_WORD_NUMBER = 128,	/* first, seven: canon is its digits */
	CRM_WORD_ORG = 256,	/* says that a name is a company's */
	CRM_WORD_AGE = 512,	/* Jr, III: which of two of one name */
	CRM_WORD_KIN = 1024,	/* bin, ibn, ben: child of what follows */
	CRM_WORD_UNIT = 2048,	/* apartment: the number behind it is no house's */
	CRM_WORD_TRADE = 4096	/* a line of business; trade says which */
};

struct crm_lexeme {
	uint16_t flags;
	uint8_t legal;		/* class of legal form, 0: none */
	uint8_t nnick;
	uint8_t trade;		/* line of business, 0: none */
	uint16_t nick[4];	/* nickname classes */
	uint32_t canon;		/* number of the word it stands for, or 0 */
};

struct crm_lexicon {
	struct crm_intern t;
	struct crm_lexeme *w;	/* by number in t */
	size_t cap;
	uint32_t nclasses;
};

/* nicknames: lines of given names that mean one person, separated by tabs or
 * commas, # begins a comment; may be empty. */
void crm_lexicon_init(struct crm_lexicon *w, struct crm_str nicknames);
void crm_lexicon_release(struct crm_lexicon *w);
/* What is known of a folded word; never NULL. */
const struct crm_lexeme *crm_lexicon_get(const struct crm_lexicon *w,
    struct crm_str word);
/* Length of the legal form of several words that text begins with (whole
 * words), its class in *legal; 0 where there is none. */
size_t crm_lexicon_phrase(struct crm_str text, uint8_t *legal);

#endif
