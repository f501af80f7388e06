#include "report/look.h"

#include "format/json.h"
#include "format/mail.h"

/* A cell as people read it. */
static void
cell_text(const struct crm_rows *r, size_t row, size_t column,
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
			cell_text(r, i, c, &text);
			crm_table_cell(out, crm_buf_view(&text));
		}
	crm_buf_release(&text);
}

void
crm_look_text(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	struct crm_table t = { 0 };
	const struct crm_table_look look = { .ascii = l->ascii };
	if (l->title.n) {
		crm_buf_str(out, l->title);
		crm_buf_z(out, "\n\n");
	}
	crm_look_table(r, &t);
	crm_table_text(&t, &look, out);
	crm_table_release(&t);
	if (l->note.n) {
		crm_buf_c(out, '\n');
		crm_buf_str(out, l->note);
		crm_buf_c(out, '\n');
	}
}

/* The measure that a chart shows: the first number. */
static size_t
chart_column(const struct crm_rows *r)
{
	for (size_t c = 0; c < r->ncolumns; c++) {
		enum crm_column_kind k = r->column[c].kind;
		if (!r->column[c].hidden && (k == CRM_COLUMN_NUMBER ||
		    k == CRM_COLUMN_MONEY || k == CRM_COLUMN_PERCENT))
			return c;
	}
	return SIZE_MAX;
}

/* The keys of a row in one label. */
static void
row_label(const struct crm_rows *r, size_t row, struct crm_buf *out)
{
	struct crm_buf text = { 0 };
	crm_buf_clear(out);
	for (size_t c = 0; c < r->ncolumns; c++) {
		if (r->column[c].kind != CRM_COLUMN_KEY ||
		    !crm_rows_cell(r, row, c).n)
			continue;
		cell_text(r, row, c, &text);
		if (out->n)
			crm_buf_z(out, " / ");
		crm_buf_str(out, crm_buf_view(&text));
	}
	crm_buf_release(&text);
}

enum { MOST_BARS = 60, BAR = 22, LEFT = 220, WIDE = 640 };

static void
chart_bar(const struct crm_rows *r, size_t row, size_t column, double most,
    struct crm_buf *out)
{
	struct crm_buf label = { 0 }, text = { 0 };
	struct crm_dec v;
	if (!crm_rows_dec(r, row, column, &v))
		v = (struct crm_dec){ 0, 0 };
	double part = most > 0 ? crm_dec_double(v) / most : 0;
	int y = (int)row * BAR, w = (int)((part > 0 ? part : 0) *
	    (WIDE - LEFT - 110));
	row_label(r, row, &label);
	cell_text(r, row, column, &text);
	crm_buf_printf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">",
	    LEFT - 8, y + 15);
	crm_html_text(out, crm_buf_view(&label));
	crm_buf_printf(out, "</text><rect x=\"%d\" y=\"%d\" width=\"%d\" "
	    "height=\"%d\" rx=\"2\"/><text x=\"%d\" y=\"%d\">", LEFT, y + 3, w,
	    BAR - 7, LEFT + w + 6, y + 15);
	crm_html_text(out, crm_buf_view(&text));
	crm_buf_z(out, "</text>\n");
	crm_buf_release(&label);
	crm_buf_release(&text);
}

static void
chart(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	size_t c = chart_column(r), n = crm_rows_len(r);
	struct crm_dec v;
	double most = 0;
	if (c == SIZE_MAX || n < 2 || n > MOST_BARS)
		return;
	for (size_t i = 0; i < n; i++)
		if (crm_rows_dec(r, i, c, &v) && crm_dec_double(v) > most)
			most = crm_dec_double(v);
	crm_buf_printf(out, "<svg viewBox=\"0 0 %d %zu\" role=\"img\" "
	    "direction=\"ltr\" style=\"max-inline-size:%dpx;font:13px "
	    "system-ui,sans-serif;fill:currentColor\">\n<title>", WIDE, n * BAR,
	    WIDE);
	crm_html_text(out, l->title);
	crm_buf_z(out, ": ");
	crm_html_text(out, r->column[c].name);
	crm_buf_z(out, "</title>\n<style>rect{fill:#3b7dd8}</style>\n");
	for (size_t i = 0; i < n; i++)
		chart_bar(r, i, c, most, out);
	crm_buf_z(out, "</svg>\n");
}

void
crm_look_section(const struct crm_rows *r, const struct crm_look *l, int level,
    struct crm_buf *out)
{
	struct crm_table t = { 0 };
	crm_buf_printf(out, "<h%d>", level);
	crm_html_text(out, l->title);
	crm_buf_printf(out, "</h%d>\n", level);
	chart(r, l, out);
	crm_look_table(r, &t);
	crm_table_html(&t, out);
	crm_buf_z(out, "</tbody></table>\n");
	crm_table_release(&t);
	if (l->formula.n) {
		crm_buf_z(out, "<p>");
		crm_html_text(out, l->formula);
		crm_buf_z(out, "</p>\n");
	}
	if (l->note.n) {
		crm_buf_z(out, "<p>");
		crm_html_text(out, l->note);
		crm_buf_z(out, "</p>\n");
	}
}

void
crm_look_html(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	crm_html_head(out, l->title, l->lang);
	crm_look_section(r, l, 1, out);
	crm_html_foot(out);
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
