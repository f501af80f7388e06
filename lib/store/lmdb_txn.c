/* A write transaction: begin, apply, commit. When the map turns out too small
 * LMDB can only forget the transaction: what was asked for is kept and done
 * again (rule L2). */
#include "store/lmdb_match.h"

#include <unistd.h>

enum { LOG_MAX = 64 << 20, FORGET_FROM = 8 << 20 };
#define HEADROOM (UINT64_C(4) << 30)

/* -- beginning -------------------------------------------------------------- */

/* Address space costs nothing; growing inside a transaction costs all of it.
 * Where it cannot be had (ulimit -v) the log helps. */
static void
make_room(struct crm_store *s)
{
	MDB_envinfo i;
	MDB_stat st;
	s->roomy = false;
	if (s->map_size)
		return;
	mdb_env_info(s->env, &i);
	mdb_env_stat(s->env, &st);
	uint64_t used = ((uint64_t)i.me_last_pgno + 1) * st.ms_psize;
	uint64_t size = i.me_mapsize;
	while (size < used + HEADROOM)
		size *= 2;
	s->roomy = size == i.me_mapsize || ((!s->max_size ||
	    size <= s->max_size) && crm_db_map(s->env, size) == 0);
}

enum crm_status
crm_db_own_txn(struct crm_store *s, MDB_txn **t, struct crm_err *err)
{
	int rc;
	while ((rc = mdb_txn_begin(s->env, NULL, 0, t)) == MDB_MAP_RESIZED)
		if ((rc = crm_db_map(s->env, 0)) != 0)
			break;
	return rc ? crm_db_err(s, rc, _("cannot begin"), err) : CRM_OK;
}

static enum crm_status
begin_lmdb(struct crm_txn *x, struct crm_err *err)
{
	struct crm_store *s = x->s;
	struct crm_commit_rec last = { .counts = &x->counts };
	uint64_t rev;
	enum crm_status st = crm_db_own_txn(s, &x->t, err);
	if (st)
		return st;
	int rc = mdb_cursor_open(x->t, s->dbi[CRM_DB_REC], &x->rec);
	if (!rc)
		rc = mdb_cursor_open(x->t, s->dbi[CRM_DB_ID], &x->id);
	MDB_val k, v;
	x->last_no = 0;
	if (!rc && mdb_cursor_get(x->rec, &k, &v, MDB_LAST) == 0)
		memcpy(&x->last_no, k.mv_data, 8);
	x->nlast_id = 0;
	if (!rc && mdb_cursor_get(x->id, &k, &v, MDB_LAST) == 0)
		crm_db_last_id(x, k);
	st = rc ? crm_db_err(s, rc, _("cannot begin"), err) :
	    crm_db_last(s, x->t, &rev, &last, err);
	if (!st)
		st = crm_db_meta_load(s, x->t, err);
	if (!st)
		st = crm_db_meta_u64(s, x->t, "imerged", &x->merged, err);
	if (st)
		return st;
	x->rev = rev + 1 > x->why.rev ? rev + 1 : x->why.rev;
	x->txn = x->why.txn ? x->why.txn : x->rev;
	x->at = x->why.now > last.at || rev == 0 ? x->why.now : last.at;
	x->entries = last.entries;
	x->match = (uint8_t)crm_db_match_state(s, x->t);
	return CRM_OK;
}

/* Cursors of a write transaction go before it. */
static void
drop_lmdb(struct crm_txn *x)
{
	if (x->rec)
		mdb_cursor_close(x->rec);
	if (x->id)
		mdb_cursor_close(x->id);
	x->rec = x->id = NULL;
	if (x->t)
		mdb_txn_abort(x->t);
	x->t = NULL;
}

static void
copy_why(struct crm_txn *x, const struct crm_why *why)
{
	x->why = *why;
	x->why.actor = crm_arena_str(&x->mem, why->actor);
	x->why.program = crm_arena_str(&x->mem, why->program);
	x->why.reason = crm_arena_str(&x->mem, why->reason);
	x->why.source = crm_arena_str(&x->mem, why->source);
}

static void
free_txn(struct crm_txn *x)
{
	crm_db_pend_release(&x->pend);
	free(x->runs.v);
	free(x->log.v);
	crm_arena_release(&x->log.mem);
	crm_arena_release(&x->mem);
	crm_buf_release(&x->old);
	crm_buf_release(&x->val);
	crm_buf_release(&x->jnl);
	x->s->txn = NULL;
	x->s->alien = NULL;	/* its table may go before the next begin */
	crm_arena_clear(&x->s->scan_mem);
	crm_db_writer_drop(x->s);
	crm_db_gate_drop(x->s);
	free(x);
}

/* Writer lock, then the gate; entering notices a store that was rebuilt. */
static enum crm_status
take_locks(struct crm_store *s, struct crm_str program, struct crm_err *err)
{
	if (!(s->flags & CRM_OPEN_WRITE) || s->txn)
		return crm_err_set(err, CRM_SYSTEM, "store.readonly",
		    _("'%s' is not open for writing"), s->path);
	enum crm_status st = crm_db_writer(s, program, err);
	if (st)
		return st;
	st = crm_db_enter(s, err);
	if (!st) {
		st = crm_db_gate(s, false, err);
		crm_db_leave(s);
	}
	if (st)
		crm_db_writer_drop(s);
	else
		make_room(s);
	return st;
}

enum crm_status
crm_db_own_begin(struct crm_store *s, struct crm_err *err)
{
	return take_locks(s, CRM_STR("upkeep"), err);
}

void
crm_db_own_end(struct crm_store *s)
{
	crm_db_writer_drop(s);
	crm_db_gate_drop(s);
}

enum crm_status
crm_txn_begin(struct crm_store *s, const struct crm_why *why,
    struct crm_txn **out, struct crm_err *err)
{
	*out = NULL;
	enum crm_status st = take_locks(s, why->program, err);
	if (st)
		return st;
	struct crm_txn *x = crm_zalloc(sizeof(*x));
	x->s = s;
	x->log.full = s->roomy;	/* the map cannot be full: nothing to redo */
	copy_why(x, why);
	if (getentropy(x->uuid, sizeof(x->uuid)) < 0)
		st = crm_err_sys(err, "store.random", _("no random bytes"));
	if (!st)
		st = begin_lmdb(x, err);
	s->txn = x;
	if (st) {
		crm_txn_abort(x);
		return st;
	}
	*out = x;
	return CRM_OK;
}

/* -- doing it again --------------------------------------------------------- */

static struct crm_log_entry *
log_entry(struct crm_txn *x)
{
	struct crm_log *l = &x->log;
	if (l->full)
		return NULL;
	if (l->mem.used > LOG_MAX) {
		l->full = true;
		crm_arena_release(&l->mem);
		l->n = 0;
		return NULL;
	}
	crm_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
	return &l->v[l->n++];
}

static void
keep_rec(struct crm_txn *x, struct crm_log_entry *e, const struct crm_rec *r)
{
	struct crm_arena *mem = &x->log.mem;
	struct crm_str offs = { (const char *)r->off,
		r->shape->n * (r->wide ? 4u : 2u) };
	e->rec = *r;
	e->rec.line = crm_arena_str(mem, r->line);
	e->rec.off = (const uint8_t *)crm_arena_str(mem, offs).p;
}

static void
log_op(struct crm_txn *x, const struct crm_op *op)
{
	struct crm_log_entry *e = log_entry(x);
	if (!e)
		return;
	*e = (struct crm_log_entry){ .kind = CRM_LOG_OP, .op = *op };
	e->op.made = NULL;
	if (op->rec)
		keep_rec(x, e, op->rec);
}

static enum crm_status
set_named(struct crm_txn *x, struct crm_str name, struct crm_str value,
    struct crm_err *err)
{
	const struct crm_schema *old = x->s->schema;
	enum crm_status st = crm_db_named_put(x->s, x->t, name, value, err);
	if (!st && crm_str_is(name, "setting.index.match"))
		st = crm_db_match_set(x, err);
	if (st || !crm_str_is(name, "schema"))
		return st;
	st = crm_db_reindex(x, old, err);
	return st ? st : crm_db_match_schema(x, old, err);
}

static enum crm_status
replay_one(struct crm_txn *x, struct crm_log_entry *e, struct crm_err *err)
{
	struct crm_result res;
	switch (e->kind) {
	case CRM_LOG_OP:
		if (e->op.rec)
			e->op.rec = &e->rec;
		return crm_db_apply(x, &e->op, &res, err);
	case CRM_LOG_SET:
		return set_named(x, e->name, e->value, err);
	case CRM_LOG_ERASE:
		return crm_db_erase(x, e->no, err);
	case CRM_LOG_TEXT:
		return crm_db_retext(x, e->no, e->under, &e->rec, err);
	}
	return CRM_OK;
}

static void
forget(struct crm_txn *x)
{
	drop_lmdb(x);
	crm_db_pend_clear(&x->pend);
	crm_db_shape_forget(x->s);
	x->runs.n = 0;
	x->changes = 0;
}

static enum crm_status
replay(struct crm_txn *x, struct crm_err *err)
{
	for (;;) {
		forget(x);
		x->s->map_full = false;
		if (x->log.full)
			return crm_err_set(err, CRM_FULL, "store.full",
			    _("the transaction is too big"));
		enum crm_status st = crm_db_grow(x->s, err);
		if (!st)
			st = begin_lmdb(x, err);
		for (size_t i = 0; i < x->log.n && !st; i++)
			st = replay_one(x, &x->log.v[i], err);
		if (!x->s->map_full)
			return st;
	}
}

/* Runs a step; when the map was full, everything before it and it again. */
#define AGAIN_WHEN_FULL(x, st, err, step) \
	do { \
		(x)->s->map_full = false; \
		st = (step); \
		while ((x)->s->map_full) { \
			st = replay((x), (err)); \
			if (!st) \
				st = (step); \
		} \
		(x)->dead = (x)->dead || st; \
	} while (0)

/* -- changing --------------------------------------------------------------- */

enum crm_status
crm_db_usable(const struct crm_txn *x, struct crm_err *err)
{
	return x->dead ? crm_err_set(err, CRM_SYSTEM, "store.txn",
	    _("the transaction has failed before")) : CRM_OK;
}

enum crm_status
crm_txn_apply(struct crm_txn *x, const struct crm_op *op, size_t n,
    struct crm_result *res, struct crm_err *err)
{
	enum crm_status st = crm_db_usable(x, err);
	for (size_t i = 0; i < n && !st; i++) {
		AGAIN_WHEN_FULL(x, st, err,
		    crm_db_apply(x, &op[i], &res[i], err));
		if (!st)
			log_op(x, &op[i]);
	}
	return st;
}

enum crm_status
crm_txn_set(struct crm_txn *x, struct crm_str name, struct crm_str value,
    struct crm_err *err)
{
	enum crm_status st = crm_db_usable(x, err);
	if (st)
		return st;
	AGAIN_WHEN_FULL(x, st, err, set_named(x, name, value, err));
	struct crm_log_entry *e = st ? NULL : log_entry(x);
	if (e)
		*e = (struct crm_log_entry){ .kind = CRM_LOG_SET,
			.name = crm_arena_str(&x->log.mem, name),
			.value = crm_arena_str(&x->log.mem, value) };
	x->set = true;
	return st;
}

enum crm_status
crm_txn_erase(struct crm_txn *x, const uint64_t *no, size_t n,
    struct crm_err *err)
{
	enum crm_status st = crm_db_usable(x, err);
	for (size_t i = 0; i < n && !st; i++) {
		AGAIN_WHEN_FULL(x, st, err, crm_db_erase(x, no[i], err));
		struct crm_log_entry *e = st ? NULL : log_entry(x);
		if (e)
			*e = (struct crm_log_entry){ .kind = CRM_LOG_ERASE,
				.no = no[i] };
	}
	return st;
}

enum crm_status
crm_txn_retext(struct crm_txn *x, uint64_t no, uint64_t under,
    const struct crm_rec *rec, struct crm_err *err)
{
	enum crm_status st = crm_db_usable(x, err);
	if (st)
		return st;
	AGAIN_WHEN_FULL(x, st, err, crm_db_retext(x, no, under, rec, err));
	struct crm_log_entry *e = st ? NULL : log_entry(x);
	if (e) {
		*e = (struct crm_log_entry){ .kind = CRM_LOG_TEXT, .no = no,
			.under = under };
		keep_rec(x, e, rec);
	}
	return st;
}

enum crm_status
crm_txn_get(struct crm_txn *x, const struct crm_key *k, size_t n,
    struct crm_batch *out, uint32_t *several, struct crm_err *err)
{
	enum crm_status st = crm_db_usable(x, err);
	crm_batch_clear(out);
	for (size_t i = 0; i < n && !st; i++) {
		crm_db_looked(x->s);
		st = crm_db_get(x->s, x->t, UINT64_MAX, &k[i], out,
		    several ? &several[i] : NULL, false, err);
	}
	return st;
}

enum crm_status
crm_txn_find(struct crm_txn *x, const struct crm_key *k,
    struct crm_batch *out, struct crm_err *err)
{
	enum crm_status st = crm_db_usable(x, err);
	crm_batch_clear(out);
	return st ? st : crm_db_get(x->s, x->t, UINT64_MAX, k, out, NULL,
	    true, err);
}

uint64_t
crm_txn_rev(const struct crm_txn *x)
{
	return x->rev;
}

/* -- committing ------------------------------------------------------------- */

static enum crm_status
write_commit(struct crm_txn *x, struct crm_err *err)
{
	enum crm_status st = crm_db_pend_flush(x, err);
	if (!st)
		st = crm_db_match_note(x, err);
	if (st || x->changes == 0)
		return st;
	struct crm_commit_rec c = { .at = x->at, .txn = x->txn,
		.changes = x->changes, .entries = x->entries,
		.last = x->why.last, .actor = x->why.actor,
		.program = x->why.program, .why = x->why.reason,
		.source = x->why.source, .runs = x->runs,
		.counts = &x->counts };
	uint8_t key[16];
	memcpy(c.uuid, x->uuid, 16);
	crm_be64_put(key, x->rev);
	memset(key + 8, 0xff, 8);
	crm_buf_clear(&x->jnl);
	crm_commit_encode(&x->jnl, x->rev, &c);
	MDB_val k = { sizeof(key), key }, v = { x->jnl.n, x->jnl.p };
	int rc = mdb_put(x->t, x->s->dbi[CRM_DB_JNL], &k, &v, MDB_APPEND);
	return rc ? crm_db_err(x->s, rc, _("cannot write the journal"), err) :
	    CRM_OK;
}

static enum crm_status
flush(struct crm_txn *x, struct crm_err *err)
{
	enum crm_status st = write_commit(x, err);
	if (st)
		return st;
	mdb_cursor_close(x->rec);
	mdb_cursor_close(x->id);
	x->rec = x->id = NULL;
	int rc = mdb_txn_commit(x->t);
	x->t = NULL;
	return rc ? crm_db_err(x->s, rc, _("cannot commit"), err) : CRM_OK;
}

/* A commit that failed may be on the disk all the same (rule L4): a new look
 * tells. */
static bool
did_commit(struct crm_txn *x)
{
	struct crm_store *s = x->s;
	struct crm_commit_rec c = { 0 };
	uint64_t rev;
	MDB_txn *t;
	crm_db_env_close(s);
	crm_db_shape_forget(s);
	if (crm_db_env_open(s, NULL) ||
	    crm_db_read_txn(s->env, &t))
		return false;
	bool yes = crm_db_last(s, t, &rev, &c, NULL) == CRM_OK &&
	    rev == x->rev && memcmp(c.uuid, x->uuid, 16) == 0;
	mdb_txn_abort(t);
	return yes;
}

enum crm_status
crm_txn_commit(struct crm_txn *x, uint64_t *rev, struct crm_err *err)
{
	struct crm_store *s = x->s;
	enum crm_status st = crm_db_usable(x, err);
	if (st || (x->changes == 0 && !x->set && x->pend.nlist == 0)) {
		*rev = x->rev - 1;
		crm_txn_abort(x);
		return st;
	}
	AGAIN_WHEN_FULL(x, st, err, flush(x, err));
	*rev = x->changes ? x->rev : x->rev - 1;
	if (st && x->t)
		drop_lmdb(x);
	else if (st && did_commit(x))
		st = CRM_OK;
	if (st)
		crm_db_shape_forget(s);
	uint64_t bytes = x->bytes;
	free_txn(x);
	if (!st && bytes > FORGET_FROM && crm_db_enter(s, NULL) == CRM_OK) {
		crm_db_forget_pages(s, SIZE_MAX / 2);
		crm_db_leave(s);
	}
	return st;
}

void
crm_txn_abort(struct crm_txn *x)
{
	if (!x)
		return;
	bool touched = x->t && (x->changes || x->set);
	drop_lmdb(x);
	if (touched || x->dead) {
		crm_db_shape_forget(x->s);
		x->s->snap = 0;	/* the schema may not be what was set */
	}
	free_txn(x);
}
