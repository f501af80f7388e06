#include "base/time.h"
#include "base/tzif.h"
#include "base/zone.h"
#include "random.h"
#include "tables.h"

#include <time.h>

static const char *const names[] = { "Europe/Athens", "Europe/Helsinki",
	"Asia/Jerusalem", "Africa/Cairo", "Asia/Riyadh", "America/New_York",
	"America/Sao_Paulo", "America/Mexico_City", "America/Asuncion",
	"America/Nuuk", "America/St_Johns", "Asia/Almaty", "Asia/Kolkata",
	"Asia/Tehran", "Australia/Lord_Howe", "Africa/Casablanca",
	"Pacific/Apia", "Pacific/Kwajalein", "Europe/Dublin",
	"Antarctica/Troll", "Asia/Gaza", "Pacific/Chatham" };

static const struct crm_zone *
zone(const char *name)
{
	const struct crm_zone *z = NULL;
	if (crm_zone_get(crm_str_z(name), &z, NULL) != CRM_OK)
		ok(false, "%s is there", name);
	return z;
}

static void
test_offsets(void)
{
	size_t bad = 0, n = 0;
	for (size_t i = 0; i < CRM_LEN(names); i++) {
		const struct crm_zone *z = zone(names[i]);
		setenv("TZ", names[i], 1);
		tzset();
		for (int k = 0; k < 2000; k++, n++) {
			/* 1900 to 2100 */
			time_t t = (time_t)(rnd() % 6311433600u) - 2208988800;
			struct tm tm;
			localtime_r(&t, &tm);
			int32_t off = crm_zone_offset(z, t * CRM_SECOND);
			if (off != tm.tm_gmtoff && bad++ < 5)
				printf("# %s %lld: %d, not %ld\n", names[i],
				    (long long)t, off, tm.tm_gmtoff);
		}
	}
	setenv("TZ", "UTC", 1);
	tzset();
	ok(bad == 0, "%zu offsets as localtime_r has them", n);
}

/* Every instant's wall clock leads back to it, or, where the clock shows the
 * same twice, to the first. */
static void
test_local(void)
{
	size_t bad = 0, twice = 0, days = 0;
	for (size_t i = 0; i < CRM_LEN(names); i++) {
		const struct crm_zone *z = zone(names[i]);
		for (int k = 0; k < 4000; k++) {
			int64_t t = (int64_t)(rnd() % 6311433600u) - 2208988800;
			if (k & 1 && z->n > 2)	/* near a change */
				t = z->at[rnd() % z->n] +
				    (int64_t)(rnd() % 20000) - 10000;
			t *= CRM_SECOND;
			int64_t local = t + crm_zone_offset(z, t) * CRM_SECOND;
			int64_t back = crm_zone_utc(z, local);
			if (back != t) {
				twice++;
				bad += back > t || local != back +
				    crm_zone_offset(z, back) * CRM_SECOND;
			}
			int32_t day = crm_zone_day(z, t);
			int64_t m = crm_zone_midnight(z, day);
			days += m > t || crm_zone_day(z, m) != day ||
			    crm_zone_day(z, m - 1) >= day;
		}
	}
	ok(bad == 0 && twice > 100, "wall clocks lead back (%zu were twice)",
	    twice);
	ok(days == 0, "a midnight is the first instant of its day (%zu not)",
	    days);
}

static int64_t
at(const char *text)
{
	int64_t t = 0;
	if (!crm_time_parse(crm_str_z(text), &t))
		ok(false, "%s parses", text);
	return t;
}

static void
test_known(void)
{
	static const struct {
		const char *zone, *time;
		int32_t minutes;
	} known[] = {
		/* what a tz database of 2022 has wrong */
		{ "Africa/Cairo", "2026-07-15T00:00:00Z", 180 },
		{ "America/Mexico_City", "2026-07-15T00:00:00Z", -360 },
		{ "America/Asuncion", "2026-07-15T00:00:00Z", -180 },
		{ "Asia/Almaty", "2026-07-15T00:00:00Z", 300 },
		{ "America/Nuuk", "2026-07-15T00:00:00Z", -60 },
		{ "Europe/Athens", "2026-03-29T00:59:59Z", 120 },
		{ "Europe/Athens", "2026-03-29T01:00:00Z", 180 },
		{ "Asia/Jerusalem", "2100-07-01T00:00:00Z", 180 },
		{ "Australia/Lord_Howe", "2090-01-01T00:00:00Z", 660 },
		{ "Asia/Kolkata", "2090-01-01T00:00:00Z", 330 },
		{ "+02:00", "2026-07-15T00:00:00Z", 120 },
		{ "-0530", "2026-07-15T00:00:00Z", -330 },
		{ "+14", "2026-07-15T00:00:00Z", 840 },
		{ "UTC", "2026-07-15T00:00:00Z", 0 },
		{ "Z", "2026-07-15T00:00:00Z", 0 },
	};
	for (size_t i = 0; i < CRM_LEN(known); i++)
		ok(crm_zone_offset(zone(known[i].zone), at(known[i].time)) ==
		    known[i].minutes * 60, "%s at %s", known[i].zone,
		    known[i].time);
	ok(crm_zone_offset(NULL, 0) == 0 && crm_zone_utc(NULL, 5) == 5 &&
	    crm_zone_midnight(NULL, 2) == 2 * CRM_DAY &&
	    crm_zone_day(NULL, -1) == -1, "no zone is UTC");
	same(crm_str_z(crm_zone_name(NULL)), "UTC", "and says so");
	same(crm_str_z(crm_zone_name(zone("Asia/Gaza"))), "Asia/Gaza", "name");
	ok(zone("Asia/Gaza") == zone("Asia/Gaza"), "a zone is read once");
	/* Samoa had no 30 December 2011 */
	const struct crm_zone *apia = zone("Pacific/Apia");
	int32_t day;
	ok(crm_date_parse(CRM_STR("2011-12-30"), &day) &&
	    crm_zone_midnight(apia, day) == at("2011-12-30T10:00:00Z") &&
	    crm_zone_midnight(apia, day + 1) == at("2011-12-30T10:00:00Z"),
	    "a day that was left out begins with the next");
	/* summer time begins at midnight in Beirut */
	ok(crm_date_parse(CRM_STR("2026-03-29"), &day) &&
	    crm_zone_midnight(zone("Asia/Beirut"), day) ==
	    at("2026-03-28T22:00:00Z"), "a day that begins at one");
	ok(crm_zone_utc(zone("Europe/Athens"), at("2026-03-29T03:30:00Z")) ==
	    at("2026-03-29T01:30:00Z"), "in a gap the offset before it");
	ok(crm_zone_utc(zone("Europe/Athens"), at("2026-10-25T03:30:00Z")) ==
	    at("2026-10-25T00:30:00Z"), "in an overlap the first");
	ok(crm_zone_offset(apia, INT64_MIN) != 1 &&
	    crm_zone_day(apia, INT64_MAX) > 0 &&
	    crm_zone_utc(apia, INT64_MAX) > 0 &&
	    crm_zone_utc(apia, INT64_MIN) < 0 &&
	    crm_zone_midnight(apia, INT32_MAX) == INT64_MAX &&
	    crm_zone_midnight(apia, INT32_MIN) == INT64_MIN,
	    "the ends of time");
}

static void
test_refused(void)
{
	static const char *const wrong[] = { "", "/etc/passwd", "../passwd",
		"Europe/../../../etc/passwd", "Europe/", "Europe//Athens",
		"Europe", ".hidden", "-x", "Atlantis/Capital", "tzdata.zi",
		"zone.tab", "right/Europe/Athens", "Europe/Athens\n", "+25:00",
		"+2", "+02:0", "+02:60", "+2:000", "Europe/Athens%n",
		"Aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaa" };
	size_t bad = 0;
	for (size_t i = 0; i < CRM_LEN(wrong); i++) {
		const struct crm_zone *z = NULL;
		struct crm_err err = { 0 };
		enum crm_status st = crm_zone_get(crm_str_z(wrong[i]), &z,
		    &err);
		if (st == CRM_NOTFOUND && err.id && z &&
		    crm_zone_offset(z, 0) == 0)
			continue;
		bad++;
		printf("# '%s': %d\n", wrong[i], (int)st);
	}
	ok(bad == 0, "no such zones (UTC is handed out)");
}

static void
test_rules(void)
{
	static const char *const good[] = { "EET-2EEST,M3.5.0/3,M10.5.0/4",
		"<+03>-3", "EST5EDT,M3.2.0,M11.1.0", "IST-2IDT,M3.4.4/26,M10.5.0",
		"<-02>2<-01>,M3.5.0/-1,M10.5.0/0",
		"IST-1GMT0,M10.5.0,M3.5.0/1", "UTC0" };
	static const char *const wrong[] = { "", "EE", "EET", "EET-2EEST",
		"EET-2EEST,M3.5.0", "EET-2EEST,M13.5.0,M10.5.0",
		"EET-2EEST,M3.6.0,M10.5.0", "EET-2EEST,M3.5.7,M10.5.0",
		"EET-2EEST,J0,J1", "EET-2EEST,366,1", "EET-25", "<+03-3",
		"EET-2EEST,M3.5.0/168,M10.5.0", "EET-2,M3.5.0,M10.5.0",
		"EET-2EEST,M3.5.0/3,M10.5.0/4x", "EET-999999999999999999999" };
	struct crm_tzrule r;
	size_t bad = 0;
	for (size_t i = 0; i < CRM_LEN(good); i++)
		bad += !crm_tzrule_parse(&r, crm_str_z(good[i]));
	for (size_t i = 0; i < CRM_LEN(wrong); i++)
		bad += crm_tzrule_parse(&r, crm_str_z(wrong[i]));
	ok(bad == 0, "rules are read and refused (%zu not)", bad);
	/* against the C library, which reads the same rules */
	bad = 0;
	for (size_t i = 0; i < CRM_LEN(good); i++) {
		setenv("TZ", good[i], 1);
		tzset();
		if (!crm_tzrule_parse(&r, crm_str_z(good[i])))
			continue;
		for (int k = 0; k < 20000; k++) {
			time_t t = (time_t)(rnd() % 4000000000u);
			struct tm tm;
			localtime_r(&t, &tm);
			if (crm_tzrule_offset(&r, t) != tm.tm_gmtoff &&
			    bad++ < 3)
				printf("# %s %lld: %d %ld\n", good[i],
				    (long long)t, crm_tzrule_offset(&r, t),
				    tm.tm_gmtoff);
		}
	}
	setenv("TZ", "UTC", 1);
	tzset();
	ok(bad == 0, "rules as the C library has them");
	/* the example of RFC 8536 3.3.1, which the C library has wrong */
	bad = !crm_tzrule_parse(&r, CRM_STR("XXX3EDT4,0/0,J365/23"));
	for (int k = 0; k < 20000; k++)
		bad += crm_tzrule_offset(&r, (int64_t)(rnd() % 4000000000u)) !=
		    -14400;
	ok(bad == 0, "summer time all the year");
}

/* Damaged files are refused without harm. */
static void
test_damage(void)
{
	struct crm_buf file = { 0 }, copy = { 0 };
	if (crm_buf_read_file(&file, "/usr/share/zoneinfo/Europe/Athens") < 0) {
		ok(true, "# SKIP no zone database");
		return;
	}
	size_t taken = 0;
	for (int k = 0; k < 20000; k++) {
		struct crm_zone *z = calloc(1, sizeof(*z));
		if (!z)
			abort();
		crm_buf_clear(&copy);
		crm_buf_add(&copy, file.p, k % 3 ? file.n : rnd() % file.n);
		for (int i = k % 4; i && copy.n; i--)
			copy.p[k & 8 ? rnd() % 44 % copy.n : rnd() % copy.n] =
			    (char)rnd();
		if (crm_tzif_parse(z, crm_buf_view(&copy))) {
			taken++;
			for (int64_t t = -4000; t < 4000; t += 301)
				crm_zone_offset(z, t * 1000000 * CRM_SECOND);
		}
		free(z->at);
		free(z->type);
		free(z);
	}
	ok(taken > 0, "damaged zone files do no harm");
	crm_buf_release(&file);
	crm_buf_release(&copy);
}

int
main(void)
{
	setenv("TZ", "Asia/Jerusalem", 1);
	same(crm_str_z(crm_zone_name(crm_zone_local())), "Asia/Jerusalem",
	    "the local zone");
	test_offsets();
	test_local();
	test_known();
	test_refused();
	test_rules();
	test_damage();
	const struct crm_zone *z = zone("Europe/Athens");
	clock_t t = clock();
	int64_t sum = 0;
	for (int i = 0; i < 2000000; i++)
		sum += crm_zone_offset(z, (int64_t)i * 700 * CRM_SECOND);
	printf("# %.0f ns a look-up (%d)\n", (double)(clock() - t) /
	    CLOCKS_PER_SEC / 2e6 * 1e9, (int)(sum & 1));
	return tap_end();
}
