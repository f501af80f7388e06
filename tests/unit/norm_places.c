#include "model/norm_address.h"
#include "model/norm_iso.h"
#include "tables.h"

static void
address(struct crm_str in, struct crm_buf *out)
{
	struct crm_str v[9] = { { 0 } };
	for (size_t i = 0; i < CRM_LEN(v); i++)
		crm_str_split(&in, '|', &v[i]);
	struct crm_address a = { v[0], v[1], v[2], v[3], v[4], v[5], v[6],
		v[7] };
	crm_address_format(out, &a, v[8], false);
}

static void
postcode(struct crm_str fn, struct crm_str in, struct crm_buf *out)
{
	struct crm_str country = table_word(&in);
	const char *why = crm_postcode_check(in, country);
	if (crm_str_is(fn, "post-check"))
		crm_buf_z(out, why ? why : "");
	else if (crm_str_is(fn, "post-key"))
		crm_postcode_key(out, in, country);
	else
		(void)crm_postcode_fix(out, in, country);
}

static void
run(struct crm_str in, struct crm_buf *out, void *arg CRM_UNUSED)
{
	struct crm_str fn = table_word(&in), country;
	char code[36] = "";
	if (crm_str_is(fn, "address")) {
		address(in, out);
	} else if (crm_str_starts(fn, CRM_STR("post"))) {
		postcode(fn, in, out);
	} else if (crm_str_is(fn, "currency")) {
		country = table_word(&in);
		(void)crm_currency_key(in, country, code);
	} else if (crm_str_is(fn, "language")) {
		(void)crm_language_key(in, code);
	} else {
		(void)crm_country_key(in, code);
	}
	crm_buf_z(out, code);
	if (out->n == 0)
		crm_buf_c(out, '-');
}

/* The tables are found by binary search over folded names: every country's
 * own name must be found in them. */
static void
whole(void)
{
	size_t n = 0, found = 0;
	for (char a = 'A'; a <= 'Z'; a++)
		for (char b = 'A'; b <= 'Z'; b++) {
			char code[3] = { a, b, 0 }, got[3] = "";
			const struct iso_country *c =
			    crm_country_at(crm_str_z(code));
			if (!c)
				continue;
			n++;
			bool same = crm_country_key(crm_str_z(c->name), got) &&
			    strcmp(got, code) == 0;
			found += same;
			if (!same)
				printf("# %s %s: %s\n", code, c->name, got);
		}
	ok(n == 250 && found == n, "all countries are found by name");
}

int
main(void)
{
	table_run("tests/tables/norm_places.test", run, NULL);
	whole();
	return tap_end();
}
