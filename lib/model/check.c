#include "model/check.h"
#include "base/utf8.h"
#include "model/check_impl.h"

static const struct rule {
	char name[24];
	uint8_t severity;
	const char *help;
} rules[] = {
#define RULE(id, name, severity, help) { name, CRM_SEV_##severity, help },
#include "model/check_rules.def"
#undef RULE
};

const char *
crm_rule_name(enum crm_rule r)
{
	return rules[r].name;
}

enum crm_severity
crm_rule_severity(enum crm_rule r)
{
	return rules[r].severity;
}

const char *
crm_rule_help(enum crm_rule r)
{
	return _(rules[r].help);
}

static const char severities[][8] = { "off", "info", "warning", "error" };

const char *
crm_severity_name(enum crm_severity s)
{
	return severities[s];
}

bool
crm_severity_parse(struct crm_str name, enum crm_severity *out)
{
	for (size_t i = 0; i < CRM_LEN(severities); i++)
		if (crm_str_is(name, severities[i])) {
			*out = (enum crm_severity)i;
			return true;
		}
	return false;
}

void
crm_check_init(struct crm_check *c, const struct crm_schema *schema,
    const struct crm_clock *clock, struct crm_str region)
{
	struct crm_check_impl *m = crm_zalloc(sizeof(*m));
	*c = (struct crm_check){ .schema = schema, .clock = *clock,
		.region = region, .impl = m };
	m->all = crm_calloc(1, sizeof(*m->all));
	m->nall = 1;
	m->all[0].stale_days = 365;
	m->all[0].retention_days = 3 * 365;
	for (size_t i = 0; i < CRM_RULES; i++)
		m->all[0].severity[i] = rules[i].severity;
	m->now = m->all;
}

void
check_emit(struct crm_check *c, const struct crm_finding *f)
{
	if (f->field.n && f->severity >= CRM_SEV_WARNING)
		check_count_bad(c, f->field);
	if (c->found)
		c->found(c->ctx, f);
}

void
check_tell(struct crm_check *c, enum crm_rule r, struct crm_str field,
    struct crm_str fix, const char *fmt, ...)
{
	struct crm_check_impl *m = c->impl;
	va_list ap;
	if (!check_on(c, r))
		return;
	crm_buf_clear(&m->message);
	va_start(ap, fmt);
	crm_buf_vprintf(&m->message, fmt, ap);
	va_end(ap);
	struct crm_finding f = { .at = *m->at, .id = m->id, .field = field,
		.rule = crm_str_z(rules[r].name),
		.severity = m->now->severity[r],
		.message = crm_buf_view(&m->message), .fix = fix };
	check_emit(c, &f);
}

void
check_tell_value(struct crm_check *c, enum crm_rule r, struct crm_str field,
    struct crm_str fix, const char *why, struct crm_str value)
{
	struct crm_str v = crm_width_cut(value, 60);
	check_tell(c, r, field, fix, "'%.*s': %s: '%.*s%s'", CRM_FMT(field),
	    why, CRM_FMT(v), v.n < value.n ? "…" : "");
}

/* The settings of the record's country. */
static const struct check_settings *
settings_of(struct crm_check_impl *m)
{
	for (size_t i = 1; i < m->nall; i++)
		if (crm_str_is(m->norm.country, m->all[i].country))
			return &m->all[i];
	return &m->all[0];
}

static void
check_fields(struct crm_check *c)
{
	struct crm_check_impl *m = c->impl;
	const struct crm_rec *r = m->rec;
	const struct crm_field *const *f = crm_fieldmap_get(&m->map, r->shape,
	    r->type);
	for (uint32_t i = 0; i < r->shape->n; i++) {
		struct crm_str val = crm_rec_val(r, i);
		if (!f[i] || crm_json_kind(val) == 'n')
			continue;
		check_count_field(c, f[i], val);
		crm_buf_clear(&m->raw);
		if (check_value(c, f[i], f[i]->name, val, &m->raw))
			crm_change_put(&c->fixes, f[i]->name,
			    crm_buf_view(&m->raw));
	}
}

static void
check_own(struct crm_check *c)
{
	struct crm_check_impl *m = c->impl;
	for (size_t i = 0; i < m->nown; i++) {
		struct check_own *o = &m->own[i];
		if (o->off || o->severity == CRM_SEV_OFF ||
		    !crm_query_match(o->when, m->rec, c->env) ||
		    (o->expect && crm_query_match(o->expect, m->rec, c->env)))
			continue;
		struct crm_finding f = { .at = *m->at, .id = m->id,
			.field = o->field, .rule = o->name,
			.severity = o->severity, .message = o->message };
		check_emit(c, &f);
	}
}

void
crm_check_record(struct crm_check *c, const struct crm_rec *r,
    const struct crm_check_at *at)
{
	struct crm_check_impl *m = c->impl;
	c->records++;
	m->rec = r;
	m->at = at;
	m->id = crm_rec_id(r);
	m->norm.country = crm_norm_country(r, c->region, m->country);
	m->now = settings_of(m);
	crm_change_clear(&c->fixes);
	check_count_record(c);
	if (r->type)
		check_fields(c);
	check_whole(c);
	if (r->type) {
		check_dates(c);
		check_age(c);
		check_deal(c);
		check_keys(c);
	}
	check_own(c);
}

void
crm_check_end(struct crm_check *c)
{
	c->impl->now = c->impl->all;
	c->impl->table = NULL;
	check_refs_end(c);
}

bool
crm_check_fixed(struct crm_check *c, struct crm_str line, struct crm_buf *out)
{
	struct crm_json_obj o = { 0 };
	struct crm_json_limits lim = { .line = SIZE_MAX / 2,
		.members = UINT16_MAX, .depth = 1024 };
	if (c->fixes.set.n == 0 || crm_json_scan(line, &lim, &o, NULL)) {
		crm_json_obj_release(&o);
		return false;
	}
	const char *from = line.p;
	for (size_t i = 0; i < o.n; i++) {
		struct crm_map_entry *e = crm_map_get(&c->fixes.set,
		    o.m[i].key);
		if (!e)
			continue;
		crm_buf_add(out, from, (size_t)(o.m[i].val.p - from));
		crm_buf_str(out, c->fixes.val[e->v.u]);
		from = o.m[i].val.p + o.m[i].val.n;
	}
	crm_buf_add(out, from, (size_t)(line.p + line.n - from));
	crm_json_obj_release(&o);
	return true;
}

void
crm_check_release(struct crm_check *c)
{
	struct crm_check_impl *m = c->impl;
	if (!m)
		return;
	for (size_t i = 0; i < m->nown; i++) {
		crm_query_free(m->own[i].when);
		crm_query_free(m->own[i].expect);
	}
	for (size_t i = 0; i < m->nretain; i++)
		crm_query_free(m->retain[i].when);
	free(m->retain);
	for (size_t i = 0; i < m->ntables; i++)
		free(m->tables[i].column);
	check_refs_release(c);
	free(m->tables);
	free(m->own);
	free(m->all);
	crm_fieldmap_release(&m->map);
	crm_map_release(&m->elements);
	crm_map_release(&m->unknown);
	crm_keyset_release(&m->keys);
	crm_buf_release(&m->text);
	crm_buf_release(&m->clean);
	crm_buf_release(&m->key);
	crm_buf_release(&m->message);
	crm_buf_release(&m->raw);
	crm_buf_release(&m->tmp);
	crm_arena_release(&m->mem);
	crm_change_release(&c->fixes);
	free(m);
	*c = (struct crm_check){ 0 };
}
