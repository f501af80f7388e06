#include "cli/mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/session.h"

#define HELPER "../libexec/crm/crm-git"

/* `where`: from the directory of this program on. */
static bool
helper_path(const char *where, struct crm_buf *out)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n <= 0)
		return false;
	self[n] = '\0';
	char *slash = strrchr(self, '/');
	if (!slash)
		return false;
	*slash = '\0';
	crm_buf_printf(out, "%s/%s", self, where);
	crm_buf_cstr(out);
	return true;
}

static enum crm_status
missing(const char *helper, struct crm_err *err)
{
	return crm_err_set(err, CRM_SYSTEM, "git.helper",
	    _("this installation has no git mirror (libexec/crm/%s)"), helper);
}

static enum crm_status
become(const char *where, const char *name, char **argv, struct crm_err *err)
{
	struct crm_buf path = { 0 };
	if (helper_path(where, &path)) {
		argv[0] = path.p;
		execv(path.p, argv);
	}
	crm_buf_release(&path);
	return missing(name, err);
}

enum crm_status
crm_mirror_exec(char **argv, struct crm_err *err)
{
	return become(HELPER, "crm-git", argv, err);
}

enum crm_status
crm_mirror_exec_lib(char **argv, struct crm_err *err)
{
	return become("crm-git2", "crm-git2", argv, err);
}

/* Nothing of the store is inherited. */
enum crm_status
crm_mirror_start(const char *const *argv, int in, int out, int *pid,
    struct crm_err *err)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	struct crm_buf path = { 0 };
	sigset_t set;
	if (!helper_path(HELPER, &path))
		return missing("crm-git", err);
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	posix_spawn_file_actions_init(&fa);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&fa, in, STDIN_FILENO);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&fa, out, STDOUT_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&fa, STDERR_FILENO + 1);
	posix_spawnattr_init(&at);
	posix_spawnattr_setsigdefault(&at, &set);
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGDEF);
	pid_t p;
	int rc = posix_spawn(&p, path.p, &fa, &at,
	    (char *const *)(uintptr_t)argv, environ);
	*pid = rc ? 0 : p;
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&at);
	crm_buf_release(&path);
	return rc ? missing("crm-git", err) : CRM_OK;
}

enum crm_status
crm_mirror_run(const char *const *argv, int in, int out, int *status,
    struct crm_err *err)
{
	int pid, ended;
	enum crm_status st = crm_mirror_start(argv, in, out, &pid, err);
	if (st)
		return st;
	while (waitpid(pid, &ended, 0) < 0)
		if (errno != EINTR)
			return crm_err_sys(err, "git.helper", "crm-git");
	*status = WIFEXITED(ended) ? WEXITSTATUS(ended) :
	    128 + WTERMSIG(ended);
	return CRM_OK;
}

static bool
setting_is(struct crm_store *s, const char *name, const char *a,
    const char *b)
{
	struct crm_buf v = { 0 };
	bool is = crm_session_setting(s, name, &v) &&
	    (crm_str_is(crm_buf_view(&v), a) ||
	    (b && crm_str_is(crm_buf_view(&v), b)));
	crm_buf_release(&v);
	return is;
}

bool
crm_mirror_on(struct crm_store *s)
{
	return setting_is(s, "history", "plain", "sealed");
}

bool
crm_mirror_follows(struct crm_store *s)
{
	return crm_mirror_on(s) && !setting_is(s, "history.sync", "manual",
	    NULL);
}

bool
crm_mirror_there(const char *store)
{
	struct crm_buf path = { 0 };
	struct stat sb;
	crm_buf_printf(&path, "%s/mirror.git/HEAD", store);
	bool there = stat(crm_buf_cstr(&path), &sb) == 0;
	crm_buf_release(&path);
	return there;
}

bool
crm_mirror_rev(const char *store, uint64_t *rev)
{
	struct crm_buf path = { 0 }, text = { 0 };
	crm_buf_printf(&path, "%s/mirror.git/crm-rev", store);
	bool is = crm_buf_read_file(&text, crm_buf_cstr(&path)) == 0 &&
	    text.n > 0 && text.n < 24;
	if (is)
		*rev = strtoull(crm_buf_cstr(&text), NULL, 10);
	crm_buf_release(&path);
	crm_buf_release(&text);
	return is;
}

static enum crm_status
run_verb(struct crm_cli *cli, const char *verb, int *status,
    struct crm_err *err)
{
	const char *argv[] = { "crm-git", "-q", "-s", crm_cli_store_path(cli),
		verb, NULL };
	*status = 0;
	return crm_mirror_run(argv, -1, -1, status, err);
}

void
crm_mirror_follow(struct crm_cli *cli)
{
	struct crm_err err = { 0 };
	int status;
	if (run_verb(cli, "follow", &status, &err))
		crm_cli_warn(cli, "git.behind", _("the git mirror does not "
		    "follow: %s"), err.msg);
}

static enum crm_status
run_whole(struct crm_cli *cli, const char *verb, struct crm_err *err)
{
	int status;
	enum crm_status st = run_verb(cli, verb, &status, err);
	if (st || status == 0)
		return st;
	return crm_err_set(err, status == 75 ? CRM_BUSY : CRM_SYSTEM,
	    "git.behind", _("the git mirror could not be brought up to date"
	    " (see above)"));
}

enum crm_status
crm_mirror_sync(struct crm_cli *cli, struct crm_err *err)
{
	return run_whole(cli, "mirror", err);
}

enum crm_status
crm_mirror_forget(struct crm_cli *cli, struct crm_err *err)
{
	return crm_mirror_there(crm_cli_store_path(cli)) ?
	    run_whole(cli, "forget", err) : CRM_OK;
}

/* -- reading ------------------------------------------------------------------- */

enum crm_status
crm_mirror_dump(const char *repo, const char *vault, bool audit, int *pid,
    struct crm_err *err)
{
	const char *argv[] = { "crm-git", audit ? "audit" : "dump", "--", repo,
		vault, NULL };
	int p[2];
	if (pipe2(p, O_CLOEXEC) < 0)
		return crm_err_sys(err, "git.helper", "pipe");
	enum crm_status st = crm_mirror_start(argv, -1, p[1], pid, err);
	close(p[1]);
	if (!st && dup2(p[0], STDIN_FILENO) < 0)
		st = crm_err_sys(err, "git.helper", "dup2");
	close(p[0]);
	return st;
}

enum crm_status
crm_mirror_dumped(int pid, const char *repo, struct crm_err *err)
{
	int status = 1;
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null >= 0) {	/* it may still be writing */
		dup2(null, STDIN_FILENO);
		close(null);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? CRM_OK :
	    crm_err_set(err, CRM_SYSTEM, "git.read",
	    _("the mirror '%s' could not be read"), repo);
}

static enum crm_status
read_hits(int fd, void (*fn)(void *ctx, size_t line, struct crm_str object),
    void *ctx, struct crm_err *err)
{
	struct crm_buf text = { 0 };
	struct crm_str rest, line;
	enum crm_status st = CRM_OK;
	if (lseek(fd, 0, SEEK_SET) < 0 || crm_buf_read_fd(&text, fd))
		st = crm_err_sys(err, "git.helper", "crm-git");
	rest = crm_buf_view(&text);
	while (!st && rest.n && crm_str_split(&rest, '\n', &line)) {
		size_t tab = crm_str_chr(line, '\t');
		uint64_t n = 0;
		for (size_t i = 0; i < tab; i++)
			n = n * 10 + (uint64_t)(line.p[i] - '0');
		if (n && tab < line.n)
			fn(ctx, n - 1, crm_str_sub(line, tab + 1, SIZE_MAX));
	}
	crm_buf_release(&text);
	return st;
}

enum crm_status
crm_mirror_search(const char *store, struct crm_str lines,
    void (*fn)(void *ctx, size_t line, struct crm_str object), void *ctx,
    struct crm_err *err)
{
	struct crm_buf repo = { 0 };
	crm_buf_printf(&repo, "%s/mirror.git", store);
	const char *argv[] = { "crm-git", "search", "--",
		crm_buf_cstr(&repo), NULL };
	int in = memfd_create("crm-lines", MFD_CLOEXEC), status = 0;
	int out = memfd_create("crm-hits", MFD_CLOEXEC);
	enum crm_status st = CRM_OK;
	if (in < 0 || out < 0 || write(in, lines.p, lines.n) !=
	    (ssize_t)lines.n || lseek(in, 0, SEEK_SET) < 0)
		st = crm_err_sys(err, "git.helper", "crm-git");
	if (!st)
		st = crm_mirror_run(argv, in, out, &status, err);
	if (!st && status > 1)
		st = crm_err_set(err, CRM_SYSTEM, "git.read",
		    _("the mirror '%s' could not be read"), repo.p);
	if (!st)
		st = read_hits(out, fn, ctx, err);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	crm_buf_release(&repo);
	return st;
}
