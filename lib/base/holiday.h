/* When holidays fall: dates, dates that move with the week, and those of the
 * Western, Orthodox, Hebrew and Islamic calendars. */
#ifndef CRM_HOLIDAY_H
#define CRM_HOLIDAY_H

#include "base/base.h"
#include "base/time.h"

struct crm_holiday {
	enum crm_holiday_kind {
		CRM_HOLIDAY_DATE,	/* y (0: every year), m, d, then `move` */
		CRM_HOLIDAY_NTH,	/* the nth (negative: from the end) weekday of m */
		CRM_HOLIDAY_AFTER,	/* the first weekday on or after m, d */
		CRM_HOLIDAY_EASTER,	/* n days from it; likewise: */
		CRM_HOLIDAY_PASCHA,
		CRM_HOLIDAY_ROSH,	/* Rosh Hashana of that autumn */
		CRM_HOLIDAY_ATZMAUT,	/* 5 Iyar, moved off the Sabbath */
		CRM_HOLIDAY_HIJRI	/* Islamic month m, day d */
	} kind;
	struct crm_ymd date;
	int weekday;	/* 1 Monday .. 7 */
	int n;
	enum crm_holiday_move {
		CRM_MOVE_NONE,
		CRM_MOVE_NEAREST,	/* ~: Saturday to Friday, Sunday to Monday */
		CRM_MOVE_MONDAY,	/* >: from the weekend to Monday */
		CRM_MOVE_TWO		/* >>: from the weekend by two days */
	} move;
};

/* "2026-05-01", "--05-01", "--05-01~" (or > or >>), "--05-mon1", "--05-mon-1",
 * "--06-20+sat", "easter-2", "pascha+50", "rosh+9", "atzmaut", "hijri:10-01".
 * False for anything else. */
bool crm_holiday_parse(struct crm_str s, struct crm_holiday *out) CRM_MUST;
/* Does it fall on this day (since 1970)? A moved one falls on its own day,
 * too. */
bool crm_holiday_is(const struct crm_holiday *h, int32_t day);

/* Easter Sundays of a year: Meeus, Astronomical Algorithms, chapter 8. */
int32_t crm_easter(int year);
int32_t crm_pascha(int year);
/* First day of the Hebrew year that begins in this one, and the day of the
 * arithmetical Islamic calendar (civil epoch): Reingold and Dershowitz,
 * Calendrical Calculations. */
int32_t crm_rosh_hashana(int year);
struct crm_ymd crm_hijri(int32_t day);

#endif
