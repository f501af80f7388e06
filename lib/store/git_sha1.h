/* SHA-1 (FIPS 180-4), which names git's objects. No protection of ours rests
 * on it: damage is found by CRC32C in the store, and git checks names itself. */
#ifndef CRM_GIT_SHA1_H
#define CRM_GIT_SHA1_H

#include "base/base.h"

struct crm_sha1 {
	uint32_t h[5];
	uint64_t len;
	uint8_t block[64];
	size_t fill;
	bool ni;	/* by the processor's own instructions */
};
void crm_sha1_init(struct crm_sha1 *s);
/* After crm_sha1_init: without the processor's instructions. */
void crm_sha1_plain(struct crm_sha1 *s);
void crm_sha1_add(struct crm_sha1 *s, const void *p, size_t n);
void crm_sha1_end(struct crm_sha1 *s, uint8_t out[20]);

#endif
