#include <math.h>

#include "score/logit.h"
#include "score/metrics.h"

/* The points, centred and in units of their spread, as the only column. */
static void
one_column(const struct crm_judged *v, size_t n, struct crm_matrix *x)
{
	double mean = 0, var = 0;
	for (size_t i = 0; i < n; i++)
		mean += v[i].score / (double)n;
	for (size_t i = 0; i < n; i++)
		var += (v[i].score - mean) * (v[i].score - mean) / (double)n;
	for (size_t i = 0; i < n; i++) {
		crm_matrix_row(x, v[i].outcome);
		crm_matrix_cell(x, 0, var > 0 ? (v[i].score - mean) /
		    sqrt(var) : 0);
	}
}

void
crm_backtest_points(struct crm_judged *v, size_t n, struct crm_backtest *out)
{
	struct crm_matrix x = { 0 };
	struct crm_logit l = { 0 };
	struct crm_backtest chance;
	crm_backtest(v, n, false, out);	/* and sorts */
	one_column(v, n, &x);
	if (crm_logit_fit(&x, 1e-6, &l, NULL) == CRM_OK) {
		for (size_t i = 0; i < n; i++)
			v[i].score = l.held_out[i];
		crm_backtest(v, n, true, &chance);
		out->brier = chance.brier;
		out->ntable = chance.ntable;
		memcpy(out->table, chance.table, sizeof(out->table));
	}
	crm_logit_release(&l);
	crm_matrix_release(&x);
}
