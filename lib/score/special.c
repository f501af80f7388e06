#include "score/special.h"

#include <math.h>

double
crm_lgamma(double x)
{
	int sign;
	return lgamma_r(x, &sign);
}

double
crm_digamma(double x)
{
	double r = 0;
	for (; x < 10; x++)
		r -= 1 / x;
	double f = 1 / (x * x);
	/* Bernoulli numbers B(2k) / 2k */
	double tail = f * (1.0 / 12 - f * (1.0 / 120 - f * (1.0 / 252 -
	    f * (1.0 / 240 - f * (1.0 / 132 - f * (691.0 / 32760 -
	    f * (1.0 / 12 - f * 3617.0 / 8160)))))));
	return r + log(x) - 0.5 / x - tail;
}

double
crm_log_add(double a, double b)
{
	return a > b ? a + log1p(exp(b - a)) : b + log1p(exp(a - b));
}

double
crm_sigmoid(double x)
{
	double e = exp(-fabs(x));
	return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

double
crm_softplus(double x)
{
	return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
}

double
crm_hyp_gain(double u, double e, double c, double z)
{
	/* 2F1(u, e; c; z) = 1 + e S: every term of the series but the first
	 * holds the factor e, so that dividing by it costs no digits. */
	enum { TERMS = 200000 };
	double term = u / c * z;
	double s = term;
	for (int k = 1; k < TERMS; k++) {
		term *= (u + k) * (e + k) / ((c + k) * (k + 1.0)) * z;
		s += term;
		if (fabs(term) <= 1e-16 * fabs(s))
			break;
	}
	double l = log1p(-z);
	double first = fabs(e * l) < 1e-300 ? -l : -expm1(e * l) / e;
	return first - exp(e * l) * s;
}
