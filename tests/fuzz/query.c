/* A query text and a record: parsing never harms, and an accepted query gives
 * an answer. Input: query, newline, record. */
#include "fuzz.h"

#include "model/query.h"

static void
match(struct crm_query *q, const struct crm_schema *schema,
    struct crm_str line)
{
	struct crm_shapes shapes = { 0 };
	struct crm_reader rd = { .schema = schema, .shapes = &shapes,
		.any = true,
		.type = crm_schema_type(schema, CRM_STR("deal")) };
	struct crm_record r = { 0 };
	if (crm_record_read(&rd, line, &r, NULL) == CRM_OK)
		(void)crm_query_match(q, &r.rec, NULL);
	crm_record_release(&r);
	crm_reader_release(&rd);
	crm_shapes_release(&shapes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct crm_str text = { (const char *)p, n };
	struct crm_query_ctx ctx = { .schema = crm_schema_default(),
		.clock = { .now = INT64_C(1795262400000000) },
		.actor = CRM_STR("me"), .lines = n & 1 };
	struct crm_query *q = NULL;
	size_t nl = crm_str_chr(text, '\n');
	if (crm_query_parse_text(&ctx, crm_str_sub(text, 0, nl), NULL, &q,
	    NULL) == CRM_OK)
		match(q, ctx.schema, crm_str_sub(text, nl + 1, SIZE_MAX));
	crm_query_free(q);
	return 0;
}
