/* The feed: what each commit changed, with images before and after. */
#include "store/lmdb_int.h"

enum { CHUNK = 256, TOUCHED = 1024 };	/* rows at once; bytes read for each */

struct item {		/* one changed record of a commit */
	uint64_t no, line;
	unsigned op;
	bool insert;
};

struct feed {
	struct crm_store *s;
	uint64_t rev;
	struct crm_commit commit;
	struct crm_arena mem;
	struct item *item;
	size_t n, cap;
	struct crm_batch *before, *after;
	struct crm_buf join;
};

static void
add_item(struct feed *f, struct item i)
{
	crm_grow(&f->item, &f->cap, f->n + 1, sizeof(*f->item));
	f->item[f->n++] = i;
}

static int
by_no(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	return (x->no > y->no) - (x->no < y->no);
}

static enum crm_status
add_entries(struct feed *f, struct crm_err *err)
{
	struct crm_store *s = f->s;
	uint8_t key[16] = { 0 };
	MDB_cursor *c;
	MDB_val k = { sizeof(key), key }, v;
	int rc = mdb_cursor_open(s->rtxn, s->dbi[CRM_DB_JNL], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	crm_be64_put(key, f->rev);
	enum crm_status st = CRM_OK;
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	for (; rc == 0; rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
		struct crm_entry e;
		uint64_t no = crm_be64_get((char *)k.mv_data + 8);
		if (crm_be64_get(k.mv_data) != f->rev || no == UINT64_MAX)
			break;
		if (!crm_entry_decode(f->rev, no, (struct crm_str){ v.mv_data,
		    v.mv_size }, &e)) {
			st = crm_db_damage(s, _("an entry of the journal"),
			    err);
			break;
		}
		add_item(f, (struct item){ no, e.line, e.kind ==
		    CRM_ENTRY_ERASED ? (unsigned)CRM_OPN_ERASE : e.op,
		    false });
	}
	mdb_cursor_close(c);
	return st || rc == 0 || rc == MDB_NOTFOUND ? st :
	    crm_db_err(s, rc, _("cannot read"), err);
}

/* Reads the first commit after `after`; f->rev is 0 where there is none. */
static enum crm_status
take_commit(struct feed *f, uint64_t after, struct crm_err *err)
{
	struct crm_store *s = f->s;
	struct crm_commit_rec c = { 0 };
	uint8_t key[16] = { 0 };
	MDB_cursor *cur;
	MDB_val k = { sizeof(key), key }, v;
	f->rev = 0;
	f->n = 0;
	crm_arena_clear(&f->mem);
	int rc = mdb_cursor_open(s->rtxn, s->dbi[CRM_DB_JNL], &cur);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	crm_be64_put(key, after + 1);
	rc = mdb_cursor_get(cur, &k, &v, MDB_SET_RANGE);
	if (rc == 0)
		f->rev = crm_be64_get(k.mv_data);
	mdb_cursor_close(cur);
	if (rc)
		return rc == MDB_NOTFOUND ? CRM_OK :
		    crm_db_err(s, rc, _("cannot read"), err);
	uint64_t found;
	enum crm_status st = crm_db_commit_upto(s, s->rtxn, f->rev, &found,
	    true, &c, err);
	if (!st && found != f->rev)
		st = crm_db_damage(s, _("a commit is missing"), err);
	if (st)
		return st;
	crm_db_commit_copy(&f->mem, f->rev, &c, &f->commit);
	for (size_t i = 0; i < c.runs.n; i++)
		for (uint64_t j = 0; j < c.runs.v[i].n; j++)
			add_item(f, (struct item){
			    CRM_NO(c.runs.v[i].type, c.runs.v[i].first + j),
			    c.runs.v[i].line ? c.runs.v[i].line + j : 0,
			    c.runs.v[i].op, true });
	crm_commit_release(&c);
	return add_entries(f, err);
}

/* Adds the image at `rev`, or a row of nothing. */
static enum crm_status
add_image(struct feed *f, uint64_t no, uint64_t rev, struct crm_batch *out,
    struct crm_err *err)
{
	struct crm_rec r;
	enum crm_status st = crm_db_rec_get(f->s, f->s->rtxn, no, rev,
	    &f->join, &r, err);
	if (st && st != CRM_NOTFOUND)
		return st;
	if (!st && r.state == CRM_LIVE)
		crm_batch_add(out, &r);
	else
		crm_batch_add_none(out);
	return CRM_OK;
}

static enum crm_status
take_images(struct feed *f, size_t from, size_t to, struct crm_err *err)
{
	crm_batch_clear(f->before);
	crm_batch_clear(f->after);
	enum crm_status st = crm_db_enter(f->s, err);
	if (st)
		return st;
	for (size_t i = from; i < to && !st; i++) {
		if (f->item[i].insert)
			crm_batch_add_none(f->before);
		else
			st = add_image(f, f->item[i].no, f->rev - 1, f->before,
			    err);
		if (!st)
			st = add_image(f, f->item[i].no, f->rev, f->after,
			    err);
	}
	crm_db_forget_pages(f->s, (to - from) * TOUCHED);
	crm_db_leave(f->s);
	return st;
}

static const struct crm_rec *
row_or_null(const struct crm_batch *b, size_t i)
{
	const struct crm_rec *r = crm_batch_row(b, i);
	return r->line.n ? r : NULL;
}

static enum crm_status
tell(struct feed *f, bool (*fn)(void *ctx, const struct crm_change *c),
    void *ctx, bool *more, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < f->n && !st && *more; i += CHUNK) {
		size_t to = i + CHUNK < f->n ? i + CHUNK : f->n;
		st = take_images(f, i, to, err);
		for (size_t k = i; k < to && !st && *more; k++) {
			uint64_t line = f->item[k].line;
			struct crm_change c = { .commit = &f->commit,
				.no = f->item[k].no,
				.line = line & CRM_ORIGIN ? 0 : line,
				.origin = line & CRM_ORIGIN ? line : 0,
				.op = crm_opname_text(f->item[k].op),
				.before = row_or_null(f->before, k - i),
				.after = row_or_null(f->after, k - i) };
			if (c.before || c.after ||
			    f->item[k].op == CRM_OPN_ERASE)
				*more = fn(ctx, &c);
		}
	}
	return st;
}

static enum crm_status
check_horizon(struct crm_store *s, uint64_t after, struct crm_err *err)
{
	uint64_t horizon;
	enum crm_status st = crm_db_meta_u64(s, s->rtxn, "ihorizon", &horizon,
	    err);
	if (!st && after < horizon)
		st = crm_err_set(err, CRM_VERSION, "store.horizon",
		    _("'%s' knows no changes before revision %" PRIu64
		    " any more: its journal was compacted"), s->path, horizon);
	return st;
}

enum crm_status
crm_store_changes(struct crm_store *s, uint64_t after, uint64_t upto,
    uint64_t txn, bool (*fn)(void *ctx, const struct crm_change *c),
    void *ctx, struct crm_err *err)
{
	struct feed f = { .s = s, .before = crm_batch_new(),
		.after = crm_batch_new() };
	enum crm_status st = CRM_OK;
	bool more = true;
	if (txn && after < txn - 1)
		after = txn - 1;
	while (!st && more) {
		st = crm_db_enter(s, err);
		if (st)
			break;
		st = check_horizon(s, after, err);
		if (!st)
			st = take_commit(&f, after, err);
		crm_db_leave(s);
		if (st || f.rev == 0 || f.rev > upto)
			break;
		after = f.rev;
		if (f.n)
			qsort(f.item, f.n, sizeof(*f.item), by_no);
		if (!txn || f.commit.txn == txn)
			st = tell(&f, fn, ctx, &more, err);
		if (txn && f.commit.txn == txn && f.commit.last)
			break;
	}
	crm_batch_free(f.before);
	crm_batch_free(f.after);
	crm_buf_release(&f.join);
	crm_arena_release(&f.mem);
	free(f.item);
	return st;
}
