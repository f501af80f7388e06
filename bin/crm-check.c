/* crm-check: validate and standardise records, for people and for CI. The rules
 * live in lib/model/check*.c. */
#include "cli/feed.h"
#include "cli/findings.h"
#include "model/norm_iso.h"
#include "model/overlay.h"

struct options {
	const char *rules, *only, *baseline, *region;
	int fail_on;	/* index into the choices, -1 not given */
	bool fix, allow_empty, quality, list;
};

struct run {
	struct crm_cli *cli;
	const struct options *o;
	struct crm_feed feed;
	struct crm_check check;
	struct crm_findings findings;
	struct crm_out *out;
	struct crm_buf buf;
};

static void
list_rules(struct crm_cli *cli)
{
	struct crm_buf b = { 0 };
	if (cli->format >= CRM_OUT_OWN)
		cli->format = CRM_OUT_AUTO;
	struct crm_out *out = crm_out_init(cli, NULL);
	for (int i = 0; out && i < CRM_RULES; i++) {
		enum crm_rule r = (enum crm_rule)i;
		crm_buf_clear(&b);
		crm_buf_c(&b, '{');
		crm_json_add_str(&b, "rule", crm_str_z(crm_rule_name(r)));
		crm_json_add_str(&b, "severity",
		    crm_str_z(crm_severity_name(crm_rule_severity(r))));
		crm_json_add_str(&b, "help", crm_str_z(crm_rule_help(r)));
		crm_buf_c(&b, '}');
		if (!crm_out_record(out, crm_buf_view(&b)))
			break;
	}
	crm_buf_release(&b);
}

/* A rule file's own faults are the user's: exit 2. */
static bool
load_rules(struct run *r)
{
	struct crm_buf text = { 0 }, dir = { 0 }, path = { 0 };
	struct crm_err err = { 0 };
	enum crm_status st = CRM_OK;
	crm_buf_printf(&dir, "%s/rules", crm_cli_datadir(r->cli));
	if (r->o->rules) {
		crm_overlay_path(r->o->rules, crm_buf_cstr(&dir), &path);
		st = crm_overlay_load(crm_buf_cstr(&path), crm_buf_cstr(&dir),
		    &text, &err);
		if (!st)
			st = crm_check_rules(&r->check, crm_buf_view(&text),
			    &err);
		if (st && !err.source[0])
			snprintf(err.source, sizeof(err.source), "%s",
			    r->o->rules);
	}
	if (!st && r->o->only)
		st = crm_check_only(&r->check, crm_str_z(r->o->only), &err);
	if (crm_status_is_data(st))
		err.code = CRM_USAGE;
	if (st)
		crm_cli_fail(r->cli, &err);
	crm_buf_release(&text);
	crm_buf_release(&dir);
	crm_buf_release(&path);
	return st == CRM_OK;
}

/* --fail-on; without it warnings fail, and with --only whatever was asked
 * for. */
static enum crm_severity
fail_on(const struct options *o)
{
	static const enum crm_severity by_choice[] = { CRM_SEV_ERROR,
		CRM_SEV_WARNING, CRM_SEV_INFO };
	return o->fail_on >= 0 ? by_choice[o->fail_on] :
	    o->only ? CRM_SEV_INFO : CRM_SEV_WARNING;
}

static bool
open_all(struct run *r)
{
	struct crm_cli *cli = r->cli;
	const struct options *o = r->o;
	char region[3] = "";
	if (o->region && !crm_country_key(crm_str_z(o->region), region)) {
		crm_cli_usage(cli, _("--region: no such country: '%s'"),
		    o->region);
		return false;
	}
	if ((o->fix || o->quality) && cli->format >= CRM_OUT_OWN)
		cli->format = o->fix ? CRM_OUT_JSONL : CRM_OUT_AUTO;
	r->findings = (struct crm_findings){ .cli = cli, .fail_on = fail_on(o),
		.silent = cli->quiet || o->quality, .mended = o->fix };
	if (o->baseline && !crm_findings_baseline(&r->findings, o->baseline))
		return false;
	if (!crm_feed_open(&r->feed, cli, cli->all, false, cli->args,
	    cli->nargs))
		return false;
	struct crm_str home = region[0] ? crm_str_z(region) :
	    crm_buf_view(&r->feed.session.region);
	struct crm_str kept = crm_arena_str(&r->feed.shapes.mem, home);
	crm_check_init(&r->check, r->feed.schema, &cli->clock, kept);
	r->check.env = r->feed.env;
	r->check.found = crm_findings_add;
	r->check.ctx = &r->findings;
	if (!load_rules(r))
		return false;
	r->out = crm_out_init(cli, NULL);
	r->findings.out = o->fix ? NULL : r->out;
	return r->out && crm_feed_start(&r->feed, NULL, 0);
}

/* The record as it came, or with its fixes. */
static bool
put_record(struct run *r, const struct crm_rec *rec)
{
	struct crm_str line;
	if (r->cli->quiet)
		return true;
	crm_buf_clear(&r->buf);
	if (!r->feed.store) {
		line = r->feed.in.text;
	} else if (r->check.fixes.set.n == 0) {
		return crm_out_rec(r->out, rec);
	} else {
		struct crm_buf whole = { 0 };
		crm_rec_print(rec, &whole);
		bool more = crm_check_fixed(&r->check, crm_buf_view(&whole),
		    &r->buf) && crm_out_record(r->out, crm_buf_view(&r->buf));
		crm_buf_release(&whole);
		return more;
	}
	bool own = r->cli->format == CRM_OUT_JSONL && !r->cli->fields;
	if (!crm_check_fixed(&r->check, line, &r->buf) && r->feed.in.cr && own)
		crm_buf_str(&r->buf, line);
	if (r->feed.in.cr && own)
		crm_buf_c(&r->buf, '\r');	/* the file's own line ends */
	return crm_out_record(r->out, r->buf.n ? crm_buf_view(&r->buf) : line);
}

static void
check_all(struct run *r)
{
	const struct crm_rec *rec;
	/* -l: so many records with --fix, else so many findings are printed of
	 * all there are */
	while (!r->findings.stop && (!r->o->fix || crm_out_more(r->out)) &&
	    crm_feed_next(&r->feed, &rec)) {
		struct crm_err src = { 0 };
		if (!r->feed.store) {
			snprintf(src.source, sizeof(src.source), "%s",
			    r->feed.in.source);
			src.line = r->feed.in.line;
			crm_src_of(crm_feed_tool(&r->feed), &src);
		}
		struct crm_check_at at = { crm_str_z(src.source), src.line };
		crm_check_record(&r->check, rec, &at);
		if (r->o->fix && !put_record(r, rec))
			break;
	}
	if (!r->findings.stop)
		crm_check_end(&r->check);
}

static void
print_quality(struct run *r)
{
	struct crm_str rest, line;
	crm_buf_clear(&r->buf);
	crm_check_quality(&r->check, &r->buf);
	rest = crm_buf_view(&r->buf);
	while (crm_str_split(&rest, '\n', &line) && line.n)
		if (!crm_out_record(r->out, line))
			break;
}

static void
run(struct run *r)
{
	const struct options *o = r->o;
	if (o->fix && o->quality) {
		crm_cli_usage(r->cli, _("one of --fix, --quality"));
		return;
	}
	if (r->cli->all && r->cli->nargs) {
		crm_cli_usage(r->cli, _("-a reads the store: no files beside "
		    "it"));
		return;
	}
	if (o->list)
		list_rules(r->cli);
	else if (open_all(r)) {
		check_all(r);
		if (o->quality)
			print_quality(r);
		if (r->check.records == 0 && !o->allow_empty) {
			if (r->cli->all)
				crm_cli_note(r->cli, _("0 records read; "
				    "--allow-empty lets that pass"));
			crm_cli_no(r->cli);
		}
		crm_findings_summary(&r->findings, r->check.records);
	}
	crm_check_release(&r->check);
	crm_findings_release(&r->findings);
	crm_feed_release(&r->feed);
	crm_buf_release(&r->buf);
}

int
main(int argc, char **argv)
{
	static const char *const levels[] = { "error", "warning", "info",
		NULL };
	static const char *const formats[] = { "text", NULL };
	struct crm_cli cli;
	struct options o = { .fail_on = -1 };
	struct run r = { .cli = &cli, .o = &o };
	const struct crm_opt opts[] = {
		{ 0, "rules", CRM_OPT_TEXT, "FILE", &o.rules,
		    N_("severities, limits, required fields and own rules"),
		    .complete = "file" },
		{ 0, "only", CRM_OPT_TEXT, "RULE,...", &o.only,
		    N_("only these rules; 'email.' is all that begin so") },
		{ 0, "fix", CRM_OPT_FLAG, NULL, &o.fix,
		    N_("print the records in standard form, findings to "
		    "stderr") },
		{ 0, "fail-on", CRM_OPT_CHOICE, "SEVERITY", &o.fail_on,
		    N_("exit 1 from this severity on; warning without it, "
		    "info with --only"), levels },
		{ 0, "baseline", CRM_OPT_TEXT, "FILE", &o.baseline,
		    N_("only findings that an earlier -F jsonl does not have"),
		    .complete = "file" },
		{ 0, "allow-empty", CRM_OPT_FLAG, NULL, &o.allow_empty,
		    N_("no records are no failure") },
		{ 0, "quality", CRM_OPT_FLAG, NULL, &o.quality,
		    N_("print how complete, valid, unique and fresh each field "
		    "is") },
		{ 0, "region", CRM_OPT_TEXT, "CC", &o.region,
		    N_("country of phone and tax numbers where a record names "
		    "none") },
		{ 0, "list", CRM_OPT_FLAG, NULL, &o.list,
		    N_("print the rules") },
		{ 0 }
	};
	static const char *const examples[] = {
		"crm-import -p auto leads.csv | crm-check --fail-on error",
		"crm-check --fix leads.jsonl -o leads.jsonl",
		"crm-check -a -F jsonl --baseline known.jsonl", NULL };
	const struct crm_prog prog = { "crm-check", CRM_FILTER, "[FILE...]",
		N_("validate and standardise records, for people and for CI"),
		examples, opts, .format = CRM_OUT_OWN, .formats = formats };
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&r);
	return crm_cli_end(&cli);
}
