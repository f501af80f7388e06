#include "base/map.h"
#include "base/mem.h"
#include "cli/out_impl.h"
#include "format/table.h"

/* Table, Markdown and HTML. Without -f the columns are the type's own where
 * the program knows them, else what the first records have; so those wait. */

enum { FIRST_ROWS = 1000, MANY = 512 };

struct sheet {
	struct crm_table table;
	struct crm_buf rows;	/* lines of the first records, LF behind each */
	size_t nrows;
	struct crm_str *cols;	/* NULL until decided */
	size_t ncols;
	char *columns;		/* what cols points into, where not -f */
	struct crm_buf type;	/* of the first record, whose columns are tried */
	bool decided;
	bool opened;		/* the page's head is out */
};

static struct sheet *
state(struct crm_out *o)
{
	if (!o->state)
		o->state = crm_zalloc(sizeof(struct sheet));
	return o->state;
}

static bool
looks_like_ulid(struct crm_str s)
{
	if (s.n != 26 || s.p[0] > '7')
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') ||
		    (s.p[i] >= 'A' && s.p[i] <= 'Z')))
			return false;
	return true;
}

/* Ids are shown by the ending that names them. */
static struct crm_str
short_id(struct crm_out *o, struct crm_str s)
{
	enum { USUAL = 8 };
	if (!looks_like_ulid(s))
		return s;
	size_t n = o->help.short_id ?
	    o->help.short_id(o->help.self, s) : USUAL;
	return n < s.n ? crm_str_sub(s, s.n - n, n) : s;
}

static void
add_row(struct crm_out *o, struct sheet *s, const struct crm_out_row *r)
{
	for (size_t i = 0; i < s->ncols; i++) {
		struct crm_str val;
		crm_buf_clear(&o->tmp);
		if (crm_out_value(o, r, s->cols[i], &val))
			crm_out_plain(&o->tmp, val);
		struct crm_str text = crm_buf_view(&o->tmp);
		if (o->format == CRM_OUT_TABLE)
			text = short_id(o, text);
		crm_table_cell(&s->table, text);
	}
}

static void
print_rows(struct crm_out *o, struct sheet *s)
{
	const struct crm_cli *c = o->cli;
	const struct crm_table_look look = { c->columns, c->ascii, c->tty_out,
		c->color_out };
	switch (o->format) {
	case CRM_OUT_MARKDOWN:
		crm_table_markdown(&s->table, &o->buf);
		break;
	case CRM_OUT_HTML:
		if (!s->opened)
			crm_html_head(&o->buf, crm_str_z(c->prog->name),
			    crm_str_z(c->lang));
		s->opened = true;
		crm_table_html(&s->table, &o->buf);
		break;
	default:
		crm_table_text(&s->table, &look, &o->buf);
	}
}

/* What a table does not show unless asked: bookkeeping and what is long. */
static bool
shown(struct crm_str key, bool one_type)
{
	static const char *const dull[] = { "rev", "created", "updated", "raw",
		"ext", "notes", "stages", "statuses", "attachments", "labels",
		"_src", "description", "body" };
	for (size_t i = 0; i < CRM_LEN(dull); i++)
		if (crm_str_is(key, dull[i]))
			return false;
	return !(one_type && crm_str_is(key, "type"));
}

struct found {	/* keys in the order of the records */
	struct crm_map seen;
	struct crm_str first;	/* type */
	bool mixed;
};

static void
find_keys(struct found *f, struct crm_str json)
{
	struct crm_str type = { 0 }, key, val;
	crm_json_get(json, CRM_STR("type"), &type);
	if (!f->first.p)
		f->first = type;
	f->mixed |= !crm_str_eq(f->first, type);
	struct crm_json_iter it = crm_json_iter(json);
	while (crm_json_next(&it, &key, &val)) {
		if (crm_json_kind(val) == '{') {
			if (!crm_str_is(key, "address"))
				continue;
			crm_map_put(&f->seen, CRM_STR("address.city"), NULL);
			crm_map_put(&f->seen, CRM_STR("address.country"), NULL);
		} else if (!memchr(key.p, '\\', key.n)) {
			crm_map_put(&f->seen, key, NULL);
		}
	}
}

static void
split_columns(struct sheet *s, struct crm_buf *list)
{
	s->columns = crm_buf_detach(list, NULL);
	struct crm_str rest = crm_str_z(s->columns), part;
	size_t cap = 0;
	while (rest.n && crm_str_split(&rest, ',', &part)) {
		crm_grow(&s->cols, &cap, s->ncols + 1, sizeof(part));
		s->cols[s->ncols++] = part;
	}
}

/* On a terminal only as many as can be read; -f asks for others. */
static void
limit_columns(const struct crm_out *o, struct sheet *s)
{
	enum { READABLE = 12, FEWEST = 3 };
	size_t most = o->cli->columns / READABLE;
	if (o->format != CRM_OUT_TABLE || !o->cli->columns)
		return;
	if (most < FEWEST)
		most = FEWEST;
	if (s->ncols > most)
		s->ncols = most;
}

static void
add_columns(struct sheet *s)
{
	for (size_t i = 0; i < s->ncols; i++)
		crm_table_column(&s->table, s->cols[i],
		    crm_str_is(s->cols[i], "id") ? CRM_ALIGN_LEFT :
		    CRM_ALIGN_AUTO);
}

/* The columns are those that the records held have. */
static void
take_found_columns(struct crm_out *o, struct sheet *s)
{
	struct found f = { 0 };
	struct crm_buf list = { 0 };
	struct crm_str rest = crm_buf_view(&s->rows), line;
	while (rest.n && crm_str_split(&rest, '\n', &line) && line.n)
		find_keys(&f, line);
	for (size_t i = 0; i < f.seen.n && i < MANY; i++)
		if (shown(f.seen.e[i].key, !f.mixed))
			crm_buf_printf(&list, "%s%.*s", list.n ? "," : "",
			    CRM_FMT(f.seen.e[i].key));
	split_columns(s, &list);
	limit_columns(o, s);
	add_columns(s);
	crm_map_release(&f.seen);
	rest = crm_buf_view(&s->rows);
	struct crm_out_row r = { 0 };
	while (rest.n && crm_str_split(&rest, '\n', &r.json) && r.json.n)
		add_row(o, s, &r);
}

/* Columns that were only tried and stayed empty take no room. */
static void
drop_empty(struct sheet *s)
{
	size_t n = 0;
	bool *kept = crm_calloc(s->ncols + 1, sizeof(*kept));
	crm_table_drop_empty(&s->table, kept);
	for (size_t i = 0; i < s->ncols; i++)
		if (kept[i])
			s->cols[n++] = s->cols[i];
	s->ncols = n;
	free(kept);
}

/* The first records are all there. */
static void
decide(struct crm_out *o, struct sheet *s)
{
	s->decided = true;
	if (!s->cols)
		take_found_columns(o, s);
	crm_buf_release(&s->rows);
	drop_empty(s);
	print_rows(o, s);
}

static void
forget_columns(struct sheet *s)
{
	crm_table_release(&s->table);
	free(s->cols);
	free(s->columns);
	s->cols = NULL;
	s->columns = NULL;
	s->ncols = 0;
}

/* While all records are of one type that has columns of its own, those are
 * tried; the first record of another type ends that. */
static void
try_type_columns(struct crm_out *o, struct sheet *s,
    const struct crm_out_row *r)
{
	struct crm_str type = { 0 };
	bool typed = crm_json_get(r->json, CRM_STR("type"), &type) &&
	    crm_json_is_string(type);
	if (s->nrows == 0 && typed && o->help.columns) {
		const char *own = o->help.columns(o->help.self,
		    crm_json_inner(type));
		struct crm_buf list = { 0 };
		crm_buf_str(&s->type, type);
		if (own) {
			crm_buf_z(&list, own);
			split_columns(s, &list);
			limit_columns(o, s);
			add_columns(s);
		}
	}
	if (s->cols && !crm_str_eq(crm_buf_view(&s->type), type))
		forget_columns(s);
	if (s->cols)
		add_row(o, s, r);
}

static void
take_fields(struct crm_out *o, struct sheet *s)
{
	s->cols = crm_calloc(o->nfields, sizeof(*s->cols));
	memcpy(s->cols, o->fields, o->nfields * sizeof(*s->cols));
	s->ncols = o->nfields;
	s->decided = true;
	add_columns(s);
}

static void
table_record(struct crm_out *o, const struct crm_out_row *r)
{
	struct sheet *s = state(o);
	if (o->nfields && !s->decided)
		take_fields(o, s);
	if (s->decided) {
		add_row(o, s, r);
		if (crm_table_rows(&s->table) >= FIRST_ROWS)
			print_rows(o, s);
		return;
	}
	try_type_columns(o, s, r);
	crm_buf_str(&s->rows, r->json);
	crm_buf_c(&s->rows, '\n');
	if (++s->nrows == FIRST_ROWS)
		decide(o, s);
}

static void
table_end(struct crm_out *o)
{
	struct sheet *s = state(o);
	if (!s->decided && s->nrows)
		decide(o, s);
	if (crm_table_rows(&s->table) || o->format == CRM_OUT_HTML)
		print_rows(o, s);
	if (o->format == CRM_OUT_HTML) {
		crm_buf_z(&o->buf, "</tbody></table>\n");
		crm_html_foot(&o->buf);
	}
}

static void
table_release(struct crm_out *o)
{
	struct sheet *s = o->state;
	if (!s)
		return;
	crm_table_release(&s->table);
	crm_buf_release(&s->rows);
	crm_buf_release(&s->type);
	free(s->cols);
	free(s->columns);
	free(s);
}

const struct crm_out_form crm_out_table = { table_record, table_end,
	table_release };
