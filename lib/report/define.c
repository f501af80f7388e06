#include "report/define.h"

#include "format/json.h"

enum { MOST_MEASURES = 64, MOST_BY = 8 };

struct loader {
	struct crm_str text;
	const struct crm_query_ctx *ctx;
	struct crm_report *r;
	struct crm_buf tmp;
	struct crm_err *err;
};

static enum crm_status CRM_PRINTF(3, 4)
bad(struct loader *l, struct crm_str where, const char *fmt, ...)
{
	char msg[300];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	crm_err_set(l->err, CRM_INVALID, "report.definition", "%s", msg);
	if (l->err && where.p >= l->text.p) {
		l->err->line = 1;
		for (const char *p = l->text.p; p < where.p; p++)
			l->err->line += *p == '\n';
	}
	return CRM_INVALID;
}

void
crm_report_release(struct crm_report *r)
{
	for (size_t i = 0; i < r->nby; i++) {
		crm_path_free(r->by[i].path);
		crm_path_free(r->by[i].from);
		crm_path_free(r->by[i].to);
	}
	for (size_t i = 0; i < r->nmeasures; i++) {
		struct crm_measure *m = &r->measure[i];
		crm_path_free(m->path);
		crm_path_free(m->from);
		crm_path_free(m->to);
		crm_query_free(m->where);
		crm_query_free(m->among);
		crm_expr_free(m->expr);
	}
	crm_arena_release(&r->mem);
	*r = (struct crm_report){ 0 };
}

const char *
crm_report_date(const struct crm_type *t)
{
	static const char *const fields[] = { "close_date", "at", "issued",
		"opened", "start", "date" };
	for (size_t i = 0; t && i < CRM_LEN(fields); i++)
		if (crm_type_field(t, crm_str_z(fields[i])))
			return fields[i];
	return "created";
}

static struct crm_by *
new_by(struct crm_report *r)
{
	if (!r->by)
		r->by = crm_arena_zalloc(&r->mem, MOST_BY * sizeof(*r->by));
	return r->nby < MOST_BY ? &r->by[r->nby++] : NULL;
}

static bool
is_stage(const struct crm_type *t, struct crm_str name)
{
	return t && crm_str_is(t->name, "deal") && crm_str_is(name, "stage");
}

enum crm_status
crm_report_by(struct crm_report *r, const struct crm_query_ctx *ctx,
    struct crm_str text, struct crm_err *err)
{
	size_t colon = crm_str_chr(text, ':');
	struct crm_by *by = new_by(r);
	if (!by)
		return crm_err_set(err, CRM_USAGE, "report.by",
		    _("at most %d keys"), MOST_BY);
	by->name = crm_arena_str(&r->mem, crm_str_sub(text, 0, colon));
	if (colon < text.n && !crm_bucket_parse(crm_str_sub(text, colon + 1,
	    text.n), &by->bucket))
		return crm_err_set(err, CRM_USAGE, "report.bucket",
		    _("'%.*s': day, week, month, quarter, year, fq or fy may "
		    "stand behind the colon"), CRM_FMT(text));
	return crm_path_parse(ctx, r->type, by->name, &by->path, err);
}

static struct crm_measure *
new_measure(struct crm_report *r)
{
	if (!r->measure)
		r->measure = crm_arena_zalloc(&r->mem,
		    MOST_MEASURES * sizeof(*r->measure));
	if (r->nmeasures == MOST_MEASURES)
		return NULL;
	struct crm_measure *m = &r->measure[r->nmeasures++];
	m->digits = -1;
	return m;
}

static bool
parse_op(struct crm_str op, struct crm_measure *m)
{
	static const char *const names[] = { "count", "sum", "avg", "", "min",
		"max", "distinct", "rate", "expr" };
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (*names[i] && crm_str_is(op, names[i])) {
			m->op = (enum crm_measure_op)i;
			return true;
		}
	m->op = CRM_OP_QUANTILE;
	m->percent = 50;
	if (crm_str_is(op, "median"))
		return true;
	if (op.n < 2 || op.n > 3 || op.p[0] != 'p')
		return false;
	m->percent = 0;
	for (size_t i = 1; i < op.n; i++) {
		if (op.p[i] < '0' || op.p[i] > '9')
			return false;
		m->percent = m->percent * 10 + (op.p[i] - '0');
	}
	return m->percent > 0;
}

/* The measure's path, and whether it is money. */
static enum crm_status
set_path(struct crm_report *r, const struct crm_query_ctx *ctx,
    struct crm_measure *m, struct crm_str field, struct crm_err *err)
{
	const struct crm_field *f;
	enum crm_status st = crm_path_parse(ctx, r->type, field, &m->path, err);
	if (!st)
		m->money = crm_path_kind(m->path, &f) == CRM_K_MONEY &&
		    m->op != CRM_OP_DISTINCT && m->op != CRM_OP_COUNT;
	return st;
}

enum crm_status
crm_report_measure(struct crm_report *r, const struct crm_query_ctx *ctx,
    struct crm_str op, struct crm_str field, struct crm_err *err)
{
	struct crm_measure *m = new_measure(r);
	if (!m || !parse_op(op, m))
		return crm_err_set(err, CRM_USAGE, "report.measure",
		    _("not a measure: '%.*s'"), CRM_FMT(op));
	struct crm_buf name = { 0 };
	crm_buf_str(&name, op);
	if (field.n)
		crm_buf_c(&name, '_');
	crm_buf_str(&name, field);
	m->name = crm_arena_str(&r->mem, crm_buf_view(&name));
	crm_buf_release(&name);
	return field.n ? set_path(r, ctx, m, field, err) : CRM_OK;
}

/* -- definitions ----------------------------------------------------------- */

static bool
get_text(struct loader *l, struct crm_str o, const char *key,
    struct crm_str *out)
{
	struct crm_str v;
	if (!crm_json_get(o, crm_str_z(key), &v) || !crm_json_is_string(v))
		return false;
	*out = crm_arena_str(&l->r->mem, crm_json_text_view(v, &l->tmp));
	return true;
}

static bool
get_true(struct crm_str o, const char *key)
{
	struct crm_str v;
	return crm_json_get(o, crm_str_z(key), &v) && crm_str_is(v, "true");
}

static enum crm_status
read_query(struct loader *l, struct crm_str o, const char *key,
    struct crm_query **out)
{
	struct crm_str text;
	struct crm_err why = { 0 };
	if (!get_text(l, o, key, &text))
		return CRM_OK;
	if (crm_query_parse_text(l->ctx, text, l->r->type, out, &why))
		return bad(l, o, "'%s': %s", key, why.msg);
	return CRM_OK;
}

static enum crm_status
read_path(struct loader *l, struct crm_str where, struct crm_str text,
    struct crm_path **out)
{
	struct crm_err why = { 0 };
	if (crm_str_is(text, "now"))
		return CRM_OK;
	if (crm_path_parse(l->ctx, l->r->type, text, out, &why))
		return bad(l, where, "%s", why.msg);
	return CRM_OK;
}

/* "days":["opened","closed"] and the like; "minutes":"statuses" leaves the two
 * ends out and answers the name. */
static enum crm_status
read_span(struct loader *l, struct crm_str o, struct crm_path **from,
    struct crm_path **to, int64_t *unit, struct crm_str *history)
{
	static const struct { const char *key; int64_t unit; } units[] = {
		{ "days", CRM_DAY }, { "hours", CRM_HOUR },
		{ "minutes", 60 * CRM_SECOND },
	};
	for (size_t i = 0; i < CRM_LEN(units); i++) {
		struct crm_str v, none, e, ends[2];
		size_t n = 0;
		if (!crm_json_get(o, crm_str_z(units[i].key), &v))
			continue;
		*unit = units[i].unit;
		if (history && (crm_str_is(v, "\"statuses\"") ||
		    crm_str_is(v, "\"stages\""))) {
			*history = crm_arena_str(&l->r->mem, crm_json_inner(v));
			return CRM_OK;
		}
		struct crm_json_iter it = crm_json_iter(v);
		while (crm_json_kind(v) == '[' && crm_json_next(&it, &none, &e)) {
			if (n == 2 || !crm_json_is_string(e))
				break;
			ends[n++] = crm_arena_str(&l->r->mem, crm_json_inner(e));
		}
		if (n != 2)
			return bad(l, v, _("'%s': two fields are wanted"),
			    units[i].key);
		enum crm_status st = read_path(l, v, ends[0], from);
		return st ? st : read_path(l, v, ends[1], to);
	}
	return CRM_OK;
}

static bool
read_int(struct crm_str val, int64_t *out)
{
	struct crm_dec d;
	if (!crm_dec_parse(val, &d) || d.scale || d.v > 1000000000 ||
	    d.v < -1000000000)
		return false;
	*out = (int64_t)d.v;
	return true;
}

static enum crm_status
read_by(struct loader *l, struct crm_str v)
{
	struct crm_report *r = l->r;
	struct crm_str text, x, none, e;
	struct crm_err why = { 0 };
	if (crm_json_is_string(v)) {
		text = crm_arena_str(&r->mem, crm_json_inner(v));
		if (crm_report_by(r, l->ctx, text, &why))
			return bad(l, v, "%s", why.msg);
		if (is_stage(r->type, text))
			r->by[r->nby - 1].stages = true;
		return CRM_OK;
	}
	struct crm_by *by = new_by(r);
	if (!by || !get_text(l, v, "name", &by->name))
		return bad(l, v, _("a key without a name"));
	enum crm_status st = read_span(l, v, &by->from, &by->to, &by->unit, NULL);
	if (st)
		return st;
	if (by->unit == 0)
		return bad(l, v, _("key '%.*s': 'days' and 'ranges' are wanted"),
		    CRM_FMT(by->name));
	if (crm_json_get(v, CRM_STR("ranges"), &x) && crm_json_kind(x) == '[') {
		struct crm_json_iter it = crm_json_iter(x);
		while (by->ncuts < CRM_LEN(by->cut) &&
		    crm_json_next(&it, &none, &e) &&
		    read_int(e, &by->cut[by->ncuts]))
			by->ncuts++;
	}
	return by->ncuts ? CRM_OK : bad(l, v, _("key '%.*s': no 'ranges'"),
	    CRM_FMT(by->name));
}

static enum crm_status
read_measure(struct loader *l, struct crm_str v)
{
	struct crm_report *r = l->r;
	struct crm_measure *m = new_measure(r);
	struct crm_str op, text, x;
	struct crm_err why = { 0 };
	int64_t digits;
	if (!m || !get_text(l, v, "name", &m->name) ||
	    !get_text(l, v, "of", &op) || !parse_op(op, m))
		return bad(l, v, _("a measure wants 'name' and 'of': count, sum, "
		    "avg, median, p90, min, max, distinct, rate or expr"));
	if (m->op == CRM_OP_EXPR) {
		if (!get_text(l, v, "expr", &text) ||
		    crm_expr_parse(text, &m->expr, &why))
			return bad(l, v, _("measure '%.*s': %s"),
			    CRM_FMT(m->name), why.msg[0] ? why.msg :
			    _("no 'expr'"));
		m->money = get_true(v, "money");
	}
	enum crm_status st = read_span(l, v, &m->from, &m->to, &m->unit,
	    &m->history);
	if (m->history.n && (!crm_json_get(v, CRM_STR("in"), &m->states) ||
	    crm_json_kind(m->states) != '['))
		return bad(l, v, _("measure '%.*s': time in which states? 'in' "
		    "is a list of them"), CRM_FMT(m->name));
	m->states = crm_arena_str(&r->mem, m->states);
	if (!st && get_text(l, v, "field", &text) &&
	    set_path(r, l->ctx, m, text, &why))
		st = bad(l, v, "%s", why.msg);
	if (!st)
		st = read_query(l, v, "where", &m->where);
	if (!st)
		st = read_query(l, v, "among", &m->among);
	if (st)
		return st;
	if (crm_json_get(v, CRM_STR("digits"), &x) && read_int(x, &digits) &&
	    digits >= 0 && digits <= 12)
		m->digits = (int)digits;
	m->business = get_true(v, "business");
	m->weighted = get_true(v, "weighted");
	m->share = get_true(v, "share") || m->op == CRM_OP_RATE;
	m->hidden = get_true(v, "hidden");
	m->rotting = get_true(v, "rotting");
	m->reopened = get_true(v, "reopened");
	return CRM_OK;
}

static enum crm_status
read_list(struct loader *l, struct crm_str o, const char *key,
    enum crm_status (*read)(struct loader *l, struct crm_str v))
{
	struct crm_str v, none, e;
	enum crm_status st = CRM_OK;
	if (!crm_json_get(o, crm_str_z(key), &v))
		return CRM_OK;
	if (crm_json_kind(v) != '[')
		return bad(l, v, _("'%s': not a list"), key);
	struct crm_json_iter it = crm_json_iter(v);
	while (!st && crm_json_next(&it, &none, &e))
		st = read(l, e);
	return st;
}

static enum crm_status
read_all(struct loader *l, struct crm_str o)
{
	static const char *const known[] = { "name", "title", "kind", "type",
		"where", "date", "period", "by", "measures", "formula",
		"chart", "params" };
	struct crm_report *r = l->r;
	struct crm_json_iter it = crm_json_iter(o);
	struct crm_str key, v, text;
	while (crm_json_next(&it, &key, &v)) {
		size_t i = 0;
		while (i < CRM_LEN(known) && !crm_str_is(key, known[i]))
			i++;
		if (i == CRM_LEN(known))
			return bad(l, v, _("unknown key '%.*s'"), CRM_FMT(key));
	}
	get_text(l, o, "name", &r->name);
	get_text(l, o, "title", &r->title);
	get_text(l, o, "formula", &r->formula);
	get_text(l, o, "where", &r->where);
	get_text(l, o, "period", &r->period);
	get_text(l, o, "chart", &r->chart);
	if (!get_text(l, o, "kind", &r->kind))
		return bad(l, o, _("no 'kind'"));
	if (get_text(l, o, "type", &text)) {
		r->type = crm_schema_type(l->ctx->schema, text);
		if (!r->type)
			return bad(l, o, _("unknown type '%.*s'"), CRM_FMT(text));
	}
	if (!get_text(l, o, "date", &r->date))
		r->date = crm_str_z(crm_report_date(r->type));
	enum crm_status st = read_list(l, o, "by", read_by);
	return st ? st : read_list(l, o, "measures", read_measure);
}

enum crm_status
crm_report_load(struct crm_str text, const struct crm_query_ctx *ctx,
    const struct crm_type *type, struct crm_report *out, struct crm_err *err)
{
	*out = (struct crm_report){ .type = type };
	enum crm_status st = crm_json_check(text, NULL, err);
	if (st)
		return st;
	out->raw = crm_arena_str(&out->mem, crm_str_trim(text));
	struct loader l = { .text = text, .ctx = ctx, .r = out, .err = err };
	if (crm_json_kind(crm_str_trim(text)) != '{')
		st = bad(&l, text, _("not an object"));
	else
		st = read_all(&l, crm_str_trim(text));
	crm_buf_release(&l.tmp);
	if (st)
		crm_report_release(out);
	return st;
}
