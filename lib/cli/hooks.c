#include "cli/hooks.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "format/json.h"

enum { FLUSH = 1 << 20 };

/* The path of a hook that may run, else NULL. */
static char *
find(const char *store, const char *name, uid_t owner)
{
	struct crm_buf b = { 0 };
	struct stat st;
	crm_buf_printf(&b, "%s/hooks/%s", store, name);
	if (stat(crm_buf_cstr(&b), &st) < 0 || !S_ISREG(st.st_mode) ||
	    !(st.st_mode & S_IXUSR) || st.st_uid != owner ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)))
		crm_buf_release(&b);
	return b.p;
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
	h->pre = find(path, "pre-commit", st.st_uid);
	h->post = find(path, "post-commit", st.st_uid);
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
make_env(struct env *e, const struct crm_hooks *h, const char *cause,
    uint64_t rev)
{
	static const char *const without[] = { "LD_", "GIT_", "CRM_CAUSE=",
		"CRM_STORE=", "CRM_ACTOR=", "CRM_REV=" };
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
	add_env(e, "CRM_CAUSE", crm_str_z(cause));
	add_env(e, "CRM_STORE", crm_str_z(h->store));
	add_env(e, "CRM_ACTOR", crm_str_z(crm_cli_actor(h->cli)));
	add_env(e, "CRM_REV", crm_buf_view(&b));
	crm_buf_release(&b);
}

/* Nothing of the store is inherited: stdin is the lines, stdout goes where
 * stderr goes, all else is closed. */
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
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGDEF);
	int rc = posix_spawn(pid, path, &fa, &at, argv, env);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&at);
	return rc;
}

/* 0, or the exit status (128 + signal), or -1 with errno. */
static int
run(struct crm_hooks *h, char *path, const char *cause, uint64_t rev)
{
	struct env e = { 0 };
	pid_t pid;
	int status = 0;
	flush(h);
	if (h->failed || lseek(h->fd, 0, SEEK_SET) < 0)
		return -1;
	make_env(&e, h, cause, rev);
	int rc = spawn(h, path, e.v, &pid);
	free(e.v);
	crm_arena_release(&e.mem);
	if (rc) {
		errno = rc;
		return -1;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
}

enum crm_status
crm_hooks_ask(struct crm_hooks *h, const char *cause, uint64_t rev,
    struct crm_err *err)
{
	if (!h->pre || !h->lines)
		return CRM_OK;
	int rc = run(h, h->pre, cause, rev);
	if (rc < 0)
		return crm_err_sys(err, "hook.run", _("cannot run '%s'"),
		    h->pre);
	if (rc)
		return crm_err_set(err, CRM_INVALID, "hook.veto",
		    _("refused by the store's pre-commit hook (exit status"
		    " %d)"), rc);
	return CRM_OK;
}

void
crm_hooks_tell(struct crm_hooks *h, const char *cause, uint64_t rev)
{
	if (!h->post || !h->lines)
		return;
	int rc = run(h, h->post, cause, rev);
	if (rc < 0)
		crm_cli_warn(h->cli, "hook.run", _("cannot run '%s': %s"),
		    h->post, strerror(errno));
	else if (rc)
		crm_cli_warn(h->cli, "hook.post", _("the store's post-commit"
		    " hook failed (exit status %d); what it heard of is"
		    " stored"), rc);
}
