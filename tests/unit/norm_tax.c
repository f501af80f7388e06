#include "model/norm_tax.h"
#include "tables.h"

static void
run(struct crm_str in, struct crm_buf *out, void *arg CRM_UNUSED)
{
	struct crm_str fn = table_word(&in), country = table_word(&in);
	struct crm_tax t;
	if (crm_str_is(country, "-"))
		country.n = 0;
	crm_tax_parse(in, country, &t);
	if (crm_str_is(fn, "check"))
		crm_buf_z(out, crm_tax_reason(t.status));
	else if (crm_str_is(fn, "key"))
		crm_tax_key(out, &t);
	else
		crm_tax_standard(out, &t);
}

int
main(void)
{
	table_run("tests/tables/norm_tax.test", run, NULL);
	return tap_end();
}
