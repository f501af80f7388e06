/* Times, words for times, decimals, on any bytes: what is read prints and
 * reads back the same. */
#include "fuzz.h"

#include "base/decimal.h"
#include "base/time.h"

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct crm_str text = { (const char *)p, n };
	struct crm_clock clock = { .now = INT64_C(1795262400000000) };
	struct crm_buf b = { 0 };
	struct crm_span span;
	struct crm_dec dec, back;
	int64_t t, again;
	int32_t day;
	char currency[4];
	if (crm_time_parse(text, &t)) {
		crm_time_format(&b, t);
		CHECK(crm_time_parse(crm_buf_view(&b), &again) && again == t);
	}
	if (crm_range_parse(text, &clock, &span, NULL) == CRM_OK)
		CHECK(span.from <= span.to);
	(void)crm_when_parse(text, &clock, &span, NULL);
	(void)crm_duration_parse(text, &t);
	(void)crm_date_parse_order(text, "dmy", &day);
	(void)crm_date_parse_order(text, "mdy", &day);
	crm_buf_clear(&b);
	if (crm_dec_parse(text, &dec)) {
		crm_dec_format(&b, dec);
		CHECK(crm_dec_parse(crm_buf_view(&b), &back));
		CHECK(crm_dec_cmp(dec, back) == 0 && dec.scale == back.scale);
	}
	(void)crm_dec_parse_human(text, ',', &dec, currency);
	(void)crm_dec_parse_human(text, '.', &dec, NULL);
	crm_buf_release(&b);
	return 0;
}
