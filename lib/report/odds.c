#include "report/odds.h"

#include "format/json.h"

#include <math.h>

void
crm_odds_init(struct crm_odds *o, const struct crm_schema *schema,
    struct crm_arena *mem)
{
	*o = (struct crm_odds){ .schema = schema };
	o->t = crm_arena_zalloc(mem, (schema->nstages + 1) * sizeof(*o->t));
}

void
crm_odds_add(struct crm_odds *o, const struct crm_rec *r,
    const struct crm_stage *k)
{
	struct crm_str v, none, e, name;
	if (k->kind == CRM_STAGE_OPEN ||
	    !crm_rec_get(r, CRM_STR("stages"), &v) || crm_json_kind(v) != '[')
		return;
	o->deals++;
	struct crm_json_iter it = crm_json_iter(v);
	while (crm_json_next(&it, &none, &e)) {
		const struct crm_stage *was = crm_json_get(e, CRM_STR("stage"),
		    &name) && crm_json_is_string(name) ?
		    crm_schema_stage(o->schema, crm_json_inner(name)) : NULL;
		struct crm_odds_tally *t = was ?
		    &o->t[was - o->schema->stages] : NULL;
		if (!t || t->last == o->deals)
			continue;
		t->last = o->deals;
		t->closed++;
		t->won += k->kind == CRM_STAGE_WON;
	}
}

bool
crm_odds_of(const struct crm_odds *o, const struct crm_stage *k, int *value,
    int *lo, int *hi)
{
	const struct crm_odds_tally *t = &o->t[k - o->schema->stages];
	if (!t->closed)
		return false;
	struct crm_interval w = crm_wilson((double)t->won, (double)t->closed);
	*value = (int)lround(10000 * (double)t->won / (double)t->closed);
	*lo = (int)lround(10000 * w.lo);
	*hi = (int)lround(10000 * w.hi);
	return true;
}
