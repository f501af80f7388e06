/* Keys of a record in a write transaction: what is unique is checked and
 * written at once, the rest waits for the commit. */
#include "store/lmdb_match.h"

#include "base/hash.h"

static MDB_val
uniq_key(const struct crm_txn *x, const struct crm_keyent *k,
    uint8_t key[CRM_UNIQ_KEY])
{
	if (k->made)
		return (MDB_val){ k->term.n, (void *)k->term.p };
	crm_db_uniq_key(x->s->secret, k->index, k->term, key);
	return (MDB_val){ CRM_UNIQ_KEY, key };
}

static enum crm_status
uniq_holder(struct crm_txn *x, const struct crm_keyent *k, uint64_t *no,
    struct crm_err *err)
{
	uint8_t key[CRM_UNIQ_KEY];
	MDB_val kv = uniq_key(x, k, key), v;
	crm_db_looked(x->s);
	int rc = mdb_get(x->t, x->s->dbi[CRM_DB_UNIQ], &kv, &v);
	*no = 0;
	if (rc == MDB_NOTFOUND)
		return CRM_OK;
	if (rc)
		return crm_db_err(x->s, rc, _("cannot read"), err);
	if (v.mv_size != 8)
		return crm_db_damage(x->s, _("an entry of a unique key"), err);
	memcpy(no, v.mv_data, 8);
	return CRM_OK;
}

enum crm_status
crm_db_check_unique(struct crm_txn *x, const struct crm_keyset *keys, uint64_t no,
    struct crm_result *res, struct crm_err *err)
{
	for (size_t i = 0; i < keys->n; i++) {
		uint64_t holder;
		if (keys->k[i].what != CRM_KEY_UNIQUE)
			continue;
		enum crm_status st = uniq_holder(x, &keys->k[i], &holder, err);
		if (st)
			return st;
		if (holder && holder != no) {
			res->status = CRM_EXISTS;
			res->holder = holder;
			res->field = keys->k[i].field;
			return CRM_OK;
		}
	}
	return CRM_OK;
}

static enum crm_status
put_unique(struct crm_txn *x, const struct crm_keyent *k, uint64_t no,
    bool del, struct crm_err *err)
{
	uint8_t key[CRM_UNIQ_KEY];
	MDB_val kv = uniq_key(x, k, key), v = { 8, &no };
	int rc = del ? mdb_del(x->t, x->s->dbi[CRM_DB_UNIQ], &kv, NULL) :
	    mdb_put(x->t, x->s->dbi[CRM_DB_UNIQ], &kv, &v, 0);
	return rc == 0 || (del && rc == MDB_NOTFOUND) ? CRM_OK :
	    crm_db_err(x->s, rc, _("cannot write"), err);
}

enum crm_status
crm_db_put_key(struct crm_txn *x, const struct crm_keyent *k, uint64_t no, bool del,
    struct crm_err *err)
{
	if (k->what == CRM_KEY_UNIQUE)
		return put_unique(x, k, no, del, err);
	crm_db_pend_key(x, k, no, del);
	return CRM_OK;
}

/* -- keys made beforehand --------------------------------------------------- */

struct crm_keymaker {
	uint64_t gen;
	uint8_t secret[16];
	char region[16];
	uint8_t key[512];
	struct crm_keyset set;
	struct crm_buf made;
};

struct crm_keymaker *
crm_keymaker_new(const struct crm_store *s)
{
	struct crm_keymaker *m = crm_zalloc(sizeof(*m));
	m->gen = s->schema_gen + 1;
	memcpy(m->secret, s->secret, sizeof(m->secret));
	memcpy(m->region, s->region, sizeof(m->region));
	return m;
}

/* What the transaction needs of a key, small, for many wait in memory: the
 * hash of a LOOKUP or REF; behind it n bytes, padded to eight: of a TERM those
 * of the tree, of a UNIQUE the field's address and those of the tree, of a REF
 * the id. */
struct crm_made_key {
	uint64_t hash;
	uint32_t index;
	uint16_t n;
	uint8_t what;
};

static void
make_key(struct crm_keymaker *m, const struct crm_keyent *k)
{
	static const char zero[8];
	struct crm_made_key made = { .index = k->index, .what = k->what };
	struct crm_str bytes = { (char *)m->key, 0 };
	size_t head = k->what == CRM_KEY_UNIQUE ? sizeof(k->field) : 0;
	if (k->what == CRM_KEY_LOOKUP || k->what == CRM_KEY_REF)
		made.hash = crm_siphash(m->secret, k->term.p, k->term.n);
	if (k->what == CRM_KEY_REF) {
		bytes = k->term;
	} else if (k->what == CRM_KEY_TERM) {
		bytes.n = crm_db_term_key(m->secret, k->index, k->term, m->key);
	} else if (k->what == CRM_KEY_UNIQUE) {
		crm_db_uniq_key(m->secret, k->index, k->term, m->key);
		bytes.n = CRM_UNIQ_KEY;
	}
	/* an id is 128 bytes at most: what is longer points nowhere */
	if (bytes.n > 1024)
		bytes.n = 1024;
	made.n = (uint16_t)(head + bytes.n);
	crm_buf_add(&m->made, &made, sizeof(made));
	crm_buf_add(&m->made, &k->field, head);
	crm_buf_str(&m->made, bytes);
	crm_buf_add(&m->made, zero, -m->made.n & 7);
}

void
crm_keymaker_make(struct crm_keymaker *m, const struct crm_rec *r,
    struct crm_arena *mem, struct crm_made *out)
{
	crm_record_keys(r, CRM_DB_ALL_KEYS, crm_str_z(m->region), &m->set);
	crm_buf_clear(&m->made);
	for (size_t i = 0; i < m->set.n; i++)
		make_key(m, &m->set.k[i]);
	*out = (struct crm_made){ NULL, m->set.n, m->gen };
	if (m->made.n)
		out->k = memcpy(crm_arena_alloc(mem, m->made.n), m->made.p,
		    m->made.n);
}

void
crm_keymaker_free(struct crm_keymaker *m)
{
	if (!m)
		return;
	crm_keyset_release(&m->set);
	crm_buf_release(&m->made);
	free(m);
}

static void
take_made(const struct crm_made *made, struct crm_keyset *out)
{
	const char *p = (const char *)made->k;
	crm_grow(&out->k, &out->cap, made->n, sizeof(*out->k));
	out->n = made->n;
	for (size_t i = 0; i < made->n; i++) {
		struct crm_made_key k;
		memcpy(&k, p, sizeof(k));
		p += sizeof(k);
		out->k[i] = (struct crm_keyent){ .index = k.index,
			.what = k.what, .made = true, .hash = k.hash,
			.term = { p, k.n } };
		if (k.what == CRM_KEY_UNIQUE) {
			memcpy(&out->k[i].field, p, sizeof(out->k[i].field));
			out->k[i].term = crm_str_sub(out->k[i].term,
			    sizeof(out->k[i].field), SIZE_MAX);
		}
		p += (k.n + 7u) & ~7u;
	}
}

const struct crm_keyset *
crm_db_keys_of(struct crm_store *s, const struct crm_op *op)
{
	if (op->made && op->made->gen == s->schema_gen + 1)
		take_made(op->made, &s->keys);
	else
		crm_record_keys(op->rec, CRM_DB_ALL_KEYS, crm_str_z(s->region),
		    &s->keys);
	return &s->keys;
}

/* -- differences of keys ---------------------------------------------------- */

static int
cmp_key(const struct crm_keyent *a, const struct crm_keyent *b)
{
	if (a->what != b->what)
		return a->what < b->what ? -1 : 1;
	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	return crm_str_cmp(a->term, b->term);
}

static int
by_key(const void *a, const void *b)
{
	return cmp_key(a, b);
}

enum crm_status
crm_db_move_keys(struct crm_txn *x, struct crm_keyset *old, struct crm_keyset *new,
    uint64_t no, struct crm_err *err)
{
	size_t i = 0, j = 0;
	enum crm_status st = CRM_OK;
	if (old->n)
		qsort(old->k, old->n, sizeof(*old->k), by_key);
	if (new->n)
		qsort(new->k, new->n, sizeof(*new->k), by_key);
	while (!st && (i < old->n || j < new->n)) {
		int c = i == old->n ? 1 : j == new->n ? -1 :
		    cmp_key(&old->k[i], &new->k[j]);
		if (c == 0) {
			/* one of several equal ones stays for all */
			const struct crm_keyent *k = &old->k[i];
			while (i < old->n && cmp_key(&old->k[i], k) == 0)
				i++;
			while (j < new->n && cmp_key(&new->k[j], k) == 0)
				j++;
		} else if (c < 0) {
			st = crm_db_put_key(x, &old->k[i++], no, true, err);
		} else {
			st = crm_db_put_key(x, &new->k[j++], no, false, err);
		}
	}
	return st;
}

enum crm_status
crm_db_keys_drop(struct crm_txn *x, const struct crm_rec *r,
    struct crm_err *err)
{
	struct crm_keyset *k = &x->s->keys_old;
	enum crm_status st = CRM_OK;
	crm_record_keys(r, CRM_DB_ALL_KEYS, crm_str_z(x->s->region), k);
	for (size_t i = 0; i < k->n && !st; i++)
		st = crm_db_put_key(x, &k->k[i], r->no, true, err);
	crm_db_match_move(x, r, NULL, r->no);
	return st;
}

/* Records of the type that are there no more make a look at the target worth
 * its while. */
static bool
any_gone(const struct crm_txn *x, unsigned type)
{
	uint64_t next = x->counts.next[type];
	return next && next - 1 > x->counts.live[type];
}

/* A deleted target is as good as none; one that was merged has a successor. */
static enum crm_status
find_target(struct crm_txn *x, struct crm_str id, bool *there,
    struct crm_err *err)
{
	uint64_t no;
	struct crm_str val;
	struct crm_val v;
	*there = false;
	enum crm_status st = crm_db_id_get(x->s, x->t, id, &no, err);
	if (st)
		return st == CRM_NOTFOUND ? CRM_OK : st;
	*there = true;
	if (!any_gone(x, CRM_NO_TYPE(no)))
		return CRM_OK;
	st = crm_db_val(x->s, x->t, no, &x->s->join, &val, err);
	if (!st && !crm_val_decode(no, val.p, val.n, &v))
		st = crm_db_damage(x->s, _("a record fails its checksum"), err);
	if (!st)
		*there = v.state != CRM_DEAD;
	return st;
}

static bool
has_ref(const struct crm_keyset *keys, struct crm_str term)
{
	for (size_t i = 0; keys && i < keys->n; i++)
		if (keys->k[i].what == CRM_KEY_REF &&
		    crm_str_eq(keys->k[i].term, term))
			return true;
	return false;
}

enum crm_status
crm_db_check_refs(struct crm_txn *x, const struct crm_keyset *old,
    const struct crm_keyset *keys, struct crm_str id, struct crm_result *res,
    struct crm_err *err)
{
	for (size_t i = 0; i < keys->n; i++) {
		bool there;
		if (keys->k[i].what != CRM_KEY_REF ||
		    crm_str_eq(keys->k[i].term, id) ||
		    has_ref(old, keys->k[i].term))
			continue;
		enum crm_status st = find_target(x, keys->k[i].term, &there,
		    err);
		if (st)
			return st;
		res->dangling += !there;
	}
	return CRM_OK;
}
