/* The LMDB environment: open, close, growth of the map, errors (rules L0, L2,
 * L7, L10, L11). Default durability only: no option weakens it. */
#include "store/lmdb_int.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum { READERS = 1022, TREES = 32, TRIES = 5, LEAST_MAP = 64 << 20 };

static _Noreturn void
die(const char *msg)
{
	ssize_t r = write(2, msg, strlen(msg));
	(void)r;
	_exit(4);
}

/* A page of the map that is not in the file (cut off, or no block left for a
 * hole): nothing can be told or saved any more. */
static void
on_bus_error(int sig CRM_UNUSED)
{
	die("crm: the store's file is cut off or cannot be read "
	    "(bus error): see 'crm verify'\n");
}

static void
on_assert(MDB_env *env CRM_UNUSED, const char *msg CRM_UNUSED)
{
	die("crm: the store's file is damaged (a page contradicts itself): "
	    "see 'crm verify'\n");
}

static void
trap_bus_error(void)
{
	struct sigaction old, sa = { .sa_handler = on_bus_error };
	if (sigaction(SIGBUS, NULL, &old) == 0 && old.sa_handler == SIG_DFL)
		sigaction(SIGBUS, &sa, NULL);
}

const char *
crm_db_name(enum crm_db db)
{
	static const char *const names[CRM_DB_N] = { "rec", "id", "uniq", "idx",
		"text", "jnl", "meta" };
	return names[db];
}

enum crm_status
crm_db_damage(struct crm_store *s, const char *what, struct crm_err *err)
{
	return crm_err_set(err, CRM_CORRUPT, "store.corrupt",
	    _("'%s' is damaged: %s; see 'crm verify'"), s->path, what);
}

bool
crm_db_disk_full(int fd)
{
	struct statvfs v;
	return fstatvfs(fd, &v) == 0 &&
	    (v.f_bavail < v.f_blocks / 100 || v.f_bavail < 16);
}

enum crm_status
crm_db_err(struct crm_store *s, int rc, const char *what, struct crm_err *err)
{
	switch (rc) {
	case MDB_MAP_FULL:
		s->map_full = true;
		return crm_err_set(err, CRM_FULL, "store.full",
		    _("'%s' has reached its greatest size"), s->path);
	case MDB_CORRUPTED:
	case MDB_PAGE_NOTFOUND:
	case MDB_INVALID:
	case MDB_CURSOR_FULL:
	case MDB_PAGE_FULL:
		return crm_db_damage(s, mdb_strerror(rc), err);
	case MDB_VERSION_MISMATCH:
		return crm_err_set(err, CRM_VERSION, "store.version",
		    _("'%s' was made by another version of LMDB"), s->path);
	case MDB_READERS_FULL:
		return crm_err_set(err, CRM_BUSY, "store.busy",
		    _("too many programs read '%s'"), s->path);
	case MDB_TXN_FULL:
		return crm_err_set(err, CRM_FULL, "store.full",
		    _("the transaction is too big"));
	case MDB_MAP_RESIZED:
		return crm_err_set(err, CRM_BUSY, "store.busy",
		    _("another program has just made '%s' larger"), s->path);
	}
	if (rc == EIO && crm_db_disk_full(s->dirfd))
		rc = ENOSPC;
	errno = rc > 0 ? rc : EINVAL;
	return crm_err_sys(err, rc == ENOSPC || rc == EDQUOT ? "store.full" :
	    "store.io", "'%s': %s", s->path, what);
}

/* With a map of `map` bytes, or what is written if that is more; 0: the size
 * that the last writer had. */
static int
open_once(struct crm_store *s, bool readonly, size_t map)
{
	int rc = mdb_env_create(&s->env);
	if (rc)
		return rc;
	mdb_env_set_assert(s->env, on_assert);
	mdb_env_set_maxdbs(s->env, TREES);
	mdb_env_set_maxreaders(s->env, READERS);
	if (map)
		mdb_env_set_mapsize(s->env, map);
	rc = mdb_env_open(s->env, s->path, MDB_NOTLS |
	    (readonly ? MDB_RDONLY : 0), s->shared ? 0660 : 0600);
	if (rc) {
		mdb_env_close(s->env);
		s->env = NULL;
	}
	return rc;
}

static bool
is_passing(int rc)
{
	return rc == EAGAIN || rc == EINTR || rc == EINVAL || rc == MDB_INVALID;
}

enum crm_status
crm_db_dbs(struct crm_store *s, MDB_txn *t, unsigned flags,
    struct crm_err *err)
{
	for (int i = 0; i < CRM_DB_N; i++) {
		unsigned f = flags | (i == CRM_DB_REC ? MDB_INTEGERKEY : 0);
		int rc = mdb_dbi_open(t, crm_db_name(i), f, &s->dbi[i]);
		if (rc == MDB_NOTFOUND)
			return crm_err_set(err, CRM_NOTFOUND, "store.missing",
			    _("no store at '%s': make one with 'crm init'"),
			    s->path);
		if (rc)
			return crm_db_err(s, rc, _("cannot open"), err);
	}
	return CRM_OK;
}

int
crm_db_read_txn(MDB_env *env, MDB_txn **t)
{
	int rc;
	while ((rc = mdb_txn_begin(env, NULL, MDB_RDONLY, t)) ==
	    MDB_MAP_RESIZED)
		if ((rc = crm_db_map(env, 0)) != 0)
			break;
	return rc;
}

/* Opens the trees and reads what every handle needs. */
static enum crm_status
first_look(struct crm_store *s, struct crm_err *err)
{
	MDB_txn *t = NULL;
	int rc = crm_db_read_txn(s->env, &t);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	enum crm_status st = crm_db_dbs(s, t, 0, err);
	if (!st)
		st = crm_db_meta_load(s, t, err);
	if (st) {
		mdb_txn_abort(t);
		return st;
	}
	/* Handles are the environment's once the transaction commits. */
	rc = mdb_txn_commit(t);
	return rc ? crm_db_err(s, rc, _("cannot read"), err) : CRM_OK;
}

int
crm_db_env_mode(MDB_env *env, bool shared)
{
	int fd;	/* the umask does not count */
	int rc = mdb_env_get_fd(env, &fd);
	return rc ? rc : fchmod(fd, shared ? 0660 : 0600) < 0 ? errno : 0;
}

static void
note_files(struct crm_store *s)
{
	struct stat st;
	int fd;
	s->data_ino = s->lock_ino = 0;
	if (mdb_env_get_fd(s->env, &fd) == 0) {
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		if (fstat(fd, &st) == 0)
			s->data_ino = st.st_ino;
	}
	if (fstatat(s->dirfd, "lock.mdb", &st, AT_SYMLINK_NOFOLLOW) == 0)
		s->lock_ino = st.st_ino;
}

enum crm_status
crm_db_env_open(struct crm_store *s, struct crm_err *err)
{
	trap_bus_error();
	enum crm_status st = crm_db_file_check(s->dirfd, s->path, err);
	if (st)
		return st;
	bool readonly = !(s->flags & CRM_OPEN_WRITE);
	int rc = 0;
	for (int i = 0; i < TRIES; i++) {
		rc = open_once(s, readonly, 0);
		if (rc == ENOMEM)	/* ulimit -v */
			rc = open_once(s, readonly, LEAST_MAP);
		if (!is_passing(rc))
			break;
		struct timespec ts = { .tv_nsec = 2000000L << i };
		nanosleep(&ts, NULL);
	}
	if (rc)
		return crm_db_err(s, rc, _("cannot open"), err);
	note_files(s);
	s->opened++;
	int dead;
	mdb_reader_check(s->env, &dead);
	st = first_look(s, err);
	if (st)
		crm_db_env_close(s);
	return st;
}

void
crm_db_env_close(struct crm_store *s)
{
	if (s->rtxn)
		mdb_txn_abort(s->rtxn);
	s->rtxn = NULL;
	if (s->env)
		mdb_env_close(s->env);
	s->env = NULL;
	s->snap = 0;
}

/* LMDB gives the old map up before it asks for the new one, and cannot live
 * without: so is there room? */
static bool
is_room_for(uint64_t more)
{
	void *p = mmap(NULL, (size_t)more, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return p != MAP_FAILED && munmap(p, (size_t)more) == 0;
}

int
crm_db_map(MDB_env *env, uint64_t size)
{
	MDB_envinfo i;
	MDB_stat st;
	mdb_env_info(env, &i);
	mdb_env_stat(env, &st);
	uint64_t used = ((uint64_t)i.me_last_pgno + 1) * st.ms_psize;
	if (size < i.me_mapsize)
		size = i.me_mapsize;
	while (size < used)
		size *= 2;
	if (size == i.me_mapsize)
		return 0;
	return is_room_for(size - i.me_mapsize) ?
	    mdb_env_set_mapsize(env, (size_t)size) : ENOMEM;
}

enum crm_status
crm_db_grow(struct crm_store *s, struct crm_err *err)
{
	MDB_envinfo i;
	mdb_env_info(s->env, &i);
	uint64_t size = (uint64_t)i.me_mapsize * 2;
	if (s->max_size && size > s->max_size)
		return crm_err_set(err, CRM_FULL, "store.full",
		    _("'%s' would grow beyond %" PRIu64 " bytes "
		    "(CRM_MAX_STORE)"), s->path, s->max_size);
	int rc = crm_db_map(s->env, size);
	return rc ? crm_db_err(s, rc, _("cannot grow"), err) : CRM_OK;
}
