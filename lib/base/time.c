#include "base/time.h"

#include <time.h>

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days and dates by counting in 400-year eras of 146097 days whose years begin
 * in March, so that the leap day is the last (the method of H. Hinnant,
 * "chrono-compatible low-level date algorithms"). 719468 is 0000-03-01. */
struct crm_ymd
crm_day_ymd(int32_t day)
{
	int64_t z = (int64_t)day + 719468;
	int64_t era = floor_div(z, 146097);
	int32_t d = (int32_t)(z - era * 146097);
	int32_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
	int32_t in_year = d - (365 * y + y / 4 - y / 100);
	int32_t m = (5 * in_year + 2) / 153;
	return (struct crm_ymd){
		(int)(era * 400 + y + (m >= 10)),
		m < 10 ? m + 3 : m - 9,
		in_year - (153 * m + 2) / 5 + 1
	};
}

int32_t
crm_ymd_day(struct crm_ymd d)
{
	int64_t y = (int64_t)d.y - (d.m <= 2);
	int64_t era = floor_div(y, 400), in_era = y - era * 400;
	int64_t in_year = (153 * (d.m + (d.m > 2 ? -3 : 9)) + 2) / 5 + d.d - 1;
	return (int32_t)(era * 146097 + in_era * 365 + in_era / 4 -
	    in_era / 100 + in_year - 719468);
}

int
crm_month_days(int y, int m)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
		30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	if (m < 1 || m > 12)
		return 0;
	return days[m - 1] + (m == 2 && leap);
}

bool
crm_ymd_valid(struct crm_ymd d)
{
	return d.d >= 1 && d.d <= crm_month_days(d.y, d.m);
}

struct crm_ymd
crm_ymd_add_months(struct crm_ymd d, int months)
{
	int64_t at = (int64_t)d.y * 12 + d.m - 1 + months;
	d.y = (int)floor_div(at, 12);
	d.m = (int)(at - (int64_t)d.y * 12) + 1;
	int last = crm_month_days(d.y, d.m);
	if (d.d > last)
		d.d = last;
	return d;
}

int
crm_weekday(int32_t day)
{
	/* 1970-01-01 was a Thursday */
	return (int)(((int64_t)day + 3) % 7 + 7) % 7 + 1;
}

void
crm_iso_week(int32_t day, int *year, int *week)
{
	/* a week belongs to the year of its Thursday (ISO 8601) */
	int32_t thursday = day - crm_weekday(day) + 4;
	int y = crm_day_ymd(thursday).y;
	*year = y;
	*week = (thursday - crm_ymd_day((struct crm_ymd){ y, 1, 1 })) / 7 + 1;
}

/* n digits at *at, or -1. */
static int
number(struct crm_str s, size_t *at, int n)
{
	int v = 0;
	if (s.n - *at < (size_t)n)
		return -1;
	for (int i = 0; i < n; i++, ++*at) {
		if (s.p[*at] < '0' || s.p[*at] > '9')
			return -1;
		v = v * 10 + (s.p[*at] - '0');
	}
	return v;
}

static bool
sign(struct crm_str s, size_t *at, char c)
{
	if (*at >= s.n || s.p[*at] != c)
		return false;
	++*at;
	return true;
}

static bool
date_at(struct crm_str s, size_t *at, struct crm_ymd *d)
{
	d->y = number(s, at, 4);
	if (d->y < 0 || !sign(s, at, '-') || (d->m = number(s, at, 2)) < 0 ||
	    !sign(s, at, '-') || (d->d = number(s, at, 2)) < 0)
		return false;
	return crm_ymd_valid(*d);
}

bool
crm_date_parse(struct crm_str s, int32_t *day)
{
	struct crm_ymd d;
	size_t at = 0;
	if (!date_at(s, &at, &d) || at != s.n)
		return false;
	*day = crm_ymd_day(d);
	return true;
}

/* Microseconds of a fraction at *at: 1 to 9 digits. */
static bool
fraction_at(struct crm_str s, size_t *at, int64_t *us)
{
	size_t from = *at;
	int64_t unit = CRM_SECOND / 10;
	for (; *at < s.n && s.p[*at] >= '0' && s.p[*at] <= '9'; ++*at) {
		*us += unit * (s.p[*at] - '0');
		unit /= 10;
	}
	return *at - from >= 1 && *at - from <= 9;
}

static bool
clock_at(struct crm_str s, size_t *at, bool seconds, int64_t *us)
{
	int h = number(s, at, 2), m, sec = 0;
	if (h < 0 || h > 23 || !sign(s, at, ':') ||
	    (m = number(s, at, 2)) < 0 || m > 59)
		return false;
	*us = 0;
	if (sign(s, at, ':')) {
		sec = number(s, at, 2);
		if (sec < 0 || sec > 60)
			return false;
		if (sign(s, at, '.') && !fraction_at(s, at, us))
			return false;
		if (sec == 60)
			sec = 59;
	} else if (seconds) {
		return false;
	}
	*us += ((int64_t)h * 3600 + m * 60 + sec) * CRM_SECOND;
	return true;
}

/* Z or +HH:MM as seconds east. */
static bool
offset_at(struct crm_str s, size_t *at, int *seconds)
{
	bool west = *at < s.n && s.p[*at] == '-';
	*seconds = 0;
	if (sign(s, at, 'Z') || sign(s, at, 'z'))
		return true;
	if (!sign(s, at, '+') && !sign(s, at, '-'))
		return false;
	int h = number(s, at, 2), m;
	if (h < 0 || h > 23 || !sign(s, at, ':') ||
	    (m = number(s, at, 2)) < 0 || m > 59)
		return false;
	*seconds = (h * 60 + m) * (west ? -60 : 60);
	return true;
}

bool
crm_datetime_parse(struct crm_str s, int64_t *local, bool *zoned, int *offset)
{
	struct crm_ymd d;
	size_t at = 0;
	int64_t us;
	if (!date_at(s, &at, &d) || (!sign(s, &at, 'T') &&
	    !sign(s, &at, 't') && !sign(s, &at, ' ')) ||
	    !clock_at(s, &at, false, &us))
		return false;
	*local = crm_ymd_day(d) * CRM_DAY + us;
	*zoned = at < s.n;
	*offset = 0;
	return at == s.n || (offset_at(s, &at, offset) && at == s.n);
}

/* YYYY-MM-DDTHH:MM:SSZ, as the tools write it. */
static bool
plain_time(const char *p, int64_t *out)
{
	static const uint8_t at[] = { 0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15,
		17, 18 };
	unsigned v[14], most = 0;
	for (size_t i = 0; i < CRM_LEN(at); i++) {
		v[i] = (unsigned)(unsigned char)p[at[i]] - '0';
		most = v[i] > most ? v[i] : most;
	}
	struct crm_ymd d = { (int)(v[0] * 1000 + v[1] * 100 + v[2] * 10 + v[3]),
		(int)(v[4] * 10 + v[5]), (int)(v[6] * 10 + v[7]) };
	unsigned h = v[8] * 10 + v[9], m = v[10] * 10 + v[11];
	unsigned sec = v[12] * 10 + v[13];
	if (most > 9 || p[4] != '-' || p[7] != '-' || p[10] != 'T' ||
	    p[13] != ':' || p[16] != ':' || p[19] != 'Z' || h > 23 || m > 59 ||
	    sec > 59 || !crm_ymd_valid(d))
		return false;
	*out = crm_ymd_day(d) * CRM_DAY +
	    (int64_t)(h * 3600 + m * 60 + sec) * CRM_SECOND;
	return true;
}

bool
crm_time_parse(struct crm_str s, int64_t *out)
{
	struct crm_ymd d;
	size_t at = 0;
	int64_t us;
	int offset;
	if (s.n == 20 && plain_time(s.p, out))
		return true;
	if (!date_at(s, &at, &d) || (!sign(s, &at, 'T') &&
	    !sign(s, &at, 't') && !sign(s, &at, ' ')) ||
	    !clock_at(s, &at, true, &us) || !offset_at(s, &at, &offset) ||
	    at != s.n)
		return false;
	*out = crm_ymd_day(d) * CRM_DAY + us - offset * CRM_SECOND;
	return true;
}

static char *
put(char *to, unsigned v, int digits)
{
	for (int i = digits; i-- > 0; v /= 10)
		to[i] = (char)('0' + v % 10);
	return to + digits;
}

static char *
put_date(char *to, int32_t day)
{
	struct crm_ymd d = crm_day_ymd(day);
	if (d.y >= 0 && d.y <= 9999)
		to = put(to, (unsigned)d.y, 4);
	else
		to += snprintf(to, 12, "%+05d", d.y);
	*to++ = '-';
	to = put(to, (unsigned)d.m, 2);
	*to++ = '-';
	return put(to, (unsigned)d.d, 2);
}

void
crm_date_format(struct crm_buf *b, int32_t day)
{
	char t[32];
	crm_buf_add(b, t, (size_t)(put_date(t, day) - t));
}

void
crm_time_format(struct crm_buf *b, int64_t t)
{
	char text[64], *to;
	int64_t day = floor_div(t, CRM_DAY), us = t % CRM_DAY;
	us += us < 0 ? CRM_DAY : 0;
	unsigned sec = (unsigned)(us / CRM_SECOND);
	unsigned part = (unsigned)(us % CRM_SECOND);
	to = put_date(text, (int32_t)day);
	*to++ = 'T';
	to = put(to, sec / 3600, 2);
	*to++ = ':';
	to = put(to, sec / 60 % 60, 2);
	*to++ = ':';
	to = put(to, sec % 60, 2);
	if (part) {
		*to++ = '.';
		to = part % 1000 ? put(to, part, 6) : put(to, part / 1000, 3);
	}
	*to++ = 'Z';
	crm_buf_add(b, text, (size_t)(to - text));
}

bool
crm_birthday_parse(struct crm_str s, struct crm_ymd *out)
{
	struct crm_ymd d = { 0 };
	size_t at = 0;
	if (crm_str_starts(s, CRM_STR("--"))) {
		at = 2;
		d.m = number(s, &at, 2);
		if (d.m < 0 || !sign(s, &at, '-') ||
		    (d.d = number(s, &at, 2)) < 0)
			return false;
	} else if (!date_at(s, &at, &d) || d.y == 0) {
		return false;
	}
	/* year 0 counts as a leap year: --02-29 is a birthday */
	if (at != s.n || !crm_ymd_valid(d))
		return false;
	*out = d;
	return true;
}

int64_t
crm_time_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * CRM_SECOND + t.tv_nsec / 1000;
}
