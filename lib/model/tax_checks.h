/* The countries' rules: for norm_tax.c only. */
#ifndef CRM_TAX_CHECKS_H
#define CRM_TAX_CHECKS_H

#include "base/base.h"

struct tax_rule {
	char country[3];
	char prefix[4];		/* of VAT numbers; "" none */
	char shapes[88];	/* '9' digit, 'A' letter, '*' either, others
				 * themselves; a blank between two shapes */
	char format[24];	/* '#' one character; "" none */
	bool (*check)(const char *s, size_t n);	/* NULL: the shape only */
};

const struct tax_rule *tax_rule_at(size_t i);	/* NULL past the last */

#endif
