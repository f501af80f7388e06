/* JSON Merge Patch over text. Recursion is bounded by the depth limit that
 * both values passed when they were scanned. */
#include "format/json.h"

void
crm_json_raw_key(struct crm_buf *b, struct crm_str key)
{
	crm_json_comma(b);
	crm_buf_c(b, '"');
	crm_buf_str(b, key);
	crm_buf_z(b, "\":");
}

bool
crm_json_raw_get(struct crm_str object, struct crm_str key,
    struct crm_str *out)
{
	struct crm_json_iter it = crm_json_iter(object);
	struct crm_str k;
	while (it.object && crm_json_next(&it, &k, out))
		if (crm_str_eq(k, key))
			return true;
	return false;
}

void
crm_json_merge(struct crm_buf *b, struct crm_str target, struct crm_str patch)
{
	struct crm_str key, val, other, none = { NULL, 0 };
	if (crm_json_kind(patch) != '{') {
		crm_buf_str(b, patch);
		return;
	}
	if (target.n && crm_json_kind(target) != '{')
		target = none;
	crm_buf_c(b, '{');
	struct crm_json_iter it = crm_json_iter(target);
	while (crm_json_next(&it, &key, &val)) {
		bool patched = crm_json_raw_get(patch, key, &other);
		if (patched && crm_json_kind(other) == 'n')
			continue;
		crm_json_raw_key(b, key);
		if (patched)
			crm_json_merge(b, val, other);
		else
			crm_buf_str(b, val);
	}
	it = crm_json_iter(patch);
	while (crm_json_next(&it, &key, &val)) {
		if (crm_json_kind(val) == 'n' || crm_json_raw_get(target, key, &other))
			continue;
		crm_json_raw_key(b, key);
		crm_json_merge(b, none, val);
	}
	crm_buf_c(b, '}');
}
