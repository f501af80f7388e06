/* One entry to all normalisers: the key a value is compared by, the form it is
 * best stored in, and what is wrong with it. The raw value stays the caller's.
 * The single modules (norm_email.h, norm_phone.h …) say more about one value. */
#ifndef CRM_NORM_H
#define CRM_NORM_H

#include "base/base.h"
#include "base/buf.h"
#include "model/schema.h"

enum crm_norm {
	CRM_N_NONE,	/* compared as it stands */
	CRM_N_TEXT, CRM_N_NAME, CRM_N_PERSON, CRM_N_ORG, CRM_N_CODE,
	CRM_N_EMAIL, CRM_N_PHONE, CRM_N_URL, CRM_N_DOMAIN, CRM_N_COUNTRY,
	CRM_N_LANGUAGE, CRM_N_CURRENCY, CRM_N_TAX, CRM_N_POSTCODE
};

/* What values mean depends on where they live. */
struct crm_norm_ctx {
	struct crm_str country;	/* the record's, else the store's; ISO code
				 * in upper case, or empty */
};

struct crm_rec;
/* The country that a record's numbers belong to: its address.country in any
 * spelling, else its country field, else fallback. The text is in code. */
struct crm_str crm_norm_country(const struct crm_rec *r,
    struct crm_str fallback, char code[3]);

/* The normaliser of a field: by its kind, and by its match annotation where
 * the kind leaves it open (a postal code is a code, a name a person's or an
 * organisation's). */
enum crm_norm crm_norm_of(const struct crm_field *f);
/* Appends the key: equal keys mean the same thing however it is written. A
 * value that its normaliser refuses is folded, so that it can still be found.
 * False (nothing appended) for nothing. */
bool crm_norm_key(enum crm_norm n, struct crm_str value,
    const struct crm_norm_ctx *ctx, struct crm_buf *b);
/* Appends the form to store. False (nothing appended) where there is none:
 * the value is not what it should be, or its country is not known. Only what
 * loses nothing: case and spelling of free text stay. */
bool crm_norm_fix(enum crm_norm n, struct crm_str value,
    const struct crm_norm_ctx *ctx, struct crm_buf *b);
/* NULL where the value is sound, else the reason, translated. */
const char *crm_norm_check(enum crm_norm n, struct crm_str value,
    const struct crm_norm_ctx *ctx);

#endif
