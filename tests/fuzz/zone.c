#include "fuzz.h"

#include "base/time.h"
#include "base/tzif.h"
#include "base/zone.h"

/* A zone file, or (odd first byte) a POSIX rule. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct crm_str s = { (const char *)data, size };
	struct crm_zone z = { .name = "fuzz" };
	bool good = choice(&s) & 1 ? crm_tzrule_parse(&z.rule, s) :
	    crm_tzif_parse(&z, s);
	for (int64_t k = -40; good && k < 40; k++) {
		/* from 1462 to 2476, and both ends */
		int64_t t = k * 400000000 * CRM_SECOND;
		if (k == -40)
			t = INT64_MIN;
		if (k == 39)
			t = INT64_MAX;
		int32_t off = crm_zone_offset(&z, t);
		CHECK(off > -7 * 86400 && off < 7 * 86400);
		crm_zone_utc(&z, t);
		crm_zone_midnight(&z, crm_zone_day(&z, t));
	}
	free(z.at);
	free(z.type);
	return 0;
}
