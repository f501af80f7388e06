/* A line into a record: what is accepted prints as a line that reads to the
 * same line; keys are made of it without harm. */
#include "fuzz.h"

#include "model/record.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct crm_str text = { (const char *)p, n };
	const struct crm_schema *schema = crm_schema_default();
	struct crm_shapes shapes = { 0 };
	struct crm_reader rd = { .schema = schema, .shapes = &shapes,
		.check = n & 1, .any = true,
		.type = crm_schema_type(schema, CRM_STR("contact")) };
	struct crm_record r = { 0 }, again = { 0 };
	struct crm_keyset keys = { 0 };
	struct crm_buf line = { 0 };
	struct crm_err err;
	if (crm_record_read(&rd, text, &r, &err) == CRM_OK) {
		crm_rec_print(&r.rec, &line);
		CHECK(crm_record_read(&rd, crm_buf_view(&line), &again,
		    &err) == CRM_OK);
		CHECK(crm_str_eq(r.rec.line, again.rec.line));
		crm_record_keys(&r.rec, ~0u, CRM_STR("GR"), &keys);
	}
	crm_record_release(&r);
	crm_record_release(&again);
	crm_keyset_release(&keys);
	crm_reader_release(&rd);
	crm_shapes_release(&shapes);
	crm_buf_release(&line);
	return 0;
}
