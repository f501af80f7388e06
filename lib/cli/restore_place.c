#include "cli/restore_place.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static enum crm_status
look(struct crm_restore_place *p, const struct crm_store_opts *o,
    struct crm_err *err)
{
	struct crm_store *s = NULL;
	struct crm_info info = { 0 };
	const char *path = crm_buf_cstr(&p->to);
	/* nothing, or an empty directory, is taken as it is */
	if (rmdir(path) == 0 || errno == ENOENT)
		return CRM_OK;
	enum crm_status st = crm_store_open(path, o, &s, err);
	if (!st)
		st = crm_store_info(s, &info, err);
	crm_store_close(s);
	if (st && err->id && strcmp(err->id, "store.missing") == 0)
		return crm_err_set(err, CRM_SYSTEM, "restore.notempty",
		    _("'%s' holds something that is no store"), path);
	if (!st && info.rev)
		return crm_err_set(err, CRM_SYSTEM, "restore.notempty",
		    _("'%s' holds records already: restore into a new store"),
		    path);
	p->there = true;
	return st;
}

enum crm_status
crm_restore_place_take(struct crm_restore_place *p, const char *path,
    const struct crm_store_opts *o, struct crm_err *err)
{
	crm_buf_z(&p->to, path);
	while (p->to.n > 1 && p->to.p[p->to.n - 1] == '/')
		p->to.n--;
	crm_buf_printf(&p->tmp, "%s.restore-%ld", crm_buf_cstr(&p->to),
	    (long)getpid());
	return look(p, o, err);
}

static enum crm_status
move(struct crm_restore_place *p, const char *name, struct crm_err *err)
{
	struct crm_buf from = { 0 }, to = { 0 };
	enum crm_status st = CRM_OK;
	crm_buf_printf(&from, "%s/%s", crm_buf_cstr(&p->tmp), name);
	crm_buf_printf(&to, "%s/%s", crm_buf_cstr(&p->to), name);
	if (rename(crm_buf_cstr(&from), crm_buf_cstr(&to)) < 0 &&
	    errno != ENOENT)
		st = crm_err_sys(err, "restore.place", _("cannot make '%s'"),
		    crm_buf_cstr(&to));
	crm_buf_release(&from);
	crm_buf_release(&to);
	return st;
}

/* The data last: until then the store in the place is the empty one. */
static enum crm_status
put(struct crm_restore_place *p, struct crm_err *err)
{
	const char *to = crm_buf_cstr(&p->to);
	if (p->there) {
		enum crm_status st = move(p, "files", err);
		return st ? st : move(p, "data.mdb", err);
	}
	if (rename(crm_buf_cstr(&p->tmp), to) == 0)
		return CRM_OK;
	return crm_err_sys(err, "restore.place", _("cannot make '%s'"), to);
}

enum crm_status
crm_restore_place_end(struct crm_restore_place *p, enum crm_status st,
    struct crm_err *err)
{
	enum { FILES = 16 };
	if (!st)
		st = put(p, err);
	if (p->tmp.n && (st || p->there))
		nftw(crm_buf_cstr(&p->tmp), remove_one, FILES,
		    FTW_DEPTH | FTW_PHYS);
	crm_buf_release(&p->to);
	crm_buf_release(&p->tmp);
	return st;
}
