#include "base/holiday.h"

enum { JULIAN = 2440588 };	/* Julian day number of 1970-01-01 */

/* -- calendars -------------------------------------------------------------- */

int32_t
crm_easter(int y)
{
	int a = y % 19, b = y / 100, c = y % 100;
	int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
	int h = (19 * a + b - d - g + 15) % 30;
	int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
	int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
	return crm_ymd_day((struct crm_ymd){ y, n / 31, n % 31 + 1 });
}

/* By the Julian calendar, then moved to ours. */
int32_t
crm_pascha(int y)
{
	int a = y % 4, b = y % 7, c = y % 19;
	int d = (19 * c + 15) % 30, e = (2 * a + 4 * b - d + 34) % 7;
	int n = d + e + 114;
	return crm_ymd_day((struct crm_ymd){ y, n / 31, n % 31 + 1 }) +
	    y / 100 - y / 400 - 2;
}

static int64_t
hebrew_days(int64_t year)
{
	int64_t months = (235 * year - 234) / 19;
	int64_t parts = 12084 + 13753 * months;
	int64_t day = 29 * months + parts / 25920;
	return 3 * (day + 1) % 7 < 3 ? day + 1 : day;
}

int32_t
crm_rosh_hashana(int y)
{
	enum { EPOCH = -1373427 - 719163 };	/* in days from 1970 */
	int64_t h = (int64_t)y + 3761;
	int64_t before = hebrew_days(h - 1), now = hebrew_days(h);
	int64_t late = hebrew_days(h + 1) - now == 356 ? 2 :
	    now - before == 382;
	return (int32_t)(EPOCH + now + late);
}

struct crm_ymd
crm_hijri(int32_t day)
{
	int64_t d = (int64_t)day + JULIAN - 1948440;
	if (d < 0)
		return (struct crm_ymd){ 0, 0, 0 };
	int64_t y = (30 * d + 10646) / 10631;
	int64_t n = d - (354 * (y - 1) + (3 + 11 * y) / 30);
	int64_t m = n * 2 / 59 < 11 ? n * 2 / 59 : 11;
	return (struct crm_ymd){ (int)y, (int)m + 1,
		(int)(n - (59 * m + 1) / 2) + 1 };
}

/* -- reading ---------------------------------------------------------------- */

static bool
take(struct crm_str *s, const char *z)
{
	size_t n = strlen(z);
	if (!crm_str_starts(*s, crm_str_z(z)))
		return false;
	*s = crm_str_sub(*s, n, s->n);
	return true;
}

/* Digits up to a maximum; -1. */
static int
number(struct crm_str *s, int max)
{
	int v = 0, n = 0;
	while (s->n && s->p[0] >= '0' && s->p[0] <= '9' && n++ < 3) {
		v = v * 10 + (s->p[0] - '0');
		*s = crm_str_sub(*s, 1, s->n);
	}
	return n && v <= max ? v : -1;
}

/* "mon" .. "sun" as 1 .. 7; 0. */
static int
weekday(struct crm_str *s)
{
	static const char *const names[] = { "mon", "tue", "wed", "thu",
		"fri", "sat", "sun" };
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (take(s, names[i]))
			return (int)i + 1;
	return 0;
}

/* "", "+N", "-N". */
static bool
offset(struct crm_str s, int *out)
{
	int sign = take(&s, "-") ? -1 : 1;
	if (!s.n && sign == 1)
		return true;
	if (sign == 1 && !take(&s, "+"))
		return false;
	int n = number(&s, 365);
	*out = sign * n;
	return n >= 0 && !s.n;
}

/* Behind "--MM-". */
static bool
in_month(struct crm_str s, struct crm_holiday *h)
{
	h->weekday = weekday(&s);
	if (h->weekday) {
		int sign = take(&s, "-") ? -1 : 1;
		int n = number(&s, 5);
		h->kind = CRM_HOLIDAY_NTH;
		h->n = sign * n;
		return n > 0 && !s.n;
	}
	h->date.d = number(&s, 31);
	h->kind = CRM_HOLIDAY_DATE;
	if (h->date.d < 1 || !crm_ymd_valid((struct crm_ymd){ 2000,
	    h->date.m, h->date.d }))
		return false;
	if (take(&s, "+")) {
		h->weekday = weekday(&s);
		h->kind = CRM_HOLIDAY_AFTER;
		return h->weekday && !s.n;
	}
	h->move = take(&s, "~") ? CRM_MOVE_NEAREST : take(&s, ">>") ?
	    CRM_MOVE_TWO : take(&s, ">") ? CRM_MOVE_MONDAY : CRM_MOVE_NONE;
	return !s.n;
}

bool
crm_holiday_parse(struct crm_str s, struct crm_holiday *out)
{
	struct crm_holiday h = { .kind = CRM_HOLIDAY_DATE };
	bool good = true;
	if (take(&s, "easter")) {
		h.kind = CRM_HOLIDAY_EASTER;
		good = offset(s, &h.n);
	} else if (take(&s, "pascha")) {
		h.kind = CRM_HOLIDAY_PASCHA;
		good = offset(s, &h.n);
	} else if (take(&s, "rosh")) {
		h.kind = CRM_HOLIDAY_ROSH;
		good = offset(s, &h.n);
	} else if (take(&s, "atzmaut")) {
		h.kind = CRM_HOLIDAY_ATZMAUT;
		good = !s.n;
	} else if (take(&s, "hijri:")) {
		h.kind = CRM_HOLIDAY_HIJRI;
		h.date.m = number(&s, 12);
		good = h.date.m > 0 && take(&s, "-");
		h.date.d = number(&s, 30);
		good = good && h.date.d > 0 && !s.n;
	} else if (take(&s, "--")) {
		h.date.m = number(&s, 12);
		good = h.date.m > 0 && take(&s, "-") && in_month(s, &h);
	} else {
		good = crm_birthday_parse(s, &h.date);
	}
	*out = h;
	return good;
}

/* -- asking ----------------------------------------------------------------- */

static bool
is_moved(int32_t base, enum crm_holiday_move move, int32_t day)
{
	int w = crm_weekday(base);
	if (w < 6)
		return false;
	switch (move) {
	case CRM_MOVE_NONE: return false;
	case CRM_MOVE_NEAREST: return day == base + (w == 6 ? -1 : 1);
	case CRM_MOVE_MONDAY: return day == base + (w == 6 ? 2 : 1);
	case CRM_MOVE_TWO: return day == base + 2;
	}
	return false;
}

static bool
is_date(const struct crm_holiday *h, struct crm_ymd d, int32_t day)
{
	struct crm_ymd base = { d.y, h->date.m, h->date.d };
	if (h->date.y && h->date.y != d.y)
		return false;
	if (d.m == base.m && d.d == base.d)
		return true;
	if (!h->move)
		return false;
	/* the first of January may be kept on the last day of the old year */
	if (crm_ymd_valid(base) && is_moved(crm_ymd_day(base), h->move, day))
		return true;
	base.y++;
	return crm_ymd_valid(base) &&
	    is_moved(crm_ymd_day(base), h->move, day);
}

static bool
is_atzmaut(int32_t day, int year)
{
	int32_t iyar = crm_rosh_hashana(year) - 143;
	int w = crm_weekday(iyar);
	return day == iyar + (w == 5 ? -1 : w == 6 ? -2 : w == 1);
}

bool
crm_holiday_is(const struct crm_holiday *h, int32_t day)
{
	struct crm_ymd d = crm_day_ymd(day);
	int32_t from;
	switch (h->kind) {
	case CRM_HOLIDAY_DATE:
		return is_date(h, d, day);
	case CRM_HOLIDAY_NTH:
		if (d.m != h->date.m || crm_weekday(day) != h->weekday)
			return false;
		return h->n > 0 ? (d.d - 1) / 7 + 1 == h->n :
		    (crm_month_days(d.y, d.m) - d.d) / 7 + 1 == -h->n;
	case CRM_HOLIDAY_AFTER:
		from = crm_ymd_day((struct crm_ymd){ d.y, h->date.m,
			h->date.d });
		return day >= from && day < from + 7 &&
		    crm_weekday(day) == h->weekday;
	case CRM_HOLIDAY_EASTER:
		return day == crm_easter(d.y) + h->n;
	case CRM_HOLIDAY_PASCHA:
		return day == crm_pascha(d.y) + h->n;
	case CRM_HOLIDAY_ROSH:
		return day == crm_rosh_hashana(d.y) + h->n;
	case CRM_HOLIDAY_ATZMAUT:
		return is_atzmaut(day, d.y);
	case CRM_HOLIDAY_HIJRI:
		d = crm_hijri(day);
		return d.m == h->date.m && d.d == h->date.d;
	}
	return false;
}
