/* Days, instants and the words people use for them. Instants are int64
 * microseconds since 1970-01-01T00:00:00Z, proleptic Gregorian; days are int32
 * days since 1970-01-01. */
#ifndef CRM_TIME_H
#define CRM_TIME_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

#define CRM_SECOND INT64_C(1000000)
#define CRM_HOUR (3600 * CRM_SECOND)
#define CRM_DAY (86400 * CRM_SECOND)

struct crm_zone;	/* base/zone.h */

struct crm_ymd {
	int y, m, d;	/* m 1..12, d 1..31 */
};

struct crm_ymd crm_day_ymd(int32_t day);
/* The day of a date; days past the month's end are not checked here. */
int32_t crm_ymd_day(struct crm_ymd d);
bool crm_ymd_valid(struct crm_ymd d);
int crm_month_days(int y, int m);
/* Adds months, clamping to the month's end: 2026-01-31 + 1 = 2026-02-28. */
struct crm_ymd crm_ymd_add_months(struct crm_ymd d, int months);
int crm_weekday(int32_t day);	/* 1 Monday .. 7 Sunday */
void crm_iso_week(int32_t day, int *year, int *week);

/* Strict RFC 3339 (zone required; a blank for the T as its section 5.6 allows;
 * ':60' is clamped to 59; at most 9 fraction digits, cut to microseconds). */
bool crm_time_parse(struct crm_str s, int64_t *out);
/* The same without the demand for seconds and a zone: local wall-clock
 * microseconds, and (zoned) the seconds east that were written behind. */
bool crm_datetime_parse(struct crm_str s, int64_t *local, bool *zoned,
    int *offset);
/* RFC 3339 in UTC, "2026-11-21T09:30:00Z"; fraction only when not zero (3 or 6
 * digits). */
void crm_time_format(struct crm_buf *b, int64_t t);
/* Strict YYYY-MM-DD. */
bool crm_date_parse(struct crm_str s, int32_t *day);
void crm_date_format(struct crm_buf *b, int32_t day);
/* A birthday: YYYY-MM-DD or --MM-DD (then *y is 0). */
bool crm_birthday_parse(struct crm_str s, struct crm_ymd *out);
/* A date in a foreign order: "dmy", "mdy", "ymd", with / . - or blanks or eight
 * digits together, two or four digit years (two: 1970..2069), month names in
 * English (then dmy and mdy read both orders), digits of any script; also the
 * Excel serial when order is "serial". */
bool crm_date_parse_order(struct crm_str s, const char *order, int32_t *day);

/* What words need to know. */
struct crm_clock {
	int64_t now;
	const struct crm_zone *zone;	/* NULL: UTC */
	int week_start;			/* 1 Monday (default, also for 0) */
	int fiscal_month;		/* 1..12; 0: 1 */
};

/* A half-open period [from, to) in microseconds; INT64_MIN / INT64_MAX open. */
struct crm_span {
	int64_t from, to;
	bool date_only;	/* made of whole days: also valid for date fields */
};

/* One point or period in words, resolved against the clock in its zone:
 * RFC 3339; YYYY-MM-DD; YYYY; YYYY-MM; YYYY-Q1..4; YYYY-W01..53; local times
 * YYYY-MM-DDTHH:MM[:SS]; now, today, yesterday, tomorrow; monday..sunday (the
 * next, today included); [+-]N[h|min|d|w|mo|q|y] from now (d, w, mo, q, y:
 * whole days in the zone); this-/last-/next- day, week, month, quarter, year,
 * fy, fq (fiscal). A point in time gives from == to - 1 µs; -30d gives that
 * whole day, so a range -30d.. starts at its beginning; h and min are
 * points. Case does not matter. INVALID ("time.when") for anything else and
 * for days outside the years 1 to 9999. */
enum crm_status crm_when_parse(struct crm_str s, const struct crm_clock *clock,
    struct crm_span *out, struct crm_err *err);
/* a..b, a.., ..b or one word: [start of a, end of b). INVALID ("time.range")
 * when nothing stands on either side or the end is before the start. */
enum crm_status crm_range_parse(struct crm_str s,
    const struct crm_clock *clock, struct crm_span *out, struct crm_err *err);
/* Only the durations "30d", "2w", "90min", "1y" (no sign): months are 30 days
 * and years 365 when a plain length is needed. Microseconds. */
bool crm_duration_parse(struct crm_str s, int64_t *out);

/* The system's clock. CRM_NOW and --now are lib/cli's affair: it passes the
 * time down. */
int64_t crm_time_now(void);

#endif
