/* Web-form posts: lines of application/x-www-form-urlencoded (WHATWG URL, 5.1),
 * and flat JSON objects without a type. Their names are read as the header of a
 * plain table is; without -t they are leads. */
#include "model/import.h"

#include "format/csv.h"

enum { POST_MAX = 1 << 20, FIELDS_MAX = 256 };

struct posts {
	struct crm_buf in;
	uint64_t line;
	struct crm_mapper *mapper;
};

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static struct crm_str
decoded(struct crm_arena *mem, struct crm_str s)
{
	struct crm_buf b = { 0 };
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 &&
		    hex(s.p[i + 2]) >= 0) {
			crm_buf_c(&b, (char)(hex(s.p[i + 1]) * 16 +
			    hex(s.p[i + 2])));
			i += 2;
		} else
			crm_buf_c(&b, s.p[i] == '+' ? ' ' : s.p[i]);
	}
	struct crm_str out = crm_arena_str(mem, crm_buf_view(&b));
	crm_buf_release(&b);
	return out;
}

bool
crm_import_is_post(struct crm_str s)
{
	bool equals = false, name = false;
	s = crm_str_trim(crm_str_sub(s, 0, crm_str_chr(s, '\n')));
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c <= ' ' || strchr("\",;|<>{}", c) || (c & 0x80))
			return false;
		if (c == '=' && !name)
			return false;
		name = c != '&' && (name || c != '=');
		equals = equals || c == '=';
	}
	return equals && memchr(s.p, '&', s.n);
}

static bool
same_header(const struct crm_mapper *m, const struct crm_csv_row *h)
{
	if (!m || m->layout.n != h->n)
		return false;
	for (size_t i = 0; i < h->n; i++)
		if (!crm_str_eq(m->layout.headers[i], h->cells[i]))
			return false;
	return true;
}

static enum crm_status
learn(struct crm_import *im, struct crm_mapper **mp,
    const struct crm_csv_row *h)
{
	struct crm_mapper *m = *mp;
	struct crm_seen seen = { 0 };
	if (same_header(m, h))
		return CRM_OK;
	if (m) {
		seen = m->seen;
		m->seen = (struct crm_seen){ 0 };
		crm_mapper_release(m);
		free(m);
	}
	m = *mp = crm_zalloc(sizeof(*m));
	m->seen = seen;
	m->plain = true;
	m->system = CRM_STR("form");
	m->conv.opts = im->o.cells;
	m->conv.schema = im->o.schema;
	m->type = im->o.type ? im->o.type : crm_schema_type(im->o.schema,
	    CRM_STR("lead"));
	struct crm_dialect d = { .delimiter = ',' };
	crm_mapper_learn(m, im->o.usual, h, &d, NULL, 0);
	return CRM_OK;
}

/* The record of a row without what only a table needs; a lead from a form says
 * so, and is new. */
static void
print(struct crm_import *im, const struct crm_mapper *m, struct crm_str with,
    uint64_t line)
{
	struct crm_json_iter it = crm_json_iter(with);
	struct crm_str key, val;
	bool lead = crm_str_is(m->type->name, "lead");
	crm_buf_c(&im->line, '{');
	while (crm_json_next(&it, &key, &val)) {
		struct crm_str mine;
		if (crm_str_is(key, "_src"))
			continue;
		if (crm_str_is(key, "raw")) {
			/* names that no field can have; not the layout */
			if (!crm_json_get(val, m->system, &mine) ||
			    crm_json_count(mine) < 2)
				continue;
		}
		crm_json_comma(&im->line);
		crm_buf_printf(&im->line, "\"%.*s\":%.*s", CRM_FMT(key),
		    CRM_FMT(val));
	}
	if (lead && !crm_json_get(with, CRM_STR("status"), &val))
		crm_json_add_str(&im->line, "status", CRM_STR("new"));
	if (lead && !crm_json_get(with, CRM_STR("source"), &val))
		crm_json_add_str(&im->line, "source", CRM_STR("web-form"));
	crm_json_key(&im->line, "_src");
	crm_buf_z(&im->line, "{\"file\":");
	crm_json_quote(&im->line, im->file);
	crm_buf_printf(&im->line, ",\"line\":%" PRIu64 "}}", line);
}

void
crm_import_post(struct crm_import *im, struct crm_mapper **mp,
    const struct crm_csv_row *header, struct crm_csv_row *row,
    struct crm_str text)
{
	static const struct crm_str none;
	struct crm_err err = { 0 };
	struct crm_buf with = { 0 };
	bool quoted[FIELDS_MAX] = { false };
	struct crm_csv_row h = *header;
	h.quoted = row->quoted = quoted;
	crm_buf_clear(&im->line);
	enum crm_status st = learn(im, mp, &h);
	if (!st)
		st = crm_mapper_read(*mp, row, none, im->file, &with, &err);
	if (!st)
		print(im, *mp, crm_buf_view(&with), row->line);
	crm_buf_release(&with);
	err.line = row->line;
	if (st)
		crm_import_reject(im, &err, text);
	else if (!im->sink.record(im->sink.ctx, crm_buf_view(&im->line)))
		im->stopped = true;
}

static void
one(struct crm_import *im, struct posts *s, struct crm_str line)
{
	struct crm_str rest = crm_str_trim(line), pair;
	struct crm_str names[FIELDS_MAX], values[FIELDS_MAX];
	struct crm_csv_row h = { .cells = names }, row = { .cells = values,
		.line = s->line };
	if (!rest.n)
		return;
	crm_arena_clear(&im->mem);
	while (crm_str_split(&rest, '&', &pair) && h.n < FIELDS_MAX) {
		size_t eq = crm_str_chr(pair, '=');
		if (!pair.n)
			continue;
		names[h.n] = decoded(&im->mem, crm_str_sub(pair, 0, eq));
		values[h.n++] = decoded(&im->mem, crm_str_sub(pair, eq + 1,
		    pair.n));
	}
	row.n = h.n;
	crm_import_post(im, &s->mapper, &h, &row, line);
}

static enum crm_status
push(struct crm_import *im, struct crm_str text, bool last,
    struct crm_err *err)
{
	struct posts *s = im->state;
	if (!s)
		s = im->state = crm_zalloc(sizeof(*s));
	crm_buf_str(&s->in, text);
	if (last && s->in.n && s->in.p[s->in.n - 1] != '\n')
		crm_buf_c(&s->in, '\n');
	struct crm_str rest = crm_buf_view(&s->in), line;
	while (!im->stopped && crm_str_chr(rest, '\n') < rest.n &&
	    crm_str_split(&rest, '\n', &line)) {
		s->line++;
		one(im, s, line);
	}
	if (rest.n > POST_MAX)
		return crm_err_set(err, CRM_CORRUPT, "form.limit",
		    _("a line longer than %d bytes"), POST_MAX);
	struct crm_buf left = { 0 };
	crm_buf_str(&left, rest);
	crm_buf_release(&s->in);
	s->in = left;
	return CRM_OK;
}

static void
release(struct crm_import *im)
{
	struct posts *s = im->state;
	if (!s)
		return;
	if (s->mapper)
		crm_mapper_release(s->mapper);
	free(s->mapper);
	crm_buf_release(&s->in);
	free(s);
	im->state = NULL;
	crm_arena_release(&im->mem);
}

const struct crm_form crm_form_post = { "form", push, release };
