#include "store/git_repo.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/git_lib.h"

struct crm_git_repo {
	struct crm_git_handle *git;	/* NULL: libgit2 was not needed yet */
	char *path, *packs;
	struct crm_git_packset *set;	/* NULL: not looked at */
	bool own;		/* a mirror of ours: try without libgit2 */
};

/* The program that has libgit2 is to be run instead. */
static enum crm_status
no_lib(struct crm_err *err)
{
	return crm_err_set(err, CRM_SYSTEM, "git.lib",
	    _("this needs a program with libgit2"));
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

/* For what libgit2 alone can do. */
static enum crm_status
need_git(struct crm_git_repo *r, struct crm_err *err)
{
	const struct crm_git_lib *lib = crm_git_lib();
	return r->git ? CRM_OK : lib ? lib->open(r->path, &r->git, err) :
	    no_lib(err);
}

enum crm_status
crm_git_repo_open(const char *path, struct crm_git_repo **out,
    struct crm_err *err)
{
	const struct crm_git_lib *lib = crm_git_lib();
	struct crm_git_handle *git;
	*out = NULL;
	enum crm_status st = lib ? lib->open(path, &git, err) : no_lib(err);
	if (st)
		return st;
	*out = crm_zalloc(sizeof(**out));
	(*out)->git = git;
	set_paths(*out, lib->path(git));
	return CRM_OK;
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
	/* Without it no git takes the directory for a repository. */
	struct crm_buf head = { 0 };
	crm_buf_printf(&head, "%s/HEAD", r->path);
	if (lstat(crm_buf_cstr(&head), &sb) < 0) {
		st = crm_err_set(err, CRM_SYSTEM, "git.open",
		    _("'%s' has no HEAD: move it away"), path);
		crm_git_repo_close(r);
		*out = NULL;
	}
	crm_buf_release(&head);
	return st;
}

void
crm_git_repo_close(struct crm_git_repo *r)
{
	if (!r)
		return;
	if (r->git)
		crm_git_lib()->close(r->git);
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
	const struct crm_git_lib *lib = crm_git_lib();
	struct crm_buf temp = { 0 };
	if (!lib)
		return no_lib(err);
	crm_buf_printf(&temp, "%s.new", path);
	crm_buf_cstr(&temp);
	remove_half(temp.p);
	enum crm_status st = lib->create(temp.p, err);
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
	static const char *const left[] = { "objects/pack/crm_tmp_pack",
		"objects/pack/crm_tmp_idx" };
	struct crm_buf b = { 0 };
	crm_buf_printf(&b, "%s/refs/heads/main.lock", path);
	crm_git_wait_lock(crm_buf_cstr(&b));
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
		crm_git_wait_lock(path);
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
	crm_git_wait_lock(crm_buf_cstr(&b));
	crm_buf_release(&b);
}

/* -- references ---------------------------------------------------------------- */

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
	*has = read_ref(r, name, out);
	enum crm_status st = *has ? CRM_OK : need_git(r, err);
	return *has || st ? st : crm_git_lib()->ref(r->git, name, out, has,
	    err);
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
	if (r->own && old && move_file(r, name, to, old))
		return CRM_OK;
	enum crm_status st = need_git(r, err);
	return st ? st : crm_git_lib()->move(r->git, name, to, old, err);
}

enum crm_status
crm_git_repo_unref(struct crm_git_repo *r, const char *name,
    struct crm_err *err)
{
	enum crm_status st = need_git(r, err);
	return st ? st : crm_git_lib()->unref(r->git, name, err);
}

enum crm_status
crm_git_repo_refs(struct crm_git_repo *r,
    enum crm_status (*fn)(void *ctx, const char *name,
    const struct crm_git_oid *oid, struct crm_err *err), void *ctx,
    struct crm_err *err)
{
	enum crm_status st = need_git(r, err);
	return st ? st : crm_git_lib()->refs(r->git, fn, ctx, err);
}

/* -- objects ------------------------------------------------------------------- */

enum crm_status
crm_git_repo_read(struct crm_git_repo *r, const struct crm_git_oid *oid,
    enum crm_git_kind *kind, struct crm_buf *out, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	if (r->own && !r->set)
		st = crm_git_packset_open(r->packs, &r->set, err);
	if (!st && r->set && crm_git_packset_read(r->set, oid, kind, out))
		return CRM_OK;
	if (!st)
		st = need_git(r, err);
	return st ? st : crm_git_lib()->read(r->git, oid, kind, out, err);
}

enum crm_status
crm_git_repo_refresh(struct crm_git_repo *r, struct crm_err *err)
{
	crm_git_packset_close(r->set);
	r->set = NULL;
	return r->git ? crm_git_lib()->refresh(r->git, err) : CRM_OK;
}
