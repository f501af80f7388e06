/* Countries (ISO 3166-1), languages (ISO 639-1 in BCP 47), currencies (ISO
 * 4217): from codes and from names in some thirty languages. */
#ifndef CRM_NORM_ISO_H
#define CRM_NORM_ISO_H

#include "base/base.h"
#include "base/buf.h"

struct iso_country {
	char code[3], alpha3[4], numeric[4];
	char currency[4];	/* legal tender; "" none */
	char language[4];	/* the one most people read; ISO 639 */
	char name[40];		/* English */
	char postcode[56];	/* masks: 9 digit, A letter, * either, | or; "-"
				 * no postcodes, "" not known */
	char format[48];	/* address lines, see norm_address.c */
	char latin[40];		/* the same in Latin letters, "" as format */
};

/* The country of an upper-case alpha-2 code, or NULL. */
const struct iso_country *crm_country_at(struct crm_str code);
/* From an alpha-2 or alpha-3 code, a number, or a name ("Ελλάδα", "Holland",
 * "السعودية"); false where nobody calls a country so. */
bool crm_country_key(struct crm_str s, char out[3]);
/* A language tag as BCP 47 writes it: from "EL", "ell", "Greek", "ελληνικά",
 * "pt_br", "zh-hant-tw"; false where it is none. out has room for 36. */
bool crm_language_key(struct crm_str s, char out[36]);
/* An ISO 4217 code from a code, sign or name. Signs that several countries
 * share ("$", "kr", "£") follow the country, where one is given. */
bool crm_currency_key(struct crm_str s, struct crm_str country, char out[4]);

#endif
