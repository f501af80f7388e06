/* Which writer -p, -F and --template ask for. */
#include "cli/export.h"

#include "model/card.h"

static enum crm_status
load_usual(struct crm_export_job *j, struct crm_err *err)
{
	struct crm_buf path = { 0 }, text = CRM_BUF_MAX(1 << 20);
	crm_buf_printf(&path, "%s/profiles/headers/auto.json",
	    crm_cli_datadir(j->cli));
	enum crm_status st;
	if (crm_buf_read_file(&text, crm_buf_cstr(&path)))
		st = crm_err_sys(err, "profile.read", "%s",
		    crm_buf_cstr(&path));
	else
		st = crm_profile_load(crm_buf_view(&text), &j->usual, err);
	crm_buf_release(&path);
	crm_buf_release(&text);
	return st;
}

static const struct crm_object *
object_of(const struct crm_profile *p, struct crm_str type)
{
	for (size_t i = 0; i < p->nobjects; i++)
		if (crm_str_eq(p->objects[i].type, type))
			return &p->objects[i];
	return NULL;
}

enum crm_status
crm_export_json(struct crm_export_job *j, const struct crm_object *o,
    struct crm_str type, struct crm_err *err)
{
	const struct crm_profile *p = j->json_profile;
	const struct crm_schema *schema = crm_session_schema(j->cli);
	if (!o && type.n)
		o = object_of(p, type);
	if (!o && type.n)
		return crm_err_set(err, CRM_USAGE, "export.object",
		    _("profile '%.*s' has no objects of type '%.*s'"),
		    CRM_FMT(p->name), CRM_FMT(type));
	if (!o)
		return CRM_OK;	/* the first record will tell */
	struct crm_mapper *m = j->mapper = crm_zalloc(sizeof(*m));
	m->conv.schema = schema;
	m->conv.profile = p;
	m->system = p->system;
	m->type = crm_schema_type(schema, o->type);
	m->resolve = crm_export_resolve;
	m->ctx = j;
	crm_mapper_all(m, o);
	j->json = crm_item_json(m->system);
	j->item = &j->json;
	j->item_opts.ctx = m;
	return CRM_OK;
}

static enum crm_status
open_profile(struct crm_export_job *j, struct crm_err *err)
{
	const char *name = j->profile;
	struct crm_export_opts eo = { .schema = crm_session_schema(j->cli),
		.spreadsheet = j->spreadsheet, .resolve = crm_export_resolve,
		.ctx = j };
	bool plain = !strcmp(name, "auto") || !strcmp(name, "csv");
	enum crm_status st = load_usual(j, err);
	if (!st && !plain)
		st = crm_profiles_load(&j->profiles, crm_cli_datadir(j->cli),
		    name, err);
	if (st)
		return st;
	if (!plain) {
		eo.profile = crm_profiles_get(&j->profiles, crm_str_z(name),
		    &eo.object);
		if (!eo.profile)
			return crm_err_set(err, CRM_USAGE, "profile.unknown",
			    _("no profile '%s': see crm-import "
			    "--list-profiles"), name);
		const char *form = j->cli->format_name;
		if (crm_str_is(eo.profile->format, "json") ||
		    (crm_str_is(eo.profile->format, "any") && form &&
		    strcmp(form, "json") == 0)) {
			j->json_profile = eo.profile;
			return crm_export_json(j, eo.object,
			    crm_str_z(j->cli->type), err);
		}
	}
	eo.usual = &j->usual->objects[0];
	j->table = crm_export_table(&eo);
	return CRM_OK;
}

static enum crm_template_for
target_of(const char *file)
{
	static const struct {
		const char *end;
		enum crm_template_for target;
	} ends[] = { { ".html", CRM_TEMPLATE_HTML },
		{ ".htm", CRM_TEMPLATE_HTML }, { ".csv", CRM_TEMPLATE_CSV },
		{ ".url", CRM_TEMPLATE_URL }, { ".eml", CRM_TEMPLATE_MAIL } };
	for (size_t i = 0; i < CRM_LEN(ends); i++)
		if (crm_str_ends(crm_str_z(file), crm_str_z(ends[i].end)))
			return ends[i].target;
	return CRM_TEMPLATE_TEXT;
}

static enum crm_status
open_template(struct crm_export_job *j, struct crm_err *err)
{
	struct crm_buf text = CRM_BUF_MAX(1 << 20);
	enum crm_status st;
	if (crm_buf_read_file(&text, j->template_file))
		st = crm_err_sys(err, "template.read", "%s",
		    j->template_file);
	else
		st = crm_template_parse(crm_buf_view(&text),
		    target_of(j->template_file), &j->template_, err);
	if (st == CRM_INVALID)	/* the user's own file: exit 2 */
		err->code = st = CRM_USAGE;
	if (st)
		snprintf(err->source, sizeof(err->source), "%s",
		    j->template_file);
	j->is_letter = text.n &&
	    memmem(text.p, text.n, "{{_address", 10) != NULL;
	crm_buf_release(&text);
	if (!st && j->cli->output && strchr(j->cli->output, '{')) {
		j->pattern = j->cli->output;
		j->cli->output = NULL;
	}
	return st;
}

enum crm_status
crm_export_choose(struct crm_export_job *j, struct crm_err *err)
{
	struct crm_str p = crm_str_z(j->profile);
	const char *format = j->cli->format_name ? j->cli->format_name : "";
	j->item_opts.now = j->cli->clock.now;
	j->message_state.zone = j->cli->clock.zone;
	if (j->template_file)
		return open_template(j, err);
	j->message = crm_message_find(p);
	if (j->message)
		return CRM_OK;
	if (crm_str_starts(p, CRM_STR("vcard")) || !strcmp(format, "vcard")) {
		j->item = &crm_item_vcard;
		j->item_opts.version = crm_str_is(p, "vcard3") ? CRM_CARD_3 :
		    crm_str_is(p, "vcard4") ? CRM_CARD_4 : 0;
		return CRM_OK;
	}
	if (crm_str_is(p, "ics") || crm_str_is(p, "ical") ||
	    !strcmp(format, "ics")) {
		j->item = &crm_item_ical;
		return CRM_OK;
	}
	return j->profile ? open_profile(j, err) : CRM_OK;
}
