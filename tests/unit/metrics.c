#include "score/metrics.h"

#include <math.h>

#include "tap.h"

static bool
near(double got, double want, double tolerance, const char *title)
{
	bool good = fabs(got - want) <= tolerance;
	ok(good, "%s", title);
	if (!good)
		printf("#      got: %.12g\n# expected: %.12g\n", got, want);
	return good;
}

int
main(void)
{
	struct crm_backtest b, c;
	/* 4 hits, 4 misses: 13 of 16 pairs in order, one tie */
	struct crm_judged v[] = { { .1, 0 }, { .2, 0 }, { .3, 1 }, { .4, 0 },
		{ .5, 1 }, { .5, 0 }, { .8, 1 }, { .9, 1 } };
	struct crm_judged w[CRM_LEN(v)];
	for (size_t i = 0; i < CRM_LEN(v); i++)
		w[i] = v[(i * 5 + 3) % CRM_LEN(v)];
	crm_backtest(v, CRM_LEN(v), true, &b);
	/* pairs: .3 beats 2, .5 beats 3 and ties one, .8 and .9 beat 4 */
	near(b.auc.value, 13.5 / 16, 1e-12, "AUC counts ties half");
	/* DeLong by hand: hits .5 .875 1 1, misses 1 1 .75 .625 */
	double m = 13.5 / 16;
	double s10 = (.25 + .765625 + 2 - 4 * m * m) / 3;
	double s01 = (2 + .5625 + .390625 - 4 * m * m) / 3;
	near(b.auc.lo, m - 1.959963984540054 * sqrt(s10 / 4 + s01 / 4), 1e-12,
	    "DeLong's lower bound");
	near(b.auc.hi, 1, 1e-12, "an upper bound stops at 1");
	near(b.brier.value, (.01 + .04 + .49 + .16 + .25 + .25 + .04 + .01) / 8,
	    1e-12, "Brier");
	ok(b.nbands == 8 && b.band[0].hits == 1 && b.band[7].gain == 1,
	    "bands end with every hit");
	near(b.band[2].hits, 0.5, 1e-12, "a tie at a border is shared");
	near(b.band[0].lift, 2, 1e-12, "lift of the best");
	crm_backtest(w, CRM_LEN(w), true, &c);
	ok(memcmp(&b, &c, sizeof(b)) == 0, "order of input changes no byte");
	size_t n = 0;
	for (size_t i = 0; i < b.ntable; i++)
		n += b.table[i].n;
	ok(n == 8, "the calibration table holds everybody once");
	struct crm_judged same_outcome[] = { { .1, 1 }, { .2, 1 } };
	crm_backtest(same_outcome, 2, true, &b);
	ok(isnan(b.auc.value), "no AUC with one outcome");
	crm_backtest(NULL, 0, true, &b);
	ok(b.n == 0 && b.nbands == 0, "nothing");
	/* Wilson: 10 of 20 in every text book */
	struct crm_interval i = crm_wilson(10, 20);
	near(i.lo, 0.299298, 1e-5, "Wilson low");
	near(i.hi, 0.700702, 1e-5, "Wilson high");
	near(crm_wilson(0, 10).lo, 0, 0, "none in ten begins at 0");
	return tap_end();
}
