/* Dashboards: several reports on one page. Every option holds for each. */
#include "cli/report.h"
#include "format/json.h"
#include "format/mail.h"
#include "format/table.h"

struct page {
	struct crm_report_job *j;
	struct crm_buf text;	/* table or Markdown */
	struct crm_buf html;
	bool as_text, as_html, as_markdown;
};

static void
begin(struct page *p, struct crm_str title)
{
	if (p->as_html) {
		crm_html_head(&p->html, title, crm_str_z(p->j->cli->lang));
		crm_buf_z(&p->html, "<h1>");
		crm_html_text(&p->html, title);
		crm_buf_z(&p->html, "</h1>\n<main>\n");
	}
	if (p->as_text)
		crm_buf_printf(&p->text, "%s%.*s\n", p->as_markdown ? "# " : "",
		    CRM_FMT(title));
}

/* One of the reports, below the others. */
static bool
add_part(struct page *p, const char *name)
{
	struct crm_report_job *j = p->j;
	struct crm_rows rows = { 0 };
	struct crm_report_facts f;
	struct crm_buf note = { 0 };
	bool good = crm_report_named(j, name) &&
	    crm_report_answer(j, &rows, &f);
	if (good) {
		const struct crm_look l = crm_report_look(j, &f, &note);
		if (j->explain)
			crm_report_explain(j, &f);
		if (p->as_html)
			crm_look_section(&rows, &l, 2, &p->html);
		if (p->as_markdown) {
			struct crm_table t = { 0 };
			crm_buf_printf(&p->text, "\n## %.*s\n\n",
			    CRM_FMT(f.title));
			crm_look_table(&rows, &t);
			crm_table_markdown(&t, &p->text);
			crm_table_release(&t);
			crm_buf_printf(&p->text, "\n%.*s\n", CRM_FMT(l.note));
		} else if (p->as_text) {
			crm_buf_c(&p->text, '\n');
			crm_look_text(&rows, &l, &p->text);
		}
	}
	crm_buf_release(&note);
	crm_rows_release(&rows);
	return good;
}

static void
end(struct page *p, struct crm_str title)
{
	struct crm_buf mail = { 0 };
	struct crm_str out = crm_buf_view(&p->text);
	if (p->as_html) {
		crm_buf_z(&p->html, "</main>\n");
		crm_html_foot(&p->html);
	}
	if (p->as_html && p->as_text) {
		crm_look_mail(title, crm_buf_view(&p->text),
		    crm_buf_view(&p->html), &mail);
		out = crm_buf_view(&mail);
	} else if (p->as_html) {
		out = crm_buf_view(&p->html);
	}
	if ((p->j->out = crm_out_init(p->j->cli, NULL))) {
		crm_out_own(p->j->out);
		crm_out_text(p->j->out, out);
	}
	crm_buf_release(&mail);
}

static void
print(struct crm_report_job *j, struct crm_str title, struct crm_str list)
{
	int format = j->cli->format;
	struct page p = { .j = j,
		.as_html = format == CRM_OUT_HTML || format == CRM_REPORT_MIME,
		.as_text = format != CRM_OUT_HTML,
		.as_markdown = format == CRM_OUT_MARKDOWN };
	struct crm_buf name = { 0 };
	struct crm_str none, e;
	bool good = true;
	if (format != CRM_OUT_TABLE && !p.as_html && !p.as_markdown) {
		crm_cli_usage(j->cli, _("a dashboard is table, markdown, html "
		    "or mime (-F)"));
		return;
	}
	j->spooled = j->lines;
	begin(&p, title);
	struct crm_json_iter it = crm_json_iter(list);
	while (good && crm_json_next(&it, &none, &e)) {
		crm_buf_clear(&name);
		crm_json_text(&name, e);
		good = add_part(&p, crm_buf_cstr(&name));
	}
	if (good)
		end(&p, title);
	crm_buf_release(&name);
	crm_buf_release(&p.text);
	crm_buf_release(&p.html);
}

bool
crm_report_is_kind(const struct crm_report_job *j, const char *kind)
{
	struct crm_str o = crm_str_trim(crm_buf_view(&j->text)), v;
	return j->name && crm_json_check(o, NULL, NULL) == CRM_OK &&
	    crm_json_get(o, CRM_STR("kind"), &v) && crm_json_is_string(v) &&
	    crm_str_is(crm_json_inner(v), kind);
}

bool
crm_report_dashboard(struct crm_report_job *j)
{
	struct crm_str o = crm_str_trim(crm_buf_view(&j->text)), v, list, title;
	if (!crm_report_is_kind(j, "dashboard"))
		return false;
	if (!crm_json_get(o, CRM_STR("params"), &v) ||
	    !crm_json_get(v, CRM_STR("reports"), &list) ||
	    crm_json_kind(list) != '[') {
		crm_cli_usage(j->cli, _("%s: a dashboard wants 'params' with a "
		    "list of 'reports'"), j->path);
		return true;
	}
	title = crm_json_get(o, CRM_STR("title"), &v) && crm_json_is_string(v) ?
	    crm_json_inner(v) : CRM_STR("dashboard");
	list = crm_arena_str(&j->mem, list);
	print(j, crm_arena_str(&j->mem, title), list);
	return true;
}
