/* The short ways of the keys against the long ones: a blank or a label before
 * the value takes the long way and must give the same key. */
#include "model/norm_email.h"
#include "model/norm_phone.h"
#include "tap.h"

static uint32_t
rnd(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % n;
}

/* Phones: "+…" by the short way, "tel:+…" by the long one. */
static void
phones(void)
{
	uint32_t seed = 7;
	size_t bad = 0, fast = 0;
	for (int i = 0; i < 100000; i++) {
		char s[32] = "tel:+";
		size_t n = 5, len = 6 + rnd(&seed, 12);
		while (n < 5 + len)
			s[n++] = (char)('0' + rnd(&seed, 10));
		struct crm_buf a = { 0 }, b = { 0 };
		struct crm_str all = { s, n };
		struct crm_phone p;
		crm_phone_key(&a, crm_str_sub(all, 4, n), CRM_STR("GR"));
		crm_phone_parse(all, CRM_STR("GR"), &p);
		crm_phone_e164(&b, &p);
		bad += !crm_str_eq(crm_buf_view(&a), crm_buf_view(&b));
		fast += a.n > 0;
		crm_buf_release(&a);
		crm_buf_release(&b);
	}
	ok(bad == 0 && fast > 1000, "phones: %zu keys, %zu differ", fast, bad);
}

/* E-mail: the address against the address with a final character that folds
 * away in the domain (full-width for its last letter). */
static void
addresses(void)
{
	static const char set[] = "abcXYZ019.-_+'@@..--n";
	uint32_t seed = 11;
	size_t bad = 0, keys = 0;
	for (int i = 0; i < 100000; i++) {
		char s[64];
		size_t n = 0, len = 3 + rnd(&seed, 16);
		while (n < len)
			s[n++] = set[rnd(&seed, sizeof(set) - 1)];
		memcpy(s + n, "@ab.c", 5);
		n += rnd(&seed, 6);
		s[n++] = 'd';
		struct crm_buf a = { 0 }, b = { 0 };
		bool x = crm_email_key(&a, (struct crm_str){ s, n });
		memcpy(s + n - 1, "\xef\xbd\x84", 3);	/* the same letter */
		bool y = crm_email_key(&b, (struct crm_str){ s, n + 2 });
		bad += x != y || !crm_str_eq(crm_buf_view(&a),
		    crm_buf_view(&b));
		keys += x;
		crm_buf_release(&a);
		crm_buf_release(&b);
	}
	ok(bad == 0 && keys > 1000, "addresses: %zu keys, %zu differ", keys,
	    bad);
}

int
main(void)
{
	phones();
	addresses();
	return tap_end();
}
