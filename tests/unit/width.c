#include "base/utf8.h"
#include "random.h"
#include "tables.h"

#include <time.h>

static void
widths(struct crm_str in, struct crm_buf *out, void *arg CRM_UNUSED)
{
	struct crm_str fn = table_word(&in);
	if (crm_str_is(fn, "width")) {
		crm_buf_u64(out, crm_width(in));
	} else if (crm_str_is(fn, "cut")) {
		size_t n = (size_t)strtoul(table_word(&in).p, NULL, 10);
		crm_buf_str(out, crm_width_cut(in, n));
	} else {
		crm_safe(out, in, crm_str_is(fn, "ascii"));
	}
}

/* Nothing that a terminal obeys passes, in any company. */
static bool
harmless(struct crm_str s)
{
	uint32_t before = 0;
	while (s.n) {
		size_t len;
		uint32_t c = crm_utf8_decode(s, &len);
		s = crm_str_sub(s, len, s.n);
		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200b ||
		    (c == 0xfffd && len == 1) || (c >= 0x200e && c <= 0x200f) ||
		    (c >= 0x2028 && c <= 0x202e) ||
		    (c >= 0x2066 && c <= 0x2069) || c == 0x61c || c == 0xfeff)
			return false;
		if ((c == 0x200c || c == 0x200d) && (before < 0x80 ||
		    before == 0x200c || before == 0x200d))
			return false;
		before = c;
	}
	return true;
}

static void
random_text(struct crm_buf *b)
{
	static const uint32_t odd[] = { 0x200d, 0x200c, 0xfe0f, 0x1f469,
		0x1f4bb, 0x1f1ec, 0x301, 0x202e, 0x1b, 0x0a, 0x645, 0x915,
		0x94d, 0x1100, 0x1161, 0x6771, 0x1f3fd, 0xe0041, 0x0d };
	crm_buf_clear(b);
	for (uint64_t n = rnd() % 10; n; n--) {
		uint64_t r = rnd();
		if (r & 1)
			crm_utf8_encode(b, odd[(r >> 8) % CRM_LEN(odd)]);
		else if (r & 2)
			crm_buf_c(b, (char)(r >> 8));
		else
			crm_utf8_encode(b, (uint32_t)((r >> 8) % 0x20000));
	}
}

static void
test_random(void)
{
	struct crm_buf in = { 0 }, out = { 0 };
	size_t bad = 0, cuts = 0, sums = 0;
	for (int k = 0; k < 200000; k++) {
		random_text(&in);
		struct crm_str s = crm_buf_view(&in);
		crm_buf_clear(&out);
		crm_safe(&out, s, k & 1);
		bad += !harmless(crm_buf_view(&out)) ||
		    !crm_utf8_valid(crm_buf_view(&out), NULL);
		bad += (k & 1) && crm_ascii_prefix(crm_buf_view(&out)) < out.n;
		size_t n = rnd() % 8;
		struct crm_str cut = crm_width_cut(s, n);
		struct crm_str rest = crm_str_sub(s, cut.n, s.n);
		cuts += crm_width(cut) > n ||
		    (rest.n && crm_width(crm_width_cut(s, n + 2)) <= n &&
		    crm_width_cut(s, n + 2).n > cut.n);
		sums += crm_width(cut) + crm_width(rest) != crm_width(s);
	}
	ok(bad == 0, "nothing obeyed passes (%zu do)", bad);
	ok(cuts == 0, "cuts are as long as they can be (%zu not)", cuts);
	ok(sums == 0, "clusters add up (%zu not)", sums);
	crm_buf_clear(&in);
	for (int i = 0; i < 256; i++)
		crm_buf_c(&in, (char)i);
	crm_buf_clear(&out);
	crm_safe(&out, crm_buf_view(&in), false);
	ok(harmless(crm_buf_view(&out)), "all 256 bytes");
	crm_buf_release(&in);
	crm_buf_release(&out);
}

int
main(void)
{
	table_run("tests/tables/width.test", widths, NULL);
	test_random();
	struct crm_str names[] = { CRM_STR("Maria Papadopoulou"),
		CRM_STR("Μαρία Παπαδοπούλου"), CRM_STR("مُحَمَّد عبد الله"),
		CRM_STR("👩‍💻 東京") };
	clock_t t = clock();
	size_t sum = 0;
	for (int i = 0; i < 400000; i++)
		sum += crm_width(names[i & 3]);
	printf("# %.0f ns a text (%zu)\n", (double)(clock() - t) /
	    CLOCKS_PER_SEC / 4e5 * 1e9, sum);
	return tap_end();
}
