#include "format/csv.h"

#include <csv.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "format/frame.h"

enum state { CELL_START, PLAIN, QUOTED, QUOTE_SEEN };

struct crm_csv_reader {
	struct csv_parser libcsv;
	struct crm_buf in;
	size_t from;		/* where the row begins in `in` */
	size_t scan;		/* how far it was looked at */
	size_t blank;		/* where blank lines before it begin */
	enum state state;
	bool ended;
	bool cut;		/* the row ran over the limits */
	bool plain;		/* no quote stands in the row */
	char delimiter;
	uint64_t line, number;
	size_t columns;		/* of the header; 0: not read yet */
	struct crm_buf text;	/* cells' content, end to end */
	struct crm_str *cells;
	bool *quoted;
	size_t *ends;		/* of each cell in text */
	size_t n, cap, qcap, ecap;
	bool many, big;		/* limits passed in this row */
	bool looked, framed;	/* a table drawn with bars */
	struct crm_buf head;	/* its header's line: it comes again on each page */
};

static int
never(unsigned char c)
{
	(void)c;
	return 0;
}

/* Strict, and nothing counts as a blank to be trimmed. */
static void
start_libcsv(struct crm_csv_reader *r)
{
	/* csv_init fails for a null pointer only */
	csv_init(&r->libcsv, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
	csv_set_realloc_func(&r->libcsv, crm_realloc);
	csv_set_space_func(&r->libcsv, never);
	csv_set_blk_size(&r->libcsv, 65536);
}

struct crm_csv_reader *
crm_csv_new(char delimiter)
{
	struct crm_csv_reader *r = crm_zalloc(sizeof(*r));
	r->delimiter = delimiter;
	r->line = 1;
	/* Never NULL, so that views into them may be empty. */
	(void)crm_buf_cstr(&r->text);
	(void)crm_buf_cstr(&r->in);
	start_libcsv(r);
	return r;
}

void
crm_csv_free(struct crm_csv_reader *r)
{
	if (!r)
		return;
	csv_free(&r->libcsv);
	crm_buf_release(&r->in);
	crm_buf_release(&r->text);
	crm_buf_release(&r->head);
	free(r->cells);
	free(r->quoted);
	free(r->ends);
	free(r);
}

/* Bytes that were given out are dropped once they are half of the buffer, so
 * that each byte is moved a bounded number of times. */
void
crm_csv_push(struct crm_csv_reader *r, const void *p, size_t n)
{
	if (r->blank > 65536 && r->blank >= r->in.n / 2) {
		size_t gone = r->blank;
		memmove(r->in.p, r->in.p + gone, r->in.n - gone);
		r->in.n -= gone;
		r->from -= gone;
		r->scan -= gone;
		r->blank = 0;
	}
	crm_buf_add(&r->in, p, n);
}

void
crm_csv_end(struct crm_csv_reader *r)
{
	r->ended = true;
}

char
crm_csv_delimiter(const struct crm_csv_reader *r)
{
	return r->delimiter;
}

bool
crm_csv_framed(const struct crm_csv_reader *r)
{
	return r->framed;
}

struct crm_str
crm_csv_trailing(const struct crm_csv_reader *r)
{
	return (struct crm_str){ r->in.p + r->blank, r->in.n - r->blank };
}

static enum state
step(enum state s, char c, char delimiter)
{
	switch (s) {
	case CELL_START:
		if (c == '"')
			return QUOTED;
		return c == delimiter ? CELL_START : PLAIN;
	case PLAIN:
		return c == delimiter ? CELL_START : PLAIN;
	case QUOTED:
		return c == '"' ? QUOTE_SEEN : QUOTED;
	case QUOTE_SEEN:
		break;
	}
	if (c == '"')
		return QUOTED;
	/* a wrong quote: libcsv says so when the row is complete */
	return c == delimiter ? CELL_START : PLAIN;
}

/* A row without quotes is a line. */
static bool
find_plain(struct crm_csv_reader *r, size_t *end)
{
	const char *p = r->in.p + r->from;
	const char *q = memchr(p, '\n', r->in.n - r->from);
	if (!q || memchr(p, '"', (size_t)(q - p)))
		return false;
	size_t n = (size_t)(q - p) - (q > p && q[-1] == '\r');
	if (memchr(p, '\r', n))
		return false;
	r->scan = r->from + n;
	*end = (size_t)(q - p) - n + 1;
	return true;
}

/* Finds the end of the row; true when it is in the buffer, with the length of
 * its line end in *end. */
static bool
find_end(struct crm_csv_reader *r, size_t *end)
{
	const char *p = r->in.p;
	size_t i = r->scan, n = r->in.n;
	enum state s = r->state;
	r->plain = i == r->from && find_plain(r, end);
	if (r->plain)
		return true;
	*end = 0;
	while (i < n) {
		char c = p[i];
		if (s == QUOTED) {
			const char *q = memchr(p + i, '"', n - i);
			i = q ? (size_t)(q - p) + 1 : n;
			if (q)
				s = QUOTE_SEEN;
			continue;
		}
		if (c == '\n' || c == '\r') {
			if (c == '\r' && i + 1 == n && !r->ended)
				break;
			*end = c == '\r' && i + 1 < n && p[i + 1] == '\n' ?
			    2 : 1;
			break;
		}
		s = step(s, c, r->delimiter);
		i++;
	}
	r->scan = i;
	r->state = s;
	return *end || (r->ended && i == n && i > r->from);
}

/* The same for a line of a drawn table, in which quotes mean nothing. */
static bool
find_line(struct crm_csv_reader *r, size_t *end)
{
	const char *p = r->in.p, *q = memchr(p + r->scan, '\n',
	    r->in.n - r->scan);
	r->scan = q ? (size_t)(q - p) : r->in.n;
	*end = q != NULL;
	if (q && r->scan > r->from && q[-1] == '\r') {
		r->scan--;
		*end = 2;
	}
	return q || (r->ended && r->scan > r->from);
}

static void
on_cell(void *p, size_t n, void *data)
{
	struct crm_csv_reader *r = data;
	if (r->n >= CRM_CSV_MAX_COLUMNS) {
		r->many = true;
		return;
	}
	if (n > CRM_CSV_MAX_CELL) {
		r->big = true;
		return;
	}
	crm_buf_add(&r->text, p, n);
	crm_grow(&r->ends, &r->ecap, r->n + 1, sizeof(*r->ends));
	r->ends[r->n++] = r->text.n;
}

static void
on_row(int c, void *data)
{
	(void)c;
	(void)data;
}

/* Where each cell begins in the verbatim row tells whether it was quoted: the
 * row is known to be well-formed here. */
static void
set_cells(struct crm_csv_reader *r, struct crm_str bytes)
{
	crm_grow(&r->cells, &r->cap, r->n, sizeof(*r->cells));
	crm_grow(&r->quoted, &r->qcap, r->n, sizeof(*r->quoted));
	size_t at = 0, raw = 0;
	for (size_t i = 0; i < r->n; i++) {
		size_t n = r->ends[i] - at;
		r->cells[i] = (struct crm_str){ r->text.p + at, n };
		r->quoted[i] = raw < bytes.n && bytes.p[raw] == '"';
		if (r->quoted[i]) {
			const char *q = r->text.p + at, *e = q + n;
			raw += 2;
			while (n && (q = memchr(q, '"', (size_t)(e - q)))) {
				raw++;
				if (++q == e)
					break;
			}
		}
		raw += n + 1;
		at = r->ends[i];
	}
}

/* The cells of a row without quotes lie in it as they are. */
static void
split_plain(struct crm_csv_reader *r, struct crm_str bytes)
{
	const char *p = bytes.p, *end = bytes.p + bytes.n;
	for (bool more = true; more; p++) {
		const char *q = memchr(p, r->delimiter, (size_t)(end - p));
		more = q != NULL;
		q = q ? q : end;
		r->many = r->many || r->n == CRM_CSV_MAX_COLUMNS;
		r->big = r->big || (size_t)(q - p) > CRM_CSV_MAX_CELL;
		if (r->many)
			return;
		crm_grow(&r->cells, &r->cap, r->n + 1, sizeof(*r->cells));
		crm_grow(&r->quoted, &r->qcap, r->n + 1, sizeof(*r->quoted));
		r->quoted[r->n] = false;
		r->cells[r->n++] = (struct crm_str){ p, (size_t)(q - p) };
		p = q;
	}
}

static enum crm_status
check_bytes(struct crm_str bytes, struct crm_err *err)
{
	size_t bad;
	if (bytes.n && memchr(bytes.p, '\0', bytes.n))
		return crm_err_set(err, CRM_INVALID, "csv.nul",
		    _("a NUL byte in the row: is this UTF-16? see --encoding"));
	if (!crm_utf8_valid(bytes, &bad))
		return crm_err_set(err, CRM_INVALID, "csv.encoding",
		    _("byte %zu of the row is not UTF-8: name the file's "
		    "encoding with --encoding"), bad + 1);
	return CRM_OK;
}

static enum crm_status
split_quoted(struct crm_csv_reader *r, struct crm_str bytes,
    struct crm_err *err)
{
	static const char newline = '\n';
	csv_set_delim(&r->libcsv, (unsigned char)r->delimiter);
	bool good =
	    csv_parse(&r->libcsv, bytes.p, bytes.n, on_cell, on_row, r) ==
	    bytes.n && csv_parse(&r->libcsv, &newline, 1, on_cell, on_row, r)
	    == 1 && r->libcsv.pstate == 0;
	if (!good) {
		/* the parser begins anew: after an error csv_fini would give
		 * out half a row */
		csv_free(&r->libcsv);
		start_libcsv(r);
		return crm_err_set(err, CRM_INVALID, "csv.quote",
		    r->state == QUOTED ?
		    _("a quote that is opened here is never closed") :
		    _("a quote stands where none may be (cell %zu): quotes "
		    "belong round a whole cell, doubled inside"), r->n + 1);
	}
	return CRM_OK;
}

/* The cells of a drawn table, without their padding. */
static void
split_frame(struct crm_csv_reader *r, struct crm_str bytes)
{
	struct crm_str rest = bytes, cell;
	while (crm_frame_split(&rest, &cell)) {
		cell = crm_str_trim(cell);
		on_cell((void *)(uintptr_t)cell.p, cell.n, r);
	}
	if (r->columns == 0)
		crm_buf_str(&r->head, bytes);
}

static enum crm_status
parse_row(struct crm_csv_reader *r, struct crm_str bytes, struct crm_err *err)
{
	r->n = 0;
	r->many = r->big = false;
	crm_buf_clear(&r->text);
	enum crm_status st = check_bytes(bytes, err);
	if (st)
		return st;
	if (bytes.n == 0) {	/* libcsv sees no cell here */
		on_cell(NULL, 0, r);
		set_cells(r, bytes);
		return CRM_OK;
	}
	if (r->framed)
		split_frame(r, bytes);
	else if (r->plain)
		split_plain(r, bytes);
	else
		st = split_quoted(r, bytes, err);
	if (st)
		return st;
	if (r->many)
		return crm_err_set(err, CRM_INVALID, "csv.limit",
		    _("more than %d columns"), CRM_CSV_MAX_COLUMNS);
	if (r->big)
		return crm_err_set(err, CRM_INVALID, "csv.limit",
		    _("a cell longer than %d bytes"), CRM_CSV_MAX_CELL);
	if (r->columns == 0)
		r->columns = r->n;
	else if (r->n != r->columns)
		return crm_err_set(err, CRM_INVALID, "csv.columns",
		    _("%zu cells where the header has %zu"), r->n, r->columns);
	if (r->framed || !r->plain)	/* quotes mean nothing in a drawn table */
		set_cells(r, r->framed ? CRM_STR("") : bytes);
	return CRM_OK;
}

/* Rules, titles and the header again are no rows. */
static bool
is_ornament(const struct crm_csv_reader *r, struct crm_str bytes)
{
	return r->framed && (!crm_frame_row(bytes) ||
	    (r->columns && crm_str_eq(crm_buf_view(&r->head), bytes)));
}

static void
count_lines(struct crm_csv_reader *r, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		r->line += s.p[i] == '\n' ||
		    (s.p[i] == '\r' && (i + 1 == s.n || s.p[i + 1] != '\n'));
}

/* The delimiter is known as soon as the header's first line is. */
static bool
have_delimiter(struct crm_csv_reader *r)
{
	struct crm_str s = crm_str_sub(crm_buf_view(&r->in), r->from, SIZE_MAX);
	if (!r->looked && (!r->delimiter || r->delimiter == '|') &&
	    crm_frame_sniff(s)) {
		r->framed = true;
		r->delimiter = '|';
	}
	r->looked = true;
	if (r->delimiter)
		return true;
	size_t lf = crm_str_chr(s, '\n'), cr = crm_str_chr(s, '\r');
	size_t end = lf < cr ? lf : cr;
	if (end == s.n && !r->ended && s.n < CRM_CSV_MAX_ROW)
		return false;
	if (end == 0 && s.n)
		return true;	/* a blank line: the header is still to come */
	r->delimiter = crm_csv_sniff(crm_str_sub(s, 0, end));
	return true;
}

enum crm_status
crm_csv_next(struct crm_csv_reader *r, struct crm_csv_row *row,
    struct crm_err *err)
{
	size_t end;
	for (;;) {
		*row = (struct crm_csv_row){ .line = r->line };
		if (r->cut)
			return CRM_NOTFOUND;
		if (r->scan == r->in.n && !r->ended)
			return CRM_NOTFOUND;
		if (!have_delimiter(r))
			return CRM_NOTFOUND;
		bool found = r->framed ? find_line(r, &end) :
		    find_end(r, &end);
		if (r->scan - r->from > CRM_CSV_MAX_ROW) {
			r->cut = true;
			if (err)
				err->line = r->line;
			return crm_err_set(err, CRM_CORRUPT, "csv.limit",
			    _("a row longer than %d bytes begins here: is a "
			    "quote not closed?"), CRM_CSV_MAX_ROW);
		}
		if (!found)
			return CRM_NOTFOUND;
		row->bytes = (struct crm_str){ r->in.p + r->from,
			r->scan - r->from };
		row->end = (struct crm_str){ r->in.p + r->scan, end };
		r->from = r->scan = r->scan + end;
		bool told = r->columns == 0 && row->bytes.n == 5 &&
		    crm_str_starts(row->bytes, CRM_STR("sep="));
		if (told)	/* a spreadsheet's word for its separator */
			r->delimiter = row->bytes.p[4];
		else if ((row->bytes.n || r->columns == 1) &&
		    !is_ornament(r, row->bytes))
			break;
		r->line++;	/* a blank line: r->blank stays before it */
		r->state = CELL_START;
	}
	row->before = (struct crm_str){ r->in.p + r->blank,
		(size_t)(row->bytes.p - r->in.p) - r->blank };
	r->blank = r->from;
	row->number = ++r->number;
	enum crm_status st = parse_row(r, row->bytes, err);
	r->state = CELL_START;
	if (err && st)
		err->line = r->line;
	if (!r->plain)
		count_lines(r, row->bytes);
	r->line += end > 0;
	row->had = r->n;
	if (st)
		return st;
	row->n = r->n;
	row->cells = r->cells;
	row->quoted = r->quoted;
	return CRM_OK;
}
