/* crm-score: scores with reasons. The jobs live in lib/cli/score*.c, the
 * formulas in lib/score. */
#include "base/zone.h"
#include "cli/score.h"

static bool
check_options(struct crm_score_job *j)
{
	struct crm_cli *cli = j->cli;
	bool clv = j->model == CRM_SCORE_CLV, rules = j->model == CRM_SCORE_RULES;
	if (j->train + j->backtest + j->partial + (j->combine && rules) > 1)
		crm_cli_usage(cli, _("one of --train, --backtest, --partial, "
		    "--combine"));
	else if (rules && (j->train || j->params))
		crm_cli_usage(cli, _("rules are not trained: --model conversion, "
		    "churn or clv"));
	else if (j->outcome && (j->model != CRM_SCORE_CONVERSION || j->params))
		crm_cli_usage(cli, _("--outcome is for training --model "
		    "conversion"));
	else if (!rules && j->rules)
		crm_cli_usage(cli, _("--rules is for --model rules"));
	else if ((j->partial || j->combine) && !rules && !clv)
		crm_cli_usage(cli, _("--partial and --combine are for rules and "
		    "clv"));
	else if (j->backtest && (rules || clv) && !cli->as_of_opt)
		crm_cli_usage(cli, _("--backtest wants the day to stand on: "
		    "--as-of"));
	else if (!rules && !clv && !j->train && !j->backtest && !j->params)
		crm_cli_usage(cli, _("--model %s wants --train, or --params with "
		    "what --train printed"), j->model == CRM_SCORE_CHURN ?
		    "churn" : "conversion");
	else if (cli->all && cli->nargs)
		crm_cli_usage(cli, _("-a reads the store: no files beside it"));
	else
		return true;
	return false;
}

static bool
read_horizon(struct crm_score_job *j)
{
	j->horizon = j->backtest && j->model == CRM_SCORE_CONVERSION ?
	    INT64_MAX : 365 * CRM_DAY;
	if (!j->horizon_opt)
		return true;
	if (crm_duration_parse(crm_str_z(j->horizon_opt), &j->horizon) &&
	    j->horizon > 0 && j->horizon <= 36500 * CRM_DAY)
		return true;
	crm_cli_usage(j->cli, _("--horizon: not a duration such as 90d: '%s'"),
	    j->horizon_opt);
	return false;
}

static void
run(struct crm_score_job *j)
{
	struct crm_cli *cli = j->cli;
	if (!check_options(j) || !read_horizon(j))
		return;
	const char *fields = cli->fields;
	if (j->train) {
		cli->format = CRM_OUT_JSONL;
		cli->fields = NULL;	/* features, not columns */
	}
	j->out = crm_out_init(cli, NULL);
	cli->fields = fields;
	if (!j->out || !crm_feed_open(&j->feed, cli, cli->all, j->backtest,
	    cli->args, cli->nargs) || !crm_feed_where(&j->feed, j->where))
		return;
	j->now = cli->clock.now;
	j->today = crm_zone_day(cli->clock.zone, j->now);
	if (j->model == CRM_SCORE_RULES)
		crm_score_rules(j);
	else if (j->model == CRM_SCORE_CLV)
		crm_score_clv(j);
	else
		crm_score_trained(j);
}

int
main(int argc, char **argv)
{
	static const char *const models[] = { "rules", "conversion", "churn",
		"clv", NULL };
	struct crm_cli cli;
	struct crm_score_job j = { .cli = &cli };
	const struct crm_opt opts[] = {
		{ 0, "model", CRM_OPT_CHOICE, "MODEL", &j.model,
		    N_("what to score by; rules without it"), models },
		{ 0, "train", CRM_OPT_FLAG, NULL, &j.train,
		    N_("learn from the records, print the model") },
		{ 0, "params", CRM_OPT_TEXT, "FILE", &j.params,
		    N_("score with what --train printed"), .complete = "file" },
		{ 0, "rules", CRM_OPT_TEXT, "FILE", &j.rules,
		    N_("rules file, or b2b (the default) or b2c"),
		    .complete = "file" },
		{ 0, "backtest", CRM_OPT_FLAG, NULL, &j.backtest,
		    N_("compare scores of --as-of with what came after") },
		{ 0, "horizon", CRM_OPT_TEXT, "DURATION", &j.horizon_opt,
		    N_("how far ahead; 365d without it") },
		{ 0, "outcome", CRM_OPT_TEXT, "FIELD[=VALUE]", &j.outcome,
		    N_("what conversion learns: the field that tells the outcome"),
		    .complete = "field" },
		{ 0, "write", CRM_OPT_TEXT, "FIELD", &j.write,
		    N_("print id, type and the score as FIELD, for crm-edit"),
		    .complete = "field" },
		{ 0, "partial", CRM_OPT_FLAG, NULL, &j.partial,
		    N_("print what --combine puts together") },
		{ 0, "combine", CRM_OPT_FLAG, NULL, &j.combine,
		    N_("score from the lines of several --partial runs") },
		{ 0, "where", CRM_OPT_TEXT, "QUERY", &j.where,
		    N_("only records that match") },
		{ 0, "allow-leakage", CRM_OPT_FLAG, NULL, &j.trust,
		    N_("train on fields that tell the outcome alone, too") },
		{ 0 }
	};
	static const char *const examples[] = {
		"crm-score -a -t lead --write score | crm-edit --patch -",
		"crm-score -a --model clv --train -o clv.json",
		"crm-find deal is:open | crm-score --model conversion --params m.json",
		NULL };
	const struct crm_prog prog = { "crm-score", CRM_FILTER, "[FILE...]",
		N_("add scores with reasons: rules, conversion, churn, lifetime "
		"value"), examples, opts };
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&j);
	crm_store_env_free(j.then);
	crm_feed_release(&j.feed);
	crm_buf_release(&j.line);
	crm_buf_release(&j.tmp);
	return crm_cli_end(&cli);
}
