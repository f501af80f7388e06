#include "score/model.h"

#include <math.h>

#include "format/json.h"
#include "score/special.h"

enum { MOST_VALUES = 256 };	/* of one field of one record */

void
crm_model_free(struct crm_model *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->nfeatures; i++)
		crm_map_release(&m->feature[i].levels);
	free(m->feature);
	free(m->weight);
	free(m->refused);
	crm_arena_release(&m->mem);
	free(m);
}

size_t
crm_feature_width(const struct crm_feature *f)
{
	return f->levels.n + (f->kind == CRM_FEATURE_NUMBER ? 3 : 2);
}

static size_t
number_cells(const struct crm_feature *f, const struct crm_datum *v, size_t n,
    struct crm_cell *out)
{
	size_t k = 0;
	const struct crm_map_entry *e = n ? crm_map_get(&f->levels,
	    v[0].level) : NULL;
	if (e)
		out[k++] = (struct crm_cell){ (uint32_t)(f->column + 3 +
			e->v.u), 1 };
	if (n == 0 || isnan(v[0].number)) {
		if (!e)
			out[k++] = (struct crm_cell){ (uint32_t)f->column + 2,
				1 };
		return k;
	}
	double x = fmin(fmax(v[0].number, f->lo), f->hi);
	out[k++] = (struct crm_cell){ (uint32_t)f->column,
		(x - f->mean) / f->sd };
	if (f->log_sd > 0)
		out[k++] = (struct crm_cell){ (uint32_t)f->column + 1,
			(copysign(log1p(fabs(x)), x) - f->log_mean) /
			f->log_sd };
	return k;
}

size_t
crm_feature_cells(const struct crm_feature *f, const struct crm_datum *v,
    size_t n, struct crm_cell *out)
{
	if (f->kind == CRM_FEATURE_NUMBER)
		return number_cells(f, v, n, out);
	if (n == 0) {
		out[0] = (struct crm_cell){ (uint32_t)f->column, 1 };
		return 1;
	}
	size_t k = 0;
	bool other = false;
	for (size_t i = 0; i < n; i++) {
		const struct crm_map_entry *e = crm_map_get(&f->levels,
		    v[i].level);
		if (e)
			out[k++] = (struct crm_cell){ (uint32_t)(f->column + 2 +
				e->v.u), 1 };
		else
			other = true;
	}
	if (other)
		out[k++] = (struct crm_cell){ (uint32_t)f->column + 1, 1 };
	return k;
}

/* The values of a record's field, as the data set would hold them. */
static size_t
values_of(const struct crm_rec *r, struct crm_str path, struct crm_buf *text,
    struct crm_datum *v)
{
	struct crm_str raw, none, e;
	size_t n = 0, objects = 0, at[MOST_VALUES];
	if (!crm_data_find(r, path, &raw))
		return 0;
	if (crm_json_kind(raw) != '[')
		return crm_data_scalar(raw, text, &v[0].level, &v[0].number) !=
		    CRM_DATA_NONE;
	struct crm_json_iter it = crm_json_iter(raw);
	struct crm_buf one = { 0 };
	crm_buf_clear(text);
	for (size_t i = 0; i < MOST_VALUES && crm_json_next(&it, &none, &e); i++) {
		struct crm_str level;
		double number;
		objects += crm_json_kind(e) == '{';
		if (!crm_data_scalar(e, &one, &level, &number))
			continue;
		/* views move when text grows: offsets first */
		at[n] = text->n;
		crm_buf_str(text, level);
		v[n++] = (struct crm_datum){ .number = NAN };
	}
	crm_buf_release(&one);
	for (size_t i = 0; i < n; i++)
		v[i].level = crm_str_sub(crm_buf_view(text), at[i],
		    (i + 1 < n ? at[i + 1] : text->n) - at[i]);
	if (objects && n == 0)
		v[n++] = (struct crm_datum){ .number = (double)objects };
	return n;
}

/* Each tag once. */
static size_t
distinct(struct crm_datum *v, size_t n)
{
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		bool seen = false;
		for (size_t j = 0; j < k && !seen; j++)
			seen = crm_str_eq(v[j].level, v[i].level);
		if (!seen)
			v[k++] = v[i];
	}
	return k;
}

struct reason {
	const struct crm_feature *f;
	int64_t odds;	/* ten-thousandths */
};

static int
by_effect(const void *va, const void *vb)
{
	const struct reason *a = va, *b = vb;
	int64_t x = llabs(a->odds), y = llabs(b->odds);
	if (x != y)
		return x > y ? -1 : 1;
	return crm_str_cmp(a->f->field, b->f->field);
}

static void
write_reason(struct crm_buf *out, struct crm_str field, struct crm_str raw,
    int64_t odds)
{
	crm_json_comma(out);
	crm_buf_c(out, '{');
	crm_json_add_str(out, "field", field);
	if (raw.n)
		crm_json_add_raw(out, "value", raw);
	crm_json_add_double(out, "log_odds", (double)odds / 1e4, 4);
	crm_buf_c(out, '}');
}

static void
write_reasons(struct reason *why, size_t n, size_t top, int64_t base,
    const struct crm_rec *r, struct crm_data_part part, struct crm_buf *out)
{
	int64_t rest = 0;
	qsort(why, n, sizeof(*why), by_effect);
	crm_buf_c(out, '[');
	for (size_t i = 0; i < n; i++) {
		struct crm_str raw = { 0 };
		struct crm_buf quoted = { 0 };
		if (i >= top || why[i].odds == 0) {
			rest += why[i].odds;
			continue;
		}
		if (crm_str_eq(why[i].f->field, part.name)) {
			crm_json_quote(&quoted, part.value);
			raw = crm_buf_view(&quoted);
		} else if (!crm_data_find(r, why[i].f->field, &raw)) {
			raw = (struct crm_str){ 0 };
		}
		write_reason(out, why[i].f->field, raw, why[i].odds);
		crm_buf_release(&quoted);
	}
	if (rest)
		write_reason(out, CRM_STR("(rest)"), (struct crm_str){ 0 }, rest);
	write_reason(out, CRM_STR("(base)"), (struct crm_str){ 0 }, base);
	crm_buf_c(out, ']');
}

/* Ten-thousandths; what a model from elsewhere may blow up stays finite. */
static int64_t
odds_of(double x)
{
	return isnan(x) ? 0 : llround(fmin(fmax(x, -1e6), 1e6) * 1e4);
}

double
crm_model_reason(struct crm_buf *why, struct crm_str field, double from,
    double to)
{
	double was = log(from / (1 - from)), is = log(to / (1 - to));
	if (!isfinite(was) || !isfinite(is))
		return to;
	int64_t odds = odds_of(is - was);
	if (why && why->n && odds) {
		why->n--;
		write_reason(why, field, (struct crm_str){ 0 }, odds);
		crm_buf_c(why, ']');
	}
	return crm_sigmoid(was + (double)odds / 1e4);
}

double
crm_model_score(const struct crm_model *m, const struct crm_rec *r,
    struct crm_data_part part, size_t top, struct crm_buf *why)
{
	struct crm_datum v[MOST_VALUES];
	struct crm_cell cell[MOST_VALUES + 3];
	struct crm_buf text = { 0 };
	struct reason *reasons = crm_calloc(m->nfeatures, sizeof(*reasons));
	double center = m->weight[m->columns];
	int64_t sum = 0;
	for (size_t i = 0; i < m->nfeatures; i++) {
		const struct crm_feature *f = &m->feature[i];
		size_t n = 1;
		if (crm_str_eq(f->field, part.name) && part.name.n)
			v[0] = (struct crm_datum){ part.value, NAN };
		else
			n = distinct(v, values_of(r, f->field, &text, v));
		n = crm_feature_cells(f, v, n, cell);
		double odds = -f->center;
		for (size_t k = 0; k < n; k++)
			odds += m->weight[cell[k].column] * cell[k].value;
		center += f->center;
		reasons[i] = (struct reason){ f, odds_of(m->platt_a * odds) };
		sum += reasons[i].odds;
	}
	int64_t base = odds_of(m->platt_a * center + m->platt_b);
	if (why)
		write_reasons(reasons, m->nfeatures, top, base, r, part, why);
	free(reasons);
	crm_buf_release(&text);
	return crm_sigmoid((double)(sum + base) / 1e4);
}
