/* crm-report --check: goals against what was reached. */
#include "base/zone.h"
#include "cli/report.h"
#include "format/json.h"

struct goal {
	struct crm_str metric, target, period, segment;
};

struct check {
	struct crm_report_job *j;
	struct goal *goal;
	size_t n, cap;
};

static struct crm_str
keep(struct check *c, const struct crm_rec *r, const char *field)
{
	struct crm_str v;
	struct crm_buf b = { 0 };
	if (!crm_rec_get(r, crm_str_z(field), &v))
		return (struct crm_str){ 0 };
	crm_json_text(&b, v);
	v = crm_arena_str(&c->j->mem, crm_buf_view(&b));
	crm_buf_release(&b);
	return v;
}

/* Goals are records: lines of a file, or the store's. */
static bool
read_goals(struct check *c)
{
	struct crm_cli *cli = c->j->cli;
	struct crm_feed feed;
	const struct crm_rec *r;
	const char *file = c->j->check;
	const char *type = cli->type;
	cli->type = *file ? "goal" : NULL;
	bool good = crm_feed_open(&feed, cli, !*file, false, &file, 1);
	cli->type = type;
	const struct crm_type *goal = good ? crm_schema_type(feed.schema,
	    CRM_STR("goal")) : NULL;
	good = good && crm_feed_start(&feed, &goal, 1);
	while (good && crm_feed_next(&feed, &r)) {
		struct crm_err err = { 0 };
		struct goal g = { keep(c, r, "metric"), keep(c, r, "target"),
			keep(c, r, "period"), keep(c, r, "segment") };
		if (r->type != goal)
			continue;
		if (crm_str_chr(g.metric, '.') < g.metric.n && g.target.n) {
			crm_grow(&c->goal, &c->cap, c->n + 1, sizeof(*c->goal));
			c->goal[c->n++] = g;
		} else {
			crm_err_field(&err, CRM_INVALID, "goal.metric",
			    CRM_STR("metric"), _("REPORT.MEASURE and a target "
			    "are wanted"));
			good = crm_feed_reject(&feed, &err);
		}
	}
	crm_feed_release(&feed);
	return good && !cli->failed;
}

/* The measure of a goal's report over a period, all groups in one. */
static bool
reach(struct check *c, const struct goal *g, const char *period,
    bool *has, struct crm_dec *out, struct crm_span *span)
{
	struct crm_report_job *j = c->j;
	size_t dot = crm_str_chr(g->metric, '.');
	struct crm_rows rows = { 0 };
	struct crm_report_facts facts;
	char *name = crm_strdup(crm_str_sub(g->metric, 0, dot));
	struct crm_buf where = { 0 };
	if (g->segment.n)
		crm_buf_printf(&where, "@%.*s", CRM_FMT(g->segment));
	const char *own = j->where;
	if (where.n && !own)
		j->where = crm_buf_cstr(&where);
	j->total = true;
	bool good = crm_report_named(j, name) &&
	    crm_report_compute(j, INT64_MAX, period, &rows, &facts);
	j->where = own;
	j->total = false;
	*has = false;
	if (good) {
		size_t col = crm_rows_find(&rows, crm_str_sub(g->metric, dot + 1,
		    SIZE_MAX));
		*span = facts.period;
		*has = col != SIZE_MAX && crm_rows_len(&rows) == 1 &&
		    crm_rows_dec(&rows, 0, col, out);
	}
	crm_rows_release(&rows);
	crm_buf_release(&where);
	free(name);
	return good;
}

/* "the same length before" as a range in words. */
static bool
period_before(const struct crm_cli *cli, struct crm_span s, char out[32])
{
	if (s.from == INT64_MIN || s.to == INT64_MAX)
		return false;
	int32_t from = crm_zone_day(cli->clock.zone, s.from);
	int32_t to = crm_zone_day(cli->clock.zone, s.to - 1);
	crm_report_range(from - (to - from) - 1, from, out);
	return true;
}

/* A target is a number ("50": at least, "<=5": at most) or a change against the
 * period before ("+15%", "-10%": at least that, at most that). */
struct target {
	bool most, relative;
	struct crm_dec value;
};

static bool
parse_target(struct crm_str s, struct target *t)
{
	*t = (struct target){ 0 };
	if (crm_str_starts(s, CRM_STR("<=")) || crm_str_starts(s, CRM_STR(">="))) {
		t->most = s.p[0] == '<';
		s = crm_str_trim(crm_str_sub(s, 2, SIZE_MAX));
	}
	if (crm_str_ends(s, CRM_STR("%")) && s.n > 1 &&
	    (s.p[0] == '+' || s.p[0] == '-')) {
		t->relative = true;
		t->most = s.p[0] == '-';
		s.n--;
	}
	return crm_dec_parse(s, &t->value);
}

/* The number that a relative target comes to. */
static bool
resolve(struct crm_dec before, const struct target *t, struct crm_dec *out)
{
	const struct crm_dec hundred = { 100, 0 };
	struct crm_dec part;
	return crm_dec_muldiv(before, t->value, hundred, 6, CRM_HALF_EVEN,
	    &part) && crm_dec_add(before, part, out);
}

static void
add_number(struct crm_buf *b, const char *key, bool has, struct crm_dec v)
{
	if (!has)
		return;
	crm_json_key(b, key);
	crm_dec_json(b, v);
}

static bool
check_goal(struct check *c, const struct goal *g)
{
	struct crm_report_job *j = c->j;
	struct target t;
	struct crm_dec actual = { 0, 0 }, before = { 0, 0 }, want;
	struct crm_span span;
	bool has = false, had = false;
	char earlier[32], *period = g->period.n ? crm_strdup(g->period) : NULL;
	bool known = parse_target(g->target, &t);
	want = t.value;
	bool good = reach(c, g, period, &has, &actual, &span);
	if (good && known && t.relative && period_before(j->cli, span, earlier)) {
		good = reach(c, g, earlier, &had, &before, &span);
		known = had && resolve(before, &t, &want);
	} else if (t.relative) {
		known = false;
	}
	free(period);
	if (!good)
		return false;
	int d = known && has ? crm_dec_cmp(actual, want) : 0;
	bool met = known && has && (t.most ? d <= 0 : d >= 0);
	if (!met)
		crm_cli_no(j->cli);
	if (met && j->missed)
		return true;
	struct crm_buf b = { 0 };
	crm_buf_c(&b, '{');
	crm_json_add_str(&b, "metric", g->metric);
	if (g->period.n)
		crm_json_add_str(&b, "period", g->period);
	if (g->segment.n)
		crm_json_add_str(&b, "segment", g->segment);
	crm_json_add_str(&b, "target", g->target);
	add_number(&b, "wanted", known, want);
	add_number(&b, "actual", has, actual);
	add_number(&b, "before", had, before);
	crm_json_add_raw(&b, "met", met ? CRM_STR("true") : CRM_STR("false"));
	crm_buf_c(&b, '}');
	bool go = crm_out_record(j->out, crm_buf_view(&b));
	crm_buf_release(&b);
	return go;
}

void
crm_report_check(struct crm_report_job *j)
{
	struct check c = { .j = j };
	j->files = j->cli->args;
	j->nfiles = j->cli->nargs;
	j->lines = j->nfiles > 0;
	j->spooled = j->lines;	/* read for each goal */
	j->out = crm_out_init(j->cli, NULL);
	if (j->out && read_goals(&c))
		for (size_t i = 0; i < c.n && check_goal(&c, &c.goal[i]); i++)
			;
	free(c.goal);
}
