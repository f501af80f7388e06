#include "base/stats.h"

#include <math.h>

struct crm_interval
crm_wilson(double hits, double n)
{
	if (!(n > 0))
		return (struct crm_interval){ NAN, NAN, NAN };
	double p = hits / n, z2 = CRM_Z95 * CRM_Z95;
	double mid = (p + z2 / (2 * n)) / (1 + z2 / n);
	double half = CRM_Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) /
	    (1 + z2 / n);
	double lo = hits > 0 ? mid - half : 0, hi = hits < n ? mid + half : 1;
	return (struct crm_interval){ p, lo, hi };
}
