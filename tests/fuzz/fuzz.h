/* For libFuzzer targets (make fuzz). */
#ifndef CRM_FUZZ_H
#define CRM_FUZZ_H

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define CHECK(cond) do { \
	if (!(cond)) \
		__builtin_trap(); \
} while (0)

/* Cuts one byte off the input, for choosing what to do with the rest. */
static inline unsigned
choice(struct crm_str *s)
{
	unsigned v = s->n ? (unsigned char)s->p[0] : 0;
	*s = crm_str_sub(*s, 1, s->n);
	return v;
}

#endif
