#include "score/optimise.h"

#include <lbfgs.h>
#include <math.h>

#include "base/mem.h"

struct bridge {
	crm_objective *f;
	void *data;
	double gnorm, xnorm;
};

static lbfgsfloatval_t
evaluate(void *instance, const lbfgsfloatval_t *x, lbfgsfloatval_t *g,
    const int n, const lbfgsfloatval_t step CRM_UNUSED)
{
	struct bridge *b = instance;
	double v = b->f(b->data, x, g, n);
	if (isfinite(v))
		return v;
	/* A step into the void: a high plateau makes the line search turn. */
	memset(g, 0, (size_t)n * sizeof(*g));
	return 1e300;
}

static int
remember(void *instance, const lbfgsfloatval_t *x CRM_UNUSED,
    const lbfgsfloatval_t *g CRM_UNUSED, const lbfgsfloatval_t fx CRM_UNUSED,
    const lbfgsfloatval_t xnorm, const lbfgsfloatval_t gnorm,
    const lbfgsfloatval_t step CRM_UNUSED, int n CRM_UNUSED, int k CRM_UNUSED,
    int ls CRM_UNUSED)
{
	struct bridge *b = instance;
	b->gnorm = gnorm;
	b->xnorm = xnorm;
	return 0;
}

enum crm_status
crm_optimise(crm_objective *f, void *data, double *x, int n, double epsilon,
    double *value, struct crm_err *err)
{
	struct bridge b = { .f = f, .data = data, .gnorm = INFINITY };
	lbfgs_parameter_t p;
	lbfgs_parameter_init(&p);
	p.m = 10;
	p.epsilon = epsilon;
	p.max_iterations = 2000;
	p.max_linesearch = 60;
	lbfgsfloatval_t *v = lbfgs_malloc(n);
	if (!v)
		return crm_err_set(err, CRM_SYSTEM, "optimise.failed",
		    _("out of memory for %d parameters"), n);
	memcpy(v, x, (size_t)n * sizeof(*v));
	lbfgsfloatval_t fx = 0;
	int rc = lbfgs(n, v, &fx, evaluate, remember, &b, &p);
	enum crm_status st = CRM_OK;
	double rough = 1e4 * epsilon * (b.xnorm > 1 ? b.xnorm : 1);
	if (rc != LBFGS_SUCCESS && rc != LBFGS_ALREADY_MINIMIZED &&
	    !(b.gnorm <= rough)) {
		st = crm_err_set(err, CRM_INVALID, "optimise.failed",
		    _("the fit does not converge (solver status %d)"), rc);
	} else {
		memcpy(x, v, (size_t)n * sizeof(*v));
		if (value)
			*value = fx;
	}
	lbfgs_free(v);
	return st;
}
