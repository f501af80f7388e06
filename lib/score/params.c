#include "score/params.h"

#include <math.h>

#include "format/json.h"

bool
crm_params_number(struct crm_str val, double *out)
{
	char text[64];
	if (crm_json_kind(val) != '0' || val.n >= sizeof(text))
		return false;
	memcpy(text, val.p, val.n);
	text[val.n] = '\0';
	*out = strtod(text, NULL);
	return isfinite(*out);
}

bool
crm_params_member(struct crm_str object, const char *key, double *out)
{
	struct crm_str val;
	return crm_json_get(object, crm_str_z(key), &val) &&
	    crm_params_number(val, out);
}

enum crm_status
crm_params_other(struct crm_str name, struct crm_err *err)
{
	return crm_err_set(err, CRM_INVALID, "params.model",
	    _("a model for %.*s"), (int)(name.n < 40 ? name.n : 40), name.p);
}

static void
add_digits(struct crm_buf *b, const char *key, double v)
{
	char text[40];
	snprintf(text, sizeof(text), "%.9g", v);
	crm_json_add_raw(b, key, crm_str_z(text));
}

void
crm_clv_write(const struct crm_clv_params *p, struct crm_buf *out)
{
	crm_buf_c(out, '{');
	crm_json_add_str(out, "model", CRM_STR("clv"));
	crm_json_add_u64(out, "n", p->n);
	crm_json_add_u64(out, "n_repeat", p->n_repeat);
	add_digits(out, "r", p->r);
	add_digits(out, "alpha", p->alpha);
	add_digits(out, "a", p->a);
	add_digits(out, "b", p->b);
	add_digits(out, "log_likelihood", p->log_likelihood);
	if (p->p > 0) {
		crm_json_add_u64(out, "n_value", p->n_value);
		add_digits(out, "p", p->p);
		add_digits(out, "q", p->q);
		add_digits(out, "v", p->v);
		add_digits(out, "value_log_likelihood",
		    p->value_log_likelihood);
	}
	crm_json_add_str(out, "time_unit", CRM_STR("week"));
	add_digits(out, "discount", p->discount);
	crm_buf_c(out, '}');
}

enum crm_status
crm_clv_read(struct crm_str json, struct crm_clv_params *out,
    struct crm_err *err)
{
	static const char *const names[] = { "r", "alpha", "a", "b" };
	*out = (struct crm_clv_params){ .discount = 0.15 };
	double *const where[] = { &out->r, &out->alpha, &out->a, &out->b };
	enum crm_status st = crm_json_check(json, NULL, err);
	if (st)
		return st;
	struct crm_str o = crm_str_trim(json), name;
	if (crm_json_get(o, CRM_STR("model"), &name) &&
	    !crm_str_is(name, "\"clv\""))
		return crm_params_other(name, err);
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (!crm_params_member(o, names[i], where[i]))
			return crm_err_field(err, CRM_INVALID, "params.missing",
			    crm_str_z(names[i]),
			    _("no number '%s' among the parameters"), names[i]);
	bool p = crm_params_member(o, "p", &out->p);
	bool q = crm_params_member(o, "q", &out->q);
	bool v = crm_params_member(o, "v", &out->v);
	crm_params_member(o, "discount", &out->discount);
	if (p != q || q != v || !crm_clv_params_valid(out))
		return crm_err_set(err, CRM_INVALID, "params.range",
		    _("the parameters must be positive, and 'p', 'q', 'v' "
		    "stand together"));
	return CRM_OK;
}
