#include "cli/mirror.h"

#include <errno.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/session.h"

static bool
helper_path(struct crm_buf *out)
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
	crm_buf_printf(out, "%s/../libexec/crm/crm-git", self);
	crm_buf_cstr(out);
	return true;
}

static enum crm_status
missing(struct crm_err *err)
{
	return crm_err_set(err, CRM_SYSTEM, "git.helper",
	    _("this installation has no git mirror (libexec/crm/crm-git)"));
}

enum crm_status
crm_mirror_exec(char **argv, struct crm_err *err)
{
	struct crm_buf path = { 0 };
	if (helper_path(&path)) {
		argv[0] = path.p;
		execv(path.p, argv);
	}
	crm_buf_release(&path);
	return missing(err);
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
	if (!helper_path(&path))
		return missing(err);
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
	return rc ? missing(err) : CRM_OK;
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

enum crm_status
crm_mirror_sync(struct crm_cli *cli, struct crm_err *err)
{
	int status;
	enum crm_status st = run_verb(cli, "mirror", &status, err);
	if (st || status == 0)
		return st;
	return crm_err_set(err, status == 75 ? CRM_BUSY : CRM_SYSTEM,
	    "git.behind", _("the git mirror could not be brought up to date"
	    " (see above)"));
}
