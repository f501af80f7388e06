/* Attachments that nothing names, after an erasure. */
#include "cli/attach.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/msg.h"

enum { HEX = 64, PATIENCE = 5000 /* ms */, STEP = 20 };

static enum crm_status
remove_one(void *ctx, const char *path, const char *hex, struct crm_err *err)
{
	const struct crm_map *used = ctx;
	if (crm_map_get(used, crm_str_z(hex)) || unlink(path) == 0 ||
	    errno == ENOENT)
		return CRM_OK;
	return crm_err_sys(err, "attach.write", "%s", path);
}

/* The list of those that stay, replaced whole. */
static enum crm_status
rewrite_index(const char *path, const struct crm_map *used,
    struct crm_err *err)
{
	struct crm_buf text = { 0 }, kept = { 0 };
	struct crm_file f = { 0 };
	struct crm_str rest, line;
	enum crm_status st = CRM_OK;
	if (crm_buf_read_file(&text, path)) {
		if (errno != ENOENT)
			st = crm_err_sys(err, "attach.read", "%s", path);
		goto done;
	}
	rest = crm_buf_view(&text);
	while (crm_str_split(&rest, '\n', &line)) {
		if (!line.n || !crm_map_get(used, line))
			continue;
		crm_buf_str(&kept, line);
		crm_buf_c(&kept, '\n');
	}
	st = crm_file_open(&f, path, err);
	if (!st && crm_msg_write(f.fd, crm_buf_view(&kept)))
		st = crm_file_commit(&f, err);
	else if (!st) {
		st = crm_err_sys(err, "attach.write", "%s", path);
		crm_file_abort(&f);
	}
done:
	crm_buf_release(&text);
	crm_buf_release(&kept);
	return st;
}

/* A writer that was killed leaves NAME.XXXXXX behind. */
static void
sweep(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	while (d && (e = readdir(d))) {
		const char *dot = strrchr(e->d_name, '.');
		bool temp = dot && strlen(dot) == 7 &&
		    ((size_t)(dot - e->d_name) == HEX - 2 ||
		    strncmp(e->d_name, "index.", 6) == 0);
		if (temp)
			unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d) {
		fsync(dirfd(d));
		closedir(d);
	}
}

static enum crm_status
wait_for(int fd, struct crm_err *err)
{
	for (int ms = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; ms += STEP) {
		if (ms >= PATIENCE)
			return crm_err_set(err, CRM_BUSY, "attach.busy",
			    _("another program is attaching files"));
		nanosleep(&(struct timespec){ .tv_nsec = STEP * 1000000 },
		    NULL);
	}
	return CRM_OK;
}

enum crm_status
crm_attach_lock(struct crm_store *s, int *fd, struct crm_err *err)
{
	struct crm_buf path = { 0 };
	*fd = -1;
	enum crm_status st = crm_attach_folder(s, &path, err);
	if (!st)
		*fd = open(crm_buf_cstr(&path), O_RDONLY | O_DIRECTORY |
		    O_CLOEXEC);
	if (!st && *fd < 0)
		st = errno == ENOENT ? CRM_NOTFOUND : crm_err_sys(err,
		    "attach.read", "%s", path.p);
	if (!st)
		st = wait_for(*fd, err);
	if (st && *fd >= 0)
		close(*fd);
	crm_buf_release(&path);
	return st;
}

enum crm_status
crm_attach_prune(struct crm_store *s, const struct crm_map *used,
    struct crm_err *err)
{
	struct crm_buf path = { 0 };
	enum crm_status st = crm_attach_each(s, remove_one, (void *)used, err);
	if (!st)
		st = crm_attach_folder(s, &path, err);
	size_t n = path.n;
	crm_buf_z(&path, "/index");
	if (!st)
		st = rewrite_index(crm_buf_cstr(&path), used, err);
	for (int i = -1; i < 256 && !st; i++) {
		path.n = n;
		if (i >= 0)
			crm_buf_printf(&path, "/%02x", (unsigned)i);
		sweep(crm_buf_cstr(&path));
	}
	crm_buf_release(&path);
	return st;
}
