/* Making the match index from nothing, and dropping it. Numbers of all records
 * of a type are sorted, in parts that memory holds, and appended: the family is
 * the last of its tree. */
#include "store/lmdb_match.h"

#include "base/radix.h"
#include "base/spill.h"

enum { CHUNK = 16384 };	/* records of a chunk */

/* Of keys in memory, beside the part that is sorted; more wait in a file. */
#define MEMORY ((uint64_t)256 << 20)

struct building {
	struct crm_txn *x;
	const struct crm_type *type;
	struct crm_spill *keys;
	struct crm_spilled *e;	/* of this chunk */
	size_t n, cap;
	size_t records, chunk, chunks;
	MDB_cursor *c;
};

static enum crm_status
drop(struct crm_txn *x, struct crm_err *err)
{
	struct crm_store *s = x->s;
	uint8_t first = CRM_IDX_MATCH;
	MDB_cursor *c;
	MDB_val k = { 1, &first }, v;
	int rc = mdb_cursor_open(x->t, s->dbi[CRM_DB_IDX], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot write"), err);
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	while (rc == 0 && *(const uint8_t *)k.mv_data == first) {
		rc = mdb_cursor_del(c, 0);
		if (!rc)
			rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	return rc && rc != MDB_NOTFOUND ?
	    crm_db_err(s, rc, _("cannot write an index"), err) :
	    crm_db_meta_put_u64(s, x->t, "imatch", 0, err);
}

/* A key's 40 bits and a record's number of 56 share three words: the key's
 * upper 32 are the first, so that its first byte is the part. */
static struct crm_spilled
entry(uint64_t key, uint64_t item)
{
	return (struct crm_spilled){ (uint32_t)item, (uint32_t)(key >> 8),
		(uint32_t)(key << 24) | (uint32_t)(item >> 32) };
}

static uint64_t
key_of(const struct crm_spilled *e)
{
	return crm_spilled_key(e) >> 24;
}

static uint64_t
item_of(const struct crm_spilled *e)
{
	return (uint64_t)(e->lo & 0xffffff) << 32 | e->rec;
}

static void
end_chunk(struct building *b)
{
	crm_spill_put(b->keys, b->chunk++, b->e, b->n);
	b->e = NULL;
	b->n = b->cap = b->records = 0;
}

static enum crm_status
take(void *ctx, struct crm_rec *r, struct crm_err *err)
{
	struct building *b = ctx;
	uint64_t key[CRM_KEYER_MAX];
	size_t n = b->x->s->keyer->keys(b->type, r->line, key);
	if (b->records == CHUNK && b->chunk + 1 < b->chunks)
		end_chunk(b);
	b->records++;
	crm_grow(&b->e, &b->cap, b->n + n, sizeof(*b->e));
	for (size_t i = 0; i < n; i++)
		b->e[b->n++] = entry(key[i], r->no >> 5);
	return crm_spill_status(b->keys, err);
}

/* One posting list behind all others. */
static int
append(struct building *b, uint64_t key, const uint64_t *item, size_t n)
{
	uint8_t k[CRM_MATCH_PREFIX + 8], out[CRM_POSTING_BLOCK];
	int rc = 0;
	crm_db_match_key(b->type->no, key, k);
	while (n && !rc) {
		size_t len, used = crm_posting_encode(item, n, out, &len);
		crm_be64_put(k + CRM_MATCH_PREFIX, item[0]);
		MDB_val kv = { sizeof(k), k }, v = { len, out };
		rc = mdb_cursor_put(b->c, &kv, &v, MDB_APPEND);
		item += used;
		n -= used;
	}
	return rc;
}

static enum crm_status
write_part(struct building *b, size_t part, struct crm_err *err)
{
	size_t n;
	struct crm_spilled *e = crm_spill_part(b->keys, part, &n);
	struct crm_radix *v = crm_calloc(n + 1, sizeof(*v));
	struct crm_u64s l = { 0 };
	int rc = 0;
	for (size_t i = 0; i < n; i++)
		v[i] = (struct crm_radix){ key_of(&e[i]), (uint32_t)i };
	crm_radix_sort(v, n);
	for (size_t i = 0, j; i < n && !rc; i = j) {
		l.n = 0;
		for (j = i; j < n && v[j].key == v[i].key; j++)
			crm_u64s_add(&l, item_of(&e[v[j].i]));
		rc = append(b, v[i].key, l.v, l.n);
	}
	crm_u64s_release(&l);
	free(v);
	free(e);
	return rc ? crm_db_err(b->x->s, rc, _("cannot write an index"), err) :
	    crm_spill_status(b->keys, err);
}

static enum crm_status
build_type(struct building *b, struct crm_err *err)
{
	b->chunks = b->x->counts.live[b->type->no] / CHUNK + 1;
	b->chunk = b->records = 0;
	b->keys = crm_spill_new(b->chunks, MEMORY, b->x->s->path);
	enum crm_status st = crm_db_each_live(b->x, b->type, take, b, err);
	end_chunk(b);
	for (size_t i = 0; i < CRM_SPILL_PARTS && !st; i++)
		st = write_part(b, i, err);
	crm_spill_free(b->keys);
	return st;
}

static enum crm_status
build(struct crm_txn *x, struct crm_err *err)
{
	struct crm_store *s = x->s;
	struct building b = { .x = x };
	enum crm_status st = drop(x, err);
	int rc = st ? 0 : mdb_cursor_open(x->t, s->dbi[CRM_DB_IDX], &b.c);
	if (rc)
		st = crm_db_err(s, rc, _("cannot write"), err);
	for (unsigned no = 1; no < CRM_TYPES && !st; no++) {
		b.type = s->type_by_no[no];
		if (b.type && x->counts.live[no])
			st = build_type(&b, err);
	}
	if (b.c)
		mdb_cursor_close(b.c);
	if (!st)
		st = crm_db_meta_put_u64(s, x->t, "imatch",
		    s->keyer->version(), err);
	if (!st)
		x->match = CRM_MATCH_ON;
	return st;
}

enum crm_status
crm_db_match_set(struct crm_txn *x, struct crm_err *err)
{
	if (crm_db_setting_on(x->s, x->t, "index.match") && x->s->keyer)
		return build(x, err);
	x->match = CRM_MATCH_OFF;
	return drop(x, err);
}

static bool
same_marks(const struct crm_type *a, const struct crm_type *b)
{
	for (size_t i = 0, j = 0; i < a->nfields || j < b->nfields; i++, j++) {
		if (i >= a->nfields || j >= b->nfields ||
		    !crm_str_eq(a->fields[i].name, b->fields[j].name) ||
		    a->fields[i].match != b->fields[j].match ||
		    a->fields[i].kind != b->fields[j].kind)
			return false;
	}
	return true;
}

enum crm_status
crm_db_match_schema(struct crm_txn *x, const struct crm_schema *old,
    struct crm_err *err)
{
	struct crm_store *s = x->s;
	if (x->match != CRM_MATCH_ON)
		return CRM_OK;
	for (size_t i = 0; i < s->schema->ntypes; i++) {
		const struct crm_type *t = &s->schema->types[i];
		const struct crm_type *o = crm_schema_type_no(old, t->no);
		if (t->no < CRM_TYPES && x->counts.live[t->no] &&
		    (!o || !same_marks(t, o)))
			return build(x, err);
	}
	return CRM_OK;
}
