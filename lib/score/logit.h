/* Logistic regression with an L2 penalty, on sparse rows, and Platt's
 * calibration of what comes out of it. */
#ifndef CRM_LOGIT_H
#define CRM_LOGIT_H

#include "base/base.h"
#include "base/err.h"

struct crm_cell {
	uint32_t column;
	double value;
};

struct crm_matrix {	/* rows one behind another; zeroed is empty */
	struct crm_cell *cell;
	size_t ncells, capcells;
	size_t *row;	/* where each row begins; row[n] is ncells */
	uint8_t *outcome;
	size_t n, cap, caprow;
	size_t columns;
};

/* Begins a row; cells are added to the last one. */
void crm_matrix_row(struct crm_matrix *m, bool outcome);
void crm_matrix_cell(struct crm_matrix *m, size_t column, double value);
void crm_matrix_release(struct crm_matrix *m);

struct crm_logit {
	double *weight;		/* one a column, then the intercept */
	size_t columns;
	double lambda;
	double platt_a, platt_b;	/* log-odds = a * margin + b */
	/* out of sample, from the folds: probability of each row */
	double *held_out;
	size_t n;
};

enum { CRM_LOGIT_FOLDS = 5, CRM_LOGIT_MIN = 20 };
#define CRM_PLATT_SD 0.5	/* how far calibration may bend few rows */

/* Fits weights that minimise mean log-loss + lambda/2 * |w|^2 (the intercept
 * is not penalised). lambda < 0: chosen by CRM_LOGIT_FOLDS-fold
 * cross-validation of log-loss over 0.001/n .. 1000/n, several rounds of it
 * where rows are few. The rows of each outcome are dealt out to the folds by
 * their numbers, so they should come in an order that does not depend on the
 * input. A sigmoid (Platt 1999, with a prior instead of his softened targets)
 * is fitted on the margins of the held-out folds.
 * INVALID (logit.few) with fewer than CRM_LOGIT_MIN rows of either outcome. */
enum crm_status crm_logit_fit(const struct crm_matrix *m, double lambda,
    struct crm_logit *out, struct crm_err *err) CRM_MUST;
void crm_logit_release(struct crm_logit *l);
/* Weights times a row, with the intercept, before calibration. */
double crm_logit_margin(const double *weight, size_t columns,
    const struct crm_cell *c, size_t n);

#endif
