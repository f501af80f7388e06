/* Opening, closing and describing a store. */
#include "store/lmdb_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"

enum { WAIT_MS = 30000 };

static bool
is_foreign(const char *url)
{
	return strncmp(url, "postgres://", 11) == 0 ||
	    strncmp(url, "postgresql://", 13) == 0;
}

static enum crm_status
check_url(const char *url, struct crm_err *err)
{
	if (is_foreign(url))
		return crm_err_set(err, CRM_SYSTEM, "store.driver",
		    _("this build has no PostgreSQL driver: give a directory"));
	if (!*url)
		return crm_err_set(err, CRM_USAGE, "store.path",
		    _("the store's name is empty"));
	return CRM_OK;
}

static struct crm_store *
new_store(const char *path)
{
	struct crm_store *s = crm_zalloc(sizeof(*s));
	s->path = crm_strdup(crm_str_z(path));
	s->dirfd = s->gate_fd = s->writer_fd = -1;
	s->wait_ms = WAIT_MS;
	return s;
}

enum crm_status
crm_store_open(const char *url, const struct crm_store_opts *o,
    struct crm_store **out, struct crm_err *err)
{
	*out = NULL;
	enum crm_status st = check_url(url, err);
	if (st)
		return st;
	struct crm_store *s = new_store(url);
	s->flags = o->flags;
	s->wait_ms = o->wait_ms;
	s->map_size = o->map_size;
	s->max_size = o->max_size;
	s->keyer = o->keyer;
	st = crm_db_dir_open(s, err);
	if (!st)
		st = crm_db_gate(s, false, err);
	if (!st) {
		st = crm_db_env_open(s, err);
		crm_db_gate_drop(s);
	}
	if (st) {
		crm_store_close(s);
		return st;
	}
	*out = s;
	return CRM_OK;
}

static void
close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

void
crm_db_scratch_release(struct crm_store *s)
{
	crm_shapes_release(&s->shapes);
	free(s->shape_by_no);
	free(s->shape_no);
	crm_map_release(&s->known);
	crm_db_past_release(&s->past);
	crm_buf_release(&s->join);
	crm_arena_release(&s->scan_mem);
	crm_json_obj_release(&s->scan);
	crm_keyset_release(&s->keys);
	crm_keyset_release(&s->keys_old);
}

void
crm_store_close(struct crm_store *s)
{
	if (!s)
		return;
	if (s->txn)
		crm_txn_abort(s->txn);
	crm_db_env_close(s);
	close_fd(s->writer_fd);
	close_fd(s->gate_fd);
	close_fd(s->dirfd);
	for (size_t i = 0; i < s->nschemas; i++)
		crm_schema_free(s->schemas[i]);
	free(s->schemas);
	crm_db_scratch_release(s);
	free(s->path);
	free(s);
}

/* -- making one ------------------------------------------------------------- */

static enum crm_status
make_dirs(const char *path, mode_t mode, struct crm_err *err)
{
	struct crm_buf b = { 0 };
	enum crm_status st = CRM_OK;
	crm_buf_z(&b, path);
	for (size_t i = 1; i < b.n; i++) {
		if (b.p[i] != '/')
			continue;
		crm_buf_cstr(&b);
		b.p[i] = '\0';
		mkdir(b.p, 0700);	/* what is missing shows below */
		b.p[i] = '/';
	}
	if (mkdir(path, mode) == 0) {
		/* the umask does not count here */
		if (chmod(path, mode) < 0)
			st = crm_err_sys(err, "store.create", "'%s'", path);
	} else if (access(path, F_OK) < 0) {
		st = crm_err_sys(err, "store.create", _("cannot make '%s'"),
		    path);
	}
	crm_buf_release(&b);
	return st;
}

static enum crm_status
make_file(int dirfd, const char *name, bool shared, size_t size,
    struct crm_err *err)
{
	mode_t mode = shared ? 0660 : 0600;
	int fd = openat(dirfd, name, O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, mode);
	int rc = fd < 0 || fchmod(fd, mode) < 0 ||
	    (size && posix_fallocate(fd, 0, (off_t)size)) || fsync(fd) < 0;
	enum crm_status st = rc ? crm_err_sys(err, "store.create",
	    _("cannot make '%s'"), name) : CRM_OK;
	close_fd(fd);
	return st;
}

enum crm_status
crm_db_make_files(int dirfd, bool shared, struct crm_err *err)
{
	enum crm_status st = make_file(dirfd, "gate", shared, 0, err);
	if (!st)
		st = make_file(dirfd, "writer", shared, 0, err);
	if (!st)
		st = make_file(dirfd, "reserve", shared, 256 * 1024, err);
	return st ? st : crm_db_lock_file(dirfd, shared, err);
}

static enum crm_status
check_empty(struct crm_store *s, struct crm_err *err)
{
	int fd = openat(s->dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *e;
	bool empty = true;
	if (!d) {
		close_fd(fd);
		return crm_err_sys(err, "store.create", "'%s'", s->path);
	}
	while ((e = readdir(d)))
		empty = empty && (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0);
	closedir(d);
	return empty ? CRM_OK : crm_err_set(err, CRM_SYSTEM, "store.notempty",
	    _("'%s' is not empty and holds no store"), s->path);
}

/* All that a new store begins with, in one transaction. */
static enum crm_status
fill(struct crm_store *s, const struct crm_store_make *m, MDB_txn *t,
    struct crm_err *err)
{
	uint8_t rnd[32];
	struct crm_str blob = m->schema;
	if (getentropy(rnd, sizeof(rnd)) < 0)
		return crm_err_sys(err, "store.create", _("no random bytes"));
	if (blob.n == 0)
		blob = crm_schema_default_blob();
	rnd[6] = (rnd[6] & 0x0f) | 0x40;	/* RFC 9562: version 4 */
	rnd[8] = (rnd[8] & 0x3f) | 0x80;
	enum crm_status st = crm_db_dbs(s, t, MDB_CREATE, err);
	if (!st)
		st = crm_db_meta_put(s, t, CRM_STR("iuuid"),
		    (struct crm_str){ (char *)rnd, 16 }, err);
	if (!st)
		st = crm_db_meta_put(s, t, CRM_STR("isecret"),
		    (struct crm_str){ (char *)rnd + 16, 16 }, err);
	if (!st)
		st = crm_db_meta_put_u64(s, t, "icreated", (uint64_t)m->now,
		    err);
	if (!st)
		st = crm_db_meta_put(s, t, CRM_STR("nschema"), blob, err);
	return st ? st : crm_db_meta_put_u64(s, t, "iformat",
	    CRM_STORE_FORMAT, err);
}

static int
open_new(struct crm_store *s, uint64_t map)
{
	int rc = mdb_env_create(&s->env);
	if (rc)
		return rc;
	mdb_env_set_maxdbs(s->env, 32);
	mdb_env_set_maxreaders(s->env, 1022);
	mdb_env_set_mapsize(s->env, (size_t)map);
	rc = mdb_env_open(s->env, s->path, MDB_NOTLS, 0600);
	return rc ? rc : crm_db_env_mode(s->env, s->shared);
}

static enum crm_status
make_env(struct crm_store *s, const struct crm_store_make *m,
    struct crm_err *err)
{
	uint64_t map = m->map_size ? m->map_size : UINT64_C(1) << 30;
	for (;; map *= 2) {
		MDB_txn *t = NULL;
		s->map_full = false;
		int rc = open_new(s, map);
		if (rc == ENOMEM && !m->map_size) {	/* ulimit -v */
			crm_db_env_close(s);
			rc = open_new(s, map = 64 << 20);
		}
		if (!rc)
			rc = mdb_txn_begin(s->env, NULL, 0, &t);
		enum crm_status st = rc ? crm_db_err(s, rc,
		    _("cannot make the store"), err) : fill(s, m, t, err);
		if (st && t)
			mdb_txn_abort(t);
		if (!st) {
			rc = mdb_txn_commit(t);
			st = rc ? crm_db_err(s, rc, _("cannot commit"), err) :
			    CRM_OK;
		}
		crm_db_env_close(s);
		if (!s->map_full)
			return st;
	}
}

static enum crm_status
sync_dirs(struct crm_store *s, struct crm_err *err)
{
	int up = openat(s->dirfd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fsync(s->dirfd);
	/* A parent that may not be read cannot be synced either: no error. */
	if (up >= 0)
		fsync(up);
	close_fd(up);
	return rc < 0 ? crm_err_sys(err, "store.create", "'%s'", s->path) :
	    CRM_OK;
}

static enum crm_status
make_here(struct crm_store *s, const struct crm_store_make *m,
    struct crm_err *err)
{
	struct crm_err why = { 0 };
	struct stat sb;
	if (fstatat(s->dirfd, "data.mdb", &sb, AT_SYMLINK_NOFOLLOW) == 0 &&
	    sb.st_size > 0) {
		if (crm_db_env_open(s, &why) == CRM_OK)
			return crm_err_set(err, CRM_EXISTS, "store.exists",
			    _("there is a store at '%s' already"), s->path);
		/* A file without our trees is what a killed init left. */
		if (!why.id || strcmp(why.id, "store.missing") != 0) {
			if (err)
				*err = why;
			return why.code;
		}
	}
	unlinkat(s->dirfd, "data.mdb", 0);
	unlinkat(s->dirfd, "lock.mdb", 0);
	enum crm_status st = crm_db_make_files(s->dirfd, s->shared, err);
	if (!st)
		st = make_env(s, m, err);
	return st ? st : sync_dirs(s, err);
}

enum crm_status
crm_store_create(const char *url, const struct crm_store_make *m,
    struct crm_err *err)
{
	enum crm_status st = check_url(url, err);
	if (!st)
		st = make_dirs(url, m->shared ? 02770 : 0700, err);
	if (st)
		return st;
	struct crm_store *s = new_store(url);
	struct stat gate;
	s->flags = CRM_OPEN_WRITE | m->flags;
	s->shared = m->shared;
	st = crm_db_dir_open(s, err);
	bool fresh = !st && fstatat(s->dirfd, "gate", &gate,
	    AT_SYMLINK_NOFOLLOW) < 0;
	if (fresh) {
		st = check_empty(s, err);
		if (!st)
			st = make_file(s->dirfd, "gate", s->shared, 0, err);
	}
	if (!st)
		st = crm_db_gate(s, true, err);
	if (!st)
		st = make_here(s, m, err);
	crm_store_close(s);
	return st;
}

/* -- describing ------------------------------------------------------------- */

static void
uuid_text(const uint8_t u[16], char out[37])
{
	char hex[33];
	crm_hex(u, 16, hex);
	snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
	    hex + 16, hex + 20);
}

/* LMDB's own tree of free pages: each value is a list behind its length. */
static enum crm_status
count_free(struct crm_store *s, uint64_t *pages, struct crm_err *err)
{
	MDB_cursor *c;
	MDB_val k, v;
	size_t n;
	int rc = mdb_cursor_open(s->rtxn, 0, &c);
	*pages = 0;
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	while ((rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) == 0)
		if (v.mv_size >= sizeof(n)) {
			memcpy(&n, v.mv_data, sizeof(n));
			*pages += n;
		}
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? CRM_OK :
	    crm_db_err(s, rc, _("cannot read"), err);
}

enum crm_status
crm_store_info(struct crm_store *s, struct crm_info *out, struct crm_err *err)
{
	struct crm_counts *counts = crm_zalloc(sizeof(*counts));
	struct crm_commit_rec c = { .counts = counts };
	MDB_envinfo env;
	MDB_stat stat;
	struct stat sb;
	*out = (struct crm_info){ .path = s->path,
		.format = CRM_STORE_FORMAT };
	enum crm_status st = crm_db_enter(s, err);
	if (st) {
		free(counts);
		return st;
	}
	uuid_text(s->uuid, out->uuid);
	st = crm_db_last(s, s->rtxn, &out->rev, &c, err);
	if (!st)
		st = crm_db_meta_u64(s, s->rtxn, "ihorizon", &out->horizon,
		    err);
	if (!st)
		st = crm_db_meta_u64(s, s->rtxn, "itext", &out->text_rev, err);
	memcpy(out->counts, counts->live, sizeof(out->counts));
	mdb_env_info(s->env, &env);
	mdb_env_stat(s->env, &stat);
	uint64_t used = ((uint64_t)env.me_last_pgno + 1) * stat.ms_psize;
	out->bytes = fstatat(s->dirfd, "data.mdb", &sb,
	    AT_SYMLINK_NOFOLLOW) == 0 ? (uint64_t)sb.st_size : used;
	if (!st)
		st = count_free(s, &out->free_bytes, err);
	out->free_bytes *= stat.ms_psize;
	crm_db_leave(s);
	free(counts);
	return st;
}
