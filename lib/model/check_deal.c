/* Deals against their pipeline. */
#include "base/zone.h"
#include "model/check_impl.h"

static const struct crm_str none;

/* A top-level text of the record; "" where absent. The text is in impl->tmp
 * where it has escapes. */
static struct crm_str
text_of(struct crm_check *c, const char *field)
{
	struct crm_str val;
	if (!crm_rec_get(c->impl->rec, crm_str_z(field), &val) ||
	    !crm_json_is_string(val))
		return none;
	return crm_json_text_view(val, &c->impl->tmp);
}

static bool
in_list(const struct crm_str *list, size_t n, struct crm_str s)
{
	for (size_t i = 0; i < n; i++)
		if (crm_str_eq(list[i], s))
			return true;
	return false;
}

/* Each step of the history against what the stage before it allows. A stage
 * that names no followers allows all. */
static void
check_moves(struct crm_check *c)
{
	struct crm_str stages, key, one, name;
	const struct crm_stage *last = NULL;
	if (!check_on(c, CRM_RULE_STAGE_MOVE) ||
	    !crm_rec_get(c->impl->rec, CRM_STR("stages"), &stages) ||
	    crm_json_kind(stages) != '[')
		return;
	struct crm_json_iter it = crm_json_iter(stages);
	while (crm_json_next(&it, &key, &one)) {
		if (crm_json_kind(one) != '{' ||
		    !crm_json_get(one, CRM_STR("stage"), &name) ||
		    !crm_json_is_string(name))
			continue;
		name = crm_json_inner(name);
		if (last && last->nnext && !crm_str_eq(last->name, name) &&
		    !in_list(last->next, last->nnext, name))
			check_tell(c, CRM_RULE_STAGE_MOVE, CRM_STR("stages"),
			    none, _("'%.*s' does not follow '%.*s'"),
			    CRM_FMT(name), CRM_FMT(last->name));
		last = crm_schema_stage(c->schema, name);
	}
}

static void
unknown_stage(struct crm_check *c, struct crm_str name)
{
	struct crm_str best = crm_schema_nearest_stage(c->schema, name);
	check_tell(c, CRM_RULE_ENUM_UNKNOWN, CRM_STR("stage"), none,
	    best.n ? _("'stage': no such stage: '%.*s'; did you mean '%.*s'?")
	    : _("'stage': no such stage: '%.*s'"), CRM_FMT(name),
	    CRM_FMT(best));
}

static void
check_open(struct crm_check *c, const struct crm_stage *s)
{
	int64_t at;
	struct crm_str step = text_of(c, "next_step");
	if (step.n == 0)
		check_tell(c, CRM_RULE_DEAL_NO_NEXT_STEP, CRM_STR("next_step"),
		    none, _("an open deal without a next step"));
	int32_t today = crm_zone_day(c->clock.zone, c->clock.now);
	if (check_instant(c, "close_date", &at) &&
	    crm_zone_day(c->clock.zone, at) < today)
		check_tell(c, CRM_RULE_DEAL_OVERDUE, CRM_STR("close_date"),
		    none, _("open, but 'close_date' was %d days ago"),
		    (int)(today - crm_zone_day(c->clock.zone, at)));
	if (s->rot_days && check_instant(c, "stage_since", &at) &&
	    at < c->clock.now &&
	    (c->clock.now - at) / CRM_DAY > s->rot_days)
		check_tell(c, CRM_RULE_DEAL_ROTTING, CRM_STR("stage_since"),
		    none, _("in '%.*s' for %d days, longer than %d"),
		    CRM_FMT(s->name), (int)((c->clock.now - at) / CRM_DAY),
		    s->rot_days);
}

void
check_deal(struct crm_check *c)
{
	if (!crm_str_is(c->impl->rec->type->name, "deal"))
		return;
	struct crm_str name = text_of(c, "stage");
	check_moves(c);
	if (name.n == 0)
		return;
	const struct crm_stage *s = crm_schema_stage(c->schema, name);
	if (!s) {
		unknown_stage(c, name);
		return;
	}
	for (size_t i = 0; i < s->nrequire; i++)
		if (!check_has(c, s->require[i]))
			check_tell(c, CRM_RULE_STAGE_REQUIRE, s->require[i],
			    none, _("stage '%.*s' requires '%.*s'"),
			    CRM_FMT(s->name), CRM_FMT(s->require[i]));
	if (s->kind == CRM_STAGE_OPEN)
		check_open(c, s);
}
