/* Running a query's tree over a record. Nothing is allocated for records that
 * stay in themselves. */
#include "model/query_impl.h"

struct probe {
	const struct crm_q_test *test;
	const struct crm_rec *rec;
	struct crm_q_scratch *scratch;
};

static bool
try_scalar(void *arg, struct crm_str scalar)
{
	struct probe *p = arg;
	return crm_q_test_scalar(p->test, scalar, p->rec, p->scratch);
}

static bool
value_match(struct crm_query *q, const struct crm_q_test *t,
    struct crm_str val, struct crm_str rest, const struct crm_rec *r)
{
	if (rest.n == 0 && val.n && val.p[0] != '[' && val.p[0] != '{')
		return crm_q_test_scalar(t, val, r, &q->scratch);
	struct probe p = { t, r, &q->scratch };
	return crm_q_each(val, rest, try_scalar, &p);
}

static bool
computed_match(struct crm_query *q, const struct crm_q_step *s,
    const struct crm_rec *r, const struct crm_query_env *env)
{
	struct crm_q_value v = { 0 };
	if (s->computed == CRM_Q_REACHABLE && s->test->how == CRM_Q_TIME) {
		for (size_t i = 0; i < s->test->n; i++)
			if (crm_q_reachable(&q->calc, r, env,
			    s->test->item[i].from))
				return true;
		return false;
	}
	if (!crm_q_compute(&q->calc, s->computed, r, env, &v))
		return false;
	if (s->test->how == CRM_Q_REGEX_)
		v.list = crm_q_compute_text(&q->calc, s->computed, &v);
	else if (!v.list.n)
		return crm_q_test_i64(s->test, v.v);
	return value_match(q, s->test, v.list, (struct crm_str){ NULL, 0 }, r);
}

/* Keys of records that became part of this one. */
static bool
merged_match(struct crm_query *q, const struct crm_q_step *s,
    const struct crm_rec *r)
{
	const struct crm_field *f = s->test->field;
	struct crm_str list, none = { NULL, 0 };
	return s->test->how == CRM_Q_KEY && f && crm_field_merges(f) &&
	    f->kind != CRM_K_EMAIL && f->kind != CRM_K_PHONE &&
	    crm_rec_merged(r, f, &list) && value_match(q, s->test, list, none,
	    r);
}

bool
crm_q_path_match(struct crm_query *q, const struct crm_q_path *p,
    const struct crm_rec *r, const struct crm_query_env *env)
{
	const struct crm_q_prog *prog = crm_q_prog(&q->cache, q->types,
	    q->ntypes, r);
	struct crm_q_slot at = prog->at[p->no];
	const struct crm_q_step *s = at.step;
	switch (s->where) {
	case CRM_Q_FIELD:
		return (at.slot >= 0 && value_match(q, s->test,
		    crm_rec_val(r, (size_t)at.slot), s->rest, r)) ||
		    merged_match(q, s, r);
	case CRM_Q_REF:
		return at.slot >= 0 && crm_q_follow(q, s,
		    crm_rec_val(r, (size_t)at.slot), r, env);
	case CRM_Q_LINKS:
		return crm_q_follow(q, s, (struct crm_str){ NULL, 0 }, r, env);
	case CRM_Q_COMPUTED:
		return computed_match(q, s, r, env);
	default:
		return false;
	}
}

/* Any name of the record: of its type's name fields, else `name`. */
static bool
like(struct crm_query *q, void *wanted, const struct crm_rec *r)
{
	struct crm_str v;
	size_t n = r->type ? r->type->nfields : 1;
	for (size_t i = 0; i < n; i++) {
		const struct crm_field *f =
		    r->type ? &r->type->fields[i] : NULL;
		if (f && (f->kind != CRM_K_NAME || f->parent >= 0))
			continue;
		if (crm_rec_get(r, f ? f->name : CRM_STR("name"), &v) &&
		    crm_json_is_string(v) && q->like_ops->match(wanted,
		    crm_json_text_view(v, &q->scratch.tmp)))
			return true;
	}
	return false;
}

static bool
eval(struct crm_query *q, const struct crm_q_node *n, const struct crm_rec *r,
    const struct crm_query_env *env)
{
	switch (n->op) {
	case CRM_Q_AND:
		for (size_t i = 0; i < n->n; i++)
			if (!eval(q, n->kid[i], r, env))
				return false;
		return true;
	case CRM_Q_OR:
		for (size_t i = 0; i < n->n; i++)
			if (eval(q, n->kid[i], r, env))
				return true;
		return false;
	case CRM_Q_NOT:
		return !eval(q, n->kid[0], r, env);
	case CRM_Q_LEAF:
		return crm_q_path_match(q, n->path, r, env);
	case CRM_Q_FULLTEXT:
		return crm_q_text_match(q, n->text, r);
	case CRM_Q_IDS:
		return crm_map_get(n->ids, crm_rec_id(r)) != NULL;
	case CRM_Q_SUB:
		return crm_query_match(n->sub, r, env);
	case CRM_Q_LIKE:
		return like(q, n->like, r);
	case CRM_Q_NEVER:
		return false;
	}
	return false;
}

bool
crm_query_match(struct crm_query *q, const struct crm_rec *r,
    const struct crm_query_env *env)
{
	if (q->never)
		return false;
	if (q->ntypes && !crm_q_prog(&q->cache, q->types, q->ntypes,
	    r)->wanted)
		return false;
	return !q->root || eval(q, q->root, r, env);
}
