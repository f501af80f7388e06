/* Rows as a page: a chart as inline SVG, its table beside it, no script. */
#include "report/look_impl.h"

#include "base/utf8.h"

enum { MOST_BARS = 60, BAR = 24, LETTER = 8, ROOM = 290, VALUE = 90, LABEL = 24,
	HIGH = 180, FOOT = 34, SIDE = 24, MANY_COLUMNS = 8, FEW_ROWS = 6 };

struct chart {
	const struct crm_rows *r;
	size_t column, n;
	double lo, hi;		/* 0 is always among them */
	double left, wide;	/* room for labels; the whole */
	bool mirror;		/* right to left */
	struct crm_buf label, text;
};

static double
value(const struct chart *c, size_t row)
{
	struct crm_dec v;
	return crm_rows_dec(c->r, row, c->column, &v) ? crm_dec_double(v) : 0;
}

/* Text of at most so many columns, with "…" where it was longer. */
static void
put_text(struct crm_buf *out, struct crm_str s, size_t most)
{
	bool cut = crm_width(s) > most;
	crm_html_text(out, cut ? crm_width_cut(s, most - 1) : s);
	if (cut)
		crm_buf_z(out, "…");
}

/* A text at x, from it on or up to it; mirrored where the page is. */
static void
text_at(const struct chart *c, double x, double y, bool end, struct crm_str s,
    size_t most, struct crm_buf *out)
{
	crm_buf_printf(out, "<text x=\"%.0f\" y=\"%.0f\"%s>", c->mirror ?
	    c->wide - x : x, y, end != c->mirror ? " text-anchor=\"end\"" : "");
	put_text(out, s, most);
	crm_buf_z(out, "</text>");
}

static void
middle(double x, double y, struct crm_str s, struct crm_buf *out)
{
	crm_buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" "
	    "text-anchor=\"middle\">", x, y);
	put_text(out, s, 14);
	crm_buf_z(out, "</text>");
}

static void
bar(struct chart *c, size_t row, struct crm_buf *out)
{
	const double all = c->hi - c->lo;
	double v = value(c, row), zero = c->left - c->lo / all * ROOM;
	double x = v < 0 ? zero + v / all * ROOM : zero;
	double w = (v < 0 ? -v : v) / all * ROOM;
	double y = (double)row * BAR;
	crm_look_label(c->r, row, &c->label);
	crm_look_cell(c->r, row, c->column, &c->text);
	crm_buf_z(out, "<g><title>");
	crm_html_text(out, crm_buf_view(&c->label));
	crm_buf_z(out, ": ");
	crm_html_text(out, crm_buf_view(&c->text));
	crm_buf_z(out, "</title>");
	text_at(c, c->left - 8, y + 16, true, crm_buf_view(&c->label), LABEL, out);
	crm_buf_printf(out, "<rect x=\"%.1f\" y=\"%.0f\" width=\"%.1f\" "
	    "height=\"%d\" rx=\"2\"/>", c->mirror ?
	    c->wide - x - w : x, y + 3, w,
	    BAR - 7);
	text_at(c, x + w + 6, y + 16, false, crm_buf_view(&c->text), 20, out);
	crm_buf_z(out, "</g>\n");
}

/* One upright bar of a series; labels where there is room for them, else every
 * few, and the figure of the highest. */
static void
column(struct chart *c, size_t row, struct crm_buf *out)
{
	const double step = (c->wide - 2 * SIDE) / (double)c->n;
	const double all = c->hi - c->lo, zero = 18 + c->hi / all * HIGH;
	double v = value(c, row), h = (v < 0 ? -v : v) / all * HIGH;
	double x = SIDE + (double)row * step, y = v < 0 ? zero : zero - h;
	size_t each = (size_t)(66 / step) + 1;
	crm_look_label(c->r, row, &c->label);
	crm_look_cell(c->r, row, c->column, &c->text);
	if (c->mirror)
		x = c->wide - x - step;
	crm_buf_z(out, "<g><title>");
	crm_html_text(out, crm_buf_view(&c->label));
	crm_buf_z(out, ": ");
	crm_html_text(out, crm_buf_view(&c->text));
	crm_buf_printf(out, "</title><rect x=\"%.1f\" y=\"%.1f\" "
	    "width=\"%.1f\" height=\"%.1f\" rx=\"2\"/>", x + step * .1, y,
	    step * .8, h);
	if (row % each == 0)
		middle(x + step / 2, HIGH + FOOT + (c->lo < 0 ? 12 : 0), crm_buf_view(&c->label), out);
	if (each == 1 || v == c->hi)
		middle(x + step / 2, v < 0 ? y + h + 13 : y - 5,
		    crm_buf_view(&c->text), out);
	crm_buf_z(out, "</g>\n");
}

/* The ends of the values, and the room that the labels want. */
static void
measure(struct chart *c)
{
	size_t longest = 4;
	for (size_t i = 0; i < c->n; i++) {
		double v = value(c, i);
		crm_look_label(c->r, i, &c->label);
		size_t w = crm_width(crm_buf_view(&c->label));
		longest = w > longest ? w : longest;
		c->lo = v < c->lo ? v : c->lo;
		c->hi = v > c->hi ? v : c->hi;
	}
	c->left = (double)((longest < LABEL ? longest : LABEL) * LETTER + 16);
}

void
crm_look_chart(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	struct chart c = { .r = r, .column = crm_look_measure(r, l),
		.n = crm_rows_len(r), .mirror = crm_html_is_rtl(l->lang) };
	bool series = crm_look_is_series(r);
	if (c.column == SIZE_MAX || c.n < 2 || c.n > MOST_BARS)
		return;
	measure(&c);
	if (c.hi - c.lo <= 0) {
		crm_buf_release(&c.label);
		return;
	}
	c.wide = series ? 560 : c.left + ROOM + VALUE;
	crm_buf_printf(out, "<div class=\"w\"><svg viewBox=\"0 0 %.0f %zu\" "
	    "role=\"img\" direction=\"ltr\" fill=\"currentColor\" "
	    "style=\"inline-size:100%%;min-inline-size:%.0fpx;"
	    "max-inline-size:%.0fpx\">\n<title>", c.wide, series ?
	    (size_t)(HIGH + FOOT + 20) : c.n * BAR, c.wide * .75, c.wide);
	crm_html_text(out, l->title);
	crm_buf_z(out, ": ");
	crm_html_text(out, r->column[c.column].name);
	crm_buf_z(out, "</title>\n");
	for (size_t i = 0; i < c.n; i++)
		(series ? column : bar)(&c, i, out);
	crm_buf_z(out, "</svg></div>\n");
	crm_buf_release(&c.label);
	crm_buf_release(&c.text);
}

static void
paragraph(struct crm_str s, struct crm_buf *out)
{
	if (s.n == 0)
		return;
	crm_buf_z(out, "<p class=\"s\">");
	crm_html_text(out, s);
	crm_buf_z(out, "</p>\n");
}

/* Cohorts: the deeper the colour, the more came back. */
static void
put_matrix(const struct crm_rows *r, struct crm_buf *out)
{
	struct crm_buf text = { 0 };
	struct crm_dec v;
	const struct crm_dec hundred = { 100, 0 }, one = { 1, 0 };
	crm_buf_z(out, "<table>\n<thead><tr>");
	for (size_t c = 0; c < r->ncolumns; c++) {
		crm_buf_z(out, c ? "<th class=\"n\">" : "<th>");
		crm_html_text(out, r->column[c].name);
		crm_buf_z(out, "</th>");
	}
	crm_buf_z(out, "</tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < crm_rows_len(r); i++) {
		crm_buf_z(out, "<tr>");
		for (size_t c = 0; c < r->ncolumns; c++) {
			crm_buf_z(out, "<td class=\"n\"");
			bool rate = c > 1 && crm_rows_dec(r, i, c, &v);
			if (rate)
				crm_buf_printf(out, " style=\"background:"
				    "rgb(59 125 216/%.2f)\"",
				    crm_dec_double(v) * .6);
			crm_buf_c(out, '>');
			crm_look_cell(r, i, c, &text);
			if (rate && crm_dec_muldiv(v, hundred, one, 0,
			    CRM_HALF_EVEN, &v)) {
				crm_buf_clear(&text);
				crm_dec_format(&text, v);
				crm_buf_z(&text, " %");
			}
			crm_html_text(out, crm_buf_view(&text));
			crm_buf_z(out, "</td>");
		}
		crm_buf_z(out, "</tr>\n");
	}
	crm_buf_z(out, "</tbody></table>\n");
	crm_buf_release(&text);
}

void
crm_look_section(const struct crm_rows *r, const struct crm_look *l, int level,
    struct crm_buf *out)
{
	struct crm_table t = { 0 };
	struct crm_rows pivot = { 0 };
	bool matrix = crm_look_pivot(r, &pivot);
	bool across = r->ncolumns > MANY_COLUMNS + 2 &&
	    crm_rows_len(r) <= FEW_ROWS;
	crm_buf_printf(out, "<section%s>\n<h%d>", !across &&
	    r->ncolumns > MANY_COLUMNS - 2 ? " class=\"f\"" : "", level);
	crm_html_text(out, l->title);
	crm_buf_printf(out, "</h%d>\n", level);
	if (!matrix)
		crm_look_chart(r, l, out);
	if (crm_rows_len(r) == 0) {
		crm_buf_z(out, "<p>");
		crm_html_text(out, crm_str_trim(crm_str_z(_("nothing\n"))));
		crm_buf_z(out, "</p>\n");
	} else {
		crm_buf_z(out, "<div class=\"w\">");
		if (matrix) {
			put_matrix(&pivot, out);
		} else {
			(across ? crm_look_across : crm_look_table)(r, &t);
			crm_table_html(&t, out);
			crm_buf_z(out, "</tbody></table>");
		}
		crm_buf_z(out, "</div>\n");
	}
	paragraph(l->formula, out);
	paragraph(l->note, out);
	crm_buf_z(out, "</section>\n");
	crm_table_release(&t);
	crm_rows_release(&pivot);
}

void
crm_look_html(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	crm_html_head(out, l->title, l->lang);
	crm_look_section(r, l, 1, out);
	crm_html_foot(out);
}
