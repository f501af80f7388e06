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

/* Appends f(s) and demands that f(f(s)) is the same. */
static void
twice(void (*f)(struct crm_buf *, struct crm_str), struct crm_str s)
{
	struct crm_buf one = { 0 }, two = { 0 };
	f(&one, s);
	f(&two, crm_buf_view(&one));
	CHECK(crm_utf8_valid(crm_buf_view(&one), NULL));
	CHECK(crm_str_eq(crm_buf_view(&one), crm_buf_view(&two)));
	crm_buf_release(&one);
	crm_buf_release(&two);
}

static void
check_words(struct crm_str s)
{
	struct crm_buf b = { 0 };
	struct crm_str rest, word;
	size_t n = 0;
	crm_fold_text(&b, s);
	rest = crm_buf_view(&b);
	while (crm_word_next(&rest, &word)) {
		CHECK(word.n > 0 && word.p >= b.p &&
		    word.p + word.n <= b.p + b.n);
		CHECK(crm_utf8_valid(word, NULL));
		n += word.n;
	}
	CHECK(n <= b.n);
	crm_buf_release(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct crm_str s = { (const char *)data, size }, rest = s;
	size_t bad = 0, n = choice(&s), at = 0, len;
	bool valid = crm_utf8_valid(s, &bad);
	CHECK(valid || bad < s.n);
	for (rest = s; rest.n; rest = crm_str_sub(rest, len, rest.n)) {
		uint32_t c = crm_utf8_decode(rest, &len);
		CHECK(len >= 1 && len <= 4 && len <= rest.n && c <= 0x10ffff);
		CHECK(!valid || len > 1 || c < 0x80);
		if (!valid && at == bad)
			CHECK(c == 0xfffd && len == 1);
		at += len;
	}
	twice(crm_fold, s);
	twice(crm_fold_text, s);
	check_words(s);
	struct crm_str cut = crm_width_cut(s, n);
	CHECK(crm_width(cut) <= n);
	CHECK(crm_width(cut) +
	    crm_width(crm_str_sub(s, cut.n, s.n)) == crm_width(s));
	struct crm_buf b = { 0 };
	crm_safe(&b, s, n & 1);
	harmless(crm_buf_view(&b));
	CHECK(!(n & 1) || crm_ascii_prefix(crm_buf_view(&b)) == b.n);
	crm_buf_release(&b);
	return 0;
}
