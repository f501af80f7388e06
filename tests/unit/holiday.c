/* When holidays fall, against dates that calendars and governments
 * published. */
#include "tap.h"

#include "base/calendar.h"
#include "base/holiday.h"

static int32_t
day_of(const char *z)
{
	int32_t day = 0;
	if (!crm_date_parse(crm_str_z(z), &day))
		abort();
	return day;
}

static void
test_rules(void)
{
	static const struct {
		const char *rule, *day;
	} cases[] = {
		{ "--05-01", "2026-05-01" }, { "2026-05-02", "2026-05-02" },
		{ "easter", "2024-03-31" }, { "easter", "2025-04-20" },
		{ "easter", "2026-04-05" }, { "easter", "2038-04-25" },
		{ "easter-2", "2027-03-26" }, { "easter+39", "2026-05-14" },
		{ "easter+60", "2026-06-04" },
		{ "pascha", "2024-05-05" }, { "pascha", "2025-04-20" },
		{ "pascha", "2026-04-12" }, { "pascha", "2027-05-02" },
		{ "pascha-48", "2026-02-23" }, { "pascha+50", "2026-06-01" },
		{ "rosh", "2024-10-03" }, { "rosh", "2025-09-23" },
		{ "rosh", "2026-09-12" }, { "rosh+9", "2026-09-21" },
		{ "rosh-163", "2026-04-02" }, { "rosh-163", "2024-04-23" },
		{ "rosh-113", "2026-05-22" }, { "atzmaut", "2024-05-14" },
		{ "atzmaut", "2025-05-01" }, { "atzmaut", "2026-04-22" },
		{ "hijri:10-01", "2024-04-10" },
		{ "hijri:10-01", "2026-03-20" },
		{ "hijri:12-10", "2026-05-27" },
		{ "hijri:01-01", "2025-06-27" },
		{ "--11-thu4", "2026-11-26" }, { "--05-mon-1", "2026-05-25" },
		{ "--01-mon3", "2026-01-19" }, { "--05-mon1", "2026-05-04" },
		{ "--06-20+sat", "2026-06-20" },
		{ "--06-19+fri", "2025-06-20" },
		{ "--10-31+sat", "2026-10-31" },
		{ "--10-31+sat", "2025-11-01" },
		{ "--05-18+mon", "2026-05-18" }, { "--07-04~", "2026-07-03" },
		{ "--07-04~", "2027-07-05" }, { "--01-01~", "2021-12-31" },
		{ "--01-01>", "2028-01-03" }, { "--01-01>", "2023-01-02" },
		{ "--12-25>>", "2027-12-27" }, { "--12-26>>", "2027-12-28" },
		{ "--12-25>>", "2022-12-27" }, { "--02-29", "2028-02-29" },
	};
	for (size_t i = 0; i < CRM_LEN(cases); i++) {
		struct crm_holiday h;
		ok(crm_holiday_parse(crm_str_z(cases[i].rule), &h) &&
		    crm_holiday_is(&h, day_of(cases[i].day)) &&
		    !crm_holiday_is(&h, day_of(cases[i].day) + 12),
		    "%s: %s", cases[i].rule, cases[i].day);
	}
	static const char *const wrong[] = { "", "--", "--13-01", "--02-30",
		"--05-mon", "--05-mon6", "--05-mon0", "--05-01x", "--05-01+",
		"easter2", "easter+", "easter+999", "easter-", "rosh ", "hijri:",
		"hijri:13-01", "hijri:10-31", "hijri:10-01x", "atzmaut+1",
		"--05", "2026-02-30", "paschal", "--05-01~~" };
	for (size_t i = 0; i < CRM_LEN(wrong); i++) {
		struct crm_holiday h;
		ok(!crm_holiday_parse(crm_str_z(wrong[i]), &h), "not '%s'",
		    wrong[i]);
	}
}

static void
test_countries(void)
{
	static const struct {
		const char *country, *day;
		bool off;
	} cases[] = {
		{ "GR", "2026-02-23", true }, { "GR", "2026-04-10", true },
		{ "GR", "2026-04-03", false }, { "GR", "2026-10-28", true },
		{ "FI", "2026-06-19", true }, { "FI", "2026-05-14", true },
		{ "FI", "2026-12-06", true }, { "FI", "2026-05-25", false },
		{ "IL", "2026-09-21", true }, { "IL", "2026-12-25", false },
		{ "US", "2026-11-26", true }, { "US", "2026-11-27", false },
		{ "US", "2026-07-03", true }, { "DE", "2026-05-25", true },
		{ "DE", "2026-10-03", true }, { "GB", "2026-08-31", true },
		{ "GB", "2026-12-28", true }, { "FR", "2026-07-14", true },
		{ "SA", "2026-03-20", true }, { "SA", "2026-01-01", false },
		{ "AE", "2026-12-02", true }, { "AE", "2026-05-27", true },
		{ "ZZ", "2026-01-01", false } };
	struct crm_calendar *c = crm_calendar_new();
	for (size_t i = 0; i < CRM_LEN(cases); i++)
		ok(!crm_calendar_holiday(c, crm_str_z(cases[i].country),
		    day_of(cases[i].day)) == !cases[i].off, "%s %s",
		    cases[i].country, cases[i].day);
	crm_calendar_no_holidays(c);
	ok(!crm_calendar_holiday(c, CRM_STR("GR"), day_of("2026-10-28")),
	    "none when none are wished");
	crm_calendar_free(c);
}

int
main(void)
{
	test_rules();
	test_countries();
	return tap_end();
}
