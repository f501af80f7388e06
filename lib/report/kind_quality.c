/* Kind "quality": for each field of the schema, how many records have it, how
 * many of the values are valid, how many differ, and how many stand in records
 * that nobody has changed for long; over all, or by one key (source). */
#include "base/map.h"
#include "format/json.h"
#include "report/kind.h"

struct tally {
	uint64_t present, valid, stale, dated;
	struct crm_map seen;
};

struct group {
	struct crm_str key;	/* raw; "" absent */
	uint64_t records;
	struct tally *t;	/* by field */
};

struct state {
	const struct crm_field **field;
	size_t nfields;
	const struct crm_type *type;
	struct crm_map index;
	struct group *g;
	size_t cap;
	int64_t old;		/* not changed since: stale */
};

static void
choose_fields(struct crm_report_run *r, const struct crm_type *t)
{
	struct state *s = r->state;
	s->field = crm_arena_zalloc(&r->mem,
	    (t->nfields + 1) * sizeof(*s->field));
	for (size_t i = 0; i < t->nfields; i++) {
		const struct crm_field *f = &t->fields[i];
		if (f->flags & (CRM_F_TOOL | CRM_F_COMPUTED | CRM_F_INLIST) ||
		    f->kind == CRM_K_MAP || f->kind == CRM_K_OBJECT)
			continue;
		s->field[s->nfields++] = f;
	}
}

static struct group *
group_of(struct crm_report_run *r, struct crm_str key)
{
	struct state *s = r->state;
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&s->index, key, &fresh);
	if (fresh) {
		e->v.u = s->index.n - 1;
		crm_grow(&s->g, &s->cap, s->index.n, sizeof(*s->g));
		s->g[e->v.u] = (struct group){ .key =
			crm_arena_str(&r->mem, key), .t = crm_arena_zalloc(
			&r->mem, (s->nfields + 1) * sizeof(struct tally)) };
	}
	return &s->g[e->v.u];
}

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err)
{
	struct state *s = r->state;
	const struct crm_type *t = r->def->type;
	struct crm_str v;
	struct crm_dec days = { 365, 0 };
	if (!t)
		t = crm_schema_type(r->ctx->schema, CRM_STR("contact"));
	if (!t)
		return crm_err_set(err, CRM_USAGE, "report.type",
		    _("whose quality? -t TYPE"));
	if (r->def->nby > 1)
		return crm_err_set(err, CRM_USAGE, "report.by",
		    _("at most %d keys"), 1);
	if (crm_report_param(r->def, "stale_days", &v) &&
	    (!crm_dec_parse(v, &days) || days.scale || days.v < 1 ||
	    days.v > 36500))
		return crm_err_set(err, CRM_USAGE, "report.params",
		    _("stale_days are a number from 1 on"));
	s->old = r->ctx->clock.now - (int64_t)days.v * CRM_DAY;
	s->type = t;
	choose_fields(r, t);
	if (!r->def->nby)
		group_of(r, (struct crm_str){ 0 });
	return CRM_OK;
}

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	for (size_t g = 0; g < s->index.n; g++)
		for (size_t i = 0; i < s->nfields; i++)
			crm_map_release(&s->g[g].t[i].seen);
	crm_map_release(&s->index);
	free(s->g);
}

static bool
is_empty(struct crm_str v)
{
	return v.n == 0 || crm_str_is(v, "null") || crm_str_is(v, "\"\"") ||
	    crm_str_is(v, "[]") || crm_str_is(v, "{}");
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err CRM_UNUSED)
{
	struct state *s = r->state;
	struct crm_str v, key = { 0 };
	int64_t at;
	if (rec->type != s->type)
		return CRM_OK;
	if (r->def->nby && (!crm_path_get(r->def->by[0].path, rec, r->env,
	    &key) || is_empty(key)))
		key.n = 0;
	struct group *g = group_of(r, key);
	bool dated = crm_rec_text(rec, "updated", &v) &&
	    crm_value_instant(v, &r->ctx->clock, &at);
	g->records++;
	for (size_t i = 0; i < s->nfields; i++) {
		struct tally *t = &g->t[i];
		if (!crm_rec_get(rec, s->field[i]->name, &v) || is_empty(v))
			continue;
		t->present++;
		t->dated += dated;
		t->stale += dated && at < s->old;
		t->valid += crm_field_check(s->field[i], v, NULL) == CRM_OK;
		crm_map_put(&t->seen, v, NULL);
	}
	return CRM_OK;
}

static int
by_key(const void *va, const void *vb)
{
	const struct group *a = va, *b = vb;
	if (a->key.n == 0 || b->key.n == 0)	/* absent last */
		return (a->key.n == 0) - (b->key.n == 0);
	return crm_str_cmp(a->key, b->key);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "field", "present", "complete",
		"valid", "unique", "stale" };
	struct state *s = r->state;
	size_t by = r->def->nby;
	if (by)
		crm_rows_column(out, r->def->by[0].name, CRM_COLUMN_KEY);
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i == 0 ?
		    CRM_COLUMN_KEY : i == 1 ? CRM_COLUMN_NUMBER :
		    CRM_COLUMN_PERCENT);
	if (s->index.n)
		qsort(s->g, s->index.n, sizeof(*s->g), by_key);
	for (size_t k = 0; k < s->index.n * s->nfields; k++) {
		const struct group *g = &s->g[k / s->nfields];
		const struct tally *t = &g->t[k % s->nfields];
		size_t row = crm_rows_add(out);
		if (by)
			crm_rows_set(out, row, 0, g->key);
		crm_rows_set_text(out, row, by,
		    s->field[k % s->nfields]->name);
		crm_rows_set_u64(out, row, by + 1, t->present);
		crm_rows_set_ratio(out, row, by + 2, t->present, g->records, 4);
		crm_rows_set_ratio(out, row, by + 3, t->valid, t->present, 4);
		crm_rows_set_ratio(out, row, by + 4, t->seen.n, t->present, 4);
		crm_rows_set_ratio(out, row, by + 5, t->stale, t->dated, 4);
	}
}

const struct crm_report_kind crm_kind_quality = {
	.name = "quality", .state = sizeof(struct state), .begin = begin,
	.add = add, .rows = rows, .end = end
};
