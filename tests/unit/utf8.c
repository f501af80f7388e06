#include "base/utf8.h"
#include "random.h"
#include "tables.h"

#include <time.h>

static void
folding(struct crm_str in, struct crm_buf *out, void *arg CRM_UNUSED)
{
	struct crm_str word, fn = table_word(&in);
	if (crm_str_is(fn, "fold"))
		crm_fold(out, in);
	else if (crm_str_is(fn, "text"))
		crm_fold_text(out, in);
	else if (crm_str_is(fn, "words"))
		while (crm_word_next(&in, &word)) {
			if (out->n)
				crm_buf_c(out, '|');
			crm_buf_str(out, word);
		}
}

/* Validity straight from the definition: decode, then encode and compare. */
static bool
naive_valid(const unsigned char *p, size_t n, size_t *bad)
{
	size_t i = 0;
	while (i < n) {
		size_t len = p[i] < 0x80 ? 1 : p[i] >> 5 == 6 ? 2 :
		    p[i] >> 4 == 14 ? 3 : p[i] >> 3 == 30 ? 4 : 0;
		static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
		*bad = i;
		if (len == 0 || n - i < len)
			return false;
		uint32_t c = len == 1 ? p[i] : p[i] & (0xffu >> (len + 1));
		for (size_t k = 1; k < len; k++) {
			if (p[i + k] >> 6 != 2)
				return false;
			c = c << 6 | (p[i + k] & 63);
		}
		if (c < least[len] || c > 0x10ffff ||
		    (c >= 0xd800 && c <= 0xdfff))
			return false;
		i += len;
	}
	return true;
}

static void
random_bytes(unsigned char *p, size_t n)
{
	/* lead and continuation bytes are likelier than chance has them */
	static const unsigned char odd[] = { 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed,
		0xef, 0xf0, 0xf4, 0xf5, 0xff, 0x80, 0x8f, 0x90, 0x9f, 0xa0,
		0xbf, 0x7f };
	for (size_t i = 0; i < n; i++) {
		uint64_t r = rnd();
		p[i] = r & 1 ? (unsigned char)((r >> 8) & 0x7f) : r & 2 ?
		    odd[(r >> 8) % sizeof(odd)] : r & 4 ?
		    (unsigned char)(0x80 | ((r >> 8) & 0x3f)) :
		    (unsigned char)(r >> 8);
	}
}

static void
test_valid(void)
{
	unsigned char p[160];
	bool good = true;
	size_t valid = 0;
	for (int k = 0; k < 300000; k++) {
		size_t n = (size_t)(rnd() % (k & 1 ? 6 : 150)), a = 0, b = 0;
		random_bytes(p, n);
		bool one = crm_utf8_valid((struct crm_str){ (char *)p, n }, &a);
		bool two = naive_valid(p, n, &b);
		valid += two;
		good = good && one == two && (one || a == b);
	}
	ok(good && valid > 1000, "validity as the definition has it "
	    "(%zu of 300000 random texts valid)", valid);
	struct crm_buf b = { 0 };
	good = true;
	for (uint32_t c = 0; c < 0x110000; c++) {
		if (c >= 0xd800 && c < 0xe000)
			continue;
		size_t len;
		crm_buf_clear(&b);
		crm_utf8_encode(&b, c);
		good = good && crm_utf8_valid(crm_buf_view(&b), NULL) &&
		    crm_utf8_decode(crm_buf_view(&b), &len) == c && len == b.n;
	}
	ok(good, "every character encodes and decodes");
	crm_buf_clear(&b);
	crm_utf8_encode(&b, 0xd800);
	same(crm_buf_view(&b), "\xef\xbf\xbd", "a surrogate is not encoded");
	crm_buf_release(&b);
	size_t len;
	ok(crm_utf8_decode(CRM_STR("\xc3"), &len) == 0xfffd && len == 1,
	    "a cut character is U+FFFD of one byte");
}

static void
test_speed(void)
{
	size_t n = 1 << 20, rounds = 200;
	char *p = malloc(n);
	if (!p)
		abort();
	memset(p, 'a', n);
	struct timespec a, b;
	bool good = true;
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (size_t i = 0; i < rounds; i++)
		good &= crm_utf8_valid((struct crm_str){ p, n }, NULL);
	clock_gettime(CLOCK_MONOTONIC, &b);
	double s = (double)(b.tv_sec - a.tv_sec) +
	    (double)(b.tv_nsec - a.tv_nsec) / 1e9;
	printf("# ascii checked at %.1f GB/s\n",
	    (double)n * (double)rounds / s / 1e9);
	ok(good, "a megabyte of ascii is valid");
	free(p);
}

static void
test_idempotent(void)
{
	struct crm_buf in = { 0 }, one = { 0 }, two = { 0 };
	bool key = true, text = true, words = true;
	for (int k = 0; k < 60000; k++) {
		crm_buf_clear(&in);
		for (uint64_t n = rnd() % 12; n; n--) {
			uint64_t r = rnd();
			crm_utf8_encode(&in, (uint32_t)((r >> 8) %
			    (r & 1 ? 0x700 : r & 2 ? 0x3100 : 0x20000)));
		}
		crm_buf_clear(&one);
		crm_buf_clear(&two);
		crm_fold(&one, crm_buf_view(&in));
		crm_fold(&two, crm_buf_view(&one));
		key = key && crm_str_eq(crm_buf_view(&one), crm_buf_view(&two));
		struct crm_str rest, w;
		struct crm_buf three = { 0 };
		crm_buf_clear(&two);
		crm_fold_text(&two, crm_buf_view(&one));
		crm_fold_text(&three, crm_buf_view(&in));
		text = text &&
		    crm_str_eq(crm_buf_view(&three), crm_buf_view(&two));
		crm_buf_clear(&two);
		crm_fold_text(&two, crm_buf_view(&three));
		if (!crm_str_eq(crm_buf_view(&three), crm_buf_view(&two))) {
			text = false;
			for (size_t i = 0; i < in.n; i++)
				printf("#%02x", (unsigned char)in.p[i]);
			printf("\n");
		}
		for (rest = crm_buf_view(&two); crm_word_next(&rest, &w);)
			words = words && w.n > 0 && crm_utf8_valid(w, NULL);
		crm_buf_release(&three);
	}
	ok(key, "folding a key twice changes nothing");
	ok(text, "folding text twice, or a key first, changes nothing");
	ok(words, "words are never empty or cut in a character");
	crm_buf_release(&in);
	crm_buf_release(&one);
	crm_buf_release(&two);
}

static void
test_many_marks(void)
{
	struct crm_buf in = { 0 }, out = { 0 };
	crm_buf_c(&in, 'a');
	for (int i = 0; i < 300000; i++)
		crm_utf8_encode(&in, i & 1 ? 0x307 : 0x323);
	clock_t t = clock();
	crm_fold(&out, crm_buf_view(&in));
	crm_fold_text(&out, crm_buf_view(&in));
	ok((double)(clock() - t) / CLOCKS_PER_SEC < 5,
	    "300000 marks on a letter take linear time");
	crm_buf_release(&in);
	crm_buf_release(&out);
	struct crm_buf small = CRM_BUF_MAX(8);
	crm_fold(&small, CRM_STR("abcdefghijklmnop"));
	ok(small.over, "a full buffer is noted");
	crm_buf_release(&small);
}

static void
test_classes(void)
{
	ok(crm_is_letter('a') && crm_is_letter(0x3b1) && crm_is_letter(0x5d0) &&
	    crm_is_letter(0x639) && !crm_is_letter('1') && !crm_is_letter('_'),
	    "letters");
	ok(crm_is_space(0xa0) && crm_is_space(0x2028) && crm_is_space('\t') &&
	    !crm_is_space(0x200b), "white space");
	int tens = 0;
	bool good = true;
	for (uint32_t c = 0; c < 0x20000; c++) {
		int v = crm_digit_value(c);
		if (v == 0) {
			tens++;
			for (uint32_t k = 0; k < 10; k++)
				good = good &&
				    crm_digit_value(c + k) == (int)k;
		}
		good = good && (v >= 0) == crm_is_digit(c);
	}
	ok(good && tens >= 60, "digits of %d scripts have values", tens);
	static const struct {
		uint32_t c;
		enum crm_script s;
	} scripts[] = {
		{ 'x', CRM_SCRIPT_LATIN }, { 0xf8, CRM_SCRIPT_LATIN },
		{ 0x3c3, CRM_SCRIPT_GREEK }, { 0x1f00, CRM_SCRIPT_GREEK },
		{ 0x44f, CRM_SCRIPT_CYRILLIC }, { 0x645, CRM_SCRIPT_ARABIC },
		{ 0x5d0, CRM_SCRIPT_HEBREW }, { 0x5c71, CRM_SCRIPT_HAN },
		{ 0x30a2, CRM_SCRIPT_KANA }, { 0xd55c, CRM_SCRIPT_HANGUL },
		{ 0x915, CRM_SCRIPT_INDIC }, { 0xe01, CRM_SCRIPT_THAI },
		{ 0x561, CRM_SCRIPT_ARMENIAN }, { 0x10d0, CRM_SCRIPT_GEORGIAN },
		{ '1', CRM_SCRIPT_OTHER }, { 0x1f600, CRM_SCRIPT_OTHER },
		{ 0x10ffff, CRM_SCRIPT_OTHER },
	};
	good = true;
	for (size_t i = 0; i < CRM_LEN(scripts); i++)
		good = good && crm_script_of(scripts[i].c) == scripts[i].s;
	ok(good, "scripts");
}

int
main(void)
{
	table_run("tests/tables/folding.test", folding, NULL);
	test_valid();
	test_speed();
	test_idempotent();
	test_many_marks();
	test_classes();
	return tap_end();
}
