/* Rules files: JSON read through its spans, so that every complaint can name
 * the line and the rule. */
#include "base/decimal.h"
#include "format/json.h"
#include "score/rules.h"

struct loader {
	struct crm_str text;
	const struct crm_query_ctx *ctx;
	struct crm_rules *r;
	struct crm_str rule;	/* the rule being read, "" outside */
	struct crm_buf tmp;
	struct crm_err *err;
};

/* An error about the value at `where` inside the text. */
static enum crm_status CRM_PRINTF(4, 5)
bad(struct loader *l, const char *where, const char *id, const char *fmt, ...)
{
	char msg[400];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	if (l->rule.n)
		crm_err_set(l->err, CRM_INVALID, id, _("rule '%.*s': %s"),
		    CRM_FMT(l->rule), msg);
	else
		crm_err_set(l->err, CRM_INVALID, id, "%s", msg);
	if (l->err && where) {
		l->err->line = 1;
		for (const char *p = l->text.p; p < where; p++)
			l->err->line += *p == '\n';
	}
	return CRM_INVALID;
}

static enum crm_status
read_string(struct loader *l, struct crm_str key, struct crm_str val,
    struct crm_str *out)
{
	if (!crm_json_is_string(val))
		return bad(l, val.p, "rules.kind", _("'%.*s': not a string"),
		    CRM_FMT(key));
	*out = crm_arena_str(&l->r->mem, crm_json_text_view(val, &l->tmp));
	return CRM_OK;
}

static enum crm_status
read_points(struct loader *l, struct crm_str key, struct crm_str val,
    int64_t *out)
{
	struct crm_dec d;
	if (crm_json_kind(val) != '0' || !crm_dec_parse(val, &d))
		return bad(l, val.p, "rules.points", _("'%.*s': not a number"),
		    CRM_FMT(key));
	if (!crm_dec_rescale(d, 2, CRM_HALF_EVEN, &d) ||
	    d.v > INT64_C(100000000000) || d.v < -INT64_C(100000000000))
		return bad(l, val.p, "rules.points", _("'%.*s': out of range"),
		    CRM_FMT(key));
	*out = (int64_t)d.v;
	return CRM_OK;
}

static enum crm_status
read_duration(struct loader *l, struct crm_str key, struct crm_str val,
    int64_t *out)
{
	if (!crm_json_is_string(val) ||
	    !crm_duration_parse(crm_json_inner(val), out) || *out <= 0)
		return bad(l, val.p, "rules.duration",
		    _("'%.*s': not a duration such as \"30d\""), CRM_FMT(key));
	return CRM_OK;
}

static enum crm_status
read_query(struct loader *l, struct crm_str key, struct crm_str val,
    const struct crm_type *preset, struct crm_query **out)
{
	struct crm_str text;
	enum crm_status st = read_string(l, key, val, &text);
	if (st)
		return st;
	struct crm_err why = { 0 };
	if (*out)
		return bad(l, val.p, "rules.twice", _("'%.*s' stands twice"),
		    CRM_FMT(key));
	if (crm_query_parse_text(l->ctx, text, preset, out, &why))
		return bad(l, val.p, "rules.query", _("'%.*s': %s"),
		    CRM_FMT(key), why.msg);
	return CRM_OK;
}

static enum crm_status
read_steps(struct loader *l, struct crm_str key, struct crm_str val,
    struct crm_decay *d)
{
	if (crm_json_kind(val) != '{' || crm_json_count(val) == 0 ||
	    crm_json_count(val) > CRM_LEN(d->step))
		return bad(l, val.p, "rules.steps",
		    _("'%.*s': 1 to %zu ages and percentages are wanted, such "
		    "as {\"30d\":100,\"90d\":50}"), CRM_FMT(key),
		    CRM_LEN(d->step));
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str age, part;
	d->nsteps = 0;
	while (crm_json_next(&it, &age, &part)) {
		struct crm_decay_step *s = &d->step[d->nsteps];
		int64_t percent;
		enum crm_status st = read_points(l, age, part, &percent);
		if (st)
			return st;
		s->percent = percent / CRM_POINT;
		if (!crm_duration_parse(age, &s->upto) || s->percent < 0 ||
		    s->percent > 100 || (d->nsteps &&
		    s->upto <= d->step[d->nsteps - 1].upto))
			return bad(l, part.p, "rules.steps", _("'%.*s': ages "
			    "must rise, percentages lie in 0 to 100"),
			    CRM_FMT(age));
		d->nsteps++;
	}
	return CRM_OK;
}

static enum crm_status
read_decay(struct loader *l, struct crm_str key, struct crm_str val,
    struct crm_decay *d)
{
	if (d->kind != CRM_DECAY_NONE)
		return bad(l, val.p, "rules.decay",
		    _("'%.*s': only one kind of decay a rule"), CRM_FMT(key));
	if (crm_str_is(key, "steps")) {
		d->kind = CRM_DECAY_STEP;
		return read_steps(l, key, val, d);
	}
	d->kind = crm_str_is(key, "half_life") ? CRM_DECAY_HALF_LIFE :
	    CRM_DECAY_LINEAR;
	return read_duration(l, key, val, &d->span);
}

static enum crm_status
read_group_name(struct loader *l, struct crm_str val, size_t *out)
{
	struct crm_str name;
	enum crm_status st = read_string(l, CRM_STR("group"), val, &name);
	if (st)
		return st;
	for (size_t g = 0; g < l->r->ngroups; g++)
		if (crm_str_eq(l->r->group[g].name, name)) {
			*out = g;
			return CRM_OK;
		}
	return bad(l, val.p, "rules.group", _("there is no group '%.*s'"),
	    CRM_FMT(name));
}

static enum crm_status
read_times(struct loader *l, struct crm_str val, uint32_t *out)
{
	int64_t n;
	enum crm_status st = read_points(l, CRM_STR("times"), val, &n);
	if (st)
		return st;
	if (n < CRM_POINT || n % CRM_POINT || n > CRM_RULE_TIMES * CRM_POINT)
		return bad(l, val.p, "rules.times",
		    _("'times': a whole number from 1 to %d"), CRM_RULE_TIMES);
	*out = (uint32_t)(n / CRM_POINT);
	return CRM_OK;
}

static enum crm_status
read_rule_key(struct loader *l, struct crm_rule *k, struct crm_str key,
    struct crm_str val, const struct crm_type *preset)
{
	if (crm_str_is(key, "name"))
		return CRM_OK;	/* read before the others */
	if (crm_str_is(key, "group"))
		return read_group_name(l, val, &k->group);
	if (crm_str_is(key, "points"))
		return read_points(l, key, val, &k->points);
	if (crm_str_is(key, "cap"))
		return read_points(l, key, val, &k->cap);
	if (crm_str_is(key, "times"))
		return read_times(l, val, &k->times);
	if (crm_str_is(key, "within"))
		return read_duration(l, key, val, &k->window);
	if (crm_str_is(key, "half_life") || crm_str_is(key, "linear") ||
	    crm_str_is(key, "steps"))
		return read_decay(l, key, val, &k->decay);
	if (crm_str_is(key, "when"))
		return read_query(l, key, val, preset, &k->when);
	if (crm_str_is(key, "event"))
		return read_query(l, key, val, NULL, &k->event);
	if (crm_str_is(key, "note"))
		return CRM_OK;
	return bad(l, val.p, "rules.key", _("unknown key '%.*s'"), CRM_FMT(key));
}

static enum crm_status
read_rule(struct loader *l, struct crm_str val, struct crm_rule *k,
    const struct crm_type *preset)
{
	struct crm_str name;
	l->rule = (struct crm_str){ 0 };
	if (!crm_json_get(val, CRM_STR("name"), &name) ||
	    !crm_json_is_string(name) || name.n == 2)
		return bad(l, val.p, "rules.name", _("a rule without a name"));
	k->name = crm_arena_str(&l->r->mem, crm_json_text_view(name, &l->tmp));
	l->rule = k->name;
	for (struct crm_rule *o = l->r->rule; o < k; o++)
		if (crm_str_eq(o->name, k->name))
			return bad(l, val.p, "rules.twice",
			    _("the name stands twice"));
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, v;
	while (crm_json_next(&it, &key, &v)) {
		enum crm_status st = read_rule_key(l, k, key, v, preset);
		if (st)
			return st;
	}
	if (l->r->ngroups > 1 && !crm_json_get(val, CRM_STR("group"), &v))
		return bad(l, val.p, "rules.group", _("no 'group'"));
	if (!k->when == !k->event)
		return bad(l, val.p, "rules.condition",
		    _("either 'when' (fit) or 'event' (behaviour) is wanted"));
	if (k->when && (k->decay.kind || k->window || k->times))
		return bad(l, val.p, "rules.decay",
		    _("what a record is does not fade: decay is for events"));
	if (k->points == 0)
		return bad(l, val.p, "rules.points", _("no 'points'"));
	if (k->cap < 0)
		return bad(l, val.p, "rules.points", _("'cap' is negative"));
	return CRM_OK;
}

static enum crm_status
read_limits(struct loader *l, struct crm_str val, struct crm_limits *out)
{
	struct crm_str v;
	enum crm_status st = CRM_OK;
	*out = (struct crm_limits){ INT64_MIN, INT64_MAX };
	if (crm_json_get(val, CRM_STR("min"), &v))
		st = read_points(l, CRM_STR("min"), v, &out->min);
	if (!st && crm_json_get(val, CRM_STR("max"), &v))
		st = read_points(l, CRM_STR("max"), v, &out->max);
	if (!st && out->min > out->max)
		return bad(l, val.p, "rules.limits", _("'min' is above 'max'"));
	return st;
}

static enum crm_status
read_groups(struct loader *l, struct crm_str val)
{
	struct crm_rules *r = l->r;
	if (crm_json_kind(val) != '[')
		return bad(l, val.p, "rules.kind", _("'groups': not a list"));
	r->group = crm_arena_zalloc(&r->mem,
	    crm_json_count(val) * sizeof(*r->group));
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str none, v, x;
	while (crm_json_next(&it, &none, &v)) {
		struct crm_rule_group *g = &r->group[r->ngroups];
		if (!crm_json_get(v, CRM_STR("name"), &x))
			return bad(l, v.p, "rules.group",
			    _("a group without a name"));
		enum crm_status st = read_string(l, CRM_STR("name"), x, &g->name);
		if (!st)
			st = read_limits(l, v, &g->limits);
		if (st)
			return st;
		g->fit = crm_json_get(v, CRM_STR("fit"), &x) &&
		    crm_str_is(x, "true");
		r->ngroups++;
	}
	return CRM_OK;
}

static enum crm_status
read_grades(struct loader *l, struct crm_str val)
{
	static const char *const names[] = { "A", "B", "C", "D", "E" };
	for (size_t i = 0; i < CRM_LEN(names); i++) {
		struct crm_str v;
		if (!crm_json_get(val, crm_str_z(names[i]), &v))
			continue;
		enum crm_status st = read_points(l, crm_str_z(names[i]), v,
		    &l->r->grade[i]);
		if (st)
			return st;
	}
	return CRM_OK;
}

/* The types of records to score; with one alone its fields are known. */
static enum crm_status
read_types(struct loader *l, struct crm_str val, const struct crm_type **one)
{
	struct crm_rules *r = l->r;
	if (crm_json_kind(val) != '[' || crm_json_count(val) == 0)
		return bad(l, val.p, "rules.kind", _("'types': not a list"));
	r->type = crm_arena_zalloc(&r->mem,
	    crm_json_count(val) * sizeof(*r->type));
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str none, v, name;
	while (crm_json_next(&it, &none, &v)) {
		enum crm_status st = read_string(l, CRM_STR("types"), v, &name);
		if (st)
			return st;
		const struct crm_type *t = crm_schema_type(l->ctx->schema, name);
		if (!t)
			return bad(l, v.p, "rules.type", _("unknown type '%.*s'"),
			    CRM_FMT(name));
		r->type[r->ntypes++] = t;
	}
	*one = r->ntypes == 1 ? r->type[0] : NULL;
	return CRM_OK;
}

static enum crm_status
read_rules(struct loader *l, struct crm_str val, const struct crm_type *preset)
{
	struct crm_rules *r = l->r;
	size_t n = crm_json_count(val);
	if (crm_json_kind(val) != '[' || n == 0 || n > CRM_RULES_MAX)
		return bad(l, val.p, "rules.kind",
		    _("'rules': a list of 1 to %d rules"), CRM_RULES_MAX);
	r->rule = crm_arena_zalloc(&r->mem, n * sizeof(*r->rule));
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str none, v;
	while (crm_json_next(&it, &none, &v)) {
		r->nrules++;	/* before: a half-read one is released too */
		enum crm_status st = read_rule(l, v, &r->rule[r->nrules - 1],
		    preset);
		if (st)
			return st;
	}
	l->rule = (struct crm_str){ 0 };
	return CRM_OK;
}

static enum crm_status
read_file(struct loader *l)
{
	static const char *const known[] = { "name", "note", "types", "groups",
		"rules", "min", "max", "grades" };
	struct crm_json_iter it = crm_json_iter(crm_str_trim(l->text));
	struct crm_str key, v, whole = crm_str_trim(l->text);
	while (crm_json_next(&it, &key, &v)) {
		bool good = false;
		for (size_t i = 0; i < CRM_LEN(known); i++)
			good = good || crm_str_is(key, known[i]);
		if (!good)
			return bad(l, v.p, "rules.key", _("unknown key '%.*s'"),
			    CRM_FMT(key));
	}
	const struct crm_type *preset = NULL;
	enum crm_status st = read_limits(l, whole, &l->r->limits);
	if (!st && crm_json_get(whole, CRM_STR("name"), &v))
		st = read_string(l, CRM_STR("name"), v, &l->r->name);
	if (!st && crm_json_get(whole, CRM_STR("types"), &v))
		st = read_types(l, v, &preset);
	if (!st && crm_json_get(whole, CRM_STR("grades"), &v))
		st = read_grades(l, v);
	if (!st && !crm_json_get(whole, CRM_STR("groups"), &v))
		return bad(l, whole.p, "rules.group", _("no 'groups'"));
	if (!st)
		st = read_groups(l, v);
	if (!st && !crm_json_get(whole, CRM_STR("rules"), &v))
		return bad(l, whole.p, "rules.kind", _("no 'rules'"));
	return st ? st : read_rules(l, v, preset);
}

enum crm_status
crm_rules_load(struct crm_str text, const struct crm_query_ctx *ctx,
    struct crm_rules **out, struct crm_err *err)
{
	enum crm_status st = crm_json_check(text, NULL, err);
	if (st)
		return st;
	struct crm_rules *r = crm_zalloc(sizeof(*r));
	for (size_t i = 0; i < CRM_LEN(r->grade); i++)
		r->grade[i] = INT64_MAX;
	struct loader l = { .text = text, .ctx = ctx, .r = r, .err = err };
	if (crm_json_kind(crm_str_trim(text)) != '{')
		st = bad(&l, text.p, "rules.kind", _("not an object"));
	else
		st = read_file(&l);
	crm_buf_release(&l.tmp);
	if (st)
		crm_rules_free(r);
	else
		*out = r;
	return st;
}
