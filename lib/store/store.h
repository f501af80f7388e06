/* The store, whatever driver lies below. A write is begin .. commit without I/O
 * between. A read names a revision and holds nothing open between calls, so a
 * stalled reader costs nobody anything. Rows are borrowed from a batch until
 * its next fill or release; arguments are borrowed for the call.
 * Status: OK, NOTFOUND, EXISTS, INVALID, CONFLICT are about one record; BUSY,
 * FULL, CORRUPT, VERSION (horizon passed, newer format), SYSTEM about the run.
 * Trees, costs and formats: lib/store/README.md. */
#ifndef CRM_STORE_H
#define CRM_STORE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/query.h"
#include "model/record.h"
#include "model/schema.h"

struct crm_store;
struct crm_txn;
struct crm_cursor;
struct crm_batch;	/* rows and their bytes */

enum {			/* flags of crm_store_open */
	CRM_OPEN_WRITE = 1 << 0,	/* may begin transactions (lock is taken there) */
	CRM_OPEN_ANY_FS = 1 << 1	/* CRM_UNSAFE_FS: network file systems too */
};

/* Makes the numbers under which records alike meet: the match index. It lives
 * above this layer (match/keys.h) and is given by whoever opens a store. */
enum { CRM_KEYER_MAX = 1024 };
struct crm_keyer {
	size_t (*keys)(const struct crm_type *t, struct crm_str line,
	    uint64_t key[CRM_KEYER_MAX]);	/* ascending, each once, 40 bits */
	uint64_t (*version)(void);	/* not 0; another one where keys differ */
};

struct crm_store_opts {
	int flags;
	int64_t wait_ms;	/* for the writer lock; default 30 s */
	uint64_t map_size, max_size;	/* 0: 1 GiB and none; tests start small */
	const struct crm_keyer *keyer;	/* NULL: no match index; outlives the store */
};

/* NOTFOUND "store.missing" where there is none. */
enum crm_status crm_store_open(const char *url,
    const struct crm_store_opts *o, struct crm_store **out,
    struct crm_err *err) CRM_MUST;
/* Makes a store in a directory that is missing or empty, with the blob of its
 * schemas and settings ("key=value" lines); EXISTS for a sound one. */
struct crm_store_make {
	struct crm_str schema;	/* compiled blob; "" the shipped one */
	bool shared;		/* group may read and write */
	int flags;		/* CRM_OPEN_ANY_FS */
	uint64_t map_size;
	int64_t now;
};
enum crm_status crm_store_create(const char *url,
    const struct crm_store_make *m, struct crm_err *err) CRM_MUST;
void crm_store_close(struct crm_store *s);

struct crm_info {
	char uuid[37];
	uint64_t rev, horizon, text_rev, bytes, free_bytes, format;
	const char *path;
	uint64_t counts[512];	/* live records by type number */
};
enum crm_status crm_store_info(struct crm_store *s, struct crm_info *out,
    struct crm_err *err) CRM_MUST;
/* The store's schema; lives as long as s (reloaded at begin where another
 * process changed it: do not keep pointers over a begin). */
const struct crm_schema *crm_store_schema(struct crm_store *s);
struct crm_shapes *crm_store_shapes(struct crm_store *s);
/* Named values in meta: "setting.timezone", "schema", "model.NAME", marks.
 * NOTFOUND without. */
enum crm_status crm_store_named(struct crm_store *s, struct crm_str name,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;
enum crm_status crm_store_names(struct crm_store *s, struct crm_str prefix,
    void (*fn)(void *, struct crm_str name, struct crm_str value), void *ctx,
    struct crm_err *err) CRM_MUST;
/* Was this top-level field ever stored in a record of the type? */
bool crm_store_known(struct crm_store *s, const struct crm_type *t,
    struct crm_str name);

/* Several small reads in a row share one section: cheaper, and of one state.
 * Nothing may wait (input, output) before leave. May be nested. */
enum crm_status crm_store_enter(struct crm_store *s, struct crm_err *err)
    CRM_MUST;
void crm_store_leave(struct crm_store *s);

/* -- reading, at a revision ------------------------------------------------ */

struct crm_at {
	enum crm_at_kind { CRM_AT_NOW, CRM_AT_REV, CRM_AT_TIME } kind;
	int64_t value;	/* revision, or microseconds: state after the last commit not later */
};
/* The revision an `at` means now: readers take it once and stay at it. */
enum crm_status crm_store_at(struct crm_store *s, struct crm_at at,
    uint64_t *rev, struct crm_err *err) CRM_MUST;

struct crm_batch *crm_batch_new(void);
void crm_batch_free(struct crm_batch *b);
size_t crm_batch_len(const struct crm_batch *b);
const struct crm_rec *crm_batch_row(const struct crm_batch *b, size_t i);

struct crm_key {
	enum crm_key_by {
		CRM_BY_ID,	/* exact; old ids of merged records resolve */
		CRM_BY_OLD_ID,	/* exact; the record itself, dead or merged */
		CRM_BY_ENDING,	/* unique ending of at least 4 characters */
		CRM_BY_NO,	/* number in `no` */
		CRM_BY_FIELD	/* key form of `field` in value, field->type by `type` */
	} by;
	const struct crm_type *type;	/* NULL: any */
	const struct crm_field *field;
	struct crm_str value;
	uint64_t no;
};
/* One row a key, in order. Row state DEAD with an empty line where a key finds
 * nothing. A key that finds several: its row is the first, `several` (n
 * entries, may be NULL) tells how many. */
enum crm_status crm_store_get(struct crm_store *s, uint64_t rev,
    const struct crm_key *k, size_t n, struct crm_batch *out,
    uint32_t *several, struct crm_err *err) CRM_MUST;
/* All live records a key finds, by number; for messages that name them. */
enum crm_status crm_store_find(struct crm_store *s, uint64_t rev,
    const struct crm_key *k, struct crm_batch *out, struct crm_err *err)
    CRM_MUST;

struct crm_select {
	const struct crm_type *const *types;	/* none: all, in number order */
	size_t ntypes;
	struct crm_query *where;	/* may be NULL; must outlive the cursor */
	/* Makes the same query once more, the caller's, outliving the cursor:
	 * called where a scan finds little and more threads would help. NULL
	 * for a query that needs an environment. */
	struct crm_query *(*again)(void *ctx);
	void *again_ctx;
	bool count;		/* rows are not wanted: crm_cursor_count alone is called */
	int64_t jobs;		/* threads wished for: see crm_crew_size */
	uint64_t since;		/* only records with rev > since; 0: all */
	uint64_t limit;		/* 0: none */
	bool dead;		/* deleted and merged ones too (verify, history) */
	bool scan;		/* use no index (tests) */
};
/* Records in order of number: type, then creation. */
enum crm_status crm_store_select(struct crm_store *s, uint64_t rev,
    const struct crm_select *q, struct crm_cursor **out, struct crm_err *err)
    CRM_MUST;
/* Next rows, at most about 1 MiB or 100 ms; NOTFOUND at the end. */
enum crm_status crm_cursor_next(struct crm_cursor *c, struct crm_batch *out,
    struct crm_err *err) CRM_MUST;
/* How many match, without making rows. */
enum crm_status crm_cursor_count(struct crm_cursor *c, uint64_t *n,
    struct crm_err *err) CRM_MUST;
/* One line a plan: index, estimate, rows read so far. */
void crm_cursor_explain(struct crm_cursor *c, struct crm_buf *out);
void crm_cursor_close(struct crm_cursor *c);

/* Of the newest state, the live records of a type that share most of these
 * numbers of the keyer, by rarity, the best first, at most `most`. NOTFOUND
 * where the store keeps no match index (setting index.match), or one made by
 * other rules. */
struct crm_alike {
	const struct crm_type *type;
	const uint64_t *key;	/* of the keyer */
	size_t n, most;
};
enum crm_status crm_store_alike(struct crm_store *s,
    const struct crm_alike *a, struct crm_batch *out, struct crm_err *err)
    CRM_MUST;

/* The environment of queries at a revision; freed by the caller. */
struct crm_query_env *crm_store_env_new(struct crm_store *s, uint64_t rev);
void crm_store_env_free(struct crm_query_env *e);

/* Versions of a record, newest first: every stored image with its rev and the
 * commit that made it. fn false stops. */
struct crm_commit {
	uint64_t rev, txn, changes;
	int64_t at;
	bool last;
	uint64_t line;	/* versions only: of the source, 0 unknown */
	uint64_t origin;	/* versions only: the change of another store it is, or 0 */
	struct crm_str actor, program, why, source;
};
enum crm_status crm_store_versions(struct crm_store *s, uint64_t no,
    bool (*fn)(void *ctx, const struct crm_rec *r, const struct crm_commit *c),
    void *ctx, struct crm_err *err) CRM_MUST;
/* The same without the line of the source: that costs a look at all that the
 * commit has stored. */
enum crm_status crm_store_images(struct crm_store *s, uint64_t no,
    bool (*fn)(void *ctx, const struct crm_rec *r, const struct crm_commit *c),
    void *ctx, struct crm_err *err) CRM_MUST;
/* Changes after a revision in commit order: before and after are NULL where
 * there is none. txn not 0: only those of that transaction. */
struct crm_change {
	const struct crm_commit *commit;
	uint64_t no;
	const char *op;		/* add edit rm merge unmerge undo restore erase */
	const struct crm_rec *before, *after;
	uint64_t line;		/* of the source, 0 unknown */
	uint64_t origin;	/* the change of another store it is, or 0 */
};
enum crm_status crm_store_changes(struct crm_store *s, uint64_t after,
    uint64_t upto, uint64_t txn,
    bool (*fn)(void *ctx, const struct crm_change *c), void *ctx,
    struct crm_err *err) CRM_MUST;
/* Commits newest first (or only txn's). */
enum crm_status crm_store_commits(struct crm_store *s, uint64_t txn,
    bool (*fn)(void *ctx, const struct crm_commit *c), void *ctx,
    struct crm_err *err) CRM_MUST;

/* -- writing --------------------------------------------------------------- */

/* A number that is no line but tells a change of another store. */
#define CRM_ORIGIN (UINT64_C(1) << 63)

struct crm_why {
	struct crm_str actor, program, reason, source;
	uint64_t txn;	/* of a command's earlier commits, 0 in its first */
	bool last;	/* the command's last commit */
	int64_t now;
	uint64_t rev;	/* crm restore: at least this revision; 0 */
};

/* Keys of records made before their transaction, in whatever thread, so that
 * less is done under the lock. A maker is of one thread. */
struct crm_keymaker;
struct crm_made_key;
struct crm_made {	/* zeroed: none */
	const struct crm_made_key *k;	/* in the arena they were made in */
	size_t n;
	uint64_t gen;	/* of the schema; 0: none */
};
struct crm_keymaker *crm_keymaker_new(const struct crm_store *s);
void crm_keymaker_make(struct crm_keymaker *m, const struct crm_rec *r,
    struct crm_arena *mem, struct crm_made *out);
void crm_keymaker_free(struct crm_keymaker *m);

struct crm_op {
	enum crm_op_kind {
		CRM_OP_INSERT,	/* EXISTS where id (or a unique key) is taken by a live record; a dead one's id revives its number */
		CRM_OP_REPLACE,	/* the record `no` becomes rec; OK with `same` where nothing changed; a merged one's text with `into`, it stays merged */
		CRM_OP_DELETE,
		CRM_OP_RESTORE,	/* a dead record lives again as rec (or as it was, rec NULL) */
		CRM_OP_MERGE,	/* `no` becomes a redirect to `into` */
		CRM_OP_UNMERGE
	} kind;
	uint64_t no, into;
	uint64_t if_rev;	/* not 0: CONFLICT unless the record has it */
	uint64_t rev;	/* by crm restore: the record's own revision (INSERT, MERGE, REPLACE of a merged one); 0 */
	const struct crm_rec *rec;	/* canonical, checked, id set */
	const struct crm_made *made;	/* INSERT: the keys of rec; NULL: not made yet */
	const char *name;	/* for the journal; NULL: the kind's own */
	uint64_t line;		/* of the source; with CRM_ORIGIN set an origin */
};
struct crm_result {
	enum crm_status status;	/* OK, EXISTS, NOTFOUND, CONFLICT, INVALID */
	uint64_t no, holder;	/* EXISTS: who has the key */
	const struct crm_field *field;	/* EXISTS: which key */
	bool same;		/* nothing changed but `updated`: nothing written */
	uint32_t dangling;	/* new references to what is not there */
};

/* How many new records a transaction should hold at most (`max` or less) so
 * that the pages it changes stay within 100 MB: hashed keys lie all over their
 * tree, and in a big store nearly each of them is in a page of its own. */
size_t crm_store_batch(struct crm_store *s, size_t max);
/* Takes the writer lock (BUSY names the holder). Nothing else may be read
 * through s until commit or abort but crm_txn_get. */
enum crm_status crm_txn_begin(struct crm_store *s, const struct crm_why *why,
    struct crm_txn **out, struct crm_err *err) CRM_MUST;
/* Reads the newest state inside the transaction, what was applied in it
 * included (keys of pending index entries too). */
enum crm_status crm_txn_get(struct crm_txn *t, const struct crm_key *k,
    size_t n, struct crm_batch *out, uint32_t *several, struct crm_err *err)
    CRM_MUST;
/* All live records a key finds, in the newest state: for messages that name
 * them. */
enum crm_status crm_txn_find(struct crm_txn *t, const struct crm_key *k,
    struct crm_batch *out, struct crm_err *err) CRM_MUST;
/* All live records that point to record `no` through any reference field, in
 * the newest state. */
enum crm_status crm_txn_links(struct crm_txn *t, uint64_t no,
    struct crm_batch *out, struct crm_err *err) CRM_MUST;
/* The same as crm_store_alike inside the transaction, but for what was applied
 * in it: that is not found yet. */
enum crm_status crm_txn_alike(struct crm_txn *t, const struct crm_alike *a,
    struct crm_batch *out, struct crm_err *err) CRM_MUST;
/* Applies ops in order; each result is data, the return value is about the
 * run. Index entries are kept until commit and written sorted. */
enum crm_status crm_txn_apply(struct crm_txn *t, const struct crm_op *op,
    size_t n, struct crm_result *res, struct crm_err *err) CRM_MUST;
/* Sets (or with an empty value removes) a named value in meta. */
enum crm_status crm_txn_set(struct crm_txn *t, struct crm_str name,
    struct crm_str value, struct crm_err *err) CRM_MUST;
/* Was some record ever merged? Else no id is an old one. */
bool crm_txn_merged(const struct crm_txn *t);
uint64_t crm_txn_rev(const struct crm_txn *t);	/* the revision it will be */
/* Its time: crm_why's, but never before the last one's. */
int64_t crm_txn_at(const struct crm_txn *t);
/* Durable when it returns OK. A transaction that changed nothing makes no
 * revision. On an unclear outcome the store is reopened and asked. */
enum crm_status crm_txn_commit(struct crm_txn *t, uint64_t *rev,
    struct crm_err *err) CRM_MUST;
void crm_txn_abort(struct crm_txn *t);

/* -- upkeep, restartable --------------------------------------------------- */

/* Backup and compaction: a sound copy in a new directory, journal before
 * keep_rev left out. */
enum crm_status crm_store_copy(struct crm_store *s, uint64_t keep_rev,
    const char *dir, struct crm_err *err) CRM_MUST;
/* Rebuilds the store in place (copy and swap under the exclusive gate). */
enum crm_status crm_store_compact(struct crm_store *s, uint64_t keep_rev,
    struct crm_err *err) CRM_MUST;
/* Brings the full-text index up to the newest revision where it is on: always,
 * or only when it is far behind (writers call it after their last echo). */
enum crm_status crm_store_index(struct crm_store *s, bool always,
    struct crm_err *err) CRM_MUST;
/* Every checksum, every index against every record; fn hears each fault. */
enum crm_status crm_store_verify(struct crm_store *s,
    void (*fn)(void *ctx, const struct crm_err *found), void *ctx,
    struct crm_err *err) CRM_MUST;
/* Removes records and all their earlier images (see crm-rm --erase); the
 * caller compacts afterwards. */
enum crm_status crm_txn_erase(struct crm_txn *t, const uint64_t *no, size_t n,
    struct crm_err *err) CRM_MUST;
/* Every text that lies in the store, inside a transaction or without: records
 * of any state but erased ones, then the images before them in the journal.
 * fn false stops; rec is borrowed for the call. */
struct crm_text {
	const struct crm_rec *rec;
	uint64_t under;	/* revision that the image lies under; 0: the record */
};
enum crm_status crm_txn_texts(struct crm_txn *t,
    bool (*fn)(void *ctx, const struct crm_text *x), void *ctx,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_store_texts(struct crm_store *s,
    bool (*fn)(void *ctx, const struct crm_text *x), void *ctx,
    struct crm_err *err) CRM_MUST;
/* Puts another text in the place of such a one, as if it had always been so
 * (nothing where there is none any more); the reason of its commit goes. Only
 * for texts that no index knows: images, and records that are not live. */
enum crm_status crm_txn_retext(struct crm_txn *t, uint64_t no, uint64_t under,
    const struct crm_rec *rec, struct crm_err *err) CRM_MUST;
/* Takes the reason and the source out of each commit in which fn finds somebody
 * named, out of this one, too. */
enum crm_status crm_txn_hush(struct crm_txn *t,
    bool (*named)(void *ctx, struct crm_str text), void *ctx,
    struct crm_err *err) CRM_MUST;
/* SHA-256 over all live records in order, without rev: equal content, equal
 * digest. */
enum crm_status crm_store_digest(struct crm_store *s, uint64_t rev,
    char hex[65], struct crm_err *err) CRM_MUST;

#endif
