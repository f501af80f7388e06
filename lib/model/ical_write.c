#include "model/ical.h"

#include "base/time.h"
#include "format/contentline.h"
#include "format/json.h"
#include "model/ical_zone.h"
#include "model/props.h"

struct writer {
	struct crm_props p;
	bool todo;
	const struct crm_zone *zone;	/* whose hour a series keeps; NULL: UTC */
};

/* 2024-06-03T07:00:00Z as 20240603T070000Z, a date with VALUE=DATE. */
static void
stamp(struct writer *w, const char *property, int64_t t, bool day)
{
	struct crm_buf b = { 0 };
	bool local = w->zone && !day && (!strcmp(property, "EXDATE") ||
	    !strcmp(property, "DTSTART") || !strcmp(property, "DTEND"));
	if (local)
		t += crm_zone_offset(w->zone, t) * CRM_SECOND;
	crm_time_format(&b, t);
	crm_buf_printf(w->p.out, "%s%s", property, day ? ";VALUE=DATE" : "");
	if (local)
		crm_buf_printf(w->p.out, ";TZID=%s", crm_zone_name(w->zone));
	crm_buf_c(w->p.out, ':');
	for (size_t i = 0; i < b.n && b.p[i] != '.' && b.p[i] != 'Z'; i++) {
		if (day && b.p[i] == 'T')
			break;
		if (b.p[i] != '-' && b.p[i] != ':')
			crm_buf_c(w->p.out, b.p[i]);
	}
	crm_buf_z(w->p.out, day || local ? "\r\n" : "Z\r\n");
	crm_buf_release(&b);
}

static bool
time_of(struct writer *w, const char *path, int64_t *t, bool *day)
{
	struct crm_str s = crm_props_field(&w->p, path);
	int32_t d;
	*day = crm_date_parse(s, &d);
	if (*day)
		*t = d * CRM_DAY;
	return *day || crm_time_parse(s, t);
}

static void
start(struct writer *w)
{
	int64_t t, minutes;
	bool day;
	if (!time_of(w, "at", &t, &day)) {
		if (w->todo || !time_of(w, "due", &t, &day))
			return;
	}
	stamp(w, "DTSTART", t, day);
	struct crm_str s = crm_props_field(&w->p, "duration");
	int64_t us;
	char z[24];
	snprintf(z, sizeof(z), "%.*s", CRM_FMT(s));
	minutes = strtoll(z, NULL, 10);
	if (crm_duration_parse(s, &us))
		minutes = us / (60 * CRM_SECOND);
	if (minutes <= 0 || minutes > 60 * 24 * 366)
		return;
	if (w->todo) {
		crm_buf_printf(w->p.out, "DURATION:PT%" PRId64 "M\r\n", minutes);
		return;
	}
	t += minutes * 60 * CRM_SECOND;
	stamp(w, "DTEND", t, day && t % CRM_DAY == 0);
}

static void
due(struct writer *w)
{
	int64_t t;
	bool day;
	if (!w->todo)
		return;
	if (time_of(w, "due", &t, &day))
		stamp(w, "DUE", t, day);
	struct crm_str s = crm_props_field(&w->p, "done");
	bool done = s.n && !crm_str_is(s, "false");
	if (done && time_of(w, "done", &t, &day))
		stamp(w, "COMPLETED", t, false);
	if (done)
		crm_buf_z(w->p.out, "STATUS:COMPLETED\r\n");
}

static void
people(struct writer *w)
{
	struct crm_str val, key, one;
	if (!crm_json_get(w->p.rec, CRM_STR("attendees"), &val) ||
	    crm_json_kind(val) != '[')
		return;
	struct crm_json_iter it = crm_json_iter(val);
	while (crm_json_next(&it, &key, &one)) {
		size_t from = w->p.out->n;
		crm_buf_clear(&w->p.tmp);
		crm_json_text(&w->p.tmp, one);
		crm_buf_z(w->p.out, "ATTENDEE:mailto:");
		for (size_t i = 0; i < w->p.tmp.n; i++)
			if ((unsigned char)w->p.tmp.p[i] > ' ')
				crm_buf_c(w->p.out, w->p.tmp.p[i]);
		crm_cline_fold(w->p.out, from);
	}
}

/* Times that a series leaves out. */
static void
except(struct writer *w)
{
	struct crm_str val, key, one;
	int64_t t;
	int32_t d;
	if (!crm_json_get(w->p.rec, CRM_STR("recurrence_except"), &val) ||
	    crm_json_kind(val) != '[')
		return;
	struct crm_json_iter it = crm_json_iter(val);
	while (crm_json_next(&it, &key, &one)) {
		crm_buf_clear(&w->p.tmp);
		crm_json_text(&w->p.tmp, one);
		bool day = crm_date_parse(crm_buf_view(&w->p.tmp), &d);
		if (day)
			t = d * CRM_DAY;
		if (day || crm_time_parse(crm_buf_view(&w->p.tmp), &t))
			stamp(w, "EXDATE", t, day);
	}
}

static void
uid(struct writer *w, const char *suffix)
{
	struct crm_str s = crm_props_field(&w->p, "ext.ical");
	size_t from = w->p.out->n;
	if (!s.n)
		s = crm_props_field(&w->p, "id");
	if (!s.n)
		s = crm_props_field(&w->p, "ext.import");
	crm_buf_z(w->p.out, "UID:");
	crm_cline_escape(w->p.out, s);
	crm_buf_z(w->p.out, suffix);
	crm_cline_fold(w->p.out, from);
}

static void
activity(struct writer *w, const char *only)
{
	static const struct {
		const char *field;
		void (*fn)(struct writer *w);
	} parts[] = { { "at", start }, { "due", due },
		{ "attendees", people }, { "recurrence_except", except } };
	static const struct {
		const char *field, *property;
	} texts[] = { { "subject", "SUMMARY" }, { "body", "DESCRIPTION" },
		{ "location", "LOCATION" } };
	for (size_t i = 0; i < CRM_LEN(parts); i++)
		if (!only || !strcmp(only, parts[i].field))
			parts[i].fn(w);
	for (size_t i = 0; i < CRM_LEN(texts); i++)
		if (!only || !strcmp(only, texts[i].field))
			crm_props_text(&w->p, texts[i].property, texts[i].field);
	if (!only || !strcmp(only, "tags"))
		crm_props_list(&w->p, "CATEGORIES", "tags");
	struct crm_str rule = crm_props_field(&w->p, "recurrence");
	bool plain = rule.n > 0;
	for (size_t i = 0; i < rule.n; i++)
		plain = plain && rule.p[i] > ' ';
	if (plain && (!only || !strcmp(only, "recurrence"))) {
		size_t from = w->p.out->n;
		crm_buf_printf(w->p.out, "RRULE:%.*s", CRM_FMT(rule));
		crm_cline_fold(w->p.out, from);
	}
}

/* A date of another record: a birthday every year, the day a deal should
 * close, the last day of a contract. */
static bool
other(struct writer *w, const char *path, const char *what)
{
	struct crm_ymd d;
	struct crm_str s = crm_props_field(&w->p, path);
	if (!crm_birthday_parse(s, &d))
		return false;
	bool birthday = !strcmp(path, "birthday");
	if (d.y == 0)
		d.y = 1972;	/* a leap year, for --02-29 */
	stamp(w, "DTSTART", crm_ymd_day(d) * CRM_DAY, true);
	if (birthday)
		crm_buf_z(w->p.out, "RRULE:FREQ=YEARLY\r\n");
	size_t from = w->p.out->n;
	crm_buf_z(w->p.out, "SUMMARY:");
	crm_cline_escape(w->p.out, crm_props_field(&w->p, "name"));
	crm_buf_printf(w->p.out, " (%s)", what);
	crm_cline_fold(w->p.out, from);
	return true;
}

static bool
body(struct writer *w, struct crm_str type, const char *only)
{
	static const struct {
		const char *type, *path, *what;
	} dates[] = { { "contact", "birthday", N_("birthday") },
		{ "deal", "close_date", N_("should close") },
		{ "contract", "end", N_("contract ends") },
		{ "campaign", "start", N_("campaign starts") },
		{ "invoice", "due", N_("invoice due") } };
	if (crm_str_is(type, "activity")) {
		activity(w, only);
		return true;
	}
	for (size_t i = 0; i < CRM_LEN(dates); i++)
		if (crm_str_is(type, dates[i].type) &&
		    other(w, dates[i].path, _(dates[i].what)))
			return true;
	return false;
}

enum crm_status
crm_ical_write(struct crm_str line, int64_t now, const char *only,
    struct crm_buf *out, struct crm_err *err)
{
	struct writer w = { .p.rec = line, .p.out = out };
	int64_t t;
	bool day;
	size_t from = out->n;
	struct crm_buf type = { 0 };
	if (crm_props_field(&w.p, "recurrence").n && crm_zone_get(
	    crm_props_field(&w.p, "timezone"), &w.zone, NULL))
		w.zone = NULL;
	crm_buf_str(&type, crm_props_field(&w.p, "type"));
	bool is = crm_str_is(crm_buf_view(&type), "activity");
	w.todo = is && crm_str_is(crm_props_field(&w.p, "kind"), "task");
	bool dated = !is || only || w.todo || time_of(&w, "at", &t, &day) ||
	    time_of(&w, "due", &t, &day);
	const char *name = w.todo ? "VTODO" : "VEVENT";
	if (!only) {
		crm_buf_printf(out, "BEGIN:%s\r\n", name);
		uid(&w, is ? "" : "-date");
		stamp(&w, "DTSTAMP", time_of(&w, "updated", &t, &day) ? t : now,
		    false);
	}
	bool good = dated && body(&w, crm_buf_view(&type), only);
	if (!only)
		crm_buf_printf(out, "END:%s\r\n", name);
	crm_props_release(&w.p);
	crm_buf_release(&type);
	if (good || only)
		return CRM_OK;
	out->n = from;
	return crm_err_set(err, CRM_INVALID, "export.type",
	    _("nothing for a calendar: no activity with a time, no date"));
}

void
crm_ical_before(struct crm_str line, struct crm_str had, struct crm_buf *out)
{
	struct writer w = { .p.rec = line };
	struct crm_buf sign = { 0 };
	int64_t t;
	bool day;
	bool some = crm_props_field(&w.p, "recurrence").n && !crm_zone_get(
	    crm_props_field(&w.p, "timezone"), &w.zone, NULL) &&
	    time_of(&w, "at", &t, &day) && !day;
	if (some)
		crm_buf_printf(&sign, "TZID:%s\r\n", crm_zone_name(w.zone));
	if (some && !(had.n && memmem(had.p, had.n, sign.p, sign.n)))
		crm_ical_zone_write(w.zone, t, out);
	crm_buf_release(&sign);
	crm_props_release(&w.p);
}
