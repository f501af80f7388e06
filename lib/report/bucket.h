/* Time in pieces: days, ISO weeks, months, quarters, years, fiscal ones. */
#ifndef CRM_BUCKET_H
#define CRM_BUCKET_H

#include "base/base.h"
#include "base/buf.h"
#include "base/time.h"

enum crm_bucket {
	CRM_BUCKET_NONE, CRM_BUCKET_DAY, CRM_BUCKET_WEEK, CRM_BUCKET_MONTH,
	CRM_BUCKET_QUARTER, CRM_BUCKET_YEAR, CRM_BUCKET_FQ, CRM_BUCKET_FY
};

/* "month" and so on; false for another word. */
bool crm_bucket_parse(struct crm_str word, enum crm_bucket *out);
/* The local day of a value that is a date or an instant (between quotes or
 * not); false for anything else. */
bool crm_value_day(struct crm_str text, const struct crm_clock *clock,
    int32_t *day);
/* The instant of a value; a date is the first instant of its local day. */
bool crm_value_instant(struct crm_str text, const struct crm_clock *clock,
    int64_t *out);
/* Appends "2026-11-21", "2026-W47", "2026-11", "2026-Q4", "2026", "FY2026-Q4"
 * or "FY2026" (named after the year in which it ends). All sort by time. */
void crm_bucket_label(enum crm_bucket b, int32_t day,
    const struct crm_clock *clock, struct crm_buf *out);
/* First day of the piece that the day lies in, and of the next one. */
int32_t crm_bucket_start(enum crm_bucket b, int32_t day,
    const struct crm_clock *clock);
int32_t crm_bucket_next(enum crm_bucket b, int32_t start);

#endif
