/* Hash functions: SipHash (Aumasson & Bernstein 2012) for keyed short hashes,
 * CRC32C (RFC 3720 B.4) for damage, SHA-256 (FIPS 180-4) for content. */
#ifndef CRM_HASH_H
#define CRM_HASH_H

#include "base/base.h"

/* SipHash-2-4 with 64 and 128 bits of output under a 16-byte key. */
uint64_t crm_siphash(const uint8_t key[16], const void *p, size_t n);
void crm_siphash128(const uint8_t key[16], const void *p, size_t n,
    uint8_t out[16]);

/* CRC32C of n bytes going on from `crc` (0 at the beginning). Uses the
 * processor's instruction where there is one. */
uint32_t crm_crc32c(uint32_t crc, const void *p, size_t n);

struct crm_sha256 {
	uint32_t h[8];
	uint64_t len;
	uint8_t block[64];
	size_t fill;
};
void crm_sha256_init(struct crm_sha256 *s);
void crm_sha256_add(struct crm_sha256 *s, const void *p, size_t n);
void crm_sha256_end(struct crm_sha256 *s, uint8_t out[32]);
/* 64 lower-case hex digits and a NUL. */
void crm_sha256_hex(const void *p, size_t n, char out[65]);
void crm_hex(const uint8_t *p, size_t n, char *out);

#endif
