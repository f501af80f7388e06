/* Records to files of other systems, messages and letters. */
#include "cli/cli.h"
#include "cli/input.h"
#include "cli/out.h"
#include "model/export.h"

struct options {
	const char *profile, *template_file, *subject;
	bool spreadsheet, redact, pseudonymize, no_consent;
};

struct run {
	struct crm_cli *cli;
	struct options *o;
	struct crm_out *out;
	struct crm_input in;
	struct crm_profiles profiles;
	struct crm_profile *usual;
	struct crm_export *table;
	struct crm_buf buf;
};

static enum crm_status
load_usual(struct run *r, struct crm_err *err)
{
	struct crm_buf path = { 0 }, text = CRM_BUF_MAX(1 << 20);
	crm_buf_printf(&path, "%s/profiles/headers/auto.json",
	    crm_cli_datadir(r->cli));
	enum crm_status st;
	if (crm_buf_read_file(&text, crm_buf_cstr(&path)))
		st = crm_err_sys(err, "profile.read", "%s",
		    crm_buf_cstr(&path));
	else
		st = crm_profile_load(crm_buf_view(&text), &r->usual, err);
	crm_buf_release(&path);
	crm_buf_release(&text);
	return st;
}

static enum crm_status
open_table(struct run *r, struct crm_err *err)
{
	const char *name = r->o->profile;
	struct crm_export_opts eo = { .schema = crm_schema_default(),
		.spreadsheet = r->o->spreadsheet };
	enum crm_status st = load_usual(r, err);
	bool plain = !strcmp(name, "auto") || !strcmp(name, "csv");
	if (!st && !plain) {
		st = crm_profiles_load(&r->profiles, crm_cli_datadir(r->cli),
		    name, err);
		if (!st)
			eo.profile = crm_profiles_get(&r->profiles,
			    crm_str_z(name), &eo.object);
	}
	if (st)
		return st;
	if (!plain && !eo.profile)
		return crm_err_set(err, CRM_USAGE, "profile.unknown",
		    _("no profile '%s': see crm-import --list-profiles"),
		    name);
	eo.usual = &r->usual->objects[0];
	r->table = crm_export_table(&eo);
	return CRM_OK;
}

/* What one record gave, or why it gave nothing; false: stop. */
static bool
pass_on(struct run *r, enum crm_status st, struct crm_err *err)
{
	bool more = true;
	if (r->buf.n) {
		more = crm_out_text(r->out, crm_buf_view(&r->buf));
		crm_buf_clear(&r->buf);
	}
	if (st == CRM_OK)
		return more;
	if (crm_status_is_data(st))
		return crm_input_reject(&r->in, err) && more;
	crm_cli_fail(r->cli, err);
	return false;
}

static void
run_table(struct run *r)
{
	struct crm_err err = { 0 };
	struct crm_str line;
	enum crm_status st = open_table(r, &err);
	if (st) {
		crm_cli_fail(r->cli, &err);
		return;
	}
	bool more = true;
	int64_t left = r->cli->limit;
	while (more && left-- > 0 && crm_input_next(&r->in, &line)) {
		st = crm_export_record(r->table, line, &r->buf, &err);
		more = pass_on(r, st, &err);
	}
	if (!more)
		return;
	st = crm_export_end(r->table, &r->buf, &err);
	if (r->buf.n)
		crm_out_text(r->out, crm_buf_view(&r->buf));
	if (st)
		crm_cli_fail(r->cli, &err);
	crm_buf_clear(&r->buf);
	crm_export_lost(r->table, &r->buf);
	if (r->buf.n)
		crm_cli_note(r->cli, _("fields without a column here: %s"),
		    crm_buf_cstr(&r->buf));
}

/* Formats of the one writer: csv, tsv, json, jsonl … */
static void
run_plain(struct run *r)
{
	struct crm_shapes shapes = { 0 };
	struct crm_reader rd = { .schema = crm_schema_default(),
		.shapes = &shapes, .any = true, .keep_tool = true };
	struct crm_record rec = { 0 };
	struct crm_err err = { 0 };
	struct crm_str line;
	bool more = true;
	while (more && crm_out_more(r->out) && crm_input_next(&r->in, &line)) {
		if (crm_record_read(&rd, line, &rec, &err))
			more = crm_input_reject(&r->in, &err);
		else
			more = crm_out_rec(r->out, &rec.rec);
	}
	crm_record_release(&rec);
	crm_reader_release(&rd);
	crm_shapes_release(&shapes);
}

static void
run(struct crm_cli *cli, struct options *o)
{
	struct run r = { .cli = cli, .o = o };
	r.out = crm_out_init(cli, NULL);
	if (!r.out)
		return;
	crm_input_init(&r.in, cli, cli->args, cli->nargs);
	if (o->profile)
		run_table(&r);
	else
		run_plain(&r);
	crm_input_release(&r.in);
	crm_export_free(r.table);
	crm_profiles_release(&r.profiles);
	crm_profile_free(r.usual);
	crm_buf_release(&r.buf);
}

int
main(int argc, char **argv)
{
	struct options o = { 0 };
	const struct crm_opt opts[] = {
		{ 'p', "profile", CRM_OPT_TEXT, "PROFILE", &o.profile,
		    N_("write the files of this system"),
		    .complete = "profile" },
		{ 0, "spreadsheet", CRM_OPT_FLAG, NULL, &o.spreadsheet,
		    N_("for spreadsheets: formulas defused, BOM, CRLF") },
		{ 0 }
	};
	static const char *const examples[] = {
		"crm-find contact | crm-export -F csv -f id,name,emails",
		"crm-find deal is:open | crm-export -p salesforce -o Deals.csv",
		"crm-find contact @vip | crm-export -F vcard -o vip.vcf",
		NULL
	};
	const struct crm_prog prog = { "crm-export", CRM_FILTER, "[FILE...]",
	    N_("write records as files of other systems"), examples, opts };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli, &o);
	return crm_cli_end(&cli);
}
