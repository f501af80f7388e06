/* Exchange rates by day: rate records {date, base, quote, rate: units of quote
 * for one of base}, directly, inversely, or through one common currency. */
#ifndef CRM_RATES_H
#define CRM_RATES_H

#include "base/base.h"
#include "base/decimal.h"
#include "base/err.h"
#include "model/record.h"

struct crm_rate {
	char base[4], quote[4];
	int32_t day;
	struct crm_dec rate;
};

struct crm_rates {	/* zeroed is valid and empty */
	struct crm_rate *r;
	size_t n, cap;
	bool sorted;
	int32_t used;	/* day of the oldest rate that was used; INT32_MAX */
};

/* Adds a rate record; INVALID where a field is missing or not positive. */
enum crm_status crm_rates_add(struct crm_rates *t, const struct crm_rec *r,
    struct crm_err *err) CRM_MUST;
/* amount of `from` in `to` at the newest rates not later than `day`, rounded
 * once (half to even) to the digits of `to`. A cross goes through one currency
 * that has rates to both, in one expression: amount x rate(to) / rate(from).
 * NOTFOUND (rates.missing) where there is none: never taken at 1. */
enum crm_status crm_rates_convert(struct crm_rates *t, struct crm_dec amount,
    struct crm_str from, struct crm_str to, int32_t day, struct crm_dec *out,
    struct crm_err *err) CRM_MUST;
void crm_rates_release(struct crm_rates *t);

#endif
