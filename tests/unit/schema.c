#include "model/schema.h"
#include "tap.h"

static const struct crm_field *
field(const struct crm_schema *s, const char *type, const char *name)
{
	return crm_type_field(crm_schema_type(s, crm_str_z(type)),
	    crm_str_z(name));
}

static void
shipped(const struct crm_schema *s)
{
	const struct crm_type *c = crm_schema_type(s, CRM_STR("contacts"));
	ok(c && crm_str_is(c->name, "contact"), "a type by its plural");
	ok(!crm_schema_type(s, CRM_STR("kontakt")), "an unknown type");
	same(crm_schema_nearest_type(s, CRM_STR("contcat")), "contact",
	    "the nearest type");
	same(field(s, "contact", "email")->name, "emails", "singular of a list");
	same(field(s, "contact", "country")->name, "address.country",
	    "a nested leaf alone");
	ok(field(s, "contact", "address.country")->kind == CRM_K_COUNTRY,
	    "its kind");
	same(field(s, "deal", "stage")->name, "stage",
	    "a top-level field wins over stages");
	ok(!field(s, "contact", "nosuch"), "an unknown field");
	same(crm_type_nearest(c, CRM_STR("gven_name")), "given_name",
	    "the nearest field");
	same(c->fields[0].name, "id", "id comes first");
	same(c->fields[c->nfields - 1].name, "updated", "updated comes last");
	const struct crm_field *r = field(s, "deal", "account");
	ok(r->kind == CRM_K_REF && r->nrefs == 1 && r->refs[0] ==
	    crm_schema_type(s, CRM_STR("account"))->no, "a reference's type");
	ok(field(s, "ticket", "status")->nvalues == 6, "an enumeration");
	ok(field(s, "deal", "items.product")->flags & CRM_F_INLIST,
	    "a leaf in a list of objects");
	ok(field(s, "contact", "address.street")->flags & CRM_F_PERSONAL &&
	    field(s, "contact", "ext")->flags & CRM_F_UNIQUE, "flags");
	const struct crm_stage *st = crm_schema_stage(s, CRM_STR("won"));
	ok(st && st->kind == CRM_STAGE_WON && st->probability == 100, "a stage");
}

static void
own(const struct crm_schema *s)
{
	struct crm_schema_text t[2] = { { CRM_STR("boat.json"), CRM_STR(
	    "{\"title\":\"boat\",\"x-crm-plural\":\"boats\",\"properties\":{"
	    "\"name\":{\"type\":\"string\",\"x-crm-kind\":\"name\"},\"owner_of\""
	    ":{\"type\":\"string\",\"x-crm-kind\":\"ref\",\"x-crm-ref\":"
	    "[\"contact\"]}},\"required\":[\"name\"]}") },
		{ CRM_STR("contact.json"), CRM_STR("{\"title\":\"contact\","
	    "\"properties\":{\"shoe\":{\"type\":\"integer\"}}}") } };
	struct crm_buf blob = { 0 };
	struct crm_err err = { 0 };
	struct crm_schema *n = NULL;
	ok(crm_schema_compile(s, t, 2, &blob, &err) == CRM_OK &&
	    crm_schema_load(crm_buf_view(&blob), &n, &err) == CRM_OK,
	    "own types and fields: %s", err.msg);
	ok(n->ntypes == s->ntypes + 1 && n->nstages == s->nstages,
	    "one more type, the same stages");
	ok(crm_schema_type(n, CRM_STR("boat"))->no == 256, "its number");
	ok(field(n, "boat", "name")->flags & CRM_F_REQUIRED, "required");
	ok(field(n, "boat", "tags") && field(n, "boat", "created"),
	    "it has what all types have");
	ok(field(n, "contact", "shoe")->no > field(s, "contact", "emails")->no &&
	    field(n, "contact", "emails")->index ==
	    field(s, "contact", "emails")->index, "numbers stay");
	const struct crm_type *c = crm_schema_type(n, CRM_STR("contact"));
	same(c->fields[c->nfields - 1].name, "updated", "order stays");
	t[0].text = CRM_STR("{\"title\":\"boat\",\"properties\":{\"x\":"
	    "{\"type\":\"strnig\"}}}");
	crm_buf_clear(&blob);
	ok(crm_schema_compile(s, t, 1, &blob, &err) == CRM_INVALID &&
	    strcmp(err.source, "boat.json") == 0 && strcmp(err.field, "x") == 0,
	    "a wrong keyword is named: %s", err.msg);
	ok(crm_schema_load(CRM_STR("CRX"), &n, &err) == CRM_CORRUPT,
	    "a damaged blob");
	struct crm_str whole = s->blob;
	bool safe = true;
	for (size_t i = 4; i < whole.n; i += 7) {
		struct crm_schema *cut = NULL;
		safe = safe && crm_schema_load(crm_str_sub(whole, 0, i), &cut,
		    &err) == CRM_CORRUPT;
	}
	ok(safe, "a blob cut anywhere is refused");
	crm_schema_free(n);
	crm_buf_release(&blob);
}

int
main(void)
{
	shipped(crm_schema_default());
	own(crm_schema_default());
	return tap_end();
}
