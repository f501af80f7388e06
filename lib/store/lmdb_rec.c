/* Values of records and records at a revision: what is newer than the
 * revision is replaced through its chain of earlier images. */
#include "store/lmdb_txn.h"

static enum crm_status
join_more(struct crm_store *s, MDB_txn *t, uint64_t no, unsigned parts,
    struct crm_buf *join, struct crm_err *err)
{
	for (unsigned i = 1; i < parts; i++) {
		uint64_t n = no | i;
		MDB_val k = { sizeof(n), &n }, v;
		int rc = mdb_get(t, s->dbi[CRM_DB_REC], &k, &v);
		if (rc == MDB_NOTFOUND)
			return crm_db_damage(s,
			    _("a part of a record is missing"), err);
		if (rc)
			return crm_db_err(s, rc, _("cannot read"), err);
		crm_buf_add(join, v.mv_data, v.mv_size);
	}
	return CRM_OK;
}

enum crm_status
crm_db_val(struct crm_store *s, MDB_txn *t, uint64_t no, struct crm_buf *join,
    struct crm_str *out, struct crm_err *err)
{
	MDB_val k = { sizeof(no), &no }, v;
	int rc = mdb_get(t, s->dbi[CRM_DB_REC], &k, &v);
	if (rc == MDB_NOTFOUND)
		return CRM_NOTFOUND;
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	unsigned parts = crm_val_parts(v.mv_data, v.mv_size);
	*out = (struct crm_str){ v.mv_data, v.mv_size };
	if (parts == 1)
		return CRM_OK;
	crm_buf_clear(join);
	crm_buf_add(join, v.mv_data, v.mv_size);
	enum crm_status st = join_more(s, t, no, parts, join, err);
	*out = crm_buf_view(join);
	return st;
}

enum crm_status
crm_db_val_at(struct crm_store *s, MDB_cursor *c, uint64_t no, MDB_val first,
    struct crm_buf *join, struct crm_str *out, struct crm_err *err)
{
	unsigned parts = crm_val_parts(first.mv_data, first.mv_size);
	*out = (struct crm_str){ first.mv_data, first.mv_size };
	if (parts == 1)
		return CRM_OK;
	crm_buf_clear(join);
	crm_buf_add(join, first.mv_data, first.mv_size);
	for (unsigned i = 1; i < parts; i++) {
		MDB_val k, v;
		uint64_t n;
		int rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
		if (rc && rc != MDB_NOTFOUND)
			return crm_db_err(s, rc, _("cannot read"), err);
		if (rc == 0)
			memcpy(&n, k.mv_data, 8);
		if (rc || n != (no | i))
			return crm_db_damage(s,
			    _("a part of a record is missing"), err);
		crm_buf_add(join, v.mv_data, v.mv_size);
	}
	*out = crm_buf_view(join);
	return CRM_OK;
}

static enum crm_status
drop_parts(struct crm_store *s, MDB_txn *t, uint64_t no, unsigned from,
    struct crm_err *err)
{
	MDB_val k = { sizeof(no), &no }, v;
	int rc = mdb_get(t, s->dbi[CRM_DB_REC], &k, &v);
	if (rc)
		return rc == MDB_NOTFOUND ? CRM_OK :
		    crm_db_err(s, rc, _("cannot read"), err);
	unsigned parts = crm_val_parts(v.mv_data, v.mv_size);
	for (unsigned i = from; i < parts; i++) {
		uint64_t n = no | i;
		MDB_val part = { sizeof(n), &n };
		rc = mdb_del(t, s->dbi[CRM_DB_REC], &part, NULL);
		if (rc && rc != MDB_NOTFOUND)
			return crm_db_err(s, rc, _("cannot write"), err);
	}
	return CRM_OK;
}

enum crm_status
crm_db_val_put(struct crm_store *s, MDB_txn *t, MDB_cursor *c, uint64_t no,
    struct crm_str val, enum crm_put how, struct crm_err *err)
{
	unsigned parts = crm_val_parts(val.p, val.n);
	enum crm_status st = how == CRM_PUT_OVER ?
	    drop_parts(s, t, no, parts, err) : CRM_OK;
	unsigned flags = how == CRM_PUT_LAST ? MDB_APPEND : 0;
	size_t done = 0;
	for (unsigned i = 0; !st && i < parts; i++) {
		uint64_t n = no | i;
		MDB_val k = { sizeof(n), &n };
		MDB_val v = { crm_val_part_size(val.n, parts, i),
			(void *)(val.p + done) };
		int rc = mdb_cursor_put(c, &k, &v, flags);
		if (rc)
			return crm_db_err(s, rc, _("cannot write"), err);
		done += v.mv_size;
	}
	return st;
}

/* A text without stored shape is scanned; offsets and shape go into memory
 * that lasts as long as the section. */
static enum crm_status
view_scanned(struct crm_store *s, const struct crm_val *v,
    struct crm_rec *out, struct crm_err *err)
{
	static const struct crm_shape none = { 0 };
	const struct crm_json_limits lim = { .line = SIZE_MAX,
		.members = SIZE_MAX, .depth = 4096 };
	out->shape = &none;
	out->line = (struct crm_str){ (const char *)v->body, v->nbody };
	if (v->nbody == 0)
		return CRM_OK;
	struct crm_err why = { 0 };
	if (crm_json_scan(out->line, &lim, &s->scan, &why))
		return crm_db_damage(s, _("the text of a record"), err);
	size_t n = s->scan.n;
	struct crm_str *keys = crm_arena_alloc(&s->scan_mem,
	    n * sizeof(*keys));
	uint32_t *off = crm_arena_alloc(&s->scan_mem, n * sizeof(*off));
	for (size_t i = 0; i < n; i++) {
		keys[i] = s->scan.m[i].key;
		off[i] = (uint32_t)(s->scan.m[i].val.p - out->line.p);
	}
	out->shape = crm_shape_intern(&s->shapes, keys, n);
	out->off = (const uint8_t *)off;
	out->wide = true;
	return CRM_OK;
}

enum crm_status
crm_db_rec_view(struct crm_store *s, MDB_txn *t, uint64_t no,
    const struct crm_val *v, struct crm_rec *out, struct crm_err *err)
{
	unsigned type = CRM_NO_TYPE(no);
	*out = (struct crm_rec){ .no = no, .rev = v->rev, .into = v->into,
		.state = v->state, .wide = v->wide,
		.type = type < CRM_TYPES ? s->type_by_no[type] : NULL };
	if (v->shape == CRM_SHAPE_NONE)
		return view_scanned(s, v, out, err);
	enum crm_status st = crm_db_shape_get(s, t, v->shape, &out->shape,
	    err);
	if (st)
		return st;
	size_t offs = out->shape->n * (v->wide ? 4u : 2u);
	if (offs + 2 > v->nbody)
		return crm_db_damage(s, _("the offsets of a record"), err);
	out->off = v->body;
	out->line = (struct crm_str){ (const char *)v->body + offs,
		v->nbody - offs };
	return CRM_OK;
}

/* One step back: what lies in the journal under (v->rev, no). */
static enum crm_status
step_back(struct crm_store *s, MDB_txn *t, uint64_t no, struct crm_val *v,
    struct crm_err *err)
{
	uint8_t key[16];
	struct crm_entry e;
	crm_be64_put(key, v->rev);
	crm_be64_put(key + 8, no);
	MDB_val k = { sizeof(key), key }, val;
	int rc = mdb_get(t, s->dbi[CRM_DB_JNL], &k, &val);
	if (rc == MDB_NOTFOUND)
		return crm_err_set(err, CRM_VERSION, "store.horizon",
		    _("'%s' no longer knows what was before revision %" PRIu64),
		    s->path, v->rev);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	uint64_t rev = v->rev;
	if (!crm_entry_decode(rev, no, (struct crm_str){ val.mv_data,
	    val.mv_size }, &e))
		return crm_db_damage(s, _("an entry of the journal"), err);
	if (e.kind == CRM_ENTRY_IMAGE) {
		if (!crm_val_decode(no, e.image.p, e.image.n, v))
			return crm_db_damage(s,
			    _("an earlier image in the journal"), err);
	} else if (e.kind == CRM_ENTRY_HEAD) {
		v->rev = e.rev;
		v->first = e.first;
		v->state = e.state;
		v->into = e.into;
	} else {
		*v = (struct crm_val){ .state = CRM_ERASED, .first = true,
			.shape = CRM_SHAPE_NONE, .body = v->body };
	}
	return v->rev < rev ? CRM_OK :
	    crm_db_damage(s, _("a chain of revisions"), err);
}

enum crm_status
crm_db_val_back(struct crm_store *s, MDB_txn *t, uint64_t no,
    struct crm_val *v, struct crm_err *err)
{
	return v->first ? CRM_NOTFOUND : step_back(s, t, no, v, err);
}

enum crm_status
crm_db_rec_at(struct crm_store *s, MDB_txn *t, uint64_t no,
    struct crm_str val, uint64_t rev, struct crm_rec *out,
    struct crm_err *err)
{
	struct crm_val v;
	if (!crm_val_decode(no, val.p, val.n, &v))
		return crm_err_set(err, CRM_CORRUPT, "store.corrupt",
		    _("'%s' is damaged: record number %" PRIx64
		    " fails its checksum; see 'crm verify'"), s->path, no);
	while (v.rev > rev) {
		enum crm_status st = crm_db_val_back(s, t, no, &v, err);
		if (st)
			return st;
	}
	return crm_db_rec_view(s, t, no, &v, out, err);
}

enum crm_status
crm_db_rec_get(struct crm_store *s, MDB_txn *t, uint64_t no, uint64_t rev,
    struct crm_buf *join, struct crm_rec *out, struct crm_err *err)
{
	struct crm_str val;
	enum crm_status st = crm_db_val(s, t, no, join, &val, err);
	return st ? st : crm_db_rec_at(s, t, no, val, rev, out, err);
}

enum crm_status
crm_db_each_live(struct crm_txn *x, const struct crm_type *type,
    crm_db_live_fn *fn, void *ctx, struct crm_err *err)
{
	struct crm_store *s = x->s;
	uint64_t no = CRM_NO(type->no, 0);
	MDB_cursor *c;
	MDB_val k = { sizeof(no), &no }, v;
	struct crm_buf join = { 0 };
	enum crm_status st = CRM_OK;
	int rc = mdb_cursor_open(x->t, s->dbi[CRM_DB_REC], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	for (; rc == 0 && !st; rc = mdb_cursor_get(c, &k, &v, MDB_NEXT)) {
		struct crm_str val;
		struct crm_rec r;
		memcpy(&no, k.mv_data, 8);
		if (CRM_NO_TYPE(no) != type->no)
			break;
		st = crm_db_val_at(s, c, no, v, &join, &val, err);
		if (!st)
			st = crm_db_rec_at(s, x->t, no, val, UINT64_MAX, &r,
			    err);
		if (!st && r.state == CRM_LIVE)
			st = fn(ctx, &r, err);
	}
	mdb_cursor_close(c);
	crm_buf_release(&join);
	return st || rc == 0 || rc == MDB_NOTFOUND ? st :
	    crm_db_err(s, rc, _("cannot read"), err);
}
