/* crm-report --check: goals against what was reached. */
#include "base/zone.h"
#include "cli/report.h"
#include "format/json.h"

struct goal {
	struct crm_str metric, target, period, segment;
};

struct check {
	struct crm_rows *out;
	size_t missed;
	uint64_t rev;
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
	const char *file = c->j->check ? c->j->check : "";
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

/* A goal's metric taken apart: REPORT[KEY=VALUE,...].MEASURE. */
struct metric {
	struct crm_str report, keys, measure;
};

static struct metric
parse_metric(struct crm_str s)
{
	struct metric m = { 0 };
	size_t open = crm_str_chr(s, '['), dot = crm_str_chr(s, '.');
	size_t close = crm_str_chr(s, ']');
	if (open < dot && open < close && close < s.n) {
		m.keys = crm_str_sub(s, open + 1, close - open - 1);
		dot = close + 1;
	}
	m.report = crm_str_sub(s, 0, open < dot ? open : dot);
	m.measure = crm_str_sub(s, dot + 1, SIZE_MAX);
	return m;
}

/* Does the row have these keys? False, too, for a key there is none of. */
static bool
is_row(const struct crm_rows *rows, size_t row, struct crm_str keys)
{
	struct crm_str pair;
	struct crm_buf text = { 0 };
	bool good = true;
	while (good && keys.n && crm_str_split(&keys, ',', &pair)) {
		size_t eq = crm_str_chr(pair, '=');
		size_t c = crm_rows_find(rows, crm_str_sub(pair, 0, eq));
		crm_buf_clear(&text);
		if (c != SIZE_MAX)
			crm_json_text(&text, crm_rows_cell(rows, row, c));
		good = c != SIZE_MAX && crm_str_eq(crm_buf_view(&text),
		    crm_str_sub(pair, eq + 1, SIZE_MAX));
	}
	crm_buf_release(&text);
	return good;
}

/* The one cell that a metric names; false where there is no such measure, or
 * several rows. */
static bool
find_cell(struct check *c, const struct goal *g, const struct metric *m,
    const struct crm_rows *rows, size_t *row, size_t *col)
{
	struct crm_err err = { 0 };
	size_t n = 0;
	*col = crm_rows_find(rows, m->measure);
	for (size_t i = 0; i < crm_rows_len(rows); i++)
		if (is_row(rows, i, m->keys)) {
			*row = i;
			n++;
		}
	if (*col == SIZE_MAX)
		crm_err_field(&err, CRM_INVALID, "goal.metric",
		    CRM_STR("metric"), _("%.*s: the report has no measure "
		    "'%.*s'"), CRM_FMT(g->metric), CRM_FMT(m->measure));
	else if (n > 1)
		crm_err_field(&err, CRM_INVALID, "goal.metric",
		    CRM_STR("metric"), _("%.*s: %zu rows: name one, "
		    "REPORT[KEY=VALUE].MEASURE, or the currency with --in"),
		    CRM_FMT(g->metric), n);
	else
		return n == 1;
	crm_cli_reject(c->j->cli, &err, (struct crm_str){ 0 });
	return false;
}

/* The measure of a goal's report over a period; without keys all groups in
 * one. */
static bool
reach(struct check *c, const struct goal *g, const char *period,
    bool *has, struct crm_dec *out, struct crm_span *span)
{
	struct crm_report_job *j = c->j;
	const struct metric m = parse_metric(g->metric);
	struct crm_rows rows = { 0 };
	struct crm_report_facts facts;
	char *name = crm_strdup(m.report);
	struct crm_buf where = { 0 };
	size_t row = 0, col;
	const char *own = j->where;
	if (g->segment.n && own)
		crm_buf_printf(&where, "( %s ) ", own);
	if (g->segment.n)
		crm_buf_printf(&where, "@%.*s", CRM_FMT(g->segment));
	if (where.n)
		j->where = crm_buf_cstr(&where);
	j->total = m.keys.n == 0;
	bool good = crm_report_named(j, name) &&
	    crm_report_compute(j, INT64_MAX, period, &rows, &facts);
	j->where = own;
	j->total = false;
	*has = false;
	if (good) {
		*span = facts.period;
		*has = find_cell(c, g, &m, &rows, &row, &col) &&
		    crm_rows_dec(&rows, row, col, out);
		c->rev = facts.rev;
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

/* The number that a relative target comes to: so much more (or less) than
 * before, whatever the sign of before. */
static bool
resolve(struct crm_dec before, const struct target *t, struct crm_dec *out)
{
	const struct crm_dec hundred = { 100, 0 };
	struct crm_dec part;
	struct crm_dec size = before;
	if (size.v < 0)
		size.v = -size.v;
	return crm_dec_muldiv(size, t->value, hundred, 6, CRM_HALF_EVEN,
	    &part) && crm_dec_add(before, part, out);
}

enum { METRIC, PERIOD, SEGMENT, TARGET, WANTED, ACTUAL, BEFORE, MET };

static void
add_row(struct check *c, const struct goal *g, const bool has[3],
    const struct crm_dec v[3], bool met)
{
	struct crm_rows *out = c->out;
	size_t row = crm_rows_add(out);
	const struct crm_str text[] = { g->metric, g->period, g->segment,
		g->target };
	for (size_t i = 0; i < CRM_LEN(text); i++)
		if (text[i].n)
			crm_rows_set_text(out, row, METRIC + i, text[i]);
	for (size_t i = 0; i < 3; i++)
		if (has[i])
			crm_rows_set_dec(out, row, WANTED + i, v[i]);
	crm_rows_set(out, row, MET, met ? CRM_STR("true") : CRM_STR("false"));
}

static bool
check_goal(struct check *c, const struct goal *g)
{
	struct crm_report_job *j = c->j;
	struct target t;
	struct crm_dec v[3] = { { 0, 0 } };	/* wanted, actual, before */
	bool has[3] = { false };
	struct crm_span span;
	char earlier[32], *period = g->period.n ? crm_strdup(g->period) : NULL;
	bool known = parse_target(g->target, &t);
	v[0] = t.value;
	bool good = reach(c, g, period, &has[1], &v[1], &span);
	if (good && known && t.relative && period_before(j->cli, span, earlier)) {
		good = reach(c, g, earlier, &has[2], &v[2], &span);
		known = has[2] && resolve(v[2], &t, &v[0]);
	} else if (t.relative) {
		known = false;
	}
	free(period);
	if (!good)
		return false;
	has[0] = known;
	int d = known && has[1] ? crm_dec_cmp(v[1], v[0]) : 0;
	bool met = known && has[1] && (t.most ? d <= 0 : d >= 0);
	c->missed += !met;
	if (!met || !j->missed)
		add_row(c, g, has, v, met);
	return true;
}

bool
crm_report_goals(struct crm_report_job *j, struct crm_rows *rows,
    struct crm_report_facts *facts, size_t *missed)
{
	static const char *const names[] = { "metric", "period", "segment",
		"target", "wanted", "actual", "before", "met" };
	struct check c = { .j = j, .out = rows };
	struct crm_arena *m = &j->mem;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		crm_rows_column(rows, crm_str_z(names[i]), i < TARGET ?
		    CRM_COLUMN_KEY : i >= WANTED && i < MET ?
		    CRM_COLUMN_NUMBER : CRM_COLUMN_TEXT);
	bool good = read_goals(&c);
	for (size_t i = 0; good && i < c.n; i++)
		good = check_goal(&c, &c.goal[i]);
	*facts = (struct crm_report_facts){ .n = c.n, .rev = c.rev,
		.rate_day = INT32_MAX,
		.title = crm_arena_str(m, crm_str_z(_("Goals and what was "
		"reached"))), .formula = crm_arena_str(m, crm_str_z(
		_("the report's measure over the period against the target"))),
		.kind = CRM_STR("goals") };
	*missed = c.missed;
	free(c.goal);
	return good;
}

void
crm_report_check(struct crm_report_job *j)
{
	struct crm_rows rows = { 0 };
	struct crm_report_facts facts;
	size_t missed;
	j->files = j->cli->args;
	j->nfiles = j->cli->nargs;
	j->lines = j->nfiles > 0;
	j->spooled = j->lines;	/* read for each goal */
	if (crm_report_goals(j, &rows, &facts, &missed)) {
		if (missed)
			crm_cli_no(j->cli);
		crm_report_write(j, &rows, &facts);
	}
	crm_rows_release(&rows);
}
