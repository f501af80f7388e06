#include "score/clv.h"

#include <math.h>

#include "base/mem.h"
#include "score/special.h"
#include "tap.h"

static bool
near(double got, double want, double tolerance, const char *title)
{
	bool good = fabs(got - want) <= tolerance;
	ok(good, "%s", title);
	if (!good)
		printf("#      got: %.12g\n# expected: %.12g\n", got, want);
	return good;
}

/* The published CDNOW fit (Fader, Hardie & Lee 2005). */
static struct crm_clv_params
published(void)
{
	return (struct crm_clv_params){ .r = 0.243, .alpha = 4.414, .a = 0.793,
		.b = 2.426, .p = 6.25, .q = 3.74, .v = 15.44 };
}

static void
test_special(void)
{
	near(crm_digamma(1), -0.57721566490153286, 1e-14, "digamma(1)");
	near(crm_digamma(0.5), -1.9635100260214235, 1e-13, "digamma(1/2)");
	near(crm_digamma(100), 4.6001618527380874, 1e-13, "digamma(100)");
	near(crm_log_add(-1000, -1000), -1000 + log(2), 1e-12,
	    "log-sum-exp far below underflow");
	near(crm_softplus(800), 800, 0, "softplus does not overflow");
	near(crm_sigmoid(-800), 0, 1e-300, "sigmoid does not overflow");
	/* u = c makes 2F1(c, e; c; z) = (1-z)^-e: the gain is 0 */
	near(crm_hyp_gain(3, 0.5, 3, 0.9), 0, 1e-12, "2F1(c,e;c;z)");
	/* e = 1: (1 - (1-z) 2F1(1,1;2;z)) with 2F1 = -log(1-z)/z */
	near(crm_hyp_gain(1, 1, 2, 0.5), 1 - 0.5 * (2 * log(2)), 1e-14,
	    "2F1(1,1;2;1/2)");
	near(crm_hyp_gain(1.5, 1e-13, 4, 0.7), crm_hyp_gain(1.5, 0, 4, 0.7),
	    1e-11, "the limit at e = 0 is reached smoothly");
}

static void
test_expectations(void)
{
	struct crm_clv_params p = published();
	/* the paper's section 5 customers, 39 weeks on */
	struct crm_history h = { .x = 2, .tx = 213, .t = 272, .value = 22.345 };
	near(crm_clv_purchases(&p, &h, 39 * 7), 1.226, 0.001,
	    "customer 0001 of the paper buys 1.226 times in 39 weeks");
	near(crm_clv_alive(&p, &h), 0.7266, 0.0005, "and is alive");
	struct crm_history none = { .t = 272 };
	near(crm_clv_alive(&p, &none), 1, 0, "no repeat: alive for certain");
	near(crm_clv_value(&p, &none), 6.25 * 15.44 / 2.74, 1e-9,
	    "no repeat: the population's mean value");
	near(crm_clv_value(&p, &h), 6.25 * (15.44 + 2 * 22.345) /
	    (12.5 + 2.74), 1e-9, "conditional mean value");
	double alive = crm_clv_alive(&p, &h);
	near(crm_clv_outlook(&p, &h, 365).discounted * alive,
	    crm_clv_purchases(&p, &h, 365), 1e-12, "no discount");
	p.discount = 0.15;
	/* 3,000 steps of the Riemann-Stieltjes sum */
	double sum = 0, last = 0;
	for (int i = 1; i <= 3000; i++) {
		double t = i * 730.0 / 3000, now = crm_clv_purchases(&p, &h, t);
		sum += (now - last) * pow(1.15, -(t - 365.0 / 3000) / 365.25);
		last = now;
	}
	near(crm_clv_outlook(&p, &h, 730).discounted * alive, sum, 1e-6, "discounted by parts");
	struct crm_history big = { .x = 100000, .tx = 7000, .t = 7000 };
	double e = crm_clv_purchases(&p, &big, 36500);
	ok(isfinite(e) && e > 0, "100,000 purchases in 20 years do not overflow");
	p.a = 1;
	double at1 = crm_clv_purchases(&p, &h, 273);
	p.a = 1 + 1e-9;
	near(crm_clv_purchases(&p, &h, 273), at1, 1e-6, "a = 1 is no hole");
}

/* The fit of these histories, from the last to the first where `back`. */
static enum crm_status
fit(const struct crm_history *h, size_t n, size_t limit, bool back,
    struct crm_clv_params *p, struct crm_err *err)
{
	struct crm_clv_sums s = { .limit = limit };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < n && !st; i++)
		st = crm_clv_sums_add(&s, &h[back ? n - 1 - i : i], err);
	if (!st)
		st = crm_clv_fit(&s, p, err);
	crm_clv_sums_release(&s);
	return st;
}

static void
test_fit(void)
{
	struct crm_err err = { 0 };
	struct crm_clv_params p = { 0 };
	struct crm_history few[5] = { { .x = 1, .tx = 3, .t = 9 } };
	ok(fit(few, 5, 0, false, &p, &err) == CRM_INVALID, "five are too few");
	ok(strstr(err.msg, "30") != NULL, "the message says how many: %s", err.msg);
	/* The likelihood's own value agrees with the fit's sum, and no
	 * neighbour is better. */
	enum { N = 400 };
	struct crm_history h[N];
	uint32_t seed = 7;
	for (int i = 0; i < N; i++) {
		seed = seed * 1664525 + 1013904223;
		uint32_t x = seed >> 28;
		h[i] = (struct crm_history){ .x = x > 8 ? 0 : x,
			.t = 200 + (int)(seed >> 10) % 90 };
		h[i].tx = h[i].x ? (int)((seed >> 16) % 200) : 0;
		h[i].value = h[i].x ? 10 + (seed >> 20) % 50 : 0;
	}
	ok(fit(h, N, 0, false, &p, &err) == CRM_OK, "fits %s", err.msg);
	double ll = 0, moved = 0;
	struct crm_clv_params q = p;
	q.a *= 1.01;
	for (int i = 0; i < N; i++) {
		ll += crm_clv_log_likelihood(&p, &h[i]);
		moved += crm_clv_log_likelihood(&q, &h[i]);
	}
	near(ll, p.log_likelihood, 1e-4, "log-likelihood is the sum over customers");
	ok(moved < ll, "a neighbour is less likely");
	ok(fit(h, N, 2000, true, &q, &err) == CRM_OK &&
	    memcmp(&p, &q, sizeof(p)) == 0,
	    "the same bits from files and in reverse order");
	ok(p.p > 0 && p.q > 0 && p.v > 0, "values are fitted");
}

int
main(void)
{
	test_special();
	test_expectations();
	test_fit();
	return tap_end();
}
