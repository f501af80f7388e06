/* The helpers of crm-history, crm restore, crm verify and the sinks that alone
 * link libsodium and, the second of them, libgit2: crm-git does what it can, and
 * becomes crm-git2 for the rest. Users call them through those programs: they
 * take crm-history's command lines. */
#include "cli/mirror.h"
#include "cli/mirror_verbs.h"
#include "store/git_lib.h"

/* False: libgit2 is needed, and not here. */
static bool
run(struct crm_cli *cli)
{
	const char *verb = cli->nargs ? cli->args[0] : "";
	if (strcmp(verb, "mirror") == 0)
		return crm_mirror_verb(cli, CRM_MIRROR_ALL);
	if (strcmp(verb, "follow") == 0)
		return crm_mirror_verb(cli, CRM_MIRROR_FOLLOW);
	if (strcmp(verb, "textconv") == 0)
		crm_textconv_verb(cli);
	else if (!crm_git_lib())
		return false;
	else if (strcmp(verb, "forget") == 0)
		return crm_mirror_verb(cli, CRM_MIRROR_FORGET);
	else if (strcmp(verb, "dump") == 0)
		crm_mirror_dump_verb(cli, false);
	else if (strcmp(verb, "audit") == 0)
		crm_mirror_dump_verb(cli, true);
	else if (strcmp(verb, "search") == 0)
		crm_mirror_search_verb(cli);
	else
		crm_cli_usage(cli, _("mirror [REF...] or textconv FILE"));
	return true;
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
	struct crm_err err = { 0 };
	if (crm_cli_begin(&cli, argc, argv, &prog) && !run(&cli) &&
	    crm_mirror_exec_lib(argv, &err))
		crm_cli_fail(&cli, &err);
	return crm_cli_end(&cli);
}
