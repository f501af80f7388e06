/* Making the match index from nothing, and dropping it. Numbers of all records
 * are sorted a part at a time and appended: the family is the last of its
 * tree. */
#include "store/lmdb_match.h"

#include "base/radix.h"

enum { PART = 12 << 20, PER_RECORD = 16 };	/* entries */

struct building {
	struct crm_txn *x;
	const struct crm_type *type;
	uint64_t from, to;	/* keys of this part */
	struct crm_radix *entry;
	uint64_t *item;
	size_t n, cap, capitem;
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

static enum crm_status
take(void *ctx, struct crm_rec *r, struct crm_err *err)
{
	struct building *b = ctx;
	(void)err;
	uint64_t key[CRM_KEYER_MAX];
	size_t n = b->x->s->keyer->keys(b->type, r->line, key);
	crm_grow(&b->entry, &b->cap, b->n + n, sizeof(*b->entry));
	crm_grow(&b->item, &b->capitem, b->n + n, sizeof(*b->item));
	for (size_t i = 0; i < n; i++)
		if (key[i] >= b->from && key[i] < b->to) {
			b->entry[b->n] = (struct crm_radix){ key[i],
				(uint32_t)b->n };
			b->item[b->n++] = r->no >> 5;
		}
	return CRM_OK;
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
write_part(struct building *b, struct crm_err *err)
{
	struct crm_u64s l = { 0 };
	int rc = 0;
	crm_radix_sort(b->entry, b->n);
	for (size_t i = 0, j; i < b->n && !rc; i = j) {
		l.n = 0;
		for (j = i; j < b->n && b->entry[j].key == b->entry[i].key;
		    j++)
			crm_u64s_add(&l, b->item[b->entry[j].i]);
		rc = append(b, b->entry[i].key, l.v, l.n);
	}
	crm_u64s_release(&l);
	return rc ? crm_db_err(b->x->s, rc, _("cannot write an index"), err) :
	    CRM_OK;
}

static enum crm_status
build_type(struct building *b, struct crm_err *err)
{
	uint64_t live = b->x->counts.live[b->type->no];
	uint64_t parts = live * PER_RECORD / PART + 1;
	uint64_t all = UINT64_C(1) << 40;
	enum crm_status st = CRM_OK;
	for (uint64_t i = 0; i < parts && !st; i++) {
		b->n = 0;
		b->from = all / parts * i;
		b->to = i + 1 == parts ? all : all / parts * (i + 1);
		st = crm_db_each_live(b->x, b->type, take, b, err);
		if (!st)
			st = write_part(b, err);
	}
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
	free(b.entry);
	free(b.item);
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
