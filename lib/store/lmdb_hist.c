/* Revisions in time, commits, and the versions of a record. */
#include "store/lmdb_int.h"

enum { CHUNK = 256 };

enum crm_status
crm_db_commit_upto(struct crm_store *s, MDB_txn *t, uint64_t rev,
    uint64_t *found, bool runs, struct crm_commit_rec *c, struct crm_err *err)
{
	uint8_t key[16] = { 0 };
	MDB_cursor *cur;
	MDB_val k = { sizeof(key), key }, v;
	*found = 0;
	int rc = mdb_cursor_open(t, s->dbi[CRM_DB_JNL], &cur);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	/* A commit is the last key of its revision: step back from the next. */
	crm_be64_put(key, rev == UINT64_MAX ? rev : rev + 1);
	rc = mdb_cursor_get(cur, &k, &v, MDB_SET_RANGE);
	rc = mdb_cursor_get(cur, &k, &v, rc == 0 ? MDB_PREV : MDB_LAST);
	mdb_cursor_close(cur);
	if (rc)
		return rc == MDB_NOTFOUND ? CRM_OK :
		    crm_db_err(s, rc, _("cannot read"), err);
	*found = k.mv_size == 16 ? crm_be64_get(k.mv_data) : 0;
	if (k.mv_size != 16 ||
	    crm_be64_get((char *)k.mv_data + 8) != UINT64_MAX ||
	    !crm_commit_decode(*found, (struct crm_str){ v.mv_data,
	    v.mv_size }, runs, c))
		return crm_db_damage(s, _("a commit"), err);
	return CRM_OK;
}

void
crm_db_commit_copy(struct crm_arena *mem, uint64_t rev,
    const struct crm_commit_rec *c, struct crm_commit *out)
{
	*out = (struct crm_commit){ .rev = rev, .txn = c->txn,
		.changes = c->changes, .at = c->at, .last = c->last,
		.actor = crm_arena_str(mem, c->actor),
		.program = crm_arena_str(mem, c->program),
		.why = crm_arena_str(mem, c->why),
		.source = crm_arena_str(mem, c->source) };
}

/* -- at --------------------------------------------------------------------- */

/* The last commit not later than the time; times never fall. */
static enum crm_status
find_time(struct crm_store *s, uint64_t horizon, int64_t at, uint64_t *rev,
    struct crm_err *err)
{
	uint64_t lo = horizon, hi = s->last_rev;
	*rev = 0;
	while (lo < hi) {
		uint64_t mid = lo + (hi - lo + 1) / 2, found;
		struct crm_commit_rec c = { 0 };
		enum crm_status st = crm_db_commit_upto(s, s->rtxn, mid,
		    &found, false, &c, err);
		if (st)
			return st;
		if (found > horizon && c.at > at)
			hi = found - 1;
		else if (found <= horizon && found != mid)
			lo = mid;	/* a gap in the numbers */
		else
			lo = mid;
	}
	*rev = lo;
	return CRM_OK;
}

enum crm_status
crm_store_at(struct crm_store *s, struct crm_at at, uint64_t *rev,
    struct crm_err *err)
{
	uint64_t horizon;
	enum crm_status st = crm_db_enter(s, err);
	if (st)
		return st;
	*rev = s->last_rev;
	st = crm_db_meta_u64(s, s->rtxn, "ihorizon", &horizon, err);
	if (!st && at.kind == CRM_AT_TIME)
		st = find_time(s, horizon, at.value, rev, err);
	else if (!st && at.kind == CRM_AT_REV)
		*rev = (uint64_t)at.value < s->last_rev ? (uint64_t)at.value :
		    s->last_rev;
	bool early = *rev < horizon || (at.kind == CRM_AT_TIME &&
	    horizon && *rev == horizon && *rev != s->last_rev);
	if (!st && early && at.kind == CRM_AT_TIME) {
		uint64_t found;
		struct crm_commit_rec c = { 0 };
		/* the horizon's own commit is kept for this question */
		st = crm_db_commit_upto(s, s->rtxn, horizon, &found, false, &c,
		    err);
		early = !st && (found != horizon || c.at > at.value);
	}
	if (!st && early)
		st = crm_err_set(err, CRM_VERSION, "store.horizon",
		    _("'%s' knows nothing before revision %" PRIu64
		    " any more: its journal was compacted"), s->path, horizon);
	crm_db_leave(s);
	return st;
}

/* -- commits ---------------------------------------------------------------- */

/* Copies up to CHUNK commits of revision <= *rev, newest first; *rev becomes
 * where to go on, 0 at the end. */
static enum crm_status
take_commits(struct crm_store *s, uint64_t txn, uint64_t *rev,
    struct crm_arena *mem, struct crm_commit *out, size_t *n,
    struct crm_err *err)
{
	enum crm_status st = crm_db_enter(s, err);
	if (st)
		return st;
	*n = 0;
	while (!st && *rev && *n < CHUNK) {
		uint64_t found;
		struct crm_commit_rec c = { 0 };
		st = crm_db_commit_upto(s, s->rtxn, *rev, &found, false, &c,
		    err);
		*rev = found ? found - 1 : 0;
		if (st || !found)
			break;
		if (txn && found < txn)
			*rev = 0;
		else if (!txn || c.txn == txn)
			crm_db_commit_copy(mem, found, &c, &out[(*n)++]);
	}
	crm_db_leave(s);
	return st;
}

enum crm_status
crm_store_commits(struct crm_store *s, uint64_t txn,
    bool (*fn)(void *ctx, const struct crm_commit *c), void *ctx,
    struct crm_err *err)
{
	struct crm_commit *list = crm_calloc(CHUNK, sizeof(*list));
	struct crm_arena mem = { 0 };
	uint64_t rev = UINT64_MAX;
	enum crm_status st = CRM_OK;
	bool more = true;
	while (rev && more && !st) {
		size_t n = 0;
		crm_arena_clear(&mem);
		st = take_commits(s, txn, &rev, &mem, list, &n, err);
		for (size_t i = 0; i < n && more && !st; i++)
			more = fn(ctx, &list[i]);
	}
	crm_arena_release(&mem);
	free(list);
	return st;
}

/* -- versions --------------------------------------------------------------- */

struct versions {
	struct crm_batch *rows;
	struct crm_commit *commit;
	size_t n, cap;
	struct crm_arena mem;
	struct crm_buf join;
	bool lines;
};

/* Which line of the source made this image; 0 unknown. */
static uint64_t
line_of(struct crm_store *s, uint64_t no, uint64_t rev,
    const struct crm_commit_rec *c)
{
	uint8_t key[16];
	struct crm_entry e;
	uint64_t seq = CRM_NO_SEQ(no);
	for (size_t i = 0; i < c->runs.n; i++) {
		const struct crm_run *r = &c->runs.v[i];
		if (r->type == CRM_NO_TYPE(no) && seq >= r->first &&
		    seq - r->first < r->n)
			return r->line ? r->line + (seq - r->first) : 0;
	}
	crm_be64_put(key, rev);
	crm_be64_put(key + 8, no);
	MDB_val k = { sizeof(key), key }, v;
	return mdb_get(s->rtxn, s->dbi[CRM_DB_JNL], &k, &v) == 0 &&
	    crm_entry_decode(rev, no, (struct crm_str){ v.mv_data,
	    v.mv_size }, &e) ? e.line : 0;
}

static enum crm_status
add_version(struct crm_store *s, uint64_t no, const struct crm_val *v,
    struct versions *l, struct crm_err *err)
{
	struct crm_rec r;
	struct crm_commit_rec c = { 0 };
	uint64_t found;
	enum crm_status st = crm_db_rec_view(s, s->rtxn, no, v, &r, err);
	if (!st)
		st = crm_db_commit_upto(s, s->rtxn, v->rev, &found, l->lines,
		    &c, err);
	if (st)
		return st;
	crm_grow(&l->commit, &l->cap, l->n + 1, sizeof(*l->commit));
	if (found == v->rev) {
		crm_db_commit_copy(&l->mem, found, &c, &l->commit[l->n]);
		uint64_t line = l->lines ? line_of(s, no, v->rev, &c) : 0;
		*(line & CRM_ORIGIN ? &l->commit[l->n].origin :
		    &l->commit[l->n].line) = line;
	} else {	/* restored with its revision, or before the horizon */
		l->commit[l->n] = (struct crm_commit){ .rev = v->rev,
			.txn = v->rev };
	}
	crm_commit_release(&c);
	l->n++;
	crm_batch_add(l->rows, &r);
	return CRM_OK;
}

/* At most so many images are held at once; the chain is walked anew for
 * more. */
static enum crm_status
take_versions(struct crm_store *s, uint64_t no, uint64_t before,
    struct versions *l, bool *more, struct crm_err *err)
{
	struct crm_str val;
	struct crm_val v = { 0 };
	*more = false;
	enum crm_status st = crm_db_enter(s, err);
	if (st)
		return st;
	st = crm_db_val(s, s->rtxn, no, &l->join, &val, err);
	if (!st && !crm_val_decode(no, val.p, val.n, &v))
		st = crm_db_damage(s, _("a record fails its checksum"), err);
	while (!st) {
		if (v.rev < before && l->n == CHUNK) {
			*more = true;
			break;
		}
		if (v.rev < before && v.state != CRM_ERASED)
			st = add_version(s, no, &v, l, err);
		if (!st)
			st = crm_db_val_back(s, s->rtxn, no, &v, err);
	}
	crm_db_leave(s);
	/* The end of the chain, or of what the journal still knows. */
	return st == CRM_NOTFOUND || st == CRM_VERSION ? CRM_OK : st;
}

static enum crm_status
versions(struct crm_store *s, uint64_t no, bool lines,
    bool (*fn)(void *ctx, const struct crm_rec *r, const struct crm_commit *c),
    void *ctx, struct crm_err *err)
{
	struct versions l = { .rows = crm_batch_new(), .lines = lines };
	uint64_t before = UINT64_MAX;
	bool more = true;
	enum crm_status st = CRM_OK;
	while (more && !st) {
		crm_batch_clear(l.rows);
		crm_arena_clear(&l.mem);
		l.n = 0;
		st = take_versions(s, no, before, &l, &more, err);
		for (size_t i = 0; i < l.n && !st; i++) {
			before = l.commit[i].rev;
			if (!fn(ctx, crm_batch_row(l.rows, i), &l.commit[i])) {
				more = false;
				break;
			}
		}
	}
	crm_batch_free(l.rows);
	free(l.commit);
	crm_arena_release(&l.mem);
	crm_buf_release(&l.join);
	return st;
}

enum crm_status
crm_store_versions(struct crm_store *s, uint64_t no,
    bool (*fn)(void *ctx, const struct crm_rec *r, const struct crm_commit *c),
    void *ctx, struct crm_err *err)
{
	return versions(s, no, true, fn, ctx, err);
}

enum crm_status
crm_store_images(struct crm_store *s, uint64_t no,
    bool (*fn)(void *ctx, const struct crm_rec *r, const struct crm_commit *c),
    void *ctx, struct crm_err *err)
{
	return versions(s, no, false, fn, ctx, err);
}
