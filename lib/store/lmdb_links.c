/* Records that point to one. */
#include "store/lmdb_txn.h"

static bool
points_to(struct crm_store *s, const struct crm_rec *r, struct crm_str id)
{
	struct crm_keyset *k = &s->keys_old;
	crm_record_keys(r, 1u << CRM_KEY_REF, crm_str_z(s->region), k);
	for (size_t i = 0; i < k->n; i++)
		if (crm_str_eq(k->k[i].term, id))
			return true;
	return false;
}

/* Numbers whose records may point to the id through any reference field. */
static enum crm_status
link_candidates(struct crm_store *s, MDB_txn *t, uint64_t rev,
    const struct crm_type *ty, struct crm_str id, struct crm_u64s *out, struct crm_err *err)
{
	uint64_t hash = crm_db_term_hash(s, id);
	const struct crm_past *p = NULL;
	enum crm_status st = CRM_OK;
	if (rev < s->last_rev)
		st = crm_db_past(s, t, rev, true, &p, err);
	for (size_t i = 0; i < ty->nfields && !st; i++) {
		const struct crm_field *f = &ty->fields[i];
		uint8_t key[16];
		if (f->kind != CRM_K_REF || (f->flags & CRM_F_COMPUTED))
			continue;
		struct crm_post_range r = { .exact = true, .lo = {
			(char *)key, crm_db_ref_key(f->index, hash, key) } };
		size_t from = out->n;
		st = crm_db_post_read(s, t, CRM_DB_IDX, &r, out, err);
		for (size_t k = from; k < out->n; k++)
			out->v[k] <<= 5;
		if (s->txn && s->txn->t == t)
			crm_db_pend_find(&s->txn->pend.ref, f->index, hash,
			    out);
		if (!st && p)
			crm_db_past_find(p, crm_db_past_hash(s, CRM_KEY_REF,
			    f->index, id), out);
	}
	return st;
}

static enum crm_status
visit_links(struct crm_store *s, MDB_txn *t, uint64_t rev,
    struct crm_str id, const struct crm_u64s *nos,
    bool (*fn)(void *arg, const struct crm_rec *r), void *arg,
    struct crm_err *err)
{
	struct crm_buf join = { 0 };
	enum crm_status st = CRM_OK;
	bool more = true;
	for (size_t i = 0; i < nos->n && !st && more; i++) {
		struct crm_rec r;
		st = crm_db_rec_get(s, t, nos->v[i], rev, &join, &r,
		    err);
		if (st == CRM_NOTFOUND)
			st = CRM_OK;
		else if (!st && r.state == CRM_LIVE &&
		    points_to(s, &r, id))
			more = fn(arg, &r);
	}
	crm_buf_release(&join);
	return st;
}

static enum crm_status
find_links(struct crm_store *s, MDB_txn *t, uint64_t rev, struct crm_str id,
    const struct crm_type *type,
    bool (*fn)(void *arg, const struct crm_rec *r), void *arg,
    struct crm_err *err)
{
	struct crm_u64s nos = { 0 };
	enum crm_status st = CRM_OK;
	if (type)
		st = link_candidates(s, t, rev, type, id, &nos, err);
	for (size_t i = 0; !type && i < s->schema->ntypes && !st; i++) {
		const struct crm_type *ty = &s->schema->types[i];
		/* a type without records points nowhere */
		if (s->txn && s->txn->t == t && ty->no < CRM_TYPES &&
		    !s->txn->counts.next[ty->no])
			continue;
		st = link_candidates(s, t, rev, ty, id, &nos, err);
	}
	crm_u64s_uniq(&nos);
	if (!st)
		st = visit_links(s, t, rev, id, &nos, fn, arg, err);
	crm_u64s_release(&nos);
	return st;
}

enum crm_status
crm_db_links(struct crm_store *s, uint64_t rev, struct crm_str id,
    const struct crm_type *type,
    bool (*fn)(void *arg, const struct crm_rec *r), void *arg,
    struct crm_err *err)
{
	enum crm_status st = crm_db_enter(s, err);
	if (st)
		return st;
	st = find_links(s, s->rtxn, rev, id, type, fn, arg, err);
	crm_db_leave(s);
	return st;
}

static bool
add_row(void *arg, const struct crm_rec *r)
{
	crm_batch_add(arg, r);
	return true;
}

enum crm_status
crm_txn_links(struct crm_txn *x, uint64_t no, struct crm_batch *out,
    struct crm_err *err)
{
	struct crm_rec r;
	crm_batch_clear(out);
	enum crm_status st = crm_db_usable(x, err);
	if (!st)
		st = crm_db_rec_get(x->s, x->t, no, UINT64_MAX, &x->s->join,
		    &r, err);
	if (st)
		return st == CRM_NOTFOUND ? CRM_OK : st;
	char id[129];
	struct crm_str name = crm_str_sub(crm_rec_id(&r), 0, sizeof(id));
	memcpy(id, name.p, name.n);	/* the row's bytes may move */
	name.p = id;
	return find_links(x->s, x->t, UINT64_MAX, name, NULL, add_row, out,
	    err);
}
