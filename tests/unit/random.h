/* Numbers that look random and are the same in every run: xorshift64
 * (Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8(14), 2003). */
#ifndef CRM_RANDOM_H
#define CRM_RANDOM_H

#include "base/base.h"

static uint64_t seed = 88172645463325252u;

static inline uint64_t
rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

/* Below n. */
static inline size_t
rnd_to(size_t n)
{
	return (size_t)(rnd() % n);
}

#endif
