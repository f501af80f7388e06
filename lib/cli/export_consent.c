/* crm-export: letters, mails and mailing lists take nobody whom no pass of
 * crm-consent let through: it leaves a mark, _consent, on each line. A list's
 * own lines go back into it without one. */
#include "cli/export.h"

#include <strings.h>

#include "model/consent.h"

/* The channel of what is written; "" for letters, which take any; NULL where
 * nobody is contacted. */
static const char *
channel_of(const struct crm_export_job *j)
{
	static const char *const lists[] = { "marketo", "pardot" };
	if (j->message && !strcmp(j->message->name, "mail"))
		return "email";
	if (j->template_ && j->template_file && crm_str_ends(crm_str_z(
	    j->template_file), CRM_STR(".eml")))
		return "email";
	for (size_t i = 0; j->profile && i < CRM_LEN(lists); i++)
		if (crm_str_starts(crm_str_z(j->profile), crm_str_z(lists[i])))
			return "email";
	return j->is_letter ? "" : NULL;
}

static bool
is_person(const struct crm_rec *r)
{
	return !r->type || crm_str_is(r->type->name, "contact") ||
	    crm_str_is(r->type->name, "lead");
}

/* The mark may tell of another channel than this one, or have been made for
 * another address. */
static bool
is_marked(struct crm_str tool, const struct crm_rec *rec,
    const char *channel)
{
	char hex[CRM_CONSENT_TO + 1];
	struct crm_str mark, c, to;
	if (!tool.n || !crm_json_get(tool, CRM_STR("_consent"), &mark) ||
	    !crm_json_get(mark, CRM_STR("channel"), &c) ||
	    !crm_json_is_string(c))
		return false;
	c = crm_json_inner(c);
	if (crm_consent_to(rec, c, hex) && (!crm_json_get(mark, CRM_STR("to"),
	    &to) || !crm_str_is(crm_json_inner(to), hex)))
		return false;
	return !*channel || (c.n == strlen(channel) &&
	    strncasecmp(c.p, channel, c.n) == 0);
}

/* Back into the list that it was read from: nobody is added to it. */
static bool
came_from(const struct crm_export_job *j, const struct crm_rec *r)
{
	struct crm_str raw, mine, name = crm_str_z(j->profile);
	name.n = crm_str_chr(name, '-');
	return name.n && crm_rec_get(r, CRM_STR("raw"), &raw) &&
	    crm_json_get(raw, name, &mine);
}

enum crm_status
crm_export_may_write(struct crm_export_job *j, const struct crm_rec *rec,
    struct crm_err *err)
{
	const char *channel = j->no_consent ? NULL : channel_of(j);
	if (!channel || !is_person(rec) || came_from(j, rec) ||
	    is_marked(crm_feed_tool(&j->feed), rec, channel))
		return CRM_OK;
	return crm_err_set(err, CRM_INVALID, "export.consent",
	    _("no consent: crm-consent --purpose P --channel %s has not let "
	    "this person through (--no-consent-check)"),
	    *channel ? channel : "C");
}
