/* What a report looks like outside: records by the one writer, pages and
 * payloads by lib/report. */
#include "base/zone.h"
#include "cli/report.h"

/* Whole days as days, the last one included; else instants. */
static void
period_of(const struct crm_zone *z, struct crm_span s, struct crm_buf *b)
{
	bool from = s.from != INT64_MIN, to = s.to != INT64_MAX;
	int32_t first = from ? crm_zone_day(z, s.from) : 0;
	int32_t end = to ? crm_zone_day(z, s.to) : 0;
	bool days = (!from || crm_zone_midnight(z, first) == s.from) &&
	    (!to || crm_zone_midnight(z, end) == s.to);
	if (from && days)
		crm_date_format(b, first);
	else if (from)
		crm_time_format(b, s.from);
	crm_buf_z(b, "..");
	if (to && days)
		crm_date_format(b, end - 1);
	else if (to)
		crm_time_format(b, s.to);
}

/* What the figures rest on, in one line. */
void
crm_report_note(struct crm_report_job *j, const struct crm_report_facts *f,
    struct crm_buf *b)
{
	struct crm_cli *cli = j->cli;
	if (f->has_period) {
		crm_buf_z(b, _("period "));
		period_of(cli->clock.zone, f->period, b);
		crm_buf_z(b, "; ");
	}
	if (f->where.n)
		crm_buf_printf(b, _("filter %.*s; "), CRM_FMT(f->where));
	if (f->rate_day != INT32_MAX) {
		crm_buf_z(b, _("oldest rate used: "));
		crm_date_format(b, f->rate_day);
		crm_buf_z(b, "; ");
	}
	crm_buf_printf(b, _("zone %s; n %" PRIu64), cli->clock.zone ?
	    crm_zone_name(cli->clock.zone) : "UTC", f->n);
}

void
crm_report_explain(struct crm_report_job *j, const struct crm_report_facts *f)
{
	struct crm_buf b = { 0 };
	if (f->title.n)
		crm_cli_note(j->cli, "%.*s", CRM_FMT(f->title));
	if (f->formula.n)
		crm_cli_note(j->cli, _("formula: %.*s"), CRM_FMT(f->formula));
	crm_report_note(j, f, &b);
	crm_cli_note(j->cli, "%.*s", CRM_FMT(crm_buf_view(&b)));
	crm_buf_release(&b);
}

/* The columns in their order, for formats that have columns. */
static void
choose_columns(struct crm_report_job *j, const struct crm_rows *rows)
{
	struct crm_cli *cli = j->cli;
	struct crm_buf *names = &j->columns;
	if (cli->fields || cli->format == CRM_OUT_JSONL ||
	    cli->format == CRM_OUT_JSON)
		return;
	for (size_t c = 0; c < rows->ncolumns; c++) {
		const struct crm_column *k = &rows->column[c];
		bool both = k->kind != CRM_COLUMN_KEY &&
		    k->kind != CRM_COLUMN_TEXT;
		if (k->hidden || (j->versus && k->name.n && *k->name.p == '_'))
			continue;
		crm_buf_printf(names, "%s%.*s", names->n ? "," : "",
		    CRM_FMT(k->name));
		if (j->versus && both)
			crm_buf_printf(names, ",_before.%.*s,_change.%.*s",
			    CRM_FMT(k->name), CRM_FMT(k->name));
	}
	if (names->n)
		cli->fields = crm_buf_cstr(names);
}

static void
write_rows(struct crm_report_job *j, const struct crm_rows *rows,
    const struct crm_report_facts *facts)
{
	struct crm_buf line = { 0 };
	choose_columns(j, rows);
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
	/* a table without rows asks for the names now, at the latest */
	if (j->out)
		crm_out_finish(j->out);
	crm_buf_release(&line);
}

struct crm_look
crm_report_look(struct crm_report_job *j, const struct crm_report_facts *f,
    struct crm_buf *note)
{
	const struct crm_cli *cli = j->cli;
	bool text = cli->format == CRM_OUT_TABLE && cli->tty_out;
	crm_report_note(j, f, note);
	return (struct crm_look){ .title = f->title.n ? f->title :
		CRM_STR("crm-report"), .formula = f->formula,
		.note = crm_buf_view(note), .lang = crm_str_z(cli->lang),
		.chart = f->chart, .now = cli->clock.now, .ascii = cli->ascii,
		.terminal = text, .color = text && cli->color_out,
		.width = text ? cli->columns : 0 };
}

/* The formats that are more than a list of records. */
static void
write_look(struct crm_report_job *j, const struct crm_rows *rows,
    const struct crm_report_facts *f)
{
	struct crm_cli *cli = j->cli;
	struct crm_buf note = { 0 }, text = { 0 };
	const struct crm_look l = crm_report_look(j, f, &note);
	if (cli->format == CRM_OUT_HTML)
		crm_look_html(rows, &l, &text);
	else if (cli->format == CRM_OUT_TABLE)
		crm_look_text(rows, &l, &text);
	else if (cli->format == CRM_REPORT_VEGA)
		crm_look_vega(rows, &l, &text);
	else if (cli->format == CRM_REPORT_SLACK)
		crm_look_slack(rows, &l, &text);
	else if (cli->format == CRM_REPORT_TEAMS)
		crm_look_teams(rows, &l, &text);
	else if (cli->format == CRM_REPORT_MIME)
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

/* Is there more to show than the records: a page, a payload, or a table for
 * somebody at a terminal who asked for nothing special? */
static bool
is_look(const struct crm_report_job *j)
{
	const struct crm_cli *cli = j->cli;
	return cli->format >= CRM_OUT_OWN || cli->format == CRM_OUT_HTML ||
	    (cli->format == CRM_OUT_TABLE && cli->tty_out && !cli->output &&
	    !cli->fields && !cli->end && cli->limit == INT64_MAX &&
	    !j->versus);
}

void
crm_report_write(struct crm_report_job *j, const struct crm_rows *rows,
    const struct crm_report_facts *f)
{
	struct crm_buf b = { 0 };
	if (j->explain)
		crm_report_explain(j, f);
	if (f->rate_day != INT32_MAX) {
		crm_date_format(&b, f->rate_day);
		crm_cli_note(j->cli, _("oldest rate used: %.*s"),
		    CRM_FMT(crm_buf_view(&b)));
		crm_buf_release(&b);
	}
	if (is_look(j))
		write_look(j, rows, f);
	else
		write_rows(j, rows, f);
}
