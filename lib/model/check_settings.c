/* Rule files: severities, limits, required fields, own rules; by country. */
#include "model/check_impl.h"
#include "model/overlay.h"

static bool
rule_by_name(struct crm_str name, enum crm_rule *out)
{
	for (int i = 0; i < CRM_RULES; i++)
		if (crm_str_is(name, crm_rule_name((enum crm_rule)i))) {
			*out = (enum crm_rule)i;
			return true;
		}
	return false;
}

static struct crm_str
nearest_rule(const struct crm_check_impl *m, struct crm_str name)
{
	struct crm_near near;
	crm_near_init(&near, name);
	for (int i = 0; i < CRM_RULES; i++)
		crm_near_try(&near, crm_str_z(crm_rule_name(
		    (enum crm_rule)i)));
	for (size_t i = 0; i < m->nown; i++)
		crm_near_try(&near, m->own[i].name);
	return crm_near_best(&near);
}

static enum crm_status
unknown_rule(const struct crm_check_impl *m, enum crm_status code,
    struct crm_str name, struct crm_err *err)
{
	struct crm_str near = nearest_rule(m, name);
	return near.n ? crm_err_set(err, code, "check.rule",
	    _("no rule '%.*s'; did you mean '%.*s'?"), CRM_FMT(name),
	    CRM_FMT(near)) : crm_err_set(err, code, "check.rule",
	    _("no rule '%.*s'"), CRM_FMT(name));
}

static enum crm_status
set_severity(struct crm_str rule, struct crm_str val, uint8_t *out,
    struct crm_err *err)
{
	enum crm_severity s;
	if (!crm_json_is_string(val) ||
	    !crm_severity_parse(crm_json_inner(val), &s))
		return crm_err_set(err, CRM_INVALID, "check.severity",
		    _("'%.*s': the severity is off, info, warning or error"),
		    CRM_FMT(rule));
	*out = (uint8_t)s;
	return CRM_OK;
}

static enum crm_status
set_days(enum crm_rule r, struct crm_str val, struct check_settings *s,
    struct crm_err *err)
{
	char *end = NULL;
	long days = crm_json_kind(val) == '0' ? strtol(val.p, &end, 10) : -1;
	if (days < 1 || days > 36500 || end != val.p + val.n ||
	    (r != CRM_RULE_STALE && r != CRM_RULE_RETENTION_OVERDUE))
		return crm_err_set(err, CRM_INVALID, "check.days",
		    _("'days' is a whole number from 1, for the rules stale "
		    "and retention.overdue"));
	if (r == CRM_RULE_STALE)
		s->stale_days = days;
	else
		s->retention_days = days;
	return CRM_OK;
}

/* "rule": "off" or {"severity": "warning", "days": 90}. */
static enum crm_status
set_rule(struct crm_check_impl *m, struct check_settings *s,
    struct crm_str name, struct crm_str val, struct crm_err *err)
{
	enum crm_rule r;
	struct crm_str key, v;
	if (!rule_by_name(name, &r))
		return unknown_rule(m, CRM_INVALID, name, err);
	if (crm_json_kind(val) != '{')
		return set_severity(name, val, &s->severity[r], err);
	struct crm_json_iter it = crm_json_iter(val);
	while (crm_json_next(&it, &key, &v)) {
		enum crm_status st = crm_str_is(key, "severity") ?
		    set_severity(name, v, &s->severity[r], err) :
		    crm_str_is(key, "days") ? set_days(r, v, s, err) :
		    crm_err_set(err, CRM_INVALID, "check.key",
		    _("'%.*s': nothing is called '%.*s' here"), CRM_FMT(name),
		    CRM_FMT(key));
		if (st)
			return st;
	}
	return CRM_OK;
}

static enum crm_status
set_require(struct crm_check *c, struct check_settings *s,
    struct crm_str type, struct crm_str list, struct crm_err *err)
{
	struct crm_check_impl *m = c->impl;
	const struct crm_type *t = crm_schema_type(c->schema, type);
	struct crm_str key, val;
	if (!t || crm_json_kind(list) != '[')
		return crm_err_set(err, CRM_INVALID, "check.require", t ?
		    _("'require' of '%.*s' takes a list of fields") :
		    _("'require': unknown type '%.*s'"), CRM_FMT(type));
	struct crm_json_iter it = crm_json_iter(list);
	while (crm_json_next(&it, &key, &val)) {
		const struct crm_field *f = crm_json_is_string(val) ?
		    crm_type_field(t, crm_json_inner(val)) : NULL;
		if (!f)
			return crm_err_set(err, CRM_INVALID, "check.require",
			    _("'require': no field %.*s of '%.*s'"),
			    CRM_FMT(val), CRM_FMT(type));
		struct check_require *r = crm_arena_alloc(&m->mem,
		    sizeof(*r));
		*r = (struct check_require){ .type = t, .field = f->name,
			.next = s->require };
		s->require = r;
	}
	return CRM_OK;
}

enum crm_status
check_query(struct crm_check *c, struct crm_str text, struct crm_query **out,
    struct crm_err *err)
{
	struct crm_query_ctx ctx = { .schema = c->schema, .clock = c->clock,
		.region = c->region, .lines = !c->env, .env = c->env };
	struct crm_buf b = { 0 };
	crm_json_unescape(&b, crm_json_inner(text));
	enum crm_status st = crm_query_parse_text(&ctx, crm_buf_view(&b),
	    NULL, out, err);
	crm_buf_release(&b);
	return st;
}

static struct crm_str
keep_text(struct crm_check_impl *m, struct crm_str val)
{
	struct crm_buf b = { 0 };
	crm_json_unescape(&b, crm_json_inner(val));
	struct crm_str s = crm_arena_str(&m->mem, crm_buf_view(&b));
	crm_buf_release(&b);
	return s;
}

static enum crm_status
own_member(struct crm_check *c, struct check_own *o, struct crm_str key,
    struct crm_str val, struct crm_err *err)
{
	uint8_t severity;
	enum crm_status st = CRM_OK;
	if (!crm_json_is_string(val))
		return crm_err_set(err, CRM_INVALID, "check.own",
		    _("'checks': '%.*s' takes a text"), CRM_FMT(key));
	if (crm_str_is(key, "name")) {
		o->name = keep_text(c->impl, val);
	} else if (crm_str_is(key, "message")) {
		o->message = keep_text(c->impl, val);
	} else if (crm_str_is(key, "field")) {
		o->field = keep_text(c->impl, val);
	} else if (crm_str_is(key, "severity")) {
		st = set_severity(key, val, &severity, err);
		if (!st)
			o->severity = (enum crm_severity)severity;
	} else if (crm_str_is(key, "when")) {
		st = check_query(c, val, &o->when, err);
	} else if (crm_str_is(key, "expect")) {
		st = check_query(c, val, &o->expect, err);
	} else {
		st = crm_err_set(err, CRM_INVALID, "check.own",
		    _("'checks': nothing is called '%.*s' here"),
		    CRM_FMT(key));
	}
	return st;
}

static enum crm_status
add_own(struct crm_check *c, struct crm_str val, struct crm_err *err)
{
	struct crm_check_impl *m = c->impl;
	struct crm_str key, v;
	crm_grow(&m->own, &m->capown, m->nown + 1, sizeof(*m->own));
	struct check_own *o = &m->own[m->nown++];
	*o = (struct check_own){ .severity = CRM_SEV_ERROR };
	if (crm_json_kind(val) != '{')
		return crm_err_set(err, CRM_INVALID, "check.own",
		    _("'checks' takes a list of objects"));
	struct crm_json_iter it = crm_json_iter(val);
	while (crm_json_next(&it, &key, &v)) {
		enum crm_status st = own_member(c, o, key, v, err);
		if (st)
			return st;
	}
	if (!o->name.n || !o->when)
		return crm_err_set(err, CRM_INVALID, "check.own",
		    _("'checks': each has 'name' and 'when'"));
	if (!o->message.n)
		o->message = o->name;
	return CRM_OK;
}

/* Severities and required fields of a rule file or one of its overlays. */
static enum crm_status
settings_from(struct crm_check *c, struct check_settings *s,
    struct crm_str json, struct crm_err *err)
{
	struct crm_str part, key, val;
	enum crm_status st = CRM_OK;
	struct crm_json_iter it;
	if (crm_json_get(json, CRM_STR("rules"), &part)) {
		it = crm_json_iter(part);
		while (!st && crm_json_next(&it, &key, &val))
			st = set_rule(c->impl, s, key, val, err);
	}
	if (!st && crm_json_get(json, CRM_STR("require"), &part)) {
		it = crm_json_iter(part);
		while (!st && crm_json_next(&it, &key, &val))
			st = set_require(c, s, key, val, err);
	}
	return st;
}

static enum crm_status
add_overlay(struct crm_check *c, struct crm_str json, struct crm_str country,
    struct crm_err *err)
{
	struct crm_check_impl *m = c->impl;
	struct crm_buf merged = { 0 };
	struct check_settings s = { .stale_days = 365,
		.retention_days = 3 * 365 };
	if (country.n != 2)
		return crm_err_set(err, CRM_INVALID, "check.overlay",
		    _("'overlays': '%.*s' is no country code"),
		    CRM_FMT(country));
	for (int i = 0; i < CRM_RULES; i++)
		s.severity[i] = (uint8_t)crm_rule_severity((enum crm_rule)i);
	memcpy(s.country, country.p, 2);
	crm_overlay_apply(json, country, &merged);
	enum crm_status st = settings_from(c, &s, crm_buf_view(&merged), err);
	crm_buf_release(&merged);
	m->all = crm_reallocarray(m->all, m->nall + 1, sizeof(*m->all));
	m->all[m->nall++] = s;
	m->now = m->all;
	return st;
}

static enum crm_status
known_keys(struct crm_str json, struct crm_err *err)
{
	static const char *const known[] = { "rules", "require", "checks",
		"retention", "overlays", "name", "description" };
	struct crm_json_iter it = crm_json_iter(json);
	struct crm_str key, val;
	while (crm_json_next(&it, &key, &val)) {
		bool good = false;
		for (size_t i = 0; i < CRM_LEN(known); i++)
			good = good || crm_str_is(key, known[i]);
		if (!good)
			return crm_err_set(err, CRM_INVALID, "check.key",
			    _("a rule file has rules, require, checks, "
			    "retention, overlays and include, but no '%.*s'"),
			    CRM_FMT(key));
	}
	return CRM_OK;
}

enum crm_status
crm_check_rules(struct crm_check *c, struct crm_str json, struct crm_err *err)
{
	struct crm_str part, key, val;
	enum crm_status st = known_keys(json, err);
	struct crm_json_iter it;
	if (!st)
		st = settings_from(c, &c->impl->all[0], json, err);
	if (!st && crm_json_get(json, CRM_STR("checks"), &part)) {
		it = crm_json_iter(part);
		while (!st && crm_json_next(&it, &key, &val))
			st = add_own(c, val, err);
	}
	if (!st && crm_json_get(json, CRM_STR("retention"), &part)) {
		it = crm_json_iter(part);
		while (!st && crm_json_next(&it, &key, &val))
			st = check_add_retention(c, val, err);
	}
	if (!st && crm_json_get(json, CRM_STR("overlays"), &part)) {
		it = crm_json_iter(part);
		while (!st && crm_json_next(&it, &key, &val))
			st = add_overlay(c, json, key, err);
	}
	return st;
}

/* "email." takes all rules that begin so. */
static bool
chosen_by(struct crm_str item, struct crm_str rule)
{
	return crm_str_eq(item, rule) || (item.n > 1 &&
	    item.p[item.n - 1] == '.' && crm_str_starts(rule, item));
}

enum crm_status
crm_check_only(struct crm_check *c, struct crm_str list, struct crm_err *err)
{
	struct crm_check_impl *m = c->impl;
	struct crm_str item;
	bool chosen[CRM_RULES] = { false };
	for (size_t i = 0; i < m->nown; i++)
		m->own[i].off = true;
	while (crm_str_split(&list, ',', &item)) {
		bool any = false;
		item = crm_str_trim(item);
		for (int i = 0; i < CRM_RULES; i++)
			if (chosen_by(item, crm_str_z(crm_rule_name(
			    (enum crm_rule)i))))
				any = chosen[i] = true;
		for (size_t i = 0; i < m->nown; i++)
			if (chosen_by(item, m->own[i].name)) {
				any = true;
				m->own[i].off = false;
			}
		if (!any)
			return unknown_rule(m, CRM_USAGE, item, err);
	}
	for (size_t s = 0; s < m->nall; s++)
		for (int i = 0; i < CRM_RULES; i++)
			if (!chosen[i])
				m->all[s].severity[i] = CRM_SEV_OFF;
	return CRM_OK;
}
