/* JSON objects of another system as records: its values by path are the cells
 * of a row, so that profiles and converters are those of tables. */
#include "model/item.h"
#include "model/mapper.h"

/* The value of a column by one of its names. */
static bool
value_of(const struct crm_mapper *m, size_t i, struct crm_str object,
    struct crm_str *val)
{
	const struct crm_column *c = m->layout.bind[i].col;
	for (size_t k = 0; k < (c ? c->nnames : 0); k++)
		if (crm_json_get(object, c->names[k], val) ||
		    crm_json_path(object, c->names[k], val))
			return true;
	return false;
}

/* A list's scalars are joined by ';', as in a table's cell. */
static void
cell_of(const struct crm_mapper *m, size_t i, struct crm_str object,
    struct crm_buf *out)
{
	struct crm_str val, key, one;
	if (!value_of(m, i, object, &val))
		return;
	if (crm_json_kind(val) != '[') {
		crm_json_text(out, val);
		return;
	}
	struct crm_json_iter it = crm_json_iter(val);
	size_t n = 0;
	while (crm_json_next(&it, &key, &one)) {
		if (n++)
			crm_buf_c(out, ';');
		crm_json_text(out, one);
	}
}

static enum crm_status
read_object(const struct crm_item_opts *o, struct crm_str text,
    struct crm_buf *line, struct crm_err *err)
{
	struct crm_mapper *m = o->ctx;
	struct crm_csv_row row = { .n = m->ncells };
	struct crm_buf cells = { 0 }, with = { 0 };
	size_t *end = crm_calloc(m->ncells + 1, sizeof(*end));
	row.cells = crm_calloc(m->ncells + 1, sizeof(*row.cells));
	row.quoted = crm_calloc(m->ncells + 1, sizeof(*row.quoted));
	row.end = m->layout.end;
	for (size_t i = 0; i < m->ncells; i++) {
		cell_of(m, i, text, &cells);
		end[i] = cells.n;
	}
	for (size_t i = 0, at = 0; i < m->ncells; at = end[i++])
		row.cells[i] = (struct crm_str){ cells.p + at, end[i] - at };
	static const struct crm_str none;
	enum crm_status st = crm_mapper_read(m, &row, none, none, &with, err);
	/* raw and _src are the item's, not the row's */
	struct crm_json_iter it = crm_json_iter(crm_buf_view(&with));
	struct crm_str key, val;
	crm_buf_c(line, '{');
	while (!st && crm_json_next(&it, &key, &val)) {
		if (crm_str_is(key, "raw") || crm_str_is(key, "_src"))
			continue;
		crm_json_comma(line);
		crm_buf_printf(line, "\"%.*s\":%.*s", CRM_FMT(key),
		    CRM_FMT(val));
	}
	crm_buf_c(line, '}');
	crm_buf_release(&cells);
	crm_buf_release(&with);
	free(end);
	free(row.cells);
	free(row.quoted);
	return st;
}

/* A cell as JSON of the kind that stood there. */
static void
put_value(struct crm_buf *out, struct crm_str cell, struct crm_str old)
{
	char kind = crm_json_kind(old);
	bool bare = (kind == '0' || kind == 't' || kind == 'f') &&
	    crm_json_check(cell, NULL, NULL) == CRM_OK;
	if (!cell.n)
		crm_buf_z(out, "null");
	else if (kind == '[') {
		struct crm_str part;
		crm_buf_c(out, '[');
		while (cell.p && crm_str_split(&cell, ';', &part)) {
			crm_json_comma(out);
			crm_json_quote(out, part);
		}
		crm_buf_c(out, ']');
	} else if (bare)
		crm_buf_str(out, cell);
	else
		crm_json_quote(out, cell);
}

struct edit {
	struct crm_str old;	/* in the kept text */
	size_t column;
};

/* The columns whose fields differ between the kept object and the record, by
 * their place in the text. */
static size_t
find_edits(struct crm_mapper *m, struct crm_str kept, struct crm_str was,
    struct crm_str now, struct edit *e)
{
	size_t n = 0;
	for (size_t i = 0; i < m->ncells; i++) {
		const struct crm_column *c = m->layout.bind[i].col;
		struct crm_str a, b, old;
		if (!c || c->flags & CRM_COL_READONLY ||
		    crm_str_is(c->top, "ext"))
			continue;
		bool x = crm_json_path(was, c->path, &a);
		bool y = crm_json_path(now, c->path, &b);
		bool same = x == y && (!x || crm_str_eq(a, b));
		bool ref = c->conv == CRM_CV_REF || c->conv == CRM_CV_KEY;
		/* a resolved reference says nothing of a change */
		if (ref && y && crm_str_chr(b, ':') == b.n)
			same = true;
		if (same || !value_of(m, i, kept, &old))
			continue;
		size_t at = n++;
		for (; at > 0 && e[at - 1].old.p > old.p; at--)
			e[at] = e[at - 1];
		e[at] = (struct edit){ old, i };
	}
	return n;
}

static enum crm_status
write_object(const struct crm_item_opts *o, struct crm_str line,
    struct crm_str kept, const char *only, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_mapper *m = o->ctx;
	struct crm_buf was = { 0 };
	static const struct crm_json_limits lim = { .line = 64 << 20 };
	enum crm_status st;
	(void)only;
	if (kept.n && (st = read_object(o, kept, &was, err)))
		goto done;
	st = crm_json_scan(line, &lim, &m->obj, err);
	if (st)
		goto done;
	crm_mapper_rebuild(m);
	struct edit *e = crm_calloc(m->ncells + 1, sizeof(*e));
	size_t n = kept.n ? find_edits(m, kept, crm_buf_view(&was), line, e) :
	    0;
	const char *at = kept.p;
	for (size_t i = 0; i < n; i++) {
		if (e[i].old.p < at)
			continue;
		crm_buf_add(out, at, (size_t)(e[i].old.p - at));
		put_value(out, crm_mapper_cell(m, e[i].column), e[i].old);
		at = e[i].old.p + e[i].old.n;
	}
	if (kept.n)
		crm_buf_add(out, at, (size_t)(kept.p + kept.n - at));
	else
		crm_buf_c(out, '{');
	for (size_t i = 0; !kept.n && i < m->ncells; i++) {
		struct crm_str cell = crm_mapper_cell(m, i);
		if (!cell.n)
			continue;
		crm_json_comma(out);
		crm_json_quote(out, m->layout.headers[i]);
		crm_buf_c(out, ':');
		crm_json_quote(out, cell);
	}
	if (!kept.n)
		crm_buf_z(out, "}\n");
	free(e);
done:
	crm_buf_release(&was);
	return st;
}

struct crm_item_kind
crm_item_json(struct crm_str system)
{
	return (struct crm_item_kind){ system, read_object, write_object, NULL,
		{ "", 0 }, { "", 0 } };
}
