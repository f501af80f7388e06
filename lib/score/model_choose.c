/* Which fields a model learns from, and how: the leakage guard, numbers and
 * levels. All of it is reckoned over a field's distinct values, sorted, so
 * that the order of the records has no say. */
#include <math.h>

#include "score/model_impl.h"
#include "score/outcome.h"

/* Numbers of which there are at most CODES are levels, too: codes often
 * are numbers. */
enum { MOST_LEVELS = 200, CODES = 12 };

struct value {
	double number, rate;	/* NaN: text; the part of yes */
	double n[2];		/* rows by outcome */
	struct crm_str text;
};

struct values {	/* of one field */
	struct value *v;
	size_t n, numbers;	/* numbers come first, by size */
	double rows;		/* that hold a number */
};

static void CRM_PRINTF(3, 4)
refuse(struct crm_trainer *t, struct crm_str field, const char *fmt, ...)
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

static int
by_number(const void *va, const void *vb)
{
	const struct value *a = va, *b = vb;
	if (isnan(a->number) != isnan(b->number))
		return isnan(a->number) - isnan(b->number);
	if (a->number != b->number && !isnan(a->number))
		return a->number < b->number ? -1 : 1;
	return crm_str_cmp(a->text, b->text);
}

static int
by_rate(const void *va, const void *vb)
{
	const struct value *a = va, *b = vb;
	if (a->rate != b->rate)
		return a->rate < b->rate ? -1 : 1;
	return crm_str_cmp(a->text, b->text);
}

static int
by_count(const void *va, const void *vb)
{
	const struct value *a = va, *b = vb;
	double x = a->n[0] + a->n[1], y = b->n[0] + b->n[1];
	if (x != y)
		return x > y ? -1 : 1;
	return crm_str_cmp(a->text, b->text);
}

static struct values
values_of(const struct crm_data_field *f)
{
	struct values s = { .v = crm_calloc(f->levels.n, sizeof(*s.v)),
		.n = f->levels.n };
	for (size_t i = 0; i < s.n; i++) {
		const struct crm_data_level *l = &f->level[i];
		double a = (double)l->count[0], b = (double)l->count[1];
		s.v[i] = (struct value){ f->list ? NAN : l->number,
			b / (a + b), { a, b }, f->levels.e[i].key };
		if (isnan(s.v[i].number))
			continue;
		s.numbers++;
		s.rows += a + b;
	}
	if (s.n)
		qsort(s.v, s.n, sizeof(*s.v), by_number);
	return s;
}

/* The area under the curve of values in rising order of what is scored by. */
static double
area(const struct value *v, size_t n, bool by_rate_of)
{
	double no = 0, yes = 0, pairs = 0;
	for (size_t i = 0, j; i < n; i = j) {
		double a = 0, b = 0;
		for (j = i; j < n && (by_rate_of ? v[j].rate == v[i].rate :
		    v[j].number == v[i].number); j++) {
			a += v[j].n[0];
			b += v[j].n[1];
		}
		pairs += b * (no + a / 2);
		no += a;
		yes += b;
	}
	return no > 0 && yes > 0 ? pairs / no / yes : 0.5;
}

/* How well the field alone tells the outcome: its numbers as they are, or the
 * rate of each level that is not rare. */
static double
area_alone(const struct crm_trainer *t, const struct values *s, bool number)
{
	if (number) {
		double a = area(s->v, s->numbers, false);
		return fmax(a, 1 - a);
	}
	struct value *v = crm_calloc(s->n + 1, sizeof(*v));
	double rest[2] = { (double)t->d->count[0], (double)t->d->count[1] };
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].n[0] + s->v[i].n[1] < (double)t->least)
			continue;
		v[n] = s->v[i];
		for (int o = 0; o < 2; o++) {
			v[n].n[o] = fmin(v[n].n[o], rest[o]);
			rest[o] -= v[n].n[o];
		}
		n++;
	}
	double all = rest[0] + rest[1];
	v[n++] = (struct value){ NAN, all > 0 ? rest[1] / all : 0,
		{ rest[0], rest[1] }, CRM_STR("") };
	qsort(v, n, sizeof(*v), by_rate);
	double a = area(v, n, true);
	free(v);
	return a;
}

/* Mostly numbers, and more than two of them. */
static bool
is_number(const struct crm_data_field *f, const struct values *s)
{
	return s->numbers > 2 && s->rows * 10 >= (double)f->values * 9;
}

/* Whole numbers, no two rows with the same one, though chance would have given
 * twenty pairs: they were dealt out one by one. */
static bool
is_serial(const struct values *s)
{
	if (s->numbers < 50 || (double)s->numbers != s->rows)
		return false;
	double range = s->v[s->numbers - 1].number - s->v[0].number + 1;
	for (size_t i = 0; i < s->numbers; i++)
		if (s->v[i].number != floor(s->v[i].number))
			return false;
	return s->rows * s->rows / 2 / range > 20;
}

/* The leakage guard. */
static bool
leaks(struct crm_trainer *t, const struct crm_data_field *f,
    const struct values *s)
{
	const uint64_t *all = t->d->count;
	double total = (double)(all[0] + all[1]);
	if (crm_outcome_field(t->d->kinds, f->path)) {
		refuse(t, f->path, _("it says the outcome"));
		return true;
	}
	bool number = is_number(f, s);
	if (number && is_serial(s)) {
		refuse(t, f->path, _("it numbers the records"));
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
	double auc = area_alone(t, s, number);
	if (auc >= 0.98)
		refuse(t, f->path, _("it tells the outcome alone (AUC %.3f)"),
		    auc);
	return auc >= 0.98;
}

/* log(1 + x), and the same below zero. */
static double
log_of(double x)
{
	return copysign(log1p(fabs(x)), x);
}

static void
add_levels(const struct crm_trainer *t, struct crm_feature *f,
    struct value *v, size_t n)
{
	if (n)
		qsort(v, n, sizeof(*v), by_count);
	for (size_t i = 0; i < n && i < MOST_LEVELS; i++)
		if (v[i].n[0] + v[i].n[1] >= (double)t->least)
			crm_map_put(&f->levels, v[i].text, NULL)->v.u = i;
}

static void
number_feature(const struct crm_trainer *t, struct crm_feature *f,
    struct values *s)
{
	double sum = 0, logs = 0, sq = 0, fourth = 0, log_sq = 0;
	f->kind = CRM_FEATURE_NUMBER;
	f->lo = s->v[0].number;
	f->hi = s->v[s->numbers - 1].number;
	for (size_t i = 0; i < s->numbers; i++) {
		double n = s->v[i].n[0] + s->v[i].n[1];
		sum += n * s->v[i].number;
		logs += n * log_of(s->v[i].number);
	}
	f->mean = sum / s->rows;
	f->log_mean = logs / s->rows;
	for (size_t i = 0; i < s->numbers; i++) {
		double n = s->v[i].n[0] + s->v[i].n[1];
		double x = s->v[i].number - f->mean;
		double l = log_of(s->v[i].number) - f->log_mean;
		sq += n * x * x;
		fourth += n * x * x * x * x;
		log_sq += n * l * l;
	}
	f->sd = sqrt(sq / s->rows);
	/* a long tail: its logarithm beside it */
	bool tail = (f->lo >= 0 && f->sd > f->mean) ||
	    fourth / s->rows > 6 * f->sd * f->sd * f->sd * f->sd;
	f->log_sd = tail ? sqrt(log_sq / s->rows) : 0;
	if (!(f->sd > 0))
		f->sd = 1;
	size_t skip = s->numbers > CODES ? s->numbers : 0;
	add_levels(t, f, s->v + skip, s->n - skip);
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
choose(struct crm_trainer *t, uint32_t no)
{
	struct crm_model *m = t->m;
	const struct crm_data_field *src = &t->d->field[no];
	struct values s = values_of(src);
	if (!leaks(t, src, &s) &&
	    src->present[0] + src->present[1] >= t->least) {
		struct crm_feature *f = &m->feature[m->nfeatures++];
		f->field = crm_arena_str(&m->mem, src->path);
		f->column = m->columns;
		if (is_number(src, &s)) {
			number_feature(t, f, &s);
		} else {
			f->kind = CRM_FEATURE_LEVELS;
			add_levels(t, f, s.v, s.n);
		}
		m->columns += crm_feature_width(f);
		t->feature_of[no] = (uint32_t)m->nfeatures;
	}
	free(s.v);
}

void
crm_trainer_choose(struct crm_trainer *t)
{
	size_t n = t->d->fields.n;
	struct named *order = crm_calloc(n, sizeof(*order));
	for (uint32_t i = 0; i < n; i++)
		order[i] = (struct named){ t->d->field[i].path, i };
	if (n)
		qsort(order, n, sizeof(*order), by_path);
	t->m->feature = crm_calloc(n, sizeof(*t->m->feature));
	for (size_t i = 0; i < n; i++)
		choose(t, order[i].no);
	free(order);
}
