/* The Test Anything Protocol for unit tests: ok() and same() print one line a
 * test, tap_end() the plan. */
#ifndef CRM_TAP_H
#define CRM_TAP_H

#include "base/base.h"

static int tap_n, tap_bad;

static inline bool CRM_PRINTF(2, 3)
ok(bool good, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	printf("%sok %d - ", good ? "" : "not ", ++tap_n);
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
	tap_bad += !good;
	return good;
}

/* Equal strings, both shown where they differ. */
static inline bool
same(struct crm_str got, const char *want, const char *title)
{
	bool good = crm_str_is(got, want);
	ok(good, "%s", title);
	if (!good)
		printf("#      got: %.*s\n# expected: %s\n", CRM_FMT(got), want);
	return good;
}

static inline int
tap_end(void)
{
	printf("1..%d\n", tap_n);
	return tap_bad != 0;
}

#endif
