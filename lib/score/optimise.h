/* Minimising smooth functions of several variables: L-BFGS (Nocedal 1980;
 * Liu & Nocedal 1989) as liblbfgs has it. The only place that knows that
 * library. */
#ifndef CRM_OPTIMISE_H
#define CRM_OPTIMISE_H

#include "base/base.h"
#include "base/err.h"

/* The value at x[n], its gradient into g[n]. Must not change anything else:
 * the number of calls is the optimiser's own affair. */
typedef double crm_objective(void *data, const double *x, double *g, int n);

/* Walks x[n] to a minimum of f, from where it stands; *value (may be NULL)
 * gets the function there. Stops when the gradient is at most `epsilon` times
 * max(1, |x|); a little rounding at the very bottom counts as arrived.
 * INVALID (optimise.failed) where it does not converge. Deterministic. */
enum crm_status crm_optimise(crm_objective *f, void *data, double *x, int n,
    double epsilon, double *value, struct crm_err *err) CRM_MUST;

#endif
