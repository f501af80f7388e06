#include "store/git_repo.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <git2.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

struct crm_git_repo {
	git_repository *repo;
	git_odb *odb;
	char *path, *packs;
};

static enum crm_status
git_err(int rc, const char *id, const char *what, struct crm_err *err)
{
	const git_error *e = git_error_last();
	enum crm_status code = rc == GIT_ENOTFOUND ? CRM_NOTFOUND :
	    rc == GIT_EMODIFIED ? CRM_CONFLICT : CRM_SYSTEM;
	crm_err_set(err, code, id, "%s: %s", what, e && e->message ?
	    e->message : _("unknown error"));
	return code;
}

/* Nobody's configuration is read, references are synced. After exec only:
 * libgit2's state does not survive a fork. */
static enum crm_status
begin(struct crm_err *err)
{
	static const int levels[] = { GIT_CONFIG_LEVEL_SYSTEM,
		GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL,
		GIT_CONFIG_LEVEL_PROGRAMDATA };
	int rc = git_libgit2_init();
	if (rc < 0)
		return git_err(rc, "git.open", _("cannot start libgit2"), err);
	for (size_t i = 0; i < CRM_LEN(levels) && rc >= 0; i++)
		rc = git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i],
		    "/nonexistent");
	if (rc >= 0)
		rc = git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	if (rc >= 0)
		return CRM_OK;
	enum crm_status st = git_err(rc, "git.open",
	    _("cannot set libgit2 up"), err);
	git_libgit2_shutdown();
	return st;
}

static void
set_paths(struct crm_git_repo *r)
{
	struct crm_buf b = { 0 };
	struct crm_str p = crm_str_z(git_repository_path(r->repo));
	while (p.n > 1 && p.p[p.n - 1] == '/')
		p.n--;
	r->path = crm_strdup(p);
	crm_buf_printf(&b, "%s/objects/pack", r->path);
	crm_buf_cstr(&b);
	r->packs = crm_buf_detach(&b, NULL);
}

enum crm_status
crm_git_repo_open(const char *path, struct crm_git_repo **out,
    struct crm_err *err)
{
	struct crm_git_repo *r = crm_zalloc(sizeof(*r));
	enum crm_status st = begin(err);
	*out = NULL;
	if (st) {
		free(r);
		return st;
	}
	int rc = git_repository_open_ext(&r->repo, path,
	    GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (!rc)
		rc = git_repository_odb(&r->odb, r->repo);
	if (rc) {
		st = git_err(rc, rc == GIT_ENOTFOUND ? "git.missing" :
		    "git.open", path, err);
		crm_git_repo_close(r);
		return st;
	}
	set_paths(r);
	*out = r;
	return CRM_OK;
}

void
crm_git_repo_close(struct crm_git_repo *r)
{
	if (!r)
		return;
	git_odb_free(r->odb);
	git_repository_free(r->repo);
	git_libgit2_shutdown();
	free(r->path);
	free(r->packs);
	free(r);
}

const char *
crm_git_repo_path(const struct crm_git_repo *r)
{
	return r->path;
}

const char *
crm_git_repo_packs(const struct crm_git_repo *r)
{
	return r->packs;
}

bool
crm_git_repo_config(struct crm_git_repo *r, const char *key,
    struct crm_buf *out)
{
	git_config *c = NULL, *snap = NULL;
	const char *v = NULL;
	int rc = git_repository_config(&c, r->repo);
	if (!rc)
		rc = git_config_snapshot(&snap, c);
	if (!rc)
		rc = git_config_get_string(&v, snap, key);
	if (!rc)
		crm_buf_z(out, v);
	git_config_free(snap);
	git_config_free(c);
	return rc == 0;
}

/* -- making one -------------------------------------------------------------- */

static enum crm_status
append_file(const char *dir, const char *name, struct crm_str text,
    struct crm_err *err)
{
	struct crm_buf path = { 0 };
	enum crm_status st = CRM_OK;
	crm_buf_printf(&path, "%s/%s", dir, name);
	int fd = open(crm_buf_cstr(&path), O_WRONLY | O_APPEND | O_CREAT |
	    O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n ||
	    fsync(fd) < 0)
		st = crm_err_sys(err, "git.create", "'%s'", path.p);
	if (fd >= 0)
		close(fd);
	crm_buf_release(&path);
	return st;
}

/* Half a repository of a killed run; known names only, no deeper than git's. */
static void
remove_half(const char *path)
{
	static const char *const files[] = { "HEAD", "config", "description",
		"info/exclude", "info/attributes", "hooks/README.sample" };
	static const char *const dirs[] = { "info", "hooks", "objects/info",
		"objects/pack", "objects", "refs/heads", "refs/tags", "refs",
		"" };
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < CRM_LEN(files) + CRM_LEN(dirs); i++) {
		bool file = i < CRM_LEN(files);
		crm_buf_clear(&b);
		crm_buf_printf(&b, "%s/%s", path, file ? files[i] :
		    dirs[i - CRM_LEN(files)]);
		if (file)
			unlink(crm_buf_cstr(&b));
		else
			rmdir(crm_buf_cstr(&b));
	}
	crm_buf_release(&b);
}

enum crm_status
crm_git_repo_create(const char *path, struct crm_str config,
    struct crm_str attributes, struct crm_err *err)
{
	git_repository_init_options o = GIT_REPOSITORY_INIT_OPTIONS_INIT;
	git_repository *repo = NULL;
	struct crm_buf temp = { 0 };
	enum crm_status st = begin(err);
	if (st)
		return st;
	crm_buf_printf(&temp, "%s.new", path);
	crm_buf_cstr(&temp);
	remove_half(temp.p);
	o.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKDIR;
	o.mode = GIT_REPOSITORY_INIT_SHARED_UMASK;
	o.initial_head = "main";
	int rc = git_repository_init_ext(&repo, temp.p, &o);
	if (rc)
		st = git_err(rc, "git.create", temp.p, err);
	git_repository_free(repo);
	git_libgit2_shutdown();
	if (!st)
		st = append_file(temp.p, "config", config, err);
	if (!st && attributes.n)
		st = append_file(temp.p, "info/attributes", attributes, err);
	if (!st && rename(temp.p, path) < 0)
		st = crm_err_sys(err, "git.create", "'%s'", path);
	crm_buf_release(&temp);
	return st;
}

void
crm_git_repo_tidy(const char *path)
{
	static const char *const left[] = { "refs/heads/main.lock",
		"objects/pack/crm_tmp_pack", "objects/pack/crm_tmp_idx" };
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < CRM_LEN(left); i++) {
		crm_buf_clear(&b);
		crm_buf_printf(&b, "%s/%s", path, left[i]);
		unlink(crm_buf_cstr(&b));
	}
	crm_buf_release(&b);
}

static int
unlock_one(const char *path, const struct stat *sb CRM_UNUSED, int type,
    struct FTW *at CRM_UNUSED)
{
	if (type == FTW_F && crm_str_ends(crm_str_z(path), CRM_STR(".lock")))
		unlink(path);
	return 0;
}

void
crm_git_repo_unlock(const char *path)
{
	struct crm_buf b = { 0 };
	crm_buf_printf(&b, "%s/refs", path);
	nftw(crm_buf_cstr(&b), unlock_one, 16, FTW_PHYS);
	crm_buf_clear(&b);
	crm_buf_printf(&b, "%s/packed-refs.lock", path);
	unlink(crm_buf_cstr(&b));
	crm_buf_release(&b);
}

/* -- references ---------------------------------------------------------------- */

static void
from_git(const git_oid *g, struct crm_git_oid *out)
{
	memcpy(out->b, g->id, sizeof(out->b));
}

static void
to_git(const struct crm_git_oid *o, git_oid *out)
{
	memcpy(out->id, o->b, sizeof(o->b));
}

enum crm_status
crm_git_repo_ref(struct crm_git_repo *r, const char *name,
    struct crm_git_oid *out, bool *has, struct crm_err *err)
{
	git_oid g;
	int rc = git_reference_name_to_id(&g, r->repo, name);
	*has = rc == 0;
	if (!rc)
		from_git(&g, out);
	return rc && rc != GIT_ENOTFOUND && rc != GIT_EUNBORNBRANCH ?
	    git_err(rc, "git.ref", name, err) : CRM_OK;
}

enum crm_status
crm_git_repo_move(struct crm_git_repo *r, const char *name,
    const struct crm_git_oid *to, const struct crm_git_oid *old,
    struct crm_err *err)
{
	git_reference *ref = NULL;
	git_oid want = { 0 }, had = { 0 };	/* had zero: not there */
	to_git(to, &want);
	if (old)
		to_git(old, &had);
	int rc = git_reference_create_matching(&ref, r->repo, name, &want, 1,
	    &had, NULL);
	git_reference_free(ref);
	return rc ? git_err(rc, rc == GIT_EMODIFIED ? "git.moved" : "git.ref",
	    name, err) : CRM_OK;
}

enum crm_status
crm_git_repo_unref(struct crm_git_repo *r, const char *name,
    struct crm_err *err)
{
	int rc = git_reference_remove(r->repo, name);
	return rc ? git_err(rc, "git.ref", name, err) : CRM_OK;
}

enum crm_status
crm_git_repo_refs(struct crm_git_repo *r,
    enum crm_status (*fn)(void *ctx, const char *name,
    const struct crm_git_oid *oid, struct crm_err *err), void *ctx,
    struct crm_err *err)
{
	git_strarray names = { 0 };
	int rc = git_reference_list(&names, r->repo);
	enum crm_status st = rc ? git_err(rc, "git.ref", r->path, err) :
	    CRM_OK;
	for (size_t i = 0; i < names.count && !st; i++) {
		git_reference *ref = NULL;
		struct crm_git_oid oid;
		rc = git_reference_lookup(&ref, r->repo, names.strings[i]);
		if (rc)
			st = git_err(rc, "git.ref", names.strings[i], err);
		const git_oid *g = st ? NULL : git_reference_target(ref);
		if (g) {
			from_git(g, &oid);
			st = fn(ctx, names.strings[i], &oid, err);
		}
		git_reference_free(ref);
	}
	git_strarray_dispose(&names);
	return st;
}

/* -- objects ------------------------------------------------------------------- */

static enum crm_git_kind
kind_of(git_object_t t)
{
	return t == GIT_OBJECT_COMMIT ? CRM_GIT_COMMIT : t ==
	    GIT_OBJECT_TREE ? CRM_GIT_TREE : t == GIT_OBJECT_BLOB ?
	    CRM_GIT_BLOB : CRM_GIT_DELTA;
}

enum crm_status
crm_git_repo_read(struct crm_git_repo *r, const struct crm_git_oid *oid,
    enum crm_git_kind *kind, struct crm_buf *out, struct crm_err *err)
{
	git_odb_object *o = NULL;
	git_oid g;
	to_git(oid, &g);
	int rc = git_odb_read(&o, r->odb, &g);
	if (rc) {
		char hex[41];
		crm_git_hex(oid, hex);
		git_err(rc, "git.object", hex, err);
		if (err)
			err->code = CRM_CORRUPT;
		return CRM_CORRUPT;
	}
	*kind = kind_of(git_odb_object_type(o));
	crm_buf_clear(out);
	crm_buf_add(out, git_odb_object_data(o), git_odb_object_size(o));
	git_odb_object_free(o);
	return CRM_OK;
}

enum crm_status
crm_git_repo_refresh(struct crm_git_repo *r, struct crm_err *err)
{
	int rc = git_odb_refresh(r->odb);
	return rc ? git_err(rc, "git.read", r->path, err) : CRM_OK;
}

struct each {
	enum crm_status (*fn)(void *ctx, const struct crm_git_oid *oid,
	    struct crm_err *err);
	void *ctx;
	struct crm_err *err;
	enum crm_status st;
};

static int
each_object(const git_oid *g, void *ctx)
{
	struct each *e = ctx;
	struct crm_git_oid oid;
	from_git(g, &oid);
	e->st = e->fn(e->ctx, &oid, e->err);
	return e->st ? GIT_EUSER : 0;
}

enum crm_status
crm_git_repo_each(struct crm_git_repo *r,
    enum crm_status (*fn)(void *ctx, const struct crm_git_oid *oid,
    struct crm_err *err), void *ctx, struct crm_err *err)
{
	struct each e = { .fn = fn, .ctx = ctx, .err = err };
	int rc = git_odb_foreach(r->odb, each_object, &e);
	return e.st ? e.st : rc ? git_err(rc, "git.read", r->path, err) :
	    CRM_OK;
}

/* -- trees --------------------------------------------------------------------- */

bool
crm_git_tree_next(struct crm_str *rest, struct crm_git_item *out, bool *good)
{
	*good = true;
	if (rest->n == 0)
		return false;
	size_t sp = crm_str_chr(*rest, ' ');
	struct crm_str name = crm_str_sub(*rest, sp + 1, SIZE_MAX);
	size_t nul = crm_str_chr(name, '\0');
	*good = sp < rest->n && nul < name.n && name.n - nul > 20;
	if (!*good)
		return false;
	out->mode = crm_str_sub(*rest, 0, sp);
	out->name = crm_str_sub(name, 0, nul);
	out->dir = crm_str_is(out->mode, "40000");
	memcpy(out->oid.b, name.p + nul + 1, 20);
	*rest = crm_str_sub(name, nul + 21, SIZE_MAX);
	return true;
}

void
crm_git_tree_add(struct crm_buf *b, const struct crm_git_item *i)
{
	crm_buf_str(b, i->mode);
	crm_buf_c(b, ' ');
	crm_buf_str(b, i->name);
	crm_buf_c(b, '\0');
	crm_buf_add(b, i->oid.b, 20);
}
