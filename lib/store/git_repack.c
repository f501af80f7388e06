/* Packs of a mirror: which there are, joining small ones by copying their
 * entries as they stand. */
#include "store/git_sync.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum { MANY = 16, JOIN = 8 };

/* Smallest first. */
static int
by_bytes(const void *a, const void *b)
{
	const struct crm_git_packfile *x = a, *y = b;
	int c = (x->bytes > y->bytes) - (x->bytes < y->bytes);
	return c ? c : strcmp(x->name, y->name);
}

static bool
has_file(const char *dir, const char *name, const char *ext, uint64_t *bytes)
{
	struct crm_buf path = { 0 };
	struct stat sb;
	crm_buf_printf(&path, "%s/%s.%s", dir, name, ext);
	bool has = stat(crm_buf_cstr(&path), &sb) == 0;
	if (has && bytes)
		*bytes = (uint64_t)sb.st_size;
	crm_buf_release(&path);
	return has;
}

enum crm_status
crm_git_packs_list(const char *dir, struct crm_git_packfile **out, size_t *n,
    struct crm_err *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	size_t cap = 0;
	*out = NULL;
	*n = 0;
	if (!d)
		return crm_err_sys(err, "git.read", "'%s'", dir);
	while ((e = readdir(d)) != NULL) {
		struct crm_str name = crm_str_z(e->d_name);
		struct crm_git_packfile f;
		if (!crm_str_starts(name, CRM_STR("pack-")) ||
		    !crm_str_ends(name, CRM_STR(".pack")) ||
		    name.n - 5 >= sizeof(f.name))
			continue;
		snprintf(f.name, sizeof(f.name), "%.*s", (int)(name.n - 5),
		    name.p);
		if (!has_file(dir, f.name, "pack", &f.bytes) ||
		    !has_file(dir, f.name, "idx", NULL))
			continue;
		crm_grow(out, &cap, *n + 1, sizeof(**out));
		(*out)[(*n)++] = f;
	}
	closedir(d);
	if (*n)
		qsort(*out, *n, sizeof(**out), by_bytes);
	return CRM_OK;
}

/* What git keeps beside packs to find things faster, and makes again. */
static void
drop_indexes(const char *dir)
{
	static const char *const files[] = { "multi-pack-index",
		"../info/commit-graph", "../info/packs",
		"../info/commit-graphs/commit-graph-chain" };
	struct crm_buf path = { 0 };
	for (size_t i = 0; i < CRM_LEN(files); i++) {
		crm_buf_clear(&path);
		crm_buf_printf(&path, "%s/%s", dir, files[i]);
		unlink(crm_buf_cstr(&path));
	}
	crm_buf_release(&path);
}

/* The index first: without it nobody opens the pack. */
void
crm_git_packs_drop(const char *dir, const struct crm_git_packfile *p,
    size_t n)
{
	static const char *const exts[] = { "idx", "pack", "rev", "bitmap",
		"keep", "mtimes" };
	struct crm_buf path = { 0 };
	if (n)
		drop_indexes(dir);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < CRM_LEN(exts); k++) {
			crm_buf_clear(&path);
			crm_buf_printf(&path, "%s/%s.%s", dir, p[i].name,
			    exts[k]);
			unlink(crm_buf_cstr(&path));
		}
	crm_buf_release(&path);
}

/* Git's own get their index at once, too, but last. */
void
crm_git_packs_orphans(const char *dir)
{
	const struct timespec pause = { .tv_nsec = 200 * 1000000L };
	DIR *d = opendir(dir);
	struct dirent *e;
	while (d && (e = readdir(d)) != NULL) {
		struct crm_git_packfile f = { 0 };
		struct crm_str name = crm_str_z(e->d_name);
		size_t dot = crm_str_chr(name, '.');
		if (!crm_str_starts(name, CRM_STR("pack-")) ||
		    dot == name.n || dot >= sizeof(f.name))
			continue;
		snprintf(f.name, sizeof(f.name), "%.*s", (int)dot, name.p);
		if (has_file(dir, f.name, "idx", NULL))
			continue;
		nanosleep(&pause, NULL);
		if (!has_file(dir, f.name, "idx", NULL))
			crm_git_packs_drop(dir, &f, 1);
	}
	if (d)
		closedir(d);
}

struct join {
	struct crm_git_repo *repo;
	struct crm_git_pack *out;
	struct crm_buf buf;
};

/* Deltas whose base is elsewhere become whole objects. */
static enum crm_status
copy_entry(void *ctx, const struct crm_git_entry *e, struct crm_err *err)
{
	struct join *j = ctx;
	struct crm_git_obj o = { 0 };
	bool copied;
	enum crm_status st = crm_git_pack_copy(j->out, e, &copied, err);
	if (st || copied)
		return st;
	st = crm_git_repo_read(j->repo, &e->oid, &o.kind, &j->buf, err);
	o.data = crm_buf_view(&j->buf);
	if (!st && o.kind == CRM_GIT_DELTA)	/* a tag */
		return crm_err_set(err, CRM_SYSTEM, "git.object",
		    _("an object of an unknown kind"));
	return st ? st : crm_git_pack_add(j->out, &o, 1, err);
}

/* The smallest ones, and larger ones as long as they are not much larger than
 * what they are joined with: each object is copied a few times at most. */
static size_t
choose(const struct crm_git_packfile *p, size_t n)
{
	uint64_t sum = 0;
	size_t i = 0;
	if (n < MANY)
		return 0;
	while (i < n && (i < JOIN || p[i].bytes < 2 * sum))
		sum += p[i++].bytes;
	return i;
}

enum crm_status
crm_git_repack(struct crm_git_repo *r, struct crm_err *err)
{
	const char *dir = crm_git_repo_packs(r);
	struct crm_git_packfile *p;
	struct join j = { .repo = r };
	size_t n;
	enum crm_status st = crm_git_packs_list(dir, &p, &n, err);
	size_t k = st ? 0 : choose(p, n);
	if (k)
		st = crm_git_pack_new(dir, &j.out, err);
	for (size_t i = 0; i < k && !st; i++)
		st = crm_git_pack_each(dir, p[i].name, copy_entry, &j, err);
	if (st)
		crm_git_pack_abort(j.out);
	else if (k)
		st = crm_git_pack_finish(j.out, NULL, err);
	if (!st)
		crm_git_packs_drop(dir, p, k);
	crm_buf_release(&j.buf);
	free(p);
	return st ? st : crm_git_repo_refresh(r, err);
}
