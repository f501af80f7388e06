/* Kind "journey": the time line of leads and deals by source: which stages
 * and touch points they went through, when after their beginning, and how long
 * they stayed. A lead and the deal it became are one journey. A touch point
 * (activity, campaign) belongs to the deal or lead that it names, else to the
 * journey of its contact, or of the account, that was the first to end after
 * it. */
#include "base/map.h"
#include "format/json.h"
#include "report/kind.h"

struct journey {
	struct crm_str source;
	int64_t start, end;	/* INT64_MAX: goes on */
};

struct event {
	struct crm_str who;	/* deal, lead or contact */
	struct crm_str step;
	int64_t at, stay;	/* stay: INT64_MIN for a touch point */
	size_t journey;
};

struct member {	/* a contact's or account's journey */
	struct crm_str id;
	size_t journey;
};

struct state {
	struct crm_map ids;	/* deal and lead ids -> journey */
	struct crm_map home;	/* contact -> account */
	struct journey *j;
	size_t n, cap;
	struct event *e;
	size_t ne, capevents;
	struct member *m;
	size_t nm, capmembers;
	struct crm_buf tmp;
};

static void
end(struct crm_report_run *r)
{
	struct state *s = r->state;
	crm_map_release(&s->ids);
	crm_map_release(&s->home);
	crm_buf_release(&s->tmp);
	free(s->j);
	free(s->e);
	free(s->m);
}

static struct journey *
journey_of(struct crm_report_run *r, struct crm_str id, size_t *no)
{
	struct state *s = r->state;
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&s->ids, id, &fresh);
	if (fresh) {
		e->v.u = s->n;
		crm_grow(&s->j, &s->cap, s->n + 1, sizeof(*s->j));
		s->j[s->n++] = (struct journey){ .start = INT64_MAX,
			.end = INT64_MAX };
	}
	*no = (size_t)e->v.u;
	return &s->j[e->v.u];
}

static bool
time_at(struct crm_report_run *r, struct crm_str o, const char *key,
    int64_t *out)
{
	struct crm_str v;
	return crm_json_get(o, crm_str_z(key), &v) && crm_json_is_string(v) &&
	    crm_value_instant(crm_json_inner(v), &r->ctx->clock, out);
}

static void
put_event(struct crm_report_run *r, struct crm_str who, const char *prefix,
    struct crm_str step, int64_t at, int64_t stay)
{
	struct state *s = r->state;
	crm_buf_clear(&s->tmp);
	crm_buf_printf(&s->tmp, "%s%.*s", prefix, CRM_FMT(step));
	crm_grow(&s->e, &s->capevents, s->ne + 1, sizeof(*s->e));
	s->e[s->ne++] = (struct event){ crm_arena_str(&r->mem, who),
		crm_arena_str(&r->mem, crm_buf_view(&s->tmp)), at, stay, 0 };
}

/* The states of a history, each with the time until the next. */
static void
put_history(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_str who, const char *list, const char *key, const char *prefix)
{
	struct crm_str all, none, e, v, was = { 0 };
	int64_t at, since = 0;
	if (!crm_rec_get(rec, crm_str_z(list), &all) ||
	    crm_json_kind(all) != '[')
		return;
	struct crm_json_iter it = crm_json_iter(all);
	while (crm_json_next(&it, &none, &e)) {
		if (!crm_json_get(e, crm_str_z(key), &v) ||
		    !crm_json_is_string(v) || !time_at(r, e, "at", &at))
			continue;
		if (was.n)
			put_event(r, who, prefix, was, since, at - since);
		was = crm_json_inner(v);
		since = at;
	}
	if (was.n)
		put_event(r, who, prefix, was, since, INT64_MIN);
}

static void
add_member(struct crm_report_run *r, struct crm_str id, size_t journey)
{
	struct state *s = r->state;
	crm_grow(&s->m, &s->capmembers, s->nm + 1, sizeof(*s->m));
	s->m[s->nm++] = (struct member){ crm_arena_str(&r->mem, id), journey };
}

static void
add_deal(struct crm_report_run *r, const struct crm_rec *rec)
{
	struct crm_str v, none, e;
	int64_t t;
	size_t no;
	struct journey *j = journey_of(r, crm_rec_id(rec), &no);
	if (crm_rec_text(rec, "source", &v))
		j->source = crm_arena_str(&r->mem, v);
	if ((time_at(r, rec->line, "opened", &t) ||
	    time_at(r, rec->line, "created", &t)) && t < j->start)
		j->start = t;
	if (time_at(r, rec->line, "closed", &t))
		j->end = t;
	if (crm_rec_get(rec, CRM_STR("contacts"), &v) &&
	    crm_json_kind(v) == '[') {
		struct crm_json_iter it = crm_json_iter(v);
		while (crm_json_next(&it, &none, &e))
			if (crm_json_is_string(e))
				add_member(r, crm_json_inner(e), no);
	}
	if (crm_rec_text(rec, "account", &v))
		add_member(r, v, no);
	put_history(r, rec, crm_rec_id(rec), "stages", "stage", "stage:");
}

/* A lead's journey is its deal's where it became one. */
static void
add_lead(struct crm_report_run *r, const struct crm_rec *rec)
{
	struct state *s = r->state;
	struct crm_str v, deal = { 0 };
	int64_t t;
	size_t no;
	if (crm_rec_get(rec, CRM_STR("converted"), &v) &&
	    crm_json_get(v, CRM_STR("deal"), &v) && crm_json_is_string(v))
		deal = crm_json_inner(v);
	struct journey *j = journey_of(r, deal.n ? deal : crm_rec_id(rec), &no);
	if (!j->source.n && crm_rec_text(rec, "source", &v))
		j->source = crm_arena_str(&r->mem, v);
	if ((time_at(r, rec->line, "opened", &t) ||
	    time_at(r, rec->line, "created", &t)) && t < j->start)
		j->start = t;
	if (deal.n) {
		struct crm_map_entry *e = crm_map_put(&s->ids, crm_rec_id(rec),
		    NULL);
		e->v.u = no;
	}
	put_history(r, rec, crm_rec_id(rec), "statuses", "status", "lead:");
}

static void
add_touch(struct crm_report_run *r, const struct crm_rec *rec, bool campaign)
{
	static const char *const whose[] = { "deal", "lead", "contact",
		"account" };
	struct crm_str who = { 0 }, kind = { 0 };
	int64_t at;
	for (size_t i = 0; i < CRM_LEN(whose) && !who.n; i++)
		if (!crm_rec_text(rec, whose[i], &who))
			who.n = 0;
	if (!who.n || !time_at(r, rec->line, "at", &at) ||
	    at > r->ctx->clock.now)
		return;
	if (campaign)
		put_event(r, who, "campaign", kind, at, INT64_MIN);
	else if (crm_rec_text(rec, "kind", &kind))
		put_event(r, who, "", kind, at, INT64_MIN);
}

static void
add_home(struct crm_report_run *r, const struct crm_rec *rec)
{
	struct state *s = r->state;
	struct crm_str v;
	if (!crm_rec_text(rec, "account", &v))
		return;
	struct crm_str *home = crm_arena_alloc(&r->mem, sizeof(*home));
	*home = crm_arena_str(&r->mem, v);
	crm_map_put(&s->home, crm_rec_id(rec), NULL)->v.p = home;
}

static enum crm_status
add(struct crm_report_run *r, const struct crm_rec *rec,
    struct crm_err *err CRM_UNUSED)
{
	if (crm_str_is(rec->type->name, "deal"))
		add_deal(r, rec);
	else if (crm_str_is(rec->type->name, "lead"))
		add_lead(r, rec);
	else if (crm_str_is(rec->type->name, "contact"))
		add_home(r, rec);
	else if (crm_str_is(rec->type->name, "activity"))
		add_touch(r, rec, false);
	else if (crm_str_is(rec->type->name, "member"))
		add_touch(r, rec, true);
	return CRM_OK;
}

/* -- the table ------------------------------------------------------------- */

static int
by_member(const void *va, const void *vb, void *vs)
{
	const struct member *a = va, *b = vb;
	const struct journey *j = ((const struct state *)vs)->j;
	int d = crm_str_cmp(a->id, b->id);
	d = d ? d : (j[a->journey].end > j[b->journey].end) -
	    (j[a->journey].end < j[b->journey].end);
	return d ? d : (a->journey > b->journey) - (a->journey < b->journey);
}

/* The journey of a contact or account that was the first to end at or after
 * `at`, where it ends before *out (SIZE_MAX: none yet). */
static void
find_by_member(const struct state *s, struct crm_str who, int64_t at,
    size_t *out)
{
	size_t lo = 0, hi = s->nm;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct member *m = &s->m[mid];
		int d = crm_str_cmp(m->id, who);
		if (d < 0 || (d == 0 && s->j[m->journey].end < at))
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == s->nm || !crm_str_eq(s->m[lo].id, who))
		return;
	size_t j = s->m[lo].journey;
	if (*out == SIZE_MAX || s->j[j].end < s->j[*out].end)
		*out = j;
}

static size_t
journey_at(const struct state *s, const struct event *e)
{
	const struct crm_map_entry *k = crm_map_get(&s->ids, e->who);
	const struct crm_map_entry *home = crm_map_get(&s->home, e->who);
	size_t j = SIZE_MAX;
	if (k)
		return (size_t)k->v.u;
	find_by_member(s, e->who, e->at, &j);
	if (home)
		find_by_member(s, *(struct crm_str *)home->v.p, e->at, &j);
	return j;
}

static int
by_step(const void *va, const void *vb, void *vs)
{
	const struct event *a = va, *b = vb;
	const struct state *s = vs;
	int d = crm_str_cmp(s->j[a->journey].source, s->j[b->journey].source);
	d = d ? d : crm_str_cmp(a->step, b->step);
	d = d ? d : (a->journey > b->journey) - (a->journey < b->journey);
	return d ? d : (a->at > b->at) - (a->at < b->at);
}

/* Gives events their journeys; those of none, and of journeys that did not
 * begin in the period, are dropped. */
static void
assign(struct crm_report_run *r)
{
	struct state *s = r->state;
	size_t n = 0;
	if (s->nm)
		qsort_r(s->m, s->nm, sizeof(*s->m), by_member, s);
	for (size_t i = 0; i < s->ne; i++) {
		struct event *e = &s->e[i];
		e->journey = journey_at(s, e);
		if (e->journey == SIZE_MAX)
			continue;
		const struct journey *j = &s->j[e->journey];
		if (j->start != INT64_MAX && j->start >= r->period.from &&
		    j->start < r->period.to)
			s->e[n++] = *e;
	}
	s->ne = n;
	if (n)
		qsort_r(s->e, n, sizeof(*s->e), by_step, s);
}

struct line {
	struct crm_str source, step;
	uint64_t journeys, visits;
	bool has_stay;
	struct crm_dec day, stay;
};

static int
by_number(const void *va, const void *vb)
{
	const int64_t *a = va, *b = vb;
	return (*a > *b) - (*a < *b);
}

/* The median of microseconds, in days with one digit. */
static struct crm_dec
median_days(int64_t *v, size_t n)
{
	struct crm_dec d;
	const struct crm_dec one = { 1, 0 }, unit = { 2 * CRM_DAY, 0 };
	qsort(v, n, sizeof(*v), by_number);
	crm_i128 twice = (crm_i128)v[(n - 1) / 2] + v[n / 2];
	return crm_dec_muldiv((struct crm_dec){ twice, 0 }, one, unit, 1,
	    CRM_HALF_EVEN, &d) ? d : (struct crm_dec){ 0, 0 };
}

/* One step of one source: events [i, k). */
static struct line
line_of(const struct state *s, size_t i, size_t k, int64_t *v)
{
	struct line l = { .source = s->j[s->e[i].journey].source,
		.step = s->e[i].step, .visits = k - i };
	size_t n = 0;
	for (size_t x = i; x < k; x++)
		if (x == i || s->e[x].journey != s->e[x - 1].journey)
			v[n++] = s->e[x].at - s->j[s->e[x].journey].start;
	l.journeys = n;
	l.day = median_days(v, n);
	n = 0;
	for (size_t x = i; x < k; x++)
		if (s->e[x].stay != INT64_MIN)
			v[n++] = s->e[x].stay;
	l.has_stay = n > 0;
	if (n)
		l.stay = median_days(v, n);
	return l;
}

static int
by_time(const void *va, const void *vb)
{
	const struct line *a = va, *b = vb;
	int d = crm_str_cmp(a->source, b->source);
	d = d ? d : crm_dec_cmp(a->day, b->day);
	return d ? d : crm_str_cmp(a->step, b->step);
}

/* How many journeys each source has. */
static void
count_sources(const struct crm_report_run *r, struct crm_map *out)
{
	const struct state *s = r->state;
	bool fresh;
	for (size_t i = 0; i < s->n; i++) {
		if (s->j[i].start == INT64_MAX ||
		    s->j[i].start < r->period.from ||
		    s->j[i].start >= r->period.to)
			continue;
		struct crm_map_entry *e = crm_map_put(out, s->j[i].source,
		    &fresh);
		e->v.u = fresh ? 1 : e->v.u + 1;
	}
}

static void
write_lines(struct crm_report_run *r, const struct line *l, size_t n,
    struct crm_rows *out)
{
	struct crm_map all = { 0 };
	count_sources(r, &all);
	for (size_t i = 0; i < n; i++) {
		size_t row = crm_rows_add(out);
		if (l[i].source.n)
			crm_rows_set_text(out, row, 0, l[i].source);
		crm_rows_set_text(out, row, 1, l[i].step);
		crm_rows_set_u64(out, row, 2, l[i].journeys);
		crm_rows_set_ratio(out, row, 3, l[i].journeys,
		    crm_map_get(&all, l[i].source)->v.u, 4);
		crm_rows_set_u64(out, row, 4, l[i].visits);
		crm_rows_set_dec(out, row, 5, l[i].day);
		if (l[i].has_stay)
			crm_rows_set_dec(out, row, 6, l[i].stay);
	}
	crm_map_release(&all);
}

static void
rows(struct crm_report_run *r, struct crm_rows *out)
{
	static const char *const names[] = { "source", "step", "journeys",
		"share", "times", "day", "stay_days" };
	struct state *s = r->state;
	size_t n = 0;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(out, crm_str_z(names[i]), i < 2 ?
		    CRM_COLUMN_KEY : i == 3 ? CRM_COLUMN_PERCENT :
		    CRM_COLUMN_NUMBER);
	assign(r);
	struct line *l = crm_calloc(s->ne, sizeof(*l));
	int64_t *v = crm_calloc(s->ne, sizeof(*v));
	for (size_t i = 0, k; i < s->ne; i = k) {
		for (k = i + 1; k < s->ne && crm_str_eq(s->e[k].step,
		    s->e[i].step) && crm_str_eq(s->j[s->e[k].journey].source,
		    s->j[s->e[i].journey].source); k++)
			;
		l[n++] = line_of(s, i, k, v);
	}
	if (n)
		qsort(l, n, sizeof(*l), by_time);
	write_lines(r, l, n, out);
	free(v);
	free(l);
}

const struct crm_report_kind crm_kind_journey = {
	.name = "journey", .types = "contact,deal,lead,activity,member",
	.own_period = true, .state = sizeof(struct state), .add = add,
	.rows = rows, .end = end
};
