#include "model/attachment.h"

static bool
is_hash(struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') ||
		    (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return s.n == CRM_SHA256_HEX;
}

bool
crm_attachment_next(struct crm_json_iter *it, struct crm_str *hex)
{
	struct crm_str key, one, hash;
	while (crm_json_next(it, &key, &one)) {
		if (!crm_json_get(one, CRM_STR("sha256"), &hash) ||
		    !crm_json_is_string(hash))
			continue;
		*hex = crm_json_inner(hash);
		if (is_hash(*hex))
			return true;
	}
	return false;
}

void
crm_attachments_each(struct crm_str line,
    void (*put)(void *ctx, struct crm_str hex), void *ctx)
{
	struct crm_str all, hex;
	if (!crm_json_get(line, CRM_STR("attachments"), &all) ||
	    crm_json_kind(all) != '[')
		return;
	struct crm_json_iter it = crm_json_iter(all);
	while (crm_attachment_next(&it, &hex))
		put(ctx, hex);
}
