#include "score/logit.h"

#include <math.h>

#include "score/metrics.h"
#include "score/special.h"
#include "tap.h"

static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static double
uniform(uint32_t *seed)
{
	return (next(seed) + 0.5) / (1 << 24);
}

/* True log-odds: -1 + 1.5 x - 2 [c is 2]; column 5 is noise. */
static void
make(struct crm_matrix *m, double *truth, size_t n)
{
	uint32_t seed = 42;
	for (size_t i = 0; i < n; i++) {
		double x = 3 * uniform(&seed) - 1.5;
		unsigned c = next(&seed) % 4;
		double f = -1 + 1.5 * x - (c == 2 ? 2 : 0);
		truth[i] = crm_sigmoid(f);
		crm_matrix_row(m, uniform(&seed) < truth[i]);
		crm_matrix_cell(m, 0, x);
		crm_matrix_cell(m, 1 + c, 1);
		crm_matrix_cell(m, 5, uniform(&seed) - 0.5);
	}
}

static double
auc(const double *p, const struct crm_matrix *m)
{
	static struct crm_judged v[5000];
	struct crm_backtest b;
	for (size_t i = 0; i < m->n; i++)
		v[i] = (struct crm_judged){ p[i], m->outcome[i] };
	crm_backtest(v, m->n, true, &b);
	return b.auc.value;
}

int
main(void)
{
	static double truth[5000];
	struct crm_matrix m = { 0 };
	struct crm_logit l;
	struct crm_err err = { 0 };
	make(&m, truth, 5000);
	ok(crm_logit_fit(&m, -1, &l, &err) == CRM_OK, "fits %s", err.msg);
	double *w = l.weight;
	ok(fabs(w[0] - 1.5) < 0.15, "slope %.3f, 1.5 was put in", w[0]);
	ok(fabs(w[3] - (w[1] + w[2] + w[4]) / 3 + 2) < 0.3,
	    "category %.3f below the others, -2 was put in",
	    w[3] - (w[1] + w[2] + w[4]) / 3);
	ok(fabs(w[5]) < 0.25, "noise gets little: %.3f", w[5]);
	double best = auc(truth, &m), got = auc(l.held_out, &m);
	ok(got > best - 0.01, "held-out AUC %.4f, the truth has %.4f", got, best);
	ok(fabs(l.platt_a - 1) < 0.1 && fabs(l.platt_b) < 0.1,
	    "what is calibrated stays: %.3f %.3f", l.platt_a, l.platt_b);
	struct crm_logit again;
	ok(crm_logit_fit(&m, -1, &again, &err) == CRM_OK &&
	    memcmp(again.weight, w, 7 * sizeof(*w)) == 0, "the same twice");
	crm_logit_release(&again);
	crm_logit_release(&l);
	ok(crm_logit_fit(&m, 1000, &l, &err) == CRM_OK &&
	    fabs(l.weight[0]) < 0.01, "a great penalty leaves the base rate");
	crm_logit_release(&l);
	crm_matrix_release(&m);
	for (int i = 0; i < 30; i++) {
		crm_matrix_row(&m, i < 5);
		crm_matrix_cell(&m, 0, i);
	}
	ok(crm_logit_fit(&m, -1, &l, &err) == CRM_INVALID, "%s", err.msg);
	crm_matrix_release(&m);
	for (int i = 0; i < 60; i++) {
		crm_matrix_row(&m, i < 30);
		crm_matrix_cell(&m, 0, i < 30);
	}
	ok(crm_logit_fit(&m, -1, &l, &err) == CRM_OK && isfinite(l.weight[0]),
	    "perfect separation converges");
	crm_logit_release(&l);
	crm_matrix_release(&m);
	return tap_end();
}
