/* The helper of crm-history, crm restore, crm verify and the sinks that alone
 * links libgit2 and libsodium. Users call it through them: it takes
 * crm-history's command lines. */
#include "cli/mirror_verbs.h"

static void
run(struct crm_cli *cli)
{
	const char *verb = cli->nargs ? cli->args[0] : "";
	if (strcmp(verb, "mirror") == 0)
		crm_mirror_verb(cli, CRM_MIRROR_ALL);
	else if (strcmp(verb, "follow") == 0)
		crm_mirror_verb(cli, CRM_MIRROR_FOLLOW);
	else if (strcmp(verb, "forget") == 0)
		crm_mirror_verb(cli, CRM_MIRROR_FORGET);
	else if (strcmp(verb, "textconv") == 0)
		crm_textconv_verb(cli);
	else if (strcmp(verb, "dump") == 0)
		crm_mirror_dump_verb(cli);
	else if (strcmp(verb, "search") == 0)
		crm_mirror_search_verb(cli);
	else
		crm_cli_usage(cli, _("mirror [REF...] or textconv FILE"));
}

int
main(int argc, char **argv)
{
	static const char *const examples[] = { "crm-history mirror",
		"git -C STORE/mirror.git log -p", NULL };
	const struct crm_prog prog = { .name = "crm-history",
		.kind = CRM_SOURCE, .operands = "mirror [REF...] | textconv FILE",
		.purpose = N_("the store's history in git"),
		.examples = examples, .with = CRM_SOURCE_SET | CRM_SINK_SET };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli);
	return crm_cli_end(&cli);
}
