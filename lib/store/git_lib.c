#include "store/git_lib.h"

#include <git2.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

struct crm_git_handle {
	git_repository *repo;
	git_odb *odb;
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
close_git(struct crm_git_handle *h)
{
	git_odb_free(h->odb);
	git_repository_free(h->repo);
	free(h);
	git_libgit2_shutdown();
}

static enum crm_status
open_git(const char *path, struct crm_git_handle **out, struct crm_err *err)
{
	struct stat sb;
	enum crm_status st = begin(err);
	*out = NULL;
	if (st)
		return st;
	struct crm_git_handle *h = crm_zalloc(sizeof(*h));
	int rc = git_repository_open_ext(&h->repo, path,
	    GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (!rc)
		rc = git_repository_odb(&h->odb, h->repo);
	if (!rc) {
		*out = h;
		return CRM_OK;
	}
	/* libgit2 says this in several ways. */
	st = stat(path, &sb) == 0 && sb.st_uid != geteuid() ? crm_err_set(err, CRM_SYSTEM, "git.open",
	    _("'%s' belongs to another user: read a clone of your own"),
	    path) : git_err(rc, rc == GIT_ENOTFOUND ? "git.missing" :
	    "git.open", path, err);
	close_git(h);
	return st;
}

static const char *
path_of(const struct crm_git_handle *h)
{
	return git_repository_path(h->repo);
}

static enum crm_status
create(const char *path, struct crm_err *err)
{
	git_repository_init_options o = GIT_REPOSITORY_INIT_OPTIONS_INIT;
	git_repository *repo = NULL;
	enum crm_status st = begin(err);
	if (st)
		return st;
	o.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKDIR;
	o.mode = GIT_REPOSITORY_INIT_SHARED_UMASK;
	o.initial_head = "main";
	int rc = git_repository_init_ext(&repo, path, &o);
	if (rc)
		st = git_err(rc, "git.create", path, err);
	git_repository_free(repo);
	git_libgit2_shutdown();
	return st;
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

static enum crm_status
find_ref(struct crm_git_handle *h, const char *name, struct crm_git_oid *out,
    bool *has, struct crm_err *err)
{
	git_oid g;
	int rc = git_reference_name_to_id(&g, h->repo, name);
	*has = rc == 0;
	if (!rc)
		from_git(&g, out);
	return rc && rc != GIT_ENOTFOUND && rc != GIT_EUNBORNBRANCH ?
	    git_err(rc, "git.ref", name, err) : CRM_OK;
}

static enum crm_status
move_ref(struct crm_git_handle *h, const char *name,
    const struct crm_git_oid *to, const struct crm_git_oid *old,
    struct crm_err *err)
{
	git_reference *ref = NULL;
	git_oid want = { 0 }, had = { 0 };	/* had zero: not there */
	to_git(to, &want);
	if (old)
		to_git(old, &had);
	int rc = git_reference_create_matching(&ref, h->repo, name, &want, 1,
	    &had, NULL);
	git_reference_free(ref);
	return rc ? git_err(rc, rc == GIT_EMODIFIED ? "git.moved" : "git.ref",
	    name, err) : CRM_OK;
}

static enum crm_status
remove_ref(struct crm_git_handle *h, const char *name, struct crm_err *err)
{
	int rc = git_reference_remove(h->repo, name);
	return rc ? git_err(rc, "git.ref", name, err) : CRM_OK;
}

static enum crm_status
each_ref(struct crm_git_handle *h, enum crm_status (*fn)(void *ctx,
    const char *name, const struct crm_git_oid *oid, struct crm_err *err),
    void *ctx, struct crm_err *err)
{
	git_strarray names = { 0 };
	int rc = git_reference_list(&names, h->repo);
	enum crm_status st = rc ? git_err(rc, "git.ref", path_of(h), err) :
	    CRM_OK;
	for (size_t i = 0; i < names.count && !st; i++) {
		git_reference *ref = NULL;
		struct crm_git_oid oid;
		rc = git_reference_lookup(&ref, h->repo, names.strings[i]);
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

static enum crm_status
read_object(struct crm_git_handle *h, const struct crm_git_oid *oid,
    enum crm_git_kind *kind, struct crm_buf *out, struct crm_err *err)
{
	git_odb_object *o = NULL;
	git_oid g;
	to_git(oid, &g);
	int rc = git_odb_read(&o, h->odb, &g);
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

static enum crm_status
refresh(struct crm_git_handle *h, struct crm_err *err)
{
	int rc = git_odb_refresh(h->odb);
	return rc ? git_err(rc, "git.read", path_of(h), err) : CRM_OK;
}

const struct crm_git_lib *
crm_git_lib(void)
{
	static const struct crm_git_lib lib = { .open = open_git,
		.close = close_git, .path = path_of, .create = create,
		.ref = find_ref, .move = move_ref, .unref = remove_ref,
		.refs = each_ref, .read = read_object, .refresh = refresh };
	return &lib;
}
