/* Records in memory with an environment over them: what a store offers to
 * queries, by plain search. */
#ifndef CRM_FIXTURE_H
#define CRM_FIXTURE_H

#include "base/mem.h"
#include "base/utf8.h"
#include "model/query.h"
#include "tap.h"

struct fixture {
	const struct crm_schema *schema;
	struct crm_shapes shapes;
	struct crm_reader reader;
	struct crm_record *rec;
	size_t n, cap;
	struct crm_query_env env;
};

static bool
fixture_get(void *ctx, struct crm_str id, struct crm_rec *out)
{
	struct fixture *f = ctx;
	for (size_t i = 0; i < f->n; i++)
		if (crm_str_eq(crm_rec_id(&f->rec[i].rec), id)) {
			*out = f->rec[i].rec;
			return true;
		}
	return false;
}

/* Does any reference of r name the id? */
static bool
fixture_points(const struct crm_rec *r, struct crm_str id)
{
	struct crm_keyset k = { 0 };
	bool found = false;
	crm_record_keys(r, 1u << CRM_KEY_REF, (struct crm_str){ NULL, 0 }, &k);
	for (size_t i = 0; i < k.n; i++)
		found = found || crm_str_eq(k.k[i].term, id);
	crm_keyset_release(&k);
	return found;
}

static void
fixture_links(void *ctx, struct crm_str id, const struct crm_type *type,
    bool (*fn)(void *arg, const struct crm_rec *r), void *arg)
{
	struct fixture *f = ctx;
	for (size_t i = 0; i < f->n; i++)
		if ((!type || f->rec[i].rec.type == type) &&
		    fixture_points(&f->rec[i].rec, id) &&
		    !fn(arg, &f->rec[i].rec))
			return;
}

static void
fixture_find(void *ctx, const struct crm_type *type,
    const struct crm_field *field, struct crm_str key,
    bool (*fn)(void *arg, const struct crm_rec *r), void *arg)
{
	struct fixture *f = ctx;
	struct crm_keyset k = { 0 };
	for (size_t i = 0; i < f->n; i++) {
		const struct crm_rec *r = &f->rec[i].rec;
		bool found = false;
		crm_record_keys(r, 1u << CRM_KEY_LOOKUP | 1u << CRM_KEY_UNIQUE,
		    (struct crm_str){ NULL, 0 }, &k);
		for (size_t n = 0; n < k.n; n++)
			found = found || (r->type == type &&
			    k.k[n].field == field &&
			    crm_str_eq(k.k[n].term, key));
		if (found && !fn(arg, r))
			break;
	}
	crm_keyset_release(&k);
}

static bool
fixture_named(void *ctx, struct crm_str name, struct crm_rec *out)
{
	struct fixture *f = ctx;
	struct crm_str v;
	for (size_t i = 0; i < f->n; i++) {
		const struct crm_rec *r = &f->rec[i].rec;
		if ((crm_str_is(r->type->name, "list") ||
		    crm_str_is(r->type->name, "segment")) &&
		    crm_rec_get(r, CRM_STR("name"), &v) &&
		    crm_str_eq(crm_json_inner(v), name)) {
			*out = *r;
			return true;
		}
	}
	return false;
}

static inline void
fixture_init(struct fixture *f)
{
	*f = (struct fixture){ .schema = crm_schema_default() };
	f->reader = (struct crm_reader){ .schema = f->schema,
		.shapes = &f->shapes, .keep_tool = true, .any = true };
	f->env = (struct crm_query_env){ f, fixture_get, fixture_links,
		fixture_find, fixture_named };
}

static inline bool
fixture_add(struct fixture *f, struct crm_str line)
{
	struct crm_err err = { 0 };
	crm_grow(&f->rec, &f->cap, f->n + 1, sizeof(*f->rec));
	f->rec[f->n] = (struct crm_record){ 0 };
	if (crm_record_read(&f->reader, line, &f->rec[f->n], &err))
		return ok(false, "%s: %.*s", err.msg, CRM_FMT(line));
	f->n++;
	return true;
}

static inline void
fixture_read(struct fixture *f, const char *path)
{
	struct crm_buf text = { 0 };
	if (crm_buf_read_file(&text, path) < 0)
		ok(false, "%s can be read", path);
	struct crm_str rest = crm_buf_view(&text), line;
	while (rest.n && crm_str_split(&rest, '\n', &line))
		if (line.n)
			fixture_add(f, line);
	crm_buf_release(&text);
}

static inline void
fixture_release(struct fixture *f)
{
	for (size_t i = 0; i < f->n; i++)
		crm_record_release(&f->rec[i]);
	free(f->rec);
	crm_reader_release(&f->reader);
	crm_shapes_release(&f->shapes);
}

/* Which fields that the schema does not name do stored records have? */
static inline bool
fixture_known(void *ctx, const struct crm_type *t, struct crm_str name)
{
	struct fixture *f = ctx;
	for (size_t i = 0; i < f->n; i++)
		if (f->rec[i].rec.type == t &&
		    crm_shape_slot(f->rec[i].rec.shape, name) >= 0) {
			for (size_t k = 0; k < t->nfields; k++)
				if (crm_str_eq(t->fields[k].name, name))
					return false;
			return true;
		}
	return false;
}

#endif
