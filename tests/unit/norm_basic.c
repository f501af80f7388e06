#include "model/norm_email.h"
#include "model/norm_url.h"
#include "model/punycode.h"
#include "tables.h"

static void
verdict(struct crm_buf *out, const char *why)
{
	crm_buf_z(out, why ? why : "ok");
}

static void
email(struct crm_str fn, struct crm_str in, struct crm_buf *out)
{
	struct crm_buf key = { 0 };
	bool good = crm_email_key(&key, in);
	struct crm_str k = crm_buf_view(&key);
	if (crm_str_is(fn, "email-check"))
		verdict(out, crm_email_check(in));
	else if (crm_str_is(fn, "email-fix"))
		crm_buf_z(out, crm_email_fix(out, in) ? "" : "-");
	else if (!good)
		crm_buf_z(out, "no key");
	else if (crm_str_is(fn, "email-key"))
		crm_buf_str(out, k);
	else if (crm_str_is(fn, "email-role"))
		crm_buf_z(out, crm_email_is_role(k) ? "yes" : "no");
	else
		crm_buf_z(out, crm_domain_is_public(crm_email_domain(k)) ?
		    "yes" : "no");
	crm_buf_release(&key);
}

static void
run(struct crm_str in, struct crm_buf *out, void *arg CRM_UNUSED)
{
	struct crm_str fn = table_word(&in);
	bool good = true;
	if (crm_str_starts(fn, CRM_STR("email"))) {
		email(fn, in, out);
	} else if (crm_str_is(fn, "domain")) {
		good = crm_domain_key(out, in);
	} else if (crm_str_is(fn, "registrable")) {
		crm_buf_str(out, crm_domain_registrable(in));
	} else if (crm_str_is(fn, "url-key")) {
		good = crm_url_key(out, in);
	} else if (crm_str_is(fn, "url-fix")) {
		good = crm_url_fix(out, in);
	} else if (crm_str_is(fn, "url-check")) {
		verdict(out, crm_url_check(in));
	} else if (crm_str_is(fn, "social")) {
		struct crm_str net = table_word(&in);
		if (crm_str_is(net, "-"))
			net.n = 0;
		good = crm_social_key(out, in, net);
	} else if (crm_str_is(fn, "puny")) {
		good = crm_punycode_encode(out, in);
	} else {
		good = crm_punycode_decode(out, in);
	}
	if (!good) {
		crm_buf_clear(out);
		crm_buf_c(out, '-');
	}
}

int
main(void)
{
	table_run("tests/tables/norm_basic.test", run, NULL);
	return tap_end();
}
