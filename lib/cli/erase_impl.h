/* What the parts of erasing share: who and what it touches (erase_find.c,
 * erase_words.c), texts without them (erase_text.c), doing it in one
 * transaction (erase.c), and what follows it (erase_finish.c). */
#ifndef CRM_ERASE_IMPL_H
#define CRM_ERASE_IMPL_H

#include "cli/erase.h"
#include "cli/erase_words.h"
#include "cli/idset.h"

struct crm_erase_bad {
	size_t item;
	struct crm_err err;
};

struct crm_erase_key {		/* what a later import would come with */
	char kind;
	const struct crm_field *field;
	struct crm_str term;
};

struct crm_erase_change {	/* a text that gets another one */
	uint64_t no, under;
	bool live;
	uint32_t person;
	struct crm_record rec;
};

struct crm_erase_person {	/* one that was named, and its receipt */
	struct crm_str id, type;
	struct crm_map types;	/* type -> how many go */
	struct crm_map cleared;	/* type -> how many lose something */
	uint64_t images, files;
	struct crm_buf mentions;	/* ids of records that name the person */
	size_t nmentions;
	struct crm_buf parts;	/* their lines */
};

struct crm_erase_job {
	struct crm_erase *e;
	struct crm_sink *s;
	struct crm_erase_person *person;
	size_t nperson, capperson;
	/* values are numbers of people */
	struct crm_map nos;	/* numbers of what goes */
	struct crm_idset ids;	/* and their ids */
	struct crm_map files;	/* SHA-256 of attachments that go */
	struct crm_map linked;	/* live records that point there -> link + 1 */
	struct crm_erase_who *link;
	size_t nlink, caplink;
	struct crm_map here;	/* people whom the record at hand points to */
	uint32_t whose;		/* one who was found in it */
	struct crm_erase_words words;
	struct crm_erase_key *key;
	size_t nkey, capkey;
	struct crm_map seen;	/* of these keys */
	struct crm_erase_change *change;
	size_t nchange, capchange;
	struct crm_keyset keys;
	struct crm_reader reader;
	struct crm_arena mem;
	struct crm_buf tmp;
	enum crm_status st;	/* of a callback */
	struct crm_err *err;
};

/* One more person, unless the record goes with another one already. */
void crm_erase_add(struct crm_erase_job *j, const struct crm_rec *r);
/* Finds everything that is part of these records, or of what is: numbers, ids,
 * words, keys, files; the live records that point there; and which words
 * others have, too. */
enum crm_status crm_erase_find(struct crm_erase_job *j, struct crm_err *err)
    CRM_MUST;
bool crm_erase_has_no(const struct crm_map *m, uint64_t no);
/* Whom does the record point to (j->here), now or in this text? */
bool crm_erase_here(struct crm_erase_job *j, const struct crm_rec *r);
/* Remembers the attachments of a value; as one person's. */
void crm_erase_files(struct crm_map *files, struct crm_str attachments,
    uint32_t person);
/* Are records of this type somebody with an address of his own? */
bool crm_erase_somebody(const struct crm_type *t);

/* Is the field how such a one is called and reached? */
bool crm_erase_is_own(const struct crm_field *f);
/* A record without the people: false where nothing changes. `stamp`: `updated`
 * of the new one, "" leaves it. j->here is that of the record. */
bool crm_erase_text(struct crm_erase_job *j, const struct crm_rec *r,
    struct crm_str stamp, struct crm_record *out, enum crm_status *st,
    struct crm_err *err);

#define CRM_ERASE_TODO "erase.todo."
#define CRM_ERASE_COMPACT "erase.compact"

#endif
