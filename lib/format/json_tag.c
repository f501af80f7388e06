#include "format/json_tag.h"

#include "format/json.h"

uint64_t
crm_json_tag_of(struct crm_str key, bool esc)
{
	if (esc) {
		struct crm_buf b = { 0 };
		crm_json_unescape(&b, key);
		uint64_t tag = crm_json_tag_of(crm_buf_view(&b), false);
		crm_buf_release(&b);
		return tag;
	}
	uint64_t h = key.n * 0x9e3779b97f4a7c15u, w = 0;
	size_t i = 0;
	for (; i + 8 <= key.n; i += 8) {
		memcpy(&w, key.p + i, 8);
		h = (h ^ w) * 0xff51afd7ed558ccdu;
		h ^= h >> 32;
	}
	for (w = 0; i < key.n; i++)
		w = w << 8 | (unsigned char)key.p[i];
	h = (h ^ w) * 0xff51afd7ed558ccdu;
	return h ^ h >> 32;
}

bool
crm_json_tag_same(const struct crm_json_tag *a, const struct crm_json_tag *b)
{
	if (a->tag != b->tag)
		return false;
	if (!a->esc && !b->esc)
		return crm_str_eq(a->key, b->key);
	struct crm_buf x = { 0 }, y = { 0 };
	crm_json_unescape(&x, a->key);
	crm_json_unescape(&y, b->key);
	bool same = crm_str_eq(crm_buf_view(&x), crm_buf_view(&y));
	crm_buf_release(&x);
	crm_buf_release(&y);
	return same;
}

int
crm_json_tag_order(const void *a, const void *b)
{
	const struct crm_json_tag *x = a, *y = b;
	return (x->tag > y->tag) - (x->tag < y->tag);
}
