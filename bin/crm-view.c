/* crm-view: shows records to a person. Operands are references, never files;
 * without them it reads lines, with -a the whole store. */
#include "cli/cli.h"
#include "cli/feed.h"
#include "cli/lookup.h"
#include "cli/out.h"
#include "cli/session.h"
#include "cli/show.h"
#include "cli/view.h"
#include "format/table.h"

struct viewer {
	struct crm_cli *cli;
	struct crm_out *out;
	struct crm_view view;
	const struct crm_query_env *env;
	struct crm_buf text;
	bool timeline;
	bool cards;	/* printed here, not by the writer */
	size_t n;
};

/* With --timeline and a format for programs: the events' records, in time. */
static bool
print_lines(struct viewer *v, const struct crm_rec *rec)
{
	if (!crm_out_rec(v->out, rec))
		return false;
	for (size_t i = 0; i < v->view.nevents; i++)
		if (v->view.event[i].line.n && !crm_str_eq(
		    v->view.event[i].id, crm_rec_id(rec)) &&
		    !crm_out_record(v->out, v->view.event[i].line))
			return false;
	return true;
}

static bool
print_card(struct viewer *v, const struct crm_rec *rec)
{
	const struct crm_view *view = v->timeline ? &v->view : NULL;
	crm_buf_clear(&v->text);
	switch (crm_out_format(v->out)) {
	case CRM_OUT_HTML:
		if (v->n == 0)
			crm_html_head(&v->text, CRM_STR("crm-view"),
			    crm_str_z(v->cli->lang));
		crm_view_html(v->cli, rec, v->env, view, &v->text);
		break;
	case CRM_OUT_MARKDOWN:
		if (v->n)
			crm_buf_c(&v->text, '\n');
		crm_view_markdown(v->cli, rec, v->env, view, &v->text);
		break;
	default:
		if (v->n)
			crm_buf_c(&v->text, '\n');
		crm_view_card(v->cli, rec, v->env, view, &v->text);
	}
	v->n++;
	v->cli->count.written++;
	return crm_out_text(v->out, crm_buf_view(&v->text));
}

static bool
show(struct viewer *v, const struct crm_rec *rec)
{
	if (v->timeline)
		crm_view_gather(&v->view, rec, v->env);
	if (v->cards)
		return print_card(v, rec);
	return v->timeline ? print_lines(v, rec) : crm_out_rec(v->out, rec);
}

static bool
open_output(struct viewer *v, const struct crm_out_help *help)
{
	struct crm_cli *cli = v->cli;
	if (!cli->format_name)
		cli->format = v->timeline || cli->nargs ? CRM_OUT_CARD :
		    CRM_OUT_TABLE;
	v->cards = !cli->fields && (cli->format == CRM_OUT_CARD ||
	    (v->timeline && (cli->format == CRM_OUT_HTML ||
	    cli->format == CRM_OUT_MARKDOWN)));
	v->out = crm_out_init(cli, help);
	if (v->out && v->cards)
		crm_out_own(v->out);
	return v->out != NULL;
}

/* Names after -f that the type does not have. */
static bool
check_fields(struct viewer *v, struct crm_show *shown,
    const struct crm_type *type)
{
	struct crm_err err = { 0 };
	if (crm_show_check(shown, type, v->cli->fields, &err) == CRM_OK)
		return true;
	crm_cli_fail(v->cli, &err);
	return false;
}

static void
finish(struct viewer *v)
{
	if (v->n && crm_out_format(v->out) == CRM_OUT_HTML) {
		crm_buf_clear(&v->text);
		crm_html_foot(&v->text);
		crm_out_text(v->out, crm_buf_view(&v->text));
	}
	crm_out_finish(v->out);
}

/* The references among the operands, in their order. */
static void
view_refs(struct viewer *v)
{
	struct crm_cli *cli = v->cli;
	struct crm_session s;
	struct crm_show shown = { 0 };
	const struct crm_type *type = NULL;
	struct crm_batch *rows = crm_batch_new();
	struct crm_err err = { 0 };
	if (!crm_session_open(&s, cli, false, false) ||
	    !crm_session_type(cli, s.schema, &type))
		goto done;
	struct crm_query_ctx ctx = crm_session_query(&s);
	crm_show_init(&shown, &ctx, s.env, s.store, s.rev);
	const struct crm_out_help help = crm_show_help(&shown);
	v->env = s.env;
	if (!check_fields(v, &shown, type) || !open_output(v, &help))
		goto done;
	crm_out_rev(v->out, s.rev);
	for (size_t i = 0; i < cli->nargs && crm_out_more(v->out); i++) {
		const struct crm_rec *rec;
		cli->count.read++;
		switch (crm_session_lookup(&s, crm_str_z(cli->args[i]), type,
		    rows, &rec, &err)) {
		case CRM_OK:
			if (!show(v, rec))
				goto done;
			break;
		case CRM_NOTFOUND:
		case CRM_INVALID:
			if (!crm_cli_reject(cli, &err, CRM_STR("")))
				goto done;
			break;
		default:
			crm_cli_fail(cli, &err);
			goto done;
		}
	}
done:
	if (v->out)
		finish(v);
	crm_show_release(&shown);
	crm_batch_free(rows);
	crm_session_close(&s);
}

/* Lines, or with -a the store. */
static void
view_all(struct viewer *v)
{
	struct crm_cli *cli = v->cli;
	struct crm_feed f;
	struct crm_show shown = { 0 };
	const struct crm_rec *rec;
	if (!crm_feed_open(&f, cli, cli->all, false, NULL, 0))
		goto done;
	f.reader.keep_tool = true;
	crm_show_init(&shown, &f.ctx, f.env, f.store, f.rev);
	const struct crm_out_help help = crm_show_help(&shown);
	v->env = f.env;
	if (!check_fields(v, &shown, cli->all ? f.type : NULL) ||
	    !open_output(v, &help) || !crm_feed_start(&f, NULL, 0))
		goto done;
	while (crm_out_more(v->out) && crm_feed_next(&f, &rec))
		if (!show(v, rec))
			break;
done:
	if (v->out)
		finish(v);
	crm_show_release(&shown);
	crm_feed_release(&f);
}

int
main(int argc, char **argv)
{
	struct viewer v = { 0 };
	const struct crm_opt opts[] = {
		{ 0, "timeline", CRM_OPT_FLAG, NULL, &v.timeline,
		    N_("the 360-degree view: what points to it, and when") },
		{ 0 }
	};
	const char *const examples[] = { "crm-view email:maria@acme.gr",
		"crm-view --timeline -F html -o acme.html domain:acme.gr",
		"crm-find deal is:open | crm-view", NULL };
	const struct crm_prog prog = { "crm-view", CRM_FILTER, "[REF...]",
		N_("show records to a person"), examples, opts };
	struct crm_cli cli;
	v.cli = &cli;
	if (!crm_cli_begin(&cli, argc, argv, &prog))
		return crm_cli_end(&cli);
	if (cli.all && cli.nargs)
		crm_cli_usage(&cli, _("-a and references do not go together"));
	else if (cli.nargs)
		view_refs(&v);
	else
		view_all(&v);
	crm_view_release(&v.view);
	crm_buf_release(&v.text);
	return crm_cli_end(&cli);
}
