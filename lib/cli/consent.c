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
	crm_overlay_path(name ? name : "gdpr", crm_buf_cstr(&dir), &path);
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

static void
make_mark(struct crm_consent_job *j)
{
	struct crm_buf time = { 0 };
	crm_time_format(&time, j->consent.at);
	crm_buf_c(&j->mark, '{');
	crm_json_add_str(&j->mark, "purpose", j->consent.purpose);
	crm_json_add_str(&j->mark, "channel", j->consent.channel);
	crm_json_add_str(&j->mark, "at", crm_buf_view(&time));
	crm_buf_c(&j->mark, '}');
	crm_buf_release(&time);
	j->nmark = j->mark.n;
}

/* The mark of one record: good for its address alone. */
static struct crm_str
mark_of(struct crm_consent_job *j, const struct crm_rec *r)
{
	char to[CRM_CONSENT_TO + 1];
	j->mark.n = j->nmark;
	if (r && crm_consent_to(r, j->consent.channel, to)) {
		j->mark.n--;
		crm_json_add_str(&j->mark, "to", crm_str_z(to));
		crm_buf_c(&j->mark, '}');
	}
	return crm_buf_view(&j->mark);
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
	enum crm_status st = crm_consent_load(cli, &j->consent, j->rules, &err);
	if (!st)
		st = crm_suppress_load(&j->suppress, j->session->store, &err);
	if (st)
		crm_cli_fail(cli, &err);
	else
		make_mark(j);
	return !st;
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

/* Somebody who was erased: unless a later word says yes. */
static bool
is_suppressed(struct crm_consent_job *j, const struct crm_rec *r,
    int64_t *since)
{
	struct crm_query_ctx ctx = crm_session_query(j->session);
	const struct crm_field *f;
	struct crm_str day;
	int32_t d;
	if (!crm_suppress_has(&j->suppress, r, NULL, ctx.region, &f, &day))
		return false;
	bool yes = crm_consent_word(&j->consent, r, since) == CRM_CONSENT_YES;
	int64_t said = *since;
	*since = crm_date_parse(day, &d) ? d * CRM_DAY : INT64_MIN;
	return !yes || said < *since + CRM_DAY;
}

/* The record with the mark that crm-export wants to see. */
static bool
print_marked(struct crm_consent_job *j, const struct crm_rec *r)
{
	struct crm_buf *b = &j->buf;
	struct crm_str key, val;
	crm_buf_clear(b);
	crm_rec_print(r, b);
	if (crm_json_get(crm_buf_view(b), CRM_STR("_consent"), &val)) {
		struct crm_buf all = { 0 };	/* of an earlier pass */
		crm_buf_str(&all, crm_buf_view(b));
		struct crm_json_iter it = crm_json_iter(crm_buf_view(&all));
		crm_buf_clear(b);
		crm_buf_c(b, '{');
		while (crm_json_next(&it, &key, &val))
			if (!crm_str_is(key, "_consent")) {
				crm_json_raw_key(b, key);
				crm_buf_str(b, val);
			}
		crm_buf_release(&all);
	} else {
		b->n--;
	}
	crm_json_add_raw(b, "_consent", mark_of(j, r));
	crm_buf_c(b, '}');
	return crm_out_record(j->out, crm_buf_view(b));
}

static bool
print(struct crm_consent_job *j, const struct crm_rec *r)
{
	enum crm_format f = crm_out_format(j->out);
	bool lines = f == CRM_OUT_JSONL || f == CRM_OUT_JSON;
	bool had = crm_shape_slot(r->shape, CRM_STR("_consent")) >= 0;
	return (lines && !j->cli->fields) || had ? print_marked(j, r) :
	    crm_out_rec(j->out, r);
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
	enum crm_consent_reason no = is_suppressed(j, r, &since) ?
	    CRM_CONSENT_SUPPRESSED : crm_consent_ask(&j->consent, r, &since);
	if (no != CRM_CONSENT_YES) {
		if (j->why)
			say_why(j, r, no, since);
		return true;
	}
	j->allowed++;
	return j->cli->quiet ? j->why : print(j, r);
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

/* -f _consent, too. */
static bool
resolve(void *self, const struct crm_rec *rec, struct crm_str json,
    struct crm_str path, struct crm_str *val)
{
	struct crm_consent_job *j = self;
	if (crm_str_is(path, "_consent")) {
		*val = mark_of(j, rec);
		return true;
	}
	return j->help.resolve(j->help.self, rec, json, path, val);
}

static size_t
short_id(void *self, struct crm_str id)
{
	struct crm_consent_job *j = self;
	return j->help.short_id(j->help.self, id);
}

static const char *
columns(void *self, struct crm_str type)
{
	struct crm_consent_job *j = self;
	return j->help.columns(j->help.self, type);
}

static bool
open_output(struct crm_consent_job *j)
{
	struct crm_err err = { 0 };
	struct crm_query_ctx ctx = crm_session_query(j->session);
	crm_show_init(&j->shown, &ctx, j->session->env, j->session->store,
	    j->session->rev);
	j->help = crm_show_help(&j->shown);
	const struct crm_out_help help = { .resolve = resolve,
		.short_id = j->help.short_id ? short_id : NULL,
		.columns = j->help.columns ? columns : NULL, .self = j };
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
	crm_suppress_release(&j->suppress);
	crm_buf_release(&j->buf);
	crm_buf_release(&j->mark);
	crm_session_close(&j->ledger);
	crm_feed_release(&j->feed);
}
