/* Phone numbers: to E.164 and back to what people read, by libphonenumber's
 * numbering plans. Takes digits of all scripts, "00" and "(0)", extensions in
 * many spellings, letters, tel: URIs (RFC 3966). */
#ifndef CRM_NORM_PHONE_H
#define CRM_NORM_PHONE_H

#include "base/base.h"
#include "base/buf.h"

enum crm_phone_status {
	CRM_PHONE_VALID,	/* such numbers are given out */
	CRM_PHONE_POSSIBLE,	/* the length is right, the range is not */
	CRM_PHONE_TOO_SHORT, CRM_PHONE_TOO_LONG, CRM_PHONE_LENGTH,
	CRM_PHONE_NO_COUNTRY,	/* national form, and no country known */
	CRM_PHONE_BAD_CODE,	/* no such country calling code */
	CRM_PHONE_NOT_A_NUMBER
};

enum crm_phone_type {	/* in the order of the metadata */
	CRM_PHONE_FIXED, CRM_PHONE_MOBILE, CRM_PHONE_TOLL_FREE,
	CRM_PHONE_PREMIUM, CRM_PHONE_PERSONAL, CRM_PHONE_VOICEMAIL,
	CRM_PHONE_UAN, CRM_PHONE_PAGER, CRM_PHONE_VOIP, CRM_PHONE_SHARED,
	CRM_PHONE_FIXED_OR_MOBILE, CRM_PHONE_UNKNOWN
};

struct crm_phone {
	enum crm_phone_status status;
	enum crm_phone_type type;
	int calling;		/* country calling code; 0: unknown */
	char region[4];		/* ISO 3166 code, "001", or "" */
	char nsn[18];		/* national significant number, leading zeroes
				 * of Italian numbers included */
	char ext[21];		/* extension's digits or "" */
};

/* Reads a number. region is the country that numbers without a calling code
 * belong to (two letters, any case; empty: none). The result is total: the
 * status tells what was wrong. */
void crm_phone_parse(struct crm_str raw, struct crm_str region,
    struct crm_phone *out);
/* Appends the E.164 form of what has one, as crm_phone_parse and crm_phone_e164
 * would, without asking whether such numbers are given out; false (nothing
 * appended) for the rest. Numbers already in that form cost next to nothing. */
bool crm_phone_key(struct crm_buf *b, struct crm_str raw,
    struct crm_str region);
/* True for VALID and POSSIBLE: there is an E.164 form. */
bool crm_phone_usable(const struct crm_phone *p);
/* Appends "+302101234567"; nothing where there is no such form. */
void crm_phone_e164(struct crm_buf *b, const struct crm_phone *p);
/* The form to store: E.164, then ";ext=123" (RFC 3966) where there is one. */
void crm_phone_standard(struct crm_buf *b, const struct crm_phone *p);
/* For reading: "+30 21 0123 4567 ext. 12", "21 0123 4567". */
void crm_phone_international(struct crm_buf *b, const struct crm_phone *p);
void crm_phone_national(struct crm_buf *b, const struct crm_phone *p);
/* "too short for Greece's numbers" without the country: "too short". */
const char *crm_phone_reason(enum crm_phone_status s);
/* "mobile", "fixed_line", … : stable names for output; "" for unknown. */
const char *crm_phone_type_name(enum crm_phone_type t);
/* The calling code of a country, 0 where there is none. */
int crm_phone_calling_code(struct crm_str region);

#endif
