/* A query as a whole: its types, joining two, its end. */
#include "model/query_impl.h"

void
crm_query_free(struct crm_query *q)
{
	if (!q)
		return;
	for (size_t i = 0; i < q->ntests; i++)
		crm_q_test_free(q->test[i]);
	for (size_t i = 0; i < q->nowned; i++)
		crm_query_free(q->owned[i]);
	for (size_t i = 0; i < q->nmaps; i++) {
		crm_map_release(q->maps[i]);
		free(q->maps[i]);
	}
	for (size_t i = 0; i < q->nlike; i++)
		q->like_ops->free(q->like[i]);
	free(q->like);
	free(q->test);
	free(q->owned);
	free(q->maps);
	free(q->words);
	crm_q_bounds_free(q->bounds);
	crm_q_cache_release(&q->cache);
	crm_q_calc_release(&q->calc);
	crm_buf_release(&q->scratch.tmp);
	crm_buf_release(&q->scratch.fold);
	crm_buf_release(&q->scratch.part);
	crm_arena_release(&q->mem);
	free(q);
}

const struct crm_type *const *
crm_query_types(const struct crm_query *q, size_t *n)
{
	*n = q->ntypes;
	return q->types;
}

uint64_t
crm_query_gave_up(const struct crm_query *q)
{
	uint64_t n = q->scratch.gave_up;
	for (size_t i = 0; i < q->nowned; i++)
		n += crm_query_gave_up(q->owned[i]);
	return n;
}

static bool
path_leaves(const struct crm_query *q, const struct crm_q_path *p)
{
	for (size_t i = 0; i < q->calc.schema->ntypes; i++)
		if (p->step[i].where == CRM_Q_REF ||
		    p->step[i].where == CRM_Q_LINKS ||
		    (p->step[i].where == CRM_Q_COMPUTED &&
		    (p->step[i].computed == CRM_Q_IDLE ||
		    p->step[i].computed == CRM_Q_REACHABLE)))
			return true;
	return false;
}

bool
crm_query_needs_env(const struct crm_query *q)
{
	for (size_t i = 0; i < q->cache.npaths; i++)
		if (path_leaves(q, q->cache.path[i]))
			return true;
	for (size_t i = 0; i < q->nowned; i++)
		if (crm_query_needs_env(q->owned[i]))
			return true;
	return false;
}

/* Keeps the types both ask for; none left: nothing can match. */
static void
join_types(struct crm_query *a, const struct crm_query *b)
{
	size_t kept = 0;
	if (b->ntypes == 0)
		return;
	if (a->ntypes == 0) {
		a->types = b->types;
		a->ntypes = b->ntypes;
		return;
	}
	for (size_t i = 0; i < a->ntypes; i++)
		for (size_t k = 0; k < b->ntypes; k++)
			if (a->types[i] == b->types[k]) {
				a->types[kept++] = a->types[i];
				break;
			}
	a->never = a->never || kept == 0;
	if (kept)
		a->ntypes = kept;
}

struct crm_query *
crm_query_and(struct crm_query *a, struct crm_query *b)
{
	if (!a || !b)
		return a ? a : b;
	join_types(a, b);
	a->never = a->never || b->never;
	for (size_t i = 0; i < b->nwords; i++) {
		crm_grow(&a->words, &a->capwords, a->nwords + 1,
		    sizeof(*a->words));
		a->words[a->nwords++] = b->words[i];
	}
	struct crm_q_node *sub = crm_arena_zalloc(&a->mem, sizeof(*sub));
	struct crm_q_node *and = crm_arena_zalloc(&a->mem, sizeof(*and));
	sub->op = CRM_Q_SUB;
	sub->sub = b;
	and->op = CRM_Q_AND;
	and->kid = crm_arena_alloc(&a->mem, 2 * sizeof(*and->kid));
	if (a->root)
		and->kid[and->n++] = a->root;
	and->kid[and->n++] = sub;
	a->root = and;
	crm_grow(&a->owned, &a->capowned, a->nowned + 1, sizeof(*a->owned));
	a->owned[a->nowned++] = b;
	return a;
}
