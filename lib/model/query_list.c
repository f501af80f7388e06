/* @name: members of a list or segment, resolved while parsing. */
#include "model/query_impl.h"

static const struct crm_map *
members(struct crm_q_build *b, struct crm_str list)
{
	struct crm_map *ids = crm_zalloc(sizeof(*ids));
	struct crm_json_iter it = crm_json_iter(list);
	struct crm_str key, val;
	while (crm_json_next(&it, &key, &val))
		if (crm_json_is_string(val))
			crm_map_put(ids, crm_json_inner(val), NULL);
	crm_grow(&b->q->maps, &b->q->capmaps, b->q->nmaps + 1,
	    sizeof(*b->q->maps));
	b->q->maps[b->q->nmaps++] = ids;
	return ids;
}

static bool
has_expired(const struct crm_q_build *b, const struct crm_rec *r)
{
	const struct crm_clock *c = &b->ctx->clock;
	struct crm_str v;
	int64_t t;
	int32_t day;
	if (!crm_rec_get(r, CRM_STR("expires"), &v) || !crm_json_is_string(v))
		return false;
	v = crm_json_inner(v);
	if (crm_date_parse(v, &day))	/* good to the end of its day */
		return day < crm_zone_day(c->zone, c->now);
	return crm_time_parse(v, &t) && t <= c->now;
}

static enum crm_status
by_query(struct crm_q_build *b, struct crm_str name, struct crm_str val,
    struct crm_q_node **out)
{
	struct crm_buf text = { 0 };
	struct crm_query *sub = NULL;
	struct crm_err err = { 0 };
	crm_json_text(&text, val);
	enum crm_status s = b->depth + 1 >= CRM_Q_DEPTH ?
	    crm_err_set(&err, CRM_USAGE, "query.depth",
	    _("lists name each other without end")) :
	    crm_q_parse_text(b->ctx, crm_buf_view(&text), NULL, b->depth + 1,
	    &sub, &err);
	crm_buf_release(&text);
	if (s && b->depth)	/* the outermost name is the one to show */
		return crm_err_set(b->err, s, err.id, "%s", err.msg);
	if (s)
		return crm_err_set(b->err, s, err.id, "@%.*s: %s",
		    CRM_FMT(name), err.msg);
	crm_grow(&b->q->owned, &b->q->capowned, b->q->nowned + 1,
	    sizeof(*b->q->owned));
	b->q->owned[b->q->nowned++] = sub;
	*out = crm_q_node_new(b, CRM_Q_SUB, 0);
	(*out)->sub = sub;
	return CRM_OK;
}

enum crm_status
crm_q_named(struct crm_q_build *b, struct crm_str name,
    struct crm_q_node **out)
{
	const struct crm_query_env *env = b->ctx->env;
	struct crm_rec r;
	struct crm_str v;
	bool quoted;
	name = crm_q_unquote(b->mem, name, &quoted);
	if (!env || !env->named)
		return crm_err_set(b->err, CRM_USAGE, "query.named",
		    _("lists and segments are in a store, and there is none: "
		    "@%.*s"), CRM_FMT(name));
	if (name.n == 0 || !env->named(env->ctx, name, &r))
		return crm_err_set(b->err, CRM_USAGE, "query.named",
		    _("no list or segment is called '%.*s'"), CRM_FMT(name));
	if (has_expired(b, &r)) {
		*out = crm_q_node_new(b, CRM_Q_NEVER, 0);
		return CRM_OK;
	}
	if (crm_rec_get(&r, CRM_STR("query"), &v) && crm_q_present(v))
		return by_query(b, name, v, out);
	*out = crm_q_node_new(b, CRM_Q_IDS, 0);
	if (!crm_rec_get(&r, CRM_STR("members"), &v))
		v = CRM_STR("[]");
	(*out)->ids = members(b, v);
	return CRM_OK;
}
