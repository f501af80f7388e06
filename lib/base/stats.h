/* Small statistics that several layers need. */
#ifndef CRM_STATS_H
#define CRM_STATS_H

#include "base/base.h"

struct crm_interval {	/* a figure with its 95 % confidence interval */
	double value, lo, hi;
};

/* The normal distribution's 97.5 % point. */
#define CRM_Z95 1.959963984540054

/* Wilson's 95 % score interval of hits in n (Wilson 1927); NaN for n = 0. */
struct crm_interval crm_wilson(double hits, double n);

/* a + b, held at the ends of int64. */
static inline int64_t
crm_add_saturated(int64_t a, int64_t b)
{
	int64_t s;
	if (!__builtin_add_overflow(a, b, &s))
		return s;
	return b > 0 ? INT64_MAX : INT64_MIN;
}

#endif
