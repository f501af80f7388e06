/* Keeping git gc, which the user may run in the mirror, away while its history
 * is written anew: it would take new objects for garbage, or keep old ones. Git's
 * own means: gc.pid holds the process and host that are at it. */
#include "store/git_sync.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { STALE = 12 * 3600, PAUSE_MS = 10 };

static void
gc_path(const char *repo, const char *end, struct crm_buf *out)
{
	crm_buf_printf(out, "%s/gc.pid%s", repo, end);
	crm_buf_cstr(out);
}

/* As git decides it: another host's is believed for twelve hours. */
static bool
is_running(const char *path)
{
	struct crm_buf text = { 0 };
	struct stat sb;
	char host[256] = "", *rest;
	bool running = false;
	if (stat(path, &sb) == 0 && time(NULL) - sb.st_mtime <= STALE &&
	    crm_buf_read_file(&text, path) == 0) {
		long long pid = strtoll(crm_buf_cstr(&text), &rest, 10);
		gethostname(host, sizeof(host) - 1);
		running = pid > 0 && *rest == ' ' &&
		    (strcmp(crm_buf_cstr(&text) + (rest + 1 - text.p), host) ||
		    kill((pid_t)pid, 0) == 0 || errno == EPERM);
	}
	crm_buf_release(&text);
	return running;
}

static enum crm_status
take(const char *path, const char *lock, struct crm_err *err)
{
	char host[256] = "";
	crm_git_wait_lock(lock);
	int fd = open(lock, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	bool running = fd >= 0 && is_running(path);
	gethostname(host, sizeof(host) - 1);
	bool good = fd >= 0 && !running && dprintf(fd, "%ld %s",
	    (long)getpid(), host) > 0 && rename(lock, path) == 0;
	int why = errno;
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && !good)
		unlink(lock);
	errno = why;
	return good ? CRM_OK : running || (fd < 0 && errno == EEXIST) ?
	    crm_err_set(err, CRM_BUSY, "git.busy",
	    _("git gc is running in the mirror")) :
	    crm_err_sys(err, "git.lock", "'%s'", path);
}

enum crm_status
crm_git_gc_hold(const char *repo, int64_t wait_ms, struct crm_err *err)
{
	const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	struct crm_buf path = { 0 }, lock = { 0 };
	gc_path(repo, "", &path);
	gc_path(repo, ".lock", &lock);
	enum crm_status st = take(path.p, lock.p, err);
	for (; st == CRM_BUSY && wait_ms > 0; wait_ms -= PAUSE_MS) {
		nanosleep(&pause, NULL);
		st = take(path.p, lock.p, err);
	}
	crm_buf_release(&path);
	crm_buf_release(&lock);
	return st;
}

void
crm_git_gc_let(const char *repo)
{
	struct crm_buf path = { 0 };
	gc_path(repo, "", &path);
	unlink(path.p);
	crm_buf_release(&path);
}
