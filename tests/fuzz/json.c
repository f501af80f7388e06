/* The JSON scanner on any bytes: what it accepts can be walked, and its
 * canonical form is accepted, is a fixed point and has the same members. */
#include "fuzz.h"

#include "format/json.h"

static void
walk(struct crm_str val, struct crm_buf *b)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, item;
	while (crm_json_next(&it, &key, &item)) {
		crm_json_unescape(b, key);
		if (crm_json_kind(item) == '{' || crm_json_kind(item) == '[')
			walk(item, b);
		else
			crm_json_text(b, item);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct crm_str text = { (const char *)p, n };
	struct crm_json_obj obj = { 0 }, again = { 0 };
	struct crm_buf canon = { 0 }, twice = { 0 };
	struct crm_err err;
	if (crm_json_scan(text, NULL, &obj, &err) == CRM_OK) {
		crm_json_canon(&canon, crm_str_trim(text));
		CHECK(crm_json_scan(crm_buf_view(&canon), NULL, &again,
		    &err) == CRM_OK);
		CHECK(again.n == obj.n && again.canon);
		crm_json_canon(&twice, crm_buf_view(&canon));
		CHECK(crm_str_eq(crm_buf_view(&canon), crm_buf_view(&twice)));
		crm_buf_clear(&twice);
		walk(crm_buf_view(&canon), &twice);
	}
	crm_json_obj_release(&obj);
	crm_json_obj_release(&again);
	crm_buf_release(&canon);
	crm_buf_release(&twice);
	return 0;
}
