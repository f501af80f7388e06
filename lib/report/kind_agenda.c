/* Kind "agenda": what is due in the period, by day: tasks that are not done,
 * meetings and calls, birthdays, contracts whose notice runs out, deals that
 * are to close. Tasks that are late already come first. */
#include "base/calendar.h"
#include "base/zone.h"
#include "format/json.h"
#include "report/kind.h"

struct item {
	int64_t at;
	bool day_only;
	const char *what;
	struct crm_str id, type, title, owner, with;
};

struct state {
	struct item *item;
	size_t n, cap;
	int64_t from, to;
};

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err CRM_UNUSED)
{
	struct state *s = crm_arena_zalloc(&r->mem, sizeof(*s));
	s->from = r->has_period ? r->period.from : INT64_MIN;
	s->to = r->has_period ? r->period.to : INT64_MAX;
	r->state = s;
	return CRM_OK;
}

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	free(s->item);
}

static struct crm_str
keep(struct crm_report_run *r, const struct crm_rec *rec, const char *path)
{
	struct crm_str v;
	struct crm_buf b = { 0 };
	if (!crm_rec_get(rec, crm_str_z(path), &v) || crm_json_kind(v) != '"')
		return (struct crm_str){ 0 };
	crm_json_text(&b, v);
	v = crm_arena_str(&r->mem, crm_buf_view(&b));
	crm_buf_release(&b);
	return v;
}

static void
put(struct crm_report_run *r, const struct crm_rec *rec, const char *what,
    const char *title, int64_t at, bool day_only)
{
	struct state *s = r->state;
	crm_grow(&s->item, &s->cap, s->n + 1, sizeof(*s->item));
	struct crm_str with = keep(r, rec, "contact");
	s->item[s->n++] = (struct item){ at, day_only, what,
		crm_arena_str(&r->mem, crm_rec_id(rec)),
		rec->type ? rec->type->name : (struct crm_str){ 0 },
		keep(r, rec, title), keep(r, rec, "owner"),
		with.n ? with : keep(r, rec, "account") };
}

static void
put_day(struct crm_report_run *r, const struct crm_rec *rec, const char *what,
    const char *title, int32_t day)
{
	struct state *s = r->state;
	int64_t at = crm_zone_midnight(r->ctx->clock.zone, day);
	if (at >= s->from && at < s->to)
		put(r, rec, what, title, at, true);
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
	if (done)
		return;
	if (crm_rec_text(rec, "due", &v) &&
	    crm_value_instant(v, &r->ctx->clock, &at)) {
		if (at < r->ctx->clock.now)
			put(r, rec, "overdue", "subject", at, v.n == 10);
		else if (at >= s->from && at < s->to)
			put(r, rec, task ? "task" : "due", "subject", at,
			    v.n == 10);
	} else if (crm_rec_text(rec, "at", &v) &&
	    crm_value_instant(v, &r->ctx->clock, &at) &&
	    at >= r->ctx->clock.now && at >= s->from && at < s->to) {
		struct crm_str kind = { 0 };
		bool call = crm_rec_text(rec, "kind", &kind) &&
		    crm_str_is(kind, "call");
		put(r, rec, call ? "call" : "meeting", "subject", at, v.n == 10);
	}
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err CRM_UNUSED)
{
	struct crm_str v;
	struct crm_ymd d;
	struct crm_dec notice = { 0, 0 };
	const struct crm_clock *clock = &r->ctx->clock;
	int32_t day, today = crm_zone_day(clock->zone, clock->now);
	if (!rec->type)
		return CRM_OK;
	if (crm_str_is(rec->type->name, "activity")) {
		add_activity(r, rec);
	} else if (crm_rec_text(rec, "birthday", &v)) {
		int32_t from = r->has_period && r->period.from != INT64_MIN ?
		    crm_zone_day(clock->zone, r->period.from) : today;
		if (crm_birthday_parse(v, &d))
			put_day(r, rec, "birthday", "name",
			    crm_anniversary_next(d, from, CRM_LEAP_FEB28));
	} else if (crm_str_is(rec->type->name, "contract")) {
		if (!crm_rec_day(rec, "end", clock, &day))
			return CRM_OK;
		if (crm_rec_get(rec, CRM_STR("notice_days"), &v) &&
		    crm_dec_parse(v, &notice) && notice.scale == 0 &&
		    notice.v >= 0 && notice.v < 3660)
			day -= (int32_t)notice.v;
		put_day(r, rec, "renewal", "name", day);
	} else if (crm_str_is(rec->type->name, "deal")) {
		const struct crm_stage *k = crm_rec_text(rec, "stage", &v) ?
		    crm_schema_stage(r->ctx->schema, v) : NULL;
		if (k && k->kind == CRM_STAGE_OPEN &&
		    crm_rec_day(rec, "close_date", clock, &day))
			put_day(r, rec, "close", "name", day);
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
		"with", "type", "id" };
	struct state *s = r->state;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), CRM_COLUMN_TEXT);
	if (s->n)
		qsort(s->item, s->n, sizeof(*s->item), by_time);
	for (size_t i = 0; i < s->n; i++) {
		const struct item *k = &s->item[i];
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
		crm_buf_release(&at);
	}
}

const struct crm_report_kind crm_kind_agenda = {
	.name = "agenda", .types = "activity,contact,lead,contract,deal",
	.own_period = true, .begin = begin, .add = add, .rows = rows,
	.end = end
};
