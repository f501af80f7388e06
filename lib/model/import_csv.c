/* Tables: the separator, the profile of the header, then row by row. */
#include "model/import.h"

#include "format/encoding.h"

enum { SAMPLE_ROWS = 100 };

static struct crm_csv_row
copy_row(struct crm_arena *mem, const struct crm_csv_row *row)
{
	struct crm_csv_row c = *row;
	c.cells = crm_arena_alloc(mem, (row->n + 1) * sizeof(*c.cells));
	c.quoted = crm_arena_alloc(mem, row->n + 1);
	for (size_t i = 0; i < row->n; i++) {
		c.cells[i] = crm_arena_str(mem, row->cells[i]);
		c.quoted[i] = row->quoted[i];
	}
	c.bytes = crm_arena_str(mem, row->bytes);
	c.end = crm_arena_str(mem, row->end);
	c.before = crm_arena_str(mem, row->before);
	return c;
}

/* What a header says of the type of its rows: fields that few types have, in
 * this order of trust, and how much each counts. */
static const struct sign {
	const char *field, *type;
	int weight;
} signs[] = {
	{ "stage", "deal", 2 }, { "close_date", "deal", 2 },
	{ "given_name", "contact", 1 }, { "family_name", "contact", 1 },
	{ "birthday", "contact", 2 }, { "priority", "ticket", 2 },
	{ "legal_name", "account", 2 }, { "employees", "account", 2 },
	{ "tax_id", "account", 2 }, { "sku", "product", 2 },
	{ "emails", "contact", 1 }, { "email", "contact", 1 },
	{ "title", "contact", 1 },
	{ "amount", "deal", 1 },
};

static bool
header_has(const struct crm_object *usual, const struct crm_str *headers,
    size_t n, const char *field)
{
	struct crm_buf f = { 0 };
	bool has = false;
	for (size_t i = 0; !has && i < n; i++) {
		unsigned group;
		crm_buf_clear(&f);
		crm_header_fold(&f, headers[i]);
		const struct crm_column *c = usual ? crm_object_column(usual,
		    crm_buf_view(&f), 0, &group) : NULL;
		has = crm_str_is(crm_buf_view(&f), field) ||
		    (c && crm_str_is(c->top, field));
	}
	crm_buf_release(&f);
	return has;
}

const struct crm_type *
crm_import_guess(const struct crm_schema *schema,
    const struct crm_object *usual, const struct crm_str *headers, size_t n)
{
	int sum[CRM_LEN(signs)] = { 0 };
	size_t best = 0;
	for (size_t k = 0; k < CRM_LEN(signs); k++) {
		size_t first = 0;	/* a type's sum stands at its first sign */
		while (strcmp(signs[first].type, signs[k].type) != 0)
			first++;
		if (header_has(usual, headers, n, signs[k].field))
			sum[first] += signs[k].weight;
	}
	for (size_t k = 1; k < CRM_LEN(signs); k++)
		if (sum[k] > sum[best])
			best = k;
	/* a sum alone is no deal: invoices and purchases have one, too */
	return sum[best] > (best == 0 ? 1 : 0) ? crm_schema_type(schema,
	    crm_str_z(signs[best].type)) : NULL;
}

/* Does the column "type" say what each row is? "Customer", or any word with -t,
 * is a kind of account, not a type of ours. */
static bool
has_types(const struct crm_import *im, const struct crm_csv_row *h,
    const struct crm_csv_row *rows, size_t n, bool *kinds)
{
	struct crm_buf f = { 0 };
	size_t col = 0, good = 0, filled = 0;
	for (; col < h->n; col++) {
		crm_buf_clear(&f);
		crm_header_fold(&f, h->cells[col]);
		if (crm_str_is(crm_buf_view(&f), "type"))
			break;
	}
	crm_buf_release(&f);
	/* a store may have types that we know nothing of here */
	bool any = !im->o.type && col < h->n && crm_str_is(h->cells[col],
	    "type");
	for (size_t k = 0; col < h->n && k < n; k++) {
		struct crm_str s = col < rows[k].n ? rows[k].cells[col] :
		    (struct crm_str){ NULL, 0 };
		filled += s.n > 0;
		good += s.n && (crm_schema_type(im->o.schema, s) ||
		    (any && *s.p >= 'a' && *s.p <= 'z' &&
		    crm_str_chr(s, ' ') == s.n));
	}
	*kinds = col < h->n && (!filled || good < filled);
	return col < h->n && !*kinds;
}

static enum crm_status
choose(struct crm_import *im, const struct crm_csv_row *h,
    const struct crm_object **object, struct crm_err *err)
{
	struct crm_str type = im->o.type ? im->o.type->name :
	    (struct crm_str){ NULL, 0 };
	*object = im->o.object;
	if (*object || im->o.plain)
		return CRM_OK;
	enum crm_status st = crm_profiles_sniff(im->o.profiles, im->o.profile,
	    h->cells, h->n, type, "csv", object, err);
	if (st == CRM_CONFLICT)
		return crm_err_set(err, CRM_USAGE, err ? err->id : NULL,
		    "%s", err ? err->msg : "");
	if (st == CRM_OK || !im->o.profile)
		return CRM_OK;
	return crm_err_set(err, CRM_USAGE, "profile.header",
	    _("the header is none that profile '%.*s' knows (it begins "
	    "'%.*s'): name the object (--list-profiles), or leave out -p"),
	    CRM_FMT(im->o.profile->name), CRM_FMT(h->cells[0]));
}

/* Rows of the first part of the file, by a reader of their own. */
static size_t
sample_rows(struct crm_import *im, struct crm_str text,
    struct crm_csv_row rows[SAMPLE_ROWS])
{
	struct crm_csv_reader *r = crm_csv_new(crm_csv_delimiter(im->csv));
	struct crm_csv_row row;
	size_t n = 0;
	bool header = true;
	enum crm_status st;
	crm_csv_push(r, text.p, text.n);
	crm_csv_end(r);
	while (n < SAMPLE_ROWS &&
	    (st = crm_csv_next(r, &row, NULL)) != CRM_NOTFOUND &&
	    st != CRM_CORRUPT) {
		if (st == CRM_OK && !header)
			rows[n++] = copy_row(&im->mem, &row);
		header = false;
	}
	crm_csv_free(r);
	return n;
}

static enum crm_status
pick_type(struct crm_import *im, struct crm_mapper *m,
    const struct crm_csv_row *h, const struct crm_object *object,
    const struct crm_csv_row *rows, size_t n, struct crm_err *err)
{
	m->plain = !object;
	bool types = m->plain && has_types(im, h, rows, n, &m->kinds);
	m->conv.profile = object ? object->profile : NULL;
	m->system = object ? object->profile->system : CRM_STR("csv");
	m->type = object ? crm_schema_type(im->o.schema, object->type) :
	    im->o.type;
	if (m->type || types)
		return CRM_OK;
	if (!object)
		m->type = crm_import_guess(im->o.schema, im->o.usual,
		    h->cells, h->n);
	if (!m->type)
		return crm_err_set(err, CRM_USAGE, "import.type",
		    _("what type of record are these? name it with -t (contact, "
		    "account, deal…)"));
	crm_import_note(im, _("read as type %.*s (-t names another)"),
	    CRM_FMT(m->type->name));
	return CRM_OK;
}

static const char *
separator_name(char c)
{
	return c == '\t' ? "tab" : c == ';' ? "semicolon" : "vertical bar";
}

/* A file of rejects begins as this one does: mark, encoding, header. */
static void
reject_head(struct crm_import *im, const struct crm_csv_row *h,
    const struct crm_dialect *d)
{
	struct crm_buf text = { 0 }, bytes = { 0 };
	struct crm_encoder *e = NULL;
	if (d->bom)
		crm_buf_z(&text, "\xef\xbb\xbf");
	if (d->framed)	/* its rules are how it is known again */
		crm_buf_str(&text, h->before);
	crm_buf_str(&text, h->bytes);
	crm_buf_str(&text, h->end.n ? h->end : CRM_STR("\n"));
	if (!crm_encoder_new(crm_decoder_name(im->decoder), &e, NULL) &&
	    !crm_encode(e, crm_buf_view(&text), &bytes, NULL))
		im->sink.head(im->sink.ctx, crm_buf_view(&bytes));
	crm_encoder_free(e);
	crm_buf_release(&text);
	crm_buf_release(&bytes);
}

static enum crm_status
start(struct crm_import *im, const struct crm_csv_row *h, struct crm_str text,
    struct crm_err *err)
{
	const struct crm_object *object = NULL;
	struct crm_csv_row rows[SAMPLE_ROWS];
	struct crm_mapper *m = im->mapper = crm_zalloc(sizeof(*m));
	enum crm_status st = choose(im, h, &object, err);
	size_t n = st ? 0 : sample_rows(im, text, rows);
	if (!st)
		st = pick_type(im, m, h, object, rows, n, err);
	if (st)
		return st;
	m->conv.opts = im->o.cells;
	m->conv.schema = im->o.schema;
	struct crm_dialect d = {
		.delimiter = crm_csv_delimiter(im->csv), .end = h->end,
		.framed = crm_csv_framed(im->csv), .before = h->before, .bom = crm_decoder_bom(im->decoder),
		.encoding = crm_str_z(crm_decoder_name(im->decoder))
	};
	if (!im->o.delimiter && d.delimiter != ',')
		crm_import_note(im, _("the separator is a %s"),
		    separator_name(d.delimiter));
	if (strcmp(d.encoding.p, "UTF-8") && !im->o.encoding)
		crm_import_note(im, _("the encoding is %s"), d.encoding.p);
	if (object && !im->o.object && !im->o.profile)
		crm_import_note(im, _("profile %.*s-%.*s"),
		    CRM_FMT(object->profile->name), CRM_FMT(object->name));
	crm_mapper_learn(m, object ? object : im->o.usual, h, &d, rows, n);
	if (m->dated)
		crm_import_note(im, _("dates have the order %.*s (--dates "
		    "names another)"), CRM_FMT(crm_str_sub(m->conv.opts.dates,
		    0, 3)));
	if (m->comma)
		crm_import_note(im, _("the decimal mark is a comma "
		    "(--decimal names another)"));
	reject_head(im, h, &d);
	return CRM_OK;
}

static void
reject_row(struct crm_import *im, const struct crm_csv_row *row,
    struct crm_err *err)
{
	struct crm_buf b = { 0 };
	crm_buf_str(&b, row->bytes);
	crm_buf_str(&b, row->end.n ? row->end : CRM_STR("\n"));
	if (!im->stopped)
		crm_import_reject(im, err, crm_buf_view(&b));
	crm_buf_release(&b);
}

static void
emit(struct crm_import *im, const struct crm_csv_row *row,
    struct crm_str after)
{
	struct crm_err err = { .line = row->line };
	crm_buf_clear(&im->line);
	enum crm_status st = crm_mapper_read(im->mapper, row, after, im->file,
	    &im->line, &err);
	if (!st) {
		if (!im->sink.record(im->sink.ctx, crm_buf_view(&im->line)))
			im->stopped = true;
		return;
	}
	err.line = row->line;
	reject_row(im, row, &err);
}

/* The last row waits: blank lines behind it belong to it. */
static void
let_go(struct crm_import *im, struct crm_str after)
{
	if (im->have_held && !im->stopped)
		emit(im, &im->held, after);
	im->have_held = false;
	/* what looked like lines below the table stands within it */
	for (size_t i = 0; i < im->foot_n; i++) {
		struct crm_err err = { .line = im->foot_row[i].line };
		crm_err_set(&err, CRM_INVALID, "csv.columns",
		    _("%zu cells where the header has %zu"),
		    im->foot_row[i].had, im->mapper->ncells);
		reject_row(im, &im->foot_row[i], &err);
	}
	im->foot_n = 0;
	crm_buf_clear(&im->foot);
	crm_arena_clear(&im->held_mem);
}

static void
hold(struct crm_import *im, const struct crm_csv_row *row)
{
	let_go(im, (struct crm_str){ NULL, 0 });
	im->held = copy_row(&im->held_mem, row);
	im->have_held = true;
}

/* Below the table of a report, behind a blank line, single cells say whose it
 * is ("Confidential Information - Do Not Distribute"): no rows, but bytes to
 * be given back. */
static bool
is_foot(const struct crm_import *im, const struct crm_csv_row *row,
    const struct crm_err *why)
{
	return im->mapper && im->mapper->conv.profile && im->have_held &&
	    crm_str_is(crm_str_z(why->id), "csv.columns") && row->had == 1 &&
	    im->foot_n < CRM_IMPORT_FOOT && (im->foot_n || row->before.n);
}

static void
bad_row(struct crm_import *im, const struct crm_csv_row *row,
    struct crm_err *err)
{
	if (is_foot(im, row, err)) {
		crm_buf_str(&im->foot, row->before);
		crm_buf_str(&im->foot, row->bytes);
		crm_buf_str(&im->foot, row->end);
		im->foot_row[im->foot_n++] = copy_row(&im->held_mem, row);
		return;
	}
	let_go(im, (struct crm_str){ NULL, 0 });
	reject_row(im, row, err);
}

/* The end of the file: its last row takes along what stands below it. */
static void
finish(struct crm_import *im)
{
	struct crm_buf after = { 0 };
	crm_buf_str(&after, crm_buf_view(&im->foot));
	crm_buf_str(&after, crm_csv_trailing(im->csv));
	if (im->foot_n)
		crm_import_note(im, _("%zu lines below the table are no rows: "
		    "they are kept for crm-export"), im->foot_n);
	im->foot_n = 0;
	let_go(im, crm_buf_view(&after));
	crm_buf_release(&after);
}

/* Words of picklists that no field of ours has: they stay in raw alone. */
static void
note_unknown(struct crm_import *im)
{
	const struct crm_map *u = &im->mapper->unknown;
	for (size_t i = 0; i < u->n; i++)
		crm_import_note(im, _("'%.*s': %zu values are none "
		    "that its field takes; they are kept in raw"),
		    CRM_FMT(u->e[i].key), (size_t)u->e[i].v.u);
}

static enum crm_status
push(struct crm_import *im, struct crm_str text, bool last,
    struct crm_err *err)
{
	struct crm_csv_row row;
	struct crm_err why = { 0 };
	enum crm_status st;
	if (!im->csv)
		im->csv = crm_csv_new(im->o.delimiter);
	crm_csv_push(im->csv, text.p, text.n);
	if (last)
		crm_csv_end(im->csv);
	while (!im->stopped &&
	    (st = crm_csv_next(im->csv, &row, &why)) != CRM_NOTFOUND) {
		if (st == CRM_CORRUPT || (st && !im->mapper)) {
			if (err)
				*err = why;
			return st;
		}
		if (st) {
			bad_row(im, &row, &why);
			continue;
		}
		if (im->mapper) {
			hold(im, &row);
			continue;
		}
		st = start(im, &row, text, err);
		if (st)
			return st;
	}
	if (last && im->mapper && !im->stopped)
		finish(im);
	if (last && im->mapper)
		note_unknown(im);
	return CRM_OK;
}

static void
release(struct crm_import *im)
{
	crm_csv_free(im->csv);
	im->csv = NULL;
	if (im->mapper)
		crm_mapper_release(im->mapper);
	free(im->mapper);
	im->mapper = NULL;
	im->have_held = false;
	im->foot_n = 0;
	crm_buf_release(&im->foot);
	crm_arena_release(&im->mem);
	crm_arena_release(&im->held_mem);
}

const struct crm_form crm_form_csv = { "csv", push, release };
