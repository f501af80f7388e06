#include "store/git_scan.h"

#include <dirent.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/git_sync.h"

enum crm_status
crm_git_scan_data(struct crm_git_scan *s, struct crm_str *out,
    struct crm_err *err)
{
	enum crm_git_kind kind;
	enum crm_status st = CRM_OK;
	if (!s->have)
		st = s->entry && s->entry->kind != CRM_GIT_DELTA ?
		    crm_git_inflate(s->entry, &s->data, err) :
		    crm_git_repo_read(s->repo, &s->oid, &kind, &s->data, err);
	s->have = true;
	*out = crm_buf_view(&s->data);
	return st;
}

/* What is a delta has to be read to know what it is. */
static enum crm_status
tell(struct crm_git_scan *s, struct crm_err *err)
{
	enum crm_git_kind kind = s->entry ? s->entry->kind : CRM_GIT_DELTA;
	s->have = false;
	if (kind == CRM_GIT_DELTA) {
		enum crm_status st = crm_git_repo_read(s->repo, &s->oid, &kind,
		    &s->data, err);
		if (st)
			return st;
		s->have = true;
	}
	return s->fn(s, &s->oid, kind, s->entry, err);
}

static enum crm_status
each_entry(void *ctx, const struct crm_git_entry *e, struct crm_err *err)
{
	struct crm_git_scan *s = ctx;
	s->entry = e;
	s->oid = e->oid;
	enum crm_status st = tell(s, err);
	s->entry = NULL;
	return st;
}

/* -- loose ones ---------------------------------------------------------------- */

static void
dir_of(const struct crm_git_repo *r, unsigned i, struct crm_buf *out)
{
	crm_buf_clear(out);
	crm_buf_printf(out, "%s/objects/%02x", crm_git_repo_path(r), i);
	crm_buf_cstr(out);
}

static enum crm_status
each_loose(struct crm_git_scan *s, unsigned i, const char *dir,
    struct crm_err *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	enum crm_status st = CRM_OK;
	while (d && !st && (e = readdir(d)) != NULL) {
		char hex[48];
		if (strlen(e->d_name) != 38)
			continue;
		snprintf(hex, sizeof(hex), "%02x%.38s", i, e->d_name);
		if (crm_git_unhex(crm_str_z(hex), &s->oid))
			st = tell(s, err);
	}
	if (d)
		closedir(d);
	return st;
}

void
crm_git_loose_drop(struct crm_git_repo *r, const struct crm_git_oid *keep,
    size_t n)
{
	struct crm_buf dir = { 0 }, path = { 0 };
	for (unsigned i = 0; i < 256; i++) {
		dir_of(r, i, &dir);
		DIR *d = opendir(dir.p);
		struct dirent *e;
		while (d && (e = readdir(d)) != NULL) {
			struct crm_git_oid oid;
			crm_buf_clear(&path);
			crm_buf_printf(&path, "%02x%s", i, e->d_name);
			if (e->d_name[0] == '.' ||
			    (crm_git_unhex(crm_buf_view(&path), &oid) &&
			    crm_git_names_have(keep, n, &oid)))
				continue;
			crm_buf_clear(&path);
			crm_buf_printf(&path, "%s/%s", dir.p, e->d_name);
			unlink(crm_buf_cstr(&path));
		}
		if (d)
			closedir(d);
	}
	crm_buf_release(&dir);
	crm_buf_release(&path);
}

enum crm_status
crm_git_scan_all(struct crm_git_scan *s, struct crm_err *err)
{
	const char *packs = crm_git_repo_packs(s->repo);
	struct crm_git_packfile *p;
	struct crm_buf dir = { 0 };
	size_t n;
	enum crm_status st = crm_git_packs_list(packs, &p, &n, err);
	for (size_t i = 0; i < n && !st; i++)
		st = crm_git_pack_each(packs, p[i].name, each_entry, s, err);
	for (unsigned i = 0; i < 256 && !st; i++) {
		dir_of(s->repo, i, &dir);
		st = each_loose(s, i, dir.p, err);
	}
	crm_buf_release(&dir);
	crm_buf_release(&s->data);
	free(p);
	return st;
}
