/* Purchases in, one history a customer out, in any order of the input. */
#ifndef CRM_PURCHASES_H
#define CRM_PURCHASES_H

#include "base/base.h"
#include "base/map.h"

/* A customer's habit: x days with a purchase after the first, the last of them
 * tx days after the first, observed for t days; the average value of a repeat
 * day (0 where x is 0). */
struct crm_history {
	uint32_t x;
	int32_t tx, t;
	double value;
};

struct crm_purchase {
	uint32_t who;	/* index of the customer in `ids` */
	int32_t day;	/* days since 1970 */
	int64_t amount;	/* 10^-4 of the currency's unit; 0: not known */
};

struct crm_purchases {	/* zeroed is valid and empty */
	struct crm_map ids;
	struct crm_purchase *p;
	size_t n, cap;
};

/* A customer as the models see him: `who` is his entry in the ids. All days
 * and amounts up to the day of observation. */
struct crm_customer {
	struct crm_str id;
	struct crm_history h;
	int32_t last;		/* day of the last purchase */
	uint32_t days;		/* days with a purchase */
	int64_t total;		/* 10^-4 units over all days, saturated */
};

void crm_purchases_add(struct crm_purchases *ps, struct crm_str customer,
    int32_t day, int64_t amount);
void crm_purchases_release(struct crm_purchases *ps);
/* One entry a customer with a purchase on or before `as_of`, sorted by id
 * (bytes); purchases of one day count as one and their amounts are added.
 * Days later than `as_of` are left out. Sorts ps->p. The caller frees *out;
 * the ids are ps's. */
size_t crm_purchases_customers(struct crm_purchases *ps, int32_t as_of,
    struct crm_customer **out);
/* One customer's purchases p[0..n), sorted by day, as of a day; c->id stays.
 * False where the first is later. */
bool crm_purchases_customer(const struct crm_purchase *p, size_t n,
    int32_t as_of, struct crm_customer *c);
#endif
