/* crm-report: aggregates. The work is in lib/cli/report*.c, the figures in
 * lib/report. */
#include "base/zone.h"
#include "cli/report.h"
#include "format/json.h"
#include "format/table.h"
#include "report/drift.h"
#include "report/look.h"

/* What the figures rest on, in one line. */
static void
note_of(struct crm_report_job *j, const struct crm_report_facts *f,
    struct crm_buf *b)
{
	struct crm_cli *cli = j->cli;
	if (f->has_period) {
		crm_buf_z(b, _("period "));
		if (f->period.from != INT64_MIN)
			crm_time_format(b, f->period.from);
		crm_buf_z(b, " .. ");
		if (f->period.to != INT64_MAX)
			crm_time_format(b, f->period.to);
		crm_buf_z(b, "; ");
	}
	if (f->where.n)
		crm_buf_printf(b, _("filter %.*s; "), CRM_FMT(f->where));
	crm_buf_printf(b, _("zone %s; n %" PRIu64), cli->clock.zone ?
	    crm_zone_name(cli->clock.zone) : "UTC", f->n);
}

static void
explain(struct crm_report_job *j, const struct crm_report_facts *f)
{
	struct crm_buf b = { 0 };
	if (f->title.n)
		crm_cli_note(j->cli, "%.*s", CRM_FMT(f->title));
	if (f->formula.n)
		crm_cli_note(j->cli, _("formula: %.*s"), CRM_FMT(f->formula));
	note_of(j, f, &b);
	crm_cli_note(j->cli, "%.*s", CRM_FMT(crm_buf_view(&b)));
	crm_buf_release(&b);
}

static void
note_rates(struct crm_report_job *j, const struct crm_report_facts *f)
{
	struct crm_buf b = { 0 };
	if (f->rate_day == INT32_MAX)
		return;
	crm_date_format(&b, f->rate_day);
	crm_cli_note(j->cli, _("oldest rate used: %.*s"),
	    CRM_FMT(crm_buf_view(&b)));
	crm_buf_release(&b);
}

/* --versus: another period where there is one, else an earlier state. */
static bool
compare(struct crm_report_job *j, struct crm_rows *rows)
{
	struct crm_cli *cli = j->cli;
	struct crm_rows before = { 0 };
	struct crm_report_facts facts;
	struct crm_err err = { 0 };
	struct crm_span s;
	bool good;
	if (j->period) {
		good = crm_report_compute(j, INT64_MAX, j->versus, &before,
		    &facts);
	} else if (j->lines) {
		crm_cli_usage(cli, _("lines have no earlier state: --versus "
		    "wants --period, and is another one"));
		return false;
	} else if (crm_when_parse(crm_str_z(j->versus), &cli->clock, &s, &err)) {
		crm_cli_fail(cli, &err);
		return false;
	} else {
		good = crm_report_compute(j, s.to - 1, NULL, &before, &facts);
	}
	if (good)
		crm_report_compare(rows, &before);
	crm_rows_release(&before);
	return good;
}

/* The same deals as they stood at another time, over the same period. */
static bool
at_time(struct crm_report_job *j, const struct crm_report_facts *f,
    int64_t at, struct crm_rows *out)
{
	const struct crm_zone *z = j->cli->clock.zone;
	struct crm_report_facts facts;
	char period[32];
	crm_report_range(crm_zone_day(z, f->period.from),
	    crm_zone_day(z, f->period.to - 1) + 1, period);
	return crm_report_compute(j, at, period, out, &facts);
}

/* Kind drift: the deals on the day of --from and now, taken apart. */
static bool
drift(struct crm_report_job *j, struct crm_rows *rows,
    const struct crm_report_facts *f)
{
	struct crm_cli *cli = j->cli;
	struct crm_rows then = { 0 }, out = { 0 };
	struct crm_err err = { 0 };
	struct crm_span s;
	if (!j->from || j->lines || f->period.from == INT64_MIN ||
	    f->period.to == INT64_MAX) {
		crm_cli_usage(cli, _("drift wants the store, --from DAY and a "
		    "period with two ends"));
		return false;
	}
	if (crm_when_parse(crm_str_z(j->from), &cli->clock, &s, &err)) {
		crm_cli_fail(cli, &err);
		return false;
	}
	bool good = at_time(j, f, s.to - 1, &then);
	if (good) {
		crm_report_drift(&then, rows, &out);
		crm_rows_release(rows);
		*rows = out;
	}
	crm_rows_release(&then);
	return good;
}

/* Kind slippage: the deals when the period began, and when it was over (or
 * now): what slipped and was won later has slipped all the same. */
static bool
slippage(struct crm_report_job *j, struct crm_rows *rows,
    const struct crm_report_facts *f)
{
	struct crm_cli *cli = j->cli;
	struct crm_rows then = { 0 }, last = { 0 }, out = { 0 };
	if (j->lines || f->period.from == INT64_MIN ||
	    f->period.to == INT64_MAX) {
		crm_cli_usage(cli, _("slippage wants the store and a period "
		    "with two ends"));
		return false;
	}
	bool over = f->period.to <= cli->clock.now;
	bool good = at_time(j, f, f->period.from - 1, &then) &&
	    (!over || at_time(j, f, f->period.to - 1, &last));
	if (good) {
		crm_report_slippage(&then, over ? &last : rows, &out);
		crm_rows_release(rows);
		*rows = out;
	}
	crm_rows_release(&then);
	crm_rows_release(&last);
	return good;
}

/* The columns in their order, for formats that have columns. */
static void
choose_columns(struct crm_report_job *j, const struct crm_rows *rows,
    struct crm_buf *names)
{
	struct crm_cli *cli = j->cli;
	if (cli->fields || cli->format == CRM_OUT_JSONL ||
	    cli->format == CRM_OUT_JSON)
		return;
	for (size_t c = 0; c < rows->ncolumns; c++) {
		if (rows->column[c].hidden)
			continue;
		if (names->n)
			crm_buf_c(names, ',');
		crm_buf_str(names, rows->column[c].name);
	}
	if (names->n)
		cli->fields = crm_buf_cstr(names);
}

static void
write_rows(struct crm_report_job *j, const struct crm_rows *rows,
    const struct crm_report_facts *facts)
{
	struct crm_buf names = { 0 }, line = { 0 };
	choose_columns(j, rows, &names);
	j->out = crm_out_init(j->cli, NULL);
	if (j->out && !j->lines)
		crm_out_rev(j->out, facts->rev);
	for (size_t i = 0; j->out && i < crm_rows_len(rows) &&
	    crm_out_more(j->out); i++) {
		crm_buf_clear(&line);
		crm_rows_print(rows, i, &line);
		if (!crm_out_record(j->out, crm_buf_view(&line)))
			break;
	}
	crm_buf_release(&line);
	crm_buf_release(&names);
}

enum own_format { VEGA = CRM_OUT_OWN, SLACK, TEAMS, MIME, ICS };

static bool
is_own(int format)
{
	return format >= CRM_OUT_OWN || format == CRM_OUT_HTML;
}

/* The formats that are more than a list of records. */
static void
write_look(struct crm_report_job *j, const struct crm_rows *rows,
    const struct crm_report_facts *f)
{
	struct crm_cli *cli = j->cli;
	struct crm_buf note = { 0 }, text = { 0 };
	note_of(j, f, &note);
	struct crm_look l = { .title = f->title.n ? f->title :
		CRM_STR("crm-report"), .formula = f->formula,
		.note = crm_buf_view(&note), .lang = crm_str_z(cli->lang),
		.now = cli->clock.now };
	if (cli->format == CRM_OUT_HTML)
		crm_look_html(rows, &l, &text);
	else if (cli->format == VEGA)
		crm_look_vega(rows, &l, &text);
	else if (cli->format == SLACK)
		crm_look_slack(rows, &l, &text);
	else if (cli->format == TEAMS)
		crm_look_teams(rows, &l, &text);
	else if (cli->format == MIME)
		crm_look_mime(rows, &l, &text);
	else if (!crm_look_ics(rows, &l, &text))
		crm_cli_usage(cli, _("-F ics is for the agenda"));
	if (!cli->usage && (j->out = crm_out_init(cli, NULL))) {
		crm_out_own(j->out);
		crm_out_text(j->out, crm_buf_view(&text));
	}
	crm_buf_release(&note);
	crm_buf_release(&text);
}

/* -- dashboards ------------------------------------------------------------ */

/* One of a dashboard's reports, below the others. */
static bool
add_part(struct crm_report_job *j, const char *name, struct crm_buf *out)
{
	struct crm_rows rows = { 0 };
	struct crm_report_facts f;
	struct crm_buf note = { 0 };
	struct crm_table t = { 0 };
	bool good = crm_report_named(j, name) &&
	    crm_report_compute(j, INT64_MAX, NULL, &rows, &f);
	if (good && (crm_str_is(f.kind, "drift") ||
	    crm_str_is(f.kind, "slippage"))) {
		crm_cli_usage(j->cli, _("'%s' cannot be part of a dashboard"),
		    name);
		good = false;
	}
	if (good) {
		note_of(j, &f, &note);
		struct crm_look l = { .title = f.title, .formula = f.formula,
			.note = crm_buf_view(&note), .ascii = j->cli->ascii };
		if (j->cli->format == CRM_OUT_HTML) {
			crm_look_section(&rows, &l, 2, out);
		} else if (j->cli->format == CRM_OUT_MARKDOWN) {
			crm_buf_printf(out, "\n## %.*s\n\n", CRM_FMT(f.title));
			crm_look_table(&rows, &t);
			crm_table_markdown(&t, out);
			crm_table_release(&t);
			crm_buf_printf(out, "\n%.*s\n", CRM_FMT(l.note));
		} else {
			crm_buf_c(out, '\n');
			crm_look_text(&rows, &l, out);
		}
	}
	crm_buf_release(&note);
	crm_rows_release(&rows);
	return good;
}

static void
dashboard(struct crm_report_job *j, struct crm_str title, struct crm_str list)
{
	struct crm_cli *cli = j->cli;
	struct crm_buf out = { 0 }, name = { 0 };
	struct crm_str none, e;
	bool good = true;
	int format = cli->format;
	if (format != CRM_OUT_HTML && format != CRM_OUT_MARKDOWN &&
	    format != CRM_OUT_TABLE) {
		crm_cli_usage(cli, _("a dashboard is html, markdown or table (-F)"));
		return;
	}
	j->spooled = j->lines;
	if (format == CRM_OUT_HTML) {
		crm_html_head(&out, title, crm_str_z(cli->lang));
		crm_buf_z(&out, "<h1>");
		crm_html_text(&out, title);
		crm_buf_z(&out, "</h1>\n");
	} else {
		crm_buf_printf(&out, "%s%.*s\n", format == CRM_OUT_TABLE ? "" :
		    "# ", CRM_FMT(title));
	}
	struct crm_json_iter it = crm_json_iter(list);
	while (good && crm_json_next(&it, &none, &e)) {
		crm_buf_clear(&name);
		crm_json_text(&name, e);
		good = add_part(j, crm_buf_cstr(&name), &out);
	}
	if (format == CRM_OUT_HTML)
		crm_html_foot(&out);
	if (good && (j->out = crm_out_init(cli, NULL))) {
		crm_out_own(j->out);
		crm_out_text(j->out, crm_buf_view(&out));
	}
	crm_buf_release(&name);
	crm_buf_release(&out);
}

/* Is the definition a dashboard? Then it is printed. */
static bool
try_dashboard(struct crm_report_job *j)
{
	struct crm_str o = crm_str_trim(crm_buf_view(&j->text)), v, list, title;
	if (!j->name || crm_json_check(o, NULL, NULL) != CRM_OK ||
	    !crm_json_get(o, CRM_STR("kind"), &v) ||
	    !crm_str_is(v, "\"dashboard\""))
		return false;
	if (!crm_json_get(o, CRM_STR("params"), &v) ||
	    !crm_json_get(v, CRM_STR("reports"), &list) ||
	    crm_json_kind(list) != '[') {
		crm_cli_usage(j->cli, _("%s: a dashboard wants 'params' with a "
		    "list of 'reports'"), j->path);
		return true;
	}
	title = crm_json_get(o, CRM_STR("title"), &v) && crm_json_is_string(v) ?
	    crm_json_inner(v) : CRM_STR("dashboard");
	list = crm_arena_str(&j->mem, list);
	dashboard(j, crm_arena_str(&j->mem, title), list);
	return true;
}

static void
run(struct crm_report_job *j)
{
	struct crm_rows rows = { 0 };
	struct crm_report_facts facts;
	if (j->list) {
		j->out = crm_out_init(j->cli, NULL);
		if (j->out)
			crm_report_list(j);
		return;
	}
	if (j->check) {
		crm_report_check(j);
		return;
	}
	if (!crm_report_find(j) || try_dashboard(j))
		return;
	if (crm_report_compute(j, INT64_MAX, NULL, &rows, &facts) &&
	    (!crm_str_is(facts.kind, "drift") || drift(j, &rows, &facts)) &&
	    (!crm_str_is(facts.kind, "slippage") ||
	    slippage(j, &rows, &facts)) &&
	    (!j->versus || compare(j, &rows))) {
		if (j->explain)
			explain(j, &facts);
		note_rates(j, &facts);
		if (is_own(j->cli->format))
			write_look(j, &rows, &facts);
		else
			write_rows(j, &rows, &facts);
	}
	crm_rows_release(&rows);
}

int
main(int argc, char **argv)
{
	struct crm_cli cli;
	struct crm_report_job j = { .cli = &cli };
	const struct crm_opt opts[] = {
		{ 0, "by", CRM_OPT_LIST, "FIELD", &j.keys,
		    N_("group by this; FIELD:day, week, month, quarter, year"),
		    .complete = "field" },
		{ 0, "count", CRM_OPT_LIST, NULL, &j.measures, N_("how many") },
		{ 0, "sum", CRM_OPT_LIST, "FIELD", &j.measures,
		    N_("sum, exact"), .complete = "field" },
		{ 0, "avg", CRM_OPT_LIST, "FIELD", &j.measures,
		    N_("mean"), .complete = "field" },
		{ 0, "median", CRM_OPT_LIST, "FIELD", &j.measures,
		    N_("median"), .complete = "field" },
		{ 0, "min", CRM_OPT_LIST, "FIELD", &j.measures, N_("least"),
		    .complete = "field" },
		{ 0, "max", CRM_OPT_LIST, "FIELD", &j.measures, N_("greatest"),
		    .complete = "field" },
		{ 0, "distinct", CRM_OPT_LIST, "FIELD", &j.measures,
		    N_("different values"), .complete = "field" },
		{ 0, "p90", CRM_OPT_LIST, "FIELD", &j.measures,
		    N_("90th percentile"), .complete = "field" },
		{ 0, "where", CRM_OPT_TEXT, "QUERY", &j.where,
		    N_("only records that match") },
		{ 0, "period", CRM_OPT_TEXT, "RANGE", &j.period,
		    N_("only this time: this-quarter, 2026, -90d..") },
		{ 0, "from", CRM_OPT_TEXT, "TIME", &j.from, N_("drift since") },
		{ 0, "versus", CRM_OPT_TEXT, "TIME", &j.versus,
		    N_("compare with another period, or the state of a day") },
		{ 0, "in", CRM_OPT_TEXT, "CURRENCY", &j.in,
		    N_("all money in this currency") },
		{ 0, "rates-at", CRM_OPT_TEXT, "FIELD", &j.rates_at,
		    N_("date of the rates; today without it"),
		    .complete = "field" },
		{ 0, "check", CRM_OPT_MAYBE, "GOALS", &j.check,
		    N_("compare goals with what was reached; exit 1 on a miss"),
		    .complete = "file" },
		{ 0, "missed", CRM_OPT_FLAG, NULL, &j.missed, N_("only misses") },
		{ 0, "list", CRM_OPT_FLAG, NULL, &j.list,
		    N_("name the reports there are") },
		{ 0, "explain", CRM_OPT_FLAG, NULL, &j.explain,
		    N_("say formula, filter, period, zone and number") },
		{ 0 }
	};
	static const char *const formats[] = { "vega-lite", "slack", "teams",
		"mime", "ics", NULL };
	static const char *const examples[] = {
		"crm-report pipeline",
		"crm-report -t deal --by stage --count --sum amount",
		"crm-report win-rate --period this-year --versus last-year",
		NULL };
	const struct crm_prog prog = { "crm-report", CRM_SOURCE,
		"[NAME] [FILE...]", N_("aggregate: shipped reports and any "
		"group-by"), examples, opts, .format = CRM_OUT_TABLE, .formats = formats };
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&j);
	crm_report_job_release(&j);
	return crm_cli_end(&cli);
}
