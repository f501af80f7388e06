/* The dispatcher: its own verbs, then crm-VERB beside it, then on PATH. */
#include "cli/cli.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cli/verbs.h"

struct near_verb {
	struct crm_near near;
	struct crm_arena mem;
};

static void
try_name(void *ctx, const char *verb)
{
	struct near_verb *n = ctx;
	crm_near_try(&n->near, crm_arena_str(&n->mem, crm_str_z(verb)));
}

static void
unknown(struct crm_cli *cli, const char *verb)
{
	struct near_verb n = { 0 };
	crm_near_init(&n.near, crm_str_z(verb));
	for (const struct crm_verb *v = crm_verbs(); v->name; v++)
		crm_near_try(&n.near, crm_str_z(v->name));
	crm_verb_programs(try_name, &n);
	struct crm_str best = crm_near_best(&n.near);
	if (best.n)
		crm_cli_usage(cli, _("unknown verb '%s', did you mean "
		    "'%.*s'?"), verb, CRM_FMT(best));
	else
		crm_cli_usage(cli, _("unknown verb '%s'"), verb);
	crm_arena_release(&n.mem);
}

/* crm-VERB in the directory of this program, then on PATH. Comes back only
 * when there is none. */
static void
exec_program(const char *verb, char **argv)
{
	char self[4096];
	struct crm_buf path = { 0 };
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self));
	while (n > 0 && self[n - 1] != '/')
		n--;
	if (strchr(verb, '/'))
		return;
	if (n > 0)
		crm_buf_add(&path, self, (size_t)n);
	crm_buf_printf(&path, "crm-%s", verb);
	argv[0] = (char *)crm_buf_cstr(&path) + (n > 0 ? n : 0);
	execv(path.p, argv);
	if (errno == ENOENT || errno == EACCES)
		execvp(argv[0], argv);
	crm_buf_release(&path);
}

/* argv of the verb: its name, our -s, its own arguments. */
static char **
verb_argv(const struct crm_cli *cli, int *argc)
{
	char **argv = crm_calloc(cli->nargs + 3, sizeof(*argv));
	int n = 0;
	argv[n++] = (char *)cli->args[0];
	if (cli->store_opt) {
		argv[n++] = (char *)"-s";
		argv[n++] = (char *)cli->store_opt;
	}
	for (size_t i = 1; i < cli->nargs; i++)
		argv[n++] = (char *)cli->args[i];
	*argc = n;
	return argv;
}

/* The exit code of a verb; -1 where there is none of that name. */
static int
run_verb(const struct crm_cli *cli)
{
	int argc, rc = -1;
	char **argv = verb_argv(cli, &argc);
	for (const struct crm_verb *v = crm_verbs(); v->name && rc < 0; v++)
		if (strcmp(v->name, cli->args[0]) == 0)
			rc = v->run(argc, argv);
	if (rc < 0)
		exec_program(cli->args[0], argv);
	free(argv);
	return rc;
}

/* Without a verb: how the store is, and what comes next. */
static int
overview(struct crm_cli *cli)
{
	char name[] = "status", store[] = "-s";
	char *argv[] = { name, store, (char *)cli->store_opt, NULL };
	int rc = crm_verb_status(cli->store_opt ? 3 : 1, argv);
	if (rc == 0) {
		crm_cli_note(cli, "crm find contact -l 5     %s", _("look"));
		crm_cli_note(cli, "crm add contact name=X    %s", _("add"));
		crm_cli_note(cli, "crm help                  %s",
		    _("all verbs"));
	}
	return rc;
}

int
main(int argc, char **argv)
{
	static const char *const examples[] = { "crm init",
		"crm find contact country:GR", "crm -s ./play status", NULL };
	const struct crm_prog prog = { "crm", CRM_OTHER, "VERB [ARGUMENT...]",
	    N_("run a verb on a store of customers"), examples, NULL,
	    .with = CRM_HAS_STORE, .stop = true };
	struct crm_cli cli;
	int rc = -1;
	if (crm_cli_begin(&cli, argc, argv, &prog)) {
		rc = cli.nargs ? run_verb(&cli) : overview(&cli);
		if (rc < 0)
			unknown(&cli, cli.args[0]);
	}
	int end = crm_cli_end(&cli);
	return rc > 0 ? rc : end;
}
