/* Is something still there? Every object is looked through, inflated. */
#include "store/git_mirror.h"
#include "store/git_scan.h"

struct search {
	const struct crm_str *needle;
	size_t n;
	void (*fn)(void *ctx, size_t needle, const char *object);
	void *ctx;
	uint64_t objects;
};

static enum crm_status
look(struct crm_git_scan *s, const struct crm_git_oid *oid,
    enum crm_git_kind kind CRM_UNUSED, const struct crm_git_entry *e CRM_UNUSED,
    struct crm_err *err)
{
	struct search *f = s->ctx;
	struct crm_str data;
	char hex[41];
	enum crm_status st = crm_git_scan_data(s, &data, err);
	f->objects++;
	crm_git_hex(oid, hex);
	for (size_t i = 0; i < f->n && !st; i++)
		if (f->needle[i].n && data.n && memmem(data.p, data.n,
		    f->needle[i].p, f->needle[i].n))
			f->fn(f->ctx, i, hex);
	return st;
}

enum crm_status
crm_git_search(const char *path, const struct crm_str *needle, size_t n,
    void (*fn)(void *ctx, size_t needle, const char *object), void *ctx,
    uint64_t *objects, struct crm_err *err)
{
	struct search f = { .needle = needle, .n = n, .fn = fn, .ctx = ctx };
	struct crm_git_scan s = { .fn = look, .ctx = &f };
	enum crm_status st = crm_git_repo_open(path, &s.repo, err);
	if (!st)
		st = crm_git_scan_all(&s, err);
	crm_git_repo_close(s.repo);
	*objects = f.objects;
	return st;
}
