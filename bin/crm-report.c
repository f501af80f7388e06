/* crm-report: aggregates. The work is in lib/cli/report*.c, the figures in
 * lib/report. */
#include "cli/report.h"

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
	if (!crm_report_find(j) || crm_report_dashboard(j))
		return;
	if (crm_report_answer(j, &rows, &facts))
		crm_report_write(j, &rows, &facts);
	crm_rows_release(&rows);
}

#define MEASURE(name, help) { 0, name, CRM_OPT_LIST, "FIELD", &j.measures, \
	help, .complete = "field" }

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
		MEASURE("sum", N_("sum, exact")),
		MEASURE("avg", N_("mean")),
		MEASURE("median", N_("median")),
		MEASURE("min", N_("least")),
		MEASURE("max", N_("greatest")),
		MEASURE("distinct", N_("different values")),
		MEASURE("p90", N_("90th percentile")),
		{ 0, "where", CRM_OPT_TEXT, "QUERY", &j.where,
		    N_("only records that match") },
		{ 0, "period", CRM_OPT_TEXT, "RANGE", &j.period,
		    N_("only this time: this-quarter, 2026, -90d..") },
		{ 0, "from", CRM_OPT_TEXT, "TIME", &j.from, N_("drift since") },
		{ 0, "versus", CRM_OPT_TEXT, "TIME", &j.versus,
		    N_("compare with another period, or the state of a day") },
		{ 0, "in", CRM_OPT_TEXT, "CURRENCY", &j.in,
		    N_("all money in this currency") },
		{ 0, "rates", CRM_OPT_TEXT, "FILE", &j.rates,
		    N_("rates of this file: the ECB's CSV or XML, or a table"),
		    .complete = "file" },
		{ 0, "rates-at", CRM_OPT_TEXT, "FIELD", &j.rates_at,
		    N_("date of the rates; today without it"),
		    .complete = "field" },
		{ 0, "check", CRM_OPT_MAYBE, "GOALS", &j.check,
		    N_("compare goals with what was reached; exit 1 on a miss"),
		    .complete = "file" },
		{ 0, "missed", CRM_OPT_FLAG, NULL, &j.missed, N_("only misses") },
		{ 0, "free", CRM_OPT_MAYBE, "OWNERS", &j.free,
		    N_("agenda: free business hours that these owners share") },
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
	int rc = crm_cli_end(&cli);	/* prints the head of an empty CSV */
	crm_report_job_release(&j);
	return rc;
}
