/* crm-merge: apply a merge plan; take a merge apart again. */
#include "cli/merge.h"
#include "cli/undo.h"

static void
run(struct crm_cli *cli, struct crm_merge *o)
{
	struct crm_sink s;
	struct crm_err err = { 0 };
	struct crm_sink_spec spec = { .apply = crm_merge_apply, .ctx = o,
		.loose = true, .whole = true, .batch = 1000,
		.cause = "merge" };
	if (o->undo && cli->nargs) {
		crm_cli_usage(cli, _("--undo takes no PLAN: '%s'"),
		    cli->args[0]);
		return;
	}
	if (o->undo) {
		crm_undo(cli, o->undo, "crm-merge");
		return;
	}
	if (o->policy_file && crm_merge_policy_load(&o->policy,
	    o->policy_file, &err)) {
		crm_cli_fail(cli, &err);
		return;
	}
	bool ok = crm_sink_begin(&s, cli, &spec);
	/* a dry run shows each line what those before it would have done */
	s.one |= cli->dry;
	if (ok && (crm_merge_open(o, s.ses.store, &err) ||
	    crm_merge_policy_check(&o->policy, s.ses.store, o->policy_file,
	    &err))) {
		crm_cli_fail(cli, &err);
		ok = false;
	}
	if (ok)
		crm_sink_files(&s, cli->args, cli->nargs);
	crm_sink_end(&s);
	if (o->skipped)
		crm_cli_note(cli, _("%" PRIu64 " lines want a person's review: "
		    "--include-review applies them"), o->skipped);
}

int
main(int argc, char **argv)
{
	static const char *const examples[] = {
		"crm-dedupe -a -t contact | crm-merge -n",
		"crm-dedupe -a -t contact > plan.jsonl; crm-merge plan.jsonl",
		"crm-merge --atomic -q plan.jsonl",
		"crm-merge --undo 4711",
		NULL
	};
	struct crm_merge o = { 0 };
	const struct crm_opt opts[] = {
		{ 0, "policy", CRM_OPT_TEXT, "FILE", &o.policy_file,
		    N_("which value of a field survives, as JSON"),
		    .complete = "file" },
		{ 0, "include-review", CRM_OPT_FLAG, NULL, &o.review,
		    N_("apply lines that want a person's review, too") },
		{ 0, "undo", CRM_OPT_TEXT, "TXN", &o.undo,
		    N_("take the merges of a transaction apart again") },
		{ 0 }
	};
	const struct crm_prog prog = { .name = "crm-merge", .kind = CRM_SINK,
		.operands = "[PLAN...]",
		.purpose = N_("apply a merge plan; take a merge apart again"),
		.examples = examples, .opts = opts };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli, &o);
	crm_merge_release(&o);
	return crm_cli_end(&cli);
}
