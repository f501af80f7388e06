/* The inside of the LMDB driver, shared by the lmdb_*.c files. */
#ifndef CRM_LMDB_INT_H
#define CRM_LMDB_INT_H

#include "base/base.h"

#include <lmdb.h>
#include <sys/types.h>

#include "base/mem.h"
#include "store/batch.h"
#include "store/journal.h"
#include "store/posting.h"
#include "store/rec_codec.h"
#include "store/store.h"

enum crm_db { CRM_DB_REC, CRM_DB_ID, CRM_DB_UNIQ, CRM_DB_IDX, CRM_DB_TEXT,
	CRM_DB_JNL, CRM_DB_META, CRM_DB_N };

enum { CRM_STORE_FORMAT = 1 };

/* What changed after a revision, for reads before the newest: the numbers, and
 * the keys their images had then. */
struct crm_past {
	uint64_t rev, upto;	/* changes with rev < r <= upto */
	bool made, keyed;
	struct crm_u64s nos;
	struct crm_past_key {
		uint64_t hash, no;
	} *key;
	size_t nkey, capkey;
};

struct crm_store {
	char *path;
	int dirfd, gate_fd, writer_fd;
	unsigned gate_depth;
	int flags;
	int64_t wait_ms;
	uint64_t map_size, max_size;
	const struct crm_keyer *keyer;
	uint64_t keyer_version;	/* its version(), 0: not asked yet */
	MDB_env *env;
	uint64_t opened;	/* how often the environment was */
	ino_t data_ino, lock_ino;
	MDB_dbi dbi[CRM_DB_N];
	MDB_txn *rtxn;		/* reset between sections */
	unsigned depth;		/* of sections */
	size_t touched;		/* bytes of the map looked at since the last release */
	unsigned looks;		/* into the keys, all over the map */
	bool shared, map_full, roomy;
	uint64_t snap;		/* LMDB's number of the snapshot of `last` */
	uint64_t last_rev;
	int64_t last_at;
	uint8_t uuid[16], secret[16];
	char region[16];
	struct crm_schema **schemas;	/* all loaded so far, the newest in use */
	size_t nschemas, cap_schemas;
	const struct crm_schema *schema;
	const struct crm_type *type_by_no[CRM_TYPES];
	uint64_t schema_gen;
	struct crm_shapes shapes;
	const struct crm_shape **shape_by_no;	/* stored number -> shape */
	size_t nshape_by_no;
	uint32_t *shape_no;	/* shape->no -> stored number + 1 */
	size_t nshape_no;
	struct crm_map known;	/* type and stored shape seen by this writer */
	uint64_t known_last;	/* of them the last one */
	const struct crm_shape *alien, *own;	/* of another table, and ours */
	struct crm_past past;
	struct crm_buf join;	/* values made of parts */
	struct crm_arena scan_mem;	/* offsets of records without shape */
	struct crm_json_obj scan;
	struct crm_keyset keys, keys_old;
	uint8_t term_key[512];
	struct crm_txn *txn;
};

/* -- lmdb_lock.c: directory, gate, writer ----------------------------------- */

/* Opens the directory and checks whose it is and on what it lies. */
enum crm_status crm_db_dir_open(struct crm_store *s, struct crm_err *err);
enum crm_status crm_db_gate(struct crm_store *s, bool exclusive,
    struct crm_err *err);
void crm_db_gate_drop(struct crm_store *s);
enum crm_status crm_db_writer(struct crm_store *s, struct crm_str program,
    struct crm_err *err);
void crm_db_writer_drop(struct crm_store *s);
/* Checks both meta pages and the size before LMDB maps the file. */
enum crm_status crm_db_file_check(int dirfd, const char *path,
    struct crm_err *err);
/* Makes lock.mdb with all its bytes on the disk, so that a full disk is no
 * SIGBUS later. */
enum crm_status crm_db_lock_file(int dirfd, bool shared, struct crm_err *err);

/* -- lmdb_env.c: the environment -------------------------------------------- */

enum crm_status crm_db_env_open(struct crm_store *s, struct crm_err *err);
void crm_db_env_close(struct crm_store *s);
/* Who may read and write a new data file. */
int crm_db_env_mode(MDB_env *env, bool shared);
enum crm_status crm_db_dbs(struct crm_store *s, MDB_txn *t, unsigned flags,
    struct crm_err *err);
const char *crm_db_name(enum crm_db db);
/* Maps at least `size` bytes and all that is written; never less than before.
 * ENOMEM where there is no address space (ulimit -v): the map stays. */
int crm_db_map(MDB_env *env, uint64_t size);
/* Begins to read; another process may just have made the map larger. */
int crm_db_read_txn(MDB_env *env, MDB_txn **t);
/* Doubles the map. */
enum crm_status crm_db_grow(struct crm_store *s, struct crm_err *err);
/* An error of LMDB as ours. MDB_MAP_FULL sets s->map_full. */
enum crm_status crm_db_err(struct crm_store *s, int rc, const char *what,
    struct crm_err *err);
/* A short write comes back as EIO: was it the end of the disk fd is on? */
bool crm_db_disk_full(int fd);
enum crm_status crm_db_damage(struct crm_store *s, const char *what,
    struct crm_err *err);

/* Gives the memory of shapes and reading back. */
void crm_db_scratch_release(struct crm_store *s);
/* -- lmdb_open.c -------------------------------------------------------------- */

/* The files beside data.mdb: gate, writer, reserve, lock.mdb. */
enum crm_status crm_db_make_files(int dirfd, bool shared,
    struct crm_err *err) CRM_MUST;

/* -- lmdb_section.c: reading without holding anything ----------------------- */

/* Between enter and leave the gate is shared and s->rtxn is a snapshot; they
 * nest. */
enum crm_status crm_db_enter(struct crm_store *s, struct crm_err *err)
    CRM_MUST;
void crm_db_leave(struct crm_store *s);
/* Gives the mapped pages back once much of the file was touched: they stay in
 * the system's cache, and this process stays small. Inside a section. */
void crm_db_forget_pages(struct crm_store *s, size_t more);
/* The same for look-ups of keys in a write transaction, one after another. */
void crm_db_looked(struct crm_store *s);
/* The newest commit of a transaction; rev 0 where there is none. */
enum crm_status crm_db_last(struct crm_store *s, MDB_txn *t, uint64_t *rev,
    struct crm_commit_rec *c, struct crm_err *err) CRM_MUST;

/* -- lmdb_meta.c -------------------------------------------------------------- */

/* A checked value of meta; NOTFOUND (err untouched) without. Borrowed. */
enum crm_status crm_db_meta_get(struct crm_store *s, MDB_txn *t,
    struct crm_str key, struct crm_str *out, struct crm_err *err) CRM_MUST;
/* An empty value removes. */
enum crm_status crm_db_meta_put(struct crm_store *s, MDB_txn *t,
    struct crm_str key, struct crm_str value, struct crm_err *err) CRM_MUST;
enum crm_status crm_db_meta_u64(struct crm_store *s, MDB_txn *t,
    const char *key, uint64_t *out, struct crm_err *err) CRM_MUST;
enum crm_status crm_db_meta_put_u64(struct crm_store *s, MDB_txn *t,
    const char *key, uint64_t v, struct crm_err *err) CRM_MUST;
/* Loads what every handle needs; again where another process changed it. */
enum crm_status crm_db_meta_load(struct crm_store *s, MDB_txn *t,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_db_named_put(struct crm_store *s, MDB_txn *t,
    struct crm_str name, struct crm_str value, struct crm_err *err) CRM_MUST;
/* "setting.NAME" is "on". */
bool crm_db_setting_on(struct crm_store *s, MDB_txn *t, const char *name);

/* -- lmdb_shape.c ------------------------------------------------------------- */

enum crm_status crm_db_shape_get(struct crm_store *s, MDB_txn *t, unsigned no,
    const struct crm_shape **out, struct crm_err *err) CRM_MUST;
/* The stored number of a shape, made where it is new; CRM_SHAPE_NONE where the
 * table is full. */
enum crm_status crm_db_shape_put(struct crm_store *s, MDB_txn *t,
    const struct crm_shape *shape, unsigned type, unsigned *no,
    struct crm_err *err) CRM_MUST;
/* After an abort: forget numbers that were given out. */
void crm_db_shape_forget(struct crm_store *s);

/* -- lmdb_rec.c: values and records at a revision ----------------------------- */

/* The whole value of a record; NOTFOUND (err untouched) without. Borrowed from
 * the snapshot or from `join`. */
enum crm_status crm_db_val(struct crm_store *s, MDB_txn *t, uint64_t no,
    struct crm_buf *join, struct crm_str *out, struct crm_err *err) CRM_MUST;
/* The same at a cursor that stands on the first part; leaves it on the last. */
enum crm_status crm_db_val_at(struct crm_store *s, MDB_cursor *c, uint64_t no,
    MDB_val first, struct crm_buf *join, struct crm_str *out,
    struct crm_err *err) CRM_MUST;
/* Over an old value; where there is none; behind all others (full pages). */
enum crm_put { CRM_PUT_OVER, CRM_PUT_NEW, CRM_PUT_LAST };
/* Writes a whole value, in parts where it is long, by a cursor of the tree. */
enum crm_status crm_db_val_put(struct crm_store *s, MDB_txn *t, MDB_cursor *c,
    uint64_t no, struct crm_str val, enum crm_put how, struct crm_err *err)
    CRM_MUST;
/* The record as it was at `rev`. NOTFOUND (err untouched) where it was not
 * there yet; dead, merged and erased ones come with their state. */
enum crm_status crm_db_rec_at(struct crm_store *s, MDB_txn *t, uint64_t no,
    struct crm_str val, uint64_t rev, struct crm_rec *out,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_db_rec_get(struct crm_store *s, MDB_txn *t, uint64_t no,
    uint64_t rev, struct crm_buf *join, struct crm_rec *out,
    struct crm_err *err) CRM_MUST;
/* One image back; NOTFOUND (err untouched) before the first. */
enum crm_status crm_db_val_back(struct crm_store *s, MDB_txn *t, uint64_t no,
    struct crm_val *v, struct crm_err *err) CRM_MUST;
/* A decoded value as a record. */
enum crm_status crm_db_rec_view(struct crm_store *s, MDB_txn *t, uint64_t no,
    const struct crm_val *v, struct crm_rec *out, struct crm_err *err)
    CRM_MUST;

/* -- lmdb_keys.c: trees of ids, keys and postings ----------------------------- */

/* Key bytes of an id; *n is at most 130. */
size_t crm_db_id_key(struct crm_str id, uint8_t out[132]);
enum crm_status crm_db_id_get(struct crm_store *s, MDB_txn *t,
    struct crm_str id, uint64_t *no, struct crm_err *err) CRM_MUST;
/* Id in text form from a key of the tree. */
struct crm_str crm_db_id_text(MDB_val key, char buf[132]);
enum { CRM_UNIQ_KEY = 20 };
void crm_db_uniq_key(const uint8_t secret[16], uint32_t index,
    struct crm_str term, uint8_t out[CRM_UNIQ_KEY]);
/* A look-up key: one for each record that has it. */
void crm_db_lookup_bytes(uint32_t index, uint64_t hash, uint64_t no,
    uint8_t out[CRM_UNIQ_KEY]);
uint64_t crm_db_term_hash(const struct crm_store *s, struct crm_str term);
/* Beginnings of keys in the idx tree; PENDING is of older versions. */
enum { CRM_IDX_TERM = 'T', CRM_IDX_REF = 'R', CRM_IDX_PENDING = 'P' };
size_t crm_db_term_key(const uint8_t secret[16], uint32_t index,
    struct crm_str term, uint8_t out[512]);
/* The same without its end: what the keys of a prefix begin with. */
size_t crm_db_term_begin(const uint8_t secret[16], uint32_t index,
    struct crm_str term, uint8_t out[512]);
size_t crm_db_ref_key(uint32_t index, uint64_t hash, uint8_t out[16]);
enum { CRM_WORD_MAX = 64 };
size_t crm_db_word_key(struct crm_str word, uint8_t out[CRM_WORD_MAX + 1]);

/* -- lmdb_post.c: posting lists in a tree ------------------------------------- */

enum crm_status crm_db_post_apply(struct crm_store *s, MDB_cursor *c,
    struct crm_str prefix, struct crm_posting_op *op, size_t n,
    struct crm_err *err) CRM_MUST;
/* Items of all lists whose keys lie in [lo, hi] by their beginnings (exact:
 * only the list of lo), at most `limit` of them: more gives EXISTS (err
 * untouched). */
struct crm_post_range {
	struct crm_str lo, hi;
	bool exact;
	size_t limit;
};
enum crm_status crm_db_post_read(struct crm_store *s, MDB_txn *t,
    enum crm_db db, const struct crm_post_range *r, struct crm_u64s *out,
    struct crm_err *err) CRM_MUST;
/* How many items, counted no further than `limit`. */
enum crm_status crm_db_post_count(struct crm_store *s, MDB_txn *t,
    enum crm_db db, const struct crm_post_range *r, size_t *n,
    struct crm_err *err) CRM_MUST;

/* -- lmdb_find.c -------------------------------------------------------------- */

/* Numbers that may hold the key (to be checked against the records). */
enum crm_status crm_db_candidates(struct crm_store *s, MDB_txn *t,
    uint64_t rev, const struct crm_field *f, struct crm_str term,
    struct crm_u64s *out, struct crm_err *err) CRM_MUST;
/* Live records of `type` (NULL: any) that point to `id` at rev. */
enum crm_status crm_db_links(struct crm_store *s, uint64_t rev,
    struct crm_str id, const struct crm_type *type,
    bool (*fn)(void *arg, const struct crm_rec *r), void *arg,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_db_resolve(struct crm_store *s, MDB_txn *t, uint64_t rev,
    struct crm_str id, struct crm_buf *join, struct crm_rec *out,
    struct crm_err *err) CRM_MUST;
/* Adds the row of a key (with `all` each one found). */
enum crm_status crm_db_get(struct crm_store *s, MDB_txn *t, uint64_t rev,
    const struct crm_key *k, struct crm_batch *out, uint32_t *several,
    bool all, struct crm_err *err) CRM_MUST;

/* -- lmdb_many.c -------------------------------------------------------------- */

/* crm_store_get for keys that are all ids or all of fields, inside a section:
 * pages that neighbours share are read once. */
enum crm_status crm_db_get_ids(struct crm_store *s, uint64_t rev,
    const struct crm_key *k, size_t n, struct crm_batch *out,
    uint32_t *several, struct crm_err *err) CRM_MUST;
enum crm_status crm_db_get_fields(struct crm_store *s, uint64_t rev,
    const struct crm_key *k, size_t n, struct crm_batch *out,
    uint32_t *several, struct crm_err *err) CRM_MUST;

/* -- lmdb_past.c -------------------------------------------------------------- */

/* Numbers changed (not only inserted) after rev; in s->past, borrowed. */
enum crm_status crm_db_past(struct crm_store *s, MDB_txn *t, uint64_t rev,
    bool keyed, const struct crm_past **out, struct crm_err *err) CRM_MUST;
void crm_db_past_release(struct crm_past *p);
/* What a key of an earlier image is found under; the numbers that had it. */
uint64_t crm_db_past_hash(const struct crm_store *s, unsigned what,
    uint32_t index, struct crm_str term);
void crm_db_past_find(const struct crm_past *p, uint64_t hash,
    struct crm_u64s *out);
/* Numbers inserted or changed in (after, upto], sorted. */
enum crm_status crm_db_touched(struct crm_store *s, MDB_txn *t, uint64_t after,
    uint64_t upto, bool inserts, struct crm_u64s *out, struct crm_err *err)
    CRM_MUST;

/* -- lmdb_hist.c -------------------------------------------------------------- */

/* A commit with strings in an arena. */
void crm_db_commit_copy(struct crm_arena *mem, uint64_t rev,
    const struct crm_commit_rec *c, struct crm_commit *out);
/* The newest commit with a revision of at most `rev`; *found 0 without. */
enum crm_status crm_db_commit_upto(struct crm_store *s, MDB_txn *t,
    uint64_t rev, uint64_t *found, bool runs, struct crm_commit_rec *c,
    struct crm_err *err) CRM_MUST;

#endif
