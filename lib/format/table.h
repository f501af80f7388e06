/* Tables for people: aligned text, Markdown, HTML. Cells are plain text as the
 * data has it; what could drive a terminal or a browser is escaped here. */
#ifndef CRM_TABLE_H
#define CRM_TABLE_H

#include "base/base.h"
#include "base/buf.h"

enum crm_align {
	CRM_ALIGN_AUTO,	/* right where every cell is a number */
	CRM_ALIGN_LEFT, CRM_ALIGN_RIGHT
};

struct crm_table_look {
	size_t width;	/* of the terminal, in columns; 0: as wide as needed */
	bool ascii;	/* nothing but ASCII */
	bool terminal;	/* isolate right-to-left cells (UAX #9) */
	bool color;	/* the head in bold */
};

struct crm_table_column {
	char *title;
	enum crm_align align;
	size_t width;	/* in columns, once fixed */
	bool right;
};

struct crm_table {	/* zeroed is valid and empty */
	struct crm_table_column *col;
	size_t ncols, capcols;
	struct crm_str *cell;	/* offsets into text until printed */
	size_t ncells, capcells;
	struct crm_buf text;
	bool fixed;	/* widths are decided, the head is printed */
};

void crm_table_release(struct crm_table *t);
/* Columns first, then cells row by row, each row as many as columns. */
void crm_table_column(struct crm_table *t, struct crm_str title,
    enum crm_align align);
void crm_table_cell(struct crm_table *t, struct crm_str text);
size_t crm_table_rows(const struct crm_table *t);

/* A cell of the rows held. */
struct crm_str crm_table_at(const struct crm_table *t, size_t row,
    size_t column);
/* Decides widths and sides by the rows held; the printers below do it at
 * their first call. */
void crm_table_fix(struct crm_table *t, const struct crm_table_look *look);
/* Takes out the columns (but the first) in which every row held is empty.
 * kept[i] tells of each column that was there. Before any printing. */
void crm_table_drop_empty(struct crm_table *t, bool *kept);
/* Drops the rows held. */
void crm_table_forget(struct crm_table *t);

/* Appends the rows held so far and forgets them. The first call fixes the
 * columns' widths by them and prints the head; later ones go on, so that long
 * tables stream. A look with a width cuts cells ("...") to fit it. */
void crm_table_text(struct crm_table *t, const struct crm_table_look *look,
    struct crm_buf *out);
void crm_table_markdown(struct crm_table *t, struct crm_buf *out);
/* Rows as <tr>; the first call opens <table> with its head. The caller closes
 * it with "</tbody></table>". */
void crm_table_html(struct crm_table *t, struct crm_buf *out);

/* True for what stands right in a column: an optional minus, digits without a
 * leading zero, an optional fraction. */
bool crm_table_is_number(struct crm_str s);
/* True if s holds letters written from right to left. */
bool crm_table_is_rtl(struct crm_str s);

/* Text escaped for HTML, attribute values included. */
void crm_html_text(struct crm_buf *b, struct crm_str s);
/* A whole page's beginning and end: one file, no scripts, nothing loaded from
 * elsewhere; light and dark; lang a BCP 47 tag, "" English. */
void crm_html_head(struct crm_buf *b, struct crm_str title,
    struct crm_str lang);
/* Is the language of a tag written from right to left? */
bool crm_html_is_rtl(struct crm_str lang);
void crm_html_foot(struct crm_buf *b);

#endif
