/* Every normaliser on any bytes: nothing crashes, what is fixed is sound and
 * fixes to itself. */
#include "fuzz.h"

#include "base/utf8.h"
#include "model/norm.h"
#include "model/norm_name.h"

static void
one(enum crm_norm n, struct crm_str s, struct crm_str country)
{
	struct crm_norm_ctx ctx = { .country = country };
	struct crm_buf fix = { 0 }, again = { 0 }, a = { 0 };
	(void)crm_norm_check(n, s, &ctx);
	crm_norm_key(n, s, &ctx, &a);
	if (crm_norm_fix(n, s, &ctx, &fix)) {
		struct crm_str f = crm_buf_view(&fix);
		bool text = crm_utf8_valid(s, NULL);
		CHECK(!text || !crm_norm_check(n, f, &ctx));
		if (crm_norm_fix(n, f, &ctx, &again))
			CHECK(!text || crm_str_eq(f, crm_buf_view(&again)));
	}
	crm_buf_release(&fix);
	crm_buf_release(&again);
	crm_buf_release(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char countries[][3] = { "", "GR", "US", "GB", "IT", "JP",
		"HU", "ES" };
	struct crm_str s = { (const char *)data, n };
	struct crm_str country = crm_str_z(countries[choice(&s) % 8]);
	struct crm_person p;
	for (int k = CRM_N_NONE; k <= CRM_N_POSTCODE; k++)
		one((enum crm_norm)k, s, country);
	crm_person_parse(s, country, &p);
	return 0;
}
