#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static void
release(struct crm_file *f)
{
	free(f->path);
	free(f->temp);
	*f = (struct crm_file){ .fd = -1 };
}

enum crm_status
crm_file_open(struct crm_file *f, const char *path, struct crm_err *err)
{
	*f = (struct crm_file){ .fd = -1 };
	struct stat st;
	bool there = stat(path, &st) == 0;
	f->path = there ? realpath(path, NULL) : NULL;
	if (!f->path)
		f->path = crm_strdup(crm_str_z(path));
	if (there && !S_ISREG(st.st_mode)) {
		f->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	} else {
		struct crm_buf temp = { 0 };
		crm_buf_printf(&temp, "%s.XXXXXX", f->path);
		f->temp = crm_buf_detach(&temp, NULL);
		f->fd = mkostemp(f->temp, O_CLOEXEC);
		mode_t mask = umask(0);
		umask(mask);
		if (f->fd >= 0 && fchmod(f->fd, there ? st.st_mode & 0777 :
		    0666 & ~mask) != 0 && errno != EPERM)
			crm_file_abort(f);
	}
	if (f->fd >= 0)
		return CRM_OK;
	enum crm_status code = crm_err_sys(err, "file.open", "%s", path);
	release(f);
	return code;
}

/* A rename is durable when its directory is. */
static void
sync_directory(const char *path)
{
	struct crm_str dir = crm_str_z(path);
	while (dir.n && dir.p[dir.n - 1] != '/')
		dir.n--;
	char *name = crm_strdup(dir.n ? dir : CRM_STR("."));
	int fd = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(name);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

enum crm_status
crm_file_commit(struct crm_file *f, struct crm_err *err)
{
	bool good = !f->temp || fsync(f->fd) == 0;
	good = close(f->fd) == 0 && good;
	f->fd = -1;
	if (good && f->temp)
		good = rename(f->temp, f->path) == 0;
	if (!good) {
		enum crm_status code = crm_err_sys(err, "file.write", "%s",
		    f->path);
		crm_file_abort(f);
		return code;
	}
	if (f->temp)
		sync_directory(f->path);
	release(f);
	return CRM_OK;
}

void
crm_file_abort(struct crm_file *f)
{
	int e = errno;
	if (f->fd >= 0)
		close(f->fd);
	if (f->temp)
		unlink(f->temp);
	release(f);
	errno = e;
}
