/* Decimals, strict and as people write them: what is read prints and reads back
 * the same, and arithmetic holds its laws. */
#include "fuzz.h"

#include "base/decimal.h"

/* A value's text reads back as the same value. */
static void
round_trip(struct crm_dec d)
{
	struct crm_buf b = { 0 };
	struct crm_dec back;
	uint8_t key[4], again[4];
	crm_dec_format(&b, d);
	CHECK(crm_dec_parse(crm_buf_view(&b), &back));
	CHECK(back.v == d.v && back.scale == d.scale);
	CHECK(crm_dec_cmp(d, back) == 0);
	size_t n = crm_dec_key(d, key);
	CHECK(n <= 4 && crm_dec_key(back, again) == n &&
	    memcmp(key, again, n) == 0);
	CHECK((crm_dec_double(d) < 0) == (d.v < 0));
	crm_buf_release(&b);
}

static void
arithmetic(struct crm_dec a, struct crm_dec b, unsigned how)
{
	struct crm_dec sum, back, q;
	if (crm_dec_add(a, b, &sum)) {
		CHECK(crm_dec_sub(sum, b, &back));
		CHECK(crm_dec_cmp(back, a) == 0);
	}
	CHECK(crm_dec_cmp(a, b) == -crm_dec_cmp(b, a));
	int scale = (int)(how % 19);
	enum crm_rounding r = (enum crm_rounding)(how / 19 % 3);
	if (crm_dec_muldiv(a, b, (struct crm_dec){ 1, 0 }, scale, r, &q))
		CHECK(q.scale == scale);
	if (b.v && crm_dec_muldiv(a, b, b, a.scale, r, &q))
		CHECK(crm_dec_cmp(q, a) == 0);
	if (crm_dec_rescale(a, scale, CRM_DOWN, &q)) {
		int c = crm_dec_cmp(q, a);
		CHECK(a.v < 0 ? c >= 0 : c <= 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct crm_str s = { (const char *)data, size }, first;
	struct crm_dec a, b;
	char currency[4];
	unsigned how = choice(&s);
	bool strict = crm_dec_parse(s, &a);
	if (strict)
		round_trip(a);
	if (crm_dec_parse_human(s, how & 1 ? '.' : ',', &a, currency)) {
		round_trip(a);
		CHECK(currency[0] == '\0' ||
		    crm_currency_digits(crm_str_z(currency)) >= 0);
	}
	crm_dec_parse_human(s, '.', &a, NULL);
	crm_currency_digits(s);
	if (s.n && crm_str_split(&s, ' ', &first) && s.p &&
	    crm_dec_parse(first, &a) && crm_dec_parse(s, &b))
		arithmetic(a, b, how);
	return 0;
}
