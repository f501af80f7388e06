/* Full text: words of records in posting lists, behind the newest revision by
 * as much as `itext` says; what changed since is looked at directly. */
#include "store/lmdb_plan.h"
#include "store/lmdb_txn.h"

enum { BEHIND_MIN = 1000, BATCH = 50000 };

/* -- finding ---------------------------------------------------------------- */

static enum crm_status
read_word(struct crm_store *s, struct crm_str word, struct crm_u64s *out,
    struct crm_err *err)
{
	uint8_t key[CRM_WORD_MAX + 1];
	bool prefix = word.n > 1 && word.p[word.n - 1] == '*';
	word.n -= prefix;
	size_t n = crm_db_word_key(word, key);
	struct crm_str k = { (char *)key, n - prefix };
	struct crm_post_range r = { .lo = k, .hi = k, .exact = !prefix };
	size_t from = out->n;
	enum crm_status st = crm_db_post_read(s, s->rtxn, CRM_DB_TEXT, &r,
	    out, err);
	for (size_t i = from; i < out->n; i++)
		out->v[i] = out->v[i] >> 2 << 5;
	return st;
}

enum crm_status
crm_db_text_find(struct crm_store *s, uint64_t rev, unsigned type,
    const struct crm_str *words, size_t n, size_t limit, struct crm_u64s *out,
    struct crm_err *err)
{
	uint64_t upto;
	size_t k = 0;
	if (!crm_db_setting_on(s, s->rtxn, "index.text"))
		return CRM_EXISTS;
	enum crm_status st = crm_db_meta_u64(s, s->rtxn, "itext", &upto, err);
	if (!st && upto == 0)
		return CRM_EXISTS;
	for (size_t i = 0; i < n && !st; i++)
		st = read_word(s, words[i], out, err);
	for (size_t i = 0; i < out->n; i++)
		if (CRM_NO_TYPE(out->v[i]) == type)
			out->v[k++] = out->v[i];
	out->n = k;
	/* Sorted candidates lie near each other: more of them pay here. */
	if (!st && k > limit * 4)
		return CRM_EXISTS;
	if (!st)
		st = crm_db_touched(s, s->rtxn, upto < rev ? upto : rev,
		    s->last_rev, true, out, err);
	return !st && out->n > limit * 8 ? CRM_EXISTS : st;
}

/* -- keeping ---------------------------------------------------------------- */

/* Words of an image, each once with its greatest weight. */
static void
add_words(struct crm_store *s, struct crm_pend *p, const struct crm_rec *r,
    bool del)
{
	struct crm_keyset *k = &s->keys;
	crm_record_keys(r, 1 << CRM_KEY_WORD, crm_str_z(s->region), k);
	for (size_t i = 0; i < k->n; i++) {
		uint8_t key[CRM_WORD_MAX + 1];
		uint64_t item = r->no >> 5 << 2 | (k->k[i].weight & 3);
		size_t n = crm_db_word_key(k->k[i].term, key);
		crm_db_pend_term(p, (struct crm_str){ (char *)key, n }, item,
		    del);
	}
}

/* Of one word and record only the heaviest is kept. Ops are sorted by item,
 * which ends with the weight. */
static size_t
heaviest(struct crm_posting_op *op, size_t n)
{
	size_t k = 0;
	n = crm_posting_sort(op, n);
	for (size_t i = 0; i < n; i++) {
		if (k && !op[i].del && !op[k - 1].del &&
		    op[i].item >> 2 == op[k - 1].item >> 2)
			k--;
		op[k++] = op[i];
	}
	return k;
}

/* Writes what waits. */
static enum crm_status
put_words(struct crm_store *s, MDB_txn *t, struct crm_pend *p,
    struct crm_err *err)
{
	MDB_cursor *c;
	enum crm_status st = CRM_OK;
	int rc = mdb_cursor_open(t, s->dbi[CRM_DB_TEXT], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot write"), err);
	crm_db_pend_sort(p);
	for (size_t i = 0; i < p->nlist && !st; i++) {
		struct crm_posting_op *op = p->ops + p->list[i].from;
		size_t n = heaviest(op, p->list[i].n);
		st = crm_db_post_apply(s, c, p->list[i].key, op, n, err);
	}
	mdb_cursor_close(c);
	return st;
}

static enum crm_status
add_image(struct crm_store *s, MDB_txn *t, struct crm_pend *p, uint64_t no,
    uint64_t rev, bool del, struct crm_err *err)
{
	struct crm_rec r;
	enum crm_status st = crm_db_rec_get(s, t, no, rev, &s->join, &r, err);
	if (st)
		return st == CRM_NOTFOUND ? CRM_OK : st;
	if (r.state == CRM_LIVE)
		add_words(s, p, &r, del);
	return CRM_OK;
}

/* Moves the index of these records from their images at `from` (0: not there)
 * to those at `to`. */
static enum crm_status
index_some(struct crm_store *s, MDB_txn *t, const uint64_t *no, size_t n,
    uint64_t from, uint64_t to, struct crm_err *err)
{
	struct crm_pend p = { 0 };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < n && !st; i++) {
		if (from)
			st = add_image(s, t, &p, no[i], from, true, err);
		if (!st)
			st = add_image(s, t, &p, no[i], to, false, err);
	}
	if (!st)
		st = put_words(s, t, &p, err);
	crm_db_pend_release(&p);
	return st;
}

static enum crm_status
all_numbers(struct crm_store *s, MDB_txn *t, struct crm_u64s *out,
    struct crm_err *err)
{
	MDB_cursor *c;
	MDB_val k, v;
	uint64_t no;
	int rc = mdb_cursor_open(t, s->dbi[CRM_DB_REC], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	while ((rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) == 0) {
		memcpy(&no, k.mv_data, 8);
		if ((no & 31) == 0)
			crm_u64s_add(out, no);
	}
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? CRM_OK :
	    crm_db_err(s, rc, _("cannot read"), err);
}

/* From nothing, where the journal cannot tell what to take out. */
static enum crm_status
rebuild(struct crm_store *s, MDB_txn *t, uint64_t to, struct crm_err *err)
{
	struct crm_u64s nos = { 0 };
	int rc = mdb_drop(t, s->dbi[CRM_DB_TEXT], 0);
	enum crm_status st = rc ? crm_db_err(s, rc, _("cannot write"), err) :
	    all_numbers(s, t, &nos, err);
	for (size_t i = 0; i < nos.n && !st; i += BATCH)
		st = index_some(s, t, nos.v + i,
		    nos.n - i < BATCH ? nos.n - i : BATCH, 0, to, err);
	crm_u64s_release(&nos);
	return st;
}

static enum crm_status
catch_up(struct crm_store *s, MDB_txn *t, struct crm_err *err)
{
	uint64_t from, to, horizon;
	struct crm_commit_rec c = { 0 };
	enum crm_status st = crm_db_meta_u64(s, t, "itext", &from, err);
	if (!st)
		st = crm_db_meta_u64(s, t, "ihorizon", &horizon, err);
	if (!st)
		st = crm_db_last(s, t, &to, &c, err);
	if (st || from == to)
		return st;
	if (from == 0 || from < horizon) {
		st = rebuild(s, t, to, err);
	} else {
		struct crm_u64s nos = { 0 };
		st = crm_db_touched(s, t, from, to, true, &nos, err);
		for (size_t i = 0; i < nos.n && !st; i += BATCH)
			st = index_some(s, t, nos.v + i,
			    nos.n - i < BATCH ? nos.n - i : BATCH, from, to,
			    err);
		crm_u64s_release(&nos);
	}
	return st ? st : crm_db_meta_put_u64(s, t, "itext", to, err);
}

enum crm_status
crm_db_words(struct crm_txn *x, uint64_t no, bool del, struct crm_err *err)
{
	uint64_t at;
	enum crm_status st = crm_db_meta_u64(x->s, x->t, "itext", &at, err);
	if (st || at == 0)
		return st;
	struct crm_pend p = { 0 };
	st = add_image(x->s, x->t, &p, no, at, del, err);
	if (!st)
		st = put_words(x->s, x->t, &p, err);
	crm_db_pend_release(&p);
	return st;
}

static enum crm_status
behind(struct crm_store *s, bool *much, struct crm_err *err)
{
	uint64_t from;
	struct crm_u64s nos = { 0 };
	*much = false;
	enum crm_status st = crm_db_enter(s, err);
	if (st)
		return st;
	if (crm_db_setting_on(s, s->rtxn, "index.text")) {
		st = crm_db_meta_u64(s, s->rtxn, "itext", &from, err);
		if (!st && from)
			st = crm_db_touched(s, s->rtxn, from, s->last_rev,
			    true, &nos, err);
		*much = from == 0 ? s->last_rev > 0 : nos.n >= BEHIND_MIN;
	}
	crm_u64s_release(&nos);
	crm_db_leave(s);
	return st;
}

enum crm_status
crm_store_index(struct crm_store *s, bool always, struct crm_err *err)
{
	bool much = always;
	enum crm_status st = always ? CRM_OK : behind(s, &much, err);
	if (st || !much)
		return st;
	st = crm_db_own_begin(s, err);
	if (st)
		return st;
	do {
		MDB_txn *t = NULL;
		s->map_full = false;
		st = crm_db_own_txn(s, &t, err);
		if (!st && crm_db_setting_on(s, t, "index.text"))
			st = catch_up(s, t, err);
		if (!st) {
			int rc = mdb_txn_commit(t);
			st = rc ? crm_db_err(s, rc, _("cannot commit"), err) :
			    CRM_OK;
		} else if (t) {
			mdb_txn_abort(t);
		}
		if (s->map_full)
			st = crm_db_grow(s, err);
		else
			break;
	} while (!st);
	crm_db_own_end(s);
	return st;
}
