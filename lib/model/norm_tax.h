/* Tax and company numbers: shape and check digits by country, for the numbers
 * that invoices carry (VAT and its national twins). Sources of the methods: the
 * tax offices' notes; the tests compare with python3-stdnum. */
#ifndef CRM_NORM_TAX_H
#define CRM_NORM_TAX_H

#include "base/base.h"
#include "base/buf.h"

enum crm_tax_status {
	CRM_TAX_OK,
	CRM_TAX_UNKNOWN,	/* no rule for the country, or none given */
	CRM_TAX_EMPTY, CRM_TAX_SHAPE, CRM_TAX_CHECK
};

struct crm_tax {
	enum crm_tax_status status;
	bool prefixed;		/* began with the country's VAT prefix */
	char country[3];	/* ISO 3166, "" unknown */
	char number[33];	/* without prefix and separators, upper case */
};

/* Reads a number. country is the record's (two letters or empty); a VAT prefix
 * that makes sense wins over it. */
void crm_tax_parse(struct crm_str raw, struct crm_str country,
    struct crm_tax *out);
/* Appends the key: VAT prefix (ISO code where there is none) and number:
 * "EL094014298" for all spellings; the bare number where no country is known. */
void crm_tax_key(struct crm_buf *b, const struct crm_tax *t);
/* Appends the form to store, as its country writes it ("0201256-6",
 * "DE136695976"). */
void crm_tax_standard(struct crm_buf *b, const struct crm_tax *t);
const char *crm_tax_reason(enum crm_tax_status s);

#endif
