#include "cli/view.h"

#include "base/zone.h"
#include "cli/show.h"

void
crm_view_clear(struct crm_view *v)
{
	crm_arena_clear(&v->mem);
	crm_map_clear(&v->seen);
	v->nevents = v->nrelated = 0;
}

void
crm_view_release(struct crm_view *v)
{
	crm_arena_release(&v->mem);
	crm_map_release(&v->seen);
	crm_buf_release(&v->tmp);
	free(v->event);
	free(v->related);
	*v = (struct crm_view){ 0 };
}

struct gather {
	struct crm_view *v;
	const struct crm_query_env *env;
	struct crm_str *people;	/* ids of an account's contacts */
	size_t npeople, cappeople;
	bool account;
};

static void
add_related(struct crm_view *v, const struct crm_rec *r)
{
	static const char *const states[] = { "stage", "status", "title",
		"role" };
	struct crm_str val;
	crm_grow(&v->related, &v->caprelated, v->nrelated + 1,
	    sizeof(*v->related));
	struct crm_view_related *k = &v->related[v->nrelated++];
	*k = (struct crm_view_related){ .type = r->type->name,
		.id = crm_arena_str(&v->mem, crm_rec_id(r)) };
	crm_buf_clear(&v->tmp);
	crm_show_title(r, &v->tmp);
	k->title = crm_arena_str(&v->mem, crm_buf_view(&v->tmp));
	for (size_t i = 0; i < CRM_LEN(states); i++)
		if (crm_rec_get(r, crm_str_z(states[i]), &val)) {
			crm_buf_clear(&v->tmp);
			crm_json_text(&v->tmp, val);
			k->state = crm_arena_str(&v->mem,
			    crm_buf_view(&v->tmp));
			return;
		}
}

static bool
is_related(const struct crm_type *t)
{
	static const char *const moments[] = { "activity", "purchase",
		"survey", "consent", "points", "invoice", "member" };
	for (size_t i = 0; i < CRM_LEN(moments); i++)
		if (crm_str_is(t->name, moments[i]))
			return false;
	return true;
}

static bool
note(void *arg, const struct crm_rec *r)
{
	struct gather *g = arg;
	struct crm_view *v = g->v;
	bool fresh;
	if (!r->type)
		return true;
	crm_map_put(&v->seen, crm_rec_id(r), &fresh);
	if (!fresh)
		return true;
	if (is_related(r->type))
		add_related(v, r);
	crm_view_events(v, r, g->env);
	if (g->account && crm_str_is(r->type->name, "contact")) {
		crm_grow(&g->people, &g->cappeople, g->npeople + 1,
		    sizeof(*g->people));
		g->people[g->npeople++] = crm_arena_str(&v->mem,
		    crm_rec_id(r));
	}
	return true;
}

static int
newest_first(const void *pa, const void *pb)
{
	const struct crm_view_event *a = pa, *b = pb;
	if (a->at != b->at)
		return a->at < b->at ? 1 : -1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static int
by_type(const void *pa, const void *pb)
{
	const struct crm_view_related *a = pa, *b = pb;
	int c = crm_str_cmp(a->type, b->type);
	if (!c)
		c = crm_str_cmp(a->title, b->title);
	return c ? c : crm_str_cmp(a->id, b->id);
}

void
crm_view_gather(struct crm_view *v, const struct crm_rec *rec,
    const struct crm_query_env *env)
{
	struct gather g = { .v = v, .env = env,
		.account = rec->type && crm_str_is(rec->type->name, "account") };
	crm_view_clear(v);
	struct crm_str id = crm_arena_str(&v->mem, crm_rec_id(rec));
	crm_map_put(&v->seen, id, NULL);
	crm_view_events(v, rec, env);
	if (env && env->links) {
		env->links(env->ctx, id, NULL, note, &g);
		g.account = false;
		for (size_t i = 0; i < g.npeople; i++)
			env->links(env->ctx, g.people[i], NULL, note, &g);
	}
	free(g.people);
	if (v->nevents)
		qsort(v->event, v->nevents, sizeof(*v->event), newest_first);
	if (v->nrelated)
		qsort(v->related, v->nrelated, sizeof(*v->related), by_type);
}

void
crm_view_when(const struct crm_view_event *e, const struct crm_clock *clock,
    struct crm_buf *out)
{
	const struct crm_zone *zone = e->day_only ? NULL : clock->zone;
	int64_t local = e->at +
	    crm_zone_offset(zone, e->at) * CRM_SECOND;
	int64_t day = local / CRM_DAY - (local % CRM_DAY < 0);
	int64_t minute = (local - day * CRM_DAY) / (60 * CRM_SECOND);
	crm_date_format(out, (int32_t)day);
	if (!e->day_only)
		crm_buf_printf(out, " %02d:%02d", (int)(minute / 60),
		    (int)(minute % 60));
}
