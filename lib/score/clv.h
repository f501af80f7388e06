/* Customer lifetime value of customers who buy when they like.
 *
 * How often: BG/NBD, P. Fader, B. Hardie, K. L. Lee, "'Counting Your
 * Customers' the Easy Way: An Alternative to the Pareto/NBD Model", Marketing
 * Science 24(2), 2005. How much: Gamma-Gamma, P. Fader, B. Hardie, K. L. Lee,
 * "RFM and CLV: Using Iso-value Curves for Customer Base Analysis", Journal of
 * Marketing Research 42, 2005, as written down in Fader & Hardie, "The
 * Gamma-Gamma Model of Monetary Value", 2013.
 *
 * Time is in weeks in the parameters and in days in the histories. */
#ifndef CRM_CLV_H
#define CRM_CLV_H

#include "base/base.h"
#include "base/err.h"
#include "base/ordered.h"
#include "model/purchases.h"

enum { CRM_CLV_MIN_CUSTOMERS = 30, CRM_CLV_MIN_REPEAT = 10 };

struct crm_clv_params {
	double r, alpha, a, b;		/* BG/NBD, alpha in weeks */
	double log_likelihood;
	double p, q, v;			/* Gamma-Gamma; p = 0: not fitted */
	double value_log_likelihood;
	double discount;		/* a year, 0.15 = 15 % */
	size_t n, n_repeat, n_value;	/* customers, with repeats, with value */
};

/* Histories to fit to, in any order, each distinct one kept once with a count;
 * past some MiB in temporary files. Zeroed is valid and empty. */
struct crm_clv_sums {
	const char *dir;	/* for the files; NULL: /tmp. Borrowed */
	size_t limit;		/* bytes in memory for each part; 0: 16 MiB */
	struct crm_ordered habits, values;
	struct crm_buf tmp;
	size_t n, n_repeat;
};
enum crm_status crm_clv_sums_add(struct crm_clv_sums *s,
    const struct crm_history *h, struct crm_err *err) CRM_MUST;
void crm_clv_sums_release(struct crm_clv_sums *s);

/* Finds both parameter sets by maximum likelihood; neither the order of the
 * histories nor the limit changes a digit. INVALID (clv.few) with fewer than
 * CRM_CLV_MIN_CUSTOMERS customers or CRM_CLV_MIN_REPEAT repeat buyers. Where
 * no value is positive, Gamma-Gamma stays unfitted (p = 0). Nothing can be
 * added afterwards. */
enum crm_status crm_clv_fit(struct crm_clv_sums *s,
    struct crm_clv_params *out, struct crm_err *err) CRM_MUST;

/* The BG/NBD log-likelihood of one history under r, alpha, a, b. */
double crm_clv_log_likelihood(const struct crm_clv_params *p,
    const struct crm_history *h);

/* Probability that the customer is still one (1 for x = 0: the model lets
 * customers leave only after a repeat purchase). */
double crm_clv_alive(const struct crm_clv_params *p,
    const struct crm_history *h);
/* Expected purchases in the next `days` days (2005, eq. 10). */
double crm_clv_purchases(const struct crm_clv_params *p,
    const struct crm_history *h, double days);
/* Expected average value of a purchase (2013, eq. 5); NaN where Gamma-Gamma
 * was not fitted or has no mean (x = 0 and q <= 1). */
double crm_clv_value(const struct crm_clv_params *p,
    const struct crm_history *h);
/* What a customer who is alive for certain may be expected to buy in the next
 * `days` days; it depends on x and t only. Discounted: each purchase
 * continuously at ln(1 + discount) a year from its own day. Times the
 * probability of being alive and the value: the CLV. */
struct crm_clv_outlook {
	double purchases, discounted;
};
struct crm_clv_outlook crm_clv_outlook(const struct crm_clv_params *p,
    const struct crm_history *h, double days);

/* False where the parameters are not positive and finite. */
bool crm_clv_params_valid(const struct crm_clv_params *p);

#endif
