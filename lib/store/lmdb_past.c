/* What changed after a revision: for reads before the newest one, and for
 * increments. No index by time is needed: the journal is in that order. */
#include "store/lmdb_int.h"

#include "base/hash.h"

void
crm_db_past_release(struct crm_past *p)
{
	crm_u64s_release(&p->nos);
	free(p->key);
	*p = (struct crm_past){ 0 };
}

static enum crm_status
add_runs(struct crm_store *s, uint64_t rev, MDB_val v, struct crm_u64s *out,
    struct crm_err *err)
{
	struct crm_commit_rec c = { 0 };
	if (!crm_commit_decode(rev, (struct crm_str){ v.mv_data, v.mv_size },
	    true, &c))
		return crm_db_damage(s, _("a commit"), err);
	for (size_t i = 0; i < c.runs.n; i++)
		for (uint64_t k = 0; k < c.runs.v[i].n; k++)
			crm_u64s_add(out, CRM_NO(c.runs.v[i].type,
			    c.runs.v[i].first + k));
	crm_commit_release(&c);
	return CRM_OK;
}

enum crm_status
crm_db_touched(struct crm_store *s, MDB_txn *t, uint64_t after,
    uint64_t upto, bool inserts, struct crm_u64s *out, struct crm_err *err)
{
	uint8_t key[16] = { 0 };
	MDB_cursor *c;
	MDB_val k = { sizeof(key), key }, v;
	if (after >= upto)
		return CRM_OK;
	int rc = mdb_cursor_open(t, s->dbi[CRM_DB_JNL], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	enum crm_status st = CRM_OK;
	crm_be64_put(key, after + 1);
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	for (; rc == 0 && !st; rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
		if (k.mv_size != 16) {
			st = crm_db_damage(s, _("a key of the journal"), err);
			break;
		}
		uint64_t rev = crm_be64_get(k.mv_data);
		uint64_t no = crm_be64_get((char *)k.mv_data + 8);
		if (rev > upto)
			break;
		if (no != UINT64_MAX)
			crm_u64s_add(out, no);
		else if (inserts)
			st = add_runs(s, rev, v, out, err);
	}
	mdb_cursor_close(c);
	crm_u64s_uniq(out);
	return st || rc == 0 || rc == MDB_NOTFOUND ? st :
	    crm_db_err(s, rc, _("cannot read"), err);
}

static int
by_hash(const void *a, const void *b)
{
	const struct crm_past_key *x = a, *y = b;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->no > y->no) - (x->no < y->no);
}

uint64_t
crm_db_past_hash(const struct crm_store *s, unsigned what, uint32_t index,
    struct crm_str term)
{
	uint64_t h[2] = { (uint64_t)what << 32 | index,
		crm_db_term_hash(s, term) };
	return crm_siphash(s->secret, h, sizeof(h));
}

/* The keys that the changed records had at the revision. */
static enum crm_status
make_keys(struct crm_store *s, MDB_txn *t, struct crm_past *p,
    struct crm_err *err)
{
	struct crm_buf join = { 0 };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < p->nos.n && !st; i++) {
		struct crm_rec r;
		st = crm_db_rec_get(s, t, p->nos.v[i], p->rev, &join, &r, err);
		if (st == CRM_NOTFOUND) {
			st = CRM_OK;
			continue;
		}
		if (st || r.state != CRM_LIVE)
			continue;
		crm_record_keys(&r, 1 << CRM_KEY_UNIQUE | 1 << CRM_KEY_LOOKUP |
		    1 << CRM_KEY_REF, crm_str_z(s->region), &s->keys_old);
		for (size_t k = 0; k < s->keys_old.n; k++) {
			const struct crm_keyent *e = &s->keys_old.k[k];
			crm_grow(&p->key, &p->capkey, p->nkey + 1,
			    sizeof(*p->key));
			p->key[p->nkey++] = (struct crm_past_key){
				crm_db_past_hash(s, e->what, e->index,
				    e->term), p->nos.v[i] };
		}
	}
	crm_buf_release(&join);
	if (p->nkey)
		qsort(p->key, p->nkey, sizeof(*p->key), by_hash);
	p->keyed = !st;
	return st;
}

enum crm_status
crm_db_past(struct crm_store *s, MDB_txn *t, uint64_t rev, bool keyed,
    const struct crm_past **out, struct crm_err *err)
{
	struct crm_past *p = &s->past;
	enum crm_status st = CRM_OK;
	if (!p->made || p->rev != rev || p->upto != s->last_rev) {
		p->made = p->keyed = false;
		p->nos.n = p->nkey = 0;
		p->rev = rev;
		p->upto = s->last_rev;
		st = crm_db_touched(s, t, rev, p->upto, false, &p->nos, err);
		p->made = !st;
	}
	if (!st && keyed && !p->keyed) {
		p->nkey = 0;
		st = make_keys(s, t, p, err);
	}
	*out = p;
	return st;
}

void
crm_db_past_find(const struct crm_past *p, uint64_t hash,
    struct crm_u64s *out)
{
	size_t lo = 0, hi = p->nkey;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (p->key[mid].hash < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < p->nkey && p->key[lo].hash == hash; lo++)
		crm_u64s_add(out, p->key[lo].no);
}
