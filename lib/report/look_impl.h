/* What the looks share: lib/report's own. */
#ifndef CRM_LOOK_IMPL_H
#define CRM_LOOK_IMPL_H

#include "report/look.h"

/* A cell as people read it; clears out. */
void crm_look_cell(const struct crm_rows *r, size_t row, size_t column,
    struct crm_buf *out);
/* The keys of a row in one label; a currency that all rows share is left
 * out. */
void crm_look_label(const struct crm_rows *r, size_t row,
    struct crm_buf *out);
/* A table with measures down and rows across: for few rows of many columns. */
void crm_look_across(const struct crm_rows *r, struct crm_table *out);
/* The measure that a chart shows: the one that the look names, else the first
 * number; never money of several currencies. SIZE_MAX: none. */
size_t crm_look_measure(const struct crm_rows *r, const struct crm_look *l);
/* Are the rows one series of pieces of time? */
bool crm_look_is_series(const struct crm_rows *r);
/* A chart of the rows as inline SVG; nothing where there is none. */
void crm_look_chart(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out);
/* Cohorts by months: the rows as a matrix of their rates. False for rows of
 * another form. */
bool crm_look_pivot(const struct crm_rows *r, struct crm_rows *out);

#endif
