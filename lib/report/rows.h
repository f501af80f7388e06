/* What a report computes: columns and rows of ready JSON values. Printed as
 * records by the one writer, drawn by the others. */
#ifndef CRM_ROWS_H
#define CRM_ROWS_H

#include "base/base.h"
#include "base/buf.h"
#include "base/decimal.h"
#include "base/mem.h"

enum crm_column_kind {
	CRM_COLUMN_KEY,		/* what the rows are grouped by */
	CRM_COLUMN_NUMBER,
	CRM_COLUMN_MONEY,
	CRM_COLUMN_PERCENT,	/* a fraction: 0.25 is shown as 25 % */
	CRM_COLUMN_TEXT
};

struct crm_column {
	struct crm_str name;	/* member of the JSON object */
	enum crm_column_kind kind;
	bool hidden;		/* computed, not printed */
	bool time;		/* a key of pieces of time, in order */
};

struct crm_rows {		/* zeroed is valid and empty */
	struct crm_column *column;
	size_t ncolumns, capcolumns;
	struct crm_str *cell;	/* rows * ncolumns; raw JSON, "" absent */
	size_t ncells, capcells;
	struct crm_arena mem;
};

/* Columns first, then rows. Names and values are copied. */
size_t crm_rows_column(struct crm_rows *r, struct crm_str name,
    enum crm_column_kind kind);
/* Begins a row of absent cells and returns its number. */
size_t crm_rows_add(struct crm_rows *r);
void crm_rows_set(struct crm_rows *r, size_t row, size_t column,
    struct crm_str raw);
void crm_rows_set_text(struct crm_rows *r, size_t row, size_t column,
    struct crm_str text);
/* A number: JSON number without needless zeroes; money: string with its
 * digits. */
void crm_rows_set_dec(struct crm_rows *r, size_t row, size_t column,
    struct crm_dec v);
/* Money with at least the digits of its currency (its name, in quotes or not;
 * 2 for an unknown one). */
void crm_rows_set_money(struct crm_rows *r, size_t row, size_t column,
    struct crm_str currency, struct crm_dec v);
void crm_rows_set_u64(struct crm_rows *r, size_t row, size_t column,
    uint64_t v);
/* a / b, rounded to so many fraction digits; absent for b = 0. */
void crm_rows_set_ratio(struct crm_rows *r, size_t row, size_t column,
    uint64_t a, uint64_t b, int digits);
static inline struct crm_str
crm_rows_cell(const struct crm_rows *r, size_t row, size_t column)
{
	return r->cell[row * r->ncolumns + column];
}
static inline size_t
crm_rows_len(const struct crm_rows *r)
{
	return r->ncolumns ? r->ncells / r->ncolumns : 0;
}
/* Index of a column by name, or SIZE_MAX. */
size_t crm_rows_find(const struct crm_rows *r, struct crm_str name);
/* A cell as a decimal; false where it is absent or none. */
bool crm_rows_dec(const struct crm_rows *r, size_t row, size_t column,
    struct crm_dec *out);
/* A row as a JSON object: absent and hidden cells left out. */
void crm_rows_print(const struct crm_rows *r, size_t row,
    struct crm_buf *out);
void crm_rows_release(struct crm_rows *r);

/* A decimal as a JSON number, trailing zeroes of the fraction dropped. */
void crm_dec_json(struct crm_buf *b, struct crm_dec v);

#endif
