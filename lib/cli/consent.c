#include "cli/consent.h"

#include <unistd.h>

#include "cli/msg.h"
#include "model/overlay.h"

enum crm_status
crm_consent_load(struct crm_cli *cli, struct crm_consent *c, const char *name,
    struct crm_err *err)
{
	struct crm_buf path = { 0 }, dir = { 0 }, text = { 0 };
	crm_buf_printf(&dir, "%s/rules", crm_cli_datadir(cli));
	if (!name)
		name = "gdpr";
	if (strchr(name, '/') || strchr(name, '.'))
		crm_buf_z(&path, name);
	else
		crm_buf_printf(&path, "%s/%s.json", crm_buf_cstr(&dir), name);
	enum crm_status st = crm_overlay_load(crm_buf_cstr(&path),
	    crm_buf_cstr(&dir), &text, err);
	if (!st)
		st = crm_consent_rules(c, crm_buf_view(&text), err);
	if (st && !err->source[0])
		snprintf(err->source, sizeof(err->source), "%s",
		    crm_buf_cstr(&path));
	if (crm_status_is_data(st))
		st = err->code = CRM_USAGE;
	crm_buf_release(&path);
	crm_buf_release(&dir);
	crm_buf_release(&text);
	return st;
}

/* The store is read in any case: for the records with -a, for the ledger with
 * lines. */
static bool
open_all(struct crm_consent_job *j)
{
	struct crm_cli *cli = j->cli;
	if (!crm_feed_open(&j->feed, cli, cli->all, false, cli->args,
	    cli->nargs))
		return false;
	j->session = &j->feed.session;
	if (cli->all)
		return true;
	j->session = &j->ledger;
	if (!crm_session_open(&j->ledger, cli, false, false))
		return false;
	j->feed.schema = j->ledger.schema;
	j->feed.reader.schema = j->ledger.schema;
	j->feed.reader.keep_tool = true;
	return crm_session_type(cli, j->ledger.schema, &j->feed.reader.type);
}

static bool
ready(struct crm_consent_job *j)
{
	struct crm_cli *cli = j->cli;
	struct crm_err err = { 0 };
	struct crm_span span;
	struct crm_query_ctx ctx = crm_session_query(j->session);
	j->consent = (struct crm_consent){ .purpose = crm_str_z(j->purpose),
		.channel = crm_str_z(j->channel), .at = ctx.clock.now,
		.schema = j->session->schema, .env = j->session->env,
		.zone = ctx.clock.zone, .country = ctx.region };
	if (j->at && crm_when_parse(crm_str_z(j->at), &ctx.clock, &span,
	    &err)) {
		crm_cli_usage(cli, _("--at: not a time: '%s'"), j->at);
		return false;
	}
	if (j->at)	/* a date is the end of that day */
		j->consent.at = span.to - 1;
	if (crm_consent_load(cli, &j->consent, j->rules, &err)) {
		crm_cli_fail(cli, &err);
		return false;
	}
	return true;
}

static void
say_why(struct crm_consent_job *j, const struct crm_rec *r,
    enum crm_consent_reason reason, int64_t since)
{
	struct crm_buf *b = &j->buf, t = { 0 };
	crm_buf_clear(b);
	crm_buf_c(b, '{');
	if (crm_rec_id(r).n == 0)
		crm_buf_printf(&t, "line:%" PRIu64, j->feed.in.line);
	crm_json_add_str(b, "id", t.n ? crm_buf_view(&t) : crm_rec_id(r));
	crm_json_add_raw(b, "allowed", CRM_STR("false"));
	crm_json_add_str(b, "reason", crm_str_z(crm_consent_name(reason)));
	crm_buf_clear(&t);
	if (since != INT64_MIN) {
		crm_time_format(&t, since);
		crm_json_add_str(b, "since", crm_buf_view(&t));
	}
	crm_buf_z(b, "}\n");
	(void)crm_msg_write(STDERR_FILENO, crm_buf_view(b));
	crm_buf_release(&t);
}

static bool
is_person(const struct crm_rec *r)
{
	return !r->type || crm_str_is(r->type->name, "contact") ||
	    crm_str_is(r->type->name, "lead");
}

/* False: stop. */
static bool
one(struct crm_consent_job *j, const struct crm_rec *r)
{
	struct crm_err err = { 0 };
	int64_t since;
	if (!is_person(r)) {
		(void)crm_err_set(&err, CRM_INVALID, "consent.type",
		    _("neither a contact nor a lead"));
		return crm_feed_reject(&j->feed, &err);
	}
	enum crm_consent_reason no = crm_consent_ask(&j->consent, r, &since);
	if (no != CRM_CONSENT_YES) {
		if (j->why)
			say_why(j, r, no, since);
		return true;
	}
	j->allowed++;
	return j->cli->quiet ? j->why : crm_out_rec(j->out, r);
}

/* With -a: people alone. */
static bool
start(struct crm_consent_job *j)
{
	const struct crm_type *types[2];
	size_t n = 0;
	static const char *const names[] = { "contact", "lead" };
	for (size_t i = 0; i < CRM_LEN(names); i++) {
		types[n] = crm_schema_type(j->session->schema,
		    crm_str_z(names[i]));
		n += types[n] != NULL;
	}
	return crm_feed_start(&j->feed, types, n);
}

static bool
open_output(struct crm_consent_job *j)
{
	struct crm_err err = { 0 };
	struct crm_query_ctx ctx = crm_session_query(j->session);
	crm_show_init(&j->shown, &ctx, j->session->env, j->session->store,
	    j->session->rev);
	const struct crm_out_help help = crm_show_help(&j->shown);
	if (crm_show_check(&j->shown, j->cli->all ? j->feed.type : NULL,
	    j->cli->fields, &err)) {
		crm_cli_fail(j->cli, &err);
		return false;
	}
	j->out = crm_out_init(j->cli, &help);
	return j->out != NULL;
}

void
crm_consent_run(struct crm_consent_job *j)
{
	struct crm_cli *cli = j->cli;
	const struct crm_rec *r;
	if (!j->purpose || !j->channel) {
		crm_cli_usage(cli, _("--purpose and --channel are needed"));
		return;
	}
	if (open_all(j) && ready(j) && open_output(j) && start(j)) {
		crm_out_rev(j->out, j->session->rev);
		while (crm_out_more(j->out) && crm_feed_next(&j->feed, &r))
			if (!one(j, r))
				break;
		if (j->allowed == 0 && (cli->quiet || cli->exit_status))
			crm_cli_no(cli);
	}
	if (j->out)
		crm_out_finish(j->out);
	crm_show_release(&j->shown);
	crm_consent_release(&j->consent);
	crm_buf_release(&j->buf);
	crm_session_close(&j->ledger);
	crm_feed_release(&j->feed);
}
