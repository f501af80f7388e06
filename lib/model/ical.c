#include "model/ical.h"

#include <strings.h>

#include "base/time.h"
#include "format/contentline.h"
#include "format/json.h"
#include "model/ical_time.h"
#include "model/item.h"

static const struct {
	const char *property, *field;
} table[] = {
	{ "SUMMARY", "subject" }, { "DESCRIPTION", "body" },
	{ "DTSTART", "at" }, { "DTEND", "at" }, { "DURATION", "at" },
	{ "DUE", "due" }, { "COMPLETED", "due" }, { "STATUS", "due" },
	{ "LOCATION", "location" }, { "CATEGORIES", "tags" },
	{ "UID", "ext" }, { "RECURRENCE-ID", "ext" },
	{ "RRULE", "recurrence" }, { "EXDATE", "recurrence_except" },
};

const char *
crm_ical_field(struct crm_str property)
{
	for (size_t i = 0; i < CRM_LEN(table); i++)
		if (property.n == strlen(table[i].property) &&
		    !strncasecmp(property.p, table[i].property, property.n))
			return table[i].field;
	return NULL;
}

/* P1DT2H30M in microseconds; false for other texts. */
static bool
duration(struct crm_str s, int64_t *us)
{
	int64_t n = 0;
	bool any = false;
	*us = 0;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c >= '0' && c <= '9') {
			n = n * 10 + (c - '0');
			any = true;
			if (n > 1000000)
				return false;
			continue;
		}
		int64_t unit = c == 'W' ? 7 * CRM_DAY : c == 'D' ? CRM_DAY :
		    c == 'H' ? CRM_HOUR : c == 'M' ? 60 * CRM_SECOND :
		    c == 'S' ? CRM_SECOND : 0;
		*us += n * unit;
		n = 0;
	}
	return any && s.n && *s.p == 'P';
}

struct entry {
	struct crm_arena mem;
	bool todo, day;
	int64_t start, end, due, completed, length;
	int64_t moved_from;	/* RECURRENCE-ID as an instant */
	bool moved, moved_day;
	bool has_start, has_end, has_due, has_completed, due_day, done;
	struct crm_str subject, body, location, uid, rule, instance, zone;
	struct crm_buf tags, people, except;
};

static void
text(struct entry *e, struct crm_str *to, struct crm_str value)
{
	struct crm_buf b = { 0 };
	if (to->n)
		return;
	crm_cline_unescape(&b, value);
	*to = crm_arena_str(&e->mem, crm_buf_view(&b));
	crm_buf_release(&b);
}

static void
add_json(struct crm_buf *b, struct crm_str s)
{
	if (b->n)
		crm_buf_c(b, ',');
	crm_json_quote(b, s);
}

static void
people(struct entry *e, struct crm_str v)
{
	if (v.n > 7 && !strncasecmp(v.p, "mailto:", 7))
		add_json(&e->people, crm_str_sub(v, 7, v.n));
}

static void
categories(struct entry *e, struct crm_str v)
{
	struct crm_str part, one = { NULL, 0 };
	while (crm_cline_split(&v, ',', &part)) {
		one.n = 0;
		text(e, &one, crm_str_trim(part));
		if (one.n)
			add_json(&e->tags, one);
	}
}

static void
put_stamp(struct crm_buf *b, int64_t t, bool day)
{
	crm_buf_c(b, '"');
	if (day)
		crm_date_format(b, (int32_t)(t / CRM_DAY));
	else
		crm_time_format(b, t);
	crm_buf_c(b, '"');
}

/* The times that a repeated entry is not kept at. */
static bool
exceptions(struct entry *e, const struct crm_cline *l,
    const struct crm_ical_zones *z)
{
	struct crm_str rest = l->value, one;
	bool good = true, day;
	int64_t t;
	while (good && crm_str_split(&rest, ',', &one)) {
		good = crm_ical_stamp(l, one, z, &t, &day);
		if (!good)
			break;
		if (e->except.n)
			crm_buf_c(&e->except, ',');
		put_stamp(&e->except, t, day);
	}
	return good;
}

/* The zone that a repeated entry keeps its hour in. */
static bool
start(struct entry *e, const struct crm_cline *l,
    const struct crm_ical_zones *z)
{
	const struct crm_zone *zone = crm_ical_zone(crm_cline_param(l,
	    "TZID"));
	if (zone)
		e->zone = crm_str_z(crm_zone_name(zone));
	return e->has_start = crm_ical_stamp(l, l->value, z, &e->start,
	    &e->day);
}

static enum crm_status
take(struct entry *e, const struct crm_cline *l,
    const struct crm_ical_zones *z, struct crm_err *err)
{
	bool good = true, day;
	struct crm_str v = l->value;
	if (crm_cline_is(l, "SUMMARY"))
		text(e, &e->subject, v);
	else if (crm_cline_is(l, "DESCRIPTION"))
		text(e, &e->body, v);
	else if (crm_cline_is(l, "LOCATION"))
		text(e, &e->location, v);
	else if (crm_cline_is(l, "UID"))
		text(e, &e->uid, v);
	else if (crm_cline_is(l, "RRULE"))
		e->rule = crm_arena_str(&e->mem, v);
	else if (crm_cline_is(l, "CATEGORIES"))
		categories(e, v);
	else if (crm_cline_is(l, "ATTENDEE"))
		people(e, v);
	else if (crm_cline_is(l, "DTSTART"))
		good = start(e, l, z);
	else if (crm_cline_is(l, "RECURRENCE-ID")) {
		e->instance = crm_arena_str(&e->mem, crm_str_trim(v));
		e->moved = crm_ical_stamp(l, v, z, &e->moved_from,
		    &e->moved_day);
	}
	else if (crm_cline_is(l, "EXDATE"))
		good = exceptions(e, l, z);
	else if (crm_cline_is(l, "DTEND"))
		good = e->has_end = crm_ical_stamp(l, v, z, &e->end, &day);
	else if (crm_cline_is(l, "DURATION"))
		good = duration(v, &e->length);
	else if (crm_cline_is(l, "DUE"))
		good = e->has_due = crm_ical_stamp(l, v, z, &e->due,
		    &e->due_day);
	else if (crm_cline_is(l, "COMPLETED"))
		good = e->has_completed = crm_ical_stamp(l, v, z,
		    &e->completed, &day);
	else if (crm_cline_is(l, "STATUS"))
		e->done = crm_str_is(v, "COMPLETED");
	return good ? CRM_OK : crm_err_field(err, CRM_INVALID, "ical.time",
	    l->name, _("not a date or time: '%.*s'"),
	    CRM_FMT(crm_str_sub(v, 0, 60)));
}

static void
put_time(struct crm_buf *b, const char *key, int64_t t, bool day)
{
	crm_json_key(b, key);
	put_stamp(b, t, day);
}

static void
put(struct crm_buf *b, const char *key, struct crm_str s)
{
	if (s.n)
		crm_json_add_str(b, key, s);
}

static void
print(struct entry *e, struct crm_buf *b)
{
	int64_t us = e->has_end && e->has_start ? e->end - e->start : e->length;
	crm_buf_printf(b, "{\"type\":\"activity\",\"kind\":\"%s\"",
	    e->todo ? "task" : "meeting");
	put(b, "subject", e->subject);
	put(b, "body", e->body);
	if (e->has_start)
		put_time(b, "at", e->start, e->day);
	if (e->has_due)
		put_time(b, "due", e->due, e->due_day);
	if (e->has_completed)
		put_time(b, "done", e->completed, false);
	else if (e->done)
		crm_json_add_raw(b, "done", CRM_STR("true"));
	if (us > 0 && !(e->day && us <= CRM_DAY) &&
	    us % (60 * CRM_SECOND) == 0)
		crm_json_add_u64(b, "duration",
		    (uint64_t)(us / (60 * CRM_SECOND)));
	if (e->tags.n) {
		crm_json_key(b, "tags");
		crm_buf_printf(b, "[%.*s]", CRM_FMT(crm_buf_view(&e->tags)));
	}
	if (e->uid.n) {
		crm_json_key(b, "ext");
		crm_buf_c(b, '{');
		/* one time of a series that was moved is a record of its own */
		if (e->instance.n) {
			struct crm_buf id = { 0 };
			crm_buf_printf(&id, "%.*s/%.*s", CRM_FMT(e->uid),
			    CRM_FMT(e->instance));
			put(b, "ical", crm_buf_view(&id));
			crm_buf_release(&id);
		} else
			put(b, "ical", e->uid);
		crm_buf_c(b, '}');
	}
	put(b, "location", e->location);
	if (e->moved) {
		put(b, "recurrence_of", e->uid);
		put_time(b, "recurrence_at", e->moved_from, e->moved_day);
	}
	put(b, "recurrence", e->rule);
	if (e->rule.n)
		put(b, "timezone", e->zone);
	if (e->except.n) {
		crm_json_key(b, "recurrence_except");
		crm_buf_printf(b, "[%.*s]", CRM_FMT(crm_buf_view(&e->except)));
	}
	if (e->people.n) {
		crm_json_key(b, "attendees");
		crm_buf_printf(b, "[%.*s]", CRM_FMT(crm_buf_view(&e->people)));
	}
	crm_buf_c(b, '}');
}

enum crm_status
crm_ical_read(struct crm_str component, const struct crm_ical_zones *z,
    struct crm_buf *line, struct crm_err *err)
{
	struct entry e = { .todo = false };
	struct crm_cline *l = crm_alloc(sizeof(*l));
	struct crm_str rest = component;
	unsigned depth = 0;
	enum crm_status st;
	while (!(st = crm_cline_next(&rest, &e.mem, l, err))) {
		depth += crm_cline_is(l, "BEGIN");
		if (depth == 1 && crm_cline_is(l, "BEGIN"))
			e.todo = crm_str_is(crm_str_trim(l->value), "VTODO");
		else if (depth == 1)
			st = take(&e, l, z, err);
		depth -= crm_cline_is(l, "END") && depth;
		if (st)
			break;
	}
	if (st == CRM_NOTFOUND)
		st = CRM_OK;
	if (!st)
		print(&e, line);
	free(l);
	crm_buf_release(&e.tags);
	crm_buf_release(&e.people);
	crm_buf_release(&e.except);
	crm_arena_release(&e.mem);
	return st;
}

static enum crm_status
item_read(const struct crm_item_opts *o, struct crm_str text_,
    struct crm_buf *line, struct crm_err *err)
{
	struct crm_ical_zones z = { o->zone, o->zones };
	return crm_ical_read(text_, &z, line, err);
}

static enum crm_status
item_write(const struct crm_item_opts *o, struct crm_str line,
    struct crm_str kept, const char *only, struct crm_buf *out,
    struct crm_err *err)
{
	(void)kept;
	return crm_ical_write(line, o->now, only, out, err);
}

#define HEAD "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//crmutils//EN\r\n"
const struct crm_item_kind crm_item_ical = { { "ical", 4 }, item_read,
	item_write, crm_ical_field, { HEAD, sizeof(HEAD) - 1 },
	{ "END:VCALENDAR\r\n", 15 }, crm_ical_before };
