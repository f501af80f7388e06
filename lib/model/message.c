#include "model/message.h"

#include "base/time.h"
#include "base/utf8.h"
#include "format/csv.h"
#include "format/json.h"
#include "format/mail.h"

/* Text of a path into b (cleared); false where absent. */
static bool
text_of(struct crm_str line, const char *path, struct crm_buf *b)
{
	struct crm_str val;
	crm_buf_clear(b);
	if (!crm_json_path(line, crm_str_z(path), &val))
		return false;
	if (crm_json_kind(val) == '[') {
		struct crm_json_iter it = crm_json_iter(val);
		struct crm_str key, one;
		while (crm_json_next(&it, &key, &one)) {
			if (b->n)
				crm_buf_z(b, ", ");
			crm_json_text(b, one);
		}
	} else
		crm_json_text(b, val);
	return b->n > 0;
}

static bool
first_of(struct crm_str line, const char *const *paths, struct crm_buf *b)
{
	for (; *paths; paths++)
		if (text_of(line, *paths, b))
			return true;
	return false;
}

static size_t
characters(struct crm_str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static enum crm_status
limit(struct crm_err *err, const char *service, const char *what, size_t max)
{
	return crm_err_set(err, CRM_INVALID, "message.limit",
	    _("%s takes at most %zu %s"), service, max, what);
}

/* -- Google Analytics 4 ------------------------------------------------------ */

static const char *
event_of(struct crm_str line)
{
	struct crm_buf t = { 0 };
	const char *name = NULL;
	text_of(line, "type", &t);
	struct crm_str type = crm_buf_view(&t);
	if (crm_str_is(type, "lead"))
		name = "generate_lead";
	else if (crm_str_is(type, "purchase"))
		name = "purchase";
	else if (crm_str_is(type, "deal")) {
		text_of(line, "stage", &t);
		type = crm_buf_view(&t);
		name = crm_str_is(type, "won") ? "close_convert_lead" :
		    crm_str_is(type, "lost") ? "close_unconvert_lead" :
		    "qualify_lead";
	}
	crm_buf_release(&t);
	return name;
}

/* No e-mail, phone or name ever goes there: ids, sums and times only. */
static enum crm_status
write_ga4(struct crm_message_state *s, struct crm_str line,
    struct crm_buf *out, struct crm_err *err)
{
	static const char *const client[] = { "ext.ga4", "ext.ga", "ga_client_id",
		"id", "ext.import", NULL };
	static const char *const when[] = { "at", "closed", "created", NULL };
	struct crm_buf b = { 0 }, cur = { 0 };
	const char *event = event_of(line);
	int64_t t;
	(void)s;
	if (!event)
		return crm_err_set(err, CRM_INVALID, "export.type",
		    _("only leads, deals and purchases are analytics events"));
	if (!first_of(line, client, &b))
		return crm_err_set(err, CRM_INVALID, "message.client",
		    _("no client id (ext.ga4) and no id"));
	crm_buf_c(out, '{');
	crm_json_add_str(out, "client_id", crm_buf_view(&b));
	if (text_of(line, "contact", &b) &&
	    crm_str_chr(crm_buf_view(&b), '@') == b.n)
		crm_json_add_str(out, "user_id", crm_buf_view(&b));
	if (first_of(line, when, &b) && crm_time_parse(crm_buf_view(&b), &t) &&
	    t > 0)
		crm_json_add_u64(out, "timestamp_micros", (uint64_t)t);
	crm_json_key(out, "events");
	crm_buf_z(out, "[{");
	crm_json_add_str(out, "name", crm_str_z(event));
	crm_json_key(out, "params");
	crm_buf_c(out, '{');
	if (text_of(line, "amount", &b) && text_of(line, "currency", &cur)) {
		crm_json_add_str(out, "currency", crm_buf_view(&cur));
		crm_json_add_raw(out, "value", crm_buf_view(&b));
	}
	if (!strcmp(event, "purchase") && text_of(line, "id", &b))
		crm_json_add_str(out, "transaction_id", crm_buf_view(&b));
	if (text_of(line, "source", &b) && crm_str_chr(crm_buf_view(&b), '@') ==
	    b.n && b.n <= 100)
		crm_json_add_str(out, "lead_source", crm_buf_view(&b));
	crm_buf_z(out, "}}]}\n");
	crm_buf_release(&b);
	crm_buf_release(&cur);
	return CRM_OK;
}

/* -- Slack and Teams ---------------------------------------------------------- */

static const char *const titles[] = { "name", "subject", "number", "id",
	"ext.import", NULL };
static const struct {
	const char *label, *path;
} facts[] = {
	{ N_("Status"), "status" }, { N_("Stage"), "stage" },
	{ N_("Priority"), "priority" }, { N_("Amount"), "amount" },
	{ N_("Currency"), "currency" }, { N_("Close date"), "close_date" },
	{ N_("Company"), "company" }, { N_("E-mail"), "emails" },
	{ N_("Phone"), "phones" }, { N_("Title"), "title" },
	{ N_("Due"), "due" }, { N_("Owner"), "owner" },
	{ N_("Next step"), "next_step" },
};
enum { SLACK_FIELDS = 10, SLACK_FIELD = 2000, SLACK_TEXT = 3000,
	SLACK_HEADER = 150, TEAMS_BYTES = 28000 };

/* Slack's own three characters (api.slack.com, formatting text). */
static void
slack_text(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '&')
			crm_buf_z(b, "&amp;");
		else if (s.p[i] == '<')
			crm_buf_z(b, "&lt;");
		else if (s.p[i] == '>')
			crm_buf_z(b, "&gt;");
		else
			crm_buf_c(b, s.p[i]);
	}
}

static void
slack_block(struct crm_buf *out, const char *kind, struct crm_str text)
{
	crm_buf_printf(out, "{\"type\":\"%s\",\"text\":", kind);
	crm_json_quote(out, text);
	crm_buf_c(out, '}');
}

static enum crm_status
write_slack(struct crm_message_state *s, struct crm_str line,
    struct crm_buf *out, struct crm_err *err)
{
	static const char *const bodies[] = { "body", "description", "notes",
		NULL };
	struct crm_buf b = { 0 }, e = { 0 };
	size_t from = out->n, n = 0;
	enum crm_status st = CRM_OK;
	(void)s;
	first_of(line, titles, &b);
	if (characters(crm_buf_view(&b)) > SLACK_HEADER)
		st = limit(err, "Slack", _("characters in a header"),
		    SLACK_HEADER);
	slack_text(&e, crm_buf_view(&b));
	crm_buf_z(out, "{\"text\":");
	crm_json_quote(out, crm_buf_view(&e));
	crm_buf_z(out, ",\"blocks\":[{\"type\":\"header\",\"text\":");
	slack_block(out, "plain_text", crm_buf_view(&b));
	crm_buf_c(out, '}');
	if (first_of(line, bodies, &b)) {
		crm_buf_clear(&e);
		slack_text(&e, crm_buf_view(&b));
		if (characters(crm_buf_view(&e)) > SLACK_TEXT)
			st = limit(err, "Slack", _("characters in a section"),
			    SLACK_TEXT);
		crm_buf_z(out, ",{\"type\":\"section\",\"text\":");
		slack_block(out, "mrkdwn", crm_buf_view(&e));
		crm_buf_c(out, '}');
	}
	for (size_t i = 0; i < CRM_LEN(facts) && n < SLACK_FIELDS; i++) {
		if (!text_of(line, facts[i].path, &b))
			continue;
		crm_buf_clear(&e);
		crm_buf_printf(&e, "*%s*\n", _(facts[i].label));
		slack_text(&e, crm_buf_view(&b));
		if (characters(crm_buf_view(&e)) > SLACK_FIELD)
			st = limit(err, "Slack", _("characters in a field"),
			    SLACK_FIELD);
		crm_buf_z(out, n++ ? "," :
		    ",{\"type\":\"section\",\"fields\":[");
		slack_block(out, "mrkdwn", crm_buf_view(&e));
	}
	crm_buf_z(out, n ? "]}]}\n" : "]}\n");
	if (st)
		out->n = from;
	crm_buf_release(&b);
	crm_buf_release(&e);
	return st;
}

static enum crm_status
write_teams(struct crm_message_state *s, struct crm_str line,
    struct crm_buf *out, struct crm_err *err)
{
	static const char *const bodies[] = { "body", "description", "notes",
		NULL };
	struct crm_buf b = { 0 };
	size_t from = out->n, n = 0;
	(void)s;
	crm_buf_z(out, "{\"type\":\"message\",\"attachments\":[{\"contentType\":"
	    "\"application/vnd.microsoft.card.adaptive\",\"content\":{"
	    "\"$schema\":\"http://adaptivecards.io/schemas/adaptive-card.json\","
	    "\"type\":\"AdaptiveCard\",\"version\":\"1.4\",\"body\":["
	    "{\"type\":\"TextBlock\",\"size\":\"Large\",\"weight\":\"Bolder\","
	    "\"wrap\":true,\"text\":");
	first_of(line, titles, &b);
	crm_json_quote(out, crm_buf_view(&b));
	crm_buf_c(out, '}');
	if (first_of(line, bodies, &b)) {
		crm_buf_z(out, ",{\"type\":\"TextBlock\",\"wrap\":true,\"text\":");
		crm_json_quote(out, crm_buf_view(&b));
		crm_buf_c(out, '}');
	}
	for (size_t i = 0; i < CRM_LEN(facts); i++) {
		if (!text_of(line, facts[i].path, &b))
			continue;
		crm_buf_z(out, n++ ? ",{\"title\":" :
		    ",{\"type\":\"FactSet\",\"facts\":[{\"title\":");
		crm_json_quote(out, crm_str_z(_(facts[i].label)));
		crm_buf_z(out, ",\"value\":");
		crm_json_quote(out, crm_buf_view(&b));
		crm_buf_c(out, '}');
	}
	crm_buf_z(out, n ? "]}]}}]}\n" : "]}}]}\n");
	crm_buf_release(&b);
	if (out->n - from <= TEAMS_BYTES)
		return CRM_OK;
	out->n = from;
	return limit(err, "Teams", _("bytes in a message"), TEAMS_BYTES);
}

/* -- Hootsuite and Buffer ----------------------------------------------------- */

enum { HOOTSUITE_MAX = 350, BUFFER_MAX = 100 };

static enum crm_status
post_text(struct crm_str line, struct crm_buf *text, struct crm_err *err)
{
	static const char *const paths[] = { "body", "text", "description",
		"subject", NULL };
	return first_of(line, paths, text) ? CRM_OK : crm_err_field(err,
	    CRM_INVALID, "message.text", CRM_STR("body"), _("no text to post"));
}

static enum crm_status
post_time(struct crm_message_state *s, struct crm_str line, const char *style,
    struct crm_buf *out, struct crm_err *err)
{
	static const char *const paths[] = { "at", "due", NULL };
	struct crm_buf b = { 0 };
	int64_t t;
	bool good = first_of(line, paths, &b) &&
	    crm_time_parse(crm_buf_view(&b), &t);
	crm_buf_clear(&b);
	if (good) {
		t += crm_zone_offset(s->zone, t) * CRM_SECOND;
		crm_time_format(&b, t);	/* 2026-11-21T09:30:00Z */
		struct crm_str x = crm_buf_view(&b);
		for (; *style; style++) {
			size_t at = *style == 'Y' ? 0 : *style == 'm' ? 5 :
			    *style == 'd' ? 8 : *style == 'H' ? 11 :
			    *style == 'M' ? 14 : 99;
			if (at == 99)
				crm_buf_c(out, *style);
			else
				crm_buf_str(out, crm_str_sub(x, at, at ? 2 :
				    4));
		}
	}
	crm_buf_release(&b);
	return good ? CRM_OK : crm_err_field(err, CRM_INVALID, "message.time",
	    CRM_STR("at"), _("no time to post at"));
}

static enum crm_status
write_hootsuite(struct crm_message_state *s, struct crm_str line,
    struct crm_buf *out, struct crm_err *err)
{
	static const char *const links[] = { "link", "url", "website", NULL };
	struct crm_buf text = { 0 }, when = { 0 }, link = { 0 };
	enum crm_status st = s->written >= HOOTSUITE_MAX ? limit(err,
	    "Hootsuite", _("messages in a file"), HOOTSUITE_MAX) :
	    post_text(line, &text, err);
	if (!st)
		st = post_time(s, line, "m/d/Y H:M", &when, err);
	if (!st) {
		first_of(line, links, &link);
		crm_csv_put(out, crm_buf_view(&when), ',', CRM_CSV_ALL);
		crm_buf_c(out, ',');
		crm_csv_put(out, crm_buf_view(&text), ',', CRM_CSV_ALL);
		crm_buf_c(out, ',');
		crm_csv_put(out, crm_buf_view(&link), ',', CRM_CSV_ALL);
		crm_buf_c(out, '\n');
		s->written++;
	}
	crm_buf_release(&text);
	crm_buf_release(&when);
	crm_buf_release(&link);
	return st;
}

static enum crm_status
write_buffer(struct crm_message_state *s, struct crm_str line,
    struct crm_buf *out, struct crm_err *err)
{
	struct crm_buf text = { 0 }, when = { 0 }, b = { 0 };
	enum crm_status st = s->written >= BUFFER_MAX ? limit(err, "Buffer",
	    _("posts in a file"), BUFFER_MAX) : post_text(line, &text, err);
	if (!st)
		st = post_time(s, line, "Y-m-d H:M", &when, err);
	if (!st) {
		if (s->written++ == 0)
			crm_buf_z(out, "Text,Image URL,Tags,Posting Time\n");
		crm_csv_put(out, crm_buf_view(&text), ',', CRM_CSV_MINIMAL);
		crm_buf_c(out, ',');
		text_of(line, "image", &b);
		crm_csv_put(out, crm_buf_view(&b), ',', CRM_CSV_MINIMAL);
		crm_buf_c(out, ',');
		text_of(line, "tags", &b);
		crm_csv_put(out, crm_buf_view(&b), ',', CRM_CSV_MINIMAL);
		crm_buf_printf(out, ",%.*s\n", CRM_FMT(crm_buf_view(&when)));
	}
	crm_buf_release(&text);
	crm_buf_release(&when);
	crm_buf_release(&b);
	return st;
}

/* -- mail ---------------------------------------------------------------------- */

static void
mail_date(struct crm_buf *out, int64_t t)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat", "Sun" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
		"May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t day = t / CRM_DAY - (t % CRM_DAY < 0);
	int64_t sec = (t - day * CRM_DAY) / CRM_SECOND;
	struct crm_ymd d = crm_day_ymd((int32_t)day);
	crm_buf_printf(out, "Date: %s, %d %s %04d %02d:%02d:%02d +0000\r\n",
	    days[crm_weekday((int32_t)day) - 1], d.d, months[d.m - 1], d.y,
	    (int)(sec / 3600), (int)(sec / 60 % 60), (int)(sec % 60));
}

static enum crm_status
write_mail(struct crm_message_state *s, struct crm_str line,
    struct crm_buf *out, struct crm_err *err)
{
	static const char *const to[] = { "to", "emails", NULL };
	struct crm_buf b = { 0 }, name = { 0 };
	int64_t t;
	(void)s;
	if (!first_of(line, to, &b) || memchr(b.p, '\n', b.n)) {
		crm_buf_release(&b);
		return crm_err_field(err, CRM_INVALID, "message.address",
		    CRM_STR("to"), _("nobody to write to"));
	}
	crm_mail_header(out, "To", crm_buf_view(&b));
	if (text_of(line, "from", &b)) {
		text_of(line, "from_name", &name);
		crm_mail_to(out, "From", crm_buf_view(&name),
		    crm_buf_view(&b));
	}
	text_of(line, "subject", &b);
	crm_mail_header(out, "Subject", crm_buf_view(&b));
	if (text_of(line, "at", &b) && crm_time_parse(crm_buf_view(&b), &t))
		mail_date(out, t);
	if (text_of(line, "ext.mail", &b)) {
		crm_buf_clear(&name);
		crm_buf_printf(&name, "<%.*s>", CRM_FMT(crm_buf_view(&b)));
		crm_mail_header(out, "Message-ID", crm_buf_view(&name));
	}
	text_of(line, "body", &b);
	crm_mail_body(out, crm_buf_view(&b), (struct crm_str){ NULL, 0 }, "");
	crm_buf_release(&b);
	crm_buf_release(&name);
	return CRM_OK;
}

static const struct crm_message all[] = {
	{ "ga4", write_ga4 }, { "slack", write_slack },
	{ "teams", write_teams }, { "hootsuite", write_hootsuite },
	{ "buffer", write_buffer }, { "mail", write_mail },
	{ "ubl", crm_ubl_write },
};

const struct crm_message *
crm_message_find(struct crm_str name)
{
	for (size_t i = 0; i < CRM_LEN(all); i++)
		if (crm_str_is(name, all[i].name))
			return &all[i];
	return NULL;
}

const struct crm_message *
crm_message_at(size_t i)
{
	return i < CRM_LEN(all) ? &all[i] : NULL;
}
