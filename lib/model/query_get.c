/* Values by path, for output, sorting and grouping. */
#include "model/query_impl.h"

struct crm_path {
	struct crm_arena mem;
	struct crm_q_cache cache;
	struct crm_q_calc calc;
	struct crm_q_path *path;
	struct crm_buf out, ids;
	bool many;	/* a list was entered */
	size_t found;
};

enum crm_status
crm_path_parse(const struct crm_query_ctx *c, const struct crm_type *t,
    struct crm_str text, struct crm_path **out, struct crm_err *err)
{
	struct crm_path *p = crm_zalloc(sizeof(*p));
	struct crm_q_build b = { .ctx = c, .mem = &p->mem,
		.cache = &p->cache, .err = err };
	p->cache.schema = c->schema;
	crm_q_calc_init(&p->calc, c);
	p->calc.region = crm_arena_str(&p->mem, c->region);
	if (text.n && text.n <= CRM_Q_REGEX)
		p->path = crm_q_path_new(&b, &t, t ? 1 : 0, text, NULL, 0);
	if (!p->path) {
		crm_path_free(p);
		return crm_q_unknown(c, &t, t ? 1 : 0, text, err);
	}
	*out = p;
	return CRM_OK;
}

void
crm_path_free(struct crm_path *p)
{
	if (!p)
		return;
	crm_q_cache_release(&p->cache);
	crm_arena_release(&p->mem);
	crm_q_calc_release(&p->calc);
	crm_buf_release(&p->out);
	crm_buf_release(&p->ids);
	free(p);
}

enum crm_kind
crm_path_kind(const struct crm_path *p, const struct crm_field **field)
{
	const struct crm_q_path *at = p->path;
	*field = NULL;
	for (size_t i = 0; i < p->calc.schema->ntypes; i++) {
		const struct crm_q_step *s = &at->step[i];
		if (s->next) {
			at = s->next;
			i = SIZE_MAX;	/* from the beginning, one hop on */
		} else if (s->where == CRM_Q_COMPUTED) {
			return crm_q_computed_kind(s->computed);
		} else if (s->where == CRM_Q_FIELD && s->field) {
			*field = s->field;
			return (enum crm_kind)s->field->kind;
		}
	}
	return CRM_K_ANY;
}

static bool
add_value(void *arg, struct crm_str val)
{
	struct crm_path *p = arg;
	if (crm_json_kind(val) == 'n')
		return false;
	if (p->found++)
		crm_buf_c(&p->out, ',');
	crm_buf_str(&p->out, val);
	return false;
}

static bool
add_id(void *arg, struct crm_str scalar)
{
	struct crm_path *p = arg;
	if (crm_json_is_string(scalar)) {
		crm_buf_str(&p->ids, crm_json_inner(scalar));
		crm_buf_c(&p->ids, '\0');
	}
	return false;
}

static bool
add_link(void *arg, const struct crm_rec *r)
{
	struct crm_path *p = arg;
	crm_buf_str(&p->ids, crm_rec_id(r));
	crm_buf_c(&p->ids, '\0');
	return true;
}

static void gather(struct crm_path *p, const struct crm_q_path *path,
    const struct crm_rec *r, const struct crm_query_env *env);

/* Each id is copied before the environment is asked again. */
static void
gather_ids(struct crm_path *p, const struct crm_q_path *next, size_t from,
    const struct crm_query_env *env)
{
	struct crm_rec to;
	size_t end = p->ids.n;
	while (from < end) {
		struct crm_str id = crm_str_z(p->ids.p + from);
		from += id.n + 1;
		if (env->get(env->ctx, id, &to))
			gather(p, next, &to, env);
	}
}

static void
gather_field(struct crm_path *p, const struct crm_q_step *s,
    struct crm_str val)
{
	struct crm_str v;
	if (s->rest.n == 0 && !p->many) {
		p->many = val.n && val.p[0] == '[';
		if (p->many) {		/* a list of its own, as it stands */
			struct crm_json_iter it = crm_json_iter(val);
			struct crm_str key;
			while (crm_json_next(&it, &key, &v))
				add_value(p, v);
		} else {
			add_value(p, val);
		}
	} else if (s->rest.n && crm_json_path(val, s->rest, &v)) {
		if (p->many || v.p[0] != '[')
			crm_q_each(v, (struct crm_str){ NULL, 0 }, add_value,
			    p);
		else
			gather_field(p, &(struct crm_q_step){ 0 }, v);
	} else {
		p->many = p->many || s->rest.n;
		crm_q_each(val, s->rest, add_value, p);
	}
}

static void
gather(struct crm_path *p, const struct crm_q_path *path,
    const struct crm_rec *r, const struct crm_query_env *env)
{
	struct crm_q_slot at = crm_q_prog(&p->cache, NULL, 0, r)->at[path->no];
	const struct crm_q_step *s = at.step;
	struct crm_q_value v = { 0 };
	size_t from = p->ids.n;
	struct crm_str val;
	if (s->where == CRM_Q_COMPUTED) {
		if (crm_q_compute(&p->calc, s->computed, r, env, &v))
			gather_field(p, s, crm_q_compute_text(&p->calc,
			    s->computed, &v));
		return;
	}
	if (s->where == CRM_Q_LINKS && env && env->links && env->get) {
		p->many = true;
		env->links(env->ctx, crm_rec_id(r), s->link, add_link, p);
		gather_ids(p, s->next, from, env);
		p->ids.n = from;
	}
	if (at.slot < 0)
		return;
	val = crm_rec_val(r, (size_t)at.slot);
	if (s->where == CRM_Q_FIELD) {
		gather_field(p, s, val);
	} else if (s->where == CRM_Q_REF && env && env->get) {
		p->many = p->many || (s->field->flags &
		    (CRM_F_LIST | CRM_F_INLIST));
		crm_q_each(val, s->rest, add_id, p);
		gather_ids(p, s->next, from, env);
		p->ids.n = from;
	}
}

bool
crm_path_get(struct crm_path *p, const struct crm_rec *r,
    const struct crm_query_env *env, struct crm_str *val)
{
	struct crm_q_slot at =
	    crm_q_prog(&p->cache, NULL, 0, r)->at[p->path->no];
	if (at.step->where == CRM_Q_FIELD && at.step->rest.n == 0) {
		if (at.slot < 0)
			return false;
		*val = crm_rec_val(r, (size_t)at.slot);
		return crm_json_kind(*val) != 'n';
	}
	crm_buf_clear(&p->out);
	crm_buf_clear(&p->ids);
	crm_buf_c(&p->out, '[');
	p->many = false;
	p->found = 0;
	gather(p, p->path, r, env);
	if (p->found == 0)
		return false;
	crm_buf_c(&p->out, ']');
	*val = crm_buf_view(&p->out);
	if (!p->many)
		*val = crm_str_sub(*val, 1, val->n - 2);
	return true;
}
