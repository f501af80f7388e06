#include "model/norm_name.h"
#include "model/norm_org.h"
#include "tables.h"

static void
person(struct crm_str in, struct crm_str country, struct crm_buf *out)
{
	struct crm_person p;
	crm_person_parse(in, country, &p);
	crm_buf_printf(out, "%.*s|%.*s|%.*s|%.*s|%.*s", CRM_FMT(p.given),
	    CRM_FMT(p.family), CRM_FMT(p.prefix), CRM_FMT(p.suffix),
	    CRM_FMT(p.nick));
}

static void
run(struct crm_str in, struct crm_buf *out, void *arg CRM_UNUSED)
{
	struct crm_str fn = table_word(&in), country = { 0 };
	if (crm_str_is(fn, "person") || crm_str_is(fn, "key")) {
		country = table_word(&in);
		if (crm_str_is(country, "-"))
			country.n = 0;
	}
	if (crm_str_is(fn, "person"))
		person(in, country, out);
	else if (crm_str_is(fn, "key"))
		crm_person_key(out, in, country);
	else if (crm_str_is(fn, "fix"))
		crm_name_fix(out, in);
	else if (crm_str_is(fn, "shouted"))
		crm_buf_z(out, crm_name_is_shouted(in) ? "yes" : "no");
	else if (crm_str_is(fn, "filler"))
		crm_buf_z(out, crm_name_is_filler(in) ? "yes" : "no");
	else
		crm_buf_printf(out, "|%s", crm_org_form_name(
		    crm_org_key(out, in)));
}

int
main(void)
{
	table_run("tests/tables/norm_names.test", run, NULL);
	return tap_end();
}
