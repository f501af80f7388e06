/* Models as JSON files: everything a score needs, and what is known about how
 * good it is. */
#include <math.h>

#include "base/time.h"
#include "format/json.h"
#include "score/model.h"
#include "score/params.h"

static void
add_interval(struct crm_buf *out, const char *key, const char *key_ci,
    struct crm_interval v)
{
	if (isnan(v.value))
		return;
	crm_json_add_double(out, key, v.value, 6);
	crm_json_key(out, key_ci);
	crm_buf_c(out, '[');
	crm_buf_printf(out, "%.6f,%.6f]", v.lo, v.hi);
}

void
crm_backtest_write(const struct crm_backtest *t, struct crm_buf *out)
{
	add_interval(out, "auc", "auc_ci", t->auc);
	add_interval(out, "brier", "brier_ci", t->brier);
	crm_json_key(out, "gain");
	crm_buf_c(out, '[');
	for (size_t i = 0; i < t->nbands && t->hits; i++) {
		crm_json_comma(out);
		crm_buf_c(out, '{');
		crm_json_add_u64(out, "band", i + 1);
		crm_json_add_double(out, "n", t->band[i].n, 1);
		crm_json_add_double(out, "hits", t->band[i].hits, 2);
		crm_json_add_double(out, "gain", t->band[i].gain, 4);
		add_interval(out, "lift", "lift_ci", (struct crm_interval){
			t->band[i].lift, t->band[i].lift_lo,
			t->band[i].lift_hi });
		crm_buf_c(out, '}');
	}
	crm_buf_c(out, ']');
	if (t->ntable == 0)
		return;
	crm_json_key(out, "calibration");
	crm_buf_c(out, '[');
	for (size_t i = 0; i < t->ntable; i++) {
		const struct crm_calibration *c = &t->table[i];
		crm_json_comma(out);
		crm_buf_c(out, '{');
		crm_json_add_u64(out, "n", c->n);
		crm_json_add_double(out, "predicted", c->predicted, 6);
		add_interval(out, "observed", "observed_ci", c->observed);
		crm_buf_c(out, '}');
	}
	crm_buf_c(out, ']');
}

static void
add_day(struct crm_buf *out, const char *key, int64_t t)
{
	if (t == INT64_MIN)
		return;
	crm_json_key(out, key);
	crm_buf_c(out, '"');
	crm_time_format(out, t);
	crm_buf_c(out, '"');
}

static void
write_feature(const struct crm_model *m, size_t i, struct crm_buf *out)
{
	const struct crm_feature *f = &m->feature[i];
	size_t end = i + 1 < m->nfeatures ? f[1].column : m->columns;
	bool number = f->kind == CRM_FEATURE_NUMBER;
	crm_json_comma(out);
	crm_buf_c(out, '{');
	crm_json_add_str(out, "field", f->field);
	crm_json_add_str(out, "kind", number ? CRM_STR("number") :
	    CRM_STR("levels"));
	if (number) {
		crm_json_add_double(out, "lo", f->lo, 0);
		crm_json_add_double(out, "hi", f->hi, 0);
		crm_json_add_double(out, "mean", f->mean, 0);
		crm_json_add_double(out, "sd", f->sd, 0);
		crm_json_add_double(out, "log_mean", f->log_mean, 0);
		crm_json_add_double(out, "log_sd", f->log_sd, 0);
	}
	if (!number || f->levels.n) {
		crm_json_key(out, "levels");
		crm_buf_c(out, '[');
		for (size_t k = 0; k < f->levels.n; k++) {
			crm_json_comma(out);
			crm_json_quote(out, f->levels.e[k].key);
		}
		crm_buf_c(out, ']');
	}
	crm_json_add_double(out, "center", f->center, 0);
	crm_json_key(out, "weights");
	crm_buf_c(out, '[');
	for (size_t c = f->column; c < end; c++)
		crm_buf_printf(out, "%s%.17g", c > f->column ? "," : "",
		    m->weight[c]);
	crm_buf_z(out, "]}");
}

void
crm_model_write(const struct crm_model *m, struct crm_buf *out)
{
	crm_buf_c(out, '{');
	crm_json_add_str(out, "model", m->name);
	if (m->outcome.n)
		crm_json_add_str(out, "outcome", m->outcome);
	crm_json_add_u64(out, "n", m->n);
	crm_json_add_u64(out, "yes", m->yes);
	add_day(out, "from", m->from);
	add_day(out, "to", m->to);
	crm_backtest_write(&m->test, out);
	crm_json_key(out, "refused");
	crm_buf_c(out, '[');
	for (size_t i = 0; i < m->nrefused; i++) {
		crm_json_comma(out);
		crm_buf_c(out, '{');
		crm_json_add_str(out, "field", m->refused[i].field);
		crm_json_add_str(out, "why", m->refused[i].why);
		crm_buf_c(out, '}');
	}
	crm_buf_c(out, ']');
	crm_json_add_double(out, "lambda", m->lambda, 0);
	crm_json_add_double(out, "platt_a", m->platt_a, 0);
	crm_json_add_double(out, "platt_b", m->platt_b, 0);
	crm_json_add_double(out, "intercept", m->weight[m->columns], 0);
	crm_json_key(out, "features");
	crm_buf_c(out, '[');
	for (size_t i = 0; i < m->nfeatures; i++)
		write_feature(m, i, out);
	crm_buf_z(out, "]}");
}

struct reader {
	struct crm_model *m;
	double *weight;
	size_t nweights, cap;
	struct crm_err *err;
};

static enum crm_status
bad(struct reader *rd, const char *field)
{
	return crm_err_field(rd->err, CRM_INVALID, "params.model",
	    crm_str_z(field), _("not a trained model: '%s'"), field);
}

static enum crm_status
read_levels(struct reader *rd, struct crm_feature *f, struct crm_str v)
{
	struct crm_str list, none, e;
	struct crm_buf tmp = { 0 };
	if (!crm_json_get(v, CRM_STR("levels"), &list) ||
	    crm_json_kind(list) != '[')
		return bad(rd, "levels");
	struct crm_json_iter it = crm_json_iter(list);
	while (crm_json_next(&it, &none, &e)) {
		bool fresh = false;
		size_t no = f->levels.n;
		if (crm_json_is_string(e))
			crm_map_put(&f->levels, crm_json_text_view(e, &tmp),
			    &fresh)->v.u = no;
		if (!fresh) {
			crm_buf_release(&tmp);
			return bad(rd, "levels");
		}
	}
	crm_buf_release(&tmp);
	return CRM_OK;
}

static bool
read_scale(struct crm_feature *f, struct crm_str v)
{
	f->kind = CRM_FEATURE_NUMBER;
	return crm_params_member(v, "lo", &f->lo) &&
	    crm_params_member(v, "hi", &f->hi) &&
	    crm_params_member(v, "mean", &f->mean) &&
	    crm_params_member(v, "sd", &f->sd) && f->sd > 0 &&
	    crm_params_member(v, "log_mean", &f->log_mean) &&
	    crm_params_member(v, "log_sd", &f->log_sd);
}

static enum crm_status
read_feature(struct reader *rd, struct crm_str v)
{
	struct crm_model *m = rd->m;
	struct crm_feature *f = &m->feature[m->nfeatures++];
	struct crm_str x, none, e;
	if (!crm_json_get(v, CRM_STR("field"), &x) || !crm_json_is_string(x))
		return bad(rd, "field");
	struct crm_buf tmp = { 0 };
	f->field = crm_arena_str(&m->mem, crm_json_text_view(x, &tmp));
	crm_buf_release(&tmp);
	f->column = m->columns;
	bool levels = crm_json_get(v, CRM_STR("kind"), &x) &&
	    crm_str_is(x, "\"levels\"");
	if (levels)
		f->kind = CRM_FEATURE_LEVELS;
	else if (!read_scale(f, v))
		return bad(rd, "features");
	if (levels || crm_json_get(v, CRM_STR("levels"), &x)) {
		enum crm_status st = read_levels(rd, f, v);
		if (st)
			return st;
	}
	size_t want = crm_feature_width(f);
	if (!crm_params_member(v, "center", &f->center) ||
	    !crm_json_get(v, CRM_STR("weights"), &x) ||
	    crm_json_kind(x) != '[' || crm_json_count(x) != want)
		return bad(rd, "weights");
	struct crm_json_iter it = crm_json_iter(x);
	crm_grow(&rd->weight, &rd->cap, rd->nweights + want + 1,
	    sizeof(*rd->weight));
	while (crm_json_next(&it, &none, &e))
		if (!crm_params_number(e, &rd->weight[rd->nweights++]))
			return bad(rd, "weights");
	m->columns += want;
	return CRM_OK;
}

static enum crm_status
read_model(struct reader *rd, struct crm_str o)
{
	struct crm_model *m = rd->m;
	struct crm_str v, none, e;
	double n = 0;
	if (!crm_json_get(o, CRM_STR("model"), &v) || !crm_json_is_string(v))
		return bad(rd, "model");
	m->name = crm_arena_str(&m->mem, crm_json_inner(v));
	if (!crm_str_is(m->name, "conversion") && !crm_str_is(m->name, "churn"))
		return crm_params_other(v, rd->err);
	if (!crm_json_get(o, CRM_STR("features"), &v) ||
	    crm_json_kind(v) != '[')
		return bad(rd, "features");
	m->feature = crm_calloc(crm_json_count(v), sizeof(*m->feature));
	struct crm_json_iter it = crm_json_iter(v);
	while (crm_json_next(&it, &none, &e)) {
		enum crm_status st = read_feature(rd, e);
		if (st)
			return st;
	}
	crm_grow(&rd->weight, &rd->cap, rd->nweights + 1, sizeof(*rd->weight));
	if (!crm_params_member(o, "platt_a", &m->platt_a) ||
	    !crm_params_member(o, "platt_b", &m->platt_b) ||
	    !crm_params_member(o, "intercept", &rd->weight[rd->nweights]))
		return bad(rd, "intercept");
	if (crm_params_member(o, "n", &n) && n >= 0 && n < 1e15)
		m->n = (uint64_t)n;
	return CRM_OK;
}

enum crm_status
crm_model_read(struct crm_str json, struct crm_model **out,
    struct crm_err *err)
{
	/* a model may be long: as many levels as 200 a field */
	const struct crm_json_limits lim = { .line = 64u << 20 };
	enum crm_status st = crm_json_check(json, &lim, err);
	if (st)
		return st;
	struct reader rd = { .m = crm_zalloc(sizeof(*rd.m)), .err = err };
	*rd.m = (struct crm_model){ .from = INT64_MIN, .to = INT64_MIN };
	st = read_model(&rd, crm_str_trim(json));
	rd.m->weight = rd.weight;
	if (st)
		crm_model_free(rd.m);
	else
		*out = rd.m;
	return st;
}
