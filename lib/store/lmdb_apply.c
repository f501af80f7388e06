/* One change of one record inside a write transaction. All that may refuse it
 * is checked before anything is written. */
#include "store/lmdb_match.h"

/* -- values ----------------------------------------------------------------- */

enum crm_status
crm_db_journal(struct crm_txn *x, uint64_t no, const struct crm_val *old,
    const struct crm_entry *e, struct crm_err *err)
{
	uint8_t key[16];
	if (old->rev == x->rev)
		return CRM_OK;	/* what was before the commit is noted */
	crm_be64_put(key, x->rev);
	crm_be64_put(key + 8, no);
	crm_buf_clear(&x->jnl);
	crm_entry_encode(&x->jnl, x->rev, no, e);
	MDB_val k = { sizeof(key), key }, v = { x->jnl.n, x->jnl.p };
	int rc = mdb_put(x->t, x->s->dbi[CRM_DB_JNL], &k, &v, 0);
	if (rc)
		return crm_db_err(x->s, rc, _("cannot write the journal"), err);
	x->entries++;
	x->changes++;
	return CRM_OK;
}

/* Deleted or merged and then rewritten in one transaction: the entry says that
 * the text stayed, so it has to take the text in before that goes. */
static enum crm_status
keep_text(struct crm_txn *x, uint64_t no, const struct crm_val *old,
    struct crm_err *err)
{
	uint8_t key[16];
	struct crm_entry e;
	if (old->rev != x->rev)
		return CRM_OK;
	crm_be64_put(key, x->rev);
	crm_be64_put(key + 8, no);
	MDB_val k = { sizeof(key), key }, v;
	int rc = mdb_get(x->t, x->s->dbi[CRM_DB_JNL], &k, &v);
	if (rc)
		return rc == MDB_NOTFOUND ? CRM_OK :
		    crm_db_err(x->s, rc, _("cannot read"), err);
	if (!crm_entry_decode(x->rev, no, (struct crm_str){ v.mv_data,
	    v.mv_size }, &e))
		return crm_db_damage(x->s, _("an entry of the journal"), err);
	if (e.kind != CRM_ENTRY_HEAD)
		return CRM_OK;
	struct crm_val before = { .first = e.first, .wide = old->wide,
		.state = e.state, .shape = old->shape, .rev = e.rev,
		.into = e.into };
	crm_buf_clear(&x->val);
	crm_val_encode(&x->val, no, &before, (struct crm_str){
	    (const char *)old->body, old->nbody }, (struct crm_str){ 0 });
	e.kind = CRM_ENTRY_IMAGE;
	e.image = crm_buf_view(&x->val);
	crm_buf_clear(&x->jnl);
	crm_entry_encode(&x->jnl, x->rev, no, &e);
	v = (MDB_val){ x->jnl.n, x->jnl.p };
	rc = mdb_put(x->t, x->s->dbi[CRM_DB_JNL], &k, &v, 0);
	return rc ? crm_db_err(x->s, rc, _("cannot write the journal"), err) :
	    CRM_OK;
}

/* Stores what was made in x->val. */
static enum crm_status
put_val(struct crm_txn *x, uint64_t no, bool fresh, struct crm_err *err)
{
	enum crm_put how = !fresh ? CRM_PUT_OVER : no > x->last_no ?
	    CRM_PUT_LAST : CRM_PUT_NEW;
	if (how == CRM_PUT_LAST)
		x->last_no = no | 31;
	x->bytes += x->val.n;
	return crm_db_val_put(x->s, x->t, x->rec, no, crm_buf_view(&x->val),
	    how, err);
}

/* The same text under another header. */
static enum crm_status
put_body(struct crm_txn *x, uint64_t no, const struct crm_val *v,
    struct crm_str body, struct crm_err *err)
{
	crm_buf_clear(&x->val);
	crm_val_encode(&x->val, no, v, body, (struct crm_str){ 0 });
	return put_val(x, no, false, err);
}

/* What of the header follows from the record. */
static enum crm_status
head_of(struct crm_txn *x, uint64_t no, const struct crm_rec *r,
    struct crm_val *v, struct crm_str *offs, struct crm_err *err)
{
	unsigned shape;
	enum crm_status st = crm_db_shape_put(x->s, x->t, r->shape,
	    CRM_NO_TYPE(no), &shape, err);
	if (st)
		return st;
	*offs = (struct crm_str){ (const char *)r->off,
		shape == CRM_SHAPE_NONE ? 0 : r->shape->n *
		(r->wide ? 4u : 2u) };
	v->wide = r->wide;
	v->shape = (uint16_t)shape;
	return CRM_OK;
}

enum crm_status
crm_db_encode(struct crm_txn *x, uint64_t no, const struct crm_rec *r,
    struct crm_val v, struct crm_err *err)
{
	struct crm_str offs;
	enum crm_status st = head_of(x, no, r, &v, &offs, err);
	if (st)
		return st;
	crm_buf_clear(&x->val);
	crm_val_encode(&x->val, no, &v, offs, r->line);
	return CRM_OK;
}

/* Writes a record's text under a number. */
static enum crm_status
put_rec(struct crm_txn *x, uint64_t no, const struct crm_rec *r,
    struct crm_val v, bool fresh, struct crm_err *err)
{
	enum crm_status st = crm_db_encode(x, no, r, v, err);
	return st ? st : put_val(x, no, fresh, err);
}

/* Writes the text of a new record; behind all others it is made where it will
 * lie. */
static enum crm_status
put_new(struct crm_txn *x, uint64_t no, const struct crm_rec *r,
    struct crm_val v, struct crm_err *err)
{
	struct crm_str offs;
	enum crm_status st = head_of(x, no, r, &v, &offs, err);
	if (st)
		return st;
	MDB_val key = { sizeof(no), &no };
	MDB_val to = { crm_val_size(&v, offs, r->line), NULL };
	if (no <= x->last_no || to.mv_size > CRM_VAL_WHOLE)
		return put_rec(x, no, r, v, true, err);
	int rc = mdb_cursor_put(x->rec, &key, &to, MDB_APPEND | MDB_RESERVE);
	if (rc)
		return crm_db_err(x->s, rc, _("cannot write"), err);
	crm_val_write(to.mv_data, no, &v, offs, r->line);
	x->last_no = no | 31;
	x->bytes += to.mv_size;
	return CRM_OK;
}

/* The value of `no`, copied (writes move pages), and taken apart. */
static enum crm_status
load_old(struct crm_txn *x, uint64_t no, struct crm_val *v,
    struct crm_err *err)
{
	struct crm_str val;
	enum crm_status st = crm_db_val(x->s, x->t, no, &x->s->join, &val, err);
	if (st)
		return st;
	crm_buf_clear(&x->old);
	crm_buf_str(&x->old, val);
	if (!crm_val_decode(no, x->old.p, x->old.n, v))
		return crm_db_damage(x->s, _("a record fails its checksum"),
		    err);
	return CRM_OK;
}

static struct crm_entry
entry(const struct crm_txn *x, const struct crm_op *op,
    const struct crm_val *old, bool image, unsigned fallback)
{
	return (struct crm_entry){
		.kind = image ? CRM_ENTRY_IMAGE : CRM_ENTRY_HEAD,
		.op = crm_opname_find(op->name, fallback), .line = op->line,
		.image = crm_buf_view(&x->old), .first = old->first,
		.state = old->state, .rev = old->rev, .into = old->into };
}

/* The header of the value that takes the old one's place. */
static struct crm_val
next_val(const struct crm_txn *x, const struct crm_val *old, unsigned state)
{
	return (struct crm_val){ .rev = x->rev, .state = (uint8_t)state,
		.first = old->rev == x->rev && old->first, .wide = old->wide,
		.shape = old->shape };
}

/* What crm restore brings is no change of today: its value says when it was. */
static bool
of_old(struct crm_txn *x, const struct crm_op *op, const struct crm_val *old,
    struct crm_val *v)
{
	if (!op->rev)
		return false;
	v->rev = op->rev;
	v->first = old->first;
	x->changes++;
	return true;
}

/* -- operations ------------------------------------------------------------- */

static enum crm_status
refuse(struct crm_result *res, enum crm_status st, uint64_t holder)
{
	res->status = st;
	res->holder = holder;
	return CRM_OK;
}

/* A record (live or dead) gets a new text. */
static enum crm_status
rewrite(struct crm_txn *x, const struct crm_op *op, uint64_t no,
    const struct crm_val *old, unsigned name, struct crm_result *res,
    struct crm_err *err)
{
	struct crm_store *s = x->s;
	struct crm_rec before;
	enum crm_status st = crm_db_rec_view(s, x->t, no, old, &before, err);
	if (st)
		return st;
	res->no = no;
	if (old->state == CRM_LIVE && crm_rec_same(&before, op->rec)) {
		res->same = true;
		return CRM_OK;
	}
	crm_record_keys(op->rec, CRM_DB_ALL_KEYS, crm_str_z(s->region), &s->keys);
	s->keys_old.n = 0;
	if (old->state == CRM_LIVE)
		crm_record_keys(&before, CRM_DB_ALL_KEYS, crm_str_z(s->region), &s->keys_old);
	st = crm_db_check_unique(x, &s->keys, no, res, err);
	if (st || res->status)
		return st;
	struct crm_entry e = entry(x, op, old, true, name);
	st = crm_db_journal(x, no, old, &e, err);
	if (!st)
		st = keep_text(x, no, old, err);
	if (!st)
		st = put_rec(x, no, op->rec, next_val(x, old, CRM_LIVE),
		    false, err);
	if (!st)
		st = crm_db_check_refs(x, &s->keys_old, &s->keys,
		    crm_rec_id(op->rec), res, err);
	if (!st)
		st = crm_db_move_keys(x, &s->keys_old, &s->keys, no, err);
	crm_db_match_move(x, old->state == CRM_LIVE ? &before : NULL, op->rec,
	    no);
	x->counts.live[CRM_NO_TYPE(no)] += old->state != CRM_LIVE;
	return st;
}

static enum crm_status
insert_new(struct crm_txn *x, const struct crm_op *op, struct crm_str id,
    struct crm_result *res, struct crm_err *err)
{
	struct crm_store *s = x->s;
	unsigned type = op->rec->type->no;
	const struct crm_keyset *keys = crm_db_keys_of(s, op);
	enum crm_status st = crm_db_check_unique(x, keys, 0, res, err);
	if (st || res->status)
		return st;
	if (x->counts.next[type] == 0)
		x->counts.next[type] = 1;
	uint64_t seq = x->counts.next[type]++, no = CRM_NO(type, seq);
	if (seq > CRM_SEQ_MAX)
		return crm_err_set(err, CRM_FULL, "store.full",
		    _("no numbers are left for this type"));
	res->no = no;
	st = put_new(x, no, op->rec, (struct crm_val){ .first = true,
		.rev = op->rev ? op->rev : x->rev, .state = CRM_LIVE }, err);
	if (!st)
		st = crm_db_put_id(x, id, no, err);
	if (!st)
		st = crm_db_check_refs(x, NULL, keys, id, res, err);
	for (size_t i = 0; i < keys->n && !st; i++)
		st = crm_db_put_key(x, &keys->k[i], no, false, err);
	crm_db_match_move(x, NULL, op->rec, no);
	crm_runs_add(&x->runs, type, seq,
	    crm_opname_find(op->name, CRM_OPN_ADD), op->line);
	x->counts.live[type]++;
	x->changes++;
	return st;
}

static enum crm_status
apply_insert(struct crm_txn *x, const struct crm_op *op,
    struct crm_result *res, struct crm_err *err)
{
	struct crm_str id = crm_rec_id(op->rec);
	struct crm_val old;
	uint64_t no = 0;
	if (!op->rec->type || op->rec->type->no >= CRM_TYPES ||
	    !crm_id_valid(id))
		return refuse(res, CRM_INVALID, 0);
	enum crm_status st = crm_db_find_id(x, id, &no, err);
	if (st == CRM_NOTFOUND)
		return insert_new(x, op, id, res, err);
	if (!st)
		st = load_old(x, no, &old, err);
	if (st)
		return st == CRM_NOTFOUND ? crm_db_damage(x->s,
		    _("an id without a record"), err) : st;
	if (old.state == CRM_MERGED || old.state == CRM_LIVE) {
		res->field = crm_type_field(op->rec->type, CRM_STR("id"));
		return refuse(res, CRM_EXISTS,
		    old.state == CRM_MERGED ? old.into : no);
	}
	/* The id of a dead record: its number lives again, unless the type is
	 * another one now. */
	return CRM_NO_TYPE(no) == op->rec->type->no && old.state == CRM_DEAD ?
	    rewrite(x, op, no, &old, CRM_OPN_ADD, res, err) :
	    insert_new(x, op, id, res, err);
}

/* A merged record's text changes, it stays merged: it has no keys. */
static enum crm_status
rewrite_merged(struct crm_txn *x, const struct crm_op *op,
    const struct crm_val *old, struct crm_result *res, struct crm_err *err)
{
	struct crm_val v = next_val(x, old, CRM_MERGED);
	struct crm_entry e = entry(x, op, old, true, CRM_OPN_EDIT);
	v.into = old->into;
	res->no = op->no;
	enum crm_status st = of_old(x, op, old, &v) ? CRM_OK :
	    crm_db_journal(x, op->no, old, &e, err);
	if (!st && !op->rev)
		st = keep_text(x, op->no, old, err);
	return st ? st : put_rec(x, op->no, op->rec, v, false, err);
}

static enum crm_status
apply_replace(struct crm_txn *x, const struct crm_op *op,
    const struct crm_val *old, struct crm_result *res, struct crm_err *err)
{
	struct crm_rec before;
	if (old->state != CRM_LIVE && (old->state != CRM_MERGED || !op->into))
		return refuse(res, CRM_NOTFOUND, 0);
	enum crm_status st = crm_db_rec_view(x->s, x->t, op->no, old, &before,
	    err);
	if (st)
		return st;
	if (!op->rec->type || op->rec->type->no != CRM_NO_TYPE(op->no) ||
	    !crm_str_eq(crm_rec_id(op->rec), crm_rec_id(&before)))
		return refuse(res, CRM_INVALID, 0);
	return old->state == CRM_MERGED ?
	    rewrite_merged(x, op, old, res, err) :
	    rewrite(x, op, op->no, old, CRM_OPN_EDIT, res, err);
}

/* DELETE and MERGE: the text stays, the keys go. */
static enum crm_status
apply_leave(struct crm_txn *x, const struct crm_op *op,
    const struct crm_val *old, struct crm_result *res, struct crm_err *err)
{
	bool merge = op->kind == CRM_OP_MERGE;
	struct crm_rec r;
	if (old->state != CRM_LIVE || (merge && op->into == op->no))
		return refuse(res, CRM_NOTFOUND, 0);
	enum crm_status st = crm_db_rec_view(x->s, x->t, op->no, old, &r, err);
	if (st)
		return st;
	struct crm_entry e = entry(x, op, old, false,
	    merge ? CRM_OPN_MERGE : CRM_OPN_RM);
	struct crm_val v = next_val(x, old, merge ? CRM_MERGED : CRM_DEAD);
	struct crm_str body = { (const char *)old->body, old->nbody };
	v.into = op->into;
	st = merge && !x->merged ? crm_db_meta_put_u64(x->s, x->t, "imerged",
	    x->merged = 1, err) : CRM_OK;
	if (!st)
		st = crm_db_keys_drop(x, &r, err);
	if (!st && !of_old(x, op, old, &v))
		st = crm_db_journal(x, op->no, old, &e, err);
	if (!st)
		st = put_body(x, op->no, &v, body, err);
	x->counts.live[CRM_NO_TYPE(op->no)]--;
	return st;
}

/* RESTORE and UNMERGE: the record lives again, as it was or as op->rec. */
static enum crm_status
apply_return(struct crm_txn *x, const struct crm_op *op,
    const struct crm_val *old, struct crm_result *res, struct crm_err *err)
{
	struct crm_store *s = x->s;
	bool unmerge = op->kind == CRM_OP_UNMERGE;
	unsigned name = unmerge ? CRM_OPN_UNMERGE : CRM_OPN_RESTORE;
	struct crm_rec r;
	uint64_t no;
	if (old->state != (unmerge ? CRM_MERGED : CRM_DEAD))
		return refuse(res, CRM_NOTFOUND, 0);
	enum crm_status st = crm_db_rec_view(s, x->t, op->no, old, &r, err);
	if (!st)
		st = crm_db_id_get(s, x->t, crm_rec_id(&r), &no, err);
	if (st)
		return st == CRM_NOTFOUND ? refuse(res, st, 0) : st;
	if (no != op->no)	/* its id is another record's now */
		return refuse(res, CRM_EXISTS, no);
	if (op->rec)
		return rewrite(x, op, op->no, old, name, res, err);
	crm_record_keys(&r, CRM_DB_ALL_KEYS, crm_str_z(s->region), &s->keys);
	st = crm_db_check_unique(x, &s->keys, op->no, res, err);
	if (st || res->status)
		return st;
	struct crm_entry e = entry(x, op, old, false, name);
	struct crm_val v = next_val(x, old, CRM_LIVE);
	struct crm_str body = { (const char *)old->body, old->nbody };
	st = crm_db_journal(x, op->no, old, &e, err);
	if (!st)
		st = put_body(x, op->no, &v, body, err);
	s->keys_old.n = 0;
	if (!st)
		st = crm_db_move_keys(x, &s->keys_old, &s->keys, op->no, err);
	crm_db_match_move(x, NULL, &r, op->no);
	x->counts.live[CRM_NO_TYPE(op->no)]++;
	return st;
}

enum crm_status
crm_db_apply(struct crm_txn *x, const struct crm_op *op,
    struct crm_result *res, struct crm_err *err)
{
	struct crm_val old;
	*res = (struct crm_result){ .no = op->no };
	if (op->kind == CRM_OP_INSERT)
		return apply_insert(x, op, res, err);
	enum crm_status st = load_old(x, op->no, &old, err);
	if (st)
		return st == CRM_NOTFOUND ? refuse(res, st, 0) : st;
	if (op->if_rev && op->if_rev != old.rev)
		return refuse(res, CRM_CONFLICT, 0);
	switch (op->kind) {
	case CRM_OP_INSERT:
		break;
	case CRM_OP_REPLACE:
		return apply_replace(x, op, &old, res, err);
	case CRM_OP_DELETE:
	case CRM_OP_MERGE:
		return apply_leave(x, op, &old, res, err);
	case CRM_OP_RESTORE:
	case CRM_OP_UNMERGE:
		return apply_return(x, op, &old, res, err);
	}
	return CRM_OK;
}

bool
crm_txn_merged(const struct crm_txn *x)
{
	return x->merged != 0;
}

int64_t
crm_txn_at(const struct crm_txn *x)
{
	return x->at;
}
