/* From a data set to a model: which fields, which columns, which weights. */
#include <math.h>

#include "score/model.h"
#include "score/outcome.h"

enum { MOST_LEVELS = 200 };

struct trainer {
	struct crm_dataset *d;
	struct crm_model *m;
	uint32_t *feature_of;	/* field -> feature + 1 */
	uint64_t least;		/* rows that a level must have */
	bool trust;
	double *numbers;	/* scratch: values of one field … */
	uint8_t *hit;		/* … and the outcomes beside them */
};

static void CRM_PRINTF(3, 4)
refuse(struct trainer *t, struct crm_str field, const char *fmt, ...)
{
	char why[200];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	struct crm_model *m = t->m;
	crm_grow(&m->refused, &m->caprefused, m->nrefused + 1,
	    sizeof(*m->refused));
	m->refused[m->nrefused++] = (struct crm_refused){
		crm_arena_str(&m->mem, field),
		crm_arena_str(&m->mem, crm_str_z(why)) };
}

/* Numbers of a field in row order (n of them) with the outcomes. */
static size_t
collect_numbers(struct trainer *t, uint32_t field)
{
	size_t n = 0;
	for (size_t i = 0; i < t->d->n; i++) {
		const struct crm_data_row *r = &t->d->row[i];
		for (size_t k = r->from; k < r->from + r->n; k++)
			if (t->d->value[k].field == field) {
				t->numbers[n] = t->d->value[k].number;
				t->hit[n++] = r->outcome;
				break;
			}
	}
	return n;
}

/* How well the field alone tells the outcome, as an AUC: its numbers as they
 * are, or the rate of each level that is not rare. */
static double
auc_alone(struct trainer *t, uint32_t no, bool number)
{
	const struct crm_data_field *f = &t->d->field[no];
	size_t n = 0;
	struct crm_judged *v = crm_calloc(t->d->n, sizeof(*v));
	struct crm_backtest b;
	if (number) {
		n = collect_numbers(t, no);
		for (size_t i = 0; i < n; i++)
			v[i] = (struct crm_judged){ t->numbers[i], t->hit[i] };
	} else {
		uint64_t rest[2] = { t->d->count[0], t->d->count[1] };
		for (size_t l = 0; l < f->levels.n; l++) {
			const uint64_t *c = f->level[l].count;
			if (c[0] + c[1] < t->least)
				continue;
			double rate = (double)c[1] / (double)(c[0] + c[1]);
			for (int o = 0; o < 2; o++)
				for (uint64_t k = 0; k < c[o] && rest[o]; k++) {
					v[n++] = (struct crm_judged){ rate, o };
					rest[o]--;
				}
		}
		double all = (double)(rest[0] + rest[1]);
		double rate = all > 0 ? (double)rest[1] / all : 0;
		for (int o = 0; o < 2; o++)
			while (rest[o]--)
				v[n++] = (struct crm_judged){ rate, o };
	}
	crm_backtest(v, n, false, &b);
	free(v);
	return isnan(b.auc.value) ? 0.5 : fmax(b.auc.value, 1 - b.auc.value);
}

static bool
is_number(const struct crm_data_field *f)
{
	return !f->list && f->numbers == f->values && f->levels.n > 2;
}

/* The leakage guard. */
static bool
leaks(struct trainer *t, uint32_t no)
{
	const struct crm_data_field *f = &t->d->field[no];
	const uint64_t *all = t->d->count;
	double total = (double)(all[0] + all[1]);
	if (crm_outcome_field(f->path)) {
		refuse(t, f->path, _("it says the outcome"));
		return true;
	}
	if (t->trust)
		return false;
	for (int o = 0; o < 2; o++) {
		double expected = (double)f->present[o] / total *
		    (double)all[!o];
		if (f->present[!o] == 0 && expected >= 5) {
			refuse(t, f->path, o ? _("only the won have it") :
			    _("only the lost have it"));
			return true;
		}
	}
	double auc = auc_alone(t, no, is_number(f));
	if (auc >= 0.98)
		refuse(t, f->path, _("it tells the outcome alone (AUC %.3f)"),
		    auc);
	return auc >= 0.98;
}

static void
number_feature(struct trainer *t, struct crm_feature *f, uint32_t no)
{
	size_t n = collect_numbers(t, no);
	double sum = 0, log_sum = 0;
	f->kind = CRM_FEATURE_NUMBER;
	f->lo = INFINITY;
	f->hi = -INFINITY;
	for (size_t i = 0; i < n; i++) {
		sum += t->numbers[i];
		f->lo = fmin(f->lo, t->numbers[i]);
		f->hi = fmax(f->hi, t->numbers[i]);
	}
	f->mean = sum / (double)n;
	double sq = 0, log_sq = 0;
	for (size_t i = 0; i < n; i++) {
		double x = t->numbers[i];
		sq += (x - f->mean) * (x - f->mean);
		log_sum += f->lo >= 0 ? log1p(x) : 0;
	}
	f->sd = sqrt(sq / (double)n);
	if (!(f->sd > 0))
		f->sd = 1;
	f->log_mean = log_sum / (double)n;
	/* a long tail: its logarithm beside it */
	for (size_t i = 0; f->lo >= 0 && f->sd > f->mean && i < n; i++) {
		double l = log1p(t->numbers[i]) - f->log_mean;
		log_sq += l * l;
	}
	f->log_sd = sqrt(log_sq / (double)n);
}

struct ranked {
	struct crm_str name;
	uint64_t n;
};

static int
by_count(const void *va, const void *vb)
{
	const struct ranked *a = va, *b = vb;
	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return crm_str_cmp(a->name, b->name);
}

static void
level_feature(struct trainer *t, struct crm_feature *f,
    const struct crm_data_field *src)
{
	struct ranked *r = crm_calloc(src->levels.n, sizeof(*r));
	size_t n = 0;
	f->kind = CRM_FEATURE_LEVELS;
	for (size_t i = 0; i < src->levels.n; i++) {
		const uint64_t *c = src->level[i].count;
		if (c[0] + c[1] >= t->least)
			r[n++] = (struct ranked){ src->levels.e[i].key,
				c[0] + c[1] };
	}
	if (n)
		qsort(r, n, sizeof(*r), by_count);
	for (size_t i = 0; i < n && i < MOST_LEVELS; i++)
		crm_map_put(&f->levels, r[i].name, NULL)->v.u = i;
	free(r);
}

struct named {
	struct crm_str path;
	uint32_t no;
};

static int
by_path(const void *va, const void *vb)
{
	const struct named *a = va, *b = vb;
	return crm_str_cmp(a->path, b->path);
}

static void
choose_features(struct trainer *t)
{
	struct crm_model *m = t->m;
	size_t n = t->d->fields.n;
	struct named *order = crm_calloc(n, sizeof(*order));
	for (uint32_t i = 0; i < n; i++)
		order[i] = (struct named){ t->d->field[i].path, i };
	if (n)
		qsort(order, n, sizeof(*order), by_path);
	m->feature = crm_calloc(n, sizeof(*m->feature));
	for (size_t i = 0; i < n; i++) {
		const struct crm_data_field *src = &t->d->field[order[i].no];
		uint64_t present = src->present[0] + src->present[1];
		if (leaks(t, order[i].no) || present < t->least)
			continue;
		struct crm_feature *f = &m->feature[m->nfeatures++];
		f->field = crm_arena_str(&m->mem, src->path);
		f->column = m->columns;
		if (is_number(src))
			number_feature(t, f, order[i].no);
		else
			level_feature(t, f, src);
		m->columns += f->kind == CRM_FEATURE_NUMBER ? 3 :
		    2 + f->levels.n;
		t->feature_of[order[i].no] = (uint32_t)m->nfeatures;
	}
	free(order);
}

/* The rows as columns; the mean of each column into mean. */
static void
encode(struct trainer *t, struct crm_matrix *x, double *mean)
{
	enum { MOST = 258 };
	struct crm_dataset *d = t->d;
	struct crm_model *m = t->m;
	struct crm_cell cell[MOST + 2];
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
	struct trainer t = { .d = d, .m = m, .trust = trust,
		.least = d->n < 1000 ? 5 : d->n > 10000 ? 50 : d->n / 200 };
	t.feature_of = crm_calloc(d->fields.n, sizeof(*t.feature_of));
	t.numbers = crm_calloc(d->n, sizeof(*t.numbers));
	t.hit = crm_calloc(d->n, 1);
	crm_dataset_sort(d);
	choose_features(&t);
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
	free(t.numbers);
	free(t.hit);
	if (st)
		crm_model_free(m);
	else
		*out = m;
	return st;
}
