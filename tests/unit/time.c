#include "base/time.h"
#include "base/ulid.h"
#include "base/zone.h"
#include "random.h"
#include "tables.h"

#include <time.h>

static void
put_day(struct crm_buf *b, const struct crm_zone *z, int64_t t)
{
	if (t == INT64_MIN || t == INT64_MAX)
		crm_buf_z(b, "…");
	else if (crm_zone_midnight(z, crm_zone_day(z, t)) != t)
		crm_buf_z(b, "no midnight");
	else
		crm_date_format(b, crm_zone_day(z, t));
}

static void
put_time(struct crm_buf *b, int64_t t)
{
	if (t == INT64_MIN || t == INT64_MAX)
		crm_buf_z(b, "…");
	else
		crm_time_format(b, t);
}

/* False where it is refused as it should be. */
static bool
spans(struct crm_str fn, struct crm_str in, const struct crm_clock *clock,
    struct crm_buf *out)
{
	struct crm_span s;
	struct crm_err err = { 0 };
	enum crm_status st = crm_str_is(fn, "when") ?
	    crm_when_parse(in, clock, &s, &err) :
	    crm_range_parse(in, clock, &s, &err);
	if (st != CRM_OK)
		return st != CRM_INVALID || !err.id || !err.msg[0];
	if (s.date_only) {
		crm_buf_c(out, '[');
		put_day(out, clock->zone, s.from);
		crm_buf_z(out, ", ");
		put_day(out, clock->zone, s.to);
		crm_buf_c(out, ')');
	} else {
		put_time(out, s.from);
		crm_buf_c(out, ' ');
		put_time(out, s.to == INT64_MAX ? s.to : s.to - 1);
	}
	return true;
}

static bool
dates(struct crm_str fn, struct crm_str in, struct crm_buf *out)
{
	struct crm_ymd d;
	int32_t day;
	int64_t t;
	int y, w;
	char order[8] = "";
	if (crm_str_is(fn, "time")) {
		if (!crm_time_parse(in, &t))
			return false;
		crm_time_format(out, t);
	} else if (crm_str_is(fn, "date")) {
		if (!crm_date_parse(in, &day))
			return false;
		crm_date_format(out, day);
	} else if (crm_str_is(fn, "birthday")) {
		if (!crm_birthday_parse(in, &d))
			return false;
		crm_buf_printf(out, "%d-%02d-%02d", d.y, d.m, d.d);
	} else if (crm_str_is(fn, "order")) {
		struct crm_str word = table_word(&in);
		snprintf(order, sizeof(order), "%.*s", CRM_FMT(word));
		if (!crm_date_parse_order(in, order, &day))
			return false;
		crm_date_format(out, day);
	} else if (crm_str_is(fn, "months")) {
		if (!crm_date_parse(table_word(&in), &day))
			return false;
		d = crm_ymd_add_months(crm_day_ymd(day),
		    (int)strtol(in.p, NULL, 10));
		crm_date_format(out, crm_ymd_day(d));
	} else if (crm_str_is(fn, "week")) {
		if (!crm_date_parse(in, &day))
			return false;
		crm_iso_week(day, &y, &w);
		crm_buf_printf(out, "%d-W%02d %d", y, w, crm_weekday(day));
	} else if (crm_str_is(fn, "duration")) {
		if (!crm_duration_parse(in, &t))
			return false;
		crm_buf_printf(out, "%" PRId64, t);
	}
	return true;
}

static void
times(struct crm_str in, struct crm_buf *out, void *arg)
{
	const struct crm_clock *clock = arg;
	struct crm_str fn = table_word(&in);
	bool span = crm_str_is(fn, "when") || crm_str_is(fn, "range");
	if (!(span ? spans(fn, in, clock, out) : dates(fn, in, out)))
		crm_buf_z(out, "no");
}

/* Against the C library, day by day over 800 years and by leaps beyond. */
static void
test_days(void)
{
	size_t bad = 0, n = 0;
	for (int64_t day = -250000; day < 300000; n++,
	    day += day > -150000 && day < 150000 ? 1 : 37) {
		time_t t = (time_t)day * 86400;
		struct tm tm;
		char text[16];
		int y, w;
		gmtime_r(&t, &tm);
		struct crm_ymd d = crm_day_ymd((int32_t)day);
		bad += d.y != tm.tm_year + 1900 || d.m != tm.tm_mon + 1 ||
		    d.d != tm.tm_mday || crm_ymd_day(d) != day ||
		    !crm_ymd_valid(d) ||
		    crm_weekday((int32_t)day) % 7 != tm.tm_wday;
		crm_iso_week((int32_t)day, &y, &w);
		strftime(text, sizeof(text), "%G %V", &tm);
		char ours[32];
		snprintf(ours, sizeof(ours), "%d %02d", y, w);
		bad += strcmp(text, ours) != 0;
	}
	ok(bad == 0, "%zu days as the C library has them", n);
	ok(crm_ymd_day(crm_day_ymd(INT32_MAX)) == INT32_MAX &&
	    crm_ymd_day(crm_day_ymd(INT32_MIN)) == INT32_MIN,
	    "the first and the last day");
}

static void
test_random(void)
{
	struct crm_buf b = { 0 };
	size_t bad = 0;
	for (int i = 0; i < 300000; i++) {
		/* years 0 to 9999 */
		int64_t t = (int64_t)(rnd() % 315569433600000000u) -
		    INT64_C(62167132800000000), back;
		if (i % 3 == 0)
			t -= t % CRM_SECOND;
		crm_buf_clear(&b);
		crm_time_format(&b, t);
		bad += !crm_time_parse(crm_buf_view(&b), &back) || back != t;
	}
	ok(bad == 0, "random instants come back");
	bad = 0;
	for (int i = 0; i < 300000; i++) {
		struct crm_ymd d = crm_day_ymd((int32_t)(rnd() % 200000));
		int n = (int)(rnd() % 2400) - 1200;
		struct crm_ymd e = crm_ymd_add_months(d, n);
		int last = crm_month_days(e.y, e.m);
		bad += !crm_ymd_valid(e) || e.y * 12 + e.m !=
		    d.y * 12 + d.m + n || e.d != (d.d < last ? d.d : last);
	}
	ok(bad == 0, "months are added with the day held in the month");
	crm_buf_clear(&b);
	crm_time_format(&b, INT64_MAX);
	crm_buf_c(&b, ' ');
	crm_time_format(&b, INT64_MIN);
	same(crm_buf_view(&b), "+294247-01-10T04:00:54.775807Z "
	    "-290308-12-21T19:59:05.224192Z", "the ends of time format");
	crm_buf_release(&b);
	ok(crm_time_now() > INT64_C(1700000000) * CRM_SECOND, "the clock goes");
}

static void
test_ulid(void)
{
	struct crm_ulid_gen g = { 0 }, s = { .seed = 42 }, s2 = { .seed = 42 };
	char a[26], b[26], first[26];
	uint8_t raw[16];
	size_t bad = 0;
	int64_t t = INT64_C(1795257000) * CRM_SECOND;
	memset(a, '0', 26);
	for (int i = 0; i < 200000; i++) {
		/* the clock stands still, goes on, and goes back */
		t += (int64_t)(rnd() % 3000) - 1000;
		crm_ulid_make(&g, t, b);
		bad += memcmp(a, b, 26) >= 0;
		bad += !crm_ulid_parse((struct crm_str){ b, 26 }, raw);
		crm_ulid_format(raw, first);
		bad += memcmp(first, b, 26) != 0;
		memcpy(a, b, 26);
	}
	ok(bad == 0, "200000 ids ascend and come back from bytes");
	crm_ulid_make(&s, t, a);
	crm_ulid_make(&s2, t, b);
	ok(memcmp(a, b, 26) == 0, "a seed makes the same ids");
	memset(s.rnd, 0xff, 10);
	crm_ulid_make(&s, t, a);
	crm_ulid_make(&s, t, b);
	ok(memcmp(a, b, 26) < 0, "the count carries into the time");
	struct crm_ulid_gen z = { .seed = 1 };
	crm_ulid_make(&z, INT64_C(1469922850259) * 1000, a);
	same((struct crm_str){ a, 10 }, "01ARZ3NDEK", "the time in front, as "
	    "in the specification");
	ok(crm_ulid_parse(CRM_STR("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"), raw),
	    "the greatest id");
	static const char *const wrong[] = { "8ZZZZZZZZZZZZZZZZZZZZZZZZZ",
		"01ARYZ6S41TSV4RRFFQ69G5FA", "01ARYZ6S41TSV4RRFFQ69G5FAVX",
		"01aryz6s41tsv4rrffq69g5fav", "01ARYZ6S41TSV4RRFFQ69G5FAI",
		"01ARYZ6S41TSV4RRFFQ69G5FAL", "01ARYZ6S41TSV4RRFFQ69G5FAO",
		"01ARYZ6S41TSV4RRFFQ69G5FAU", "01ARYZ6S41TSV4RRFFQ69G5F-V" };
	bad = 0;
	for (size_t i = 0; i < CRM_LEN(wrong); i++)
		bad += crm_ulid_parse(crm_str_z(wrong[i]), raw);
	ok(bad == 0, "what is no id is refused");
	struct crm_ulid_gen old = { 0 };
	crm_ulid_make(&old, -5, a);
	crm_ulid_make(&old, INT64_MAX, b);
	ok(memcmp(a, b, 26) < 0 && b[0] == '7', "times out of range");
}

int
main(void)
{
	struct crm_clock clock = { .fiscal_month = 4 };
	struct crm_err err = { 0 };
	ok(crm_time_parse(CRM_STR("2026-11-21T10:30:00Z"), &clock.now) &&
	    crm_zone_get(CRM_STR("Europe/Athens"), &clock.zone, &err) == CRM_OK,
	    "the clock of the table");
	table_run("tests/tables/times.test", times, &clock);
	struct crm_span s;
	struct crm_clock sunday = { .now = clock.now, .week_start = 7 };
	struct crm_buf b = { 0 };
	ok(crm_when_parse(CRM_STR("this-week"), &sunday, &s, &err) == CRM_OK &&
	    s.date_only, "a week from Sunday in UTC");
	crm_time_format(&b, s.from);
	same(crm_buf_view(&b), "2026-11-15T00:00:00Z", "begins on Sunday");
	crm_buf_release(&b);
	ok(crm_when_parse(CRM_STR("30d"), &sunday, &s, &err) == CRM_INVALID,
	    "no sign");
	same(crm_str_z(err.msg), "not a time: '30d': write -30d or +30d",
	    "says what to write");
	test_days();
	test_random();
	test_ulid();
	return tap_end();
}
