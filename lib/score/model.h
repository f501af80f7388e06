/* A trained model: probabilities with reasons from a record's own fields.
 * conversion: is a deal won, a lead converted. churn: does a contract end in
 * its next year (discrete-time hazard, one row a contract and year: Singer &
 * Willett 1993). */
#ifndef CRM_MODEL_H
#define CRM_MODEL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/map.h"
#include "base/mem.h"
#include "model/record.h"
#include "score/dataset.h"
#include "score/logit.h"
#include "score/metrics.h"

struct crm_feature {
	struct crm_str field;
	enum crm_feature_kind { CRM_FEATURE_NUMBER, CRM_FEATURE_LEVELS } kind;
	double lo, hi;		/* of the training data: values are held there */
	double mean, sd;
	double log_mean, log_sd;	/* of sign(x) log(1+|x|); 0: not used */
	struct crm_map levels;	/* value -> index */
	size_t column;		/* first of its columns */
	double center;		/* mean contribution: part of the base */
};
/* Columns of a number: value, logarithm, missing (or a text that is no level),
 * then one a level: codes, and texts among numbers. Of levels: missing, any
 * other, then one a level. */
size_t crm_feature_width(const struct crm_feature *f);

struct crm_refused {	/* a field left out, and why */
	struct crm_str field, why;
};

struct crm_model {
	struct crm_str name;	/* "conversion", "churn" */
	struct crm_str outcome;	/* of --outcome; else "" */
	struct crm_feature *feature;
	size_t nfeatures, columns;
	double *weight;		/* columns + 1: the intercept */
	double platt_a, platt_b, lambda;
	struct crm_refused *refused;
	size_t nrefused, caprefused;
	struct crm_backtest test;	/* cross-validated */
	uint64_t n, yes;
	int64_t from, to;	/* training window; INT64_MIN: not known */
	struct crm_arena mem;
};

/* Trains on the data set (sorts it). Fields that say the outcome themselves,
 * or are there for one outcome only, or alone tell the outcome (AUC >= 0.98)
 * are refused, noted in model->refused; `trust` lets them pass. INVALID where
 * outcomes are too few. */
enum crm_status crm_model_train(struct crm_dataset *d, struct crm_str name,
    bool trust, struct crm_model **out, struct crm_err *err) CRM_MUST;
void crm_model_free(struct crm_model *m);

/* Appends the model as one JSON object; reads it back. */
void crm_model_write(const struct crm_model *m, struct crm_buf *out);
enum crm_status crm_model_read(struct crm_str json, struct crm_model **out,
    struct crm_err *err) CRM_MUST;

/* Probability for a record. *why (may be NULL) gets [{"field","value",
 * "log_odds"}]: the `top` largest contributions against an average record, the
 * rest as "(rest)" and the average itself as "(base)". They are in
 * ten-thousandths, add up exactly to the log-odds, and the probability is that
 * of their sum. */
double crm_model_score(const struct crm_model *m, const struct crm_rec *r,
    struct crm_data_part part, size_t top, struct crm_buf *why);

/* Appends to such reasons one more, named `field`, that takes the probability
 * from `from` to `to`; the probability that they then add up to. */
double crm_model_reason(struct crm_buf *why, struct crm_str field, double from,
    double to);

/* The columns of a feature that these values set: at most n + 3 cells. */
struct crm_datum {
	struct crm_str level;
	double number;
};
size_t crm_feature_cells(const struct crm_feature *f,
    const struct crm_datum *v, size_t n, struct crm_cell *out);

/* The back-test's figures as members of the object that is being written. */
void crm_backtest_write(const struct crm_backtest *t, struct crm_buf *out);

#endif
