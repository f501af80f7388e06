/* How long what may be kept: rules of a rule file by type and field. */
#include "model/check_impl.h"

static enum crm_status
wrong(const char *msg, struct crm_str what, struct crm_err *err)
{
	return crm_err_set(err, CRM_INVALID, "check.retention", msg,
	    CRM_FMT(what));
}

static struct crm_str
keep(struct crm_check_impl *m, struct crm_str val)
{
	struct crm_buf b = { 0 };
	struct crm_str s = crm_arena_str(&m->mem, crm_json_text_view(val, &b));
	crm_buf_release(&b);
	return s;
}

static enum crm_status
member(struct crm_check *c, struct check_retention *r, struct crm_str key,
    struct crm_str val, struct crm_err *err)
{
	struct crm_check_impl *m = c->impl;
	if (crm_str_is(key, "days")) {
		char *end = NULL;
		r->days = crm_json_kind(val) == '0' ?
		    strtol(val.p, &end, 10) : 0;
		return r->days > 0 && r->days <= 36500 &&
		    end == val.p + val.n ? CRM_OK : wrong(
		    _("'retention': 'days' is a whole number from 1, not %.*s"),
		    val, err);
	}
	if (!crm_json_is_string(val))
		return wrong(_("'retention': '%.*s' takes a text"), key, err);
	if (crm_str_is(key, "type"))
		r->type = crm_schema_type(c->schema, keep(m, val));
	else if (crm_str_is(key, "field"))
		r->field = keep(m, val);
	else if (crm_str_is(key, "since"))
		r->since = keep(m, val);
	else if (crm_str_is(key, "when"))
		return check_query(c, val, &r->when, err);
	else if (!crm_str_is(key, "name"))
		return wrong(_("'retention': nothing is called '%.*s' here"),
		    key, err);
	return CRM_OK;
}

/* The field of the type, by its whole name. */
static enum crm_status
name_field(const struct check_retention *r, struct crm_str *name,
    bool time, struct crm_err *err)
{
	const struct crm_field *f = name->n ? crm_type_field(r->type, *name) :
	    NULL;
	if (name->n && !f)
		return wrong(_("'retention': no field '%.*s' of this type"),
		    *name, err);
	if (time && f && f->kind != CRM_K_TIME && f->kind != CRM_K_DATE)
		return wrong(_("'retention': '%.*s' is no time"), *name, err);
	if (f)
		*name = f->name;
	return CRM_OK;
}

enum crm_status
check_add_retention(struct crm_check *c, struct crm_str val,
    struct crm_err *err)
{
	struct crm_check_impl *m = c->impl;
	struct crm_str key, v;
	enum crm_status st = CRM_OK;
	if (crm_json_kind(val) != '{')
		return wrong(_("'retention' takes a list of objects, not %.*s"),
		    val, err);
	crm_grow(&m->retain, &m->capretain, m->nretain + 1,
	    sizeof(*m->retain));
	struct check_retention *r = &m->retain[m->nretain++];
	*r = (struct check_retention){ 0 };
	struct crm_json_iter it = crm_json_iter(val);
	while (!st && crm_json_next(&it, &key, &v))
		st = member(c, r, key, v, err);
	if (!st && (!r->type || !r->days))
		st = wrong(_("'retention': each has a known 'type' and "
		    "'days': %.*s"), val, err);
	if (!st)
		st = name_field(r, &r->field, false, err);
	return st ? st : name_field(r, &r->since, true, err);
}

static bool
begins(struct crm_check *c, const struct check_retention *r, int64_t *t)
{
	struct crm_buf name = { 0 };
	bool there = false;
	crm_buf_str(&name, r->since);
	if (name.n)
		there = check_instant(c, crm_buf_cstr(&name), t);
	else
		there = check_instant(c, "updated", t) ||
		    check_instant(c, "created", t);
	crm_buf_release(&name);
	return there;
}

bool
check_retention(struct crm_check *c)
{
	struct crm_check_impl *m = c->impl;
	struct crm_str val, none = { NULL, 0 };
	bool ruled = false;
	for (size_t i = 0; i < m->nretain; i++) {
		const struct check_retention *r = &m->retain[i];
		int64_t from;
		if (r->type->no != m->rec->type->no)
			continue;
		ruled = ruled || !r->field.n;
		if ((r->field.n && !crm_rec_get(m->rec, r->field, &val)) ||
		    !begins(c, r, &from) || from > c->clock.now ||
		    (r->when && !crm_query_match(r->when, m->rec, c->env)))
			continue;
		int64_t days = (c->clock.now - from) / CRM_DAY;
		if (days <= r->days)
			continue;
		if (r->field.n)
			check_tell(c, CRM_RULE_RETENTION_OVERDUE, r->field,
			    none, _("kept for %" PRId64 " days; the limit is %"
			    PRId64), days, r->days);
		else
			check_tell(c, CRM_RULE_RETENTION_OVERDUE, none, none,
			    _("the record is kept for %" PRId64 " days; the "
			    "limit is %" PRId64), days, r->days);
	}
	return ruled;
}
