/* Every text that lies in the store, whatever its age and state, for what has
 * to be forgotten: a record's own value, and the images before it in the
 * journal. */
#include "store/lmdb_txn.h"

struct walk {
	struct crm_store *s;
	MDB_txn *t;
	bool (*fn)(void *ctx, const struct crm_text *x);
	void *ctx;
	bool more;
};

static enum crm_status
show(struct walk *w, uint64_t no, uint64_t under, struct crm_str val,
    struct crm_err *err)
{
	struct crm_val v;
	struct crm_rec r;
	if (!crm_val_decode(no, val.p, val.n, &v))
		return crm_db_damage(w->s, _("a record fails its checksum"),
		    err);
	if (v.state == CRM_ERASED)
		return CRM_OK;
	enum crm_status st = crm_db_rec_view(w->s, w->t, no, &v, &r, err);
	if (!st)
		w->more = w->fn(w->ctx, &(struct crm_text){ &r, under });
	return st;
}

static enum crm_status
walk_records(struct walk *w, struct crm_err *err)
{
	struct crm_store *s = w->s;
	MDB_cursor *c;
	MDB_val k, v;
	enum crm_status st = CRM_OK;
	int rc = mdb_cursor_open(w->t, s->dbi[CRM_DB_REC], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	while (!st && w->more &&
	    (rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) == 0) {
		struct crm_str val;
		uint64_t no;
		memcpy(&no, k.mv_data, 8);
		st = crm_db_val_at(s, c, no, v, &s->join, &val, err);
		if (!st)
			st = show(w, no, 0, val, err);
	}
	mdb_cursor_close(c);
	if (!st && w->more && rc != MDB_NOTFOUND)
		st = crm_db_err(s, rc, _("cannot read"), err);
	return st;
}

static enum crm_status
walk_journal(struct walk *w, struct crm_err *err)
{
	struct crm_store *s = w->s;
	struct crm_entry e;
	MDB_cursor *c;
	MDB_val k, v;
	enum crm_status st = CRM_OK;
	int rc = mdb_cursor_open(w->t, s->dbi[CRM_DB_JNL], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	while (!st && w->more &&
	    (rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) == 0) {
		uint64_t rev = crm_be64_get(k.mv_data);
		uint64_t no = crm_be64_get((char *)k.mv_data + 8);
		if (no == UINT64_MAX)
			continue;
		if (!crm_entry_decode(rev, no, (struct crm_str){ v.mv_data,
		    v.mv_size }, &e))
			st = crm_db_damage(s, _("an entry of the journal"),
			    err);
		else if (e.kind == CRM_ENTRY_IMAGE)
			st = show(w, no, rev, e.image, err);
	}
	mdb_cursor_close(c);
	if (!st && w->more && rc != MDB_NOTFOUND)
		st = crm_db_err(s, rc, _("cannot read"), err);
	return st;
}

static enum crm_status
walk_all(struct crm_store *s, MDB_txn *t,
    bool (*fn)(void *ctx, const struct crm_text *x), void *ctx,
    struct crm_err *err)
{
	struct walk w = { s, t, fn, ctx, true };
	enum crm_status st = walk_records(&w, err);
	return st || !w.more ? st : walk_journal(&w, err);
}

enum crm_status
crm_txn_texts(struct crm_txn *x, bool (*fn)(void *ctx,
    const struct crm_text *x), void *ctx, struct crm_err *err)
{
	enum crm_status st = crm_db_usable(x, err);
	return st ? st : walk_all(x->s, x->t, fn, ctx, err);
}

enum crm_status
crm_store_texts(struct crm_store *s, bool (*fn)(void *ctx,
    const struct crm_text *x), void *ctx, struct crm_err *err)
{
	enum crm_status st = crm_db_enter(s, err);
	if (st)
		return st;
	st = walk_all(s, s->rtxn, fn, ctx, err);
	crm_db_leave(s);
	return st;
}

/* -- another text in an old place -------------------------------------------- */

/* The value made of `rec` with the header of the one it replaces. */
static enum crm_status
make_value(struct crm_txn *x, uint64_t no, const struct crm_rec *rec,
    struct crm_str old, uint64_t *rev, struct crm_err *err)
{
	struct crm_val v;
	if (!crm_val_decode(no, old.p, old.n, &v))
		return crm_db_damage(x->s, _("a record fails its checksum"),
		    err);
	*rev = v.rev;
	return crm_db_encode(x, no, rec, v, err);
}

static enum crm_status
retext_entry(struct crm_txn *x, uint64_t no, uint64_t under,
    const struct crm_rec *rec, uint64_t *rev, struct crm_err *err)
{
	uint8_t key[16];
	struct crm_entry e;
	crm_be64_put(key, under);
	crm_be64_put(key + 8, no);
	MDB_val k = { sizeof(key), key }, v;
	int rc = mdb_get(x->t, x->s->dbi[CRM_DB_JNL], &k, &v);
	if (rc == MDB_NOTFOUND)
		return CRM_NOTFOUND;
	if (rc)
		return crm_db_err(x->s, rc, _("cannot read"), err);
	crm_buf_clear(&x->old);
	crm_buf_add(&x->old, v.mv_data, v.mv_size);
	if (!crm_entry_decode(under, no, crm_buf_view(&x->old), &e))
		return crm_db_damage(x->s, _("an entry of the journal"), err);
	if (e.kind != CRM_ENTRY_IMAGE)
		return CRM_NOTFOUND;
	enum crm_status st = make_value(x, no, rec, e.image, rev, err);
	if (st)
		return st;
	e.image = crm_buf_view(&x->val);
	crm_buf_clear(&x->jnl);
	crm_entry_encode(&x->jnl, under, no, &e);
	v = (MDB_val){ x->jnl.n, x->jnl.p };
	rc = mdb_put(x->t, x->s->dbi[CRM_DB_JNL], &k, &v, 0);
	return rc ? crm_db_err(x->s, rc, _("cannot write the journal"), err) :
	    CRM_OK;
}

static enum crm_status
retext_value(struct crm_txn *x, uint64_t no, const struct crm_rec *rec,
    uint64_t *rev, struct crm_err *err)
{
	struct crm_str val;
	enum crm_status st = crm_db_val(x->s, x->t, no, &x->s->join, &val, err);
	if (st)
		return st;
	crm_buf_clear(&x->old);
	crm_buf_str(&x->old, val);
	st = make_value(x, no, rec, crm_buf_view(&x->old), rev, err);
	return st ? st : crm_db_val_put(x->s, x->t, x->rec, no,
	    crm_buf_view(&x->val), CRM_PUT_OVER, err);
}

enum crm_status
crm_db_retext(struct crm_txn *x, uint64_t no, uint64_t under,
    const struct crm_rec *rec, struct crm_err *err)
{
	uint64_t rev;
	enum crm_status st = crm_db_words(x, no, true, err);
	if (!st)
		st = under ? retext_entry(x, no, under, rec, &rev, err) :
		    retext_value(x, no, rec, &rev, err);
	bool none = st == CRM_NOTFOUND;
	if (!st || none)
		st = crm_db_words(x, no, false, err);
	if (st || none)
		return st;
	return rev == x->rev ? CRM_OK : crm_db_blank_commit(x, rev, false, err);
}
