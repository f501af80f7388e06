/* Computed fields: state, time since the last activity, age, anniversaries. */
#include "model/query_impl.h"

#include "base/zone.h"
#include "model/place.h"

static struct crm_str
bare(struct crm_str val)
{
	return crm_json_is_string(val) ? crm_json_inner(val) : val;
}

static bool
text_of(const struct crm_rec *r, const char *field, struct crm_str *out)
{
	struct crm_str v;
	if (!crm_rec_get(r, crm_str_z(field), &v) || !crm_q_present(v))
		return false;
	*out = bare(v);
	return true;
}

static bool
time_of(const struct crm_q_calc *c, const struct crm_rec *r,
    const char *field, int64_t *t)
{
	struct crm_str s;
	return text_of(r, field, &s) && crm_q_time_of(s, &c->clock, t);
}

static bool
is_one_of(struct crm_str s, const char *const *words)
{
	for (; *words; words++)
		if (crm_str_is(s, *words))
			return true;
	return false;
}

void
crm_q_calc_init(struct crm_q_calc *c, const struct crm_query_ctx *ctx)
{
	c->schema = ctx->schema;
	c->clock = ctx->clock;
	c->region = ctx->region;
	c->setting = ctx->setting;
	c->setting_ctx = ctx->setting_ctx;
}

void
crm_q_calc_release(struct crm_q_calc *c)
{
	crm_calendar_free(c->calendar);
	crm_buf_release(&c->text);
}

void
crm_q_calendar(struct crm_q_calc *c)
{
	if (c->calendar)
		return;
	c->calendar = crm_calendar_new();
	crm_office_init(&c->office, c->calendar, c->clock.zone, c->region);
}

bool
crm_q_reachable(struct crm_q_calc *c, const struct crm_rec *r,
    const struct crm_query_env *env, int64_t at)
{
	struct crm_office o;
	crm_q_calendar(c);
	return crm_place_office(r, env, c->calendar, &o) &&
	    crm_office_state(&o, at) == CRM_OFFICE_OPEN;
}

/* -- is -------------------------------------------------------------------- */

enum { OPEN = 1, WON = 2, LOST = 4, CLOSED = 8, OVERDUE = 16 };

static unsigned
deal_state(const struct crm_q_calc *c, const struct crm_rec *r)
{
	struct crm_str name;
	const struct crm_stage *s = text_of(r, "stage", &name) ?
	    crm_schema_stage(c->schema, name) : NULL;
	if (!s)
		return 0;
	switch (s->kind) {
	case CRM_STAGE_WON: return WON | CLOSED;
	case CRM_STAGE_LOST: return LOST | CLOSED;
	case CRM_STAGE_OPEN: break;
	}
	return OPEN;
}

/* Fields whose value says "closed", by type; without: open. */
static const struct {
	const char *type, *field;
	const char *const closed[4];	/* empty: any value but false */
	const char *due;		/* open and past this: overdue */
} states[] = {
	{ "ticket", "status", { "solved", "closed", NULL }, NULL },
	{ "lead", "status", { "converted", "unqualified", NULL }, NULL },
	{ "contract", "status", { "ended", "cancelled", "terminated", NULL },
	    NULL },
	{ "activity", "done", { NULL }, "due" },
	{ "invoice", "paid_at", { NULL }, "due" },
};

/* A date is over when its day is, an instant when it has passed. */
static bool
is_past(const struct crm_q_calc *c, const struct crm_rec *r,
    const char *field)
{
	struct crm_str s;
	int32_t day;
	int64_t t;
	if (!text_of(r, field, &s))
		return false;
	if (crm_date_parse(s, &day))
		return day < crm_zone_day(c->clock.zone, c->clock.now);
	return crm_time_parse(s, &t) && t < c->clock.now;
}

/* A ticket is late when its reply or its solution is. */
static bool
is_late(struct crm_q_calc *c, const struct crm_rec *r)
{
	int64_t due;
	return (crm_q_due(c, r, false, &due) && due < c->clock.now) ||
	    (crm_q_due(c, r, true, &due) && due < c->clock.now);
}

static unsigned
state_of(struct crm_q_calc *c, const struct crm_rec *r)
{
	struct crm_str v = { NULL, 0 };
	unsigned state = 0;
	const char *due = "close_date";
	if (!r->type)
		return 0;
	if (crm_str_is(r->type->name, "deal")) {
		state = deal_state(c, r);
	} else for (size_t i = 0; i < CRM_LEN(states); i++) {
		if (!crm_str_is(r->type->name, states[i].type))
			continue;
		bool has = text_of(r, states[i].field, &v);
		state = has && (states[i].closed[0] ?
		    is_one_of(v, states[i].closed) :
		    !crm_str_is(v, "false")) ? CLOSED : OPEN;
		due = states[i].due;
	}
	if (crm_str_is(r->type->name, "contract") && is_past(c, r, "end"))
		state = CLOSED;
	if (state == OPEN && (due ? is_past(c, r, due) :
	    crm_str_is(r->type->name, "ticket") && is_late(c, r)))
		state |= OVERDUE;
	return state;
}

const char *const *
crm_q_computed_words(unsigned computed, size_t *n)
{
	static const char *const words[] = { "open", "won", "lost", "closed",
		"overdue" };
	static const char *const ends[] = { "met", "missed" };
	bool sla = computed == CRM_Q_REPLY_SLA || computed == CRM_Q_SOLVE_SLA;
	*n = computed == CRM_Q_IS ? CRM_LEN(words) : sla ? CRM_LEN(ends) : 0;
	return computed == CRM_Q_IS ? words : sla ? ends : NULL;
}

static bool
states_list(struct crm_q_calc *c, const struct crm_rec *r,
    struct crm_q_value *out)
{
	size_t n;
	const char *const *names = crm_q_computed_words(CRM_Q_IS, &n);
	unsigned state = state_of(c, r);
	crm_buf_clear(&c->text);
	crm_buf_c(&c->text, '[');
	for (size_t i = 0; i < n; i++)
		if (state & 1u << i) {
			crm_json_comma(&c->text);
			crm_json_quote(&c->text, crm_str_z(names[i]));
		}
	crm_buf_c(&c->text, ']');
	out->list = crm_buf_view(&c->text);
	return state != 0;
}

/* -- idle ------------------------------------------------------------------ */

struct latest {
	const struct crm_q_calc *calc;
	int64_t at;	/* INT64_MIN: none */
};

static bool
see_activity(void *arg, const struct crm_rec *r)
{
	struct latest *l = arg;
	int64_t t;
	if ((time_of(l->calc, r, "at", &t) ||
	    time_of(l->calc, r, "created", &t)) && t <= l->calc->clock.now &&
	    t > l->at)
		l->at = t;
	return true;
}

static bool
note_id(void *arg, const struct crm_rec *r)
{
	struct crm_buf *ids = arg;
	crm_buf_str(ids, crm_rec_id(r));
	crm_buf_c(ids, '\0');
	return true;
}

/* What was done for an account's people, deals and tickets was done for it. */
static void
see_below(const struct crm_rec *r, const struct crm_query_env *env,
    const struct crm_type *activity, struct latest *l)
{
	static const char *const below[] = { "contact", "deal", "ticket" };
	struct crm_buf ids = { 0 };
	struct crm_str rest, id;
	for (size_t i = 0; i < CRM_LEN(below); i++) {
		const struct crm_type *t = crm_schema_type(l->calc->schema,
		    crm_str_z(below[i]));
		if (t)
			env->links(env->ctx, crm_rec_id(r), t, note_id, &ids);
	}
	rest = crm_buf_view(&ids);
	while (rest.n && crm_str_split(&rest, '\0', &id))
		if (id.n)
			env->links(env->ctx, id, activity, see_activity, l);
	crm_buf_release(&ids);
}

/* Since the last activity, or, where there never was one, since creation. */
static bool
idle(const struct crm_q_calc *c, const struct crm_rec *r,
    const struct crm_query_env *env, int64_t *us)
{
	struct latest l = { c, INT64_MIN };
	const struct crm_type *activity =
	    crm_schema_type(c->schema, CRM_STR("activity"));
	if (env && env->links && activity) {
		env->links(env->ctx, crm_rec_id(r), activity, see_activity,
		    &l);
		if (r->type && crm_str_is(r->type->name, "account"))
			see_below(r, env, activity, &l);
	}
	if (l.at == INT64_MIN && !time_of(c, r, "created", &l.at))
		return false;
	*us = c->clock.now - l.at;
	return true;
}

/* -- ages and anniversaries ------------------------------------------------ */

static bool
last_change(const struct crm_q_calc *c, const struct crm_rec *r,
    const char *list, int64_t *t)
{
	struct crm_str all, key, v, at;
	bool found = false;
	if (!crm_rec_get(r, crm_str_z(list), &all))
		return false;
	struct crm_json_iter it = crm_json_iter(all);
	while (crm_json_next(&it, &key, &v))
		if (crm_json_get(v, CRM_STR("at"), &at) &&
		    crm_q_time_of(bare(at), &c->clock, t))
			found = true;
	return found;
}

static bool
stage_age(const struct crm_q_calc *c, const struct crm_rec *r, int64_t *us)
{
	int64_t t;
	if (!time_of(c, r, "stage_since", &t) &&
	    !last_change(c, r, "stages", &t) &&
	    !last_change(c, r, "statuses", &t) &&
	    !time_of(c, r, "opened", &t) && !time_of(c, r, "created", &t))
		return false;
	*us = c->clock.now - t;
	return true;
}

/* The next day with this month and day, today included; 29 February is kept
 * on the 28th in common years. */
static int32_t
next_day(int32_t today, int month, int day)
{
	int year = crm_day_ymd(today).y;
	for (;; year++) {
		struct crm_ymd d = { year, month, day };
		if (d.d > crm_month_days(year, month))
			d.d = crm_month_days(year, month);
		if (crm_ymd_day(d) >= today)
			return crm_ymd_day(d);
	}
}

static bool
anniversary(const struct crm_q_calc *c, const struct crm_rec *r, bool birth,
    int64_t *day)
{
	int32_t today = crm_zone_day(c->clock.zone, c->clock.now);
	struct crm_ymd d;
	struct crm_str s;
	int64_t t;
	if (birth) {
		if (!text_of(r, "birthday", &s) || !crm_birthday_parse(s, &d))
			return false;
	} else {
		if (!time_of(c, r, "start", &t) &&
		    !time_of(c, r, "closed", &t) &&
		    !time_of(c, r, "created", &t))
			return false;
		d = crm_day_ymd(crm_zone_day(c->clock.zone, t));
	}
	*day = next_day(today, d.m, d.d);
	return true;
}

bool
crm_q_compute(struct crm_q_calc *c, unsigned computed,
    const struct crm_rec *r, const struct crm_query_env *env,
    struct crm_q_value *out)
{
	int64_t t;
	switch (computed) {
	case CRM_Q_IS:
		return states_list(c, r, out);
	case CRM_Q_IDLE:
		return idle(c, r, env, &out->v);
	case CRM_Q_STAGE_AGE:
		return stage_age(c, r, &out->v);
	case CRM_Q_AGE:
		if (!time_of(c, r, "opened", &t) &&
		    !time_of(c, r, "created", &t))
			return false;
		out->v = c->clock.now - t;
		return true;
	case CRM_Q_NEXT_BIRTHDAY:
		return anniversary(c, r, true, &out->v);
	case CRM_Q_NEXT_ANNIVERSARY:
		return anniversary(c, r, false, &out->v);
	case CRM_Q_REPLY_DUE:
		return crm_q_due(c, r, false, &out->v);
	case CRM_Q_SOLVE_DUE:
		return crm_q_due(c, r, true, &out->v);
	case CRM_Q_REPLY_SLA:
	case CRM_Q_SOLVE_SLA:
		if (!crm_q_sla(c, r, computed == CRM_Q_SOLVE_SLA, &t))
			return false;
		out->list = t == CRM_Q_MET ? CRM_STR("\"met\"") :
		    CRM_STR("\"missed\"");
		return true;
	case CRM_Q_REACHABLE:
		out->v = crm_q_reachable(c, r, env, c->clock.now);
		return true;
	case CRM_Q_REV:	/* stands beside the line, not in it */
		crm_buf_clear(&c->text);
		crm_buf_u64(&c->text, r->rev);
		out->list = crm_buf_view(&c->text);
		return r->rev != 0;
	default:
		return false;
	}
}

struct crm_str
crm_q_compute_text(struct crm_q_calc *c, unsigned computed,
    const struct crm_q_value *v)
{
	static const struct {
		int64_t us;
		const char *unit;
	} units[] = { { CRM_DAY, "d" }, { CRM_HOUR, "h" },
		{ 60 * CRM_SECOND, "min" } };
	size_t i = 0;
	if (v->list.n)
		return v->list;
	if (computed == CRM_Q_REACHABLE)
		return v->v ? CRM_STR("true") : CRM_STR("false");
	crm_buf_clear(&c->text);
	crm_buf_c(&c->text, '"');
	if (crm_q_computed_kind(computed) == CRM_K_TIME) {
		crm_time_format(&c->text, v->v);
	} else if (crm_q_computed_kind(computed) == CRM_K_DATE) {
		crm_date_format(&c->text, (int32_t)v->v);
	} else {
		while (i + 1 < CRM_LEN(units) && v->v < units[i].us &&
		    v->v > -units[i].us)
			i++;
		crm_buf_printf(&c->text, "%" PRId64 "%s", v->v / units[i].us,
		    units[i].unit);
	}
	crm_buf_c(&c->text, '"');
	return crm_buf_view(&c->text);
}
