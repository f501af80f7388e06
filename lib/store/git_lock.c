/* Lock files that killed programs left, told from those of git at work: taken
 * away from a git that is pruning references, one of them would fall back to
 * what it was before. */
#include "store/git_repo.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	PAUSE_MS = 10,
	WAIT_MS = 1000,		/* where no one is seen at work */
	WAIT_S = 60		/* old age of a lock while somebody is */
};

/* Does the link name the path, or with `inside` something below it? */
static bool
leads_to(const char *link, const char *path, bool inside)
{
	char to[4096];
	size_t n = strlen(path);
	ssize_t got = readlink(link, to, sizeof(to) - 1);
	if (got <= 0 || strncmp((to[got] = '\0', to), path, n) != 0)
		return false;
	return to[n] == '\0' || (inside && to[n] == '/');
}

/* Has the process the lock open, or does it work in the repository? */
static bool
is_at_it(const char *pid, const char *repo, const char *lock)
{
	struct crm_buf b = { 0 };
	struct dirent *e;
	crm_buf_printf(&b, "/proc/%s/cwd", pid);
	bool found = leads_to(crm_buf_cstr(&b), repo, true);
	crm_buf_clear(&b);
	crm_buf_printf(&b, "/proc/%s/fd", pid);
	DIR *d = found ? NULL : opendir(crm_buf_cstr(&b));
	while (d && !found && (e = readdir(d)) != NULL) {
		crm_buf_clear(&b);
		crm_buf_printf(&b, "/proc/%s/fd/%s", pid, e->d_name);
		found = leads_to(crm_buf_cstr(&b), lock, false);
	}
	if (d)
		closedir(d);
	crm_buf_release(&b);
	return found;
}

/* Where there is no /proc, or it does not tell: false. */
static bool
somebody_is(const char *repo, const char *lock)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	bool found = false;
	while (d && !found && (e = readdir(d)) != NULL)
		found = e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    strtol(e->d_name, NULL, 10) != (long)getpid() &&
		    is_at_it(e->d_name, repo, lock);
	if (d)
		closedir(d);
	return found;
}

/* The repository that the lock lies in: how much of the path names it. */
static size_t
repo_part(const char *lock)
{
	const char *end = strstr(lock, "/refs/"), *next;
	while (end && (next = strstr(end + 1, "/refs/")) != NULL)
		end = next;
	if (!end)
		end = strrchr(lock, '/');
	return end ? (size_t)(end - lock) : 0;
}

void
crm_git_wait_lock(const char *path)
{
	size_t n = repo_part(path);
	char *given = crm_strdup(crm_str_sub(crm_str_z(path), 0, n));
	char *repo = realpath(given, NULL);	/* as /proc names it */
	struct crm_buf real = { 0 };
	struct stat sb;
	long pause = PAUSE_MS;
	if (repo)
		crm_buf_printf(&real, "%s%s", repo, path + n);
	for (long ms = 0; repo && lstat(path, &sb) == 0; ms += pause) {
		int64_t age = (int64_t)time(NULL) - sb.st_mtime;
		if ((ms >= WAIT_MS || age > 2) && (age > WAIT_S ||
		    !somebody_is(repo, crm_buf_cstr(&real)))) {
			unlink(path);
			break;
		}
		pause = ms < WAIT_MS ? PAUSE_MS : 10 * PAUSE_MS;
		nanosleep(&(struct timespec){ .tv_nsec = pause * 1000000 },
		    NULL);
	}
	crm_buf_release(&real);
	free(given);
	free(repo);
}
