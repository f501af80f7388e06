/* How rows look to people and to other programs. */
#ifndef CRM_LOOK_H
#define CRM_LOOK_H

#include "base/base.h"
#include "base/buf.h"
#include "format/table.h"
#include "report/rows.h"

struct crm_look {
	struct crm_str title, formula;
	struct crm_str note;	/* period, zone, number of records: one line */
	struct crm_str lang;	/* BCP 47; "" English */
	struct crm_str chart;	/* measure to draw; "" the first */
	int64_t now;		/* for DTSTAMP */
	bool ascii;
	/* On a terminal: bars, sparklines, and what is too wide turned over. */
	bool terminal, color;
	size_t width;		/* in columns; 0: as wide as needed */
};

/* Fills a table for reading: fractions in percent, hidden columns left out. */
void crm_look_table(const struct crm_rows *r, struct crm_table *out);
/* Title, aligned table, note. Cohorts as a matrix. */
void crm_look_text(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out);
/* A page of one file: a bar chart as inline SVG with its table beside it, no
 * script, light and dark, lang and dir. */
void crm_look_html(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out);
/* The same without the page around it, under a heading of that level. */
void crm_look_section(const struct crm_rows *r, const struct crm_look *l,
    int level, struct crm_buf *out);
/* A Vega-Lite 5 specification with the rows in it. */
void crm_look_vega(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out);
/* A payload for a Slack webhook (at most 50 blocks, 3,000 characters each), for
 * a Teams workflow (Adaptive Card 1.4, about 28 KB). Tables that are too long
 * are cut and say so. */
void crm_look_slack(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out);
void crm_look_teams(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out);
/* A mail for `sendmail -t` without its To: text and HTML as alternatives. */
void crm_look_mime(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out);
/* The same of a page that is made already. */
void crm_look_mail(struct crm_str title, struct crm_str text,
    struct crm_str html, struct crm_buf *out);
/* An iCalendar stream from rows with `at`, `what`, `title`, `id` (RFC 5545);
 * false where there is no `at`. */
bool crm_look_ics(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out);

#endif
