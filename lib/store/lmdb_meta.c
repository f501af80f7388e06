/* The meta tree: settings, schema, marks; each value behind its checksum.
 * Keys: 'i' + name (the driver's own), 'n' + name (named values), 's' + number
 * and 'S' + hash (shapes), 'k' + type + name (fields ever stored). */
#include "store/lmdb_int.h"

#include "base/hash.h"

enum { NAME_MAX_BYTES = 400 };

static uint32_t
checksum(struct crm_str key, struct crm_str v)
{
	return crm_crc32c(crm_crc32c(0, key.p, key.n), v.p, v.n);
}

enum crm_status
crm_db_meta_get(struct crm_store *s, MDB_txn *t, struct crm_str key,
    struct crm_str *out, struct crm_err *err)
{
	MDB_val k = { key.n, (void *)key.p }, v;
	uint32_t crc;
	int rc = mdb_get(t, s->dbi[CRM_DB_META], &k, &v);
	if (rc == MDB_NOTFOUND)
		return CRM_NOTFOUND;
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	if (v.mv_size < 4)
		return crm_db_damage(s, _("a value of meta"), err);
	memcpy(&crc, v.mv_data, 4);
	*out = (struct crm_str){ (const char *)v.mv_data + 4, v.mv_size - 4 };
	if (crc != checksum(key, *out))
		return crm_db_damage(s, _("a value of meta"), err);
	return CRM_OK;
}

enum crm_status
crm_db_meta_put(struct crm_store *s, MDB_txn *t, struct crm_str key,
    struct crm_str value, struct crm_err *err)
{
	MDB_val k = { key.n, (void *)key.p }, v = { value.n + 4, NULL };
	if (value.n == 0) {
		int rc = mdb_del(t, s->dbi[CRM_DB_META], &k, NULL);
		return rc == 0 || rc == MDB_NOTFOUND ? CRM_OK :
		    crm_db_err(s, rc, _("cannot write"), err);
	}
	uint32_t crc = checksum(key, value);
	int rc = mdb_put(t, s->dbi[CRM_DB_META], &k, &v, MDB_RESERVE);
	if (rc)
		return crm_db_err(s, rc, _("cannot write"), err);
	memcpy(v.mv_data, &crc, 4);
	memcpy((char *)v.mv_data + 4, value.p, value.n);
	return CRM_OK;
}

enum crm_status
crm_db_meta_u64(struct crm_store *s, MDB_txn *t, const char *key,
    uint64_t *out, struct crm_err *err)
{
	struct crm_str v;
	*out = 0;
	enum crm_status st = crm_db_meta_get(s, t, crm_str_z(key), &v, err);
	if (st)
		return st == CRM_NOTFOUND ? CRM_OK : st;
	if (v.n != 8)
		return crm_db_damage(s, _("a value of meta"), err);
	memcpy(out, v.p, 8);
	return CRM_OK;
}

enum crm_status
crm_db_meta_put_u64(struct crm_store *s, MDB_txn *t, const char *key,
    uint64_t v, struct crm_err *err)
{
	return crm_db_meta_put(s, t, crm_str_z(key),
	    (struct crm_str){ (char *)&v, 8 }, err);
}

/* Old schemas stay until the store is closed: callers may hold pointers into
 * them. */
static enum crm_status
load_schema(struct crm_store *s, MDB_txn *t, uint64_t gen,
    struct crm_err *err)
{
	struct crm_str blob;
	struct crm_schema *new = NULL;
	enum crm_status st = crm_db_meta_get(s, t, CRM_STR("nschema"), &blob,
	    err);
	if (st && st != CRM_NOTFOUND)
		return st;
	if (st || crm_str_eq(blob, crm_schema_default_blob())) {
		s->schema = crm_schema_default();
	} else {
		st = crm_schema_load(blob, &new, err);
		if (st)
			return st;
		crm_grow(&s->schemas, &s->cap_schemas, s->nschemas + 1,
		    sizeof(*s->schemas));
		s->schemas[s->nschemas++] = new;
		s->schema = new;
	}
	s->schema_gen = gen;
	memset(s->type_by_no, 0, sizeof(s->type_by_no));
	for (size_t i = 0; i < s->schema->ntypes; i++)
		if (s->schema->types[i].no < CRM_TYPES)
			s->type_by_no[s->schema->types[i].no] =
			    &s->schema->types[i];
	return CRM_OK;
}

static enum crm_status
load_secret(struct crm_store *s, MDB_txn *t, struct crm_err *err)
{
	struct crm_str v;
	uint64_t format;
	enum crm_status st = crm_db_meta_u64(s, t, "iformat", &format, err);
	if (st)
		return st;
	if (format != CRM_STORE_FORMAT)
		return crm_err_set(err, CRM_VERSION, "store.version",
		    _("'%s' has format %" PRIu64 ", this program reads %d"),
		    s->path, format, CRM_STORE_FORMAT);
	st = crm_db_meta_get(s, t, CRM_STR("iuuid"), &v, err);
	if (!st && v.n == 16)
		memcpy(s->uuid, v.p, 16);
	if (!st)
		st = crm_db_meta_get(s, t, CRM_STR("isecret"), &v, err);
	if (st == CRM_NOTFOUND || (!st && v.n != 16))
		return crm_db_damage(s, _("its secret is missing"), err);
	if (!st)
		memcpy(s->secret, v.p, 16);
	return st;
}

enum crm_status
crm_db_meta_load(struct crm_store *s, MDB_txn *t, struct crm_err *err)
{
	uint64_t gen;
	struct crm_str v;
	enum crm_status st = CRM_OK;
	if (!s->schema)
		st = load_secret(s, t, err);
	if (!st)
		st = crm_db_meta_u64(s, t, "igen", &gen, err);
	if (st || (s->schema && gen == s->schema_gen))
		return st;
	st = load_schema(s, t, gen, err);
	if (st)
		return st;
	st = crm_db_meta_get(s, t, CRM_STR("nsetting.country"), &v, err);
	if (st && st != CRM_NOTFOUND)
		return st;
	s->region[0] = '\0';
	if (!st && v.n < sizeof(s->region))
		snprintf(s->region, sizeof(s->region), "%.*s", CRM_FMT(v));
	return CRM_OK;
}

bool
crm_db_setting_on(struct crm_store *s, MDB_txn *t, const char *name)
{
	char key[64];
	struct crm_str v;
	snprintf(key, sizeof(key), "nsetting.%s", name);
	return crm_db_meta_get(s, t, crm_str_z(key), &v, NULL) == CRM_OK &&
	    crm_str_is(v, "on");
}

/* -- named values ----------------------------------------------------------- */

static enum crm_status
named_key(struct crm_str name, char key[NAME_MAX_BYTES + 1],
    struct crm_str *out, struct crm_err *err)
{
	if (name.n == 0 || name.n > NAME_MAX_BYTES)
		return crm_err_set(err, CRM_INVALID, "store.name",
		    _("not a name of a value"));
	key[0] = 'n';
	memcpy(key + 1, name.p, name.n);
	*out = (struct crm_str){ key, name.n + 1 };
	return CRM_OK;
}

enum crm_status
crm_db_named_put(struct crm_store *s, MDB_txn *t, struct crm_str name,
    struct crm_str value, struct crm_err *err)
{
	char buf[NAME_MAX_BYTES + 1];
	struct crm_str key;
	uint64_t gen;
	enum crm_status st = named_key(name, buf, &key, err);
	if (!st)
		st = crm_db_meta_put(s, t, key, value, err);
	if (!st)
		st = crm_db_meta_u64(s, t, "igen", &gen, err);
	return st ? st : crm_db_meta_put_u64(s, t, "igen", gen + 1, err);
}

enum crm_status
crm_store_named(struct crm_store *s, struct crm_str name, struct crm_buf *out,
    struct crm_err *err)
{
	char buf[NAME_MAX_BYTES + 1];
	struct crm_str key, v;
	enum crm_status st = named_key(name, buf, &key, err);
	if (!st)
		st = crm_db_enter(s, err);
	if (st)
		return st;
	st = crm_db_meta_get(s, s->rtxn, key, &v, err);
	if (!st)
		crm_buf_str(out, v);
	else if (st == CRM_NOTFOUND)
		crm_err_set(err, CRM_NOTFOUND, "store.name",
		    _("there is no '%.*s'"), CRM_FMT(name));
	crm_db_leave(s);
	return st;
}

/* Copies the named values first: fn may use the store. */
static enum crm_status
collect_names(struct crm_store *s, struct crm_str prefix,
    struct crm_arena *mem, struct crm_str **out, size_t *n,
    struct crm_err *err)
{
	MDB_cursor *c;
	char buf[NAME_MAX_BYTES + 1];
	struct crm_str key = CRM_STR("n");
	size_t cap = 0;
	if (prefix.n && named_key(prefix, buf, &key, err))
		return CRM_INVALID;
	MDB_val k = { key.n, (void *)key.p }, v;
	int rc = mdb_cursor_open(s->rtxn, s->dbi[CRM_DB_META], &c);
	if (rc)
		return crm_db_err(s, rc, _("cannot read"), err);
	enum crm_status st = CRM_OK;
	rc = mdb_cursor_get(c, &k, &v, MDB_SET_RANGE);
	while (rc == 0 && crm_str_starts((struct crm_str){ k.mv_data,
	    k.mv_size }, key)) {
		struct crm_str name = { k.mv_data, k.mv_size }, val;
		st = crm_db_meta_get(s, s->rtxn, name, &val, err);
		if (st)
			break;
		crm_grow(out, &cap, *n + 2, sizeof(**out));
		(*out)[(*n)++] = crm_arena_str(mem, crm_str_sub(name, 1,
		    name.n));
		(*out)[(*n)++] = crm_arena_str(mem, val);
		rc = mdb_cursor_get(c, &k, &v, MDB_NEXT);
	}
	mdb_cursor_close(c);
	return st || rc == 0 || rc == MDB_NOTFOUND ? st :
	    crm_db_err(s, rc, _("cannot read"), err);
}

enum crm_status
crm_store_names(struct crm_store *s, struct crm_str prefix,
    void (*fn)(void *, struct crm_str name, struct crm_str value), void *ctx,
    struct crm_err *err)
{
	struct crm_arena mem = { 0 };
	struct crm_str *list = NULL;
	size_t n = 0;
	enum crm_status st = crm_db_enter(s, err);
	if (st)
		return st;
	st = collect_names(s, prefix, &mem, &list, &n, err);
	crm_db_leave(s);
	for (size_t i = 0; !st && i < n; i += 2)
		fn(ctx, list[i], list[i + 1]);
	free(list);
	crm_arena_release(&mem);
	return st;
}

const struct crm_schema *
crm_store_schema(struct crm_store *s)
{
	return s->schema;
}
