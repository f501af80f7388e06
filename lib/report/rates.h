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
	bool fixed;	/* for good: its day does not age */
};

struct crm_rates {	/* zeroed is valid and empty */
	struct crm_rate *r;
	size_t n, cap;
	char (*base)[4];	/* the different bases */
	size_t nbases;
	bool sorted;
	int32_t used;	/* day of the oldest rate that was used; INT32_MAX */
};

/* Adds a rate record; INVALID where a field is missing or not positive. */
enum crm_status crm_rates_add(struct crm_rates *t, const struct crm_rec *r,
    struct crm_err *err) CRM_MUST;
/* The same from texts. */
enum crm_status crm_rates_put(struct crm_rates *t, int32_t day,
    struct crm_str base, struct crm_str quote, struct crm_str rate,
    struct crm_err *err) CRM_MUST;
/* Adds the rates at which the currencies of before went into the euro for good
 * (Council Regulations (EC) No 2866/98 and its successors). */
void crm_rates_fixed(struct crm_rates *t);
/* Adds all rates of a file's text: the ECB's reference rates as CSV (daily,
 * history) or XML (daily, 90 days, history), a table with the head
 * date,base,quote,rate, or lines of rate records. INVALID with the line. */
enum crm_status crm_rates_read(struct crm_rates *t, struct crm_str text,
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
