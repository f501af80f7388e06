#include "cli/common.h"

unsigned
crm_common_set(const struct crm_prog *prog)
{
	static const unsigned sets[] = { [CRM_SOURCE] = CRM_SOURCE_SET,
	    [CRM_FILTER] = CRM_FILTER_SET, [CRM_SINK] = CRM_SINK_SET,
	    [CRM_OTHER] = 0 };
	return (sets[prog->kind] | prog->with) & ~prog->without;
}

/* A row and the set it belongs to; 0: every program. */
struct common_row {
	unsigned set;
	struct crm_opt opt;
};

static size_t
data_rows(struct crm_cli *c, const char *const *formats,
    struct common_row *r)
{
	const bool sink = c->prog->kind == CRM_SINK;
	const struct common_row rows[] = {
		{ CRM_HAS_STORE, { 's', "store", CRM_OPT_TEXT, "DIR|URL",
		    &c->store_opt, N_("the store; else CRM_STORE, else the default one"),
		    .complete = "dir" } },
		{ CRM_HAS_TYPE, { 't', "type", CRM_OPT_TEXT, "TYPE", &c->type,
		    N_("the records' type"), .complete = "type" } },
		{ CRM_HAS_FIELDS, { 'f', "fields", CRM_OPT_TEXT, "FIELDS",
		    &c->fields, N_("exactly these fields, in this order"),
		    .complete = "field" } },
		{ CRM_HAS_FORMAT, { 'F', "format", CRM_OPT_TEXT, "FORMAT",
		    &c->format_name, N_("form of the output"),
		    .choices = formats } },
		{ CRM_HAS_FORMAT, { '0', "null", CRM_OPT_FLAG, NULL, &c->nul,
		    N_("NUL instead of line ends (ids, values, jsonl)") } },
		{ CRM_HAS_OUTPUT, { 'o', "output", CRM_OPT_TEXT, "FILE",
		    &c->output, N_("write to FILE, which may be an input"),
		    .complete = "file" } },
		{ CRM_HAS_LIMIT, { 'l', "limit", CRM_OPT_NUMBER, "N", &c->limit,
		    N_("at most N records") } },
		{ CRM_HAS_ALL, { 'a', "all", CRM_OPT_FLAG, NULL, &c->all,
		    N_("read the whole store instead of lines") } },
		{ CRM_HAS_DRY, { 'n', "dry-run", CRM_OPT_FLAG, NULL, &c->dry,
		    N_("check and print, store nothing") } },
		{ CRM_HAS_WHY, { 'm', "message", CRM_OPT_TEXT, "TEXT", &c->why,
		    N_("why; kept in the journal") } },
		{ CRM_HAS_STATUS, { 'e', "exit-status", CRM_OPT_FLAG, NULL,
		    &c->exit_status, N_("exit 1 when nothing came out") } },
		{ 0, { 'q', "quiet", CRM_OPT_FLAG, NULL, &c->quiet,
		    sink ? N_("do not echo what was stored") :
		    N_("no output, or less of it") } },
		{ 0, { 'v', "verbose", CRM_OPT_COUNT, NULL, &c->verbose,
		    sink ? N_("_op on each line, a summary on stderr") :
		    N_("say more") } },
		{ CRM_HAS_JOBS, { 'j', "jobs", CRM_OPT_NUMBER, "N", &c->jobs,
		    N_("threads") } },
		{ CRM_HAS_AS_OF, { 0, "as-of", CRM_OPT_TEXT, "TIME",
		    &c->as_of_opt, N_("the store as it was then") } },
	};
	memcpy(r, rows, sizeof(rows));
	return CRM_LEN(rows);
}

static size_t
stream_rows(struct crm_cli *c, struct common_row *r)
{
	const struct common_row rows[] = {
		{ CRM_HAS_END, { 0, "end", CRM_OPT_FLAG, NULL, &c->end,
		    N_("close with a line {\"_end\":N}") } },
		{ CRM_HAS_REQUIRE_END, { 0, "require-end", CRM_OPT_FLAG, NULL,
		    &c->require_end, N_("fail unless the input ends with its _end line") } },
		{ CRM_HAS_REJECT, { 0, "reject", CRM_OPT_TEXT, "FILE",
		    &c->reject, N_("keep rejected lines, verbatim, in FILE"),
		    .complete = "file" } },
		{ CRM_HAS_REJECT, { 0, "max-rejects", CRM_OPT_NUMBER, "N",
		    &c->max_rejects, N_("stop after N rejected records") } },
		{ CRM_HAS_WHY, { 0, "atomic", CRM_OPT_FLAG, NULL, &c->atomic,
		    N_("all or nothing: store nothing if anything is rejected") } },
		{ CRM_HAS_WHY, { 0, "expect", CRM_OPT_NUMBER, "N", &c->expect,
		    N_("store nothing unless exactly N records are named") } },
		{ CRM_HAS_WHY, { 0, "create", CRM_OPT_FLAG, NULL, &c->create,
		    N_("make the store if there is none") } },
		{ CRM_HAS_WHY, { 0, "no-hooks", CRM_OPT_FLAG, NULL,
		    &c->no_hooks, N_("do not run the store's hooks") } },
		{ CRM_HAS_WHY, { 0, "allow-suppressed", CRM_OPT_FLAG, NULL,
		    &c->allow_suppressed,
		    N_("store people who were erased, too, and say so") } },
	};
	memcpy(r, rows, sizeof(rows));
	return CRM_LEN(rows);
}

static size_t
run_rows(struct crm_cli *c, int *wish, struct common_row *r)
{
	static const char *const colors[] = { "auto", "always", "never", NULL };
	static const char *const json[] = { "text", "json", NULL };
	const struct common_row rows[] = {
		{ CRM_HAS_STORE, { 0, "actor", CRM_OPT_TEXT, "NAME",
		    &c->actor_opt, N_("who is acting; else CRM_ACTOR, else the login name") } },
		{ CRM_HAS_STORE, { 0, "wait", CRM_OPT_NUMBER, "SECONDS",
		    &c->wait, N_("how long to wait for another writer (30)"),
		    .flags = CRM_OPT_ZERO } },
		{ 0, { 0, "now", CRM_OPT_TEXT, "TIME", &c->now_opt,
		    N_("what the clock says; else CRM_NOW, else the system's") } },
		{ 0, { 0, "tz", CRM_OPT_TEXT, "ZONE", &c->zone_opt,
		    N_("time zone of days; else the store's, else UTC") } },
		{ CRM_HAS_LIMITS, { 0, "max-line", CRM_OPT_SIZE, "SIZE",
		    &c->max_line, N_("longest line accepted (1M)") } },
		{ CRM_HAS_LIMITS, { 0, "max-depth", CRM_OPT_NUMBER, "N",
		    &c->max_depth, N_("deepest nesting accepted (64)") } },
		{ CRM_HAS_LIMITS, { 0, "max-members", CRM_OPT_NUMBER, "N",
		    &c->max_members, N_("most members of one object (4096)") } },
		{ 0, { 0, "errors", CRM_OPT_CHOICE, "FORM", &c->errors_json,
		    N_("messages as text or as JSON lines"), .choices = json } },
		{ 0, { 0, "summary", CRM_OPT_CHOICE, "FORM", &c->summary_json,
		    N_("json: counts as the last line of stderr"),
		    .choices = json } },
		{ 0, { 0, "color", CRM_OPT_CHOICE, "WHEN", &c->color_opt,
		    N_("colour: auto, always or never"), .choices = colors } },
		{ 0, { 0, "progress", CRM_OPT_FLAG, NULL, &c->progress,
		    N_("show progress on a terminal") } },
		{ 0, { 0, "lang", CRM_OPT_TEXT, "TAG", &c->lang,
		    N_("language of messages and texts") } },
		{ 0, { 'h', "help-short", CRM_OPT_SET, NULL, wish, "",
		    .value = 'h', .flags = CRM_OPT_HIDDEN } },
		{ 0, { 'h', "help", CRM_OPT_SET, NULL, wish,
		    N_("this help; --help adds examples"), .value = 'H' } },
		{ 0, { 'V', "version", CRM_OPT_SET, NULL, wish,
		    N_("the version"), .value = 'V' } },
		{ 0, { 0, "dump-options", CRM_OPT_SET, NULL, wish, "",
		    .value = 'D', .flags = CRM_OPT_HIDDEN } },
	};
	memcpy(r, rows, sizeof(rows));
	return CRM_LEN(rows);
}

void
crm_common_rows(struct crm_cli *cli, int *wish, const char *const *formats,
    struct crm_opt rows[CRM_COMMON_MAX])
{
	struct common_row all[CRM_COMMON_MAX];
	unsigned set = crm_common_set(cli->prog);
	size_t n = data_rows(cli, formats, all), out = 0;
	n += stream_rows(cli, all + n);
	n += run_rows(cli, wish, all + n);
	for (size_t i = 0; i < n; i++)
		if (all[i].set == 0 || (all[i].set & set))
			rows[out++] = all[i].opt;
	rows[out] = (struct crm_opt){ 0 };
}
