/* Columns that need another one: a reference into one of several fields, by
 * its own beginning or by a word beside it, and a date whose time of day stands
 * in a column of its own. */
#include "model/mapper.h"

static bool
is_path(struct crm_str path, const struct crm_slot *s)
{
	size_t dot = crm_str_chr(path, '.');
	return crm_str_eq(crm_str_sub(path, 0, dot), s->top) &&
	    crm_str_eq(crm_str_sub(path, dot + 1, path.n), s->sub);
}

bool
crm_mapper_feeds(const struct crm_column *c, const struct crm_slot *s)
{
	for (size_t i = 0; i < c->nalts; i++)
		if (is_path(c->alts[i], s))
			return true;
	return !c->nalts && crm_str_eq(c->top, s->top) &&
	    crm_str_eq(c->sub, s->sub);
}

/* The word, or the word with something in brackets behind it. */
static bool
says(struct crm_str cell, struct crm_str word)
{
	return crm_str_starts(cell, word) && (cell.n == word.n ||
	    cell.p[word.n] == ' ');
}

/* Does the row speak of this one of the column's fields? */
static bool
is_meant(const struct crm_mapper *m, const struct crm_slot *s, size_t col)
{
	const struct crm_binding *b = &m->layout.bind[col];
	struct crm_str cell = crm_str_trim(crm_mapper_cell(m, col)), word;
	if (b->col->by.n)
		cell = b->by ? crm_str_trim(crm_mapper_cell(m, b->by - 1)) :
		    (struct crm_str){ NULL, 0 };
	for (size_t i = 0; i < b->col->nalts; i++) {
		struct crm_str words = b->col->when[i];
		while (is_path(b->col->alts[i], s) &&
		    crm_str_split(&words, '/', &word))
			if (crm_str_is(word, "*") || (b->col->by.n ?
			    says(cell, word) : crm_str_starts(cell, word)))
				return true;
	}
	return false;
}

struct crm_str
crm_mapper_said(struct crm_mapper *m, const struct crm_slot *s, size_t col)
{
	const struct crm_binding *b = &m->layout.bind[col];
	struct crm_str cell = crm_mapper_cell(m, col), more;
	if (b->col->nalts && !is_meant(m, s, col))
		return (struct crm_str){ NULL, 0 };
	if (!b->with || !cell.n)
		return cell;
	more = crm_str_trim(crm_mapper_cell(m, b->with - 1));
	if (!more.n)
		return cell;
	crm_buf_clear(&m->joined);
	crm_buf_printf(&m->joined, "%.*s %.*s", CRM_FMT(cell), CRM_FMT(more));
	more = b->zone ? crm_str_trim(crm_mapper_cell(m, b->zone - 1)) :
	    (struct crm_str){ NULL, 0 };
	if (crm_stamp_is_zone(more))
		crm_buf_printf(&m->joined, " %.*s", CRM_FMT(more));
	return crm_buf_view(&m->joined);
}

/* The first of the headers "a|b" that the file has. */
static size_t
find_column(const struct crm_mapper *m, struct crm_str names)
{
	struct crm_buf f = { 0 };
	struct crm_str one;
	size_t found = 0;
	while (!found && names.n && crm_str_split(&names, '|', &one)) {
		for (size_t i = 0; !found && i < m->layout.n; i++) {
			crm_buf_clear(&f);
			crm_header_fold(&f, m->layout.headers[i]);
			if (crm_str_eq(crm_buf_view(&f), one))
				found = i + 1;
		}
	}
	crm_buf_release(&f);
	return found;
}

struct crm_str
crm_mapper_type(const struct crm_mapper *m)
{
	const struct crm_object *o = m->layout.object;
	struct crm_str word, none = { NULL, 0 };
	for (size_t i = 0; o && !m->plain && i < o->ntypes; i++) {
		size_t col = m->layout.types[i];
		struct crm_str words = o->types[i].words, cell = col ?
		    crm_str_trim(crm_mapper_cell(m, col - 1)) : none;
		while (cell.n && crm_str_split(&words, '/', &word))
			if (crm_str_is(word, "*") || crm_str_eq(word, cell))
				return o->types[i].type;
	}
	return none;
}

bool
crm_mapper_holds(const struct crm_mapper *m, struct crm_str type)
{
	const struct crm_object *o = m->layout.object;
	bool good = !m->type || !type.n || crm_str_eq(type, m->type->name);
	for (size_t i = 0; !good && o && i < o->ntypes; i++)
		good = crm_str_eq(type, o->types[i].type);
	return good;
}

void
crm_mapper_pair(struct crm_mapper *m, const struct crm_object *object)
{
	size_t n = object ? object->ntypes : 0;
	m->layout.types = crm_arena_zalloc(&m->mem,
	    (n + 1) * sizeof(*m->layout.types));
	for (size_t i = 0; i < n; i++)
		m->layout.types[i] = find_column(m, object->types[i].by);
	for (size_t i = 0; i < m->layout.n; i++) {
		struct crm_binding *b = &m->layout.bind[i];
		if (!b->col)
			continue;
		b->by = find_column(m, b->col->by);
		b->with = find_column(m, b->col->with);
		b->zone = find_column(m, b->col->zone);
	}
}

void
crm_mapper_doubt(struct crm_mapper *m, const struct crm_slot *s)
{
	for (size_t i = 0; i < s->ncols; i++) {
		const struct crm_column *c = m->layout.bind[s->cols[i]].col;
		struct crm_str cell = crm_str_trim(crm_mapper_cell(m,
		    s->cols[i]));
		/* "-" and "-None-" are how a picklist says nothing */
		if (c->conv != CRM_CV_ENUM || !cell.n || *cell.p == '-' ||
		    crm_enum_has(c->values, cell))
			continue;
		crm_map_put(&m->unknown, m->layout.headers[s->cols[i]],
		    NULL)->v.u++;
	}
}
