#include "cli/hooks.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/interrupt.h"
#include "cli/session.h"
#include "format/json.h"

enum {
	FLUSH = 1 << 20,
	LIMIT = 300,		/* seconds that a hook has */
	GRACE_MS = 2000		/* between SIGTERM and SIGKILL */
};

/* Why a hook that is there may not run; NULL: it may. */
static const char *
why_not(const struct stat *st, uid_t owner)
{
	if (!S_ISREG(st->st_mode))
		return _("no regular file");
	if (st->st_uid != owner)
		return _("not owned by the store's owner");
	if (st->st_mode & (S_IWGRP | S_IWOTH))
		return _("writable by others");
	return st->st_mode & S_IXUSR ? NULL : _("not executable");
}

/* Whoever may write the directory may put another file in a hook's place. */
static const char *
why_not_in(const char *store, uid_t owner)
{
	struct crm_buf b = { 0 };
	struct stat st;
	crm_buf_printf(&b, "%s/hooks", store);
	bool there = stat(crm_buf_cstr(&b), &st) == 0;
	crm_buf_release(&b);
	if (there && st.st_uid != owner && st.st_uid != 0)
		return _("its directory is not the store's owner's");
	return there && (st.st_mode & (S_IWGRP | S_IWOTH)) ?
	    _("its directory is writable by others") : NULL;
}

/* The path of a hook that may run, else NULL. */
static char *
find(struct crm_cli *cli, const char *store, const char *name, uid_t owner)
{
	struct crm_buf b = { 0 };
	struct stat st;
	crm_buf_printf(&b, "%s/hooks/%s", store, name);
	if (stat(crm_buf_cstr(&b), &st) < 0) {
		crm_buf_release(&b);
		return NULL;
	}
	const char *why = why_not(&st, owner);
	why = why ? why : why_not_in(store, owner);
	if (why && cli->verbose)
		crm_cli_note(cli, _("the hook '%s' does not run: %s"), b.p,
		    why);
	if (why)
		crm_buf_release(&b);
	return b.p;
}

/* Are we called, directly or not, by this store's own hook of that name? */
static bool
is_within(const char *name, const char *store)
{
	const char *hook = getenv("CRM_HOOK"), *of = getenv("CRM_HOOK_STORE");
	return hook && of && strcmp(hook, name) == 0 && strcmp(of, store) == 0;
}

enum crm_status
crm_hooks_may_write(const char *path, struct crm_err *err)
{
	char *store = getenv("CRM_HOOK") ? realpath(path, NULL) : NULL;
	bool within = store && is_within("pre-commit", store);
	free(store);
	return !within ? CRM_OK : crm_err_set(err, CRM_SYSTEM, "hook.write",
	    _("a pre-commit hook cannot write to '%s': the batch that it is"
	    " asked about holds the store; post-commit may"), path);
}

static int64_t
time_limit(struct crm_store *store)
{
	struct crm_buf b = { 0 };
	int64_t n = crm_session_setting(store, "hooks.timeout", &b) ?
	    strtoll(crm_buf_cstr(&b), NULL, 10) : LIMIT;
	crm_buf_release(&b);
	return n;
}

void
crm_hooks_find(struct crm_hooks *h, struct crm_cli *cli,
    struct crm_store *store)
{
	struct crm_info info;
	struct stat st;
	char *path;
	*h = (struct crm_hooks){ .cli = cli };
	if (cli->no_hooks || cli->dry ||
	    crm_store_info(store, &info, NULL) != CRM_OK || !info.path)
		return;
	path = realpath(info.path, NULL);
	if (!path || stat(path, &st) < 0 || !S_ISDIR(st.st_mode)) {
		free(path);
		return;
	}
	h->store = path;
	h->pre = find(cli, path, "pre-commit", st.st_uid);
	/* It would hear of what it does itself, without end. */
	if (!is_within("post-commit", path))
		h->post = find(cli, path, "post-commit", st.st_uid);
	if (h->pre || h->post)
		h->limit = time_limit(store);
}

bool
crm_hooks_any(const struct crm_hooks *h)
{
	return h->pre || h->post;
}

/* -- lines ------------------------------------------------------------------ */

static void
flush(struct crm_hooks *h)
{
	size_t at = 0;
	if (!h->fd) {
		int fd = memfd_create("crm-hook", MFD_CLOEXEC);
		h->fd = fd < 0 ? 0 : fd;
		h->failed = h->failed || fd < 0;
	}
	while (at < h->buf.n && !h->failed) {
		ssize_t n = write(h->fd, h->buf.p + at, h->buf.n - at);
		if (n < 0 && errno != EINTR)
			h->failed = true;
		else if (n > 0)
			at += (size_t)n;
	}
	h->buf.n = 0;
}

void
crm_hooks_note(struct crm_hooks *h, struct crm_str json, const char *op)
{
	if (!crm_hooks_any(h) || json.n < 2)
		return;
	crm_buf_add(&h->buf, json.p, json.n - 1);
	crm_buf_printf(&h->buf, ",\"_op\":\"%s\"}\n", op);
	h->lines++;
	if (h->buf.n > FLUSH)
		flush(h);
}

void
crm_hooks_clear(struct crm_hooks *h)
{
	if (h->fd)
		close(h->fd);
	h->fd = 0;
	h->buf.n = 0;
	h->lines = 0;
	h->failed = false;
}

void
crm_hooks_release(struct crm_hooks *h)
{
	crm_hooks_clear(h);
	crm_buf_release(&h->buf);
	crm_buf_release(&h->ended);
	free(h->pre);
	free(h->post);
	free(h->store);
	*h = (struct crm_hooks){ 0 };
}

/* -- running ---------------------------------------------------------------- */

struct env {
	char **v;
	size_t n, cap;
	struct crm_arena mem;
};

static void
add_env(struct env *e, const char *name, struct crm_str value)
{
	struct crm_buf b = { 0 };
	crm_buf_printf(&b, "%s=%.*s", name, CRM_FMT(value));
	crm_grow(&e->v, &e->cap, e->n + 2, sizeof(*e->v));
	e->v[e->n++] = (char *)crm_arena_str(&e->mem, crm_buf_view(&b)).p;
	e->v[e->n] = NULL;
	crm_buf_release(&b);
}

/* The user's environment without what changes how programs are loaded, and
 * with what the hook wants to know. */
static void
make_env(struct env *e, const struct crm_hooks *h, const char *name,
    const char *cause, uint64_t rev)
{
	static const char *const without[] = { "LD_", "GIT_", "CRM_CAUSE=",
		"CRM_STORE=", "CRM_ACTOR=", "CRM_REV=", "CRM_HOOK=",
		"CRM_HOOK_STORE=" };
	struct crm_buf b = { 0 };
	for (char **p = environ; p && *p; p++) {
		bool drop = false;
		for (size_t i = 0; i < CRM_LEN(without) && !drop; i++)
			drop = strncmp(*p, without[i],
			    strlen(without[i])) == 0;
		if (drop)
			continue;
		crm_grow(&e->v, &e->cap, e->n + 2, sizeof(*e->v));
		e->v[e->n++] = *p;
	}
	crm_buf_u64(&b, rev);
	add_env(e, "CRM_HOOK", crm_str_z(name));
	add_env(e, "CRM_HOOK_STORE", crm_str_z(h->store));
	add_env(e, "CRM_CAUSE", crm_str_z(cause));
	add_env(e, "CRM_STORE", crm_str_z(h->store));
	add_env(e, "CRM_ACTOR", crm_str_z(crm_cli_actor(h->cli)));
	add_env(e, "CRM_REV", crm_buf_view(&b));
	crm_buf_release(&b);
}

/* Nothing of the store is inherited: stdin is the lines, stdout goes where
 * stderr goes, all else is closed. A group of its own: what the hook started
 * ends with it when its time is over. */
static int
spawn(const struct crm_hooks *h, char *path, char **env, pid_t *pid)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	sigset_t set;
	char *argv[] = { path, NULL };
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, h->fd, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&fa, STDERR_FILENO, STDOUT_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&fa, STDERR_FILENO + 1);
	posix_spawnattr_init(&at);
	posix_spawnattr_setsigdefault(&at, &set);
	posix_spawnattr_setpgroup(&at, 0);
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGDEF |
	    POSIX_SPAWN_SETPGROUP);
	int rc = posix_spawn(pid, path, &fa, &at, argv, env);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&at);
	return rc;
}

static void
rest(int64_t ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = (long)ms * 1000000 }, NULL);
}

/* Waits a time (0: without end), more and more seldom; false when it is over.
 * A signal that ends us ends the hook. */
static bool
wait_for(pid_t pid, int64_t ms, int *status)
{
	int64_t step = 1;
	int told = crm_interrupt_which();
	for (int64_t left = ms; ms == 0 || left > 0; left -= step) {
		pid_t p = waitpid(pid, status, WNOHANG);
		if (p == pid)
			return true;
		if (p < 0 && errno != EINTR) {
			*status = 0xff00;
			return true;
		}
		if (crm_interrupt_which() != told) {
			told = crm_interrupt_which();
			kill(-pid, told);
		}
		rest(step);
		step = step < 50 ? step + 1 : 50;
	}
	return false;
}

/* Ends the hook and what it started: first they are asked. */
static void
end_group(pid_t pid, int *status)
{
	bool gone = false;
	kill(-pid, SIGTERM);
	for (int64_t left = GRACE_MS; left > 0 && (!gone ||
	    kill(-pid, 0) == 0); left -= 20) {
		gone = gone || waitpid(pid, status, WNOHANG) == pid;
		rest(20);
	}
	kill(-pid, SIGKILL);
	while (!gone && waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
}

/* How the hook ended, in words where that is not 0; SYSTEM when it could not be
 * run. */
static enum crm_status
run(struct crm_hooks *h, char *path, const char *name, const char *cause,
    uint64_t rev, struct crm_err *err)
{
	struct env e = { 0 };
	pid_t pid;
	int status = 0, rc = 0;
	crm_buf_clear(&h->ended);
	flush(h);
	if (h->failed || lseek(h->fd, 0, SEEK_SET) < 0)
		return crm_err_sys(err, "hook.run", _("cannot run '%s'"),
		    path);
	make_env(&e, h, name, cause, rev);
	rc = spawn(h, path, e.v, &pid);
	free(e.v);
	crm_arena_release(&e.mem);
	if (rc) {
		errno = rc;
		return crm_err_sys(err, "hook.run", _("cannot run '%s'"),
		    path);
	}
	if (!wait_for(pid, h->limit * 1000, &status)) {
		end_group(pid, &status);
		crm_buf_printf(&h->ended, _("no answer within %" PRId64
		    " seconds"), h->limit);
	} else if (WIFSIGNALED(status)) {
		crm_buf_printf(&h->ended, _("ended by signal %d"),
		    WTERMSIG(status));
	} else if (WEXITSTATUS(status)) {
		crm_buf_printf(&h->ended, _("exit status %d"),
		    WEXITSTATUS(status));
	}
	return CRM_OK;
}

enum crm_status
crm_hooks_ask(struct crm_hooks *h, const char *cause, uint64_t rev,
    struct crm_err *err)
{
	if (!h->pre || !h->lines)
		return CRM_OK;
	enum crm_status st = run(h, h->pre, "pre-commit", cause, rev, err);
	if (!st && h->ended.n)
		return crm_err_set(err, CRM_INVALID, "hook.veto",
		    _("refused by the store's pre-commit hook (%s)"),
		    crm_buf_cstr(&h->ended));
	return st;
}

void
crm_hooks_tell(struct crm_hooks *h, const char *cause, uint64_t rev)
{
	struct crm_err err = { 0 };
	if (!h->post || !h->lines)
		return;
	if (run(h, h->post, "post-commit", cause, rev, &err))
		crm_cli_warn(h->cli, "hook.run", "%s", err.msg);
	else if (h->ended.n)
		crm_cli_warn(h->cli, "hook.post", _("the store's post-commit"
		    " hook failed (%s); what it heard of is stored"),
		    crm_buf_cstr(&h->ended));
}
