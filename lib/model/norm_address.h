/* Postal addresses by country: postcodes, and the lines of an envelope. Data of
 * libaddressinput and share/crm/data/postcodes.txt. */
#ifndef CRM_NORM_ADDRESS_H
#define CRM_NORM_ADDRESS_H

#include "base/base.h"
#include "base/buf.h"

struct crm_address {	/* all may be empty */
	struct crm_str name, organisation, street, district, city, region,
	    postal_code, country;	/* country: ISO code */
};

/* NULL where the postcode is one of the country's shape (or nothing is known
 * of the country), else the reason. */
const char *crm_postcode_check(struct crm_str s, struct crm_str country);
/* Appends the postcode as its country writes it: "10563" as "105 63" in
 * Greece, "GR-10563" too; false (nothing appended) where it does not fit or
 * the country's are not known. */
bool crm_postcode_fix(struct crm_buf *b, struct crm_str s,
    struct crm_str country);
/* Appends the key: letters and digits only, upper case, as the country writes
 * them where that is known. */
void crm_postcode_key(struct crm_buf *b, struct crm_str s,
    struct crm_str country);
/* Appends the address in the lines and order of its country, each line ended
 * by LF; empty parts leave no traces. The country's name stands last, in
 * capitals, unless it is `home` (the sender's). latin: the format used with
 * Latin letters, where there are two. */
void crm_address_format(struct crm_buf *b, const struct crm_address *a,
    struct crm_str home, bool latin);

#endif
