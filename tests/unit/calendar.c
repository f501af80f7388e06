#include "base/calendar.h"
#include "random.h"
#include "tables.h"

#include <unistd.h>

static const struct crm_zone *
zone(struct crm_str name)
{
	const struct crm_zone *z = NULL;
	if (crm_zone_get(name, &z, NULL) != CRM_OK)
		ok(false, "%.*s is there", CRM_FMT(name));
	return z;
}

static void
put_hours(struct crm_buf *b, const struct crm_hours *h)
{
	static const char days[] = "montuewedthufrisatsun";
	for (int d = 0; d < 7; d++)
		for (int i = 0; i < CRM_HOURS_SPANS; i++) {
			struct crm_minutes m = h->day[d][i];
			if (m.from >= m.to)
				break;
			if (i == 0)
				crm_buf_printf(b, "%s%.3s", b->n ? ", " : "",
				    days + 3 * d);
			crm_buf_printf(b, " %02d:%02d-%02d:%02d", m.from / 60,
			    m.from % 60, m.to / 60, m.to % 60);
		}
}

static int64_t
time_of(struct crm_str s)
{
	int64_t t = 0;
	if (!crm_time_parse(s, &t))
		ok(false, "%.*s is a time", CRM_FMT(s));
	return t;
}

static void
office(const struct crm_calendar *c, struct crm_str fn, struct crm_str in,
    struct crm_buf *out)
{
	static const char *const states[] = { "open", "quiet", "weekend",
		"holiday" };
	struct crm_office o;
	struct crm_str country = table_word(&in);
	crm_office_init(&o, c, zone(table_word(&in)), country);
	int64_t t = time_of(table_word(&in)), minute = 60 * CRM_SECOND, u;
	if (crm_str_is(fn, "state"))
		crm_buf_z(out, states[crm_office_state(&o, t)]);
	else if (crm_str_is(fn, "between"))
		crm_buf_printf(out, "%" PRId64,
		    crm_office_between(&o, t, time_of(in)) / minute);
	else if (crm_str_is(fn, "next") ? crm_office_next(&o, t, &u) :
	    crm_office_add(&o, t, strtol(in.p, NULL, 10) * minute, &u))
		crm_time_format(out, u);
}

static void
again(struct crm_str in, struct crm_buf *out)
{
	struct crm_ymd d;
	int32_t from, day;
	if (!crm_birthday_parse(table_word(&in), &d) ||
	    !crm_date_parse(table_word(&in), &from))
		return;
	day = crm_anniversary_next(d, from, crm_str_is(in, "feb28") ?
	    CRM_LEAP_FEB28 : crm_str_is(in, "mar1") ? CRM_LEAP_MAR1 :
	    CRM_LEAP_ONLY);
	crm_date_format(out, day);
	crm_buf_printf(out, " %d", day - from);
}

static void
calendars(struct crm_str in, struct crm_buf *out, void *arg)
{
	struct crm_str fn = table_word(&in);
	struct crm_err err = { 0 };
	struct crm_hours h;
	const struct crm_zone *z;
	if (crm_str_is(fn, "hours")) {
		if (crm_hours_parse(in, NULL, &h, &err) == CRM_OK)
			put_hours(out, &h);
		else
			crm_buf_z(out, err.msg[0] ? "no" : "");
	} else if (crm_str_is(fn, "zone")) {
		struct crm_str country = table_word(&in);
		if (crm_zone_of_country(country, in, &z, &err) == CRM_OK)
			crm_buf_z(out, crm_zone_name(z));
		else
			crm_buf_z(out, err.msg);
	} else if (crm_str_is(fn, "again")) {
		again(in, out);
	} else {
		office(arg, fn, in, out);
	}
}

/* Against counting the open minutes one by one, and the functions against each
 * other. */
static void
test_random(const struct crm_calendar *c)
{
	static const struct {
		const char *country, *zone, *hours;
	} offices[] = {
		{ "GR", "Europe/Athens", NULL },
		{ "EG", "Africa/Cairo", "sun-thu 09:00-13:00 14:00-18:00" },
		{ "CA", "America/St_Johns", "mon-sun 00:00-24:00" },
		{ "AU", "Australia/Lord_Howe", "mon-sat 01:30-03:15" },
		{ "IL", "Asia/Jerusalem", "sun-thu 08:00-16:00, fri 01:00-03:00" },
	};
	int64_t minute = 60 * CRM_SECOND;
	size_t bad = 0, adds = 0, nexts = 0;
	for (int k = 0; k < 300; k++) {
		struct crm_office o;
		size_t i = (size_t)k % CRM_LEN(offices);
		crm_office_init(&o, c, zone(crm_str_z(offices[i].zone)),
		    crm_str_z(offices[i].country));
		if (offices[i].hours)
			bad += crm_hours_parse(crm_str_z(offices[i].hours),
			    NULL, &o.hours, NULL) != CRM_OK;
		/* 2015 to 2034, in whole minutes, up to six days */
		int64_t a = (INT64_C(23667840) + (int64_t)(rnd() % 10000000)) *
		    minute;
		int64_t b = a + (int64_t)(rnd() % 8640) * minute, n = 0, t;
		for (t = a; t < b; t += minute)
			n += crm_office_state(&o, t) == CRM_OFFICE_OPEN;
		bad += crm_office_between(&o, a, b) != n * minute;
		bad += crm_office_between(&o, b, a) != -n * minute;
		int64_t want = (int64_t)(rnd() % (5000 * 60)) * CRM_SECOND;
		adds += !crm_office_add(&o, a, want, &t) ||
		    crm_office_between(&o, a, t) != want ||
		    (want && crm_office_between(&o, a, t - 1) >= want);
		nexts += !crm_office_next(&o, a, &t) || t < a ||
		    crm_office_state(&o, t) != CRM_OFFICE_OPEN ||
		    crm_office_between(&o, a, t) != 0;
	}
	ok(bad == 0, "open time is what counting minutes finds");
	ok(adds == 0, "adding is the inverse of counting");
	ok(nexts == 0, "the next opening is the first");
}

static void
test_tables(struct crm_calendar *c)
{
	struct crm_err err = { 0 };
	ok(crm_calendar_week_start(c, CRM_STR("GR")) == 1 &&
	    crm_calendar_week_start(c, CRM_STR("US")) == 7 &&
	    crm_calendar_week_start(c, CRM_STR("EG")) == 6 &&
	    crm_calendar_week_start(c, CRM_STR("")) == 1, "first days");
	ok(crm_calendar_add_hours(c, CRM_STR("# ours\n\nXY\tmon\tmon-fri "
	    "09:00-17:00\nXZ mon\n"), "hours.tsv", &err) == CRM_INVALID &&
	    err.line == 4 && strcmp(err.source, "hours.tsv") == 0,
	    "a bad row is named by its line");
	static const char *const wrong[] = { "GRE\tmon\tmon 09:00-10:00",
		"GR\tmon\tmon 09:00-10:00\tx", "GR\tMon\tmon 09:00-10:00",
		"GR\tn t\tmon 09:00-10:00", "GR\tmon\tmon 9-10", "GR\tmon" };
	size_t bad = 0;
	for (size_t i = 0; i < CRM_LEN(wrong); i++)
		bad += crm_calendar_add_hours(c, crm_str_z(wrong[i]), "t",
		    NULL) != CRM_INVALID;
	ok(bad == 0, "bad rows are refused");
	ok(crm_calendar_add_holidays(c, CRM_STR("GR"),
	    CRM_STR("2026-02-30 x\n"), "h", &err) == CRM_INVALID &&
	    err.line == 1, "so is a day that is none");
	ok(crm_calendar_add_holidays(c, CRM_STR("Greece"), CRM_STR(""), "h",
	    &err) == CRM_INVALID, "and a country that is no code");
	int32_t day;
	ok(crm_date_parse(CRM_STR("2026-12-25"), &day), "Christmas");
	same(crm_str_z(crm_calendar_holiday(c, CRM_STR("gr"), day)),
	    "Χριστούγεννα", "the holiday's name");
	ok(!crm_calendar_holiday(c, CRM_STR("FI"), day), "not in Finland");
	ok(crm_calendar_read_hours(c, "/nowhere/hours.tsv", &err) ==
	    CRM_SYSTEM, "no such file");
	char path[] = "/tmp/crm-holidays-XXXXXX";
	int fd = mkstemp(path);
	static const char text[] = "--12-06\tItsenäisyyspäivä\r\n";
	ok(fd >= 0 && write(fd, text, sizeof(text) - 1) > 0 &&
	    crm_calendar_read_holidays(c, CRM_STR("FI"), path, &err) == CRM_OK,
	    "a file of holidays");
	same(crm_str_z(crm_calendar_holiday(c, CRM_STR("FI"), day - 19)),
	    "Itsenäisyyspäivä", "and its day");
	close(fd);
	unlink(path);
}

static void
test_never(struct crm_calendar *c)
{
	struct crm_office o;
	int64_t t;
	crm_office_init(&o, c, NULL, CRM_STR("GR"));
	o.hours = (struct crm_hours){ 0 };
	ok(!crm_office_next(&o, 0, &t) && !crm_office_add(&o, 0, 1, &t) &&
	    crm_office_between(&o, 0, CRM_DAY * 400) == 0 &&
	    crm_office_state(&o, 5 * CRM_DAY) == CRM_OFFICE_WEEKEND,
	    "never open is no endless search");
	crm_office_init(&o, c, NULL, CRM_STR("GR"));
	ok(crm_office_between(&o, INT64_MIN, INT64_MAX) > 0 &&
	    !crm_office_add(&o, INT64_MAX, 1, &t) &&
	    !crm_office_add(&o, 0, -1, &t) &&
	    !crm_office_add(&o, 0, INT64_MAX, &t), "the ends of time");
}

/* Every country of the database has a zone or says which it has; every zone
 * that we ship exists there. */
static void
test_countries(void)
{
	size_t none = 0, found = 0;
	for (char a = 'A'; a <= 'Z'; a++)
		for (char b = 'A'; b <= 'Z'; b++) {
			char code[3] = { a, b, '\0' };
			const struct crm_zone *z;
			struct crm_err err = { 0 };
			enum crm_status st = crm_zone_of_country(
			    crm_str_z(code), CRM_STR(""), &z, &err);
			found += st == CRM_OK;
			if (st != CRM_OK && strcmp(err.id, "zone.country"))
				none++;
		}
	ok(found > 220 && none <= 14, "%zu countries have one zone, %zu need "
	    "a region", found, none);
}

int
main(void)
{
	struct crm_calendar *c = crm_calendar_new();
	struct crm_err err = { 0 };
	crm_calendar_no_holidays(c);
	ok(crm_calendar_add_holidays(c, CRM_STR("GR"), CRM_STR("# Greece\n"
	    "2026-04-13 Δευτέρα του Πάσχα\n2026-12-25 Χριστούγεννα\n"
	    "--03-25\n"), "gr", &err) == CRM_OK &&
	    crm_calendar_add_holidays(c, CRM_STR(""),
	    CRM_STR("--01-01 New Year"), "all", &err) == CRM_OK, "holidays");
	table_run("tests/tables/calendar.test", calendars, c);
	test_random(c);
	test_tables(c);
	test_never(c);
	test_countries();
	crm_calendar_free(c);
	return tap_end();
}
