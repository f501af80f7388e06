#include "report/look_impl.h"

#include "base/utf8.h"
#include "format/json.h"
#include "format/mail.h"

#include <math.h>

void
crm_look_cell(const struct crm_rows *r, size_t row, size_t column,
    struct crm_buf *out)
{
	struct crm_dec v;
	const struct crm_dec hundred = { 100, 0 }, one = { 1, 0 };
	crm_buf_clear(out);
	if (r->column[column].kind == CRM_COLUMN_PERCENT &&
	    crm_rows_dec(r, row, column, &v) &&
	    crm_dec_muldiv(v, hundred, one, 1, CRM_HALF_EVEN, &v)) {
		crm_dec_format(out, v);
		crm_buf_z(out, " %");
		return;
	}
	if (crm_rows_cell(r, row, column).n)
		crm_json_text(out, crm_rows_cell(r, row, column));
}

static bool
is_number(const struct crm_column *c)
{
	return !c->hidden && (c->kind == CRM_COLUMN_NUMBER ||
	    c->kind == CRM_COLUMN_MONEY || c->kind == CRM_COLUMN_PERCENT);
}

static bool
is_uniform(const struct crm_rows *r, size_t column)
{
	for (size_t i = 1; i < crm_rows_len(r); i++)
		if (!crm_str_eq(crm_rows_cell(r, i, column),
		    crm_rows_cell(r, 0, column)))
			return false;
	return true;
}

void
crm_look_label(const struct crm_rows *r, size_t row, struct crm_buf *out)
{
	struct crm_buf text = { 0 };
	crm_buf_clear(out);
	for (size_t c = 0; c < r->ncolumns; c++) {
		if (r->column[c].kind != CRM_COLUMN_KEY ||
		    !crm_rows_cell(r, row, c).n || (c > 0 &&
		    crm_str_is(r->column[c].name, "currency") &&
		    is_uniform(r, c)))
			continue;
		crm_look_cell(r, row, c, &text);
		if (out->n)
			crm_buf_z(out, " / ");
		crm_buf_str(out, crm_buf_view(&text));
	}
	crm_buf_release(&text);
}

size_t
crm_look_measure(const struct crm_rows *r, const struct crm_look *l)
{
	size_t currency = crm_rows_find(r, CRM_STR("currency"));
	bool mixed = currency != SIZE_MAX && !is_uniform(r, currency);
	size_t c = l->chart.n ? crm_rows_find(r, l->chart) : SIZE_MAX;
	if (c != SIZE_MAX && is_number(&r->column[c]) &&
	    !(mixed && r->column[c].kind == CRM_COLUMN_MONEY))
		return c;
	for (c = 0; c < r->ncolumns; c++)
		if (is_number(&r->column[c]) &&
		    !(mixed && r->column[c].kind == CRM_COLUMN_MONEY))
			return c;
	return SIZE_MAX;
}

bool
crm_look_is_series(const struct crm_rows *r)
{
	if (r->ncolumns == 0 || !r->column[0].time || crm_rows_len(r) < 3)
		return false;
	for (size_t c = 1; c < r->ncolumns; c++)
		if (r->column[c].kind == CRM_COLUMN_KEY && !is_uniform(r, c))
			return false;
	return true;
}

void
crm_look_table(const struct crm_rows *r, struct crm_table *out)
{
	struct crm_buf text = { 0 };
	for (size_t c = 0; c < r->ncolumns; c++) {
		enum crm_column_kind k = r->column[c].kind;
		if (!r->column[c].hidden)
			crm_table_column(out, r->column[c].name,
			    k == CRM_COLUMN_KEY || k == CRM_COLUMN_TEXT ?
			    CRM_ALIGN_LEFT : CRM_ALIGN_RIGHT);
	}
	for (size_t i = 0; i < crm_rows_len(r); i++)
		for (size_t c = 0; c < r->ncolumns; c++) {
			if (r->column[c].hidden)
				continue;
			crm_look_cell(r, i, c, &text);
			crm_table_cell(out, crm_buf_view(&text));
		}
	crm_buf_release(&text);
}

/* -- text ------------------------------------------------------------------ */

enum { BAR_COLUMNS = 24, MOST_ACROSS = 12, GAP = 2 };

static double
part_of(const struct crm_rows *r, size_t row, size_t column, double most)
{
	struct crm_dec v;
	double d = crm_rows_dec(r, row, column, &v) ? crm_dec_double(v) : 0;
	return most > 0 && d > 0 ? d / most : 0;
}

static double
most_of(const struct crm_rows *r, size_t column)
{
	struct crm_dec v;
	double most = 0;
	for (size_t i = 0; i < crm_rows_len(r); i++)
		if (crm_rows_dec(r, i, column, &v) && crm_dec_double(v) > most)
			most = crm_dec_double(v);
	return most;
}

/* A bar in eighths of a column; ASCII in whole ones. */
static void
put_bar(double part, bool ascii, struct crm_buf *out)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊",
		"▉" };
	int n = (int)lround(part * BAR_COLUMNS * 8);
	if (part > 0 && n == 0)
		n = 1;
	for (int i = 0; i < (ascii ? (n + 4) / 8 : n / 8); i++)
		crm_buf_z(out, ascii ? "#" : "█");
	if (!ascii)
		crm_buf_z(out, eighths[n % 8]);
}

/* The table with a bar behind each row. */
static void
table_with_bars(const struct crm_rows *r, const struct crm_look *l,
    struct crm_table *out)
{
	size_t column = crm_look_measure(r, l), n = crm_rows_len(r);
	double most = column == SIZE_MAX || n < 2 ? 0 : most_of(r, column);
	struct crm_buf text = { 0 };
	if (most <= 0) {
		crm_look_table(r, out);
		return;
	}
	for (size_t c = 0; c < r->ncolumns; c++)
		if (!r->column[c].hidden)
			crm_table_column(out, r->column[c].name,
			    is_number(&r->column[c]) ? CRM_ALIGN_RIGHT :
			    CRM_ALIGN_LEFT);
	crm_table_column(out, r->column[column].name, CRM_ALIGN_LEFT);
	for (size_t i = 0; i < n; i++) {
		for (size_t c = 0; c < r->ncolumns; c++) {
			if (r->column[c].hidden)
				continue;
			crm_look_cell(r, i, c, &text);
			crm_table_cell(out, crm_buf_view(&text));
		}
		crm_buf_clear(&text);
		put_bar(part_of(r, i, column, most), l->ascii, &text);
		crm_table_cell(out, crm_buf_view(&text));
	}
	crm_buf_release(&text);
}

void
crm_look_across(const struct crm_rows *r, struct crm_table *out)
{
	struct crm_buf text = { 0 };
	crm_table_column(out, CRM_STR(""), CRM_ALIGN_LEFT);
	for (size_t i = 0; i < crm_rows_len(r); i++) {
		crm_look_label(r, i, &text);
		crm_table_column(out, crm_buf_view(&text), CRM_ALIGN_RIGHT);
	}
	for (size_t c = 0; c < r->ncolumns; c++) {
		if (r->column[c].hidden || r->column[c].kind == CRM_COLUMN_KEY)
			continue;
		crm_table_cell(out, r->column[c].name);
		for (size_t i = 0; i < crm_rows_len(r); i++) {
			crm_look_cell(r, i, c, &text);
			crm_table_cell(out, crm_buf_view(&text));
		}
	}
	crm_buf_release(&text);
}

/* Columns that the plain table takes. */
static size_t
natural_width(const struct crm_rows *r)
{
	struct crm_buf text = { 0 };
	size_t sum = 0;
	for (size_t c = 0; c < r->ncolumns; c++) {
		size_t most = crm_width(r->column[c].name);
		for (size_t i = 0; i < crm_rows_len(r); i++) {
			crm_look_cell(r, i, c, &text);
			size_t w = crm_width(crm_buf_view(&text));
			most = w > most ? w : most;
		}
		sum += r->column[c].hidden ? 0 : most + GAP;
	}
	crm_buf_release(&text);
	return sum;
}

/* One line for each measure over time. */
static void
sparklines(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇",
		"█" };
	size_t widest = 0, n = crm_rows_len(r);
	struct crm_buf label = { 0 };
	for (size_t c = 0; c < r->ncolumns; c++)
		if (is_number(&r->column[c]) && r->column[c].name.n > widest)
			widest = r->column[c].name.n;
	crm_buf_c(out, '\n');
	for (size_t c = 0; c < r->ncolumns; c++) {
		double most = is_number(&r->column[c]) ? most_of(r, c) : 0;
		if (most <= 0)
			continue;
		crm_buf_printf(out, "%-*.*s  ", (int)widest,
		    CRM_FMT(r->column[c].name));
		for (size_t i = n > 60 ? n - 60 : 0; i < n; i++) {
			int k = (int)lround(part_of(r, i, c, most) * 7);
			if (l->ascii)
				crm_buf_c(out, "_.-:=+*#"[k]);
			else
				crm_buf_z(out, crm_rows_cell(r, i, c).n ?
				    blocks[k] : " ");
		}
		crm_buf_c(out, '\n');
	}
	crm_buf_release(&label);
}

static void
text_table(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	struct crm_table t = { 0 };
	const struct crm_table_look look = { .ascii = l->ascii,
		.width = l->width, .terminal = l->terminal, .color = l->color };
	size_t wide = natural_width(r), n = crm_rows_len(r);
	if (n == 0) {
		crm_buf_z(out, _("nothing\n"));
		return;
	}
	if (l->width && wide > l->width && n <= MOST_ACROSS)
		crm_look_across(r, &t);
	else if (l->terminal && (!l->width || wide + BAR_COLUMNS <= l->width))
		table_with_bars(r, l, &t);
	else
		crm_look_table(r, &t);
	crm_table_text(&t, &look, out);
	crm_table_release(&t);
	if (l->terminal && crm_look_is_series(r))
		sparklines(r, l, out);
}

void
crm_look_text(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	struct crm_rows pivot = { 0 };
	if (l->title.n) {
		crm_buf_str(out, l->title);
		crm_buf_z(out, "\n\n");
	}
	bool matrix = crm_look_pivot(r, &pivot);
	for (size_t c = pivot.ncolumns; l->width && c > 3 &&
	    natural_width(&pivot) > l->width; c--)
		pivot.column[c - 1].hidden = true;	/* the latest months */
	text_table(matrix ? &pivot : r, l, out);
	crm_rows_release(&pivot);
	if (l->note.n) {
		crm_buf_c(out, '\n');
		crm_buf_str(out, l->note);
		crm_buf_c(out, '\n');
	}
}

bool
crm_look_pivot(const struct crm_rows *r, struct crm_rows *out)
{
	enum { MOST = 120 };
	size_t cohort = crm_rows_find(r, CRM_STR("cohort"));
	size_t month = crm_rows_find(r, CRM_STR("month"));
	size_t size = crm_rows_find(r, CRM_STR("size"));
	size_t rate = crm_rows_find(r, CRM_STR("rate")), row = 0, columns = 0;
	struct crm_dec m;
	if (cohort != 0 || month == SIZE_MAX || size == SIZE_MAX ||
	    rate == SIZE_MAX)
		return false;
	for (size_t i = 0; i < crm_rows_len(r); i++)
		if (crm_rows_dec(r, i, month, &m) && m.scale == 0 &&
		    m.v >= (crm_i128)columns && m.v < MOST)
			columns = (size_t)m.v + 1;
	crm_rows_column(out, CRM_STR("cohort"), CRM_COLUMN_KEY);
	crm_rows_column(out, CRM_STR("size"), CRM_COLUMN_NUMBER);
	for (size_t i = 0; i < columns; i++) {
		char name[24];
		snprintf(name, sizeof(name), "+%zu", i);
		crm_rows_column(out, crm_str_z(name), CRM_COLUMN_PERCENT);
	}
	for (size_t i = 0; i < crm_rows_len(r); i++) {
		if (i == 0 || !crm_str_eq(crm_rows_cell(r, i, cohort),
		    crm_rows_cell(r, i - 1, cohort))) {
			row = crm_rows_add(out);
			crm_rows_set(out, row, 0, crm_rows_cell(r, i, cohort));
			crm_rows_set(out, row, 1, crm_rows_cell(r, i, size));
		}
		if (crm_rows_dec(r, i, month, &m) && m.v < (crm_i128)columns)
			crm_rows_set(out, row, 2 + (size_t)m.v,
			    crm_rows_cell(r, i, rate));
	}
	return true;
}

void
crm_look_mail(struct crm_str title, struct crm_str text, struct crm_str html,
    struct crm_buf *out)
{
	crm_mail_header(out, "Subject", title);
	crm_mail_body(out, text, html, "=_crmutils-report-alternative");
}

void
crm_look_mime(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	struct crm_buf text = { 0 }, html = { 0 };
	crm_look_text(r, l, &text);
	crm_look_html(r, l, &html);
	crm_look_mail(l->title, crm_buf_view(&text), crm_buf_view(&html), out);
	crm_buf_release(&text);
	crm_buf_release(&html);
}
