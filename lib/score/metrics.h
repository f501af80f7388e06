/* How good a score is, against what happened. None of it depends on the order
 * of the input: ties are shared evenly. */
#ifndef CRM_METRICS_H
#define CRM_METRICS_H

#include "base/base.h"
#include "base/stats.h"

struct crm_judged {
	double score;		/* a probability for brier and calibration */
	bool outcome;
};

enum { CRM_BANDS = 10 };

struct crm_band {	/* a tenth of the records, best scores first */
	double n, hits;		/* fractional where a tie is shared out */
	double gain;		/* part of all hits in this and better bands */
	double lift;		/* hit rate so far over the hit rate of all */
	double lift_lo, lift_hi;	/* by Wilson's interval of that rate */
};

struct crm_calibration {	/* a tenth, lowest probability first */
	size_t n, hits;
	double predicted;	/* mean */
	struct crm_interval observed;	/* Wilson */
};

struct crm_backtest {
	size_t n, hits;
	struct crm_interval auc;	/* NaN without both outcomes */
	struct crm_interval brier;
	struct crm_band band[CRM_BANDS];
	size_t nbands;
	struct crm_calibration table[CRM_BANDS];
	size_t ntable;
};

/* Sorts v by score. Area under the ROC curve with DeLong's interval (DeLong,
 * DeLong & Clarke-Pearson 1988, by the mid-ranks of Sun & Xu 2014), the Brier
 * score with a normal interval, gain and lift by tenths, and calibration by
 * tenths; equal probabilities stay in one tenth. `probability` false: the
 * scores are none, brier and table stay empty. */
void crm_backtest(struct crm_judged *v, size_t n, bool probability,
    struct crm_backtest *out);

/* The same for points, which are no probabilities: AUC, gain and lift of the
 * points themselves, Brier score and calibration of the probability that a
 * logistic curve over them gives out of sample (crm_logit_fit's folds). Without
 * CRM_LOGIT_MIN of either outcome those two stay empty. Scores in v change. */
void crm_backtest_points(struct crm_judged *v, size_t n,
    struct crm_backtest *out);

#endif
