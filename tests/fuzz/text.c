/* Folding, words, widths and the terminal filter on any bytes: folding is a
 * fixed point, and nothing that drives a terminal passes the filter. */
#include "fuzz.h"

#include "base/utf8.h"

static void
harmless(struct crm_str s)
{
	CHECK(crm_utf8_valid(s, NULL));
	while (s.n) {
		size_t len;
		uint32_t c = crm_utf8_decode(s, &len);
		CHECK(c >= 0x20 && c != 0x7f && !(c >= 0x80 && c < 0xa0));
		CHECK(!(c >= 0x202a && c <= 0x202e) &&
		    !(c >= 0x2066 && c <= 0x2069) && c != 0x61c &&
		    c != 0x200e && c != 0x200f && c != 0x2028 && c != 0x2029);
		s = crm_str_sub(s, len, SIZE_MAX);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct crm_str text = { (const char *)p, n }, word;
	struct crm_buf a = { 0 }, b = { 0 };
	crm_safe(&a, text, false);
	harmless(crm_buf_view(&a));
	(void)crm_width(crm_buf_view(&a));
	(void)crm_width_cut(crm_buf_view(&a), 7);
	crm_buf_clear(&a);
	crm_safe(&a, text, true);
	for (size_t i = 0; i < a.n; i++)
		CHECK(a.p[i] >= ' ' && a.p[i] <= '~');
	crm_buf_clear(&a);
	if (crm_utf8_valid(text, NULL)) {
		crm_fold_text(&a, text);
		crm_fold_text(&b, crm_buf_view(&a));
		CHECK(crm_str_eq(crm_buf_view(&a), crm_buf_view(&b)));
		struct crm_str rest = crm_buf_view(&a);
		while (crm_word_next(&rest, &word))
			CHECK(word.n > 0);
	}
	crm_buf_release(&a);
	crm_buf_release(&b);
	return 0;
}
