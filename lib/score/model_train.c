/* From a data set to a model: the weights of its columns. */
#include "score/model_impl.h"

/* The rows as columns; the mean of each column into mean. */
static void
encode(struct crm_trainer *t, struct crm_matrix *x, double *mean)
{
	enum { MOST = 258 };
	struct crm_dataset *d = t->d;
	struct crm_model *m = t->m;
	struct crm_cell cell[MOST + 3];
	struct crm_datum v[MOST];
	uint8_t *has = crm_calloc(m->nfeatures, 1);
	for (size_t i = 0; i < d->n; i++) {
		const struct crm_data_row *r = &d->row[i];
		crm_matrix_row(x, r->outcome);
		memset(has, 0, m->nfeatures);
		for (size_t k = r->from, to = r->from + r->n, j; k < to; k = j) {
			uint32_t no = d->value[k].field, f = t->feature_of[no];
			size_t n = 0;
			for (j = k; j < to && d->value[j].field == no; j++)
				if (n < MOST)
					v[n++] = (struct crm_datum){
						d->field[no].levels.e[d->value[j]
						    .level].key,
						d->value[j].number };
			if (!f || has[f - 1])
				continue;
			has[f - 1] = 1;
			n = crm_feature_cells(&m->feature[f - 1], v, n, cell);
			for (size_t c = 0; c < n; c++)
				crm_matrix_cell(x, cell[c].column, cell[c].value);
		}
		for (size_t f = 0; f < m->nfeatures; f++)
			if (!has[f] && crm_feature_cells(&m->feature[f], v, 0,
			    cell))
				crm_matrix_cell(x, cell[0].column, 1);
	}
	x->columns = m->columns;
	for (size_t c = 0; c < x->ncells; c++)
		mean[x->cell[c].column] += x->cell[c].value / (double)d->n;
	free(has);
}

static void
center_features(struct crm_model *m, const double *mean)
{
	for (size_t i = 0; i < m->nfeatures; i++) {
		struct crm_feature *f = &m->feature[i];
		size_t end = i + 1 < m->nfeatures ? f[1].column : m->columns;
		for (size_t c = f->column; c < end; c++)
			f->center += m->weight[c] * mean[c];
	}
}

static void
judge(struct crm_model *m, const struct crm_matrix *x,
    const struct crm_logit *l)
{
	struct crm_judged *v = crm_calloc(x->n, sizeof(*v));
	for (size_t i = 0; i < x->n; i++)
		v[i] = (struct crm_judged){ l->held_out[i], x->outcome[i] };
	crm_backtest(v, x->n, true, &m->test);
	free(v);
}

enum crm_status
crm_model_train(struct crm_dataset *d, struct crm_str name, bool trust,
    struct crm_model **out, struct crm_err *err)
{
	struct crm_model *m = crm_zalloc(sizeof(*m));
	*m = (struct crm_model){ .n = d->n, .yes = d->count[1],
		.from = INT64_MIN, .to = INT64_MIN };
	m->name = crm_arena_str(&m->mem, name);
	struct crm_trainer t = { .d = d, .m = m, .trust = trust,
		.least = d->n < 1000 ? 5 : d->n > 10000 ? 50 : d->n / 200 };
	t.feature_of = crm_calloc(d->fields.n, sizeof(*t.feature_of));
	crm_dataset_sort(d);
	crm_trainer_choose(&t);
	struct crm_matrix x = { 0 };
	struct crm_logit l = { 0 };
	double *mean = crm_calloc(m->columns, sizeof(*mean));
	encode(&t, &x, mean);
	enum crm_status st = crm_logit_fit(&x, -1, &l, err);
	if (!st) {
		m->weight = l.weight;
		l.weight = NULL;
		m->lambda = l.lambda;
		m->platt_a = l.platt_a;
		m->platt_b = l.platt_b;
		center_features(m, mean);
		judge(m, &x, &l);
	}
	crm_logit_release(&l);
	crm_matrix_release(&x);
	free(mean);
	free(t.feature_of);
	if (st)
		crm_model_free(m);
	else
		*out = m;
	return st;
}
