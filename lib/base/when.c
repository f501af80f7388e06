#include "base/time.h"
#include "base/zone.h"

/* Points and periods in words. */

enum unit { HOUR, MINUTE, DAY, WEEK, MONTH, QUARTER, YEAR, FYEAR, FQUARTER };

struct when {
	const struct crm_clock *clock;
	int32_t today;
	struct crm_ymd date;	/* of today */
	char text[48];		/* the word in lower case */
	struct crm_str s;
};

static bool
point(struct crm_span *out, int64_t t)
{
	*out = (struct crm_span){ t, t + 1, false };
	return true;
}

/* Whole days [from, to) between the years 1 and 9999. */
static bool
days(const struct when *w, int64_t from, int64_t to, struct crm_span *out)
{
	enum { FIRST = -719162, END = 2932897 };
	if (from < FIRST || to > END || from >= to)
		return false;
	*out = (struct crm_span){
		crm_zone_midnight(w->clock->zone, (int32_t)from),
		crm_zone_midnight(w->clock->zone, (int32_t)to), true
	};
	return true;
}

/* `count` months from month `at`, counted from year 0. */
static bool
months(const struct when *w, int64_t at, int count, struct crm_span *out)
{
	if (at < 12 || at >= 12 * 10000)
		return false;
	struct crm_ymd d = { (int)(at / 12), (int)(at % 12) + 1, 1 };
	return days(w, crm_ymd_day(d),
	    crm_ymd_day(crm_ymd_add_months(d, count)), out);
}

/* n digits from byte `at` on, or -1. */
static int
number(struct crm_str s, size_t at, size_t n)
{
	int v = 0;
	for (size_t i = at; i < at + n; i++) {
		if (i >= s.n || s.p[i] < '0' || s.p[i] > '9')
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

/* YYYY, YYYY-MM, YYYY-MM-DD, YYYY-Qn, YYYY-Wnn. */
static bool
calendar(const struct when *w, struct crm_span *out)
{
	struct crm_str s = w->s;
	int y = number(s, 0, 4), n;
	int32_t day;
	if (y < 0)
		return false;
	if (s.n == 4)
		return months(w, y * 12, 12, out);
	if (crm_date_parse(s, &day))
		return days(w, day, (int64_t)day + 1, out);
	if (s.n == 7 && s.p[4] == '-' && (n = number(s, 5, 2)) >= 1 && n <= 12)
		return months(w, y * 12 + n - 1, 1, out);
	if (s.n == 7 && s.p[4] == '-' && s.p[5] == 'q' &&
	    (n = number(s, 6, 1)) >= 1 && n <= 4)
		return months(w, y * 12 + 3 * (n - 1), 3, out);
	if (s.n != 8 || s.p[4] != '-' || s.p[5] != 'w' ||
	    (n = number(s, 6, 2)) < 1)
		return false;
	/* the week with 4 January is the first (ISO 8601) */
	int32_t first = crm_ymd_day((struct crm_ymd){ y, 1, 4 });
	first += 7 * (n - 1) + 1 - crm_weekday(first);
	int year, week;
	crm_iso_week(first, &year, &week);
	return year == y && week == n &&
	    days(w, first, (int64_t)first + 7, out);
}

static bool
unit_of(struct crm_str s, enum unit *u)
{
	static const struct {
		char word[8];
		enum unit unit;
	} units[] = {
		{ "h", HOUR }, { "min", MINUTE }, { "d", DAY }, { "w", WEEK },
		{ "mo", MONTH }, { "q", QUARTER }, { "y", YEAR },
	};
	for (size_t i = 0; i < CRM_LEN(units); i++)
		if (crm_str_is(s, units[i].word)) {
			*u = units[i].unit;
			return true;
		}
	return false;
}

/* "30d": a number of at most 7 digits and a unit. */
static bool
amount(struct crm_str s, int *n, enum unit *u)
{
	size_t digits = 0;
	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	if (digits == 0 || digits > 7)
		return false;
	*n = number(s, 0, digits);
	return unit_of(crm_str_sub(s, digits, s.n), u);
}

static bool
relative(const struct when *w, struct crm_span *out)
{
	enum unit u;
	int n;
	if (w->s.p[0] != '+' && w->s.p[0] != '-')
		return false;
	if (!amount(crm_str_sub(w->s, 1, w->s.n), &n, &u))
		return false;
	if (w->s.p[0] == '-')
		n = -n;
	int64_t day = w->today;
	struct crm_ymd d;
	switch (u) {
	case HOUR:
		return point(out, w->clock->now + n * CRM_HOUR);
	case MINUTE:
		return point(out, w->clock->now + n * 60 * CRM_SECOND);
	case WEEK:
		n *= 7;
		/* fall through */
	case DAY:
		return days(w, day + n, day + n + 1, out);
	case YEAR:
	case FYEAR:
		n *= 4;
		/* fall through */
	case QUARTER:
	case FQUARTER:
		n *= 3;
		/* fall through */
	case MONTH:
		d = crm_ymd_add_months(w->date, n);
		if (d.y < 1 || d.y > 9999)
			return false;
		day = crm_ymd_day(d);
		return days(w, day, day + 1, out);
	}
	return false;
}

/* The period of unit u that lies `shift` periods from today's. */
static bool
period(const struct when *w, enum unit u, int shift, struct crm_span *out)
{
	int64_t month = (int64_t)w->date.y * 12 + w->date.m - 1, day = w->today;
	int fiscal = w->clock->fiscal_month ? w->clock->fiscal_month - 1 : 0;
	int start = w->clock->week_start ? w->clock->week_start : 1;
	int len = 1;
	switch (u) {
	case HOUR:
	case MINUTE:
	case DAY:
		return days(w, day + shift, day + shift + 1, out);
	case WEEK:
		day -= (crm_weekday(w->today) - start + 7) % 7;
		day += 7 * shift;
		return days(w, day, day + 7, out);
	case MONTH:
		break;
	case QUARTER:
		len = 3;
		month -= month % 3;
		break;
	case YEAR:
		len = 12;
		month -= month % 12;
		break;
	case FYEAR:
		len = 12;
		month -= (month - fiscal + 12) % 12;
		break;
	case FQUARTER:
		len = 3;
		month -= (month - fiscal + 12) % 3;
		break;
	}
	return months(w, month + (int64_t)shift * len, len, out);
}

static bool
words(const struct when *w, struct crm_span *out)
{
	static const struct {
		char word[12];
		int shift;
	} near[] = {
		{ "yesterday", -1 }, { "today", 0 }, { "tomorrow", 1 },
	}, which[] = {
		{ "last-", -1 }, { "this-", 0 }, { "next-", 1 },
	};
	static const struct {
		char word[8];
		enum unit unit;
	} units[] = {
		{ "day", DAY }, { "week", WEEK }, { "month", MONTH },
		{ "quarter", QUARTER }, { "year", YEAR }, { "fy", FYEAR },
		{ "fq", FQUARTER },
	};
	static const char weekdays[][10] = { "monday", "tuesday", "wednesday",
		"thursday", "friday", "saturday", "sunday" };
	if (crm_str_is(w->s, "now"))
		return point(out, w->clock->now);
	for (size_t i = 0; i < CRM_LEN(near); i++)
		if (crm_str_is(w->s, near[i].word))
			return period(w, DAY, near[i].shift, out);
	for (size_t i = 0; i < CRM_LEN(weekdays); i++)
		if (crm_str_is(w->s, weekdays[i]))
			return period(w, DAY,
			    ((int)i + 8 - crm_weekday(w->today)) % 7, out);
	for (size_t i = 0; i < CRM_LEN(which); i++) {
		if (!crm_str_starts(w->s, crm_str_z(which[i].word)))
			continue;
		struct crm_str rest = crm_str_sub(w->s, 5, w->s.n);
		for (size_t k = 0; k < CRM_LEN(units); k++)
			if (crm_str_is(rest, units[k].word))
				return period(w, units[k].unit, which[i].shift,
				    out);
	}
	return false;
}

/* RFC 3339, or the same without zone: the clock's. Seconds may be absent. */
static bool
instant(const struct when *w, struct crm_span *out)
{
	int64_t local;
	bool zoned;
	int offset;
	if (!crm_datetime_parse(w->s, &local, &zoned, &offset))
		return false;
	return point(out, zoned ? local - offset * CRM_SECOND :
	    crm_zone_utc(w->clock->zone, local));
}

enum crm_status
crm_when_parse(struct crm_str s, const struct crm_clock *clock,
    struct crm_span *out, struct crm_err *err)
{
	struct when w = { .clock = clock };
	enum unit u;
	int n;
	s = crm_str_trim(s);
	if (s.n == 0 || s.n > sizeof(w.text))
		goto bad;
	for (size_t i = 0; i < s.n; i++)
		w.text[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ?
		    (char)(s.p[i] + 32) : s.p[i];
	w.s = (struct crm_str){ w.text, s.n };
	w.today = crm_zone_day(clock->zone, clock->now);
	w.date = crm_day_ymd(w.today);
	if (calendar(&w, out) || instant(&w, out) || relative(&w, out) ||
	    words(&w, out))
		return CRM_OK;
	if (amount(w.s, &n, &u))
		return crm_err_set(err, CRM_INVALID, "time.when",
		    _("not a time: '%.*s': write -%.*s or +%.*s"), CRM_FMT(s),
		    CRM_FMT(s), CRM_FMT(s));
bad:
	if (s.n > 60)
		s.n = 60;
	return crm_err_set(err, CRM_INVALID, "time.when",
	    _("not a time: '%.*s'"), CRM_FMT(s));
}

enum crm_status
crm_range_parse(struct crm_str s, const struct crm_clock *clock,
    struct crm_span *out, struct crm_err *err)
{
	struct crm_span a = { INT64_MIN, 0, true }, b = { 0, INT64_MAX, true };
	size_t at = 0;
	while (at + 1 < s.n && (s.p[at] != '.' || s.p[at + 1] != '.'))
		at++;
	if (at + 1 >= s.n)
		return crm_when_parse(s, clock, out, err);
	struct crm_str from = crm_str_trim(crm_str_sub(s, 0, at));
	struct crm_str to = crm_str_trim(crm_str_sub(s, at + 2, s.n));
	if (from.n == 0 && to.n == 0)
		return crm_err_set(err, CRM_INVALID, "time.range",
		    _("a range without beginning and end"));
	enum crm_status st = from.n ? crm_when_parse(from, clock, &a, err) :
	    CRM_OK;
	if (st == CRM_OK && to.n)
		st = crm_when_parse(to, clock, &b, err);
	if (st != CRM_OK)
		return st;
	if (a.from >= b.to)
		return crm_err_set(err, CRM_INVALID, "time.range",
		    _("the range ends before it begins: '%.*s'"), CRM_FMT(s));
	*out = (struct crm_span){ a.from, b.to, a.date_only && b.date_only };
	return CRM_OK;
}

bool
crm_duration_parse(struct crm_str s, int64_t *out)
{
	enum unit u;
	int n;
	if (!amount(s, &n, &u))
		return false;
	static const int64_t length[] = {
		[HOUR] = CRM_HOUR, [MINUTE] = 60 * CRM_SECOND, [DAY] = CRM_DAY,
		[WEEK] = 7 * CRM_DAY, [MONTH] = 30 * CRM_DAY,
		[QUARTER] = 90 * CRM_DAY, [YEAR] = 365 * CRM_DAY,
	};
	return !__builtin_mul_overflow((int64_t)n, length[u], out);
}
