#include "model/ref.h"

static bool
is_key_name(struct crm_str s)
{
	static const char *const names[] = { "email", "emails", "phone",
		"phones", "domain", "name", "sku", "number" };
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (crm_str_is(s, names[i]))
			return true;
	return false;
}

static bool
has_key(const struct crm_type *t, struct crm_str name)
{
	const struct crm_field *f = crm_type_field(t, name);
	return f && (f->flags & (CRM_F_KEY | CRM_F_UNIQUE)) &&
	    !crm_str_is(f->name, "ext");
}

bool
crm_ref_is_key(const struct crm_schema *schema, const struct crm_type *t,
    struct crm_str name)
{
	if (crm_str_is(name, "id") ||
	    (crm_str_starts(name, CRM_STR("ext.")) && name.n > 4))
		return true;
	bool is = t && has_key(t, name);
	size_t n = !t && crm_schema_may_key(schema, name) ? schema->ntypes : 0;
	for (size_t i = 0; !is && i < n; i++)
		is = has_key(&schema->types[i], name);
	return is;
}

bool
crm_ref_is_name(struct crm_str text, struct crm_str *name)
{
	struct crm_str sign = CRM_STR("name?:");
	*name = crm_str_sub(text, sign.n, text.n);
	return crm_str_starts(text, sign) && name->n;
}

void
crm_ref_parse(const struct crm_schema *schema, struct crm_str text,
    struct crm_ref *out)
{
	size_t colon = crm_str_chr(text, ':');
	struct crm_str key = crm_str_sub(text, 0, colon);
	bool ext = crm_str_starts(key, CRM_STR("ext.")) && key.n > 4;
	*out = (struct crm_ref){ .id = text };
	if (colon + 1 >= text.n || crm_str_is(key, "id") ||
	    (!ext && !is_key_name(key) &&
	    !(schema && crm_ref_is_key(schema, NULL, key))))
		return;
	out->by_key = true;
	out->key = ext ? CRM_STR("ext") : key;
	if (ext)
		out->system = crm_str_sub(key, 4, SIZE_MAX);
	out->value = crm_str_sub(text, colon + 1, SIZE_MAX);
}

bool
crm_ref_key(const struct crm_ref *r, const struct crm_type *t,
    struct crm_str region, const struct crm_field **field,
    struct crm_buf *key)
{
	const struct crm_field *f = crm_type_field(t, r->key);
	if (!f || !(f->flags & (CRM_F_KEY | CRM_F_UNIQUE)))
		return false;
	*field = f;
	if (r->system.n) {
		crm_buf_str(key, r->system);
		crm_buf_c(key, '\0');
		crm_buf_str(key, r->value);
		return true;
	}
	return crm_field_key(f, r->value, region, key);
}
