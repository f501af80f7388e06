#include "report/bucket.h"

#include "base/zone.h"

bool
crm_bucket_parse(struct crm_str word, enum crm_bucket *out)
{
	static const char *const names[] = { "", "day", "week", "month",
		"quarter", "year", "fq", "fy" };
	for (size_t i = 1; i < CRM_LEN(names); i++)
		if (crm_str_is(word, names[i])) {
			*out = (enum crm_bucket)i;
			return true;
		}
	return false;
}

static struct crm_str
unquoted(struct crm_str s)
{
	return s.n >= 2 && s.p[0] == '"' ? crm_str_sub(s, 1, s.n - 2) : s;
}

bool
crm_value_day(struct crm_str text, const struct crm_clock *clock,
    int32_t *day)
{
	int64_t t;
	struct crm_str s = unquoted(text);
	if (crm_date_parse(s, day))
		return true;
	if (!crm_time_parse(s, &t))
		return false;
	*day = crm_zone_day(clock->zone, t);
	return true;
}

bool
crm_value_instant(struct crm_str text, const struct crm_clock *clock,
    int64_t *out)
{
	int32_t day;
	struct crm_str s = unquoted(text);
	if (crm_time_parse(s, out))
		return true;
	if (!crm_date_parse(s, &day))
		return false;
	*out = crm_zone_midnight(clock->zone, day);
	return true;
}

/* Months since the fiscal year's beginning; *year is the one it ends in. */
static int
fiscal_month(struct crm_ymd d, const struct crm_clock *clock, int *year)
{
	int first = clock->fiscal_month ? clock->fiscal_month : 1;
	int m = d.m - first;
	*year = d.y + (first > 1 && m >= 0);
	return m < 0 ? m + 12 : m;
}

void
crm_bucket_label(enum crm_bucket b, int32_t day,
    const struct crm_clock *clock, struct crm_buf *out)
{
	struct crm_ymd d = crm_day_ymd(day);
	int year, week;
	switch (b) {
	case CRM_BUCKET_NONE:
	case CRM_BUCKET_DAY:
		crm_date_format(out, day);
		break;
	case CRM_BUCKET_WEEK:
		crm_iso_week(day, &year, &week);
		crm_buf_printf(out, "%04d-W%02d", year, week);
		break;
	case CRM_BUCKET_MONTH:
		crm_buf_printf(out, "%04d-%02d", d.y, d.m);
		break;
	case CRM_BUCKET_QUARTER:
		crm_buf_printf(out, "%04d-Q%d", d.y, (d.m - 1) / 3 + 1);
		break;
	case CRM_BUCKET_YEAR:
		crm_buf_printf(out, "%04d", d.y);
		break;
	case CRM_BUCKET_FQ:
		week = fiscal_month(d, clock, &year) / 3 + 1;
		crm_buf_printf(out, "FY%04d-Q%d", year, week);
		break;
	case CRM_BUCKET_FY:
		fiscal_month(d, clock, &year);
		crm_buf_printf(out, "FY%04d", year);
		break;
	}
}

int32_t
crm_bucket_start(enum crm_bucket b, int32_t day,
    const struct crm_clock *clock)
{
	struct crm_ymd d = crm_day_ymd(day);
	int year, m;
	switch (b) {
	case CRM_BUCKET_NONE:
	case CRM_BUCKET_DAY:
		return day;
	case CRM_BUCKET_WEEK:
		return day - (crm_weekday(day) - 1);
	case CRM_BUCKET_MONTH:
		return crm_ymd_day((struct crm_ymd){ d.y, d.m, 1 });
	case CRM_BUCKET_QUARTER:
		m = (d.m - 1) / 3 * 3 + 1;
		return crm_ymd_day((struct crm_ymd){ d.y, m, 1 });
	case CRM_BUCKET_YEAR:
		return crm_ymd_day((struct crm_ymd){ d.y, 1, 1 });
	case CRM_BUCKET_FQ:
		m = fiscal_month(d, clock, &year) % 3;
		return crm_ymd_day(crm_ymd_add_months((struct crm_ymd){ d.y,
			d.m, 1 }, -m));
	case CRM_BUCKET_FY:
		m = fiscal_month(d, clock, &year);
		return crm_ymd_day(crm_ymd_add_months((struct crm_ymd){ d.y,
			d.m, 1 }, -m));
	}
	return day;
}

int32_t
crm_bucket_next(enum crm_bucket b, int32_t start)
{
	static const int months[] = { 0, 0, 0, 1, 3, 12, 3, 12 };
	if (b == CRM_BUCKET_WEEK)
		return start + 7;
	if (months[b] == 0)
		return start + 1;
	return crm_ymd_day(crm_ymd_add_months(crm_day_ymd(start), months[b]));
}
