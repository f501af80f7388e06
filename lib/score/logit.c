#include "score/logit.h"

#include <math.h>

#include "base/mem.h"
#include "score/optimise.h"
#include "score/special.h"

void
crm_matrix_row(struct crm_matrix *m, bool outcome)
{
	crm_grow(&m->row, &m->caprow, m->n + 2, sizeof(*m->row));
	crm_grow(&m->outcome, &m->cap, m->n + 1, sizeof(*m->outcome));
	m->row[m->n] = m->ncells;
	m->outcome[m->n++] = outcome;
	m->row[m->n] = m->ncells;
}

void
crm_matrix_cell(struct crm_matrix *m, size_t column, double value)
{
	crm_grow(&m->cell, &m->capcells, m->ncells + 1, sizeof(*m->cell));
	m->cell[m->ncells++] = (struct crm_cell){ (uint32_t)column, value };
	m->row[m->n] = m->ncells;
	if (column >= m->columns)
		m->columns = column + 1;
}

void
crm_matrix_release(struct crm_matrix *m)
{
	free(m->cell);
	free(m->row);
	free(m->outcome);
	*m = (struct crm_matrix){ 0 };
}

double
crm_logit_margin(const double *weight, size_t columns,
    const struct crm_cell *c, size_t n)
{
	double f = weight[columns];
	for (size_t i = 0; i < n; i++)
		f += weight[c[i].column] * c[i].value;
	return f;
}

static double
row_margin(const struct crm_matrix *m, const double *w, size_t i)
{
	return crm_logit_margin(w, m->columns, &m->cell[m->row[i]],
	    m->row[i + 1] - m->row[i]);
}

/* The optimiser walks in coordinates v in which every column has mean 0 and
 * about the same curvature: w = v * unit, and the intercept takes the means.
 * The minimum is the same one, the way to it several times shorter. */
struct problem {
	const struct crm_matrix *m;
	uint8_t *fold;
	int without;	/* fold that is held out; -1: none */
	double lambda, rows;
	double *mean, *var, *unit, *w;	/* a column; w: and the intercept */
};

/* w from v; w[columns] is the intercept for rows as they stand. */
static void
to_weights(const struct problem *p, const double *v, double *w)
{
	size_t n = p->m->columns;
	w[n] = v[n] * p->unit[n];
	for (size_t c = 0; c < n; c++) {
		w[c] = v[c] * p->unit[c];
		w[n] -= w[c] * p->mean[c];
	}
}

static void
from_weights(const struct problem *p, const double *w, double *v)
{
	size_t n = p->m->columns;
	double level = w[n];
	for (size_t c = 0; c < n; c++) {
		v[c] = w[c] / p->unit[c];
		level += w[c] * p->mean[c];
	}
	v[n] = level / p->unit[n];
}

static double
loss(void *data, const double *v, double *g, int n)
{
	const struct problem *p = data;
	const struct crm_matrix *m = p->m;
	double *w = p->w, sum = 0, all = 0;
	to_weights(p, v, w);
	memset(g, 0, (size_t)n * sizeof(*g));
	for (size_t i = 0; i < m->n; i++) {
		if (p->fold[i] == p->without)
			continue;
		double f = row_margin(m, w, i);
		double d = crm_sigmoid(f) - m->outcome[i];
		sum += crm_softplus(m->outcome[i] ? -f : f);
		for (size_t c = m->row[i]; c < m->row[i + 1]; c++)
			g[m->cell[c].column] += d * m->cell[c].value;
		all += d;
	}
	double penalty = 0;
	for (size_t c = 0; c < m->columns; c++) {
		penalty += w[c] * w[c];
		g[c] = p->unit[c] * ((g[c] - p->mean[c] * all) / p->rows +
		    p->lambda * w[c]);
	}
	g[m->columns] = p->unit[m->columns] * all / p->rows;
	return sum / p->rows + p->lambda / 2 * penalty;
}

static void
problem_init(struct problem *p, const struct crm_matrix *m)
{
	*p = (struct problem){ .m = m, .fold = crm_calloc(m->n, 1) };
	p->mean = crm_calloc(m->columns, sizeof(double));
	p->var = crm_calloc(m->columns, sizeof(double));
	p->unit = crm_calloc(m->columns + 1, sizeof(double));
	p->w = crm_calloc(m->columns + 1, sizeof(double));
	for (size_t c = 0; c < m->ncells; c++) {
		double x = m->cell[c].value;
		p->mean[m->cell[c].column] += x / (double)m->n;
		p->var[m->cell[c].column] += x * x / (double)m->n;
	}
	for (size_t c = 0; c < m->columns; c++)
		p->var[c] = fmax(0, p->var[c] - p->mean[c] * p->mean[c]);
}

static void
problem_release(struct problem *p)
{
	free(p->fold);
	free(p->mean);
	free(p->var);
	free(p->unit);
	free(p->w);
}

/* Fits w, from where it stands. */
static enum crm_status
solve(struct problem *p, double *w, double epsilon, struct crm_err *err)
{
	const struct crm_matrix *m = p->m;
	size_t n = m->columns;
	double hits = 0, *v = crm_calloc(n + 1, sizeof(*v));
	p->rows = 0;
	for (size_t i = 0; i < m->n; i++) {
		p->rows += p->fold[i] != p->without;
		hits += p->fold[i] != p->without && m->outcome[i];
	}
	double bend = hits / p->rows * (1 - hits / p->rows);
	for (size_t c = 0; c < n; c++)
		p->unit[c] = 1 / sqrt(p->var[c] * bend + p->lambda);
	p->unit[n] = 1 / sqrt(bend);
	from_weights(p, w, v);
	enum crm_status st = crm_optimise(loss, p, v, (int)n + 1, epsilon,
	    NULL, err);
	if (!st)
		to_weights(p, v, w);
	free(v);
	return st;
}

/* Margins of every row from the fits without its fold; the mean held-out
 * log-loss. w has the columns' weights of all folds, kept for a warm start. */
static enum crm_status
cross_validate(struct problem *p, double *w, double *margin, double *logloss,
    struct crm_err *err)
{
	const struct crm_matrix *m = p->m;
	double sum = 0;
	for (int f = 0; f < CRM_LOGIT_FOLDS; f++) {
		double *v = w + (size_t)f * (m->columns + 1);
		p->without = f;
		enum crm_status st = solve(p, v, 3e-4, err);
		if (st)
			return st;
		for (size_t i = 0; i < m->n; i++) {
			if (p->fold[i] != f)
				continue;
			margin[i] = row_margin(m, v, i);
			sum += crm_softplus(m->outcome[i] ? -margin[i] :
			    margin[i]);
		}
	}
	*logloss = sum / (double)m->n;
	return CRM_OK;
}

struct platt {
	const double *margin;	/* a round of cross-validation after another */
	const uint8_t *outcome;
	size_t n, rounds;
};

/* Platt's sigmoid; instead of his softened targets, which flatten what is told
 * apart well, the slope is drawn to 1 as by a normal prior: the penalty was
 * chosen for margins that are right as they are. */
static double
platt_loss(void *data, const double *x, double *g, int n CRM_UNUSED)
{
	const struct platt *p = data;
	double rounds = (double)p->rounds, off = (x[0] - 1) / CRM_PLATT_SD;
	double sum = off * off / 2;
	g[0] = off / CRM_PLATT_SD;
	g[1] = 0;
	for (size_t i = 0; i < p->n * p->rounds; i++) {
		double f = x[0] * p->margin[i] + x[1];
		bool hit = p->outcome[i % p->n];
		double d = crm_sigmoid(f) - hit;
		sum += crm_softplus(hit ? -f : f) / rounds;
		g[0] += d * p->margin[i] / rounds;
		g[1] += d / rounds;
	}
	g[0] /= (double)p->n;
	g[1] /= (double)p->n;
	return sum / (double)p->n;
}

static enum crm_status
calibrate(const struct crm_matrix *m, const double *margin, size_t rounds,
    struct crm_logit *out, struct crm_err *err)
{
	struct platt p = { margin, m->outcome, m->n, rounds };
	double x[2] = { 1, 0 };
	enum crm_status st = crm_optimise(platt_loss, &p, x, 2, 1e-8, NULL, err);
	if (st)
		return st;
	if (x[0] < 0)
		x[0] = 0;	/* no better than chance: the base rate */
	out->platt_a = x[0];
	out->platt_b = x[1];
	out->n = m->n;
	out->held_out = crm_calloc(m->n, sizeof(double));
	for (size_t i = 0; i < m->n; i++)
		out->held_out[i] = crm_sigmoid(x[0] * margin[i] + x[1]);
	return CRM_OK;
}

/* Deals each outcome's rows out to the folds, otherwise in each round. */
static void
deal_folds(struct problem *p, const size_t *count, size_t round)
{
	static const size_t stride[] = { 1, 7919, 104729, 1299709, 15485863 };
	const struct crm_matrix *m = p->m;
	size_t k[2] = { 0, 0 };
	for (size_t i = 0; i < m->n; i++) {
		size_t o = m->outcome[i];
		p->fold[i] = (uint8_t)(k[o]++ * stride[round] % count[o] %
		    CRM_LOGIT_FOLDS);
	}
}

/* Tries the penalties, best into out->lambda, its held-out margins into
 * margin, one round behind another. */
static enum crm_status
choose_lambda(struct problem *p, double lambda, const size_t *count,
    size_t rounds, double *margin, struct crm_logit *out, struct crm_err *err)
{
	static const double grid[] = { 1000, 300, 100, 30, 10, 3, 1, 0.3, 0.1,
		0.01, 0.001 };
	const struct crm_matrix *m = p->m;
	size_t size = (m->columns + 1) * CRM_LOGIT_FOLDS, n = m->n * rounds;
	double *w = crm_calloc(size * rounds, sizeof(*w));
	double *try = crm_calloc(n, sizeof(*try));
	double best = INFINITY;
	enum crm_status st = CRM_OK;
	int worse = 0;
	for (size_t i = 0; i < CRM_LEN(grid) && !st && worse < 3; i++) {
		double all = 0, l;
		p->lambda = lambda >= 0 ? lambda : grid[i] / (double)m->n;
		for (size_t k = 0; k < rounds && !st; k++, all += l) {
			deal_folds(p, count, k);
			st = cross_validate(p, w + k * size, try + k * m->n,
			    &l, err);
		}
		if (!st && all < best) {
			best = all;
			worse = 0;
			out->lambda = p->lambda;
			memcpy(margin, try, n * sizeof(*margin));
		} else {
			worse++;
		}
		if (lambda >= 0)
			break;
	}
	free(try);
	free(w);
	return st;
}

enum crm_status
crm_logit_fit(const struct crm_matrix *m, double lambda,
    struct crm_logit *out, struct crm_err *err)
{
	size_t count[2] = { 0, 0 };
	struct problem p = { 0 };
	*out = (struct crm_logit){ .columns = m->columns };
	for (size_t i = 0; i < m->n; i++)
		count[m->outcome[i]]++;
	if (count[0] < CRM_LOGIT_MIN || count[1] < CRM_LOGIT_MIN)
		return crm_err_set(err, CRM_INVALID, "logit.few",
		    _("too few outcomes to learn from: %zu yes and %zu no; at "
		    "least %d of each are needed"), count[1], count[0],
		    CRM_LOGIT_MIN);
	size_t rounds = m->n < 500 ? 5 : m->n < 2000 ? 3 : 1;
	double *margin = crm_calloc(m->n * rounds, sizeof(*margin));
	problem_init(&p, m);
	enum crm_status st = choose_lambda(&p, lambda, count, rounds, margin,
	    out, err);
	if (!st) {
		out->weight = crm_calloc(m->columns + 1, sizeof(double));
		p.lambda = out->lambda;
		p.without = -1;
		st = solve(&p, out->weight, 1e-7, err);
	}
	if (!st)
		st = calibrate(m, margin, rounds, out, err);
	problem_release(&p);
	free(margin);
	if (st)
		crm_logit_release(out);
	return st;
}

void
crm_logit_release(struct crm_logit *l)
{
	free(l->weight);
	free(l->held_out);
	*l = (struct crm_logit){ 0 };
}
