#include "store/git_repo.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <git2.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

struct crm_git_repo {
	git_repository *repo;	/* NULL: libgit2 was not needed yet */
	git_odb *odb;
	char *path, *packs;
	struct crm_git_packset *set;	/* NULL: not looked at */
	bool own;		/* a mirror of ours: try without libgit2 */
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
set_paths(struct crm_git_repo *r, const char *path)
{
	struct crm_buf b = { 0 };
	struct crm_str p = crm_str_z(path);
	while (p.n > 1 && p.p[p.n - 1] == '/')
		p.n--;
	r->path = crm_strdup(p);
	crm_buf_printf(&b, "%s/objects/pack", r->path);
	crm_buf_cstr(&b);
	r->packs = crm_buf_detach(&b, NULL);
}

static enum crm_status
open_git(struct crm_git_repo *r, const char *path, struct crm_err *err)
{
	enum crm_status st = begin(err);
	if (st)
		return st;
	int rc = git_repository_open_ext(&r->repo, path,
	    GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (!rc)
		rc = git_repository_odb(&r->odb, r->repo);
	if (!rc)
		return CRM_OK;
	st = git_err(rc, rc == GIT_ENOTFOUND ? "git.missing" : "git.open",
	    path, err);
	git_repository_free(r->repo);
	r->repo = NULL;
	git_libgit2_shutdown();
	return st;
}

/* For what libgit2 alone can do. */
static enum crm_status
need_git(struct crm_git_repo *r, struct crm_err *err)
{
	return r->repo ? CRM_OK : open_git(r, r->path, err);
}

enum crm_status
crm_git_repo_open(const char *path, struct crm_git_repo **out,
    struct crm_err *err)
{
	struct crm_git_repo *r = crm_zalloc(sizeof(*r));
	enum crm_status st = open_git(r, path, err);
	*out = st ? NULL : r;
	if (st)
		free(r);
	else
		set_paths(r, git_repository_path(r->repo));
	return st;
}

enum crm_status
crm_git_repo_own(const char *path, struct crm_git_repo **out,
    struct crm_err *err)
{
	struct crm_git_repo *r = crm_zalloc(sizeof(*r));
	struct stat sb;
	enum crm_status st = CRM_OK;
	*out = NULL;
	if (lstat(path, &sb) < 0)
		st = errno == ENOENT ? crm_err_set(err, CRM_NOTFOUND,
		    "git.missing", "'%s'", path) : crm_err_sys(err,
		    "git.open", "'%s'", path);
	else if (!S_ISDIR(sb.st_mode) || sb.st_uid != geteuid())
		st = crm_err_set(err, CRM_SYSTEM, "git.open",
		    _("'%s' is not a directory of ours"), path);
	if (st) {
		free(r);
		return st;
	}
	r->own = true;
	set_paths(r, path);
	*out = r;
	return CRM_OK;
}

void
crm_git_repo_close(struct crm_git_repo *r)
{
	if (!r)
		return;
	if (r->repo) {
		git_odb_free(r->odb);
		git_repository_free(r->repo);
		git_libgit2_shutdown();
	}
	crm_git_packset_close(r->set);
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

static bool
read_file(const struct crm_git_repo *r, const char *name, struct crm_buf *out)
{
	struct crm_buf path = { 0 };
	crm_buf_printf(&path, "%s/%s", r->path, name);
	bool good = crm_buf_read_file(out, crm_buf_cstr(&path)) == 0;
	crm_buf_release(&path);
	return good;
}

/* The configuration that create() wrote needs no more of git's syntax. */
bool
crm_git_repo_config(struct crm_git_repo *r, const char *key,
    struct crm_buf *out)
{
	struct crm_buf text = { 0 };
	struct crm_str rest, line;
	bool inside = false, found = false;
	if (read_file(r, "config", &text))
		rest = crm_buf_view(&text);
	else
		return false;
	while (!found && crm_str_split(&rest, '\n', &line)) {
		line = crm_str_trim(line);
		size_t eq = crm_str_chr(line, '=');
		if (line.n && line.p[0] == '[')
			inside = crm_str_is(line, "[crm]");
		found = inside && eq < line.n && crm_str_is(crm_str_trim(
		    crm_str_sub(line, 0, eq)), key);
		if (found)
			crm_buf_str(out, crm_str_trim(crm_str_sub(line,
			    eq + 1, SIZE_MAX)));
	}
	crm_buf_release(&text);
	return found;
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

/* A reference that is a file of its own. */
static bool
read_ref(const struct crm_git_repo *r, const char *name,
    struct crm_git_oid *out)
{
	struct crm_buf text = { 0 };
	bool good = r->own && read_file(r, name, &text) &&
	    crm_git_unhex(crm_str_trim(crm_buf_view(&text)), out);
	crm_buf_release(&text);
	return good;
}

enum crm_status
crm_git_repo_ref(struct crm_git_repo *r, const char *name,
    struct crm_git_oid *out, bool *has, struct crm_err *err)
{
	git_oid g;
	*has = read_ref(r, name, out);
	enum crm_status st = *has ? CRM_OK : need_git(r, err);
	if (*has || st)
		return st;
	int rc = git_reference_name_to_id(&g, r->repo, name);
	*has = rc == 0;
	if (!rc)
		from_git(&g, out);
	return rc && rc != GIT_ENOTFOUND && rc != GIT_EUNBORNBRANCH ?
	    git_err(rc, "git.ref", name, err) : CRM_OK;
}

/* Git's own way: a lock beside it, made exclusively, becomes the file. False:
 * let libgit2 see to it. */
static bool
move_file(const struct crm_git_repo *r, const char *name,
    const struct crm_git_oid *to, const struct crm_git_oid *old)
{
	struct crm_buf path = { 0 }, lock = { 0 };
	struct crm_git_oid now;
	char hex[42];
	crm_buf_printf(&path, "%s/%s", r->path, name);
	crm_buf_printf(&lock, "%s/%s.lock", r->path, name);
	crm_git_hex(to, hex);
	hex[40] = '\n';
	int fd = open(crm_buf_cstr(&lock), O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	bool good = fd >= 0 && read_ref(r, name, &now) &&
	    memcmp(now.b, old->b, sizeof(now.b)) == 0 &&
	    write(fd, hex, 41) == 41 && fsync(fd) == 0 &&
	    rename(lock.p, crm_buf_cstr(&path)) == 0;
	if (fd >= 0 && !good)
		unlink(lock.p);
	if (fd >= 0)
		close(fd);
	char *slash = strrchr(path.p, '/');
	*slash = '\0';
	fd = good ? open(path.p, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	good = good && fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	crm_buf_release(&path);
	crm_buf_release(&lock);
	return good;
}

enum crm_status
crm_git_repo_move(struct crm_git_repo *r, const char *name,
    const struct crm_git_oid *to, const struct crm_git_oid *old,
    struct crm_err *err)
{
	git_reference *ref = NULL;
	git_oid want = { 0 }, had = { 0 };	/* had zero: not there */
	if (r->own && old && move_file(r, name, to, old))
		return CRM_OK;
	enum crm_status st = need_git(r, err);
	if (st)
		return st;
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
	enum crm_status st = need_git(r, err);
	if (st)
		return st;
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
	enum crm_status st = need_git(r, err);
	if (st)
		return st;
	int rc = git_reference_list(&names, r->repo);
	st = rc ? git_err(rc, "git.ref", r->path, err) :
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
	enum crm_status st = CRM_OK;
	if (r->own && !r->set)
		st = crm_git_packset_open(r->packs, &r->set, err);
	if (!st && r->set && crm_git_packset_read(r->set, oid, kind, out))
		return CRM_OK;
	if (!st)
		st = need_git(r, err);
	if (st)
		return st;
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
	crm_git_packset_close(r->set);
	r->set = NULL;
	int rc = r->repo ? git_odb_refresh(r->odb) : 0;
	return rc ? git_err(rc, "git.read", r->path, err) : CRM_OK;
}
