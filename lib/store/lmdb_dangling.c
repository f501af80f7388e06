/* References that were stored before their target was. */
#include "store/lmdb_txn.h"

struct wait {
	struct crm_store *s;
	uint64_t rev;
	void (*fn)(void *ctx, const struct crm_rec *r,
	    const struct crm_field *f, struct crm_str want);
	void *ctx;
	struct crm_u64s still;
	struct crm_buf join;
};

static enum crm_status
read_waiting(struct crm_store *s, MDB_txn *t, struct crm_u64s *out,
    struct crm_err *err)
{
	uint8_t key[16];
	struct crm_post_range r = { .exact = true,
		.lo = { (char *)key, crm_db_pending_key(key) } };
	enum crm_status st = crm_db_post_read(s, t, CRM_DB_IDX, &r, out, err);
	for (size_t i = 0; i < out->n; i++)
		out->v[i] <<= 5;
	return st;
}

/* Tells of each reference of a record whose target is still not there. */
static enum crm_status
look(struct wait *w, uint64_t no, struct crm_err *err)
{
	struct crm_store *s = w->s;
	struct crm_rec r;
	bool open = false;
	enum crm_status st = crm_db_rec_get(s, s->rtxn, no, w->rev, &w->join,
	    &r, err);
	if (st == CRM_NOTFOUND || (!st && r.state != CRM_LIVE))
		return CRM_OK;
	if (st)
		return st;
	struct crm_keyset *k = &s->keys_old;
	crm_record_keys(&r, 1 << CRM_KEY_REF, crm_str_z(s->region), k);
	for (size_t i = 0; i < k->n && !st; i++) {
		uint64_t target;
		st = crm_db_id_get(s, s->rtxn, k->k[i].term, &target, err);
		if (st == CRM_NOTFOUND) {
			open = true;
			st = CRM_OK;
			w->fn(w->ctx, &r, k->k[i].field, k->k[i].term);
		}
	}
	if (open)
		crm_u64s_add(&w->still, no);
	return st;
}

/* Takes what is resolved off the list; no revision comes of it. */
static enum crm_status
shorten(struct crm_store *s, const struct crm_u64s *all,
    const struct crm_u64s *still, struct crm_err *err)
{
	uint8_t key[16];
	struct crm_str prefix = { (char *)key, crm_db_pending_key(key) };
	struct crm_posting_op *op = crm_calloc(all->n, sizeof(*op));
	size_t n = 0, j = 0;
	MDB_txn *t = NULL;
	MDB_cursor *c;
	for (size_t i = 0; i < all->n; i++) {
		while (j < still->n && still->v[j] < all->v[i])
			j++;
		if (j == still->n || still->v[j] != all->v[i])
			op[n++] = (struct crm_posting_op){ all->v[i] >> 5,
				true };
	}
	enum crm_status st = crm_db_own_begin(s, err);
	if (st) {
		free(op);
		return st;
	}
	st = crm_db_own_txn(s, &t, err);
	int rc = st ? 0 : mdb_cursor_open(t, s->dbi[CRM_DB_IDX], &c);
	if (!st && !rc) {
		st = crm_db_post_apply(s, c, prefix, op, n, err);
		mdb_cursor_close(c);
	}
	if (st || rc)
		mdb_txn_abort(t);
	else
		rc = mdb_txn_commit(t);
	crm_db_own_end(s);
	free(op);
	return st || !rc ? st : crm_db_err(s, rc, _("cannot commit"), err);
}

enum crm_status
crm_store_dangling(struct crm_store *s, uint64_t rev,
    void (*fn)(void *ctx, const struct crm_rec *r, const struct crm_field *f,
    struct crm_str want), void *ctx, struct crm_err *err)
{
	struct wait w = { .s = s, .rev = rev, .fn = fn, .ctx = ctx };
	struct crm_u64s all = { 0 };
	enum crm_status st = crm_db_enter(s, err);
	if (st)
		return st;
	bool newest = rev >= s->last_rev;
	st = read_waiting(s, s->rtxn, &all, err);
	for (size_t i = 0; i < all.n && !st; i++)
		st = look(&w, all.v[i], err);
	crm_db_leave(s);
	/* Only tidying: an error there is no matter for the answer. */
	if (!st && newest && (s->flags & CRM_OPEN_WRITE) && !s->txn &&
	    w.still.n < all.n && shorten(s, &all, &w.still, NULL) &&
	    s->map_full)
		s->map_full = false;
	crm_u64s_release(&all);
	crm_u64s_release(&w.still);
	crm_buf_release(&w.join);
	return st;
}
