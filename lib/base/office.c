#include "base/calendar.h"

enum {
	FIRST_DAY = -25567,	/* 1900-01-01 */
	END_DAY = 84006,	/* 2200-01-01 */
	PATIENCE = 400		/* days without work before we give up */
};

void
crm_office_init(struct crm_office *o, const struct crm_calendar *c,
    const struct crm_zone *zone, struct crm_str country)
{
	*o = (struct crm_office){ .calendar = c, .zone = zone };
	if (country.n == 2)
		memcpy(o->country, country.p, 2);
	o->hours = *crm_calendar_hours(c, country);
}

static bool
is_holiday(const struct crm_office *o, int32_t day)
{
	return crm_calendar_holiday(o->calendar, crm_str_z(o->country), day);
}

/* The open spans of a local day as instants; their number. Hours are those of
 * the wall clock, so a day of 23 hours may be open for longer or shorter. */
static int
spans_of(const struct crm_office *o, int32_t day,
    struct crm_span out[CRM_HOURS_SPANS])
{
	const struct crm_minutes *m = o->hours.day[crm_weekday(day) - 1];
	int n = 0;
	if (m[0].from >= m[0].to || is_holiday(o, day))
		return 0;
	for (int i = 0; i < CRM_HOURS_SPANS && m[i].from < m[i].to; i++) {
		int64_t local = day * CRM_DAY, minute = 60 * CRM_SECOND;
		int64_t from = crm_zone_utc(o->zone,
		    local + m[i].from * minute);
		int64_t to = crm_zone_utc(o->zone, local + m[i].to * minute);
		if (from < to)
			out[n++] = (struct crm_span){ from, to, false };
	}
	return n;
}

static int64_t
hold(int64_t t)
{
	if (t < FIRST_DAY * CRM_DAY)
		return FIRST_DAY * CRM_DAY;
	return t < END_DAY * CRM_DAY ? t : END_DAY * CRM_DAY;
}

enum crm_office_state
crm_office_state(const struct crm_office *o, int64_t t)
{
	struct crm_span s[CRM_HOURS_SPANS];
	t = hold(t);
	int32_t day = crm_zone_day(o->zone, t);
	int n = spans_of(o, day, s);
	for (int i = 0; i < n; i++)
		if (t >= s[i].from && t < s[i].to)
			return CRM_OFFICE_OPEN;
	if (is_holiday(o, day))
		return CRM_OFFICE_HOLIDAY;
	const struct crm_minutes *m = o->hours.day[crm_weekday(day) - 1];
	return m[0].from < m[0].to ? CRM_OFFICE_QUIET : CRM_OFFICE_WEEKEND;
}

bool
crm_office_span(const struct crm_office *o, int64_t t, struct crm_span *out)
{
	struct crm_span s[CRM_HOURS_SPANS];
	t = hold(t);
	int32_t day = crm_zone_day(o->zone, t);
	for (int32_t end = day + PATIENCE; day < end; day++) {
		int n = spans_of(o, day, s);
		for (int i = 0; i < n; i++)
			if (t < s[i].to) {
				*out = s[i];
				return true;
			}
	}
	return false;
}

bool
crm_office_next(const struct crm_office *o, int64_t t, int64_t *out)
{
	struct crm_span s;
	if (!crm_office_span(o, t, &s))
		return false;
	*out = hold(t) > s.from ? hold(t) : s.from;
	return true;
}

int64_t
crm_office_between(const struct crm_office *o, int64_t from, int64_t to)
{
	struct crm_span s[CRM_HOURS_SPANS];
	int64_t sum = 0;
	if (to < from)
		return -crm_office_between(o, to, from);
	from = hold(from);
	to = hold(to);
	int32_t day = crm_zone_day(o->zone, from);
	int32_t last = crm_zone_day(o->zone, to);
	for (; day <= last; day++) {
		int n = spans_of(o, day, s);
		for (int i = 0; i < n; i++) {
			int64_t a = s[i].from > from ? s[i].from : from;
			int64_t b = s[i].to < to ? s[i].to : to;
			sum += b > a ? b - a : 0;
		}
	}
	return sum;
}

bool
crm_office_add(const struct crm_office *o, int64_t t, int64_t amount,
    int64_t *out)
{
	struct crm_span s[CRM_HOURS_SPANS];
	if (amount < 0 || t != hold(t))
		return false;
	*out = t;
	int32_t day = crm_zone_day(o->zone, t);
	for (int idle = 0; amount > 0 && day < END_DAY; day++) {
		int n = spans_of(o, day, s);
		idle = n ? 0 : idle + 1;
		if (idle > PATIENCE)
			return false;
		for (int i = 0; i < n; i++) {
			int64_t a = s[i].from > t ? s[i].from : t;
			if (a >= s[i].to)
				continue;
			if (s[i].to - a >= amount) {
				*out = a + amount;
				return true;
			}
			amount -= s[i].to - a;
		}
	}
	return amount == 0;
}
