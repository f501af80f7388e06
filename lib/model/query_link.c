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
	struct crm_q_path *path;
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

enum { MEMO_NO = 1, MEMO_YES = 2, MEMO_MOST = 1 << 16 };

/* Many records name the same few: what was found out about one is kept. */
static bool
try_record(struct walk *w, struct crm_str id)
{
	struct crm_map *seen = &w->path->seen;
	struct crm_rec to;
	if (w->path->seen_in != w->env)	/* another revision, another answer */
		crm_map_clear(seen);
	w->path->seen_in = w->env;
	struct crm_map_entry *e = crm_map_get(seen, id);
	if (e)
		return e->v.u == MEMO_YES;
	bool found = w->env->get(w->env->ctx, id, &to) &&
	    crm_q_path_match(w->q, w->path, &to, w->env);
	if (seen->n >= MEMO_MOST)
		crm_map_clear(seen);
	crm_map_put(seen, id, NULL)->v.u = found ? MEMO_YES : MEMO_NO;
	return found;
}

bool
crm_q_follow(struct crm_query *q, const struct crm_q_step *s,
    struct crm_str val, const struct crm_rec *r,
    const struct crm_query_env *env)
{
	struct walk w = { .q = q, .path = s->next, .env = env };
	struct crm_str ids, id;
	if (!env || !env->get || !env->links)
		return false;
	w.local = is_local(s->next, q);
	if (s->where == CRM_Q_LINKS)
		env->links(env->ctx, crm_rec_id(r), s->link, see_link, &w);
	else
		crm_q_each(val, s->rest, see_id, &w);
	ids = crm_buf_view(&w.ids);
	while (!w.found && ids.n && crm_str_split(&ids, '\0', &id))
		w.found = try_record(&w, id);
	crm_buf_release(&w.ids);
	return w.found;
}
