/* How a query reaches other records of the store, at a revision. */
#include "store/lmdb_int.h"

struct qenv {
	struct crm_query_env env;	/* first: freed through its address */
	struct crm_store *s;
	uint64_t rev;
	struct crm_batch *got, *named;
	struct crm_buf join, key;
};

static bool
env_get(void *ctx, struct crm_str id, struct crm_rec *out)
{
	struct qenv *e = ctx;
	struct crm_rec r;
	if (crm_db_enter(e->s, NULL))
		return false;
	enum crm_status st = crm_db_resolve(e->s, e->s->rtxn, e->rev, id,
	    &e->join, &r, NULL);
	if (!st) {
		crm_batch_clear(e->got);
		crm_batch_add(e->got, &r);
		*out = *crm_batch_row(e->got, 0);
	}
	crm_db_leave(e->s);
	return !st;
}

static void
env_links(void *ctx, struct crm_str id, const struct crm_type *type,
    bool (*fn)(void *arg, const struct crm_rec *r), void *arg)
{
	struct qenv *e = ctx;
	/* What cannot be read is absent: a query has no way to fail here; the
	 * scan that asks meets the same damage itself. */
	enum crm_status st = crm_db_links(e->s, e->rev, id, type, fn, arg,
	    NULL);
	(void)st;
}

static void
env_find(void *ctx, const struct crm_type *type, const struct crm_field *field,
    struct crm_str key, bool (*fn)(void *arg, const struct crm_rec *r),
    void *arg)
{
	struct qenv *e = ctx;
	struct crm_key k = { .by = CRM_BY_FIELD, .type = type, .field = field,
		.value = key };
	if (crm_store_find(e->s, e->rev, &k, e->named, NULL) != CRM_OK)
		return;
	for (size_t i = 0; i < crm_batch_len(e->named); i++)
		if (!fn(arg, crm_batch_row(e->named, i)))
			return;
}

static bool
find_named(struct qenv *e, const char *type, struct crm_str name)
{
	const struct crm_type *t = crm_schema_type(e->s->schema,
	    crm_str_z(type));
	const struct crm_field *f = t ? crm_type_field(t, CRM_STR("name")) :
	    NULL;
	crm_buf_clear(&e->key);
	if (!f || !crm_field_key(f, name, crm_str_z(e->s->region), &e->key))
		return false;
	struct crm_key k = { .by = CRM_BY_FIELD, .type = t, .field = f,
		.value = crm_buf_view(&e->key) };
	return crm_store_find(e->s, e->rev, &k, e->named, NULL) == CRM_OK &&
	    crm_batch_len(e->named) > 0;
}

static bool
env_named(void *ctx, struct crm_str name, struct crm_rec *out)
{
	struct qenv *e = ctx;
	if (!find_named(e, "list", name) && !find_named(e, "segment", name))
		return false;
	*out = *crm_batch_row(e->named, 0);
	return true;
}

struct crm_query_env *
crm_store_env_new(struct crm_store *s, uint64_t rev)
{
	struct qenv *e = crm_zalloc(sizeof(*e));
	e->env = (struct crm_query_env){ .ctx = e, .get = env_get,
		.links = env_links, .find = env_find, .named = env_named };
	e->s = s;
	e->rev = rev;
	e->got = crm_batch_new();
	e->named = crm_batch_new();
	return &e->env;
}

void
crm_store_env_free(struct crm_query_env *env)
{
	if (!env)
		return;
	struct qenv *e = env->ctx;
	crm_batch_free(e->got);
	crm_batch_free(e->named);
	crm_buf_release(&e->join);
	crm_buf_release(&e->key);
	free(e);
}
