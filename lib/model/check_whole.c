/* What the record as a whole shows: its type, what is missing, what nobody
 * knows. */
#include "model/check_impl.h"

static const struct crm_str none;

bool
check_given(struct crm_str val)
{
	switch (crm_json_kind(val)) {
	case 'n':
		return false;
	case '"':
		return crm_str_trim(crm_json_inner(val)).n > 0;
	case '[':
	case '{':
		return crm_json_count(val) > 0;
	default:
		return true;
	}
}

bool
check_has(struct crm_check *c, struct crm_str field)
{
	struct crm_str val;
	return crm_rec_get(c->impl->rec, field, &val) && check_given(val);
}

static void
missing(struct crm_check *c, struct crm_str field)
{
	if (!check_has(c, field))
		check_tell(c, CRM_RULE_REQUIRED_MISSING, field, none,
		    _("'%.*s': required, but missing"), CRM_FMT(field));
}

static void
check_required(struct crm_check *c)
{
	const struct crm_type *t = c->impl->rec->type;
	for (size_t i = 0; i < t->nfields; i++)
		if ((t->fields[i].flags & CRM_F_REQUIRED) &&
		    t->fields[i].parent < 0 &&
		    !(t->fields[i].flags & CRM_F_TOOL))
			missing(c, t->fields[i].name);
	for (const struct check_require *r = c->impl->now->require; r;
	    r = r->next)
		if (r->type == t)
			missing(c, r->field);
}

static void
check_named(struct crm_check *c)
{
	static const char named[] = "|account|contact|lead|deal|product"
	    "|campaign|list|segment|competitor|material|user|contract|";
	static const char *const names[] = { "name", "given_name",
		"family_name", "company", "subject" };
	char key[64];
	int n = snprintf(key, sizeof(key), "|%.*s|",
	    CRM_FMT(c->impl->rec->type->name));
	if (n >= (int)sizeof(key) || !strstr(named, key))
		return;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (check_has(c, crm_str_z(names[i])))
			return;
	check_tell(c, CRM_RULE_NAME_MISSING, CRM_STR("name"), none,
	    _("a record without a name"));
}

/* A field nobody knows is told once a type: records of one source all have
 * it. */
static void
tell_unknown(struct crm_check *c, struct crm_str key)
{
	struct crm_check_impl *m = c->impl;
	const struct crm_type *t = m->rec->type;
	bool fresh;
	crm_buf_clear(&m->key);
	crm_buf_str(&m->key, t->name);
	crm_buf_c(&m->key, '\0');
	crm_buf_str(&m->key, key);
	crm_map_put(&m->unknown, crm_buf_view(&m->key), &fresh);
	if (!fresh)
		return;
	struct crm_str near = crm_type_nearest(t, key);
	if (crm_str_eq(near, key))	/* a leaf: address.country */
		near.n = 0;
	check_tell(c, CRM_RULE_FIELD_UNKNOWN, key, none, near.n ?
	    _("'%.*s': no field of the schema; did you mean '%.*s'?") :
	    _("'%.*s': no field of the schema"), CRM_FMT(key), CRM_FMT(near));
}

static void
check_unknown(struct crm_check *c)
{
	const struct crm_rec *r = c->impl->rec;
	const struct crm_field *const *f = crm_fieldmap_get(&c->impl->map,
	    r->shape, r->type);
	for (uint32_t i = 0; i < r->shape->n; i++) {
		struct crm_str key = r->shape->keys[i];
		if (!f[i] && !crm_str_is(key, "rev") &&
		    !(key.n && key.p[0] == '_'))
			tell_unknown(c, key);
	}
}

static void
check_id(struct crm_check *c)
{
	struct crm_str val;
	if (!crm_rec_get(c->impl->rec, CRM_STR("id"), &val))
		return;
	if (!crm_json_is_string(val) || !crm_id_valid(crm_json_inner(val)))
		check_tell(c, CRM_RULE_ID_INVALID, CRM_STR("id"), none,
		    _("'id': not 1 to 128 of A-Z a-z 0-9 . _ : -, beginning "
		    "with a letter or digit"));
}

static void
check_type(struct crm_check *c)
{
	struct crm_str val, name, near;
	if (!crm_rec_get(c->impl->rec, CRM_STR("type"), &val) ||
	    !crm_json_is_string(val)) {
		missing(c, CRM_STR("type"));
		return;
	}
	name = crm_json_inner(val);
	near = crm_schema_nearest_type(c->schema, name);
	check_tell(c, CRM_RULE_TYPE_UNKNOWN, CRM_STR("type"), none, near.n ?
	    _("unknown type '%.*s'; did you mean '%.*s'?") :
	    _("unknown type '%.*s'"), CRM_FMT(name), CRM_FMT(near));
}

void
check_whole(struct crm_check *c)
{
	const struct crm_type *t = c->impl->rec->type;
	check_id(c);
	if (!t) {
		check_type(c);
		return;
	}
	check_unknown(c);
	check_required(c);
	check_named(c);
	bool person = crm_str_is(t->name, "contact") ||
	    crm_str_is(t->name, "lead");
	if (person && !check_has(c, CRM_STR("emails")) &&
	    !check_has(c, CRM_STR("phones")))
		check_tell(c, CRM_RULE_CONTACT_UNREACHABLE, none, none,
		    _("neither e-mail nor phone"));
	if (check_has(c, CRM_STR("amount")) &&
	    crm_type_field(t, CRM_STR("currency")) &&
	    !check_has(c, CRM_STR("currency")))
		check_tell(c, CRM_RULE_CURRENCY_MISSING, CRM_STR("currency"),
		    none, _("'amount' without 'currency'"));
}
