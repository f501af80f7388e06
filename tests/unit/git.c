/* The mirror's own compression, deltas and names, against zlib. */
#include <zlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "store/git_deflate.h"
#include "store/git_delta.h"
#include "store/git_sha1.h"
#include "tap.h"

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* Text of n bytes: noise, few letters, runs, or repeats. */
static void
fill(char *p, size_t n, int kind, uint32_t *seed)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t r = next(seed);
		p[i] = kind == 0 ? (char)r : kind == 1 ? (char)('a' + r % 5) :
		    kind == 2 ? 'x' : i >= 40 && r % 9 ? p[i - 40] :
		    (char)('a' + r % 26);
	}
}

static bool
is_inflated(struct crm_str z, struct crm_str text)
{
	static Bytef out[CRM_DEFLATE_MAX + 1];
	uLongf n = sizeof(out);
	return uncompress(out, &n, (const Bytef *)z.p, z.n) == Z_OK &&
	    n == text.n && (!n || memcmp(out, text.p, n) == 0);
}

static void
test_deflate(void)
{
	static char text[CRM_DEFLATE_MAX];
	struct crm_deflate *d = crm_deflate_new(), *fresh;
	struct crm_buf out = { 0 }, again = { 0 };
	uint32_t seed = 1;
	bool good = true, small = true;
	for (int i = 0; i < 4000; i++) {
		size_t n = i < 700 ? (size_t)i : next(&seed) %
		    (i % 40 ? 900 : CRM_DEFLATE_MAX + 1);
		fill(text, n, i % 4, &seed);
		crm_buf_clear(&out);
		crm_deflate_add(d, (struct crm_str){ text, n }, &out);
		good = good && is_inflated(crm_buf_view(&out),
		    (struct crm_str){ text, n });
		small = small && out.n <= n + 11;
	}
	ok(good, "zlib reads what was compressed, of any length and kind");
	ok(small, "noise is stored, not blown up");
	fresh = crm_deflate_new();
	crm_deflate_add(fresh, (struct crm_str){ text, 500 }, &again);
	crm_buf_clear(&out);
	crm_deflate_add(d, (struct crm_str){ text, 500 }, &out);
	ok(crm_str_eq(crm_buf_view(&out), crm_buf_view(&again)),
	    "the same bytes whatever came before");
	/* Frequencies that would make codes of more than fifteen bits. */
	size_t at = 0, fib[2] = { 1, 1 };
	for (int c = 0; at + fib[0] <= sizeof(text); c++) {
		memset(text + at, 'A' + c, fib[0]);
		at += fib[0];
		fib[1] += fib[0];
		fib[0] = fib[1] - fib[0];
	}
	for (size_t i = 0; i < at; i++) {	/* no repeats */
		size_t k = i + next(&seed) % (at - i);
		char c = text[i];
		text[i] = text[k];
		text[k] = c;
	}
	crm_buf_clear(&out);
	crm_deflate_add(d, (struct crm_str){ text, at }, &out);
	ok(is_inflated(crm_buf_view(&out), (struct crm_str){ text, at }),
	    "codes are cut to fifteen bits");
	crm_deflate_free(d);
	crm_deflate_free(fresh);
	crm_buf_release(&out);
	crm_buf_release(&again);
}

static void
test_delta(void)
{
	static struct crm_git_base base;
	static char a[CRM_GIT_DELTA_MAX], b[CRM_GIT_DELTA_MAX];
	struct crm_buf delta = { 0 }, out = { 0 };
	uint32_t seed = 7;
	bool good = true;
	for (int i = 0; i < 2000; i++) {
		size_t n = next(&seed) % (i % 20 ? 800 : sizeof(a));
		size_t m = next(&seed) % (i % 20 ? 800 : sizeof(b));
		fill(a, n, 3, &seed);
		fill(b, m, 3, &seed);
		for (size_t k = 0; k + 30 < m && n > 30; k += 60)
			memcpy(b + k, a + next(&seed) % (n - 30), 30);
		crm_git_base_set(&base, (struct crm_str){ a, n });
		crm_buf_clear(&delta);
		crm_git_delta_make(&base, (struct crm_str){ b, m }, &delta);
		good = good && crm_git_delta_apply((struct crm_str){ a, n },
		    crm_buf_view(&delta), &out) && crm_str_eq(
		    crm_buf_view(&out), (struct crm_str){ b, m });
		/* Cut or damaged ones must not be followed out of the base. */
		if (delta.n > 3) {
			delta.p[next(&seed) % delta.n] ^= (char)(1 + i % 200);
			(void)!crm_git_delta_apply((struct crm_str){ a, n },
			    crm_str_sub(crm_buf_view(&delta), 0, delta.n -
			    (size_t)i % 2), &out);
		}
	}
	ok(good, "a delta gives back what it was made of");
	crm_git_base_set(&base, CRM_STR("{\"name\": \"Maria\"}\n"));
	crm_buf_clear(&delta);
	crm_git_delta_make(&base, CRM_STR("{\"name\": \"Petra\"}\n"), &delta);
	ok(delta.n < 15, "what is the same is not told again");
	ok(!crm_git_delta_apply(CRM_STR("short"), crm_buf_view(&delta), &out),
	    "another base is refused");
	crm_git_base_release(&base);
	crm_buf_release(&delta);
	crm_buf_release(&out);
}

static void
test_sha1(void)
{
	static uint8_t in[1000];
	struct crm_sha1 s, t;
	uint8_t a[20], b[20];
	char hex[41];
	bool equal = true;
	crm_sha1_init(&s);
	crm_sha1_add(&s, "abc", 3);
	crm_sha1_end(&s, a);
	crm_hex(a, 20, hex);
	same(crm_str_z(hex), "a9993e364706816aba3e25717850c26c9cd0d89d",
	    "sha-1 of abc (FIPS 180-4)");
	for (size_t n = 0; n < sizeof(in); n += 3) {
		in[n] = (uint8_t)(n * 7);
		crm_sha1_init(&s);
		crm_sha1_init(&t);
		crm_sha1_plain(&t);
		crm_sha1_add(&s, in, n);
		crm_sha1_add(&t, in, n / 2);
		crm_sha1_add(&t, in + n / 2, n - n / 2);
		crm_sha1_end(&s, a);
		crm_sha1_end(&t, b);
		equal = equal && memcmp(a, b, 20) == 0;
	}
	ok(equal, "the processor's own instructions say the same");
}

int
main(void)
{
	test_deflate();
	test_delta();
	test_sha1();
	return tap_end();
}
