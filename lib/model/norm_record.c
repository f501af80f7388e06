#include "model/norm.h"
#include "model/norm_iso.h"
#include "model/record.h"

struct crm_str
crm_norm_country(const struct crm_rec *r, struct crm_str fallback,
    char code[3])
{
	struct crm_buf b = { 0 };
	struct crm_str val = { 0 }, text;
	bool found = (crm_rec_get(r, CRM_STR("address.country"), &val) ||
	    crm_rec_get(r, CRM_STR("country"), &val)) &&
	    crm_json_is_string(val);
	if (found) {
		text = crm_json_text_view(val, &b);
		found = crm_country_key(text, code);
	}
	crm_buf_release(&b);
	return found ? (struct crm_str){ code, 2 } : fallback;
}
