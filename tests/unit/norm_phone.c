#include "model/norm_phone.h"
#include "tables.h"

static void
run(struct crm_str in, struct crm_buf *out, void *arg CRM_UNUSED)
{
	struct crm_str fn = table_word(&in), region = table_word(&in);
	struct crm_phone p;
	if (crm_str_is(region, "-"))
		region.n = 0;
	crm_phone_parse(in, region, &p);
	if (crm_str_is(fn, "status"))
		crm_buf_z(out, crm_phone_reason(p.status));
	else if (crm_str_is(fn, "type"))
		crm_buf_z(out, crm_phone_type_name(p.type));
	else if (crm_str_is(fn, "region"))
		crm_buf_z(out, p.region);
	else if (crm_str_is(fn, "standard"))
		crm_phone_standard(out, &p);
	else if (crm_str_is(fn, "national"))
		crm_phone_national(out, &p);
	else if (crm_str_is(fn, "international"))
		crm_phone_international(out, &p);
	else
		crm_phone_e164(out, &p);
	if (out->n == 0)
		crm_buf_c(out, '-');
}

/* Any bytes whatever: nothing crashes, and what is usable survives a second
 * reading of its own E.164 form. */
static void
noise(void)
{
	static const char set[] = "0123456789+()- x#;ext=,./\xd9\xa0\xef\xbc";
	uint32_t seed = 1;
	size_t odd = 0;
	for (int i = 0; i < 20000; i++) {
		char s[48];
		size_t n = 0;
		for (size_t len = (size_t)i % sizeof(s); n < len; n++) {
			seed = seed * 1664525 + 1013904223;
			s[n] = set[(seed >> 16) % (sizeof(set) - 1)];
		}
		struct crm_phone p, q;
		struct crm_buf a = { 0 }, b = { 0 };
		crm_phone_parse((struct crm_str){ s, n }, CRM_STR("GR"), &p);
		crm_phone_standard(&a, &p);
		crm_phone_parse(crm_buf_view(&a), CRM_STR("US"), &q);
		crm_phone_standard(&b, &q);
		odd += p.status == CRM_PHONE_VALID &&
		    !crm_str_eq(crm_buf_view(&a), crm_buf_view(&b));
		crm_buf_release(&a);
		crm_buf_release(&b);
	}
	ok(odd == 0, "noise: the standard form reads back as itself");
}

int
main(void)
{
	table_run("tests/tables/norm_phone.test", run, NULL);
	noise();
	return tap_end();
}
