#include "base/decimal.h"
#include "random.h"
#include "tables.h"

#include <math.h>
#include <time.h>

static struct crm_dec
dec(struct crm_str s)
{
	struct crm_dec d = { 0 };
	if (!crm_dec_parse(s, &d))
		ok(false, "%.*s parses", CRM_FMT(s));
	return d;
}

static enum crm_rounding
mode(struct crm_str s)
{
	return crm_str_is(s, "even") ? CRM_HALF_EVEN :
	    crm_str_is(s, "up") ? CRM_HALF_UP : CRM_DOWN;
}

static bool
two_operands(struct crm_str fn, struct crm_str in, struct crm_buf *out,
    struct crm_dec *r)
{
	struct crm_dec a = dec(table_word(&in)), b = dec(in);
	if (!crm_str_is(fn, "cmp"))
		return crm_str_is(fn, "add") ? crm_dec_add(a, b, r) :
		    crm_dec_sub(a, b, r);
	crm_buf_printf(out, "%d", crm_dec_cmp(a, b));
	return true;
}

static void
decimals(struct crm_str in, struct crm_buf *out, void *arg CRM_UNUSED)
{
	struct crm_str fn = table_word(&in);
	struct crm_dec r = { 0 };
	char currency[4] = "";
	bool good;
	if (crm_str_is(fn, "digits")) {
		crm_buf_printf(out, "%d", crm_currency_digits(in));
		return;
	} else if (crm_str_is(fn, "strict")) {
		good = crm_dec_parse(in, &r);
	} else if (crm_str_is(fn, "human")) {
		char mark = table_word(&in).p[0];
		good = crm_dec_parse_human(in, mark, &r, currency);
	} else if (crm_str_is(fn, "muldiv")) {
		enum crm_rounding m = mode(table_word(&in));
		int scale = atoi(table_word(&in).p);
		struct crm_dec a = dec(table_word(&in));
		struct crm_dec b = dec(table_word(&in));
		good = crm_dec_muldiv(a, b, dec(in), scale, m, &r);
	} else if (crm_str_is(fn, "rescale")) {
		enum crm_rounding m = mode(table_word(&in));
		int scale = atoi(table_word(&in).p);
		good = crm_dec_rescale(dec(in), scale, m, &r);
	} else {
		good = two_operands(fn, in, out, &r);
	}
	if (!good) {
		crm_buf_z(out, "no");
		return;
	}
	if (!out->n)
		crm_dec_format(out, r);
	if (currency[0])
		crm_buf_printf(out, " %s", currency);
}

/* A canonical text: parsing and formatting must give it back. */
static struct crm_str
random_decimal(char *t)
{
	size_t n = 0, whole = rnd() % 17 + 1, part = rnd() % 18;
	if (rnd() & 1)
		t[n++] = '-';
	t[n++] = (char)('1' + rnd() % 9);
	if (whole == 1 && part && rnd() & 1)
		t[n - 1] = '0';
	while (--whole)
		t[n++] = (char)('0' + rnd() % 10);
	if (part)
		t[n++] = '.';
	for (; part; part--)
		t[n++] = (char)(part == 1 ? '1' + rnd() % 9 : '0' + rnd() % 10);
	return (struct crm_str){ t, n };
}

static void
test_round_trip(void)
{
	char t[64];
	struct crm_buf b = { 0 };
	size_t bad = 0, bad_double = 0;
	for (int i = 0; i < 1000000; i++) {
		struct crm_str s = random_decimal(t);
		struct crm_dec d;
		crm_buf_clear(&b);
		bool good = crm_dec_parse(s, &d);
		if (good)
			crm_dec_format(&b, d);
		bad += !good || !crm_str_eq(crm_buf_view(&b), s);
		t[s.n] = '\0';
		if (i % 8 == 0)
			bad_double += crm_dec_double(d) != strtod(t, NULL);
	}
	ok(bad == 0, "a million random decimals come back byte by byte");
	ok(bad_double == 0, "the double is the one strtod finds nearest");
	crm_buf_release(&b);
}

/* Sums and orders against plain 128-bit integers at one scale. */
static void
test_arithmetic(void)
{
	size_t bad = 0, keys = 0;
	crm_i128 e18 = (crm_i128)1000000000000000000;
	for (int i = 0; i < 300000; i++) {
		struct crm_dec a, b, sum, back, m;
		char ta[64], tb[64];
		a = dec(random_decimal(ta));
		b = i % 5 ? dec(random_decimal(tb)) : a;
		crm_i128 x = a.v, y = b.v;
		for (int k = a.scale; k < 18; k++)
			x *= 10;
		for (int k = b.scale; k < 18; k++)
			y *= 10;
		int c = crm_dec_cmp(a, b);
		bad += c != (x > y) - (x < y);
		bad += !crm_dec_add(a, b, &sum) || !crm_dec_sub(sum, b, &back) ||
		    crm_dec_cmp(back, a) != 0;
		bad += !crm_dec_rescale(a, 18, CRM_HALF_EVEN, &m) || m.v != x;
		uint8_t ka[4] = { 0 }, kb[4] = { 0 };
		crm_dec_key(a, ka);
		crm_dec_key(b, kb);
		int k = memcmp(ka, kb, 4);
		keys += c == 0 ? k != 0 : c < 0 ? k > 0 : k < 0;
		/* the fast and the wide division agree with each other */
		struct crm_dec one = { e18, 18 }, q;
		if (b.v && crm_dec_muldiv(a, one, b, 6, CRM_HALF_EVEN, &q)) {
			struct crm_dec p;
			bad += !crm_dec_muldiv(a, (struct crm_dec){ 1, 0 }, b,
			    6, CRM_HALF_EVEN, &p) || p.v != q.v;
		}
	}
	ok(bad == 0, "sums, orders and quotients are exact (%zu are not)", bad);
	ok(keys == 0, "keys keep the order");
}

static void
test_small(void)
{
	crm_i128 e19 = (crm_i128)10000000000000000000u;
	struct crm_dec a, big = { e19 * (e19 / 2), 0 };
	ok(!crm_dec_add(big, big, &a), "a sum of 39 digits is refused");
	ok(!crm_dec_rescale(big, 1, CRM_DOWN, &a), "so is such a scale");
	ok(!crm_dec_rescale((struct crm_dec){ 1, 0 }, 19, CRM_DOWN, &a),
	    "a scale over 18 is refused");
	ok(!crm_dec_parse_human(CRM_STR("5 EUR"), '.', &a, NULL),
	    "no currency where none is allowed");
	ok(crm_dec_double((struct crm_dec){ 0, 5 }) == 0.0, "double of zero");
	clock_t t = clock();
	size_t sum = 0;
	for (int i = 0; i < 2000000; i++) {
		struct crm_dec d;
		sum += crm_dec_parse(CRM_STR("1234567.89"), &d);
	}
	printf("# %.0f M parses/s (%zu)\n", (double)sum / 1e6 /
	    ((double)(clock() - t) / CLOCKS_PER_SEC), sum);
}

int
main(void)
{
	table_run("tests/tables/decimals.test", decimals, NULL);
	test_round_trip();
	test_arithmetic();
	test_small();
	return tap_end();
}
