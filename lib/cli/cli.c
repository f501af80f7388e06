#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <locale.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/zone.h"
#include "cli/common.h"
#include "cli/env.h"
#include "cli/help.h"
#include "cli/interrupt.h"
#include "cli/msg.h"
#include "cli/out.h"
#include "model/schema.h"

/* Descriptors 0-2 exist, so that no file of ours gets one of their numbers.
 * What stands in for a closed stdin cannot be read, for a closed stdout not
 * written: who needs it fails (EBADF) instead of losing records silently. */
static void
open_standard_fds(void)
{
	for (;;) {
		int fd = open("/dev/null", O_WRONLY);
		if (fd == 1) {
			close(fd);
			fd = open("/dev/null", O_RDONLY);
		}
		if (fd > 2)
			close(fd);
		if (fd < 0 || fd > 1)
			return;
	}
}

/* SIGPIPE as a shell's child expects it, whatever the parent left; sinks go on
 * storing when nobody reads their echo. */
static void
set_sigpipe(bool sink)
{
	signal(SIGPIPE, sink ? SIG_IGN : SIG_DFL);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void
hygiene(bool sink)
{
	open_standard_fds();
	if (getauxval(AT_SECURE) || geteuid() != getuid()) {
		static const char msg[] =
		    "crm: refusing to run with another user's rights\n";
		ssize_t n CRM_UNUSED = write(2, msg, sizeof(msg) - 1);
		_exit(4);
	}
	set_sigpipe(sink);
	if (sink)
		crm_interrupt_catch();
	umask(077);
	if (!getenv("CRM_DEBUG")) {
		const struct rlimit none = { 0, 0 };
		setrlimit(RLIMIT_CORE, &none);
		prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
	}
}

/* Catalogues are looked for only when a language other than English is asked
 * for; LC_NUMERIC and the others stay C. */
static void
set_language(struct crm_cli *cli)
{
	const char *lang = crm_env_language(cli->lang);
	if (!lang)
		return;
	if (!setlocale(LC_MESSAGES, "") ||
	    strcmp(setlocale(LC_MESSAGES, NULL), "C") == 0)
		setlocale(LC_MESSAGES, "C.UTF-8");
	setlocale(LC_CTYPE, "C.UTF-8");
	setenv("LANGUAGE", lang, 1);
	struct crm_buf dir = { 0 };
	crm_buf_printf(&dir, "%s/../locale", crm_cli_datadir(cli));
	bindtextdomain("crmutils", crm_buf_cstr(&dir));
	bind_textdomain_codeset("crmutils", "UTF-8");
	crm_buf_release(&dir);
}

static void
defaults(struct crm_cli *cli, const struct crm_prog *prog)
{
	*cli = (struct crm_cli){ .prog = prog, .limit = INT64_MAX,
	    .max_rejects = INT64_MAX, .expect = -1, .wait = 30,
	    .max_line = 1 << 20, .max_depth = 64, .max_members = 4096,
	    .as_of = INT64_MAX, .progress = true, .reject_fd = -1,
	    .sink = prog->kind == CRM_SINK };
}

/* -F's values: those of every program, then the program's own. */
enum { FORMATS_MAX = 32 };

static void
format_names(const struct crm_prog *prog, const char *names[FORMATS_MAX])
{
	static const char *const common[] = { "jsonl", "json", "csv", "tsv",
		"table", "card", "markdown", "html", "ids", "values" };
	size_t n = 0;
	for (size_t i = 0; i < CRM_LEN(common); i++)
		names[n++] = common[i];
	for (size_t i = 0; prog->formats && prog->formats[i] &&
	    n + 1 < FORMATS_MAX; i++)
		names[n++] = prog->formats[i];
	names[n] = NULL;
}

static enum crm_status
check_options(struct crm_cli *cli, const char *const *formats,
    struct crm_err *err)
{
	cli->format = (int)cli->prog->format;
	for (int i = 0; cli->format_name && formats[i]; i++)
		if (strcmp(cli->format_name, formats[i]) == 0)
			cli->format = CRM_OUT_JSONL + i;
	if (cli->store_opt && !*cli->store_opt)
		return crm_err_set(err, CRM_USAGE, "usage.value",
		    _("--store wants a directory or a URL"));
	return crm_env_clock(cli, (struct crm_str){ NULL, 0 }, err);
}

bool
crm_cli_begin(struct crm_cli *cli, int argc, char **argv,
    const struct crm_prog *prog)
{
	hygiene(prog->kind == CRM_SINK);
	defaults(cli, prog);
	int wish = 0;
	const char *formats[FORMATS_MAX];
	format_names(prog, formats);
	struct crm_opt rows[CRM_COMMON_MAX];
	crm_common_rows(cli, &wish, formats, rows);
	static const struct crm_opt none[] = { { 0 } };
	const struct crm_opt *const tables[] = { prog->opts ? prog->opts : none,
		rows, NULL };
	struct crm_err err = { 0 };
	cli->args = crm_calloc((size_t)(argc > 0 ? argc : 1),
	    sizeof(*cli->args));
	enum crm_status st = crm_opt_parse(tables, argc, argv, prog->stop,
	    cli->args, &cli->nargs, &err);
	crm_env_terminal(cli);
	set_language(cli);
	if (st == CRM_OK && wish) {
		crm_help_print(cli, tables, wish);
		cli->done = true;
		return false;
	}
	if (st == CRM_OK)
		st = check_options(cli, formats, &err);
	if (st != CRM_OK)
		crm_cli_fail(cli, &err);
	return st == CRM_OK;
}

enum crm_status
crm_cli_zone(struct crm_cli *cli, struct crm_str zone, struct crm_err *err)
{
	return crm_env_clock(cli, zone, err);
}

static int
exit_code(const struct crm_cli *cli)
{
	if (cli->usage)
		return 2;
	if (cli->failed || (cli->atomic && cli->rejected))
		return 4;
	if (cli->retry)
		return 75;
	if (cli->rejected)
		return 3;
	return cli->no ? 1 : 0;
}

int
crm_cli_end(struct crm_cli *cli)
{
	bool sound = !cli->usage && !cli->failed && !cli->retry;
	if (cli->out && !crm_out_end(cli->out, sound))
		cli->failed = true;
	cli->out = NULL;
	if (cli->exit_status && sound && !cli->done && cli->count.written == 0)
		cli->no = true;
	if (cli->reject_fd >= 0 && close(cli->reject_fd) != 0)
		cli->failed = true;
	if (crm_interrupt_which())
		crm_cli_note(cli, _("interrupted: %" PRIu64 " records were stored"),
		    cli->count.created + cli->count.updated +
		    cli->count.deleted);
	if (!cli->done && !cli->usage)
		crm_msg_summary(cli);
	crm_interrupt_die();
	free(cli->args);
	crm_config_free(cli->config);
	crm_buf_release(&cli->store_path);
	crm_buf_release(&cli->actor);
	crm_buf_release(&cli->datadir);
	crm_buf_release(&cli->reject_head);
	if (cli->schema && cli->schema != crm_schema_default())
		crm_schema_free((struct crm_schema *)(uintptr_t)cli->schema);
	return exit_code(cli);
}
