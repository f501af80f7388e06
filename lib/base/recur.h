/* Repetition as calendars write it: recurrence rules (RFC 5545, 3.3.10) and
 * the wall-clock times they give. Times are local, in microseconds since
 * 1970-01-01T00:00 as if it were UTC. */
#ifndef CRM_RECUR_H
#define CRM_RECUR_H

#include "base/base.h"
#include "base/zone.h"

enum crm_freq {
	CRM_SECONDLY, CRM_MINUTELY, CRM_HOURLY, CRM_DAILY, CRM_WEEKLY,
	CRM_MONTHLY, CRM_YEARLY
};

enum { CRM_RECUR_MAX = 400 };	/* values of one BY part */

struct crm_recur_part {
	int16_t v[CRM_RECUR_MAX];
	uint16_t n;
};

struct crm_recur {
	enum crm_freq freq;
	uint32_t interval, count;	/* count 0: without */
	bool has_until, until_utc;
	int64_t until;
	int week_start;			/* 1 Monday */
	struct crm_recur_part months, weeks, yeardays, monthdays, days, setpos,
		hours, minutes, seconds;
	/* days: weekday 1..7 + 10 * ordinal ("-1SU" is 7 - 10) */
};

/* The value of an RRULE. False for one that is malformed or of another
 * calendar than the Gregorian. */
bool crm_recur_parse(struct crm_str rule, struct crm_recur *r);

struct crm_recur_iter {		/* zeroed is releasable */
	const struct crm_recur *r;
	const struct crm_zone *zone;
	int64_t start, at;	/* the period that comes next */
	int64_t from;
	uint32_t given, budget;
	int64_t *set;		/* of the present period, from `next` on */
	size_t n, cap, next;
	bool over;
};

/* The times of r from start on (DTSTART, counted as the first where the rule
 * gives it). zone is for an UNTIL in UTC; NULL is UTC. Those before `from` are
 * passed over, at once where no COUNT has to be kept. */
void crm_recur_begin(struct crm_recur_iter *it, const struct crm_recur *r,
    int64_t start, const struct crm_zone *zone, int64_t from);
/* False at the end: of the rule, of the year 2199, or of some hundred thousand
 * steps without a time (a rule of 30 February). */
bool crm_recur_next(struct crm_recur_iter *it, int64_t *local);
void crm_recur_release(struct crm_recur_iter *it);

#endif
