/* Figures: how many records have a field, how many of those values are sound,
 * unique, fresh. */
#include "model/check_impl.h"

static struct check_table *
table_of(struct crm_check_impl *m, const struct crm_type *t)
{
	for (size_t i = 0; i < m->ntables; i++)
		if (m->tables[i].type == t)
			return &m->tables[i];
	crm_grow(&m->tables, &m->captables, m->ntables + 1,
	    sizeof(*m->tables));
	m->tables[m->ntables] = (struct check_table){ .type = t,
		.column = crm_zalloc(t->nfields *
		sizeof(struct check_column)) };
	return &m->tables[m->ntables++];
}

void
check_count_record(struct crm_check *c)
{
	struct crm_check_impl *m = c->impl;
	m->table = NULL;
	if (!m->rec->type)
		return;
	m->table = table_of(m, m->rec->type);
	m->table->records++;
}

void
check_count_field(struct crm_check *c, const struct crm_field *f,
    struct crm_str val)
{
	struct check_table *t = c->impl->table;
	if (t && check_given(val))
		t->column[crm_field_pos(t->type, f)].present++;
}

/* A finding about "address.country" is one about "address". */
void
check_count_bad(struct crm_check *c, struct crm_str field)
{
	struct check_table *t = c->impl->table;
	if (!t)
		return;
	field.n = crm_str_chr(field, '.');
	for (size_t i = 0; i < t->type->nfields; i++) {
		struct check_column *col = &t->column[i];
		if (!crm_str_eq(t->type->fields[i].name, field))
			continue;
		if (col->present && col->last_bad != c->records) {
			col->last_bad = c->records;
			col->bad++;
		}
		return;
	}
}

static void
share(struct crm_buf *out, const char *name, uint64_t part, uint64_t whole)
{
	if (whole)
		crm_json_add_double(out, name, (double)part / (double)whole,
		    4);
}

static void
put_field(const struct check_table *t, size_t i, struct crm_buf *out)
{
	const struct check_column *col = &t->column[i];
	uint64_t bad = col->bad < col->present ? col->bad : col->present;
	crm_buf_c(out, '{');
	crm_json_add_str(out, "type", t->type->name);
	crm_json_add_str(out, "field", t->type->fields[i].name);
	crm_json_add_u64(out, "records", t->records);
	share(out, "complete", col->present, t->records);
	share(out, "valid", col->present - bad, col->present);
	share(out, "unique", col->values - col->repeated, col->values);
	share(out, "fresh", t->fresh, t->dated);
	crm_buf_z(out, "}\n");
}

static bool
shown(const struct crm_field *f, const struct check_column *col)
{
	return f->parent < 0 &&
	    !(f->flags & (CRM_F_COMPUTED | CRM_F_TOOL)) &&
	    (col->present || (f->flags & (CRM_F_KEY | CRM_F_REQUIRED)));
}

void
crm_check_quality(const struct crm_check *c, struct crm_buf *out)
{
	struct crm_check_impl *m = c->impl;
	for (size_t no = 0; no < c->schema->ntypes; no++)
		for (size_t k = 0; k < m->ntables; k++) {
			const struct check_table *t = &m->tables[k];
			if (t->type != &c->schema->types[no])
				continue;
			for (size_t i = 0; i < t->type->nfields; i++)
				if (shown(&t->type->fields[i], &t->column[i]))
					put_field(t, i, out);
		}
}
