/* Which records a transaction touched, and whether they are still as it left
 * them. */
#include "cli/unmerge.h"

#include <stdlib.h>

/* -- which transaction ------------------------------------------------------ */

struct find {
	uint64_t rev, txn;	/* rev 0: the newest */
	bool other;		/* of another program than is wanted */
	bool restored;		/* the restoring of a backup */
	const char *program;
};

static bool
see_commit(void *ctx, const struct crm_commit *c)
{
	struct find *f = ctx;
	if (f->rev && c->rev > f->rev)
		return true;
	if (!f->rev || c->rev == f->rev) {
		f->txn = c->txn;
		f->restored = crm_str_is(c->program, "crm restore");
		f->other = f->program && !crm_str_is(c->program, f->program);
	}
	return false;
}

enum crm_status
crm_undo_find(struct crm_undo *u, struct crm_store *s, const char *which,
    const char *program, struct crm_err *err)
{
	struct find f = { .program = program };
	struct crm_info info = { 0 };
	char *end = NULL;
	if (strcmp(which, "last") != 0) {
		f.rev = strtoull(which, &end, 10);
		if (which[0] < '0' || which[0] > '9' || *end || f.rev == 0)
			return crm_err_set(err, CRM_USAGE, "undo.txn",
			    _("which transaction? a number of 'crm-history log'"
			    " or 'last', not '%s'"), which);
	}
	enum crm_status st = crm_store_commits(s, 0, see_commit, &f, err);
	if (!st && !f.txn && f.rev)
		st = crm_store_info(s, &info, err);
	if (!st && !f.txn && f.rev && f.rev < info.horizon)
		return crm_err_set(err, CRM_VERSION, "store.horizon",
		    _("'%s' knows no changes before revision %" PRIu64
		    " any more: its journal was compacted"), info.path,
		    info.horizon);
	if (!st && !f.txn)
		return crm_err_set(err, CRM_SYSTEM, "undo.txn",
		    _("there is no transaction '%s'"), which);
	if (!st && f.restored)
		return crm_err_set(err, CRM_SYSTEM, "undo.restored",
		    _("transaction '%s' restored a backup: what was before it "
		    "is not in this store"), which);
	if (!st && f.other)
		return crm_err_set(err, CRM_SYSTEM, "undo.txn",
		    _("transaction '%s' is not one of %s"), which, program);
	u->txn = f.txn;
	return st;
}

/* -- which records ---------------------------------------------------------- */

static bool
see_change(void *ctx, const struct crm_change *c)
{
	struct crm_undo *u = ctx;
	crm_grow(&u->v, &u->cap, u->n + 1, sizeof(*u->v));
	u->v[u->n++] = (struct crm_undo_entry){ .no = c->no,
		.first = c->commit->rev, .last = c->commit->rev,
		.base = c->before ? c->before->rev : 0,
		.was = c->before != NULL, .is = c->after != NULL,
		.merged = strcmp(c->op, "merge") == 0,
		.verdict = strcmp(c->op, "erase") == 0 ? CRM_UNDO_GONE :
		    CRM_UNDO_DO };
	return true;
}

static int
by_no(const void *a, const void *b)
{
	const struct crm_undo_entry *x = a, *y = b;
	if (x->no != y->no)
		return x->no < y->no ? -1 : 1;
	return (x->first > y->first) - (x->first < y->first);
}

/* Between two commits of the transaction somebody else changed the record: it
 * has no one state before. */
static bool
is_mixed(const struct crm_undo_entry *e, const struct crm_undo_entry *next)
{
	return next->was ? next->base != e->last : e->is;
}

/* A record changed in several commits is one entry. */
static void
join(struct crm_undo *u)
{
	size_t n = 0;
	for (size_t i = 0; i < u->n; i++) {
		struct crm_undo_entry *e = n ? &u->v[n - 1] : NULL;
		if (e && e->no == u->v[i].no) {
			if (is_mixed(e, &u->v[i]) && !e->verdict)
				e->verdict = CRM_UNDO_CHANGED;
			e->last = u->v[i].last;
			e->is = u->v[i].is;
			e->merged = u->v[i].merged;
			if (u->v[i].verdict)
				e->verdict = u->v[i].verdict;
		} else {
			u->v[n++] = u->v[i];
		}
	}
	u->n = n;
}

/* Leaving, changing, coming back. */
static int
group(const struct crm_undo_entry *e)
{
	return e->is && !e->was ? 0 : e->is ? 1 : 2;
}

static int
by_work(const void *a, const void *b)
{
	const struct crm_undo_entry *x = a, *y = b;
	int g = group(x), h = group(y);
	if (g != h)
		return g - h;
	return g == 0 ? by_no(b, a) : by_no(a, b);
}

enum crm_status
crm_undo_plan(struct crm_undo *u, struct crm_store *s, struct crm_err *err)
{
	struct crm_at now = { CRM_AT_NOW, 0 };
	enum crm_status st = crm_store_at(s, now, &u->now, err);
	if (!st)
		st = crm_store_changes(s, u->txn - 1, u->now, u->txn,
		    see_change, u, err);
	if (st || !u->n)
		return st;
	qsort(u->v, u->n, sizeof(*u->v), by_no);
	join(u);
	for (size_t i = 0; i < u->n && !u->um && !st; i++)
		if (u->v[i].merged)
			st = crm_unmerge_new(u, s, &u->um, err);
	if (st)
		return st;
	qsort(u->v, u->n, sizeof(*u->v), by_work);
	while (u->leaving < u->n && group(&u->v[u->leaving]) == 0)
		u->leaving++;
	while (u->leaving + u->changing < u->n &&
	    group(&u->v[u->leaving + u->changing]) == 1)
		u->changing++;
	return CRM_OK;
}

/* -- what they are now ------------------------------------------------------ */

static bool
has_state(const struct crm_rec *r, enum crm_state state)
{
	return r->line.n ? r->state == state : state == CRM_DEAD;
}

static bool
same_state(const struct crm_rec *a, const struct crm_rec *b)
{
	if (has_state(a, CRM_LIVE))
		return has_state(b, CRM_LIVE) && crm_rec_same(a, b);
	if (has_state(a, CRM_MERGED))
		return has_state(b, CRM_MERGED) && a->into == b->into;
	return has_state(b, CRM_DEAD);
}

/* What to do, given the three states. */
static enum crm_status
judge(struct crm_undo *u, struct crm_undo_entry *e,
    const struct crm_rec *before, const struct crm_rec *after,
    const struct crm_rec *now, struct crm_err *err)
{
	if (e->verdict != CRM_UNDO_DO)
		return CRM_OK;
	if (u->um)
		return crm_unmerge_judge(u->um, e, before, after, now, err);
	e->if_rev = now->rev;
	if (same_state(now, before)) {
		e->verdict = CRM_UNDO_NOTHING;
		return CRM_OK;
	}
	if (now->rev != e->last && !same_state(now, after)) {
		e->verdict = CRM_UNDO_CHANGED;
		return CRM_OK;
	}
	e->into = before->into;
	if (!has_state(before, CRM_LIVE)) {
		e->kind = has_state(before, CRM_MERGED) ? CRM_OP_MERGE :
		    CRM_OP_DELETE;
		return CRM_OK;
	}
	e->kind = has_state(now, CRM_LIVE) ? CRM_OP_REPLACE :
	    has_state(now, CRM_MERGED) ? CRM_OP_UNMERGE : CRM_OP_RESTORE;
	e->image = true;
	e->place = crm_spool_place(&u->images);
	return crm_spool_add(&u->images, before->line, err);
}

enum { CHUNK = 256 };

/* The images of one revision for entries of one revision. */
static enum crm_status
images(struct crm_store *s, const struct crm_undo_entry *e, size_t n,
    uint64_t rev, struct crm_batch *out, struct crm_err *err)
{
	struct crm_key k[CHUNK];
	for (size_t i = 0; i < n; i++)
		k[i] = (struct crm_key){ .by = CRM_BY_NO, .no = e[i].no };
	return crm_store_get(s, rev, k, n, out, NULL, err);
}

enum crm_status
crm_undo_look(struct crm_undo *u, struct crm_store *s, size_t from, size_t to,
    struct crm_err *err)
{
	struct crm_batch *before = crm_batch_new(), *after = crm_batch_new(),
	    *now = crm_batch_new();
	enum crm_status st = CRM_OK;
	crm_spool_release(&u->images);
	u->images = (struct crm_spool){ 0 };
	for (size_t i = from, n; i < to && !st; i += n) {
		struct crm_undo_entry *e = &u->v[i];
		for (n = 1; n < CHUNK && i + n < to &&
		    e[n].first == e->first && e[n].last == e->last;)
			n++;
		st = images(s, e, n, e->first - 1, before, err);
		if (!st)
			st = images(s, e, n, e->last, after, err);
		if (!st)
			st = images(s, e, n, u->now, now, err);
		for (size_t k = 0; k < n && !st; k++)
			st = judge(u, &e[k], crm_batch_row(before, k),
			    crm_batch_row(after, k), crm_batch_row(now, k),
			    err);
	}
	crm_batch_free(before);
	crm_batch_free(after);
	crm_batch_free(now);
	return st;
}
