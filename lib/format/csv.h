/* CSV (RFC 4180, strict) in and out. The reader finds the rows itself, so that
 * it knows each row's verbatim bytes and goes on after a bad one; the cells
 * come from libcsv. Nothing is trimmed, guessed or dropped. */
#ifndef CRM_CSV_H
#define CRM_CSV_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

enum {
	CRM_CSV_MAX_CELL = 1 << 20,
	CRM_CSV_MAX_ROW = 4 << 20,
	CRM_CSV_MAX_COLUMNS = 16384	/* as a worksheet */
};

struct crm_csv_row {	/* borrowed from the reader until its next call */
	struct crm_str *cells;
	bool *quoted;		/* of each cell */
	size_t n;
	size_t had;		/* how many a row that is refused for that had */
	uint64_t line;		/* physical line it begins on, from 1 */
	uint64_t number;	/* 1 is the header */
	struct crm_str bytes;	/* verbatim, without the line end */
	struct crm_str end;	/* "\n", "\r\n", "\r", or "" at the end */
	struct crm_str before;	/* blank lines skipped before it */
};

struct crm_csv_reader;

/* delimiter 0: sniffed on the header line. Input is UTF-8 without a BOM (see
 * encoding.h). */
struct crm_csv_reader *crm_csv_new(char delimiter) CRM_MUST;
void crm_csv_free(struct crm_csv_reader *r);
/* More bytes (copied); at the end of the input crm_csv_end. */
void crm_csv_push(struct crm_csv_reader *r, const void *p, size_t n);
void crm_csv_end(struct crm_csv_reader *r);
/* The next row. NOTFOUND: push more bytes, or the end. INVALID: this row is
 * bad ("csv.quote", "csv.columns", "csv.nul", "csv.limit", "csv.encoding");
 * its line, number and bytes are filled in (no cells) and the next call goes
 * on behind it. CORRUPT: no row end within the limits; reading cannot go on. */
enum crm_status crm_csv_next(struct crm_csv_reader *r,
    struct crm_csv_row *row, struct crm_err *err) CRM_MUST;
/* The delimiter used (0 before the header is complete). */
char crm_csv_delimiter(const struct crm_csv_reader *r);
/* Is this a table drawn with bars (format/frame.h)? Its cells are given without
 * their padding, and rules and titles as the blank lines before a row. */
bool crm_csv_framed(const struct crm_csv_reader *r);
/* Blank lines behind the last row, once the end was reached. */
struct crm_str crm_csv_trailing(const struct crm_csv_reader *r);

/* The delimiter of a header line among , ; TAB and |: the one that occurs most
 * often outside quotes; ',' where none does. */
char crm_csv_sniff(struct crm_str line);

enum crm_csv_quoting {
	CRM_CSV_MINIMAL,	/* only what needs quotes */
	CRM_CSV_ALL,		/* every cell */
	CRM_CSV_FILLED		/* every cell that is not empty */
};

/* One cell, behind its delimiter where the caller has put one. */
void crm_csv_put(struct crm_buf *b, struct crm_str cell, char delimiter,
    enum crm_csv_quoting quoting);
/* The same as put, with quotes or without as told, where that is possible. */
void crm_csv_put_as(struct crm_buf *b, struct crm_str cell, char delimiter,
    bool quoted);
bool crm_csv_needs_quotes(struct crm_str cell, char delimiter);

/* Text that a spreadsheet would take for a formula (OWASP: = + - @ TAB CR
 * first, also behind blanks, also full-width; a plain negative number is none)
 * gets an apostrophe in front;
 * text that begins with apostrophes and then a formula gets one more, so that
 * crm_csv_undefuse is exact. */
bool crm_csv_is_formula(struct crm_str cell);
void crm_csv_defuse(struct crm_buf *b, struct crm_str cell);
struct crm_str crm_csv_undefuse(struct crm_str cell);

#endif
