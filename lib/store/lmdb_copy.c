/* Copies: every tree is rebuilt in key order into a new file, so that pages
 * are full and nothing deleted is left in it (rule L19: LMDB's own copy keeps
 * separators of deleted keys). */
#include "store/lmdb_txn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

struct copy {
	struct crm_store *s;
	const char *path;
	MDB_txn *from;
	MDB_env *env;
	MDB_txn *to;
	MDB_dbi dbi[CRM_DB_N];
	uint64_t keep;		/* journal after this revision stays */
	struct crm_u64s gone;	/* dead records that are left out */
	size_t put;
	/* what the values that stay are made of */
	uint8_t *used;		/* by the number of a shape */
	struct crm_map pairs;	/* type and shape, two bytes each */
	struct crm_map fields;	/* 'k', type and name, as in meta */
	uint32_t last;
	bool shapeless;		/* values that name their keys themselves */
};

enum { TXN_PUTS = 200000 };	/* the map may grow between them */

static int
begin_part(struct copy *c)
{
	MDB_envinfo i;
	MDB_stat st;
	int rc = ENOMEM;
	mdb_env_info(c->env, &i);
	mdb_env_stat(c->env, &st);
	uint64_t used = ((uint64_t)i.me_last_pgno + 1) * st.ms_psize;
	/* Less where address space is short (ulimit -v), or what there is. */
	for (int shift = 30; rc == ENOMEM && shift > 26; shift--) {
		uint64_t size = i.me_mapsize;
		while (size < used + (UINT64_C(1) << shift))
			size *= 2;
		rc = crm_db_map(c->env, size);
	}
	c->put = 0;
	return rc && rc != ENOMEM ? rc :
	    mdb_txn_begin(c->env, NULL, 0, &c->to);
}

static int
next_part(struct copy *c)
{
	int rc = mdb_txn_commit(c->to);
	c->to = NULL;
	return rc ? rc : begin_part(c);
}

static bool
is_gone(const struct copy *c, uint64_t no)
{
	size_t lo = 0, hi = c->gone.n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (c->gone.v[mid] < no)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < c->gone.n && c->gone.v[lo] == no;
}

/* Dead since before what is kept: nothing can ask for it any more. */
static bool
is_dead(const struct copy *c, MDB_val v)
{
	const uint8_t *p = v.mv_data;
	uint64_t rev;
	if (v.mv_size < CRM_VAL_HEAD || (p[1] >> 1 & 3) != CRM_DEAD)
		return false;
	memcpy(&rev, p + 8, 8);
	return rev <= c->keep;
}

/* -- shapes ----------------------------------------------------------------- */

/* The shape of a value that stays. */
static void
note_shape(struct copy *c, uint64_t no, struct crm_str val)
{
	uint8_t pair[4];
	uint16_t shape;
	if (val.n < CRM_VAL_HEAD || ((uint8_t)val.p[1] >> 1 & 3) == CRM_ERASED)
		return;
	memcpy(&shape, val.p + 2, 2);
	if (shape == CRM_SHAPE_NONE) {
		c->shapeless = true;
		return;
	}
	/* most are like the one before */
	if (c->used[shape] && c->last == (CRM_NO_TYPE(no) << 16 | shape))
		return;
	c->last = CRM_NO_TYPE(no) << 16 | shape;
	c->used[shape] = 1;
	crm_be16_put(pair, CRM_NO_TYPE(no));
	crm_be16_put(pair + 2, shape);
	crm_map_put(&c->pairs, (struct crm_str){ (char *)pair, sizeof(pair) },
	    NULL);
}

static void
note_value(struct copy *c, enum crm_db db, MDB_val k, MDB_val v)
{
	struct crm_str val = { v.mv_data, v.mv_size };
	struct crm_entry e;
	uint64_t no;
	if (db == CRM_DB_REC) {
		memcpy(&no, k.mv_data, 8);
		if ((no & 31) == 0)
			note_shape(c, no, val);
		return;
	}
	if (db != CRM_DB_JNL || k.mv_size != 16)
		return;
	uint64_t rev = crm_be64_get(k.mv_data);
	no = crm_be64_get((char *)k.mv_data + 8);
	if (no != UINT64_MAX && crm_entry_decode(rev, no, val, &e) &&
	    e.kind == CRM_ENTRY_IMAGE)
		note_shape(c, no, e.image);
}

/* Names of fields tell something, too: those of the shapes in use. */
static enum crm_status
list_fields(struct copy *c, struct crm_err *err)
{
	struct crm_buf key = { 0 };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < c->pairs.n && !st; i++) {
		const uint8_t *p = (const uint8_t *)c->pairs.e[i].key.p;
		const struct crm_shape *shape;
		st = crm_db_shape_get(c->s, c->from, (unsigned)p[2] << 8 | p[3],
		    &shape, err);
		for (size_t f = 0; !st && f < shape->n; f++) {
			crm_buf_clear(&key);
			crm_buf_c(&key, 'k');
			crm_buf_add(&key, p, 2);
			crm_buf_str(&key, shape->keys[f]);
			crm_map_put(&c->fields, crm_buf_view(&key), NULL);
		}
	}
	crm_buf_release(&key);
	return st;
}

/* Is it a shape, or a field, that nothing has any more? */
static bool
is_unused(const struct copy *c, MDB_val k, MDB_val v)
{
	const uint8_t *p = k.mv_data, *num = v.mv_data;
	if (p[0] == 's' && k.mv_size == 3)
		return !c->used[(unsigned)p[1] << 8 | p[2]];
	if (p[0] == 'S' && k.mv_size == 17 && v.mv_size == 6)
		return !c->used[(unsigned)num[4] << 8 | num[5]];
	return p[0] == 'k' && !c->shapeless && !crm_map_get(&c->fields,
	    (struct crm_str){ k.mv_data, k.mv_size });
}

/* Is this entry left out? */
static bool
leaves(struct copy *c, enum crm_db db, MDB_val k, MDB_val v)
{
	uint64_t no;
	switch (db) {
	case CRM_DB_REC:
		memcpy(&no, k.mv_data, 8);
		if ((no & 31) == 0 && is_dead(c, v))
			crm_u64s_add(&c->gone, no);
		return is_gone(c, no & ~UINT64_C(31));
	case CRM_DB_ID:
		if (v.mv_size != 8)
			return false;
		memcpy(&no, v.mv_data, 8);
		return is_gone(c, no);
	case CRM_DB_JNL:
		if (k.mv_size != 16 || crm_be64_get(k.mv_data) > c->keep)
			return false;
		/* the commit at the horizon tells its time and counts */
		return crm_be64_get(k.mv_data) < c->keep ||
		    crm_be64_get((char *)k.mv_data + 8) != UINT64_MAX;
	case CRM_DB_META:
		return is_unused(c, k, v);
	default:
		return false;
	}
}

static int
copy_tree(struct copy *c, enum crm_db db)
{
	MDB_cursor *from;
	MDB_val k, v;
	int rc = mdb_cursor_open(c->from, c->s->dbi[db], &from);
	if (rc)
		return rc;
	while (!rc && (rc = mdb_cursor_get(from, &k, &v, MDB_NEXT)) == 0) {
		if (leaves(c, db, k, v))
			continue;
		note_value(c, db, k, v);
		rc = mdb_put(c->to, c->dbi[db], &k, &v, MDB_APPEND);
		if (!rc && ++c->put >= TXN_PUTS)
			rc = next_part(c);
	}
	mdb_cursor_close(from);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

/* The copy may lie on another disk than the store. */
static enum crm_status
copy_err(struct copy *c, int rc, struct crm_err *err)
{
	int fd = -1;
	if (rc != EIO && rc != ENOSPC && rc != EDQUOT)
		return crm_db_err(c->s, rc, _("cannot copy"), err);
	if (mdb_env_get_fd(c->env, &fd) == 0 && crm_db_disk_full(fd))
		rc = ENOSPC;
	errno = rc;
	return crm_err_sys(err, rc == EIO ? "store.io" : "store.full",
	    _("'%s': cannot write the copy"), c->path);
}

static enum crm_status
copy_trees(struct copy *c, struct crm_err *err)
{
	struct crm_store *s = c->s;
	int rc = begin_part(c);
	for (int i = 0; i < CRM_DB_N && !rc; i++)
		rc = mdb_dbi_open(c->to, crm_db_name(i), MDB_CREATE |
		    (i == CRM_DB_REC ? MDB_INTEGERKEY : 0), &c->dbi[i]);
	enum crm_status st = CRM_OK;
	for (int i = 0; i < CRM_DB_N && !rc && !st; i++) {
		if (i == CRM_DB_META)	/* the last one */
			st = list_fields(c, err);
		if (!st)
			rc = copy_tree(c, i);
	}
	if (rc || st)
		return st ? st : copy_err(c, rc, err);
	/* The horizon is written into the copy with its own checksum. */
	MDB_dbi meta = s->dbi[CRM_DB_META];
	s->dbi[CRM_DB_META] = c->dbi[CRM_DB_META];
	st = crm_db_meta_put_u64(s, c->to, "ihorizon", c->keep, err);
	s->dbi[CRM_DB_META] = meta;
	if (st)
		return st;
	rc = mdb_txn_commit(c->to);
	c->to = NULL;
	return rc ? copy_err(c, rc, err) : CRM_OK;
}

static int
open_copy(struct copy *c, const char *path, size_t map)
{
	int rc = mdb_env_create(&c->env);
	if (rc)
		return rc;
	mdb_env_set_maxdbs(c->env, 32);
	mdb_env_set_mapsize(c->env, map);
	rc = mdb_env_open(c->env, path, MDB_NOSUBDIR | MDB_NOTLS, 0600);
	if (rc) {
		mdb_env_close(c->env);
		c->env = NULL;
	}
	return rc;
}

/* A copy of the newest state into the file `path` (no subdirectory). */
static enum crm_status
copy_file(struct crm_store *s, uint64_t keep, const char *path,
    struct crm_err *err)
{
	struct copy c = { .s = s, .path = path, .from = s->rtxn, .keep = keep,
		.used = crm_calloc(UINT16_MAX + 1, 1) };
	struct crm_buf lock = { 0 };
	crm_buf_printf(&lock, "%s-lock", path);
	unlink(path);
	unlink(crm_buf_cstr(&lock));
	int rc = open_copy(&c, path, (size_t)1 << 30);
	if (rc == ENOMEM)
		rc = open_copy(&c, path, (size_t)64 << 20);
	if (!rc)
		rc = crm_db_env_mode(c.env, s->shared);
	enum crm_status st = rc ? crm_db_err(s, rc, _("cannot make the copy"),
	    err) : copy_trees(&c, err);
	if (c.to)
		mdb_txn_abort(c.to);
	if (c.env)
		mdb_env_close(c.env);
	unlink(crm_buf_cstr(&lock));
	if (st)
		unlink(path);
	crm_u64s_release(&c.gone);
	crm_map_release(&c.pairs);
	crm_map_release(&c.fields);
	free(c.used);
	crm_buf_release(&lock);
	return st;
}

static enum crm_status
check_keep(struct crm_store *s, uint64_t *keep, struct crm_err *err)
{
	uint64_t horizon;
	enum crm_status st = crm_db_meta_u64(s, s->rtxn, "ihorizon", &horizon,
	    err);
	if (*keep > s->last_rev)
		*keep = s->last_rev;
	if (*keep < horizon)
		*keep = horizon;
	return st;
}

static enum crm_status
finish_dir(const char *dir, const char *path, bool shared,
    struct crm_err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct crm_buf final = { 0 };
	crm_buf_printf(&final, "%s/data.mdb", dir);
	enum crm_status st = fd < 0 ? crm_err_sys(err, "store.create", "'%s'",
	    dir) : crm_db_make_files(fd, shared, err);
	if (!st && (rename(path, crm_buf_cstr(&final)) < 0 || fsync(fd) < 0))
		st = crm_err_sys(err, "store.create", "'%s'", final.p);
	if (fd >= 0)
		close(fd);
	crm_buf_release(&final);
	return st;
}

enum crm_status
crm_store_copy(struct crm_store *s, uint64_t keep_rev, const char *dir,
    struct crm_err *err)
{
	struct crm_buf path = { 0 };
	if (mkdir(dir, s->shared ? 02770 : 0700) < 0)
		return crm_err_sys(err, "store.create", _("cannot make '%s'"),
		    dir);
	crm_buf_printf(&path, "%s/data.new", dir);
	enum crm_status st = crm_db_enter(s, err);
	if (!st) {
		st = check_keep(s, &keep_rev, err);
		if (!st)
			st = copy_file(s, keep_rev, crm_buf_cstr(&path), err);
		crm_db_leave(s);
	}
	if (!st)
		st = finish_dir(dir, crm_buf_cstr(&path), s->shared, err);
	if (st)
		rmdir(dir);
	crm_buf_release(&path);
	return st;
}

/* -- in place --------------------------------------------------------------- */

/* The new file takes the old one's place while nobody is inside a section.
 * Idle programs notice by the files' numbers and open anew. */
static enum crm_status
swap(struct crm_store *s, const char *path, struct crm_err *err)
{
	enum crm_status st = crm_db_gate(s, true, err);
	if (st)
		return st;
	unlinkat(s->dirfd, "lock.mdb", 0);
	if (renameat(AT_FDCWD, path, s->dirfd, "data.mdb") < 0)
		st = crm_err_sys(err, "store.compact", "'%s'", path);
	if (!st)
		st = crm_db_lock_file(s->dirfd, s->shared, err);
	if (fsync(s->dirfd) < 0 && !st)
		st = crm_err_sys(err, "store.compact", "'%s'", s->path);
	crm_db_gate_drop(s);
	return st;
}

static enum crm_status
slowest_follower(struct crm_store *s, uint64_t keep, struct crm_err *err)
{
	MDB_cursor *c;
	MDB_val k = { 10, (void *)"nfollower." }, v;
	enum crm_status st = CRM_OK;
	int rc = mdb_cursor_open(s->rtxn, s->dbi[CRM_DB_META], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	for (; !rc && !st; rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
		struct crm_str name = { k.mv_data, k.mv_size };
		if (!crm_str_starts(name, CRM_STR("nfollower.")))
			break;
		char num[24] = { 0 };
		size_t n = v.mv_size > 4 ? v.mv_size - 4 : 0;
		memcpy(num, (char *)v.mv_data + 4, n < 23 ? n : 23);
		if (strtoull(num, NULL, 10) < keep)
			st = crm_err_set(err, CRM_BUSY, "store.follower",
			    _("'%.*s' has read the journal up to revision %s "
			    "only"), (int)(name.n - 10), name.p + 10, num);
	}
	mdb_cursor_close(c);
	return st;
}

enum crm_status
crm_store_compact(struct crm_store *s, uint64_t keep_rev,
    struct crm_err *err)
{
	struct crm_buf path = { 0 };
	/* The text index can only be caught up while the journal is there. */
	enum crm_status st = crm_store_index(s, true, err);
	if (!st)
		st = crm_db_own_begin(s, err);
	if (st)
		return st;
	crm_buf_printf(&path, "%s/data.new", s->path);
	st = crm_db_enter(s, err);
	if (!st) {
		st = check_keep(s, &keep_rev, err);
		if (!st)
			st = slowest_follower(s, keep_rev, err);
		if (!st)
			st = copy_file(s, keep_rev, crm_buf_cstr(&path), err);
		crm_db_leave(s);
	}
	crm_db_gate_drop(s);
	if (!st)
		st = swap(s, crm_buf_cstr(&path), err);
	if (st)
		unlink(crm_buf_cstr(&path));
	crm_db_writer_drop(s);
	crm_buf_release(&path);
	/* The next section opens the new file. */
	return st;
}
