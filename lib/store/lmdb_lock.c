/* What stands before LMDB: whose directory it is, on which file system, who
 * may pass the gate, who writes (reliability rules L0, L5, L7). */
#include "store/lmdb_int.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

enum { LOCK_BYTES = 65536 };	/* 1022 readers */

static bool
is_network(long type)
{
	static const uint32_t kinds[] = { 0x6969 /* NFS */,
		0x517b /* SMB */, 0xfe534d42 /* SMB2 */, 0xff534d42 /* CIFS */,
		0x01021997 /* 9p */, 0x65735546 /* FUSE */,
		0x5346414f /* AFS */, 0x6b414653 /* kAFS */ };
	for (size_t i = 0; i < CRM_LEN(kinds); i++)
		if ((uint32_t)type == kinds[i])
			return true;
	return false;
}

/* On overlayfs the first open for writing copies a file up; a map made before
 * would show the lower file for ever. */
static void
copy_up(int dirfd)
{
	static const char *const files[] = { "data.mdb", "lock.mdb" };
	for (size_t i = 0; i < CRM_LEN(files); i++) {
		int fd = openat(dirfd, files[i], O_RDWR | O_CLOEXEC |
		    O_NOFOLLOW);
		if (fd >= 0)
			close(fd);
	}
}

static enum crm_status
check_fs(struct crm_store *s, struct crm_err *err)
{
	struct statfs fs;
	if (fstatfs(s->dirfd, &fs) < 0)
		return crm_err_sys(err, "store.open", _("'%s'"), s->path);
	if (is_network(fs.f_type) && !(s->flags & CRM_OPEN_ANY_FS))
		return crm_err_set(err, CRM_SYSTEM, "store.filesystem",
		    _("'%s' lies on a network or user-space file system, "
		    "which can damage a store; CRM_UNSAFE_FS=1 overrides"),
		    s->path);
	if ((uint32_t)fs.f_type == 0x794c7630)	/* overlayfs */
		copy_up(s->dirfd);
	return CRM_OK;
}

static enum crm_status
check_owner(struct crm_store *s, struct crm_err *err)
{
	struct stat st, gate;
	if (fstat(s->dirfd, &st) < 0)
		return crm_err_sys(err, "store.open", _("'%s'"), s->path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return crm_err_set(err, CRM_SYSTEM, "store.owner",
		    _("'%s' belongs to another user (uid %u)"), s->path,
		    (unsigned)st.st_uid);
	/* The gate says whether it is shared; one that is being made has none. */
	if (fstatat(s->dirfd, "gate", &gate, AT_SYMLINK_NOFOLLOW) == 0)
		s->shared = gate.st_uid == st.st_uid &&
		    (gate.st_mode & S_IWGRP);
	mode_t bad = s->shared ? S_IWOTH : S_IWGRP | S_IWOTH;
	if (st.st_mode & bad)
		return crm_err_set(err, CRM_SYSTEM, "store.owner",
		    _("'%s' can be written by others (mode %04o)"), s->path,
		    (unsigned)st.st_mode & 07777);
	return CRM_OK;
}

enum crm_status
crm_db_dir_open(struct crm_store *s, struct crm_err *err)
{
	size_t n = strlen(s->path);
	while (n > 1 && s->path[n - 1] == '/')
		s->path[--n] = '\0';
	s->dirfd = open(s->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);
	if (s->dirfd < 0 && errno == ENOENT)
		return crm_err_set(err, CRM_NOTFOUND, "store.missing",
		    _("no store at '%s': make one with 'crm init'"), s->path);
	struct stat link;
	int why = errno;
	if (s->dirfd < 0 && lstat(s->path, &link) == 0 && S_ISLNK(link.st_mode))
		return crm_err_set(err, CRM_SYSTEM, "store.owner",
		    _("'%s' is a symbolic link: name the directory itself"),
		    s->path);
	errno = why;
	if (s->dirfd < 0)
		return crm_err_sys(err, "store.open", _("'%s'"), s->path);
	enum crm_status st = check_owner(s, err);
	return st ? st : check_fs(s, err);
}

static int64_t
now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits a little longer each round; false when the time is over. */
static bool
wait_more(const struct crm_store *s, int64_t since, int64_t *us)
{
	if (now_ms() - since >= s->wait_ms)
		return false;
	struct timespec ts = { .tv_nsec = (long)*us * 1000 };
	nanosleep(&ts, NULL);
	if (*us < 20000)
		*us += *us / 2;
	return true;
}

static int
open_own(struct crm_store *s, const char *name)
{
	int fd = openat(s->dirfd, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	/* Who may only read still passes the gate. */
	if (fd < 0 && (errno == EACCES || errno == EROFS))
		fd = openat(s->dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return fd;
}

enum crm_status
crm_db_gate(struct crm_store *s, bool exclusive, struct crm_err *err)
{
	if (s->gate_fd < 0)
		s->gate_fd = open_own(s, "gate");
	if (s->gate_fd < 0 && errno != ENOENT)
		return crm_err_sys(err, "store.open", _("'%s/gate'"), s->path);
	if (s->gate_fd < 0)
		return crm_err_set(err, CRM_NOTFOUND, "store.missing",
		    _("no store at '%s': make one with 'crm init'"), s->path);
	if (!exclusive && s->gate_depth++)
		return CRM_OK;
	int64_t since = now_ms(), us = 200;
	while (flock(s->gate_fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) < 0)
		if (errno != EWOULDBLOCK && errno != EINTR) {
			return crm_err_sys(err, "store.open", _("'%s/gate'"),
			    s->path);
		} else if (!wait_more(s, since, &us)) {
			s->gate_depth -= !exclusive;
			return crm_err_set(err, CRM_BUSY, "store.busy",
			    _("'%s' is being rebuilt, or is in use by others"),
			    s->path);
		}
	return CRM_OK;
}

void
crm_db_gate_drop(struct crm_store *s)
{
	if (s->gate_depth > 1) {
		s->gate_depth--;
		return;
	}
	s->gate_depth = 0;
	if (s->gate_fd >= 0)
		flock(s->gate_fd, LOCK_UN);
}

/* "1234 crm-import": who has the lock. */
static void
holder(int fd, char out[128])
{
	ssize_t n = pread(fd, out, 100, 0);
	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	for (char *p = out; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
	if (!*out)
		memcpy(out, "?", 2);
}

enum crm_status
crm_db_writer(struct crm_store *s, struct crm_str program, struct crm_err *err)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	if (s->writer_fd < 0)
		s->writer_fd = openat(s->dirfd, "writer", O_RDWR | O_CLOEXEC |
		    O_NOFOLLOW);
	if (s->writer_fd < 0)
		return crm_err_sys(err, "store.open", _("'%s/writer'"),
		    s->path);
	int64_t since = now_ms(), us = 200;
	while (fcntl(s->writer_fd, F_OFD_SETLK, &l) < 0) {
		if (errno != EAGAIN && errno != EACCES && errno != EINTR)
			return crm_err_sys(err, "store.open",
			    _("'%s/writer'"), s->path);
		if (!wait_more(s, since, &us)) {
			char who[128];
			holder(s->writer_fd, who);
			return crm_err_set(err, CRM_BUSY, "store.busy",
			    _("busy: '%s' is held by process %s"), s->path,
			    who);
		}
	}
	char line[128];
	int n = snprintf(line, sizeof(line), "%ld %.*s\n", (long)getpid(),
	    (int)(program.n < 64 ? program.n : 64), program.n ? program.p : "");
	/* Only for the message of those who wait: a failure is no matter. */
	if (n > 0 && pwrite(s->writer_fd, line, (size_t)n, 0) == n &&
	    ftruncate(s->writer_fd, n) < 0)
		errno = 0;
	return CRM_OK;
}

void
crm_db_writer_drop(struct crm_store *s)
{
	struct flock l = { .l_type = F_UNLCK, .l_whence = SEEK_SET };
	if (s->writer_fd >= 0)
		fcntl(s->writer_fd, F_OFD_SETLK, &l);
}

/* The part of LMDB's meta page that we need (mdb.c 0.9, 64 bit). */
struct meta_page {
	uint8_t head[16];
	uint32_t magic, version;
	uint64_t address, mapsize;
	struct {
		uint32_t psize;
		uint8_t rest[44];
	} dbs[2];
	uint64_t last_pg, txnid;
};

static bool
meta_sound(const struct meta_page *m)
{
	return m->magic == 0xbeefc0de && m->version == 1 &&
	    m->dbs[0].psize >= 512 && m->dbs[0].psize <= 65536 &&
	    m->last_pg < UINT64_C(1) << 48;
}

/* LMDB does not write pages at the end that a transaction took and gave back,
 * so a sound file can be a little short. */
static uint64_t
slack(uint64_t last_pg)
{
	uint64_t n = 16 + last_pg / 16;
	return n < 1024 ? n : 1024;
}

enum crm_status
crm_db_file_check(int dirfd, const char *path, struct crm_err *err)
{
	struct meta_page m[2];
	struct stat st;
	int fd = openat(dirfd, "data.mdb", O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 && errno == ENOENT)
		return crm_err_set(err, CRM_NOTFOUND, "store.missing",
		    _("no store at '%s': make one with 'crm init'"), path);
	if (fd < 0)
		return crm_err_sys(err, "store.open", _("'%s/data.mdb'"), path);
	/* the size last: others may write meanwhile, pages before what counts
	 * them */
	bool ok = pread(fd, &m[0], sizeof(m[0]), 0) == sizeof(m[0]) &&
	    meta_sound(&m[0]) &&
	    pread(fd, &m[1], sizeof(m[1]), m[0].dbs[0].psize) == sizeof(m[1]) &&
	    meta_sound(&m[1]) && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	close(fd);
	if (!ok)
		return crm_err_set(err, CRM_CORRUPT, "store.corrupt",
		    _("'%s/data.mdb' is damaged: it does not begin as a store "
		    "does"), path);
	const struct meta_page *new = m[1].txnid > m[0].txnid ? &m[1] : &m[0];
	if ((uint64_t)st.st_size / new->dbs[0].psize +
	    slack(new->last_pg) <= new->last_pg)
		return crm_err_set(err, CRM_CORRUPT, "store.corrupt",
		    _("'%s/data.mdb' is damaged: it is cut off at byte %lld"),
		    path, (long long)st.st_size);
	return CRM_OK;
}

enum crm_status
crm_db_lock_file(int dirfd, bool shared, struct crm_err *err)
{
	int fd = openat(dirfd, "lock.mdb", O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW, shared ? 0660 : 0600);
	if (fd < 0)
		return crm_err_sys(err, "store.create", _("'lock.mdb'"));
	int rc = posix_fallocate(fd, 0, LOCK_BYTES);
	if (rc == 0 && fchmod(fd, shared ? 0660 : 0600) < 0)
		rc = errno;
	close(fd);
	errno = rc;
	return rc ? crm_err_sys(err, "store.create", _("'lock.mdb'")) : CRM_OK;
}
