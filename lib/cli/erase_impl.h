/* What the parts of erasing share: who and what it touches (erase_find.c),
 * texts without the person (erase_text.c, erase_words.c), doing it in one
 * transaction (erase.c), and what follows it (erase_finish.c). */
#ifndef CRM_ERASE_IMPL_H
#define CRM_ERASE_IMPL_H

#include "cli/erase.h"
#include "cli/idset.h"

struct crm_erase_words {	/* names and addresses, as JSON text */
	struct crm_map map;	/* word -> 1: names this person alone */
	bool first[256];	/* bytes they begin with */
};

struct crm_erase_key {		/* what a later import would come with */
	char kind;
	const struct crm_field *field;
	struct crm_str term;
};

struct crm_erase_change {	/* a text that gets another one */
	uint64_t no, under;
	bool live;
	struct crm_record rec;
};

struct crm_erase_job {
	struct crm_erase *e;
	struct crm_sink *s;
	struct crm_map nos;	/* numbers of what goes */
	struct crm_idset ids;	/* and their ids */
	struct crm_map linked;	/* numbers of live records that point there */
	struct crm_map files;	/* SHA-256 of attachments that go */
	struct crm_map types;	/* type -> how many go */
	struct crm_map cleared;	/* type -> how many lose something */
	struct crm_erase_words words;
	struct crm_erase_key *key;
	size_t nkey, capkey;
	struct crm_map seen;	/* of these keys */
	struct crm_erase_change *change;
	size_t nchange, capchange;
	uint64_t images;
	struct crm_buf mentions;	/* ids of records that name the person */
	size_t nmentions;
	struct crm_keyset keys;
	struct crm_reader reader;
	struct crm_arena mem;
	struct crm_buf tmp;
	enum crm_status st;	/* of a callback */
	struct crm_err *err;
};

/* Finds everything that is part of the record, or of what is: numbers, ids,
 * words, keys, files; and the live records that point there. */
enum crm_status crm_erase_find(struct crm_erase_job *j, uint64_t no,
    struct crm_err *err) CRM_MUST;
bool crm_erase_has_no(const struct crm_map *m, uint64_t no);
/* Remembers the attachments of a value. */
void crm_erase_files(struct crm_map *files, struct crm_str attachments);

/* A record without the person: false where nothing changes. `stamp`: `updated`
 * of the new one, "" leaves it. */
bool crm_erase_text(struct crm_erase_job *j, const struct crm_rec *r,
    struct crm_str stamp, struct crm_record *out, enum crm_status *st,
    struct crm_err *err);

void crm_erase_words_of(struct crm_erase_words *w, const struct crm_rec *r);
/* Does a word that names this person alone stand in the text? */
bool crm_erase_words_in(const struct crm_erase_words *w, struct crm_str text);
/* Appends the text with [erased] for each word; false: there was none. */
bool crm_erase_words_out(const struct crm_erase_words *w, struct crm_str text,
    struct crm_buf *out);
void crm_erase_words_release(struct crm_erase_words *w);

#define CRM_ERASE_TODO "erase.todo."
#define CRM_ERASE_COMPACT "erase.compact"

#endif
