/* ULIDs: 48 bits of milliseconds and 80 random bits in 26 characters of
 * Crockford's base 32, sorting by creation (github.com/ulid/spec). */
#ifndef CRM_ULID_H
#define CRM_ULID_H

#include "base/base.h"

struct crm_ulid_gen {	/* monotonic within one process */
	uint64_t last_ms;
	uint8_t rnd[10];
	uint64_t seed;	/* not 0: reproducible (tests), else getrandom */
};

/* A new one, greater than the generator's last. out gets 26 characters, no
 * NUL. time in microseconds. */
void crm_ulid_make(struct crm_ulid_gen *g, int64_t time, char out[26]);
/* 16 bytes from text; false unless exactly 26 characters in canonical upper
 * case, first 0..7. */
bool crm_ulid_parse(struct crm_str s, uint8_t out[16]);
void crm_ulid_format(const uint8_t in[16], char out[26]);

#endif
