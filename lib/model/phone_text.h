/* From what people write to digits: for norm_phone.c only. */
#ifndef CRM_PHONE_TEXT_H
#define CRM_PHONE_TEXT_H

#include "base/base.h"

enum { PHONE_MAX_DIGITS = 40 };

struct phone_text {
	bool plus;	/* began with a plus sign of any kind */
	bool zero;	/* has a literal "(0)" */
	size_t zero_at;	/* and the digits before it */
	char digits[PHONE_MAX_DIGITS + 1];
	size_t n;
	char ext[21];
};

/* False where the text is no number at all. */
bool phone_text_read(struct crm_str raw, struct phone_text *t);

#endif
