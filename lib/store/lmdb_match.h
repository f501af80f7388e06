/* The match index: numbers that records alike share -> posting lists, kept in
 * the transaction of the records themselves. Off by default. */
#ifndef CRM_LMDB_MATCH_H
#define CRM_LMDB_MATCH_H

#include "store/lmdb_txn.h"

enum {
	CRM_IDX_MATCH = 'm', CRM_MATCH_PREFIX = 10,
	CRM_MATCH_SHIFT = 24	/* a number has 40 bits */
};

/* The beginning of a number's posting list. */
void crm_db_match_key(unsigned type, uint64_t key,
    uint8_t out[CRM_MATCH_PREFIX]);
enum crm_match_state { CRM_MATCH_OFF, CRM_MATCH_ON, CRM_MATCH_STALE };
/* Is there an index, made by the rules of this program? */
enum crm_match_state crm_db_match_state(struct crm_store *s, MDB_txn *t);
/* Moves the record's numbers: either may be NULL. */
void crm_db_match_move(struct crm_txn *x, const struct crm_rec *old,
    const struct crm_rec *new, uint64_t no);
/* Before a commit that changed records: an index of other rules is of no use
 * after it. */
enum crm_status crm_db_match_note(struct crm_txn *x, struct crm_err *err)
    CRM_MUST;
/* Numbers of live and dead records of a type under any of these keys, at most
 * `limit`; EXISTS (err untouched) where the index is off or there are more. */
enum crm_status crm_db_match_find(struct crm_store *s, unsigned type,
    const struct crm_str *keys, size_t n, size_t limit, struct crm_u64s *out,
    struct crm_err *err) CRM_MUST;

/* -- lmdb_match_build.c ------------------------------------------------------ */

/* The setting was changed: makes the index anew, or drops it. */
enum crm_status crm_db_match_set(struct crm_txn *x, struct crm_err *err)
    CRM_MUST;
/* After a new schema was set: anew where it marks other fields. */
enum crm_status crm_db_match_schema(struct crm_txn *x,
    const struct crm_schema *old, struct crm_err *err) CRM_MUST;

#endif
