/* Rows for other programs: chart specifications, chat payloads, calendars. */
#include "base/time.h"
#include "base/utf8.h"
#include "format/contentline.h"
#include "format/json.h"
#include "report/look_impl.h"

static void
vega_axis(struct crm_buf *out, const char *channel, struct crm_str field,
    const char *type)
{
	crm_json_key(out, channel);
	crm_buf_c(out, '{');
	crm_json_add_str(out, "field", field);
	crm_json_add_str(out, "type", crm_str_z(type));
	crm_buf_c(out, '}');
}

/* Money as a number: only to be drawn. */
static void
vega_row(const struct crm_rows *r, size_t row, struct crm_buf *out)
{
	crm_json_comma(out);
	crm_buf_c(out, '{');
	for (size_t c = 0; c < r->ncolumns; c++) {
		struct crm_str v = crm_rows_cell(r, row, c);
		struct crm_dec d;
		if (v.n == 0 || r->column[c].hidden)
			continue;
		crm_json_comma(out);
		crm_json_quote(out, r->column[c].name);
		crm_buf_c(out, ':');
		if (r->column[c].kind == CRM_COLUMN_MONEY &&
		    crm_rows_dec(r, row, c, &d))
			crm_dec_json(out, d);
		else
			crm_buf_str(out, v);
	}
	crm_buf_c(out, '}');
}

void
crm_look_vega(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	crm_buf_c(out, '{');
	crm_json_add_str(out, "$schema",
	    CRM_STR("https://vega.github.io/schema/vega-lite/v5.json"));
	if (l->title.n)
		crm_json_add_str(out, "title", l->title);
	crm_json_key(out, "data");
	crm_buf_z(out, "{\"values\":[");
	for (size_t i = 0; i < crm_rows_len(r); i++)
		vega_row(r, i, out);
	crm_buf_z(out, "]}");
	crm_json_add_str(out, "mark", CRM_STR("bar"));
	crm_json_key(out, "encoding");
	crm_buf_c(out, '{');
	size_t keys = 0, chart = crm_look_measure(r, l);
	bool measured = false;
	for (size_t c = 0; c < r->ncolumns; c++) {
		const struct crm_column *k = &r->column[c];
		if (k->hidden || k->kind == CRM_COLUMN_TEXT)
			continue;
		if (k->kind == CRM_COLUMN_KEY && keys < 2)
			vega_axis(out, keys++ ? "color" : "y", k->name,
			    k->time ? "ordinal" : "nominal");
		else if (c == chart && !measured) {
			vega_axis(out, "x", k->name, "quantitative");
			measured = true;
		}
	}
	crm_buf_z(out, "}}\n");
}

/* The text look, cut at whole lines to at most `most` bytes. */
static void
cut_text(const struct crm_rows *r, const struct crm_look *l, size_t most,
    struct crm_buf *out)
{
	struct crm_look bare = *l;
	bare.title = bare.note = (struct crm_str){ 0 };
	crm_look_text(r, &bare, out);
	if (out->n <= most)
		return;
	static const char more[] = "...\n";
	size_t n = most - sizeof(more);
	while (n > 0 && out->p[n - 1] != '\n')
		n--;
	out->n = n;
	crm_buf_z(out, more);
}

static struct crm_str
title_of(const struct crm_look *l)
{
	return l->title.n ? l->title : CRM_STR("crm-report");
}

/* The table between code marks, its three special characters escaped, within
 * the 3,000 characters of a section. */
static void
slack_table(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *safe)
{
	struct crm_buf table = { 0 };
	for (size_t most = 2900; safe->n == 0 || safe->n > 2990;
	    most = most * 3 / 4) {
		crm_buf_clear(&table);
		crm_buf_clear(safe);
		cut_text(r, l, most, &table);
		crm_buf_z(safe, "```");
		for (size_t i = 0; i < table.n; i++) {
			char c = table.p[i];
			if (c == '&')
				crm_buf_z(safe, "&amp;");
			else if (c == '<')
				crm_buf_z(safe, "&lt;");
			else if (c == '>')
				crm_buf_z(safe, "&gt;");
			else
				crm_buf_c(safe, c);
		}
		crm_buf_z(safe, "```");
	}
	crm_buf_release(&table);
}

void
crm_look_slack(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	struct crm_buf safe = { 0 };
	slack_table(r, l, &safe);
	crm_buf_c(out, '{');
	crm_json_add_str(out, "text", title_of(l));
	crm_json_key(out, "blocks");
	crm_buf_z(out, "[{\"type\":\"header\",\"text\":{");
	crm_json_add_str(out, "type", CRM_STR("plain_text"));
	crm_json_add_str(out, "text", crm_width_cut(title_of(l), 140));
	crm_buf_z(out, "}},{\"type\":\"section\",\"text\":{");
	crm_json_add_str(out, "type", CRM_STR("mrkdwn"));
	crm_json_add_str(out, "text", crm_buf_view(&safe));
	crm_buf_z(out, "}}");
	if (l->note.n) {
		crm_buf_z(out, ",{\"type\":\"context\",\"elements\":[{");
		crm_json_add_str(out, "type", CRM_STR("plain_text"));
		crm_json_add_str(out, "text", crm_width_cut(l->note, 1000));
		crm_buf_z(out, "}]}");
	}
	crm_buf_z(out, "]}\n");
	crm_buf_release(&safe);
}

static void
teams_block(struct crm_buf *out, struct crm_str text, const char *style)
{
	crm_json_comma(out);
	crm_buf_z(out, "{\"type\":\"TextBlock\",\"wrap\":true");
	crm_buf_z(out, style);
	crm_json_add_str(out, "text", text);
	crm_buf_c(out, '}');
}

void
crm_look_teams(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	struct crm_buf table = { 0 }, lines = { 0 };
	cut_text(r, l, 9000, &table);
	for (size_t i = 0; i < table.n; i++)	/* one break, several blanks */
		if (table.p[i] == '\n')		/* are none there */
			crm_buf_z(&lines, "\n\n");
		else if (table.p[i] == ' ')
			crm_buf_z(&lines, "\u00a0");
		else
			crm_buf_c(&lines, table.p[i]);
	crm_buf_z(out, "{\"type\":\"message\",\"attachments\":[{\"contentType\":"
	    "\"application/vnd.microsoft.card.adaptive\",\"content\":{"
	    "\"$schema\":\"http://adaptivecards.io/schemas/adaptive-card.json\","
	    "\"type\":\"AdaptiveCard\",\"version\":\"1.4\",\"body\":[");
	teams_block(out, title_of(l),
	    ",\"size\":\"large\",\"weight\":\"bolder\"");
	teams_block(out, crm_buf_view(&lines), ",\"fontType\":\"monospace\"");
	if (l->note.n)
		teams_block(out, l->note, ",\"isSubtle\":true");
	crm_buf_z(out, "]}}]}\n");
	crm_buf_release(&table);
	crm_buf_release(&lines);
}

static void
ics_line(struct crm_buf *out, const char *name, struct crm_str value,
    bool escape)
{
	size_t from = out->n;
	crm_buf_z(out, name);
	if (escape)
		crm_cline_escape(out, value);
	else
		crm_buf_str(out, value);
	crm_cline_fold(out, from);
}

/* 2026-11-23 or 2026-11-23T09:00:00Z without its marks. */
static void
ics_time(struct crm_buf *out, const char *name, struct crm_str at)
{
	char text[64];
	size_t n = 0;
	for (size_t i = 0; i < at.n && n + 1 < sizeof(text); i++) {
		if (at.p[i] == '.')
			break;
		if (at.p[i] != '-' && at.p[i] != ':')
			text[n++] = at.p[i];
	}
	if (n > 8 && text[n - 1] != 'Z')
		text[n++] = 'Z';
	struct crm_buf b = { 0 };
	crm_buf_printf(&b, "%s%s%.*s", name, n == 8 ? ";VALUE=DATE:" : ":",
	    (int)n, text);
	ics_line(out, "", crm_buf_view(&b), false);
	crm_buf_release(&b);
}

static struct crm_str
plain(const struct crm_rows *r, size_t row, const char *column,
    struct crm_buf *tmp)
{
	size_t c = crm_rows_find(r, crm_str_z(column));
	crm_buf_clear(tmp);
	if (c != SIZE_MAX && crm_rows_cell(r, row, c).n)
		crm_json_text(tmp, crm_rows_cell(r, row, c));
	return crm_buf_view(tmp);
}

static void
ics_event(const struct crm_rows *r, size_t row, int64_t now,
    struct crm_buf *out)
{
	struct crm_buf a = { 0 }, b = { 0 };
	struct crm_str what = plain(r, row, "what", &a);
	bool todo = crm_str_is(what, "task") || crm_str_is(what, "due") ||
	    crm_str_is(what, "overdue");
	const char *kind = todo ? "VTODO" : "VEVENT";
	ics_line(out, "BEGIN:", crm_str_z(kind), false);
	plain(r, row, "id", &b);
	crm_buf_printf(&b, "-%.*s@crmutils", CRM_FMT(what));
	ics_line(out, "UID:", crm_buf_view(&b), true);
	crm_buf_clear(&b);
	crm_time_format(&b, now);
	ics_time(out, "DTSTAMP", crm_buf_view(&b));
	ics_time(out, todo ? "DUE" : "DTSTART", plain(r, row, "at", &b));
	if (!todo && plain(r, row, "until", &b).n)
		ics_time(out, "DTEND", crm_buf_view(&b));
	if (crm_str_is(what, "free"))
		ics_line(out, "TRANSP:TRANSPARENT", (struct crm_str){ 0 }, false);
	struct crm_str title = plain(r, row, "title", &b);
	if (!todo && title.n && !crm_str_is(what, "meeting")) {
		crm_buf_printf(&b, " (%.*s)", CRM_FMT(what));
		title = crm_buf_view(&b);
	}
	ics_line(out, "SUMMARY:", title.n ? title : what, true);
	ics_line(out, "END:", crm_str_z(kind), false);
	crm_buf_release(&a);
	crm_buf_release(&b);
}

bool
crm_look_ics(const struct crm_rows *r, const struct crm_look *l,
    struct crm_buf *out)
{
	if (crm_rows_find(r, CRM_STR("at")) == SIZE_MAX ||
	    crm_rows_find(r, CRM_STR("what")) == SIZE_MAX)
		return false;
	ics_line(out, "", CRM_STR("BEGIN:VCALENDAR"), false);
	ics_line(out, "", CRM_STR("VERSION:2.0"), false);
	ics_line(out, "", CRM_STR("PRODID:-//crmutils//crm-report//EN"), false);
	for (size_t i = 0; i < crm_rows_len(r); i++)
		ics_event(r, i, l->now, out);
	ics_line(out, "", CRM_STR("END:VCALENDAR"), false);
	return true;
}
