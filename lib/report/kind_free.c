/* Kind "free": the business hours that several owners share and nobody of them
 * has given away: each is at work in the zone of his user record, else the
 * store's; meetings and calls take their time, an hour where no duration is
 * said. */
#include "base/calendar.h"
#include "format/json.h"
#include "report/kind.h"
#include "report/repeat.h"

enum { MOST_DAYS = 366, MOST_OWNERS = 200 };

struct user {
	struct crm_str id, name, email;
	const struct crm_zone *zone;
};

struct busy {
	struct crm_str owner;	/* "" everybody */
	struct crm_span span;
	uint64_t series;	/* of a calendar; 0: none */
};

struct state {
	struct crm_calendar *calendar;
	struct user *user;
	size_t nusers, capusers;
	struct busy *busy;
	struct crm_moved moved;
	size_t n, cap;
	int64_t from, to, least;
};

static enum crm_status
begin(struct crm_report_run *r, struct crm_err *err)
{
	struct state *s = r->state;
	struct crm_str v;
	struct crm_dec minutes = { 30, 0 };
	s->calendar = crm_calendar_new();
	s->from = r->period.from > r->ctx->clock.now ? r->period.from :
	    r->ctx->clock.now;
	s->to = r->period.to;
	if (!r->has_period || s->to == INT64_MAX ||
	    s->to - s->from > MOST_DAYS * CRM_DAY)
		return crm_err_set(err, CRM_USAGE, "report.period",
		    _("a period with an end within a year is wanted: --period"));
	if (crm_report_param(r->def, "minutes", &v) &&
	    (!crm_dec_parse(v, &minutes) || minutes.scale || minutes.v < 1 ||
	    minutes.v > 10000))
		return crm_err_set(err, CRM_USAGE, "report.params",
		    _("minutes are a number from 1 on"));
	s->least = (int64_t)minutes.v * 60 * CRM_SECOND;
	return CRM_OK;
}

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_calendar_free(s->calendar);
	free(s->user);
	free(s->busy);
	free(s->moved.v);
}

static void
add_busy(struct state *s, struct crm_str owner, struct crm_span span,
    uint64_t series)
{
	if (span.to <= s->from || span.from >= s->to || span.from >= span.to)
		return;
	crm_grow(&s->busy, &s->cap, s->n + 1, sizeof(*s->busy));
	s->busy[s->n++] = (struct busy){ owner, span, series };
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err CRM_UNUSED)
{
	struct state *s = r->state;
	struct crm_str v;
	struct crm_span span;
	if (crm_str_is(rec->type->name, "user")) {
		const struct crm_zone *zone = NULL;
		if (crm_rec_text(rec, "timezone", &v) &&
		    crm_zone_get(v, &zone, NULL))
			zone = NULL;
		crm_grow(&s->user, &s->capusers, s->nusers + 1,
		    sizeof(*s->user));
		s->user[s->nusers++] = (struct user){
			crm_arena_str(&r->mem, crm_rec_id(rec)),
			crm_rec_keep(r, rec, "name"),
			crm_rec_keep(r, rec, "email"), zone };
		return CRM_OK;
	}
	bool meets = crm_rec_text(rec, "kind", &v) &&
	    (crm_str_is(v, "meeting") || crm_str_is(v, "call"));
	if (!meets)
		return CRM_OK;
	(void)crm_moved_take(&s->moved, r, rec);
	struct crm_repeat *p = crm_alloc(sizeof(*p));
	v = crm_rec_keep(r, rec, "owner");
	if (crm_repeat_begin(p, r, rec, s->from, s->to))
		while (v.n && crm_repeat_next(p, &span))
			add_busy(s, v, span, crm_moved_series(rec));
	crm_repeat_end(p);
	free(p);
	return CRM_OK;
}

/* -- rows ------------------------------------------------------------------ */

static const struct user *
user_of(const struct state *s, struct crm_str owner)
{
	for (size_t i = 0; i < s->nusers; i++)
		if (crm_str_eq(s->user[i].id, owner) ||
		    crm_str_eq(s->user[i].name, owner) ||
		    crm_str_eq(s->user[i].email, owner))
			return &s->user[i];
	return NULL;
}

static bool
is_same(const struct state *s, struct crm_str owner, struct crm_str other)
{
	const struct user *u = user_of(s, owner);
	return crm_str_eq(owner, other) || (u && u == user_of(s, other));
}

/* The owners that were asked for; else all users; else all that have something
 * in their calendars. */
static size_t
owners_of(struct crm_report_run *r, struct crm_str *out)
{
	struct state *s = r->state;
	struct crm_str rest = r->owners, v;
	size_t n = 0;
	while (rest.n && n < MOST_OWNERS && crm_str_split(&rest, ',', &v))
		if ((v = crm_str_trim(v)).n)
			out[n++] = v;
	for (size_t i = 0; r->owners.n == 0 && i < s->nusers &&
	    n < MOST_OWNERS; i++)
		out[n++] = s->user[i].name.n ? s->user[i].name : s->user[i].id;
	for (size_t i = 0; r->owners.n == 0 && s->nusers == 0 && i < s->n &&
	    n < MOST_OWNERS; i++) {
		size_t k = 0;
		while (k < n && !crm_str_eq(out[k], s->busy[i].owner))
			k++;
		if (k == n)
			out[n++] = s->busy[i].owner;
	}
	return n;
}

static int
by_name(const void *a, const void *b)
{
	return crm_str_cmp(*(const struct crm_str *)a,
	    *(const struct crm_str *)b);
}

static int
by_time(const void *va, const void *vb)
{
	const struct busy *a = va, *b = vb;
	int d = (a->span.from > b->span.from) - (a->span.from < b->span.from);
	return d ? d : (a->span.to > b->span.to) - (a->span.to < b->span.to);
}

/* What is outside an owner's hours is taken, too. */
static void
close_hours(struct crm_report_run *r, struct crm_str owner)
{
	struct state *s = r->state;
	const struct user *u = user_of(s, owner);
	struct crm_office office;
	struct crm_span open;
	int64_t t = s->from;
	crm_office_init(&office, s->calendar, u && u->zone ? u->zone :
	    r->ctx->clock.zone, r->ctx->region);
	while (t < s->to && crm_office_span(&office, t, &open)) {
		if (open.from > t)
			add_busy(s, (struct crm_str){ 0 },
			    (struct crm_span){ t, open.from, false }, 0);
		t = open.to;
	}
	add_busy(s, (struct crm_str){ 0 }, (struct crm_span){ t, s->to, false },
	    0);
}

static void
write_span(struct crm_rows *out, int64_t from, int64_t to, struct crm_str who)
{
	struct crm_buf b = { 0 };
	size_t row = crm_rows_add(out);
	crm_time_format(&b, from);
	crm_rows_set_text(out, row, 0, crm_buf_view(&b));
	crm_rows_set_text(out, row, 5, crm_buf_view(&b));
	crm_buf_clear(&b);
	crm_time_format(&b, to);
	crm_rows_set_text(out, row, 1, crm_buf_view(&b));
	crm_rows_set_u64(out, row, 2, (uint64_t)((to - from) / (60 *
	    CRM_SECOND)));
	crm_rows_set_text(out, row, 3, who);
	crm_rows_set_text(out, row, 4, CRM_STR("free"));
	crm_buf_release(&b);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "at", "until", "minutes", "title",
		"what", "id" };
	struct state *s = r->state;
	struct crm_str owner[MOST_OWNERS];
	struct crm_buf who = { 0 };
	size_t n = owners_of(r, owner), all = s->n, k = 0;
	if (n)
		qsort(owner, n, sizeof(*owner), by_name);
	for (size_t i = 0; i < CRM_LEN(names); i++) {
		crm_rows_column(out, crm_str_z(names[i]), i == 2 ?
		    CRM_COLUMN_NUMBER : CRM_COLUMN_TEXT);
		out->column[i].hidden = i > 3;	/* for calendars */
	}
	for (size_t i = 0; i < all; i++) {	/* only theirs */
		bool theirs = false, moved = crm_moved_has(&s->moved,
		    s->busy[i].series, s->busy[i].span.from);
		for (size_t x = 0; x < n && !theirs; x++)
			theirs = is_same(s, owner[x], s->busy[i].owner);
		if (theirs && !moved)
			s->busy[k++] = s->busy[i];
	}
	s->n = k;
	for (size_t x = 0; x < n; x++) {
		close_hours(r, owner[x]);
		crm_buf_printf(&who, "%s%.*s", x ? ", " : "", CRM_FMT(owner[x]));
	}
	if (s->n)
		qsort(s->busy, s->n, sizeof(*s->busy), by_time);
	int64_t t = s->from;
	for (size_t i = 0; n && i <= s->n; i++) {
		int64_t next = i < s->n ? s->busy[i].span.from : s->to;
		if (next - t >= s->least)
			write_span(out, t, next, crm_buf_view(&who));
		if (i < s->n && s->busy[i].span.to > t)
			t = s->busy[i].span.to;
	}
	crm_buf_release(&who);
}

const struct crm_report_kind crm_kind_free = {
	.name = "free", .types = "user,activity", .own_period = true,
	.state = sizeof(struct state), .begin = begin, .add = add,
	.rows = rows, .end = end
};
