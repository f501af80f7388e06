/* The model as one line of JSON, and back. */
#include <math.h>

#include "format/json.h"
#include "match/inner.h"

static const char *
feat_name(enum crm_feat f)
{
	static const char *const t[CRM_FEATS] = { "given_name", "family_name",
		"organisation", "email", "phone", "date", "code", "street",
		"postcode", "city", "country", "text" };
	return t[f];
}

static const char *
key_of(int part, int k)
{
	static const char *const t[2][1 + CRM_RELATED] = {
		{ "same", "household", "company", "namesake", "heir",
		  "kin" },
		{ "same_org", "household_org", "company_org", "namesake_org",
		  "heir_org", "kin_org" }
	};
	return t[part][k];
}

static void
put_levels(struct crm_buf *b, const char *key, const double *p, size_t n)
{
	crm_json_key(b, key);
	crm_buf_c(b, '[');
	for (size_t l = 1; l <= n; l++)
		crm_buf_printf(b, "%s%.17g", l > 1 ? "," : "", p[l]);
	crm_buf_c(b, ']');
}

void
crm_match_model_save(const struct crm_match *m, struct crm_str type,
    struct crm_buf *out)
{
	const struct crm_match_model *d = &m->model;
	crm_buf_c(out, '{');
	crm_json_add_str(out, "model", crm_str_z("dedupe"));
	if (type.n)
		crm_json_add_str(out, "type", type);
	crm_json_add_u64(out, "records", m->n);
	crm_json_key(out, "prior");
	crm_buf_c(out, '[');
	for (int t = 0; t < 2; t++) {
		crm_buf_printf(out, "%s%.17g", t ? "," : "", d->part[t].pm);
		for (int k = 0; k < CRM_RELATED; k++)
			crm_buf_printf(out, ",%.17g", d->part[t].pr[k]);
	}
	crm_buf_c(out, ']');
	crm_json_key(out, "slope");
	crm_buf_printf(out, "%.17g", d->slope);
	crm_json_key(out, "shift");
	crm_buf_printf(out, "%.17g", d->shift);
	crm_json_key(out, "fields");
	crm_buf_c(out, '[');
	for (size_t c = 0; c < m->ncols; c++) {
		size_t n = crm_match_levels(m->col[c].feat);
		crm_json_comma(out);
		crm_buf_c(out, '{');
		crm_json_add_str(out, "field", m->col[c].name);
		crm_json_add_str(out, "kind",
		    crm_str_z(feat_name(m->col[c].feat)));
		put_levels(out, "stranger", d->u[c], n);
		for (int t = 0; t < 2; t++) {
			put_levels(out, key_of(t, 0), d->part[t].m[c], n);
			for (int k = 0; k < CRM_RELATED; k++)
				put_levels(out, key_of(t, k + 1),
				    d->part[t].r[k][c], n);
		}
		crm_buf_c(out, '}');
	}
	crm_buf_z(out, "]}\n");
}

/* The numbers of a JSON array into p[from..from + n); false unless there are
 * exactly n between 0 and max. */
static bool
numbers(struct crm_str val, double *p, size_t n, double max)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, v;
	size_t k = 0;
	while (crm_json_next(&it, &key, &v)) {
		char buf[64];
		if (k == n || crm_json_kind(v) != '0' || v.n >= sizeof(buf))
			return false;
		memcpy(buf, v.p, v.n);
		buf[v.n] = 0;
		p[k] = strtod(buf, NULL);
		if (!(p[k] > 0) || p[k] > max)
			return false;
		k++;
	}
	return k == n;
}

static bool
load_field(struct crm_match *m, size_t c, struct crm_str val)
{
	struct crm_match_model *d = &m->model;
	size_t n = crm_match_levels(m->col[c].feat);
	struct crm_str v;
	if (!crm_json_get(val, crm_str_z("stranger"), &v) ||
	    !numbers(v, d->u[c] + 1, n, 1))
		return false;
	for (int i = 0; i < 2 * (1 + CRM_RELATED); i++) {
		struct crm_match_part *t = &d->part[i / (1 + CRM_RELATED)];
		int k = i % (1 + CRM_RELATED);
		double *p = k ? t->r[k - 1][c] : t->m[c];
		if (!crm_json_get(val, crm_str_z(key_of(i / (1 + CRM_RELATED),
		    k)), &v) || !numbers(v, p + 1, n, 1))
			return false;
	}
	return true;
}

static enum crm_status
load_fields(struct crm_match *m, struct crm_str fields, struct crm_err *err)
{
	struct crm_json_iter it = crm_json_iter(fields);
	struct crm_str key, v, kind, name;
	size_t c = 0;
	while (crm_json_next(&it, &key, &v)) {
		if (c == m->ncols || !crm_json_get(v, crm_str_z("kind"),
		    &kind) || !crm_json_get(v, crm_str_z("field"), &name) ||
		    !crm_json_is_string(kind) || !crm_json_is_string(name) ||
		    !crm_str_is(crm_json_inner(kind),
		    feat_name(m->col[c].feat)) ||
		    !crm_json_eq(crm_json_inner(name), m->col[c].name))
			return crm_err_set(err, CRM_CONFLICT,
			    "match.model_fields",
			    _("the model was made for other fields"));
		if (!load_field(m, c, v))
			return crm_err_set(err, CRM_INVALID, "match.model",
			    _("not a model of crm-dedupe: field %zu"), c + 1);
		c++;
	}
	return c == m->ncols ? CRM_OK : crm_err_set(err, CRM_CONFLICT,
	    "match.model_fields", _("the model was made for other fields"));
}

enum crm_status
crm_match_model_load(struct crm_match *m, struct crm_str text,
    struct crm_err *err)
{
	struct crm_json_obj o = { 0 };
	struct crm_str fields, prior, slope, shift;
	double p[2 * (1 + CRM_RELATED)];
	enum crm_status st = crm_json_scan(crm_str_trim(text), NULL, &o, err);
	text = crm_str_trim(text);
	crm_json_obj_release(&o);
	if (st)
		return st;
	if (!crm_json_get(text, crm_str_z("fields"), &fields) ||
	    !crm_json_get(text, crm_str_z("prior"), &prior) ||
	    !crm_json_get(text, crm_str_z("slope"), &slope) ||
	    !crm_json_get(text, crm_str_z("shift"), &shift) ||
	    slope.n > 40 || shift.n > 40 || !numbers(prior, p, CRM_LEN(p), 0.9))
		return crm_err_set(err, CRM_INVALID, "match.model",
		    _("not a model of crm-dedupe"));
	st = load_fields(m, fields, err);
	if (st)
		return st;
	for (int t = 0; t < 2; t++) {
		const double *q = p + t * (1 + CRM_RELATED);
		m->model.part[t].pm = q[0];
		for (int k = 0; k < CRM_RELATED; k++)
			m->model.part[t].pr[k] = k < CRM_HEIRS ||
			    crm_match_w_most(m, t, k) > 0 ? q[1 + k] : CRM_NEVER;
	}
	m->model.slope = strtod(slope.p, NULL);
	if (!(m->model.slope > 0 && m->model.slope < 10))
		m->model.slope = 1;
	m->model.shift = strtod(shift.p, NULL);
	if (!(fabs(m->model.shift) < 10))
		m->model.shift = 0;
	m->model.loaded = true;
	return CRM_OK;
}
