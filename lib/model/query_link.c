/* Through references to other records, and to those that point here. */
#include "model/query_impl.h"

/* Does the path's end stay on the record it begins with? Then it can be told
 * while links are walked; else their ids are gathered first, for an
 * environment answers one question at a time. */
static bool
is_local(const struct crm_q_path *p, const struct crm_query *q)
{
	for (size_t i = 0; i < q->calc.schema->ntypes; i++)
		if (p->step[i].where == CRM_Q_REF ||
		    p->step[i].where == CRM_Q_LINKS ||
		    p->step[i].where == CRM_Q_COMPUTED)
			return false;
	return true;
}

struct walk {
	struct crm_query *q;
	const struct crm_q_path *path;
	const struct crm_query_env *env;
	struct crm_buf ids;	/* NUL behind each */
	bool local, found;
};

static bool
see_link(void *arg, const struct crm_rec *r)
{
	struct walk *w = arg;
	if (w->local) {
		w->found = crm_q_path_match(w->q, w->path, r, w->env);
		return !w->found;
	}
	crm_buf_str(&w->ids, crm_rec_id(r));
	crm_buf_c(&w->ids, '\0');
	return true;
}

static bool
see_id(void *arg, struct crm_str scalar)
{
	struct walk *w = arg;
	if (crm_json_is_string(scalar)) {
		crm_buf_str(&w->ids, crm_json_inner(scalar));
		crm_buf_c(&w->ids, '\0');
	}
	return false;
}

bool
crm_q_follow(struct crm_query *q, const struct crm_q_step *s,
    struct crm_str val, const struct crm_rec *r,
    const struct crm_query_env *env)
{
	struct walk w = { .q = q, .path = s->next, .env = env };
	struct crm_str ids, id;
	struct crm_rec to;
	if (!env || !env->get || !env->links)
		return false;
	w.local = is_local(s->next, q);
	if (s->where == CRM_Q_LINKS)
		env->links(env->ctx, crm_rec_id(r), s->link, see_link, &w);
	else
		crm_q_each(val, s->rest, see_id, &w);
	ids = crm_buf_view(&w.ids);
	while (!w.found && ids.n && crm_str_split(&ids, '\0', &id))
		w.found = env->get && env->get(env->ctx, id, &to) &&
		    crm_q_path_match(q, s->next, &to, env);
	crm_buf_release(&w.ids);
	return w.found;
}
