/* Posting lists in a tree: key = beginning + first item (8 bytes, big endian),
 * value = block. */
#include "store/lmdb_int.h"

enum { KEY_MAX = 511 };

static struct crm_str
key_begin(MDB_val k)
{
	return (struct crm_str){ k.mv_data, k.mv_size - 8 };
}

static uint64_t
key_item(MDB_val k)
{
	return crm_be64_get((const char *)k.mv_data + k.mv_size - 8);
}

static bool
is_of(MDB_val k, struct crm_str prefix)
{
	return k.mv_size == prefix.n + 8 &&
	    memcmp(k.mv_data, prefix.p, prefix.n) == 0;
}

struct block {		/* one list's block that is being changed */
	bool there;
	uint64_t first;		/* its first item, where it is there */
	uint64_t next;		/* first item of the block behind, or the end */
	uint64_t item[CRM_POSTING_MAX];
	size_t n;
};

static int
put_key(uint8_t *key, struct crm_str prefix, uint64_t item, MDB_val *k)
{
	if (prefix.n + 8 > KEY_MAX)
		return MDB_BAD_VALSIZE;
	memcpy(key, prefix.p, prefix.n);
	crm_be64_put(key + prefix.n, item);
	*k = (MDB_val){ prefix.n + 8, key };
	return 0;
}

static int
take_block(MDB_val k, MDB_val v, struct block *b)
{
	b->there = true;
	b->first = key_item(k);
	b->n = crm_posting_decode(b->first, v.mv_data, v.mv_size, b->item);
	return b->n ? 0 : MDB_CORRUPTED;
}

/* The block into which `item` belongs: the last one that begins not later. */
static int
find_block(MDB_cursor *c, struct crm_str prefix, uint64_t item,
    struct block *b)
{
	uint8_t key[KEY_MAX];
	MDB_val k, v;
	b->there = false;
	b->n = 0;
	b->next = UINT64_MAX;
	int rc = put_key(key, prefix, item, &k);
	if (rc)
		return rc;
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	if (rc && rc != MDB_NOTFOUND)
		return rc;
	bool here = rc == 0 && is_of(k, prefix);
	if (here && key_item(k) == item) {
		rc = take_block(k, v, b);
		if (rc)
			return rc;
		rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
		if (rc == 0 && is_of(k, prefix))
			b->next = key_item(k);
		return rc == MDB_NOTFOUND ? 0 : rc;
	}
	if (here)
		b->next = key_item(k);
	rc = mdb_cursor_get(c, &k, &v, rc == 0 ? MDB_PREV : MDB_LAST);
	if (rc == 0 && is_of(k, prefix))
		return take_block(k, v, b);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

static int
write_blocks(MDB_cursor *c, struct crm_str prefix, const struct block *b,
    const uint64_t *item, size_t n)
{
	uint8_t key[KEY_MAX], out[CRM_POSTING_BLOCK];
	MDB_val k, v;
	int rc = 0;
	if (b->there && (n == 0 || item[0] != b->first)) {
		rc = put_key(key, prefix, b->first, &k);
		if (!rc)
			rc = mdb_cursor_get(c, &k, &v, MDB_SET);
		if (!rc)
			rc = mdb_cursor_del(c, 0);
	}
	while (!rc && n) {
		size_t len, used = crm_posting_encode(item, n, out, &len);
		rc = put_key(key, prefix, item[0], &k);
		v = (MDB_val){ len, out };
		if (!rc)
			rc = mdb_cursor_put(c, &k, &v, 0);
		item += used;
		n -= used;
	}
	return rc;
}

enum crm_status
crm_db_post_apply(struct crm_store *s, MDB_cursor *c, struct crm_str prefix,
    struct crm_posting_op *op, size_t n, struct crm_err *err)
{
	struct block b;
	uint64_t *out = NULL;
	size_t cap = 0;
	int rc = 0;
	n = crm_posting_sort(op, n);
	for (size_t i = 0; i < n && !rc;) {
		rc = find_block(c, prefix, op[i].item, &b);
		if (rc)
			break;
		size_t j = i + 1;
		while (j < n && op[j].item < b.next)
			j++;
		crm_grow(&out, &cap, b.n + (j - i), sizeof(*out));
		size_t m = crm_posting_merge(b.item, b.n, op + i, j - i, out);
		rc = write_blocks(c, prefix, &b, out, m);
		i = j;
	}
	free(out);
	return rc ? crm_db_err(s, rc, _("cannot write an index"), err) :
	    CRM_OK;
}

/* Is the key within the range's end? Ends are compared by their length, so
 * that all keys that begin with `hi` lie within. */
static bool
within(const struct crm_post_range *r, MDB_val k)
{
	if (k.mv_size < 8)
		return false;
	if (r->exact)
		return is_of(k, r->lo);
	struct crm_str b = key_begin(k);
	return crm_str_cmp(crm_str_sub(b, 0, r->hi.n), r->hi) <= 0;
}

typedef int visit_fn(void *ctx, MDB_val k, MDB_val v);

/* Visits the blocks of a range until the visitor's result is not 0. */
static int
walk(struct crm_store *s, MDB_txn *t, enum crm_db db,
    const struct crm_post_range *r, visit_fn *visit, void *ctx)
{
	MDB_cursor *c;
	MDB_val k = { r->lo.n, (void *)r->lo.p }, v;
	int rc = mdb_cursor_open(t, s->dbi[db], &c);
	if (rc)
		return rc;
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	for (; rc == 0; rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
		if (!within(r, k))
			break;
		rc = visit(ctx, k, v);
		if (rc)
			break;
	}
	mdb_cursor_close(c);
	return rc == MDB_NOTFOUND ? 0 : rc;
}

enum { STOP = 1 };

struct reading {
	struct crm_u64s *out;
	size_t limit, n;
};

static int
read_block(void *ctx, MDB_val k, MDB_val v)
{
	struct reading *r = ctx;
	struct crm_u64s *o = r->out;
	crm_grow(&o->v, &o->cap, o->n + CRM_POSTING_MAX, sizeof(*o->v));
	size_t n = crm_posting_decode(key_item(k), v.mv_data, v.mv_size,
	    o->v + o->n);
	if (n == 0)
		return MDB_CORRUPTED;
	o->n += n;
	return r->limit && o->n > r->limit ? STOP : 0;
}

static int
count_block(void *ctx, MDB_val k CRM_UNUSED, MDB_val v)
{
	struct reading *r = ctx;
	r->n += crm_posting_count(v.mv_data, v.mv_size);
	return r->n > r->limit ? STOP : 0;
}

enum crm_status
crm_db_post_read(struct crm_store *s, MDB_txn *t, enum crm_db db,
    const struct crm_post_range *range, struct crm_u64s *out,
    struct crm_err *err)
{
	struct reading r = { out, range->limit, 0 };
	int rc = walk(s, t, db, range, read_block, &r);
	if (rc == STOP)
		return CRM_EXISTS;
	return rc ? crm_db_err(s, rc, _("cannot read an index"), err) : CRM_OK;
}

enum crm_status
crm_db_post_count(struct crm_store *s, MDB_txn *t, enum crm_db db,
    const struct crm_post_range *range, size_t *n, struct crm_err *err)
{
	struct reading r = { NULL, range->limit, 0 };
	int rc = walk(s, t, db, range, count_block, &r);
	*n = r.n;
	return rc == 0 || rc == STOP ? CRM_OK :
	    crm_db_err(s, rc, _("cannot read an index"), err);
}
