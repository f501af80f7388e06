#include "model/ical_zone.h"

#include "base/mem.h"
#include "base/time.h"

enum { YEARS = 10, MOST = 4 * YEARS };

struct change {
	int64_t local;	/* by the offset before it, microseconds */
	int32_t before, after;	/* seconds east */
	struct crm_ymd day;
	int nth, weekday;	/* nth (-1: last) Sunday = 0 … of its month */
};

static int64_t
year_begin(int year)
{
	return crm_ymd_day((struct crm_ymd){ year, 1, 1 }) * CRM_DAY;
}

static struct change
describe(const struct crm_zone *z, int64_t t)
{
	struct change c = { .before = crm_zone_offset(z, t - CRM_SECOND),
		.after = crm_zone_offset(z, t) };
	c.local = t + c.before * CRM_SECOND;
	int32_t day = (int32_t)(c.local / CRM_DAY - (c.local % CRM_DAY < 0));
	c.day = crm_day_ymd(day);
	struct crm_ymd later = crm_day_ymd(day + 7);
	c.nth = later.m != c.day.m ? -1 : (c.day.d - 1) / 7 + 1;
	c.weekday = (int)((day % 7 + 11) % 7);	/* 1970-01-01: a Thursday */
	return c;
}

/* The changes in [from, to), at most `most`. */
static size_t
find_changes(const struct crm_zone *z, int64_t from, int64_t to,
    struct change *c, size_t most)
{
	size_t n = 0;
	for (int64_t t = from; t < to && n < most; t += CRM_DAY) {
		int64_t low = t, high = t + CRM_DAY;
		int32_t was = crm_zone_offset(z, low);
		if (crm_zone_offset(z, high) == was)
			continue;
		while (high - low > CRM_SECOND) {
			int64_t mid = low + (high - low) / 2 / CRM_SECOND *
			    CRM_SECOND;
			if (mid == low)
				mid += CRM_SECOND;
			if (crm_zone_offset(z, mid) == was)
				low = mid;
			else
				high = mid;
		}
		c[n++] = describe(z, high);
	}
	return n;
}

static bool
is_same_rule(const struct change *a, const struct change *b)
{
	return a->day.m == b->day.m && a->nth == b->nth &&
	    a->weekday == b->weekday && a->before == b->before &&
	    a->after == b->after && (a->local - b->local) % CRM_DAY == 0;
}

static void
put_offset(struct crm_buf *out, const char *name, int32_t s)
{
	int32_t v = s < 0 ? -s : s;
	crm_buf_printf(out, "%s:%c%02d%02d", name, s < 0 ? '-' : '+',
	    (int)(v / 3600), (int)(v / 60 % 60));
	if (v % 60)
		crm_buf_printf(out, "%02d", (int)(v % 60));
	crm_buf_z(out, "\r\n");
}

static void
put_change(struct crm_buf *out, const struct change *c, bool yearly)
{
	static const char days[] = "SUMOTUWETHFRSA";
	const char *kind = c->after > c->before ? "DAYLIGHT" : "STANDARD";
	int64_t s = (c->local % CRM_DAY + CRM_DAY) % CRM_DAY / CRM_SECOND;
	crm_buf_printf(out, "BEGIN:%s\r\nDTSTART:%04d%02d%02dT%02d%02d%02d\r\n",
	    kind, c->day.y, c->day.m, c->day.d, (int)(s / 3600),
	    (int)(s / 60 % 60), (int)(s % 60));
	put_offset(out, "TZOFFSETFROM", c->before);
	put_offset(out, "TZOFFSETTO", c->after);
	if (yearly)
		crm_buf_printf(out, "RRULE:FREQ=YEARLY;BYMONTH=%d;BYDAY=%d"
		    "%.2s\r\n", c->day.m, c->nth, days + 2 * c->weekday);
	crm_buf_printf(out, "END:%s\r\n", kind);
}

void
crm_ical_zone_write(const struct crm_zone *z, int64_t at,
    struct crm_buf *out)
{
	struct change one[3], next[3];
	struct change *all = crm_calloc(MOST, sizeof(*all));
	/* a year earlier: a definition begins before what it is used for */
	int year = crm_day_ymd((int32_t)(at / CRM_DAY)).y - 1;
	size_t n = find_changes(z, year_begin(year), year_begin(year + 1), one,
	    3), m = find_changes(z, year_begin(year + 1), year_begin(year + 2),
	    next, 3);
	bool yearly = n == 2 && m == 2 && is_same_rule(&one[0], &next[0]) &&
	    is_same_rule(&one[1], &next[1]);
	crm_buf_printf(out, "BEGIN:VTIMEZONE\r\nTZID:%s\r\n",
	    crm_zone_name(z));
	size_t many = yearly ? 0 : find_changes(z, year_begin(year),
	    year_begin(year + YEARS), all, MOST);
	if (yearly) {
		put_change(out, &one[0], true);
		put_change(out, &one[1], true);
	} else {	/* what holds before the first of them */
		int64_t t = year_begin(year);
		struct change c = { .before = crm_zone_offset(z, t),
			.after = crm_zone_offset(z, t),
			.day = { 1970, 1, 1 } };
		put_change(out, &c, false);
	}
	for (size_t i = 0; i < many; i++)
		put_change(out, &all[i], false);
	crm_buf_z(out, "END:VTIMEZONE\r\n");
	free(all);
}
