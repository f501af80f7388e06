/* crm-history: changes, versions, differences, change feed; undo, restore; the
 * mirror in git. */
#include "cli/history.h"

struct verb {
	const char *name;
	void (*run)(struct crm_history *h);
	bool sink;
};

static const struct verb *
find_verb(const char *name)
{
	static const struct verb verbs[] = {
		{ "log", crm_history_log, false },
		{ "show", crm_history_show, false },
		{ "diff", crm_history_diff, false },
		{ "blame", crm_history_blame, false },
		{ "feed", crm_history_feed, false },
		{ "undo", crm_history_undo, true },
		{ "restore", crm_history_restore, true },
		{ "apply", crm_history_apply, true },
		{ "verify", crm_history_verify, false },
		{ "mirror", crm_history_git, false },
		{ "textconv", crm_history_git, false },
	};
	for (size_t i = 0; i < CRM_LEN(verbs); i++)
		if (strcmp(name, verbs[i].name) == 0)
			return &verbs[i];
	return NULL;
}

static void
run(struct crm_cli *cli, struct crm_history *h)
{
	const struct verb *v = cli->nargs ? find_verb(cli->args[0]) : NULL;
	if (!v) {
		crm_cli_usage(cli, _("what? log, show, diff, blame, feed, "
		    "undo, restore, apply, verify, mirror or textconv"));
		return;
	}
	if (v->sink && cli->as_of != INT64_MAX) {
		crm_cli_usage(cli, _("--as-of is for reading: '%s' changes what "
		    "is there now (--at says which state is meant)"), v->name);
		return;
	}
	h->cli = cli;
	h->args = cli->args + 1;
	h->nargs = cli->nargs - 1;
	v->run(h);
}

/* Writing verbs outlive readers of their echo and end batches in order when a
 * signal comes: to be known before the options are. */
static enum crm_prog_kind
kind_of(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const struct verb *v = find_verb(argv[i]);
		if (v)
			return v->sink ? CRM_SINK : CRM_SOURCE;
	}
	return CRM_SOURCE;
}

int
main(int argc, char **argv)
{
	static const char *const examples[] = {
		"crm-history log -l 20",
		"crm-history undo last -m 'wrong file'",
		"crm-history feed --since 120 --follow", NULL };
	struct crm_history h = { .argv = argv };
	const struct crm_opt opts[] = {
		{ 0, "at", CRM_OPT_TEXT, "TIME", &h.at,
		    N_("as it was then: a time or a revision") },
		{ 0, "since", CRM_OPT_TEXT, "REV[:ID]", &h.since,
		    N_("changes after this revision, or after the line of ID "
		    "in it") },
		{ 0, "follow", CRM_OPT_FLAG, NULL, &h.follow,
		    N_("wait for more changes") },
		{ 0 } };
	const struct crm_prog prog = { .name = "crm-history",
		.kind = kind_of(argc, argv),
		.operands = "log [REF] | show REF... --at TIME | "
		    "diff REF [A [B]] | blame REF | feed | undo TXN|last | "
		    "restore REF... --at TIME | apply [FILE...] | "
		    "verify | mirror [REF...] | textconv FILE",
		.purpose = N_("changes, versions, undo and the change feed"),
		.examples = examples, .opts = opts,
		.with = CRM_SOURCE_SET | CRM_SINK_SET };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli, &h);
	return crm_cli_end(&cli);
}
