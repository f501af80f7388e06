/* The clocks of tickets: when a reply and a solution are due, in business
 * hours. Time in which the ticket waited for the customer (pending, hold) does
 * not count against the solution. */
#include "model/query_impl.h"

static struct crm_str
bare(struct crm_str val)
{
	return crm_json_is_string(val) ? crm_json_inner(val) : val;
}

static bool
time_of(const struct crm_q_calc *c, struct crm_str rec, const char *field,
    int64_t *t)
{
	struct crm_str v;
	return crm_json_get(rec, crm_str_z(field), &v) &&
	    crm_q_time_of(bare(v), &c->clock, t);
}

static bool
is_one_of(struct crm_str s, const char *a, const char *b)
{
	return crm_str_is(s, a) || crm_str_is(s, b);
}

/* Hours of work for a reply and a solution by priority; the setting
 * "sla.PRIORITY" of a store ("2h 16h") goes before. */
static void
targets(const struct crm_q_calc *c, struct crm_str priority, int64_t *reply,
    int64_t *solve)
{
	static const struct {
		const char *name;
		int reply, solve;
	} usual[] = { { "urgent", 1, 8 }, { "high", 4, 16 },
		{ "normal", 8, 24 }, { "low", 16, 40 } };
	struct crm_buf b = { 0 };
	struct crm_str rest, part;
	char name[64];
	*reply = 8 * CRM_HOUR;
	*solve = 24 * CRM_HOUR;
	for (size_t i = 0; i < CRM_LEN(usual); i++)
		if (crm_str_is(priority, usual[i].name)) {
			*reply = usual[i].reply * CRM_HOUR;
			*solve = usual[i].solve * CRM_HOUR;
		}
	snprintf(name, sizeof(name), "sla.%.*s", (int)(priority.n < 32 ?
	    priority.n : 32), priority.n ? priority.p : "normal");
	if (c->setting && c->setting(c->setting_ctx, name, &b)) {
		rest = crm_buf_view(&b);
		if (crm_str_split(&rest, ' ', &part))
			crm_duration_parse(part, reply);
		if (crm_str_split(&rest, ' ', &part))
			crm_duration_parse(part, solve);
	}
	crm_buf_release(&b);
}

/* Working time between the changes to pending or hold and the next ones, up to
 * an instant. */
static int64_t
waited(const struct crm_q_calc *c, struct crm_str rec, int64_t upto)
{
	struct crm_str all, key, v, status;
	int64_t sum = 0, since = INT64_MIN, at;
	if (!crm_json_get(rec, CRM_STR("statuses"), &all))
		return 0;
	struct crm_json_iter it = crm_json_iter(all);
	while (crm_json_next(&it, &key, &v)) {
		if (!crm_json_get(v, CRM_STR("status"), &status) ||
		    !time_of(c, v, "at", &at))
			continue;
		if (at > upto)
			at = upto;
		if (since != INT64_MIN && at > since)
			sum += crm_office_between(&c->office, since, at);
		since = is_one_of(bare(status), "pending", "hold") ? at :
		    INT64_MIN;
	}
	if (since != INT64_MIN && upto > since)
		sum += crm_office_between(&c->office, since, upto);
	return sum;
}

/* When the reply or the solution is due that came at `upto`, or has not come
 * up to then. */
static bool
due_of(struct crm_q_calc *c, const struct crm_rec *r, bool solve, int64_t upto,
    int64_t *due)
{
	struct crm_str v, none = { NULL, 0 };
	int64_t opened, reply, whole;
	crm_q_calendar(c);
	if (!time_of(c, r->line, "opened", &opened) &&
	    !time_of(c, r->line, "created", &opened))
		return false;
	targets(c, crm_json_get(r->line, CRM_STR("priority"), &v) ? bare(v) :
	    none, &reply, &whole);
	return crm_office_add(&c->office, opened, solve ?
	    whole + waited(c, r->line, upto) : reply, due);
}

static bool
is_over(const struct crm_rec *r)
{
	struct crm_str v;
	return crm_json_get(r->line, CRM_STR("status"), &v) &&
	    is_one_of(bare(v), "solved", "closed");
}

bool
crm_q_due(struct crm_q_calc *c, const struct crm_rec *r, bool solve,
    int64_t *due)
{
	int64_t done;
	return !is_over(r) &&
	    !time_of(c, r->line, solve ? "solved" : "first_reply", &done) &&
	    due_of(c, r, solve, c->clock.now, due);
}

bool
crm_q_sla(struct crm_q_calc *c, const struct crm_rec *r, bool solve,
    int64_t *out)
{
	int64_t done, due;
	bool has = time_of(c, r->line, solve ? "solved" : "first_reply", &done);
	/* closed without it: nobody knows when, and nothing runs any more */
	if ((!has && is_over(r)) ||
	    !due_of(c, r, solve, has ? done : c->clock.now, &due))
		return false;
	*out = (has ? done : c->clock.now) > due ? CRM_Q_MISSED : CRM_Q_MET;
	return has || *out == CRM_Q_MISSED;
}
