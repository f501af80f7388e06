/* The address that a pass was for: who changes it afterwards has asked about
 * another one. */
#include "model/consent.h"

#include <strings.h>

#include "base/hash.h"

const char *
crm_consent_list(struct crm_str channel)
{
	static const char *const names[] = { "email", "phone", "sms",
		"whatsapp" };
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (channel.n == strlen(names[i]) &&
		    strncasecmp(channel.p, names[i], channel.n) == 0)
			return i ? "phones" : "emails";
	return NULL;
}

bool
crm_consent_to(const struct crm_rec *r, struct crm_str channel,
    char hex[CRM_CONSENT_TO + 1])
{
	const char *list = crm_consent_list(channel);
	char digest[65];
	struct crm_buf b = { 0 };
	struct crm_str val, key, one;
	if (!list || !crm_rec_get(r, crm_str_z(list), &val) ||
	    crm_json_kind(val) != '[')
		return false;
	struct crm_json_iter it = crm_json_iter(val);
	if (!crm_json_next(&it, &key, &one) || !crm_json_is_string(one))
		return false;
	one = crm_json_inner(one);
	for (size_t i = 0; i < one.n; i++)
		crm_buf_c(&b, one.p[i] >= 'A' && one.p[i] <= 'Z' ?
		    (char)(one.p[i] | 32) : one.p[i]);
	crm_sha256_hex(b.p, b.n, digest);
	snprintf(hex, CRM_CONSENT_TO + 1, "%.*s", CRM_CONSENT_TO, digest);
	crm_buf_release(&b);
	return one.n > 0;
}
