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

struct problem {
	const struct crm_matrix *m;
	const uint8_t *fold;
	int without;	/* fold that is held out; -1: none */
	double lambda, rows;
};

static double
loss(void *data, const double *w, double *g, int n)
{
	const struct problem *p = data;
	const struct crm_matrix *m = p->m;
	double sum = 0;
	memset(g, 0, (size_t)n * sizeof(*g));
	for (size_t i = 0; i < m->n; i++) {
		if (p->fold[i] == p->without)
			continue;
		double f = row_margin(m, w, i);
		double d = crm_sigmoid(f) - m->outcome[i];
		sum += crm_softplus(m->outcome[i] ? -f : f);
		for (size_t c = m->row[i]; c < m->row[i + 1]; c++)
			g[m->cell[c].column] += d * m->cell[c].value;
		g[m->columns] += d;
	}
	double penalty = 0;
	for (size_t c = 0; c < m->columns; c++) {
		penalty += w[c] * w[c];
		g[c] = g[c] / p->rows + p->lambda * w[c];
	}
	g[m->columns] /= p->rows;
	return sum / p->rows + p->lambda / 2 * penalty;
}

static enum crm_status
solve(struct problem *p, double *w, struct crm_err *err)
{
	p->rows = 0;
	for (size_t i = 0; i < p->m->n; i++)
		p->rows += p->fold[i] != p->without;
	return crm_optimise(loss, p, w, (int)p->m->columns + 1, 1e-6, NULL, err);
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
		enum crm_status st = solve(p, v, err);
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
	const double *margin;
	const uint8_t *outcome;
	size_t n;
	double hit, miss;	/* target probabilities, a little off 1 and 0 */
};

static double
platt_loss(void *data, const double *x, double *g, int n CRM_UNUSED)
{
	const struct platt *p = data;
	double sum = 0;
	g[0] = g[1] = 0;
	for (size_t i = 0; i < p->n; i++) {
		double f = x[0] * p->margin[i] + x[1];
		double t = p->outcome[i] ? p->hit : p->miss;
		double d = crm_sigmoid(f) - t;
		sum += crm_softplus(f) - t * f;
		g[0] += d * p->margin[i];
		g[1] += d;
	}
	g[0] /= (double)p->n;
	g[1] /= (double)p->n;
	return sum / (double)p->n;
}

static enum crm_status
calibrate(const struct crm_matrix *m, const double *margin, size_t hits,
    struct crm_logit *out, struct crm_err *err)
{
	double h = (double)hits, k = (double)(m->n - hits);
	struct platt p = { margin, m->outcome, m->n, (h + 1) / (h + 2),
		1 / (k + 2) };
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

/* Tries the penalties, best into out->lambda, its held-out margins into
 * margin. */
static enum crm_status
choose_lambda(struct problem *p, double lambda, double *margin,
    struct crm_logit *out, struct crm_err *err)
{
	static const double grid[] = { 1000, 300, 100, 30, 10, 3, 1, 0.3, 0.1,
		0.01, 0.001 };
	const struct crm_matrix *m = p->m;
	size_t size = (m->columns + 1) * CRM_LOGIT_FOLDS;
	double *w = crm_calloc(size, sizeof(*w));
	double *try = crm_calloc(m->n, sizeof(*try));
	double best = INFINITY;
	enum crm_status st = CRM_OK;
	int worse = 0;
	for (size_t i = 0; i < CRM_LEN(grid) && !st && worse < 3; i++) {
		double l;
		p->lambda = lambda >= 0 ? lambda : grid[i] / (double)m->n;
		st = cross_validate(p, w, try, &l, err);
		if (!st && l < best) {
			best = l;
			worse = 0;
			out->lambda = p->lambda;
			memcpy(margin, try, m->n * sizeof(*margin));
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
	*out = (struct crm_logit){ .columns = m->columns };
	uint8_t *fold = crm_calloc(m->n, 1);
	for (size_t i = 0; i < m->n; i++)
		fold[i] = (uint8_t)(count[m->outcome[i]]++ % CRM_LOGIT_FOLDS);
	enum crm_status st = CRM_OK;
	double *margin = crm_calloc(m->n, sizeof(*margin));
	if (count[0] < CRM_LOGIT_MIN || count[1] < CRM_LOGIT_MIN) {
		st = crm_err_set(err, CRM_INVALID, "logit.few",
		    _("too few outcomes to learn from: %zu yes and %zu no; at "
		    "least %d of each are needed"), count[1], count[0],
		    CRM_LOGIT_MIN);
		goto done;
	}
	struct problem p = { .m = m, .fold = fold };
	st = choose_lambda(&p, lambda, margin, out, err);
	if (st)
		goto done;
	out->weight = crm_calloc(m->columns + 1, sizeof(double));
	p.lambda = out->lambda;
	p.without = -1;
	st = solve(&p, out->weight, err);
	if (!st)
		st = calibrate(m, margin, count[1], out, err);
done:
	free(margin);
	free(fold);
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
