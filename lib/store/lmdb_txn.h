/* The inside of a write transaction. */
#ifndef CRM_LMDB_TXN_H
#define CRM_LMDB_TXN_H

#include "store/lmdb_int.h"

/* Changes of indexes wait here until the commit, which writes them sorted. */
struct crm_pend_key {
	uint64_t hash, no;
	uint32_t index;
	bool del;
};
struct crm_pend_keys {
	struct crm_pend_key *v;
	size_t n, cap;
	uint32_t *slot;		/* by hash, made when asked for */
	size_t nslot, slotted;
};
struct crm_pend_list {	/* of one posting list */
	struct crm_str key;
	uint32_t last, n;	/* last: index + 1 of its newest change */
	uint32_t id;		/* its place before they are sorted … */
	size_t from;		/* … and after it that of its changes */
};
struct crm_pend_op {	/* all lists' changes lie in the order they came */
	uint64_t item;
	uint32_t before;	/* the list's change before it, index + 1; 0 */
	uint32_t list : 31, del : 1;
};
enum { CRM_PEND_RECENT = 4096 };
struct crm_pend {
	struct crm_pend_keys lookup, ref, match;
	struct crm_map map;	/* beginning of a posting list -> list */
	struct crm_pend_list *list;
	size_t nlist, caplist;
	struct crm_pend_op *op;
	size_t nop, capop;
	struct crm_posting_op *ops;	/* by list, once they are sorted */
	size_t capops;
	uint32_t recent[CRM_PEND_RECENT];	/* list + 1, by a cheap hash */
};

/* What a replay needs: the map was full, LMDB forgot everything. */
struct crm_log_entry {
	enum { CRM_LOG_OP, CRM_LOG_SET, CRM_LOG_ERASE,
		CRM_LOG_TEXT } kind;
	struct crm_op op;
	struct crm_rec rec;
	struct crm_str name, value;
	uint64_t no, under;
};
struct crm_log {
	struct crm_log_entry *v;
	size_t n, cap;
	struct crm_arena mem;
	bool full;	/* too big to be kept: no replay */
};

struct crm_txn {
	struct crm_store *s;
	MDB_txn *t;
	MDB_cursor *rec, *id;	/* stay where the last one went: most come in order */
	uint64_t last_no;	/* greatest number stored: what is behind it appends */
	uint8_t last_id[132];	/* greatest key of the ids, the same way */
	size_t nlast_id;
	uint64_t bytes;		/* written as values */
	struct crm_pend pend;
	struct crm_counts counts;
	struct crm_runs runs;
	struct crm_why why;	/* strings copied into mem */
	struct crm_arena mem;
	uint64_t rev, txn, changes, entries;
	int64_t at;
	uint8_t uuid[16];
	uint8_t match;		/* enum crm_match_state */
	uint64_t merged;	/* not 0: some record was merged once */
	bool set;		/* a named value or a mark was written */
	bool dead;		/* a system error: only abort is left */
	struct crm_log log;
	struct crm_buf old, val, jnl;
};

/* -- lmdb_pend.c -------------------------------------------------------------- */

/* Adds (or with del removes) the keys of a record but the unique ones. */
void crm_db_pend_key(struct crm_txn *x, const struct crm_keyent *k,
    uint64_t no, bool del);
/* One change of the match index. */
void crm_db_pend_match(struct crm_txn *x, unsigned type, uint64_t key,
    uint64_t no, bool del);
/* One change of the posting list that begins with `key`. */
void crm_db_pend_term(struct crm_pend *p, struct crm_str key, uint64_t item,
    bool del);
/* Lists in order of their keys, with the n changes of each from ops + from on,
 * in the order they came. The map is of no use after it. */
void crm_db_pend_sort(struct crm_pend *p);
enum crm_status crm_db_pend_flush(struct crm_txn *x, struct crm_err *err)
    CRM_MUST;
/* Numbers that wait to be stored under a hashed key, or under a posting list
 * that begins with `key`. */
void crm_db_pend_find(struct crm_pend_keys *p, uint32_t index, uint64_t hash,
    struct crm_u64s *out);
void crm_db_pend_find_term(const struct crm_pend *p, struct crm_str key,
    struct crm_u64s *out);
void crm_db_pend_clear(struct crm_pend *p);
void crm_db_pend_release(struct crm_pend *p);

/* -- lmdb_apply.c ------------------------------------------------------------- */

enum crm_status crm_db_apply(struct crm_txn *x, const struct crm_op *op,
    struct crm_result *res, struct crm_err *err) CRM_MUST;
/* Notes the greatest key of the tree of ids. */
void crm_db_last_id(struct crm_txn *x, MDB_val k);
/* Notes the number of an id; finds it, by the transaction's cursor, which
 * stands near where ids come in order. */
enum crm_status crm_db_put_id(struct crm_txn *x, struct crm_str id,
    uint64_t no, struct crm_err *err) CRM_MUST;
enum crm_status crm_db_find_id(struct crm_txn *x, struct crm_str id,
    uint64_t *no, struct crm_err *err) CRM_MUST;
/* The value of a record with this header (shape and offsets are worked out
 * here), in x->val. */
enum crm_status crm_db_encode(struct crm_txn *x, uint64_t no,
    const struct crm_rec *r, struct crm_val v, struct crm_err *err) CRM_MUST;
/* Puts what was before under (x->rev, no), once a transaction. */
enum crm_status crm_db_journal(struct crm_txn *x, uint64_t no,
    const struct crm_val *old, const struct crm_entry *e,
    struct crm_err *err) CRM_MUST;

/* -- lmdb_write_keys.c --------------------------------------------------------- */

enum { CRM_DB_ALL_KEYS = 1 << CRM_KEY_UNIQUE | 1 << CRM_KEY_LOOKUP |
    1 << CRM_KEY_TERM | 1 << CRM_KEY_REF };
/* The keys of an insert, made before or now, in s->keys. */
const struct crm_keyset *crm_db_keys_of(struct crm_store *s,
    const struct crm_op *op);
/* Is a unique key taken by a record other than `no`? Tells in res. */
enum crm_status crm_db_check_unique(struct crm_txn *x,
    const struct crm_keyset *keys, uint64_t no, struct crm_result *res,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_db_put_key(struct crm_txn *x, const struct crm_keyent *k,
    uint64_t no, bool del, struct crm_err *err) CRM_MUST;
/* Takes out what only `old` has and adds what only `new` has (sorts both). */
enum crm_status crm_db_move_keys(struct crm_txn *x, struct crm_keyset *old,
    struct crm_keyset *new, uint64_t no, struct crm_err *err) CRM_MUST;
/* Counts references to records that are not there, not yet or not any more;
 * those in `old` (may be NULL) are no news. */
enum crm_status crm_db_check_refs(struct crm_txn *x,
    const struct crm_keyset *old, const struct crm_keyset *keys,
    struct crm_str id, struct crm_result *res, struct crm_err *err) CRM_MUST;
/* Takes the keys of a record out of all trees. */
enum crm_status crm_db_keys_drop(struct crm_txn *x, const struct crm_rec *r,
    struct crm_err *err) CRM_MUST;

/* -- lmdb_reindex.c ------------------------------------------------------------ */

/* After a new schema was set: moves keys of records where it says other ones
 * than the old. INVALID where what shall be unique is not. */
enum crm_status crm_db_reindex(struct crm_txn *x,
    const struct crm_schema *old, struct crm_err *err) CRM_MUST;

/* -- lmdb_erase.c ------------------------------------------------------------- */

enum crm_status crm_db_erase(struct crm_txn *x, uint64_t no,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_db_blank_commit(struct crm_txn *x, uint64_t rev, bool source,
    struct crm_err *err) CRM_MUST;

/* -- lmdb_texts.c ------------------------------------------------------------- */

enum crm_status crm_db_retext(struct crm_txn *x, uint64_t no, uint64_t under,
    const struct crm_rec *rec, struct crm_err *err) CRM_MUST;

/* -- lmdb_text.c -------------------------------------------------------------- */

/* Takes the words of a record out of the index, or puts them in: those of its
 * image at the revision that the index stands at. */
enum crm_status crm_db_words(struct crm_txn *x, uint64_t no, bool del,
    struct crm_err *err) CRM_MUST;

/* An error once a step has failed. */
enum crm_status crm_db_usable(const struct crm_txn *x, struct crm_err *err)
    CRM_MUST;

/* -- lmdb_txn.c: upkeep without a revision ------------------------------------- */

/* Writer lock and gate; then plain LMDB transactions. */
enum crm_status crm_db_own_begin(struct crm_store *s, struct crm_err *err)
    CRM_MUST;
enum crm_status crm_db_own_txn(struct crm_store *s, MDB_txn **t,
    struct crm_err *err) CRM_MUST;
void crm_db_own_end(struct crm_store *s);

/* Calls fn with each live record of a type, in the order of numbers, as the
 * transaction sees them; ends at the first status that is not CRM_OK. */
typedef enum crm_status crm_db_live_fn(void *ctx, struct crm_rec *r,
    struct crm_err *err);
enum crm_status crm_db_each_live(struct crm_txn *x,
    const struct crm_type *type, crm_db_live_fn *fn, void *ctx,
    struct crm_err *err) CRM_MUST;

#endif
