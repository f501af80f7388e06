/* References in queries: an id, an old id of a merged record, or a key of the
 * record meant ("domain:acme.com"). */
#include "model/query_impl.h"

#include "model/ref.h"

struct found {
	struct crm_q_build *b;
	struct crm_q_test *t;
	size_t *cap;
};

static bool
add(void *arg, struct crm_str id)
{
	struct found *f = arg;
	struct crm_buf raw = { 0 };
	crm_grow(&f->t->item, f->cap, f->t->n + 1, sizeof(*f->t->item));
	struct crm_q_item *it = &f->t->item[f->t->n++];
	*it = (struct crm_q_item){ .key = crm_arena_str(f->b->mem, id) };
	crm_json_quote(&raw, id);
	it->raw = crm_arena_str(f->b->mem, crm_buf_view(&raw));
	crm_buf_release(&raw);
	return true;
}

static bool
add_record(void *arg, const struct crm_rec *r)
{
	return add(arg, crm_rec_id(r));
}

static bool
is_target(const struct crm_field *f, const struct crm_type *t)
{
	for (size_t i = 0; f && i < f->nrefs; i++)
		if (f->refs[i] == t->no)
			return true;
	return !f || f->nrefs == 0;
}

void
crm_q_ref_items(struct crm_q_build *b, struct crm_q_test *t, size_t *cap,
    struct crm_str s, bool exact)
{
	const struct crm_query_env *env = b->ctx->env;
	const struct crm_schema *schema = b->ctx->schema;
	struct found found = { b, t, cap };
	struct crm_rec r;
	struct crm_ref ref;
	struct crm_buf key = { 0 };
	crm_ref_parse(schema, s, &ref);
	ref.by_key &= !exact;
	add(&found, s);
	if (!ref.by_key && env && env->get && env->get(env->ctx, s, &r) &&
	    !crm_str_eq(crm_rec_id(&r), s))
		add_record(&found, &r);
	for (size_t i = 0; ref.by_key && env && env->find &&
	    i < schema->ntypes; i++) {
		const struct crm_field *f;
		crm_buf_clear(&key);
		if (is_target(t->field, &schema->types[i]) &&
		    crm_ref_key(&ref, &schema->types[i], b->ctx->region, &f,
		    &key))
			env->find(env->ctx, &schema->types[i], f,
			    crm_buf_view(&key), add_record, &found);
	}
	crm_buf_release(&key);
}
