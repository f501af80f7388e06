/* Records by id, number, ending or key. */
#include "store/lmdb_txn.h"

enum { HOPS_MAX = 1 << 20, ENDING_MIN = 4, ENDING_MAX = 64, MANY = 32,
    TOUCHED = 1024 /* bytes of pages a look-up touches */ };

/* The live record that a number leads to. */
static enum crm_status
follow(struct crm_store *s, MDB_txn *t, uint64_t rev, uint64_t no,
    struct crm_buf *join, struct crm_rec *out, struct crm_err *err)
{
	for (int i = 0; i < HOPS_MAX; i++) {
		enum crm_status st = crm_db_rec_get(s, t, no, rev, join, out,
		    err);
		if (st || out->state != CRM_MERGED)
			return st ? st : out->state == CRM_LIVE ? CRM_OK :
			    CRM_NOTFOUND;
		no = out->into;
	}
	return crm_db_damage(s, _("a chain of merged records"), err);
}

enum crm_status
crm_db_resolve(struct crm_store *s, MDB_txn *t, uint64_t rev,
    struct crm_str id, struct crm_buf *join, struct crm_rec *out,
    struct crm_err *err)
{
	uint64_t no;
	enum crm_status st = crm_db_id_get(s, t, id, &no, err);
	return st ? st : follow(s, t, rev, no, join, out, err);
}

/* -- keys ------------------------------------------------------------------- */

static unsigned
what_of(const struct crm_field *f)
{
	return f->flags & CRM_F_UNIQUE ? CRM_KEY_UNIQUE :
	    f->flags & CRM_F_KEY ? CRM_KEY_LOOKUP : CRM_KEY_TERM;
}

static enum crm_status
read_unique(struct crm_store *s, MDB_txn *t, const struct crm_field *f,
    struct crm_str term, struct crm_u64s *out, struct crm_err *err)
{
	uint8_t key[CRM_UNIQ_KEY];
	uint64_t no;
	crm_db_uniq_key(s->secret, f->index, term, key);
	MDB_val k = { sizeof(key), key }, v;
	int rc = mdb_get(t, s->dbi[CRM_DB_UNIQ], &k, &v);
	if (rc == 0 && v.mv_size == 8) {
		memcpy(&no, v.mv_data, 8);
		crm_u64s_add(out, no);
	}
	return rc == 0 || rc == MDB_NOTFOUND ? CRM_OK :
	    crm_db_err(s, rc, _("cannot read"), err);
}

static enum crm_status
read_lookup(struct crm_store *s, MDB_txn *t, const struct crm_field *f,
    struct crm_str term, struct crm_u64s *out, struct crm_err *err)
{
	uint8_t key[CRM_UNIQ_KEY];
	uint64_t hash = crm_db_term_hash(s, term);
	MDB_cursor *c;
	crm_db_lookup_bytes(f->index, hash, 0, key);
	MDB_val k = { sizeof(key), key }, v;
	int rc = mdb_cursor_open(t, s->dbi[CRM_DB_UNIQ], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	while (rc == 0 && k.mv_size == sizeof(key) &&
	    memcmp(k.mv_data, key, 12) == 0) {
		crm_u64s_add(out, crm_be64_get((char *)k.mv_data + 12));
		rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	if (s->txn && s->txn->t == t)
		crm_db_pend_find(&s->txn->pend.lookup, f->index, hash, out);
	return rc == 0 || rc == MDB_NOTFOUND ? CRM_OK :
	    crm_db_err(s, rc, _("cannot read"), err);
}

static enum crm_status
read_term(struct crm_store *s, MDB_txn *t, const struct crm_field *f,
    struct crm_str term, struct crm_u64s *out, struct crm_err *err)
{
	uint8_t key[512];
	struct crm_str lo = { (char *)key, crm_db_term_key(s->secret, f->index, term,
	    key) };
	struct crm_post_range r = { .lo = lo, .exact = true };
	size_t from = out->n;
	enum crm_status st = crm_db_post_read(s, t, CRM_DB_IDX, &r, out, err);
	if (s->txn && s->txn->t == t)
		crm_db_pend_find_term(&s->txn->pend, lo, out);
	for (size_t i = from; i < out->n; i++)
		out->v[i] <<= 5;
	return st;
}

static bool
is_id(const struct crm_field *f)
{
	return crm_str_is(f->name, "id");
}

static enum crm_status
read_id(struct crm_store *s, MDB_txn *t, struct crm_str id,
    struct crm_u64s *out, struct crm_err *err)
{
	uint64_t no;
	enum crm_status st = crm_db_id_get(s, t, id, &no, err);
	if (!st)
		crm_u64s_add(out, no);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

enum crm_status
crm_db_candidates(struct crm_store *s, MDB_txn *t, uint64_t rev,
    const struct crm_field *f, struct crm_str term, struct crm_u64s *out,
    struct crm_err *err)
{
	unsigned what = what_of(f);
	if (is_id(f))	/* has a tree of its own, with all that ever were */
		return read_id(s, t, term, out, err);
	if (!(f->flags & (CRM_F_UNIQUE | CRM_F_KEY | CRM_F_INDEX)))
		return crm_err_set(err, CRM_INVALID, "store.nokey",
		    _("records cannot be named by '%.*s'"), CRM_FMT(f->name));
	enum crm_status st = what == CRM_KEY_UNIQUE ?
	    read_unique(s, t, f, term, out, err) : what == CRM_KEY_LOOKUP ?
	    read_lookup(s, t, f, term, out, err) :
	    read_term(s, t, f, term, out, err);
	if (!st && rev < s->last_rev) {
		const struct crm_past *p;
		st = crm_db_past(s, t, rev, true, &p, err);
		for (size_t i = 0; !st && what == CRM_KEY_TERM &&
		    i < p->nos.n; i++)
			crm_u64s_add(out, p->nos.v[i]);
		if (!st)
			crm_db_past_find(p, crm_db_past_hash(s, what,
			    f->index, term), out);
	}
	crm_u64s_uniq(out);
	return st;
}

static bool
has_key(struct crm_store *s, const struct crm_rec *r,
    const struct crm_field *f, struct crm_str term)
{
	struct crm_keyset *k = &s->keys_old;
	if (is_id(f))
		return CRM_NO_TYPE(r->no) == f->index >> 16 &&
		    crm_str_eq(crm_rec_id(r), term);
	crm_record_keys(r, 1u << what_of(f), crm_str_z(s->region), k);
	for (size_t i = 0; i < k->n; i++)
		if (k->k[i].index == f->index &&
		    crm_str_eq(k->k[i].term, term))
			return true;
	return false;
}

/* -- endings ---------------------------------------------------------------- */

static bool
ends_so(struct crm_str id, struct crm_str end)
{
	if (id.n < end.n)
		return false;
	const char *p = id.p + id.n - end.n;
	for (size_t i = 0; i < end.n; i++) {
		char a = p[i], b = end.p[i];
		if (a >= 'a' && a <= 'z')
			a -= 32;
		if (b >= 'a' && b <= 'z')
			b -= 32;
		if (a != b)
			return false;
	}
	return true;
}

static enum crm_status
scan_endings(struct crm_store *s, MDB_txn *t, struct crm_str end,
    struct crm_u64s *out, struct crm_err *err)
{
	MDB_cursor *c;
	MDB_val k, v;
	char buf[132];
	uint64_t no;
	int rc = mdb_cursor_open(t, s->dbi[CRM_DB_ID], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	while ((rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) == 0 &&
	    out->n < ENDING_MAX)
		if (v.mv_size == 8 && ends_so(crm_db_id_text(k, buf), end)) {
			memcpy(&no, v.mv_data, 8);
			crm_u64s_add(out, no);
		}
	mdb_cursor_close(c);
	return rc == 0 || rc == MDB_NOTFOUND ? CRM_OK :
	    crm_db_err(s, rc, _("cannot read"), err);
}

/* -- fields and endings ------------------------------------------------------ */

static enum crm_status
candidates(struct crm_store *s, MDB_txn *t, uint64_t rev,
    const struct crm_key *key, struct crm_u64s *out, struct crm_err *err)
{
	if (key->by == CRM_BY_FIELD)
		return crm_db_candidates(s, t, rev, key->field, key->value,
		    out, err);
	enum crm_status st = key->value.n < ENDING_MIN ? CRM_OK :
	    scan_endings(s, t, key->value, out, err);
	crm_u64s_uniq(out);
	return st;
}

/* Rows for the live ones among the candidates, each once; with `old` for what
 * merged ones lead to. */
static enum crm_status
add_live(struct crm_store *s, MDB_txn *t, uint64_t rev,
    const struct crm_key *key, const struct crm_u64s *nos, bool old,
    struct crm_batch *out, uint32_t *found, bool all, struct crm_err *err)
{
	struct crm_u64s seen = { 0 };
	struct crm_buf join = { 0 };
	bool field = key->by == CRM_BY_FIELD;
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < nos->n && !st; i++) {
		struct crm_rec r;
		size_t had = seen.n;
		if (!field && key->type &&
		    CRM_NO_TYPE(nos->v[i]) != key->type->no)
			continue;
		st = old ? follow(s, t, rev, nos->v[i], &join, &r, err) :
		    crm_db_rec_get(s, t, nos->v[i], rev, &join, &r, err);
		if (st == CRM_NOTFOUND || (!st && (r.state != CRM_LIVE ||
		    (field && !has_key(s, &r, key->field, key->value))))) {
			st = CRM_OK;
			continue;
		}
		if (!st && old) {
			crm_u64s_add(&seen, r.no);
			crm_u64s_uniq(&seen);
		}
		if (!st && (!old || seen.n > had) && (++*found == 1 || all))
			crm_batch_add(out, &r);
	}
	crm_u64s_release(&seen);
	crm_buf_release(&join);
	return st;
}

/* One row, or with `all` each. Endings of ids are first those of live records;
 * where none ends so, those of merged ones. */
static enum crm_status
add_several(struct crm_store *s, MDB_txn *t, uint64_t rev,
    const struct crm_key *key, struct crm_batch *out, uint32_t *several,
    bool all, struct crm_err *err)
{
	struct crm_u64s nos = { 0 };
	uint32_t found = 0;
	enum crm_status st = candidates(s, t, rev, key, &nos, err);
	if (!st)
		st = add_live(s, t, rev, key, &nos, false, out, &found, all,
		    err);
	if (!st && !found && key->by == CRM_BY_ENDING)
		st = add_live(s, t, rev, key, &nos, true, out, &found, all,
		    err);
	if (!st && found == 0 && !all)
		crm_batch_add_none(out);
	if (several)
		*several = found;
	crm_u64s_release(&nos);
	return st;
}

/* -- one key ---------------------------------------------------------------- */

static enum crm_status
add_one(struct crm_store *s, MDB_txn *t, uint64_t rev,
    const struct crm_key *k, struct crm_batch *out, uint32_t *several,
    bool all, struct crm_err *err)
{
	struct crm_rec r;
	uint64_t no = k->no;
	enum crm_status st = CRM_OK;
	if (k->by == CRM_BY_OLD_ID)
		st = crm_db_id_get(s, t, k->value, &no, err);
	if (!st)
		st = k->by == CRM_BY_ID ?
		    crm_db_resolve(s, t, rev, k->value, &s->join, &r, err) :
		    crm_db_rec_get(s, t, no, rev, &s->join, &r, err);
	bool found = !st && (!k->type || k->type->no == CRM_NO_TYPE(r.no));
	if (several)
		*several = found;
	if (found)
		crm_batch_add(out, &r);
	else if (!all && (!st || st == CRM_NOTFOUND))
		crm_batch_add_none(out);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

enum crm_status
crm_db_get(struct crm_store *s, MDB_txn *t, uint64_t rev,
    const struct crm_key *k, struct crm_batch *out, uint32_t *several,
    bool all, struct crm_err *err)
{
	switch (k->by) {
	case CRM_BY_ID:
	case CRM_BY_OLD_ID:
	case CRM_BY_NO:
		return add_one(s, t, rev, k, out, several, all, err);
	case CRM_BY_ENDING:
	case CRM_BY_FIELD:
		return add_several(s, t, rev, k, out, several, all, err);
	}
	return CRM_OK;
}

static bool
many(const struct crm_key *k, size_t n, unsigned by)
{
	for (size_t i = 0; i < n; i++)
		if (k[i].by != by)
			return false;
	return n >= MANY;
}

enum crm_status
crm_store_get(struct crm_store *s, uint64_t rev, const struct crm_key *k,
    size_t n, struct crm_batch *out, uint32_t *several, struct crm_err *err)
{
	crm_batch_clear(out);
	enum crm_status st = crm_db_enter(s, err);
	if (st)
		return st;
	if (many(k, n, CRM_BY_ID))
		st = crm_db_get_ids(s, rev, k, n, out, several, err);
	else if (many(k, n, CRM_BY_FIELD))
		st = crm_db_get_fields(s, rev, k, n, out, several, err);
	else
		for (size_t i = 0; i < n && !st; i++)
			st = crm_db_get(s, s->rtxn, rev, &k[i], out,
			    several ? &several[i] : NULL, false, err);
	crm_db_forget_pages(s, n * TOUCHED);
	crm_db_leave(s);
	return st;
}

enum crm_status
crm_store_find(struct crm_store *s, uint64_t rev, const struct crm_key *k,
    struct crm_batch *out, struct crm_err *err)
{
	crm_batch_clear(out);
	enum crm_status st = crm_db_enter(s, err);
	if (st)
		return st;
	st = crm_db_get(s, s->rtxn, rev, k, out, NULL, true, err);
	crm_db_leave(s);
	return st;
}
