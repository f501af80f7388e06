/* Kind "quality": for each field of the schema, how many records have it, how
 * many of the values are valid, and how many differ. */
#include "base/map.h"
#include "format/json.h"
#include "report/kind.h"

struct tally {
	const struct crm_field *field;
	uint64_t present, valid;
	struct crm_map seen;
};

struct state {
	struct tally *t;
	size_t n;
	uint64_t records;
	const struct crm_type *type;
};

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err)
{
	struct state *s = crm_arena_zalloc(&r->mem, sizeof(*s));
	const struct crm_type *t = r->def->type;
	r->state = s;
	if (!t)
		t = crm_schema_type(r->ctx->schema, CRM_STR("contact"));
	if (!t)
		return crm_err_set(err, CRM_USAGE, "report.type",
		    _("whose quality? -t TYPE"));
	s->type = t;
	s->t = crm_arena_zalloc(&r->mem, t->nfields * sizeof(*s->t));
	for (size_t i = 0; i < t->nfields; i++) {
		const struct crm_field *f = &t->fields[i];
		if (f->flags & (CRM_F_TOOL | CRM_F_COMPUTED | CRM_F_INLIST) ||
		    f->kind == CRM_K_MAP || f->kind == CRM_K_OBJECT)
			continue;
		s->t[s->n++].field = f;
	}
	return CRM_OK;
}

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	for (size_t i = 0; i < s->n; i++)
		crm_map_release(&s->t[i].seen);
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
	struct crm_str v;
	if (rec->type != s->type)
		return CRM_OK;
	s->records++;
	for (size_t i = 0; i < s->n; i++) {
		struct tally *t = &s->t[i];
		if (!crm_rec_get(rec, t->field->name, &v) || is_empty(v))
			continue;
		t->present++;
		t->valid += crm_field_check(t->field, v, NULL) == CRM_OK;
		crm_map_put(&t->seen, v, NULL);
	}
	return CRM_OK;
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "field", "present", "complete",
		"valid", "unique" };
	struct state *s = r->state;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i == 0 ?
		    CRM_COLUMN_KEY : i == 1 ? CRM_COLUMN_NUMBER :
		    CRM_COLUMN_PERCENT);
	for (size_t i = 0; i < s->n; i++) {
		const struct tally *t = &s->t[i];
		size_t row = crm_rows_add(out);
		crm_rows_set_text(out, row, 0, t->field->name);
		crm_rows_set_u64(out, row, 1, t->present);
		crm_rows_set_ratio(out, row, 2, t->present, s->records, 4);
		crm_rows_set_ratio(out, row, 3, t->valid, t->present, 4);
		crm_rows_set_ratio(out, row, 4, t->seen.n, t->present, 4);
	}
}

const struct crm_report_kind crm_kind_quality = {
	.name = "quality", .begin = begin, .add = add, .rows = rows,
	.end = end
};
