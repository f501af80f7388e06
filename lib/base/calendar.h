/* Business time: the hours in which somebody is at work in a country, its
 * weekend and holidays, spans of working time, and anniversaries. Nothing here
 * opens a file that it was not given the path of, the zone database's own
 * country table apart. */
#ifndef CRM_CALENDAR_H
#define CRM_CALENDAR_H

#include "base/base.h"
#include "base/err.h"
#include "base/time.h"
#include "base/zone.h"

enum { CRM_HOURS_SPANS = 3 };

/* A week's open hours: by weekday (0 Monday) up to three spans [from, to) in
 * minutes since midnight, ascending, used ones first (from < to). Zeroed is
 * never open. */
struct crm_hours {
	struct crm_minutes {
		int16_t from, to;
	} day[7][CRM_HOURS_SPANS];
};

/* "mon-fri 09:00-13:00 14:00-18:00, sat 10:00-14:00": groups of days joined by
 * commas, days "mon".."sun" or ranges that may pass Sunday ("sun-thu"), up to
 * three spans that do not touch, "24:00" as an end. A group without days is for
 * every day that is open in `base` (NULL: Monday to Friday). INVALID
 * ("hours.syntax"). */
enum crm_status crm_hours_parse(struct crm_str s, const struct crm_hours *base,
    struct crm_hours *out, struct crm_err *err) CRM_MUST;

struct crm_calendar;

/* With the shipped tables of hours and holidays (share/crm/data/hours.tsv,
 * holidays.tsv). */
struct crm_calendar *crm_calendar_new(void) CRM_MUST;
void crm_calendar_free(struct crm_calendar *c);

/* Rows "COUNTRY<tab>first day of the week<tab>hours" that replace those of the
 * table; # begins a comment, * is for countries without a row. INVALID
 * ("hours.syntax") sets err's line, and its source to `source`. */
enum crm_status crm_calendar_add_hours(struct crm_calendar *c,
    struct crm_str text, const char *source, struct crm_err *err) CRM_MUST;
void crm_calendar_no_holidays(struct crm_calendar *c);
/* Lines "WHEN name" (see crm_holiday_parse) for a country, "" for all of them,
 * beside those there are; # begins a comment. INVALID ("holidays.syntax") as above. */
enum crm_status crm_calendar_add_holidays(struct crm_calendar *c,
    struct crm_str country, struct crm_str text, const char *source,
    struct crm_err *err) CRM_MUST;
/* The same from files of at most 1 MiB; SYSTEM ("calendar.read"). */
enum crm_status crm_calendar_read_hours(struct crm_calendar *c,
    const char *path, struct crm_err *err) CRM_MUST;
enum crm_status crm_calendar_read_holidays(struct crm_calendar *c,
    struct crm_str country, const char *path, struct crm_err *err) CRM_MUST;

/* Never NULL; country is ISO 3166-1 alpha-2 in any case, "" where unknown. */
const struct crm_hours *crm_calendar_hours(const struct crm_calendar *c,
    struct crm_str country);
int crm_calendar_week_start(const struct crm_calendar *c,
    struct crm_str country);	/* 1 Monday .. 7 Sunday */
/* The holiday's name ("" where the file gives none), the calendar's; NULL for
 * an ordinary day. */
const char *crm_calendar_holiday(const struct crm_calendar *c,
    struct crm_str country, int32_t day);

/* Somebody's working time. Filled by crm_office_init, borrowing calendar and
 * zone; the hours may be changed afterwards. */
struct crm_office {
	const struct crm_calendar *calendar;
	const struct crm_zone *zone;	/* NULL: UTC */
	char country[3];
	struct crm_hours hours;
};
void crm_office_init(struct crm_office *o, const struct crm_calendar *c,
    const struct crm_zone *zone, struct crm_str country);

enum crm_office_state {
	CRM_OFFICE_OPEN, CRM_OFFICE_QUIET /* before, between or after hours */,
	CRM_OFFICE_WEEKEND, CRM_OFFICE_HOLIDAY
};
enum crm_office_state crm_office_state(const struct crm_office *o, int64_t t);
/* The first instant from t on that is open; false when none comes within 400
 * days. */
bool crm_office_next(const struct crm_office *o, int64_t t, int64_t *out)
    CRM_MUST;
/* The first open span that ends after t, whole; false as above. */
bool crm_office_span(const struct crm_office *o, int64_t t,
    struct crm_span *out) CRM_MUST;
/* Open microseconds in [from, to), negative where to is before from. Instants
 * are held within the years 1900 to 2199. */
int64_t crm_office_between(const struct crm_office *o, int64_t from,
    int64_t to);
/* The first instant at which `amount` (0 or more) of open time has gone by
 * since t: t itself for 0. False when the office is not open for 400 days on
 * end, or past 2199. */
bool crm_office_add(const struct crm_office *o, int64_t t, int64_t amount,
    int64_t *out) CRM_MUST;

/* The zone of a country, by the database's zone1970.tab. In a country of
 * several: that of the region (its ISO 3166-2 code without the country, its
 * name, a city of the database or words of its comment), else the one of
 * nearly everybody, else NOTFOUND ("zone.several") with the list in the
 * message. NOTFOUND ("zone.country") for a country without zones,
 * ("zone.database") without a database. *out is UTC then. */
enum crm_status crm_zone_of_country(struct crm_str country,
    struct crm_str region, const struct crm_zone **out, struct crm_err *err);
/* All zones of a country (two capitals), at most max: their number. */
size_t crm_zones_of_country(struct crm_str country,
    const struct crm_zone **out, size_t max);

/* When a 29 February is kept in years without one. */
enum crm_leap_day { CRM_LEAP_FEB28, CRM_LEAP_MAR1, CRM_LEAP_ONLY };

/* The first yearly return of a date (year 0: not known) on or after `from`; a
 * date in the future is its own first. days until: the difference. */
int32_t crm_anniversary_next(struct crm_ymd date, int32_t from,
    enum crm_leap_day leap);

#endif
