/* For libFuzzer targets (make fuzz). */
#ifndef CRM_FUZZ_H
#define CRM_FUZZ_H

#include "base/base.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define CHECK(cond) do { \
	if (!(cond)) \
		__builtin_trap(); \
} while (0)

#endif
