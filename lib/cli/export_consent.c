/* crm-export: who must not be written to. Letters and mailing lists leave out
 * the people whose last word on e-mail was no, where a store knows of it. */
#include "cli/export.h"

struct last_word {
	struct crm_buf at;	/* of the newest consent record */
	bool no;
};

static bool
text_is(const struct crm_rec *r, const char *path, const char *a,
    const char *b)
{
	struct crm_str val;
	if (!crm_rec_get(r, crm_str_z(path), &val) || !crm_json_is_string(val))
		return false;
	val = crm_json_inner(val);
	return crm_str_is(val, a) || (b && crm_str_is(val, b));
}

static bool
on_consent(void *arg, const struct crm_rec *r)
{
	struct last_word *w = arg;
	struct crm_str val, at = { NULL, 0 };
	bool email = !crm_rec_get(r, CRM_STR("channel"), &val) ||
	    text_is(r, "channel", "email", "any");
	if (!email)
		return true;
	if (crm_rec_get(r, CRM_STR("at"), &val))
		at = val;
	/* times are RFC 3339 in UTC: their text sorts as they do */
	if (w->at.n && crm_str_cmp(at, crm_buf_view(&w->at)) < 0)
		return true;
	crm_buf_clear(&w->at);
	crm_buf_str(&w->at, at);
	w->no = text_is(r, "status", "denied", "withdrawn");
	return true;
}

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
	struct last_word w = { .no = false };
	if (j->no_consent || !is_outward(j))
		return true;
	struct crm_str id = crm_rec_id(rec);
	struct crm_store *s = id.n ? crm_export_store(j, &rev) : NULL;
	if (!s)
		return true;
	if (!j->env)
		j->env = crm_store_env_new(s, rev);
	const struct crm_type *t = crm_schema_type(crm_store_schema(s),
	    CRM_STR("consent"));
	struct crm_buf key = { 0 };
	crm_buf_str(&key, id);
	if (j->env && j->env->links && t)
		j->env->links(j->env->ctx, crm_buf_view(&key), t, on_consent,
		    &w);
	crm_buf_release(&key);
	crm_buf_release(&w.at);
	j->left_out += w.no;
	return !w.no;
}
