/* crm-export: who must not be written to. Letters and mailing lists leave out
 * the people whose last word on e-mail was no, where a store knows of it. */
#include "cli/export.h"
#include "model/consent.h"

static bool
is_outward(const struct crm_export_job *j)
{
	static const char *const lists[] = { "marketo", "pardot" };
	if (j->message && !strcmp(j->message->name, "mail"))
		return true;
	if (j->template_ && j->template_file &&
	    crm_str_ends(crm_str_z(j->template_file), CRM_STR(".eml")))
		return true;
	for (size_t i = 0; j->profile && i < CRM_LEN(lists); i++)
		if (crm_str_starts(crm_str_z(j->profile), crm_str_z(lists[i])))
			return true;
	return false;
}

bool
crm_export_may_write(struct crm_export_job *j, const struct crm_rec *rec)
{
	uint64_t rev;
	int64_t since;
	if (j->no_consent || !is_outward(j))
		return true;
	struct crm_store *s = crm_rec_id(rec).n ? crm_export_store(j, &rev) :
	    NULL;
	if (!s)
		return true;
	if (!j->env)
		j->env = crm_store_env_new(s, rev);
	struct crm_consent c = { .channel = CRM_STR("email"),
		.at = j->cli->clock.now, .schema = crm_store_schema(s),
		.env = j->env, .zone = j->cli->clock.zone };
	enum crm_consent_reason said = crm_consent_word(&c, rec, &since);
	bool no = said != CRM_CONSENT_YES && said != CRM_CONSENT_NONE;
	crm_consent_release(&c);
	j->left_out += no;
	return !no;
}
