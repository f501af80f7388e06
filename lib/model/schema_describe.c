/* What a type consists of, for `crm schema TYPE`: one JSON object a line. */
#include "format/json.h"
#include "model/schema.h"

static void
add_words(struct crm_buf *b, const char *key, const struct crm_str *v,
    size_t n)
{
	if (n == 0)
		return;
	crm_json_key(b, key);
	crm_buf_c(b, '[');
	for (size_t i = 0; i < n; i++) {
		crm_json_comma(b);
		crm_json_quote(b, v[i]);
	}
	crm_buf_c(b, ']');
}

static void
add_refs(const struct crm_schema *s, const struct crm_field *f,
    struct crm_buf *b)
{
	if (f->nrefs == 0)
		return;
	crm_json_key(b, "refs");
	crm_buf_c(b, '[');
	for (size_t i = 0; i < f->nrefs; i++) {
		const struct crm_type *t = crm_schema_type_no(s, f->refs[i]);
		if (!t)
			continue;
		crm_json_comma(b);
		crm_json_quote(b, t->name);
	}
	crm_buf_c(b, ']');
}

static void
add_flags(const struct crm_field *f, struct crm_buf *b)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} flags[] = { { CRM_F_LIST, "list" }, { CRM_F_REQUIRED, "required" },
		{ CRM_F_UNIQUE, "unique" }, { CRM_F_KEY, "key" },
		{ CRM_F_INDEX, "index" }, { CRM_F_FULLTEXT, "text" },
		{ CRM_F_PERSONAL, "personal" }, { CRM_F_PART, "part" },
		{ CRM_F_TOOL, "tool" },
		{ CRM_F_COMPUTED, "computed" } };
	for (size_t i = 0; i < CRM_LEN(flags); i++)
		if (f->flags & flags[i].flag)
			crm_json_add_raw(b, flags[i].name, CRM_STR("true"));
}

/* Stages stand with the field that holds one. */
static void
add_stages(const struct crm_schema *s, struct crm_buf *b)
{
	crm_json_key(b, "stages");
	crm_buf_c(b, '[');
	for (size_t i = 0; i < s->nstages; i++) {
		crm_json_comma(b);
		crm_json_quote(b, s->stages[i].name);
	}
	crm_buf_c(b, ']');
}

void
crm_type_describe(const struct crm_schema *s, const struct crm_type *t,
    struct crm_buf *out)
{
	for (size_t i = 0; i < t->nfields; i++) {
		const struct crm_field *f = &t->fields[i];
		crm_buf_c(out, '{');
		crm_json_add_str(out, "field", f->name);
		crm_json_add_str(out, "kind",
		    crm_str_z(crm_kind_name(f->kind)));
		add_flags(f, out);
		add_words(out, "values", f->values, f->nvalues);
		if (crm_str_is(f->name, "stage"))
			add_stages(s, out);
		add_refs(s, f, out);
		if (f->label.n)
			crm_json_add_str(out, "label", f->label);
		crm_buf_z(out, "}\n");
	}
}
