/* Shapes: each ordered list of keys is stored once and has a number; beside
 * them the fields that no schema names but some record holds. */
#include "store/lmdb_int.h"

#include "base/hash.h"

enum { SHAPES_MAX = 65000, KEYS_MAX = 60000 };

/* Remembers both directions. */
static void
note(struct crm_store *s, const struct crm_shape *shape, unsigned no)
{
	if (no >= s->nshape_by_no) {
		size_t n = (no + 1) * 2;
		s->shape_by_no = crm_reallocarray(s->shape_by_no, n,
		    sizeof(*s->shape_by_no));
		memset(s->shape_by_no + s->nshape_by_no, 0,
		    (n - s->nshape_by_no) * sizeof(*s->shape_by_no));
		s->nshape_by_no = n;
	}
	s->shape_by_no[no] = shape;
	if (shape->no >= s->nshape_no) {
		size_t n = ((size_t)shape->no + 1) * 2;
		s->shape_no = crm_reallocarray(s->shape_no, n,
		    sizeof(*s->shape_no));
		memset(s->shape_no + s->nshape_no, 0,
		    (n - s->nshape_no) * sizeof(*s->shape_no));
		s->nshape_no = n;
	}
	s->shape_no[shape->no] = no + 1;
}

void
crm_db_shape_forget(struct crm_store *s)
{
	for (size_t i = 0; i < s->nshape_by_no; i++)
		s->shape_by_no[i] = NULL;
	for (size_t i = 0; i < s->nshape_no; i++)
		s->shape_no[i] = 0;
	crm_map_clear(&s->known);
}

static enum crm_status
load(struct crm_store *s, MDB_txn *t, unsigned no,
    const struct crm_shape **out, struct crm_err *err)
{
	uint8_t key[3] = { 's' };
	struct crm_str v, part, *keys = NULL;
	size_t n = 0, cap = 0;
	crm_be16_put(key + 1, no);
	enum crm_status st = crm_db_meta_get(s, t,
	    (struct crm_str){ (char *)key, 3 }, &v, err);
	if (st)
		return st == CRM_NOTFOUND ? crm_db_damage(s,
		    _("a shape is missing"), err) : st;
	while (v.n && v.p[v.n - 1] == '\0' &&
	    crm_str_split(&v, '\0', &part) && v.p) {
		crm_grow(&keys, &cap, n + 1, sizeof(*keys));
		keys[n++] = part;
	}
	*out = crm_shape_intern(&s->shapes, keys, n);
	note(s, *out, no);
	free(keys);
	return CRM_OK;
}

enum crm_status
crm_db_shape_get(struct crm_store *s, MDB_txn *t, unsigned no,
    const struct crm_shape **out, struct crm_err *err)
{
	if (no < s->nshape_by_no && s->shape_by_no[no]) {
		*out = s->shape_by_no[no];
		return CRM_OK;
	}
	return load(s, t, no, out, err);
}

static enum crm_status
next_number(struct crm_store *s, MDB_txn *t, unsigned *no,
    struct crm_err *err)
{
	uint64_t n;
	enum crm_status st = crm_db_meta_u64(s, t, "ishapes", &n, err);
	if (st)
		return st;
	*no = n < SHAPES_MAX ? (unsigned)n : CRM_SHAPE_NONE;
	return n < SHAPES_MAX ?
	    crm_db_meta_put_u64(s, t, "ishapes", n + 1, err) : CRM_OK;
}

/* Looks the shape up by the hash of its keys, or stores it. */
static enum crm_status
find_or_make(struct crm_store *s, MDB_txn *t, const struct crm_shape *shape,
    unsigned *no, struct crm_err *err)
{
	struct crm_buf b = { 0 };
	uint8_t hkey[17] = { 'S' }, skey[3] = { 's' }, num[2];
	struct crm_str v;
	for (size_t i = 0; i < shape->n; i++) {
		crm_buf_str(&b, shape->keys[i]);
		crm_buf_c(&b, '\0');
	}
	crm_siphash128(s->secret, b.p, b.n, hkey + 1);
	struct crm_str hk = { (char *)hkey, sizeof(hkey) };
	enum crm_status st = CRM_OK;
	*no = CRM_SHAPE_NONE;
	if (b.n == 0 || b.n > KEYS_MAX)
		goto done;
	st = crm_db_meta_get(s, t, hk, &v, err);
	if (st != CRM_NOTFOUND) {
		if (!st && v.n == 2)
			*no = (unsigned)(uint8_t)v.p[0] << 8 | (uint8_t)v.p[1];
		goto done;
	}
	st = next_number(s, t, no, err);
	if (st || *no == CRM_SHAPE_NONE)
		goto done;
	crm_be16_put(skey + 1, *no);
	crm_be16_put(num, *no);
	st = crm_db_meta_put(s, t, (struct crm_str){ (char *)skey, 3 },
	    crm_buf_view(&b), err);
	if (!st)
		st = crm_db_meta_put(s, t, hk,
		    (struct crm_str){ (char *)num, 2 }, err);
done:
	crm_buf_release(&b);
	return st;
}

/* Key of a field in meta; false where its name is too long to be noted. */
static bool
known_key(unsigned type, struct crm_str name, char key[512], size_t *n)
{
	if (name.n > 500)
		return false;
	key[0] = 'k';
	crm_be16_put((uint8_t *)key + 1, type);
	memcpy(key + 3, name.p, name.n);
	*n = 3 + name.n;
	return true;
}

/* Notes the fields of a shape that the schema does not name, once a type. */
static enum crm_status
note_known(struct crm_store *s, MDB_txn *t, const struct crm_shape *shape,
    unsigned type, struct crm_err *err)
{
	uint64_t id = (uint64_t)type << 32 | shape->no;
	bool fresh;
	if (s->known.n && s->known_last == id)
		return CRM_OK;
	s->known_last = id;
	crm_map_put(&s->known, (struct crm_str){ (char *)&id, 8 }, &fresh);
	const struct crm_type *ty = s->type_by_no[type];
	for (size_t i = 0; fresh && i < shape->n; i++) {
		struct crm_str v, name = shape->keys[i];
		char key[512];
		size_t n;
		const struct crm_field *f = ty ? crm_type_field(ty, name) :
		    NULL;
		if ((f && crm_str_eq(f->name, name)) ||
		    !known_key(type, name, key, &n))
			continue;
		struct crm_str k = { key, n };
		enum crm_status st = crm_db_meta_get(s, t, k, &v, err);
		if (st == CRM_NOTFOUND)
			st = crm_db_meta_put(s, t, k, CRM_STR("1"), err);
		if (st)
			return st;
	}
	return CRM_OK;
}

enum crm_status
crm_db_shape_put(struct crm_store *s, MDB_txn *t,
    const struct crm_shape *shape, unsigned type, unsigned *no,
    struct crm_err *err)
{
	/* A reader may have interned it in a table of its own. */
	if (shape->no >= s->shapes.n || s->shapes.all[shape->no] != shape) {
		if (s->alien != shape)
			s->own = crm_shape_intern(&s->shapes, shape->keys,
			    shape->n);
		s->alien = shape;
		shape = s->own;
	}
	enum crm_status st = note_known(s, t, shape, type, err);
	if (st)
		return st;
	if (shape->no < s->nshape_no && s->shape_no[shape->no]) {
		*no = s->shape_no[shape->no] - 1;
		return CRM_OK;
	}
	st = find_or_make(s, t, shape, no, err);
	if (!st && *no != CRM_SHAPE_NONE)
		note(s, shape, *no);
	return st;
}

bool
crm_store_known(struct crm_store *s, const struct crm_type *t,
    struct crm_str name)
{
	char key[512];
	size_t n;
	struct crm_str v;
	if (!known_key(t->no, name, key, &n) || crm_db_enter(s, NULL))
		return false;
	enum crm_status st = crm_db_meta_get(s, s->rtxn,
	    (struct crm_str){ key, n }, &v, NULL);
	crm_db_leave(s);
	return st == CRM_OK;
}

struct crm_shapes *
crm_store_shapes(struct crm_store *s)
{
	return &s->shapes;
}
