#include "cli/show.h"
#include "cli/view.h"

/* What a type of record says on a time line: when, and which of its fields
 * make the text. */
struct moment {
	const char *type;
	const char *when[3];	/* the first one present */
	const char *text[6];
};

static const struct moment *
moment_of(struct crm_str type)
{
	static const struct moment moments[] = {
		{ "activity", { "at", "due", "created" },
		    { "subject", "outcome", "duration" } },
		{ "deal", { "opened", "created" },
		    { "name", "amount", "currency" } },
		{ "ticket", { "opened", "created" },
		    { "subject", "priority" } },
		{ "contract", { "start", "created" },
		    { "name", "amount", "currency" } },
		{ "purchase", { "at", "created" }, { "amount", "currency" } },
		{ "invoice", { "issued", "created" },
		    { "number", "amount", "currency" } },
		{ "survey", { "at", "created" },
		    { "kind", "score", "comment" } },
		{ "consent", { "at", "created" },
		    { "purpose", "channel", "status" } },
		{ "points", { "at", "created" }, { "points", "reason" } },
		{ "member", { "at", "created" },
		    { "campaign.name", "status" } },
		{ "lead", { "created" }, { "name", "source" } },
		{ "contact", { "created" }, { "name" } },
		{ "account", { "created" }, { "name" } },
	};
	for (size_t i = 0; i < CRM_LEN(moments); i++)
		if (crm_str_is(type, moments[i].type))
			return &moments[i];
	return NULL;
}

/* An instant, or a day at its beginning. */
static bool
read_time(struct crm_str val, int64_t *at, bool *day_only)
{
	int32_t day;
	if (!crm_json_is_string(val))
		return false;
	struct crm_str s = crm_json_inner(val);
	*day_only = false;
	if (crm_time_parse(s, at))
		return true;
	if (!crm_date_parse(s, &day))
		return false;
	*day_only = true;
	*at = day * CRM_DAY;
	return true;
}

static struct crm_view_event *
add(struct crm_view *v, const struct crm_rec *r, int64_t at, bool day_only)
{
	crm_grow(&v->event, &v->capevents, v->nevents + 1, sizeof(*v->event));
	struct crm_view_event *e = &v->event[v->nevents];
	*e = (struct crm_view_event){ .at = at, .day_only = day_only,
		.what = r->type->name, .order = v->nevents++,
		.id = crm_arena_str(&v->mem, crm_rec_id(r)) };
	return e;
}

/* "campaign.name" is the name of the record that `campaign` points to. */
static void
add_text(struct crm_view *v, const struct crm_rec *r, const char *path,
    const struct crm_query_env *env)
{
	struct crm_str name = crm_str_z(path), val;
	size_t dot = crm_str_chr(name, '.');
	struct crm_rec target;
	if (!crm_rec_get(r, crm_str_sub(name, 0, dot), &val))
		return;
	if (v->tmp.n)
		crm_buf_c(&v->tmp, ' ');
	if (dot < name.n && env && env->get && crm_json_is_string(val) &&
	    env->get(env->ctx, crm_json_inner(val), &target))
		crm_show_title(&target, &v->tmp);
	else
		crm_json_text(&v->tmp, val);
}

static void
own_moment(struct crm_view *v, const struct crm_rec *r,
    const struct crm_query_env *env, const struct moment *m)
{
	struct crm_str val;
	int64_t at;
	bool day_only;
	for (size_t i = 0; i < CRM_LEN(m->when) && m->when[i]; i++) {
		if (!crm_rec_get(r, crm_str_z(m->when[i]), &val) ||
		    !read_time(val, &at, &day_only))
			continue;
		struct crm_view_event *e = add(v, r, at, day_only);
		if (crm_str_is(r->type->name, "activity") &&
		    crm_rec_get(r, CRM_STR("kind"), &val) &&
		    crm_json_is_string(val))
			e->what = crm_arena_str(&v->mem, crm_json_inner(val));
		crm_buf_clear(&v->tmp);
		for (size_t k = 0; k < CRM_LEN(m->text) && m->text[k]; k++)
			add_text(v, r, m->text[k], env);
		e->text = crm_arena_str(&v->mem, crm_buf_view(&v->tmp));
		crm_buf_clear(&v->tmp);
		crm_rec_print(r, &v->tmp);
		e->line = crm_arena_str(&v->mem, crm_buf_view(&v->tmp));
		return;
	}
}

/* stages[] and statuses[]: each {stage|status, at}. */
static void
history(struct crm_view *v, const struct crm_rec *r, const char *list,
    const char *member)
{
	struct crm_str all, key, item, at_val, to;
	if (!crm_rec_get(r, crm_str_z(list), &all) ||
	    crm_json_kind(all) != '[')
		return;
	struct crm_json_iter it = crm_json_iter(all);
	while (crm_json_next(&it, &key, &item)) {
		int64_t at;
		bool day_only;
		if (!crm_json_get(item, CRM_STR("at"), &at_val) ||
		    !crm_json_get(item, crm_str_z(member), &to) ||
		    !read_time(at_val, &at, &day_only))
			continue;
		struct crm_view_event *e = add(v, r, at, day_only);
		e->what = crm_str_z(member);
		crm_buf_clear(&v->tmp);
		crm_json_text(&v->tmp, to);
		crm_buf_z(&v->tmp, ": ");
		crm_show_title(r, &v->tmp);
		e->text = crm_arena_str(&v->mem, crm_buf_view(&v->tmp));
	}
}

void
crm_view_events(struct crm_view *v, const struct crm_rec *r,
    const struct crm_query_env *env)
{
	const struct moment *m = r->type ? moment_of(r->type->name) : NULL;
	if (m)
		own_moment(v, r, env, m);
	if (r->type) {
		history(v, r, "stages", "stage");
		history(v, r, "statuses", "status");
	}
}
