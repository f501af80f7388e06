/* Erasing: the record, all its earlier images and what its commits said go;
 * a stub stays so that the journal's order holds. The file is rebuilt
 * afterwards, because freed pages keep their bytes. */
#include "store/lmdb_txn.h"

enum { MANY = 100 };

static enum crm_status
put_entry(struct crm_txn *x, uint64_t rev, uint64_t no, struct crm_err *err)
{
	uint8_t key[16];
	struct crm_entry e = { .kind = CRM_ENTRY_ERASED, .op = CRM_OPN_ERASE };
	crm_be64_put(key, rev);
	crm_be64_put(key + 8, no);
	crm_buf_clear(&x->jnl);
	crm_entry_encode(&x->jnl, rev, no, &e);
	MDB_val k = { sizeof(key), key }, v = { x->jnl.n, x->jnl.p };
	int rc = mdb_put(x->t, x->s->dbi[CRM_DB_JNL], &k, &v, 0);
	return rc ? crm_db_err(x->s, rc, _("cannot write the journal"), err) :
	    CRM_OK;
}

/* Why and from which source a commit came may name the person. The file of
 * many others keeps its name, unless that is meant. */
enum crm_status
crm_db_blank_commit(struct crm_txn *x, uint64_t rev, bool source,
    struct crm_err *err)
{
	struct crm_counts *counts = crm_zalloc(sizeof(*counts));
	struct crm_commit_rec c = { .counts = counts };
	uint8_t key[16];
	uint64_t found;
	/* This transaction's own is not written yet. */
	enum crm_status st = rev == x->rev ? CRM_NOTFOUND :
	    crm_db_commit_upto(x->s, x->t, rev, &found, true, &c, err);
	if (!st && found == rev) {
		struct crm_arena mem = { 0 };
		c.actor = crm_arena_str(&mem, c.actor);
		c.program = crm_arena_str(&mem, c.program);
		c.why = (struct crm_str){ 0 };
		c.source = c.changes > MANY && !source ? crm_arena_str(&mem, c.source) :
		    c.why;
		crm_be64_put(key, rev);
		memset(key + 8, 0xff, 8);
		crm_buf_clear(&x->jnl);
		crm_commit_encode(&x->jnl, rev, &c);
		MDB_val k = { sizeof(key), key }, v = { x->jnl.n, x->jnl.p };
		int rc = mdb_put(x->t, x->s->dbi[CRM_DB_JNL], &k, &v, 0);
		if (rc)
			st = crm_db_err(x->s, rc,
			    _("cannot write the journal"), err);
		crm_arena_release(&mem);
	}
	crm_commit_release(&c);
	free(counts);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

/* Revisions of the chain, before any of it is touched. */
static enum crm_status
list_chain(struct crm_txn *x, uint64_t no, struct crm_val v,
    struct crm_u64s *revs, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	while (!st) {
		crm_u64s_add(revs, v.rev);
		st = crm_db_val_back(x->s, x->t, no, &v, err);
	}
	return st == CRM_NOTFOUND || st == CRM_VERSION ? CRM_OK : st;
}

static enum crm_status
drop_id(struct crm_txn *x, const struct crm_rec *r, struct crm_err *err)
{
	uint8_t key[132];
	uint64_t no;
	struct crm_str id = crm_rec_id(r);
	enum crm_status st = crm_db_id_get(x->s, x->t, id, &no, err);
	if (st || no != r->no)	/* another record has it now */
		return st == CRM_NOTFOUND ? CRM_OK : st;
	MDB_val k = { crm_db_id_key(id, key), key };
	int rc = mdb_del(x->t, x->s->dbi[CRM_DB_ID], &k, NULL);
	return rc ? crm_db_err(x->s, rc, _("cannot write"), err) : CRM_OK;
}

static enum crm_status
drop_keys(struct crm_txn *x, const struct crm_rec *r, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	if (r->state == CRM_LIVE) {
		st = crm_db_keys_drop(x, r, err);
		x->counts.live[CRM_NO_TYPE(r->no)]--;
	}
	if (!st)
		st = crm_db_words(x, r->no, true, err);
	return st ? st : drop_id(x, r, err);
}

enum crm_status
crm_db_erase(struct crm_txn *x, uint64_t no, struct crm_err *err)
{
	struct crm_store *s = x->s;
	struct crm_u64s revs = { 0 };
	struct crm_buf copy = { 0 };
	struct crm_str val;
	struct crm_val v;
	struct crm_rec r;
	enum crm_status st = crm_db_val(s, x->t, no, &s->join, &val, err);
	if (st)
		return st == CRM_NOTFOUND ? crm_err_set(err, st,
		    "store.missing_record", _("there is no such record")) : st;
	crm_buf_str(&copy, val);
	if (!crm_val_decode(no, copy.p, copy.n, &v))
		st = crm_db_damage(s, _("a record fails its checksum"), err);
	if (!st && v.state == CRM_ERASED)
		goto done;
	if (!st)
		st = list_chain(x, no, v, &revs, err);
	if (!st)
		st = crm_db_rec_view(s, x->t, no, &v, &r, err);
	if (!st)
		st = drop_keys(x, &r, err);
	/* An image before lies under each revision but the first. */
	for (size_t i = 0; i < revs.n && !st; i++) {
		st = crm_db_blank_commit(x, revs.v[i], false, err);
		if (!st && i + 1 < revs.n)
			st = put_entry(x, revs.v[i], no, err);
	}
	if (!st && v.rev != x->rev)
		st = put_entry(x, x->rev, no, err);
	if (!st) {
		struct crm_val stub = { .rev = x->rev, .state = CRM_ERASED,
			.shape = CRM_SHAPE_NONE };
		crm_buf_clear(&x->val);
		crm_val_encode(&x->val, no, &stub, (struct crm_str){ 0 },
		    (struct crm_str){ 0 });
		st = crm_db_val_put(s, x->t, x->rec, no,
		    crm_buf_view(&x->val), CRM_PUT_OVER, err);
		x->changes++;
	}
done:
	crm_u64s_release(&revs);
	crm_buf_release(&copy);
	return st;
}

enum crm_status
crm_txn_hush(struct crm_txn *x, bool (*named)(void *ctx, struct crm_str text),
    void *ctx, struct crm_err *err)
{
	struct crm_u64s revs = { 0 };
	uint64_t rev = x->rev - 1;	/* the last one is not written yet */
	enum crm_status st = crm_db_usable(x, err);
	if (x->why.reason.n && named(ctx, x->why.reason))
		x->why.reason = (struct crm_str){ 0 };
	if (x->why.source.n && named(ctx, x->why.source))
		x->why.source = (struct crm_str){ 0 };
	while (!st && rev) {
		struct crm_commit_rec c = { 0 };
		st = crm_db_commit_upto(x->s, x->t, rev, &rev, false, &c, err);
		if (!st && rev && ((c.why.n && named(ctx, c.why)) ||
		    (c.source.n && named(ctx, c.source))))
			crm_u64s_add(&revs, rev);
		crm_commit_release(&c);
		rev -= rev != 0;
	}
	for (size_t i = 0; i < revs.n && !st; i++)
		st = crm_db_blank_commit(x, revs.v[i], true, err);
	crm_u64s_release(&revs);
	return st;
}
