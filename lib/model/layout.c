/* What is kept once of a source: its header, dialect and habits. */
#include "model/mapper.h"

#include "base/decimal.h"
#include "base/hash.h"

static bool
is_usual(const struct crm_convert *c, const struct crm_binding *b,
    struct crm_str cell, struct crm_str style)
{
	struct crm_buf json = { 0 }, text = { 0 };
	char currency[4];
	enum crm_status st = crm_convert_read(c, b->col, b->field, cell,
	    currency, &json, NULL);
	if (st == CRM_OK)
		crm_convert_write(c, b->col, crm_buf_view(&json), style,
		    &text);
	bool same = st == CRM_OK && crm_str_eq(crm_buf_view(&text), cell);
	crm_buf_release(&json);
	crm_buf_release(&text);
	return same;
}

/* The style that gives most of the sample's cells back. */
static void
learn_style(struct crm_mapper *m, size_t col, const struct crm_csv_row *rows,
    size_t n)
{
	struct crm_binding *b = &m->layout.bind[col];
	struct crm_buf style = { 0 };
	size_t best = 0;
	for (size_t i = 0; i < n && best < n; i++) {
		struct crm_str cell = rows[i].cells[col];
		size_t good = 0, filled = 0;
		crm_buf_clear(&style);
		if (cell.n)
			crm_convert_style(&m->conv, b->col, cell, &style);
		if (!style.n || crm_str_eq(crm_buf_view(&style), b->style))
			continue;
		for (size_t k = 0; k < n; k++) {
			filled += rows[k].cells[col].n > 0;
			good += rows[k].cells[col].n && is_usual(&m->conv, b,
			    rows[k].cells[col], crm_buf_view(&style));
		}
		if (good > best) {
			best = good;
			b->style = crm_arena_str(&m->mem,
			    crm_buf_view(&style));
		}
		if (good == filled)
			break;
	}
	crm_buf_release(&style);
}

/* Sums such as "1.234,00" and "12,50" can only mean a decimal comma; where the
 * user said nothing and no cell says otherwise, the file has one. */
static void
learn_decimal(struct crm_mapper *m, const struct crm_csv_row *rows, size_t n)
{
	size_t point = 0, comma = 0;
	for (size_t i = 0; i < m->layout.n; i++) {
		const struct crm_column *c = m->layout.bind[i].col;
		if (!c || (c->conv != CRM_CV_MONEY && c->conv != CRM_CV_NUMBER))
			continue;
		for (size_t k = 0; k < n; k++) {
			struct crm_str s = crm_str_trim(rows[k].cells[i]);
			struct crm_dec d;
			char cur[4];
			s.n -= crm_str_ends(s, CRM_STR("%"));
			bool p = crm_dec_parse_human(s, '.', &d, cur);
			bool q = crm_dec_parse_human(s, ',', &d, cur);
			point += p && !q;
			comma += q && !p;
		}
	}
	m->comma = !m->conv.opts.decimal && comma && !point;
	if (m->comma)
		m->conv.opts.decimal = ',';
}

/* "25/12/2024" has the day first and "12/25/2024" the month: where the sample
 * shows one and never the other, that is the file's order. */
static void
learn_dates(struct crm_mapper *m, const struct crm_csv_row *rows, size_t n)
{
	const struct crm_profile *p = m->conv.profile;
	struct crm_profile_opts *o = &m->conv.opts;
	size_t dmy = 0, mdy = 0;
	if (!p)		/* a table of no system is what its user says it is */
		return;
	for (size_t i = 0; i < m->layout.n && !o->dates.n; i++) {
		const struct crm_column *c = m->layout.bind[i].col;
		bool dates = c && (c->conv == CRM_CV_DATE ||
		    c->conv == CRM_CV_TIME || c->conv == CRM_CV_BIRTHDAY);
		for (size_t k = 0; dates && k < n; k++) {
			struct crm_str s = crm_str_trim(rows[k].cells[i]);
			int64_t t;
			bool day;
			bool d = crm_stamp_parse(s, CRM_STR("dmy"), o->zone,
			    &t, &day);
			bool u = crm_stamp_parse(s, CRM_STR("mdy"), o->zone,
			    &t, &day);
			/* with points the day is always first */
			bool points = d && *s.p <= '9' && s.n > 5 &&
			    (s.p[1] == '.' || s.p[2] == '.');
			dmy += d && (!u || points);
			mdy += u && !d && !points;
		}
	}
	struct crm_str said = p->dates;
	const char *seen = dmy && !mdy ? "dmy" : mdy && !dmy ? "mdy" : NULL;
	const char *first = said.n ? memmem(said.p, said.n, "dmy", 3) : NULL;
	const char *other = said.n ? memmem(said.p, said.n, "mdy", 3) : NULL;
	/* what the profile tries first anyway needs no word */
	if (!seen || (*seen == 'd' ? first && (!other || first < other) :
	    other && (!first || other < first)))
		return;
	struct crm_buf b = { 0 };
	crm_buf_printf(&b, "%s,ymd%s", seen, said.n && memmem(said.p, said.n,
	    "serial", 6) ? ",serial" : "");
	o->dates = crm_arena_str(&m->mem, crm_buf_view(&b));
	m->dated = true;
	crm_buf_release(&b);
}

static void
learn_quotes(struct crm_mapper *m, size_t col, const struct crm_csv_row *rows,
    size_t n)
{
	size_t bare = 0, empty_bare = 0, quoted = 0;
	for (size_t i = 0; i < n; i++) {
		struct crm_str cell = rows[i].cells[col];
		if (crm_csv_needs_quotes(cell, m->layout.delimiter))
			continue;
		if (rows[i].quoted[col])
			quoted++;
		else if (cell.n)
			bare++;
		else
			empty_bare++;
	}
	char habit = quoted <= bare ? 'm' : empty_bare ? 'f' : 'a';
	m->layout.bind[col].quoting = habit;
}

/* Columns that were all empty follow the others. */
static void
settle_quotes(struct crm_mapper *m, const struct crm_csv_row *rows, size_t n)
{
	size_t count[3] = { 0 };
	static const char habits[] = "maf";
	struct crm_layout *l = &m->layout;
	for (size_t i = 0; i < l->n; i++)
		learn_quotes(m, i, rows, n);
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < n; k++)
			if (rows[k].cells[i].n) {
				count[strchr(habits, l->bind[i].quoting) -
				    habits]++;
				break;
			}
	size_t most = count[1] > count[0] ? 1 : 0;
	most = count[2] > count[most] ? 2 : most;
	for (size_t i = 0; i < l->n; i++) {
		bool filled = false, quoted = false;
		for (size_t k = 0; k < n; k++) {
			filled = filled || rows[k].cells[i].n;
			quoted = quoted || rows[k].quoted[i];
		}
		if (!filled && !quoted)
			l->bind[i].quoting = habits[most] == 'a' ? 'f' :
			    habits[most];
	}
}

static void
add_options(const struct crm_mapper *m, struct crm_buf *b)
{
	const struct crm_profile_opts *o = &m->conv.opts;
	if (o->dates.n)
		crm_json_add_str(b, "dates", o->dates);
	if (o->decimal && o->decimal != '.')
		crm_json_add_str(b, "decimal",
		    (struct crm_str){ &o->decimal, 1 });
	if (o->zone_name.n)
		crm_json_add_str(b, "zone", o->zone_name);
	if (o->region.n)
		crm_json_add_str(b, "region", o->region);
	if (m->type && m->plain)
		crm_json_add_str(b, "t", m->type->name);
	if (m->kinds)
		crm_json_add_raw(b, "k", CRM_STR("true"));
}

static void
write_text(struct crm_mapper *m, struct crm_buf *b)
{
	struct crm_layout *l = &m->layout;
	struct crm_buf habits = { 0 };
	bool uniform = true;
	crm_buf_c(b, '{');
	if (l->object && !m->plain)
		crm_json_add_str(b, "o", l->object->name);
	add_options(m, b);
	crm_json_key(b, "h");
	crm_buf_c(b, '[');
	for (size_t i = 0; i < l->n; i++) {
		crm_json_comma(b);
		crm_json_quote(b, l->headers[i]);
		crm_buf_c(&habits, l->bind[i].quoting);
		uniform = uniform && l->bind[i].quoting == l->bind[0].quoting;
	}
	crm_buf_c(b, ']');
	if (uniform && habits.n)
		habits.n = 1;
	if (!crm_str_is(crm_buf_view(&habits), "m"))
		crm_json_add_str(b, "q", crm_buf_view(&habits));
	if (l->quoted.n)
		crm_json_add_str(b, "hq", l->quoted);
	if (l->delimiter != ',')
		crm_json_add_str(b, "d", (struct crm_str){ &l->delimiter, 1 });
	if (!crm_str_is(l->end, "\n"))
		crm_json_add_str(b, "e", l->end);
	if (l->before.n)
		crm_json_add_str(b, "b", l->before);
	if (l->frame.n)
		crm_mapper_frame_text(m, b);
	if (l->bom)
		crm_json_add_raw(b, "bom", CRM_STR("true"));
	if (l->encoding.n && !crm_str_is(l->encoding, "UTF-8"))
		crm_json_add_str(b, "enc", l->encoding);
	bool styled = false;
	for (size_t i = 0; i < l->n; i++) {
		char key[24];
		if (!l->bind[i].style.n)
			continue;
		if (!styled) {
			crm_json_key(b, "s");
			crm_buf_c(b, '{');
		}
		styled = true;
		snprintf(key, sizeof(key), "%zu", i);
		crm_json_add_str(b, key, l->bind[i].style);
	}
	crm_buf_z(b, styled ? "}}" : "}");
	crm_buf_release(&habits);
}

static void
name_layout(struct crm_mapper *m)
{
	static const uint8_t zero[16];
	struct crm_buf b = { 0 };
	char hex[9];
	write_text(m, &b);
	snprintf(hex, sizeof(hex), "%08" PRIx64,
	    crm_siphash(zero, b.p, b.n) & 0xffffffff);
	m->layout.text = crm_arena_str(&m->mem, crm_buf_view(&b));
	m->layout.id = crm_arena_str(&m->mem, crm_str_z(hex));
	crm_buf_release(&b);
}

void
crm_mapper_learn(struct crm_mapper *m, const struct crm_object *object,
    const struct crm_csv_row *header, const struct crm_dialect *dialect,
    const struct crm_csv_row *sample, size_t n)
{
	struct crm_layout *l = &m->layout;
	crm_mapper_bind(m, object, header->cells, header->n);
	l->delimiter = dialect->delimiter;
	l->end = crm_arena_str(&m->mem, dialect->end.n ? dialect->end :
	    CRM_STR("\n"));
	l->before = crm_arena_str(&m->mem, header->before);
	l->bom = dialect->bom;
	l->encoding = crm_arena_str(&m->mem, dialect->encoding);
	char *q = crm_arena_alloc(&m->mem, l->n + 1);
	bool any = false;
	for (size_t i = 0; i < l->n; i++) {
		bool extra = header->quoted[i] &&
		    !crm_csv_needs_quotes(header->cells[i], l->delimiter);
		q[i] = extra ? '1' : '0';
		any = any || extra;
	}
	if (dialect->framed)
		crm_mapper_frame_learn(m, header->bytes, sample, n);
	else if (any)
		l->quoted = (struct crm_str){ q, l->n };
	learn_decimal(m, sample, n);
	learn_dates(m, sample, n);
	settle_quotes(m, sample, n);
	for (size_t i = 0; i < l->n; i++)
		if (l->bind[i].col)
			learn_style(m, i, sample, n);
	name_layout(m);
}

static struct crm_str
text_of(struct crm_mapper *m, struct crm_str json, const char *key)
{
	struct crm_str val, out;
	if (!crm_json_get(json, crm_str_z(key), &val))
		return (struct crm_str){ NULL, 0 };
	struct crm_buf b = { 0 };
	crm_json_text(&b, val);
	out = crm_arena_str(&m->mem, crm_buf_view(&b));
	crm_buf_release(&b);
	return out;
}

static void
read_options(struct crm_mapper *m, struct crm_str json)
{
	struct crm_profile_opts *o = &m->conv.opts;
	struct crm_str s = text_of(m, json, "dates");
	if (s.n)
		o->dates = s;
	s = text_of(m, json, "decimal");
	if (s.n)
		o->decimal = *s.p;
	o->region = text_of(m, json, "region");
	o->zone_name = text_of(m, json, "zone");
	if (o->zone_name.n && crm_zone_get(o->zone_name, &o->zone, NULL))
		o->zone = NULL;
	m->kinds = crm_json_get(json, CRM_STR("k"), &s);
	s = text_of(m, json, "t");
	if (s.n && m->conv.schema)
		m->type = crm_schema_type(m->conv.schema, s);
}

static void
read_habits(struct crm_mapper *m, struct crm_str json)
{
	struct crm_layout *l = &m->layout;
	struct crm_str q = text_of(m, json, "q"), styles, key, val;
	for (size_t i = 0; i < l->n && q.n; i++)
		l->bind[i].quoting = q.p[i < q.n ? i : q.n - 1];
	if (!crm_json_get(json, CRM_STR("s"), &styles))
		return;
	struct crm_json_iter it = crm_json_iter(styles);
	while (crm_json_next(&it, &key, &val)) {
		size_t i = strtoul(key.p, NULL, 10);	/* a quote ends it */
		struct crm_buf b = { 0 };
		crm_json_text(&b, val);
		if (i < l->n)
			l->bind[i].style = crm_arena_str(&m->mem,
			    crm_buf_view(&b));
		crm_buf_release(&b);
	}
}

enum crm_status
crm_mapper_layout(struct crm_mapper *m, const struct crm_profile *profile,
    struct crm_str json, struct crm_err *err)
{
	struct crm_layout *l = &m->layout;
	struct crm_str list, key, val, name = text_of(m, json, "o");
	const struct crm_object *object = NULL;
	if (!crm_json_get(json, CRM_STR("h"), &list) ||
	    crm_json_kind(list) != '[')
		return crm_err_set(err, CRM_INVALID, "layout.syntax",
		    _("raw.%.*s holds no layout"), CRM_FMT(m->system));
	for (size_t i = 0; profile && i < profile->nobjects; i++)
		if (m->plain || crm_str_eq(profile->objects[i].name, name))
			object = &profile->objects[i];
	if (profile && !object)
		return crm_err_set(err, CRM_INVALID, "layout.object",
		    _("profile %.*s has no '%.*s'"), CRM_FMT(profile->name),
		    CRM_FMT(name));
	read_options(m, json);
	if (object && !m->plain && m->conv.schema)
		m->type = crm_schema_type(m->conv.schema, object->type);
	size_t n = crm_json_count(list), i = 0;
	if (n > CRM_CSV_MAX_COLUMNS)
		n = CRM_CSV_MAX_COLUMNS;
	struct crm_str *headers = crm_arena_alloc(&m->mem,
	    (n + 1) * sizeof(*headers));
	struct crm_json_iter it = crm_json_iter(list);
	while (i < n && crm_json_next(&it, &key, &val)) {
		struct crm_buf b = { 0 };
		crm_json_text(&b, val);
		headers[i++] = crm_arena_str(&m->mem, crm_buf_view(&b));
		crm_buf_release(&b);
	}
	crm_mapper_bind(m, object, headers, n);
	l->delimiter = ',';
	struct crm_str s = text_of(m, json, "d");
	if (s.n && *s.p != '"' && *s.p != '\n' && *s.p != '\r')
		l->delimiter = *s.p;
	l->end = text_of(m, json, "e");
	if (!l->end.n)
		l->end = CRM_STR("\n");
	l->before = text_of(m, json, "b");
	l->quoted = text_of(m, json, "hq");
	l->frame = text_of(m, json, "fh");
	if (l->frame.n && crm_json_get(json, CRM_STR("f"), &val))
		crm_mapper_frame_read(m, val);
	l->encoding = text_of(m, json, "enc");
	l->bom = crm_json_get(json, CRM_STR("bom"), &val);
	read_habits(m, json);
	name_layout(m);
	return CRM_OK;
}

static void
standard(struct crm_mapper *m, const struct crm_object *object, bool all)
{
	struct crm_layout *l = &m->layout;
	const struct crm_profile *p = object->profile;
	struct crm_str *headers = crm_arena_alloc(&m->mem,
	    (object->ncolumns * 3 + 1) * sizeof(*headers));
	size_t n = 0;
	for (size_t i = 0; i < object->ncolumns; i++) {
		const struct crm_column *c = &object->columns[i];
		struct crm_str name = c->names[0];
		size_t brace = crm_str_chr(name, '{');
		if (c->flags & CRM_COL_READONLY && !all)
			continue;
		/* numbered sets: one of each is what every reader takes */
		if (brace < name.n) {
			struct crm_buf b = { 0 };
			crm_buf_printf(&b, "%.*s1%.*s", (int)brace, name.p,
			    CRM_FMT(crm_str_sub(name, brace + 3, name.n)));
			name = crm_arena_str(&m->mem, crm_buf_view(&b));
			crm_buf_release(&b);
		}
		headers[n++] = name;
	}
	crm_mapper_bind(m, object, headers, n);
	l->delimiter = p->delimiter;
	l->end = p->crlf ? CRM_STR("\r\n") : CRM_STR("\n");
	l->bom = p->bom;
	l->encoding = p->encoding;
	for (size_t i = 0; i < n; i++)
		l->bind[i].quoting = p->quoting;
	name_layout(m);
}

void
crm_mapper_standard(struct crm_mapper *m, const struct crm_object *object)
{
	standard(m, object, false);
}

void
crm_mapper_all(struct crm_mapper *m, const struct crm_object *object)
{
	standard(m, object, true);
}

bool
crm_mapper_find(struct crm_str line, struct crm_str system,
    struct crm_str *id, struct crm_str *layout)
{
	struct crm_str raw, mine, at, first, key;
	*layout = (struct crm_str){ NULL, 0 };
	if (!crm_json_get(line, CRM_STR("raw"), &raw) ||
	    !crm_json_get(raw, system, &mine) ||
	    !crm_json_get(mine, CRM_STR("@"), &at))
		return false;
	if (crm_json_is_string(at)) {
		*id = crm_json_inner(at);
		return true;
	}
	if (crm_json_kind(at) != '[')
		return false;
	struct crm_json_iter it = crm_json_iter(at);
	if (!crm_json_next(&it, &key, &first) || !crm_json_is_string(first))
		return false;
	*id = crm_json_inner(first);
	if (crm_json_next(&it, &key, &first) &&
	    !crm_json_get(first, CRM_STR("layout"), layout))
		*layout = (struct crm_str){ NULL, 0 };
	return true;
}
