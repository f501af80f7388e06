/* Kind "agenda": what is due in the period, by day: tasks that are not done,
 * meetings and calls, birthdays, anniversaries of contracts, contracts whose
 * notice runs out, deals that are to close. Tasks that are late already come
 * first. params.what: only these. */
#include "base/calendar.h"
#include "base/zone.h"
#include "format/json.h"
#include "model/contract.h"
#include "report/kind.h"
#include "report/repeat.h"

struct item {
	int64_t at, until;	/* until: INT64_MIN without */
	bool day_only;
	int years;	/* 0: none, or not known */
	uint64_t series;	/* of a calendar; 0: none */
	const char *what;
	struct crm_str id, type, title, owner, with;
};

struct state {
	struct item *item;
	struct crm_moved moved;
	size_t n, cap;
	int64_t from, to;
	struct crm_str only;	/* params.what, a list; "" all */
};

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err CRM_UNUSED)
{
	struct state *s = r->state;
	s->from = r->has_period ? r->period.from : INT64_MIN;
	s->to = r->has_period ? r->period.to : INT64_MAX;
	crm_report_param(r->def, "what", &s->only);
	return CRM_OK;
}

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	free(s->item);
	free(s->moved.v);
}

static bool
is_wanted(const struct state *s, const char *what)
{
	struct crm_str none, e;
	struct crm_json_iter it = crm_json_iter(s->only);
	while (s->only.n && crm_json_next(&it, &none, &e))
		if (crm_json_is_string(e) && crm_str_is(crm_json_inner(e), what))
			return true;
	return s->only.n == 0;
}

static void
put(struct crm_report_run *r, const struct crm_rec *rec, const char *what,
    struct crm_str title, int64_t at, int64_t until, bool day_only, int years)
{
	struct state *s = r->state;
	if (!is_wanted(s, what))
		return;
	crm_grow(&s->item, &s->cap, s->n + 1, sizeof(*s->item));
	struct crm_str with = crm_rec_keep(r, rec, "contact");
	s->item[s->n++] = (struct item){ at, until, day_only, years,
		crm_moved_series(rec), what,
		crm_arena_str(&r->mem, crm_rec_id(rec)),
		rec->type ? rec->type->name : (struct crm_str){ 0 },
		title, crm_rec_keep(r, rec, "owner"),
		with.n ? with : crm_rec_keep(r, rec, "account") };
}

static void
put_day(struct crm_report_run *r, const struct crm_rec *rec, const char *what,
    struct crm_str title, int32_t day, int years)
{
	struct state *s = r->state;
	int64_t at = crm_zone_midnight(r->ctx->clock.zone, day);
	if (at >= s->from && at < s->to)
		put(r, rec, what, title, at, INT64_MIN, true, years);
}

/* A date is late when its day is over. */
static bool
is_late(const struct crm_report_run *r, struct crm_str due, int64_t at)
{
	const struct crm_clock *clock = &r->ctx->clock;
	int32_t day;
	return crm_date_parse(due, &day) ?
	    day < crm_zone_day(clock->zone, clock->now) : at < clock->now;
}

/* A meeting or a call, each time that it is kept. */
static void
add_meetings(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_str title)
{
	struct state *s = r->state;
	struct crm_repeat *p = crm_alloc(sizeof(*p));
	struct crm_span span;
	struct crm_str v;
	int64_t now = r->ctx->clock.now;
	bool some = crm_repeat_begin(p, r, rec, s->from > now ? s->from : now,
	    s->to);
	bool day_only = some && crm_rec_text(rec, "at", &v) && v.n == 10;
	bool call = crm_rec_text(rec, "kind", &v) && crm_str_is(v, "call");
	while (some && crm_repeat_next(p, &span))
		if (span.from >= s->from)
			put(r, rec, call ? "call" : "meeting", title, span.from,
			    day_only ? INT64_MIN : span.to, day_only, 0);
	crm_repeat_end(p);
	free(p);
}

static void
add_activity(struct crm_report_run *r, const struct crm_rec *rec)
{
	struct state *s = r->state;
	struct crm_str v;
	int64_t at;
	bool done = crm_rec_get(rec, CRM_STR("done"), &v) &&
	    !crm_str_is(v, "false") && !crm_str_is(v, "null");
	bool task = crm_rec_text(rec, "kind", &v) && crm_str_is(v, "task");
	(void)crm_moved_take(&s->moved, r, rec);
	if (done)
		return;
	struct crm_str title = crm_rec_keep(r, rec, "subject");
	if (crm_rec_text(rec, "due", &v) &&
	    crm_value_instant(v, &r->ctx->clock, &at)) {
		if (is_late(r, v, at))
			put(r, rec, "overdue", title, at, INT64_MIN, v.n == 10,
			    0);
		else if (at >= s->from && at < s->to)
			put(r, rec, task ? "task" : "due", title, at, INT64_MIN,
			    v.n == 10, 0);
	} else {
		add_meetings(r, rec, title);
	}
}

/* The yearly return of a contract's beginning. */
static void
add_anniversary(struct crm_report_run *r, const struct crm_rec *rec,
    int32_t from)
{
	struct crm_str v;
	int32_t start, end, day;
	if (!crm_rec_day(rec, "start", &r->ctx->clock, &start) ||
	    (crm_rec_text(rec, "status", &v) && crm_contract_is_over(v)))
		return;
	struct crm_ymd d = crm_day_ymd(start);
	day = crm_anniversary_next(d, from > start ? from : start + 1,
	    CRM_LEAP_FEB28);
	if (crm_rec_day(rec, "end", &r->ctx->clock, &end) && end < day &&
	    !(crm_rec_get(rec, CRM_STR("auto_renew"), &v) &&
	    crm_str_is(v, "true")))
		return;
	put_day(r, rec, "anniversary", crm_rec_keep(r, rec, "name"), day,
	    crm_day_ymd(day).y - d.y);
}

static void
add_birthday(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_ymd born, int32_t from)
{
	int32_t day = crm_anniversary_next(born, from, CRM_LEAP_FEB28);
	put_day(r, rec, "birthday", crm_rec_keep(r, rec, "name"), day,
	    born.y ? crm_day_ymd(day).y - born.y : 0);
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err CRM_UNUSED)
{
	struct crm_str v;
	struct crm_ymd d;
	struct crm_dec notice = { 0, 0 };
	const struct crm_clock *clock = &r->ctx->clock;
	int32_t day, from = crm_zone_day(clock->zone, r->has_period &&
	    r->period.from != INT64_MIN ? r->period.from : clock->now);
	if (!rec->type)
		return CRM_OK;
	if (crm_str_is(rec->type->name, "activity")) {
		add_activity(r, rec);
	} else if (crm_rec_text(rec, "birthday", &v)) {
		if (crm_birthday_parse(v, &d))
			add_birthday(r, rec, d, from);
	} else if (crm_str_is(rec->type->name, "contract")) {
		add_anniversary(r, rec, from);
		if (!crm_rec_day(rec, "end", clock, &day))
			return CRM_OK;
		if (crm_rec_get(rec, CRM_STR("notice_days"), &v) &&
		    crm_dec_parse(v, &notice) && notice.scale == 0 &&
		    notice.v >= 0 && notice.v < 3660)
			day -= (int32_t)notice.v;
		put_day(r, rec, "renewal", crm_rec_keep(r, rec, "name"),
		    day, 0);
	} else if (crm_str_is(rec->type->name, "deal")) {
		const struct crm_stage *k = crm_rec_text(rec, "stage", &v) ?
		    crm_schema_stage(r->ctx->schema, v) : NULL;
		if (k && k->kind == CRM_STAGE_OPEN &&
		    crm_rec_day(rec, "close_date", clock, &day))
			put_day(r, rec, "close", crm_rec_keep(r, rec, "name"),
			    day, 0);
	}
	return CRM_OK;
}

static int
by_time(const void *va, const void *vb)
{
	const struct item *a = va, *b = vb;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return crm_str_cmp(a->id, b->id);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "at", "what", "title", "owner",
		"with", "type", "id", "years", "until" };
	enum { YEARS = 7, UNTIL };
	struct state *s = r->state;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i == YEARS ?
		    CRM_COLUMN_NUMBER : CRM_COLUMN_TEXT);
	out->column[UNTIL].hidden = true;	/* for calendars */
	if (s->n)
		qsort(s->item, s->n, sizeof(*s->item), by_time);
	for (size_t i = 0; i < s->n; i++) {
		const struct item *k = &s->item[i];
		if (crm_moved_has(&s->moved, k->series, k->at))
			continue;
		size_t row = crm_rows_add(out);
		struct crm_buf at = { 0 };
		if (k->day_only)
			crm_date_format(&at, crm_zone_day(r->ctx->clock.zone,
			    k->at));
		else
			crm_time_format(&at, k->at);
		const struct crm_str cells[] = { crm_buf_view(&at),
			crm_str_z(k->what), k->title, k->owner, k->with, k->type,
			k->id };
		for (size_t c = 0; c < CRM_LEN(cells); c++)
			if (cells[c].n)
				crm_rows_set_text(out, row, c, cells[c]);
		if (k->years > 0)
			crm_rows_set_u64(out, row, YEARS, (uint64_t)k->years);
		if (k->until != INT64_MIN) {
			crm_buf_clear(&at);
			crm_time_format(&at, k->until);
			crm_rows_set_text(out, row, UNTIL,
			    crm_buf_view(&at));
		}
		crm_buf_release(&at);
	}
}

const struct crm_report_kind crm_kind_agenda = {
	.name = "agenda", .types = "activity,contact,lead,contract,deal",
	.own_period = true, .state = sizeof(struct state), .begin = begin,
	.add = add, .rows = rows, .end = end
};
