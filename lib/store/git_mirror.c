/* Bringing the mirror up to date: lock, repository, syncer, forgetting. */
#include "store/git_mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/git_sync.h"

struct paths {
	struct crm_buf repo, lock, vault;
};

static void
set_paths(struct paths *p, const char *store)
{
	crm_buf_printf(&p->repo, "%s/mirror.git", store);
	crm_buf_printf(&p->lock, "%s/mirror.lock", store);
	crm_buf_printf(&p->vault, "%s/vault", store);
	crm_buf_cstr(&p->repo);
	crm_buf_cstr(&p->lock);
	crm_buf_cstr(&p->vault);
}

static void
release_paths(struct paths *p)
{
	crm_buf_release(&p->repo);
	crm_buf_release(&p->lock);
	crm_buf_release(&p->vault);
}

/* One syncer at a time; the lock goes with its process. */
static enum crm_status
take_lock(const char *path, int64_t wait_ms, int *out, struct crm_err *err)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000000L };
	*out = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*out < 0)
		return crm_err_sys(err, "git.lock", "'%s'", path);
	while (flock(*out, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return crm_err_sys(err, "git.lock", "'%s'", path);
		if (wait_ms <= 0)
			return crm_err_set(err, CRM_BUSY, "git.busy",
			    _("another program is writing the mirror"));
		nanosleep(&pause, NULL);
		wait_ms -= 10;
	}
	return CRM_OK;
}

/* The directory's owner alone: git refuses other people's repositories. */
static enum crm_status
check_owner(const char *store, struct crm_err *err)
{
	struct stat sb;
	if (stat(store, &sb) == 0 && sb.st_uid == geteuid())
		return CRM_OK;
	return crm_err_set(err, CRM_SYSTEM, "git.owner",
	    _("the mirror is written by the store's owner alone"));
}

static enum crm_status
create(const struct paths *p, const struct crm_info *i, bool sealed,
    struct crm_err *err)
{
	struct crm_buf config = { 0 };
	/* Wherever git looks at the store from, the path has to be a whole one. */
	char *store = realpath(i->path, NULL);
	crm_buf_printf(&config, "[crm]\n\tstore = %s\n\tkind = %s\n"
	    "[gc]\n\tauto = 0\n", i->uuid, sealed ? "sealed" : "plain");
	if (sealed && store && !strpbrk(store, "'\\\"\n"))
		crm_buf_printf(&config, "[diff \"crm\"]\n\ttextconv = "
		    "crm-history -s '%s' textconv\n", store);
	enum crm_status st = crm_git_repo_create(p->repo.p,
	    crm_buf_view(&config), sealed ? CRM_STR("*.sealed diff=crm\n"
	    "store/* diff=crm\n") : CRM_STR(""), err);
	crm_buf_release(&config);
	free(store);
	return st;
}

/* Is it this store's, and of the kind that is wished? */
static enum crm_status
check_repo(struct crm_git_repo *r, const struct crm_info *i, bool any,
    bool *sealed, struct crm_err *err)
{
	struct crm_buf b = { 0 };
	enum crm_status st = CRM_OK;
	if (!crm_git_repo_config(r, "store", &b) ||
	    !crm_str_is(crm_buf_view(&b), i->uuid))
		st = crm_err_set(err, CRM_SYSTEM, "git.other",
		    _("'%s' is not this store's mirror: move it away"),
		    crm_git_repo_path(r));
	crm_buf_clear(&b);
	bool is = crm_git_repo_config(r, "kind", &b) &&
	    crm_str_is(crm_buf_view(&b), "sealed");
	if (!st && any)
		*sealed = is;
	if (!st && is != *sealed)
		st = crm_err_set(err, CRM_SYSTEM, "git.kind", *sealed ?
		    _("'%s' is readable, a sealed one is wished: move it away")
		    : _("'%s' is sealed, a readable one is wished: move it "
		    "away"), crm_git_repo_path(r));
	crm_buf_release(&b);
	return st;
}

static enum crm_status
open_repo(struct crm_git_sync *y, const struct paths *p,
    struct crm_err *err)
{
	struct crm_info i;
	bool sealed = y->opts->sealed;
	enum crm_status st = crm_store_info(y->store, &i, err);
	if (st)
		return st;
	crm_git_repo_tidy(p->repo.p);
	st = crm_git_repo_own(p->repo.p, &y->repo, err);
	if (st == CRM_NOTFOUND) {
		st = create(p, &i, sealed, err);
		if (!st)
			st = crm_git_repo_own(p->repo.p, &y->repo, err);
	}
	if (!st)
		st = check_repo(y->repo, &i, y->opts->any_kind, &sealed,
		    err);
	if (!st && sealed)
		st = crm_git_vault_open(p->vault.p, true, &y->vault, err);
	return st;
}

/* What is noted as erased goes out of the history; sealed: its keys go. */
static enum crm_status
forget(struct crm_git_sync *y, struct crm_err *err)
{
	uint64_t *no = NULL;
	size_t n = 0;
	const char *path = crm_git_repo_path(y->repo);
	enum crm_status st = crm_git_marked(path, &no, &n, err);
	if (!st && n && y->vault)
		st = crm_git_vault_destroy(y->vault, no, n, err);
	else if (!st && n)
		st = crm_git_gc_hold(path, y->opts->wait_ms, err);
	if (!st && n && !y->vault) {
		st = crm_git_forget(y->store, path, no, n,
		    &y->stats->forgotten, err);
		crm_git_gc_let(path);
	}
	if (!st && n)
		st = crm_git_unmark(path, err);
	free(no);
	return st;
}

struct pending {
	uint64_t after, n, max;
};

static bool
count_changes(void *ctx, const struct crm_commit *c)
{
	struct pending *p = ctx;
	if (c->rev <= p->after)
		return false;
	p->n += c->changes + 1;
	return p->n <= p->max;
}

/* More work than the caller wants to do? */
static enum crm_status
is_too_much(struct crm_git_sync *y, bool *much, struct crm_err *err)
{
	struct pending p = { .after = y->rev, .max = y->opts->changes };
	*much = false;
	if (!p.max)
		return CRM_OK;
	enum crm_status st = crm_store_commits(y->store, 0, count_changes, &p,
	    err);
	*much = p.n > p.max;
	return st;
}

/* For those who want to know without libgit2; nothing rests on it. */
static void
say_rev(const struct paths *p, uint64_t rev)
{
	struct crm_buf b = { 0 };
	crm_buf_printf(&b, "%s/crm-rev", p->repo.p);
	int fd = open(crm_buf_cstr(&b), O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0) {
		dprintf(fd, "%" PRIu64 "\n", rev);
		close(fd);
	}
	crm_buf_release(&b);
}

static enum crm_status
sync_once(struct crm_git_sync *y, const struct paths *p,
    struct crm_err *err)
{
	struct crm_at now = { CRM_AT_NOW, 0 };
	uint64_t rev;
	enum crm_status st = open_repo(y, p, err);
	if (!st)
		st = forget(y, err);
	if (!st)
		st = crm_git_sync_begin(y, err);
	y->fresh = !y->has_head;
	if (!st)
		st = crm_store_at(y->store, now, &rev, err);
	if (!st && rev < y->rev)
		st = crm_err_set(err, CRM_SYSTEM, "git.ahead",
		    _("the mirror is at revision %" PRIu64 ", the store at %"
		    PRIu64 ": an older store was put back; move '%s' away"),
		    y->rev, rev, p->repo.p);
	if (!st)
		st = is_too_much(y, &y->stats->left, err);
	if (!st && !y->stats->left)
		st = crm_git_sync_run(y, rev, err);
	if (!st && !y->stats->left)
		st = forget(y, err);
	if (!st && !y->stats->left)
		st = crm_git_repack(y->repo, err);
	y->stats->rev = y->rev;
	if (!st)
		say_rev(p, y->rev);
	return st;
}

/* Somebody whose change came while we held the lock has left it to us: so look
 * once more after it is free. */
enum crm_status
crm_git_mirror(struct crm_store *s, const struct crm_git_opts *o,
    struct crm_git_stats *out, struct crm_err *err)
{
	struct crm_info info;
	struct paths p = { 0 };
	struct crm_at now = { CRM_AT_NOW, 0 };
	uint64_t rev = 0;
	*out = (struct crm_git_stats){ 0 };
	enum crm_status st = crm_store_info(s, &info, err);
	if (!st)
		st = check_owner(info.path, err);
	if (st)
		return st;
	set_paths(&p, info.path);
	do {
		struct crm_git_sync y = { .store = s, .opts = o,
			.stats = out, .row = crm_batch_new(),
			.row2 = crm_batch_new() };
		int lock = -1;
		st = take_lock(p.lock.p, o->wait_ms, &lock, err);
		if (!st)
			st = sync_once(&y, &p, err);
		crm_git_sync_release(&y);
		if (lock >= 0)
			close(lock);
		if (!st)
			st = crm_store_at(s, now, &rev, err);
	} while (!st && !out->left && rev > out->rev);
	release_paths(&p);
	return st;
}
