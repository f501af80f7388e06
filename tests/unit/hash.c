#include "base/err.h"
#include "base/hash.h"
#include "base/map.h"
#include "tap.h"

int
main(void)
{
	uint8_t key[16], in[15], h[16];
	char hex[65];
	for (int i = 0; i < 16; i++)
		key[i] = (uint8_t)i;
	for (int i = 0; i < 15; i++)
		in[i] = (uint8_t)i;
	/* the vectors of the SipHash paper and of its reference code */
	ok(crm_siphash(key, in, 15) == 0xa129ca6149be45e5u, "siphash-2-4");
	crm_siphash128(key, in, 15, h);
	crm_hex(h, 16, hex);
	same(crm_str_z(hex), "5493e99933b0a8117e08ec0f97cfc3d9",
	    "siphash-2-4-128");
	ok(crm_crc32c(0, "123456789", 9) == 0xe3069283u, "crc32c (RFC 3720)");
	ok(crm_crc32c(crm_crc32c(0, "1234", 4), "56789", 5) == 0xe3069283u,
	    "crc32c in two steps");
	static uint8_t many[1200];
	bool lanes = true;
	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = (uint8_t)(i * 131 + (i >> 5));
	for (size_t n = 0; n <= sizeof(many); n += 7) {
		uint32_t bytes = 0;
		for (size_t i = 0; i < n; i++)
			bytes = crm_crc32c(bytes, many + i, 1);
		lanes = lanes && crm_crc32c(0, many, n) == bytes;
	}
	ok(lanes, "crc32c of any length is that of its bytes");
	crm_sha256_hex("abc", 3, hex);
	same(crm_str_z(hex), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9c"
	    "b410ff61f20015ad", "sha-256 of abc");
	struct crm_map m = { 0 };
	for (uint64_t i = 0; i < 5000; i++) {
		char k[24];
		snprintf(k, sizeof(k), "key%" PRIu64, i);
		crm_map_put(&m, crm_str_z(k), NULL)->v.u = i;
	}
	bool all = true;
	for (uint64_t i = 0; i < 5000; i++) {
		char k[24];
		snprintf(k, sizeof(k), "key%" PRIu64, i);
		struct crm_map_entry *e = crm_map_get(&m, crm_str_z(k));
		all = all && e && e->v.u == i && e == &m.e[i];
	}
	ok(all, "5000 keys come back, in their order");
	ok(!crm_map_get(&m, CRM_STR("none")), "a missing key");
	crm_map_release(&m);
	struct crm_near n;
	crm_near_init(&n, CRM_STR("compnay"));
	crm_near_try(&n, CRM_STR("country"));
	crm_near_try(&n, CRM_STR("company"));
	same(crm_near_best(&n), "company", "nearest name");
	crm_near_init(&n, CRM_STR("xyz"));
	crm_near_try(&n, CRM_STR("company"));
	same(crm_near_best(&n), "", "nothing near");
	return tap_end();
}
