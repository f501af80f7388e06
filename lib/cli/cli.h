/* What every program begins and ends with: start-up hygiene, options,
 * environment, clock, messages, counts and the exit code.
 *
 *	int
 *	main(int argc, char **argv)
 *	{
 *		struct mine o = { 0 };
 *		const struct crm_opt opts[] = {
 *			{ 0, "sort", CRM_OPT_TEXT, "FIELDS", &o.sort,
 *			    N_("order by these fields; - before one: downwards"),
 *			    .complete = "field" },
 *			{ 0 }
 *		};
 *		const char *const examples[] = { "crm-x -a", ..., NULL };
 *		const struct crm_prog prog = { "crm-x", CRM_FILTER, "[FILE...]",
 *		    N_("one job in one line"), examples, opts };
 *		struct crm_cli cli;
 *		if (crm_cli_begin(&cli, argc, argv, &prog))
 *			run(&cli, &o);
 *		return crm_cli_end(&cli);
 *	}
 */
#ifndef CRM_CLI_H
#define CRM_CLI_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/time.h"
#include "cli/opt.h"

struct crm_schema;
struct crm_store;

struct crm_out;
struct crm_config;

enum crm_prog_kind { CRM_SOURCE, CRM_FILTER, CRM_SINK, CRM_OTHER };

/* The options that mean the same everywhere. A kind brings its own set;
 * `with` adds to it, `without` takes away. */
enum crm_common {
	CRM_HAS_STORE = 1 << 0,		/* -s --actor --wait */
	CRM_HAS_TYPE = 1 << 1,		/* -t */
	CRM_HAS_FIELDS = 1 << 2,	/* -f */
	CRM_HAS_FORMAT = 1 << 3,	/* -F -0 */
	CRM_HAS_OUTPUT = 1 << 4,	/* -o */
	CRM_HAS_LIMIT = 1 << 5,		/* -l */
	CRM_HAS_ALL = 1 << 6,		/* -a */
	CRM_HAS_DRY = 1 << 7,		/* -n */
	CRM_HAS_WHY = 1 << 8,		/* -m --atomic --expect --create --no-hooks */
	CRM_HAS_STATUS = 1 << 9,	/* -e */
	CRM_HAS_JOBS = 1 << 10,		/* -j */
	CRM_HAS_AS_OF = 1 << 11,	/* --as-of */
	CRM_HAS_END = 1 << 12,		/* --end */
	CRM_HAS_REQUIRE_END = 1 << 13,	/* --require-end */
	CRM_HAS_REJECT = 1 << 14,	/* --reject --max-rejects */
	CRM_HAS_LIMITS = 1 << 15,	/* --max-line --max-depth --max-members */

	CRM_SOURCE_SET = CRM_HAS_STORE | CRM_HAS_TYPE | CRM_HAS_FIELDS |
	    CRM_HAS_FORMAT | CRM_HAS_OUTPUT | CRM_HAS_LIMIT | CRM_HAS_STATUS |
	    CRM_HAS_JOBS | CRM_HAS_AS_OF | CRM_HAS_END | CRM_HAS_LIMITS,
	CRM_FILTER_SET = CRM_SOURCE_SET | CRM_HAS_ALL | CRM_HAS_REQUIRE_END |
	    CRM_HAS_REJECT,
	CRM_SINK_SET = CRM_HAS_STORE | CRM_HAS_TYPE | CRM_HAS_FIELDS |
	    CRM_HAS_FORMAT | CRM_HAS_OUTPUT | CRM_HAS_DRY | CRM_HAS_WHY |
	    CRM_HAS_STATUS | CRM_HAS_END | CRM_HAS_REQUIRE_END |
	    CRM_HAS_REJECT | CRM_HAS_LIMITS
};

enum crm_format {	/* -F; AUTO: table on a terminal, else JSONL */
	CRM_OUT_AUTO, CRM_OUT_JSONL, CRM_OUT_JSON, CRM_OUT_CSV, CRM_OUT_TSV,
	CRM_OUT_TABLE, CRM_OUT_CARD, CRM_OUT_MARKDOWN, CRM_OUT_HTML,
	CRM_OUT_IDS, CRM_OUT_VALUES,
	CRM_OUT_OWN	/* the program's first own one, prog->formats[0] */
};

struct crm_prog {
	const char *name;	/* "crm-find" */
	enum crm_prog_kind kind;
	const char *operands;	/* for the synopsis: "[TYPE] TERM..." */
	const char *purpose;	/* N_("select records by query") */
	const char *const *examples;	/* three command lines, NULL at the end */
	const struct crm_opt *opts;	/* its own rows; may be NULL */
	unsigned with, without;	/* CRM_HAS_* */
	enum crm_format format;	/* instead of AUTO where -F is not given */
	/* More values of -F than enum crm_format has ("vega-lite"), NULL at the
	 * end; may be NULL. */
	const char *const *formats;
	bool stop;		/* options end at the first operand */
};

enum crm_color { CRM_COLOR_AUTO, CRM_COLOR_ALWAYS, CRM_COLOR_NEVER };

struct crm_cli {
	const struct crm_prog *prog;
	/* Operands, in order. */
	const char **args;
	size_t nargs;

	/* The common options as given; NULL or false where they were not. */
	const char *store_opt;	/* -s; crm_cli_store_path() resolves */
	const char *type;	/* -t */
	const char *fields;	/* -f, comma-separated paths */
	int format;		/* -F, enum crm_format, from CRM_OUT_OWN on the
				 * program's own; prog->format without */
	const char *format_name;	/* -F as given, NULL without */
	const char *output;	/* -o; NULL and "-" are stdout */
	int64_t limit;		/* -l; INT64_MAX without */
	bool all;		/* -a */
	bool dry;		/* -n */
	const char *why;	/* -m */
	bool exit_status;	/* -e */
	bool quiet;		/* -q */
	int verbose;		/* -v, -vv */
	int64_t jobs;		/* -j; 0: the program decides */
	bool nul;		/* -0 */
	const char *as_of_opt;	/* --as-of */
	bool end;		/* --end */
	bool require_end;	/* --require-end */
	const char *reject;	/* --reject FILE */
	int64_t max_rejects;	/* --max-rejects; INT64_MAX without */
	bool atomic;		/* --atomic */
	int64_t expect;		/* --expect; -1 without */
	bool create;		/* --create */
	bool no_hooks;		/* --no-hooks */
	bool allow_suppressed;	/* --allow-suppressed */
	int64_t wait;		/* --wait, seconds; 30 without */
	const char *lang;	/* --lang */
	uint64_t max_line;	/* --max-line, bytes; 1 MiB without */
	int64_t max_depth;	/* --max-depth; 64 without */
	int64_t max_members;	/* --max-members; 4096 without */

	/* Worked out by crm_cli_begin; crm_cli_zone works clock and as_of out
	 * again when the store's zone is known. */
	struct crm_clock clock;	/* now: --now, --as-of, CRM_NOW, the system */
	int64_t as_of;		/* --as-of; INT64_MAX: none, the newest */
	bool now_given;		/* the clock is frozen */
	bool tty_out, tty_err;
	bool color_out, color_err;
	bool ascii;		/* stdout is a terminal that is not UTF-8 */
	size_t columns;		/* of the terminal; 0: no limit */

	/* Counts for the summary; the input loop and crm_cli_reject keep read
	 * and rejected. */
	struct crm_cli_counts {
		uint64_t read, created, updated, unchanged, deleted, rejected,
		    written;
	} count;

	/* Below: crm_cli_*'s own. */
	const char *now_opt, *zone_opt, *actor_opt;
	int color_opt, errors_json, summary_json;
	bool progress;		/* as wished */
	bool progress_shown;
	int64_t progress_start, progress_last;
	bool failed, retry, rejected, no, usage, done;
	bool sink;		/* SIGPIPE is ignored */
	int reject_fd;		/* --reject's; -1: not open */
	struct crm_out *out;	/* attached by crm_out_init */
	struct crm_config *config;	/* read when first asked */
	struct crm_buf store_path, actor, datadir, reject_head;
	const struct crm_schema *schema;	/* crm_session_schema's */
	struct crm_store *store;	/* of the session that is open */
};

/* Hygiene (descriptors 0-2 open, SIGPIPE, umask 077, no setuid, no core),
 * options, environment, clock. True: go on. False: -h, -V or a usage error was
 * dealt with; go straight to crm_cli_end. */
bool crm_cli_begin(struct crm_cli *cli, int argc, char **argv,
    const struct crm_prog *prog) CRM_MUST;
/* Ends output (flushed, checked, -o renamed), prints --summary, releases, and
 * answers the exit code: 4, then 75, 3, 1, 0; 2 for usage. */
int crm_cli_end(struct crm_cli *cli) CRM_MUST;

/* The store named by -s, CRM_STORE, config `store`, or
 * $XDG_DATA_HOME/crm/default: a directory or a URL, the cli's. */
const char *crm_cli_store_path(struct crm_cli *cli);
/* Who `me` is: --actor, CRM_ACTOR, config `actor`, else the login name. */
const char *crm_cli_actor(struct crm_cli *cli);
/* The directory of the data files (schema, profiles ...): CRM_DATADIR, else
 * share/crm found relative to the executable, else the compiled-in one. */
const char *crm_cli_datadir(struct crm_cli *cli);
/* A key of the user's configuration file ($XDG_CONFIG_HOME/crm/config), NULL
 * where it is not set. */
const char *crm_cli_config(struct crm_cli *cli, const char *key);
/* To call once the store is open, with its `timezone` setting (empty: UTC):
 * the zone of all days, unless --tz names another, and with it the meaning of
 * --now and --as-of. Programs without a store count in UTC. */
enum crm_status crm_cli_zone(struct crm_cli *cli, struct crm_str zone,
    struct crm_err *err) CRM_MUST;

/* One message, one write: "crm-add: leads.csv:17: 'email': not an address:
 * 'foo@'", control bytes escaped; or one JSON object with --errors=json. The
 * exit code is not touched. */
void crm_cli_error(struct crm_cli *cli, const struct crm_err *err);
void crm_cli_warn(struct crm_cli *cli, const char *id, const char *fmt, ...)
    CRM_PRINTF(3, 4);
/* A line for the user's information ("0 records read"); dropped by -q. */
void crm_cli_note(struct crm_cli *cli, const char *fmt, ...) CRM_PRINTF(2, 3);
/* Prints err and sets the exit code that belongs to it: 2 for USAGE (with the
 * pointer to -h), 75 for BUSY and FULL, 3 for data errors, else 4. Answers
 * err->code. To be followed by leaving the run. */
enum crm_status crm_cli_fail(struct crm_cli *cli, const struct crm_err *err);
/* The same for a usage error in the program's own words. */
enum crm_status crm_cli_usage(struct crm_cli *cli, const char *fmt, ...)
    CRM_PRINTF(2, 3);
/* "The answer is no": exit 1 unless something worse happened. */
void crm_cli_no(struct crm_cli *cli);

/* One more of n done so far (total 0: not known): progress on stderr after a
 * second when it is a terminal. Cheap enough to call for every record. */
void crm_cli_progress(struct crm_cli *cli, uint64_t n, uint64_t total);

#endif
