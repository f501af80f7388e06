/* People who were erased and must not come back by a later import: salted
 * hashes of their addresses and of their ids here and in other systems, kept
 * in the store (and in its backups) as named values. */
#ifndef CRM_SUPPRESS_H
#define CRM_SUPPRESS_H

#include "base/base.h"
#include "base/map.h"
#include "model/record.h"
#include "store/store.h"

struct crm_suppress {	/* zeroed: nobody */
	uint8_t salt[16];
	bool salted, stored;	/* the salt is made; is in the store */
	struct crm_map map;	/* hash -> index + 1 into since */
	struct crm_arena mem;
	struct crm_str *since;
	size_t n, cap;
	struct crm_keyset keys, had;
};

/* Reads all hashes of a store. */
enum crm_status crm_suppress_load(struct crm_suppress *p, struct crm_store *s,
    struct crm_err *err) CRM_MUST;
void crm_suppress_release(struct crm_suppress *p);

/* Are records of this type people: do they hold a personal e-mail address and
 * a given name? */
bool crm_suppress_person(const struct crm_type *t);
/* Was a person with one of the record's keys erased? Those that `old` (NULL:
 * nobody) has, too, do not count. *f is the field, *since the day. region: for
 * phones without a prefix. */
bool crm_suppress_has(struct crm_suppress *p, const struct crm_rec *r,
    const struct crm_rec *old, struct crm_str region,
    const struct crm_field **f, struct crm_str *since);
/* The same for one key: what it is (crm_suppress_kind) and its normal form. */
bool crm_suppress_knows(const struct crm_suppress *p, char kind,
    struct crm_str term, struct crm_str *since);
/* 'e' e-mail (with it 'm', its mailbox: see crm_email_mailbox), 'p' phone, 'x' id of another system ('i' is the id here); 0 for
 * fields that name nobody. */
char crm_suppress_kind(const struct crm_field *f);
/* Adds a key, inside a transaction; `day` is when. */
enum crm_status crm_suppress_add(struct crm_suppress *p, struct crm_txn *t,
    char kind, struct crm_str term, struct crm_str day, struct crm_err *err)
    CRM_MUST;

#endif
