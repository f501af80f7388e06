#include "score/clv.h"

#include <math.h>

#include "score/special.h"

enum { WEEK = 7 };

/* Leaving after the last purchase against still being there: the odds of
 * being gone, in logs (x > 0). */
static double
log_gone_odds(const struct crm_clv_params *p, const struct crm_history *h)
{
	double x = h->x;
	double at = p->alpha + (double)h->t / WEEK;
	double ax = p->alpha + (double)h->tx / WEEK;
	return log(p->a) - log(p->b + x - 1) + (p->r + x) * log(at / ax);
}

double
crm_clv_log_likelihood(const struct crm_clv_params *p,
    const struct crm_history *h)
{
	double x = h->x;
	double at = p->alpha + (double)h->t / WEEK;
	double ll = crm_lgamma(p->r + x) - crm_lgamma(p->r) +
	    p->r * log(p->alpha) - (p->r + x) * log(at);
	if (h->x == 0)
		return ll;
	return ll + crm_lgamma(p->a + p->b) + crm_lgamma(p->b + x) -
	    crm_lgamma(p->b) - crm_lgamma(p->a + p->b + x) +
	    crm_softplus(log_gone_odds(p, h));
}

double
crm_clv_alive(const struct crm_clv_params *p, const struct crm_history *h)
{
	return h->x == 0 ? 1 : crm_sigmoid(-log_gone_odds(p, h));
}

/* Expected purchases of a customer who is alive. */
static double
gain_of(const struct crm_clv_params *p, const struct crm_history *h,
    double days)
{
	if (!(days > 0))
		return 0;
	double x = h->x;
	double t = days / WEEK;
	double z = t / (p->alpha + (double)h->t / WEEK + t);
	double c = p->a + p->b + x - 1;
	if (fabs(c) < 1e-9)
		c = 1e-9;	/* a + b = 1 without repeats: the limit */
	double e = p->a - 1;
	double u = p->a + p->b - 1 - p->r;
	double gain = c * crm_hyp_gain(u, e, c, z);
	return gain > 0 ? gain : 0;
}

double
crm_clv_purchases(const struct crm_clv_params *p,
    const struct crm_history *h, double days)
{
	return gain_of(p, h, days) * crm_clv_alive(p, h);
}

double
crm_clv_value(const struct crm_clv_params *p, const struct crm_history *h)
{
	double x = h->value > 0 ? h->x : 0;
	double d = p->p * x + p->q - 1;
	if (p->p <= 0 || d <= 0)
		return NAN;
	return p->p * (p->v + x * h->value) / d;
}

struct crm_clv_outlook
crm_clv_outlook(const struct crm_clv_params *p,
    const struct crm_history *h, double days)
{
	/* Integration by parts: the integral of exp(-d t) dE(t) is
	 * exp(-d H) E(H) + d * the integral of exp(-d t) E(t) dt, and E is
	 * smooth: Gauss-Legendre with 8 points. */
	static const struct { double x, w; } gl[] = {
		{ 0.1834346424956498, 0.3626837833783620 },
		{ 0.5255324099163290, 0.3137066458778873 },
		{ 0.7966664774136267, 0.2223810344533745 },
		{ 0.9602898564975363, 0.1012285362903763 },
	};
	double rate = log1p(p->discount) / 365.25;
	double whole = gain_of(p, h, days);
	if (rate <= 0)
		return (struct crm_clv_outlook){ whole, whole };
	double sum = 0, half = days / 2;
	for (size_t i = 0; i < CRM_LEN(gl); i++) {
		double lo = half * (1 - gl[i].x), hi = half * (1 + gl[i].x);
		sum += gl[i].w * (exp(-rate * lo) * gain_of(p, h, lo) +
		    exp(-rate * hi) * gain_of(p, h, hi));
	}
	return (struct crm_clv_outlook){ whole,
		exp(-rate * days) * whole + rate * half * sum };
}

bool
crm_clv_params_valid(const struct crm_clv_params *p)
{
	const double need[] = { p->r, p->alpha, p->a, p->b };
	for (size_t i = 0; i < CRM_LEN(need); i++)
		if (!isfinite(need[i]) || need[i] <= 0)
			return false;
	const double rest[] = { p->p, p->q, p->v, p->discount };
	for (size_t i = 0; i < CRM_LEN(rest); i++)
		if (!isfinite(rest[i]) || rest[i] < 0)
			return false;
	return true;
}
