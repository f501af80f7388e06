/* Special functions that the models need and libm lacks. */
#ifndef CRM_SPECIAL_H
#define CRM_SPECIAL_H

#include "base/base.h"

/* log Gamma(x), x > 0, without libm's global sign. */
double crm_lgamma(double x);
/* The derivative of log Gamma at x > 0: recurrence to x >= 10, then the
 * asymptotic series (Abramowitz & Stegun 6.3.5, 6.3.18); about 1e-14. */
double crm_digamma(double x);
/* log(exp(a) + exp(b)) without overflow. */
double crm_log_add(double a, double b);
/* 1 / (1 + exp(-x)) and log(1 + exp(x)), both without overflow. */
double crm_sigmoid(double x);
double crm_softplus(double x);
/* (1 - (1-z)^e 2F1(u, e; c; z)) / e for 0 <= z < 1, c > u + e, c not 0 and > -1, with its
 * limit where e is 0. This is the part of the BG/NBD expectation that
 * overflows as printed in the paper; Euler's transformation (Abramowitz &
 * Stegun 15.3.3) has brought it to this form, whose series converges even at
 * z = 1. */
double crm_hyp_gain(double u, double e, double c, double z);

#endif
