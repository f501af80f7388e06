#include "score/metrics.h"

#include <math.h>

#include "base/mem.h"

static int
by_score(const void *va, const void *vb)
{
	const struct crm_judged *a = va, *b = vb;
	if (a->score != b->score)
		return a->score < b->score ? -1 : 1;
	return a->outcome - b->outcome;
}

static size_t
run_end(const struct crm_judged *v, size_t n, size_t i)
{
	size_t j = i + 1;
	while (j < n && v[j].score == v[i].score)
		j++;
	return j;
}

/* Every hit's part of misses below it and every miss' part of hits above it,
 * ties counted half: their means are the AUC, their variances its error. */
static struct crm_interval
auc_delong(const struct crm_judged *v, size_t n, size_t hits)
{
	double m = (double)hits, k = (double)(n - hits);
	if (m == 0 || k == 0)
		return (struct crm_interval){ NAN, NAN, NAN };
	double sum = 0, hit_sq = 0, miss_sq = 0;
	double hits_below = 0, misses_below = 0;
	for (size_t i = 0, j; i < n; i = j) {
		j = run_end(v, n, i);
		double h = 0;
		for (size_t a = i; a < j; a++)
			h += v[a].outcome;
		double miss = (double)(j - i) - h;
		double vh = (misses_below + miss / 2) / k;
		double vm = (m - hits_below - h / 2) / m;
		sum += h * vh;
		hit_sq += h * vh * vh;
		miss_sq += miss * vm * vm;
		hits_below += h;
		misses_below += miss;
	}
	double auc = sum / m;
	double s10 = m > 1 ? (hit_sq - m * auc * auc) / (m - 1) : 0;
	double s01 = k > 1 ? (miss_sq - k * auc * auc) / (k - 1) : 0;
	double var = s10 / m + s01 / k;
	double half = CRM_Z95 * sqrt(var > 0 ? var : 0);
	return (struct crm_interval){ auc, fmax(0, auc - half),
		fmin(1, auc + half) };
}

static struct crm_interval
brier(const struct crm_judged *v, size_t n)
{
	double sum = 0, sq = 0;
	for (size_t i = 0; i < n; i++) {
		double d = v[i].score - v[i].outcome;
		sum += d * d;
		sq += d * d * d * d;
	}
	double mean = sum / (double)n;
	double var = n > 1 ? (sq / (double)n - mean * mean) /
	    (double)(n - 1) : 0;
	double half = CRM_Z95 * sqrt(var > 0 ? var : 0);
	return (struct crm_interval){ mean, fmax(0, mean - half), mean + half };
}

/* Hits in the best `want` records, a tie at the border shared evenly. */
static double
hits_in_best(const struct crm_judged *v, size_t n, double want)
{
	double hits = 0, left = want;
	size_t j = n;
	while (j > 0 && left > 0) {
		size_t i = j;
		double run = 0;
		do
			run += v[--i].outcome;
		while (i > 0 && v[i - 1].score == v[j - 1].score);
		double len = (double)(j - i);
		hits += left >= len ? run : run * left / len;
		left -= len;
		j = i;
	}
	return hits;
}

static void
bands(const struct crm_judged *v, struct crm_backtest *b)
{
	double n = (double)b->n, all = (double)b->hits, before = 0;
	b->nbands = b->n < CRM_BANDS ? b->n : CRM_BANDS;
	for (size_t i = 0; i < b->nbands; i++) {
		double size = n / (double)b->nbands;
		double upto = size * (double)(i + 1);
		double hits = hits_in_best(v, b->n, upto);
		struct crm_interval rate = crm_wilson(fmin(hits, upto), upto);
		b->band[i] = (struct crm_band){ .n = size,
			.hits = hits - before,
			.gain = all > 0 ? hits / all : NAN,
			.lift = all > 0 ? hits / upto / (all / n) : NAN,
			.lift_lo = all > 0 ? rate.lo / (all / n) : NAN,
			.lift_hi = all > 0 ? rate.hi / (all / n) : NAN };
		before = hits;
	}
}

static void
calibration(const struct crm_judged *v, struct crm_backtest *b)
{
	size_t n = b->n;
	for (size_t i = 0, j; i < n; i = j) {
		struct crm_calibration *t = &b->table[b->ntable];
		size_t want = n * (b->ntable + 1) / CRM_BANDS;
		double sum = 0;
		if (b->ntable == CRM_BANDS - 1)
			want = n;
		for (j = i; j < n && (j < want || j == i ||
		    v[j].score == v[j - 1].score); j++) {
			sum += v[j].score;
			t->hits += v[j].outcome;
		}
		t->n = j - i;
		t->predicted = sum / (double)t->n;
		t->observed = crm_wilson((double)t->hits, (double)t->n);
		b->ntable++;
	}
}

void
crm_backtest(struct crm_judged *v, size_t n, bool probability,
    struct crm_backtest *out)
{
	*out = (struct crm_backtest){ .n = n,
		.auc = { NAN, NAN, NAN }, .brier = { NAN, NAN, NAN } };
	if (n == 0)
		return;
	qsort(v, n, sizeof(*v), by_score);
	for (size_t i = 0; i < n; i++)
		out->hits += v[i].outcome;
	out->auc = auc_delong(v, n, out->hits);
	bands(v, out);
	if (probability) {
		out->brier = brier(v, n);
		calibration(v, out);
	}
}
