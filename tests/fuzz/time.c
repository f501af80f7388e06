/* Times, dates, words for times, hours, holidays, ids: what is read prints and
 * reads back the same. */
#include "fuzz.h"

#include "base/calendar.h"
#include "base/time.h"
#include "base/ulid.h"

static void
check_time(struct crm_str s)
{
	struct crm_buf b = { 0 };
	struct crm_ymd d;
	int64_t t, back;
	int32_t day, again;
	bool zoned;
	int offset;
	uint8_t id[16];
	char text[26];
	if (crm_time_parse(s, &t)) {
		crm_time_format(&b, t);
		/* an offset may lead out of the years of four digits */
		if (b.p[0] != '+' && b.p[0] != '-')
			CHECK(crm_time_parse(crm_buf_view(&b), &back) &&
			    back == t);
		CHECK(crm_datetime_parse(s, &back, &zoned, &offset) && zoned);
	}
	if (crm_date_parse(s, &day)) {
		crm_buf_clear(&b);
		crm_date_format(&b, day);
		CHECK(crm_date_parse(crm_buf_view(&b), &again) && again == day);
		CHECK(crm_ymd_day(crm_day_ymd(day)) == day);
	}
	if (crm_birthday_parse(s, &d)) {
		CHECK(crm_ymd_valid(d));
		CHECK(crm_anniversary_next(d, 20000, CRM_LEAP_ONLY) >= 20000);
	}
	if (crm_duration_parse(s, &t))
		CHECK(t >= 0);
	if (crm_ulid_parse(s, id)) {
		crm_ulid_format(id, text);
		CHECK(memcmp(text, s.p, 26) == 0);
	}
	static const char orders[][8] = { "dmy", "mdy", "ymd", "serial" };
	for (size_t i = 0; i < CRM_LEN(orders); i++)
		if (crm_date_parse_order(s, orders[i], &day))
			CHECK(crm_ymd_valid(crm_day_ymd(day)));
	crm_buf_release(&b);
}

static void
check_range(struct crm_str s, unsigned how)
{
	static const char zones[][20] = { "UTC", "Europe/Athens",
		"Asia/Tehran", "Pacific/Apia", "+14:00", "America/St_Johns" };
	struct crm_clock clock = { .now = INT64_C(1795257000) * CRM_SECOND,
		.week_start = (int)(how % 8), .fiscal_month = (int)(how % 13) };
	struct crm_span span;
	struct crm_err err = { 0 };
	if (crm_zone_get(crm_str_z(zones[how % CRM_LEN(zones)]), &clock.zone,
		&err) != CRM_OK)
		clock.zone = NULL;
	if (crm_range_parse(s, &clock, &span, &err) == CRM_OK)
		CHECK(span.from < span.to);
	else
		CHECK(err.id && err.msg[0]);
	if (crm_when_parse(s, &clock, &span, &err) == CRM_OK)
		CHECK(span.from < span.to &&
		    (span.date_only || span.to == span.from + 1));
}

static void
check_calendar(struct crm_str s, struct crm_calendar *c)
{
	struct crm_hours h;
	struct crm_err err = { 0 };
	const struct crm_zone *z;
	if (crm_hours_parse(s, NULL, &h, &err) == CRM_OK) {
		struct crm_office o;
		int64_t t;
		crm_office_init(&o, c, NULL, CRM_STR("GR"));
		o.hours = h;
		if (crm_office_add(&o, 0, 3 * CRM_HOUR, &t))
			CHECK(crm_office_between(&o, 0, t) == 3 * CRM_HOUR);
	}
	if (crm_calendar_add_hours(c, s, "f", &err) != CRM_OK)
		CHECK(err.line > 0);
	if (crm_calendar_add_holidays(c, CRM_STR("GR"), s, "f", &err) != CRM_OK)
		CHECK(err.line > 0);
	CHECK(crm_zone_get(s, &z, &err) == CRM_OK || z);
	crm_zone_of_country(crm_str_sub(s, 0, 2), crm_str_sub(s, 2, s.n), &z,
	    &err);
	CHECK(z != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct crm_str s = { (const char *)data, size };
	unsigned how = choice(&s);
	check_time(s);
	check_range(s, how);
	if (how % 16 == 0) {
		struct crm_calendar *c = crm_calendar_new();
		check_calendar(s, c);
		crm_calendar_free(c);
	}
	return 0;
}
