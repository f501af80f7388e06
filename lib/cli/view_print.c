#include "base/utf8.h"
#include "cli/show.h"
#include "cli/view.h"
#include "format/table.h"

/* Names a reference's target, with the end of its id. */
static bool
name_target(const struct crm_query_env *env, struct crm_str val,
    struct crm_buf *out)
{
	enum { SHOWN = 8 };
	struct crm_rec target;
	if (!env || !env->get || !crm_json_is_string(val))
		return false;
	struct crm_str id = crm_json_inner(val);
	if (!env->get(env->ctx, id, &target))
		return false;
	crm_show_title(&target, out);
	if (id.n > SHOWN)
		id = crm_str_sub(id, id.n - SHOWN, SHOWN);
	crm_buf_printf(out, " (%.*s)", CRM_FMT(id));
	return true;
}

static void
field_text(const struct crm_rec *rec, struct crm_str path, struct crm_str val,
    const struct crm_query_env *env, struct crm_buf *out)
{
	const struct crm_field *f = rec->type ?
	    crm_type_field(rec->type, path) : NULL;
	bool ref = f && f->kind == CRM_K_REF;
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, item;
	if (crm_json_kind(val) != '[') {
		if (!ref || !name_target(env, val, out))
			crm_json_text(out, val);
		return;
	}
	for (bool first = true; crm_json_next(&it, &key, &item); first = false) {
		if (!first)
			crm_buf_z(out, ", ");
		if (!ref || !name_target(env, item, out))
			crm_json_text(out, item);
	}
}

static bool
hidden(struct crm_str key)
{
	static const char *const keys[] = { "type", "raw", "stages",
		"statuses", "labels", "_src" };
	for (size_t i = 0; i < CRM_LEN(keys); i++)
		if (crm_str_is(key, keys[i]))
			return true;
	return false;
}

struct walk {
	const struct crm_rec *rec;
	const struct crm_query_env *env;
	void (*fn)(void *ctx, struct crm_str label, struct crm_str text);
	void *ctx;
	struct crm_buf path, text;
};

static void
walk_object(struct walk *w, struct crm_str object)
{
	struct crm_json_iter it = crm_json_iter(object);
	struct crm_str key, val;
	size_t base = w->path.n;
	while (crm_json_next(&it, &key, &val)) {
		if (!base && hidden(key))
			continue;
		if (base)
			crm_buf_c(&w->path, '.');
		crm_json_unescape(&w->path, key);
		struct crm_str path = crm_buf_view(&w->path);
		if (crm_json_kind(val) == '{') {
			walk_object(w, val);
		} else {
			crm_buf_clear(&w->text);
			field_text(w->rec, path, val, w->env, &w->text);
			w->fn(w->ctx, path, crm_buf_view(&w->text));
		}
		w->path.n = base;
	}
}

void
crm_view_fields(const struct crm_rec *rec, const struct crm_query_env *env,
    void (*fn)(void *ctx, struct crm_str label, struct crm_str text),
    void *ctx)
{
	struct walk w = { rec, env, fn, ctx, { 0 }, { 0 } };
	walk_object(&w, rec->line);
	crm_buf_release(&w.path);
	crm_buf_release(&w.text);
}

struct lines {
	const struct crm_cli *cli;
	struct crm_buf *out;
	size_t widest;
	bool measure;
};

static void
card_line(void *ctx, struct crm_str label, struct crm_str text)
{
	struct lines *l = ctx;
	size_t w = crm_width(label);
	if (l->measure) {
		l->widest = w > l->widest ? w : l->widest;
		return;
	}
	crm_buf_z(l->out, l->cli->color_out ? "  \033[2m" : "  ");
	crm_safe(l->out, label, l->cli->ascii);
	if (l->cli->color_out)
		crm_buf_z(l->out, "\033[0m");
	for (; w < l->widest + 2; w++)
		crm_buf_c(l->out, ' ');
	crm_safe(l->out, text, l->cli->ascii);
	crm_buf_c(l->out, '\n');
}

static void
heading(const struct crm_cli *cli, const char *text, struct crm_buf *out)
{
	crm_buf_printf(out, cli->color_out ? "\n\033[1m%s\033[0m\n" : "\n%s\n",
	    text);
}

static void
print_title(const struct crm_cli *cli, const struct crm_rec *rec,
    struct crm_buf *out)
{
	struct crm_buf title = { 0 };
	if (cli->color_out)
		crm_buf_z(out, "\033[1m");
	if (rec->type) {
		crm_buf_str(out, rec->type->name);
		crm_buf_z(out, ": ");
	}
	crm_show_title(rec, &title);
	crm_safe(out, crm_buf_view(&title), cli->ascii);
	crm_buf_z(out, cli->color_out ? "\033[0m\n" : "\n");
	crm_buf_release(&title);
}

/* The related records and the events as tables, the same for all looks. */
static void
related_table(const struct crm_view *v, struct crm_table *t)
{
	static const char *const heads[] = { N_("type"), N_("name"),
		N_("state"), N_("id") };
	for (size_t i = 0; i < CRM_LEN(heads); i++)
		crm_table_column(t, crm_str_z(_(heads[i])), CRM_ALIGN_LEFT);
	for (size_t i = 0; i < v->nrelated; i++) {
		crm_table_cell(t, v->related[i].type);
		crm_table_cell(t, v->related[i].title);
		crm_table_cell(t, v->related[i].state);
		crm_table_cell(t, v->related[i].id);
	}
}

/* A sign for each channel, before its name, which says the same. */
static const char *
icon_of(struct crm_str what)
{
	static const struct { const char *what, *icon; } icons[] = {
		{ "email", "✉" }, { "call", "☎" }, { "meeting", "◷" },
		{ "task", "☑" }, { "note", "✎" }, { "chat", "❝" },
		{ "web", "⌂" }, { "social", "♡" }, { "sms", "✆" },
		{ "ticket", "⚑" }, { "purchase", "¤" }, { "deal", "◆" },
		{ "stage", "▸" }, { "status", "▸" }, { "survey", "★" },
	};
	for (size_t i = 0; i < CRM_LEN(icons); i++)
		if (crm_str_is(what, icons[i].what))
			return icons[i].icon;
	return "·";
}

static void
events_table(const struct crm_cli *cli, const struct crm_view *v, bool icons,
    struct crm_table *t)
{
	static const char *const heads[] = { N_("when"), N_("what"),
		N_("text"), N_("id") };
	struct crm_buf when = { 0 };
	for (size_t i = 0; i < CRM_LEN(heads); i++)
		crm_table_column(t, crm_str_z(_(heads[i])), CRM_ALIGN_LEFT);
	for (size_t i = 0; i < v->nevents; i++) {
		crm_buf_clear(&when);
		crm_view_when(&v->event[i], &cli->clock, &when);
		crm_table_cell(t, crm_buf_view(&when));
		crm_buf_clear(&when);
		if (icons)
			crm_buf_printf(&when, "%s ", icon_of(v->event[i].what));
		crm_buf_str(&when, v->event[i].what);
		crm_table_cell(t, crm_buf_view(&when));
		crm_table_cell(t, v->event[i].text);
		crm_table_cell(t, v->event[i].id);
	}
	crm_buf_release(&when);
}

void
crm_view_card(const struct crm_cli *cli, const struct crm_rec *rec,
    const struct crm_query_env *env, const struct crm_view *v,
    struct crm_buf *out)
{
	const struct crm_table_look look = { cli->columns, cli->ascii,
		cli->tty_out, cli->color_out };
	struct lines l = { cli, out, 0, true };
	struct crm_table t = { 0 };
	print_title(cli, rec, out);
	crm_view_fields(rec, env, card_line, &l);
	l.measure = false;
	crm_view_fields(rec, env, card_line, &l);
	if (v && v->nrelated) {
		heading(cli, _("related"), out);
		related_table(v, &t);
		crm_table_text(&t, &look, out);
		crm_table_release(&t);
	}
	if (v && v->nevents) {
		heading(cli, _("time line"), out);
		events_table(cli, v, cli->tty_out && !cli->ascii, &t);
		crm_table_text(&t, &look, out);
		crm_table_release(&t);
	}
}

static void
cells(void *ctx, struct crm_str label, struct crm_str text)
{
	struct crm_table *t = ctx;
	crm_table_cell(t, label);
	crm_table_cell(t, text);
}

static void
fields_table(const struct crm_rec *rec, const struct crm_query_env *env,
    struct crm_table *t)
{
	crm_table_column(t, crm_str_z(_("field")), CRM_ALIGN_LEFT);
	crm_table_column(t, crm_str_z(_("value")), CRM_ALIGN_LEFT);
	crm_view_fields(rec, env, cells, t);
}

void
crm_view_markdown(const struct crm_cli *cli, const struct crm_rec *rec,
    const struct crm_query_env *env, const struct crm_view *v,
    struct crm_buf *out)
{
	struct crm_table t = { 0 };
	struct crm_buf title = { 0 };
	crm_show_title(rec, &title);
	crm_buf_z(out, "# ");
	crm_safe(out, crm_buf_view(&title), false);
	crm_buf_z(out, "\n\n");
	fields_table(rec, env, &t);
	crm_table_markdown(&t, out);
	crm_table_release(&t);
	if (v && v->nrelated) {
		crm_buf_printf(out, "\n## %s\n\n", _("related"));
		related_table(v, &t);
		crm_table_markdown(&t, out);
		crm_table_release(&t);
	}
	if (v && v->nevents) {
		crm_buf_printf(out, "\n## %s\n\n", _("time line"));
		events_table(cli, v, false, &t);
		crm_table_markdown(&t, out);
		crm_table_release(&t);
	}
	crm_buf_release(&title);
}

static void
html_section(struct crm_table *t, const char *title, struct crm_buf *out)
{
	crm_buf_z(out, "<h2>");
	crm_html_text(out, crm_str_z(title));
	crm_buf_z(out, "</h2>\n");
	crm_table_html(t, out);
	crm_buf_z(out, "</tbody></table>\n");
	crm_table_release(t);
}

static void
html_field(void *ctx, struct crm_str label, struct crm_str text)
{
	struct crm_buf *out = ctx;
	crm_buf_z(out, "<dt>");
	crm_html_text(out, label);
	crm_buf_z(out, "</dt><dd><bdi>");
	crm_html_text(out, text);
	crm_buf_z(out, "</bdi></dd>\n");
}

void
crm_view_html(const struct crm_cli *cli, const struct crm_rec *rec,
    const struct crm_query_env *env, const struct crm_view *v,
    struct crm_buf *out)
{
	struct crm_table t = { 0 };
	struct crm_buf title = { 0 };
	crm_show_title(rec, &title);
	crm_buf_z(out, "<article>\n<h1><bdi>");
	crm_html_text(out, crm_buf_view(&title));
	crm_buf_z(out, "</bdi></h1>\n<dl>\n");
	crm_view_fields(rec, env, html_field, out);
	crm_buf_z(out, "</dl>\n");
	if (v && v->nrelated) {
		related_table(v, &t);
		html_section(&t, _("related"), out);
	}
	if (v && v->nevents) {
		events_table(cli, v, true, &t);
		html_section(&t, _("time line"), out);
	}
	crm_buf_z(out, "</article>\n");
	crm_buf_release(&title);
}
