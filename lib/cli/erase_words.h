/* What people who are to be forgotten are called, and where that stands in
 * texts: names in either order, whatever their case and accents; e-mail
 * addresses; telephone numbers, however they are spaced. A word is sure when it
 * names one of them alone: an address or a full name that no record which stays
 * has as its own. Others (given names, say) count only in records that point to
 * the person. */
#ifndef CRM_ERASE_WORDS_H
#define CRM_ERASE_WORDS_H

#include "base/buf.h"
#include "base/map.h"
#include "model/record.h"

struct crm_erase_fold {		/* zeroed at first */
	struct crm_buf text, tmp;
	uint32_t *at;		/* of each byte of text, and of its end */
	size_t cap;
	uint8_t *cache;
};
/* Folds JSON text, or what stands between a string's quotes. */
void crm_erase_fold(struct crm_erase_fold *f, struct crm_str json);
void crm_erase_fold_release(struct crm_erase_fold *f);

struct crm_erase_word {
	struct crm_str text;	/* folded; a number's digits */
	uint32_t next;		/* of those that begin alike: index + 1 */
	uint32_t who;		/* of its people: index + 1 */
	char kind;		/* 'e' e-mail, 'p' phone, 'n' name */
	bool strong;		/* may name somebody alone */
	bool held;		/* but a record that stays has it, too */
};

enum { CRM_ERASE_HEADS = 4096 };
/* Words that begin with the same three bytes hang together. */
static inline unsigned
crm_erase_head(const char p[3])
{
	return ((unsigned char)p[0] * 961u + (unsigned char)p[1] * 31u +
	    (unsigned char)p[2]) % CRM_ERASE_HEADS;
}

struct crm_erase_words {	/* zeroed at first */
	struct crm_str region;	/* of phones without a prefix */
	struct crm_erase_word *w;
	size_t n, cap;
	struct crm_map map;	/* kind and text -> index + 1 */
	uint32_t head[CRM_ERASE_HEADS];
	struct crm_erase_who {
		uint32_t person, next;
	} *who;
	size_t nwho, capwho;
	struct crm_arena mem;
	struct crm_erase_fold fold, one;
	struct crm_buf tmp, name;
};

/* Adds what a person's record calls it. */
void crm_erase_words_of(struct crm_erase_words *w, const struct crm_rec *r,
    uint32_t person);
/* What a record that stays is called names nobody else for sure. */
void crm_erase_words_hold(struct crm_erase_words *w, const struct crm_rec *r);
/* Which words count: those of people who are in `here` (a map of their
 * numbers as four bytes; may be NULL), and all that are strong and held, or
 * strong and not held. */
struct crm_erase_mode {
	const struct crm_map *here;
	bool held;
	bool query;	/* the text is a query: an address stays one */
};
/* Does one stand in the JSON text? *person (may be NULL) is whose. */
bool crm_erase_words_in(struct crm_erase_words *w, struct crm_str json,
    const struct crm_erase_mode *m, uint32_t *person);
/* Appends what is between a string's quotes with [erased] for each such word;
 * false: there was none. */
bool crm_erase_words_out(struct crm_erase_words *w, struct crm_str inner,
    const struct crm_erase_mode *m, struct crm_buf *out, uint32_t *person);
void crm_erase_words_release(struct crm_erase_words *w);

#endif
