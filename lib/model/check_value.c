/* One value by its kind, and the form it should have. */
#include "base/decimal.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "model/check_impl.h"
#include "model/norm_email.h"
#include "model/norm_phone.h"
#include "model/norm_tax.h"

static const struct crm_str none;

/* The rule that a normaliser's refusal breaks. */
static enum crm_rule
rule_of(enum crm_norm n)
{
	switch (n) {
	case CRM_N_EMAIL:
		return CRM_RULE_EMAIL_SYNTAX;
	case CRM_N_PHONE:
		return CRM_RULE_PHONE_INVALID;
	case CRM_N_URL:
		return CRM_RULE_URL_SYNTAX;
	case CRM_N_DOMAIN:
		return CRM_RULE_DOMAIN_SYNTAX;
	case CRM_N_COUNTRY:
		return CRM_RULE_COUNTRY_UNKNOWN;
	case CRM_N_LANGUAGE:
		return CRM_RULE_LANGUAGE_UNKNOWN;
	case CRM_N_CURRENCY:
		return CRM_RULE_CURRENCY_UNKNOWN;
	case CRM_N_TAX:
		return CRM_RULE_TAX_INVALID;
	case CRM_N_POSTCODE:
		return CRM_RULE_POSTCODE_INVALID;
	case CRM_N_NONE:
	case CRM_N_TEXT:
	case CRM_N_NAME:
	case CRM_N_PERSON:
	case CRM_N_ORG:
	case CRM_N_CODE:
		break;
	}
	return CRM_RULES;
}

static void
mismatch(struct crm_check *c, struct crm_str path, struct crm_str value,
    const char *other)
{
	struct crm_str home = c->impl->norm.country;
	if (home.n && other[0] && !crm_str_is(home, other))
		check_tell(c, CRM_RULE_COUNTRY_MISMATCH, path, none,
		    _("'%.*s': of %s, but the address is in %.*s: '%.*s'"),
		    CRM_FMT(path), other, CRM_FMT(home), CRM_FMT(value));
}

static bool
in_address(struct crm_check *c)
{
	return c->impl->norm.country.p == c->impl->country;
}

static void
check_phone(struct crm_check *c, struct crm_str path, struct crm_str value)
{
	struct crm_phone p;
	crm_phone_parse(value, c->impl->norm.country, &p);
	if (p.status == CRM_PHONE_NO_COUNTRY)
		check_tell_value(c, CRM_RULE_PHONE_COUNTRY, path, none,
		    crm_phone_reason(p.status), value);
	else if (p.status != CRM_PHONE_VALID)
		check_tell_value(c, CRM_RULE_PHONE_INVALID, path, none,
		    crm_phone_reason(p.status), value);
	else if (in_address(c) && p.calling !=
	    crm_phone_calling_code(c->impl->norm.country))
		mismatch(c, path, value, p.region);
}

static void
check_email(struct crm_check *c, struct crm_str path, struct crm_str value)
{
	struct crm_buf *key = &c->impl->key;
	const char *why = crm_email_check(value);
	struct crm_str type = c->impl->rec->type->name;
	if (why) {
		crm_buf_clear(key);
		bool fixed = crm_email_fix(key, value);
		check_tell_value(c, CRM_RULE_EMAIL_SYNTAX, path,
		    fixed ? crm_buf_view(key) : none, why, value);
		return;
	}
	crm_buf_clear(key);
	(void)crm_email_key(key, value);
	if (crm_domain_is_disposable(crm_email_domain(crm_buf_view(key))))
		check_tell_value(c, CRM_RULE_EMAIL_DISPOSABLE, path, none,
		    _("a throw-away address"), value);
	if ((crm_str_is(type, "contact") || crm_str_is(type, "lead")) &&
	    crm_email_is_role(crm_buf_view(key)))
		check_tell_value(c, CRM_RULE_ROLE_ADDRESS, path, none,
		    _("an address of a function, not of a person"), value);
}

static void
check_tax(struct crm_check *c, struct crm_str path, struct crm_str value)
{
	struct crm_tax t;
	crm_tax_parse(value, c->impl->norm.country, &t);
	if (t.status == CRM_TAX_SHAPE || t.status == CRM_TAX_CHECK)
		check_tell_value(c, CRM_RULE_TAX_INVALID, path, none,
		    crm_tax_reason(t.status), value);
	else if (t.status == CRM_TAX_OK && in_address(c))
		mismatch(c, path, value, t.country);
}

/* The kind's own check. */
static void
check_norm(struct crm_check *c, enum crm_norm n, struct crm_str path,
    struct crm_str value)
{
	const char *why;
	if (value.n == 0)
		return;
	switch (n) {
	case CRM_N_EMAIL:
		check_email(c, path, value);
		break;
	case CRM_N_PHONE:
		check_phone(c, path, value);
		break;
	case CRM_N_TAX:
		check_tax(c, path, value);
		break;
	default:
		why = crm_norm_check(n, value, &c->impl->norm);
		if (why && rule_of(n) != CRM_RULES)
			check_tell_value(c, rule_of(n), path, none, why,
			    value);
	}
}

/* The standard form, where there is one and it differs. True: it is in
 * impl->key. */
static bool
standard(struct crm_check *c, enum crm_norm n, struct crm_str path,
    struct crm_str value)
{
	struct crm_check_impl *m = c->impl;
	if (rule_of(n) == CRM_RULES || !check_on(c, CRM_RULE_VALUE_STANDARD))
		return false;
	crm_buf_clear(&m->key);
	/* most are as they should be: asked at the cost of a copy */
	if ((n == CRM_N_EMAIL || n == CRM_N_PHONE) &&
	    crm_norm_key(n, value, &m->norm, &m->key) &&
	    crm_str_eq(crm_buf_view(&m->key), value))
		return false;
	crm_buf_clear(&m->key);
	if (!crm_norm_fix(n, value, &m->norm, &m->key) ||
	    crm_str_eq(crm_buf_view(&m->key), value))
		return false;
	struct crm_str fix = crm_buf_view(&m->key);
	check_tell(c, CRM_RULE_VALUE_STANDARD, path, fix,
	    _("'%.*s': '%.*s' should be '%.*s'"), CRM_FMT(path),
	    CRM_FMT(crm_width_cut(value, 60)), CRM_FMT(fix));
	return true;
}

static void
check_schema(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str val)
{
	struct crm_err err = { 0 };
	if (!crm_field_check(f, val, &err))
		return;
	enum crm_rule r = strcmp(err.id, "schema.enum") == 0 ?
	    CRM_RULE_ENUM_UNKNOWN : strcmp(err.id, "schema.kind") == 0 ?
	    CRM_RULE_VALUE_KIND : CRM_RULE_VALUE_FORMAT;
	check_tell(c, r, path, none, "'%.*s': %s", CRM_FMT(path), err.msg);
}

static void
check_amount(struct crm_check *c, struct crm_str path, struct crm_str text)
{
	struct crm_dec d;
	struct crm_str cur = { 0 };
	if (!crm_dec_parse(text, &d))
		return;
	if (d.v < 0)
		check_tell_value(c, CRM_RULE_AMOUNT_NEGATIVE, path, none,
		    _("negative"), text);
	int digits = crm_rec_get(c->impl->rec, CRM_STR("currency"), &cur) &&
	    crm_json_is_string(cur) ?
	    crm_currency_digits(crm_json_inner(cur)) : -1;
	if (digits >= 0 && d.scale > digits)
		check_tell_value(c, CRM_RULE_AMOUNT_DIGITS, path, none,
		    _("more decimals than the currency has"), text);
}

static void
check_number(struct crm_check *c, struct crm_str path, struct crm_str text)
{
	static const struct {
		char name[16];
		int8_t low, high;
	} ranges[] = { { "probability", 0, 100 }, { "csat", 0, 10 },
		{ "duration", 0, -1 }, { "employees", 0, -1 },
		{ "notice_days", 0, -1 } };
	struct crm_dec d, low = { 0 }, high = { 0 };
	for (size_t i = 0; i < CRM_LEN(ranges); i++) {
		if (!crm_str_is(path, ranges[i].name) ||
		    !crm_dec_parse(text, &d))
			continue;
		low.v = ranges[i].low;
		high.v = ranges[i].high;
		if (crm_dec_cmp(d, low) < 0 ||
		    (high.v >= 0 && crm_dec_cmp(d, high) > 0))
			check_tell_value(c, CRM_RULE_VALUE_RANGE, path, none,
			    _("outside its range"), text);
	}
}

static void
check_kind(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str text)
{
	const struct crm_zone *zone;
	switch ((enum crm_kind)f->kind) {
	case CRM_K_DATE:
	case CRM_K_TIME:
	case CRM_K_BIRTHDAY:
		check_day(c, f, path, text);
		break;
	case CRM_K_MONEY:
		check_amount(c, path, text);
		break;
	case CRM_K_REF:
		check_ref(c, f, path, text);
		break;
	case CRM_K_ZONE:
		if (text.n && crm_zone_get(text, &zone, NULL))
			check_tell_value(c, CRM_RULE_TIMEZONE_UNKNOWN, path,
			    none, _("no such time zone"), text);
		break;
	default:
		break;
	}
}

/* Kinds whose text the schema's own check would judge a second time. */
static bool
own_check(const struct crm_field *f)
{
	return f->kind == CRM_K_EMAIL || f->kind == CRM_K_CURRENCY;
}

static bool
check_string(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str val, struct crm_buf *out)
{
	struct crm_check_impl *m = c->impl;
	enum crm_norm n = crm_norm_of(f);
	crm_buf_clear(&m->text);
	crm_json_unescape(&m->text, crm_json_inner(val));
	struct crm_str text = crm_buf_view(&m->text);
	struct crm_str clean = check_text(c, f, path, text);
	if (!own_check(f))
		check_schema(c, f, path, val);
	check_norm(c, n, path, clean);
	check_kind(c, f, path, clean);
	if (standard(c, n, path, clean))
		clean = crm_buf_view(&m->key);
	bool fixed = !crm_str_eq(clean, text);
	if (fixed)
		crm_json_quote(out, clean);
	else
		crm_buf_str(out, val);
	return fixed;
}

/* Is an element of a list the same as an earlier one? */
static bool
repeated(struct crm_check *c, const struct crm_field *f, struct crm_str path,
    struct crm_str val)
{
	struct crm_check_impl *m = c->impl;
	bool fresh;
	if (!crm_json_is_string(val) || !check_on(c, CRM_RULE_LIST_DUPLICATE))
		return false;
	crm_buf_clear(&m->text);
	crm_buf_clear(&m->key);
	crm_json_unescape(&m->text, crm_json_inner(val));
	enum crm_norm n = crm_norm_of(f);
	if (rule_of(n) == CRM_RULES ||
	    !crm_norm_key(n, crm_buf_view(&m->text), &m->norm, &m->key))
		crm_buf_str(&m->key, crm_buf_view(&m->text));
	crm_map_put(&m->elements, crm_buf_view(&m->key), &fresh);
	if (!fresh)
		check_tell_value(c, CRM_RULE_LIST_DUPLICATE, path,
		    CRM_STR(""), _("twice in the list"), crm_buf_view(&m->text));
	return !fresh;
}

static bool check_object(struct crm_check *c, struct crm_str path,
    struct crm_str val, struct crm_buf *out);

static bool
check_list(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str val, struct crm_buf *out)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, v;
	bool fixed = false;
	crm_map_clear(&c->impl->elements);
	crm_buf_c(out, '[');
	while (crm_json_next(&it, &key, &v)) {
		size_t before = out->n;
		crm_json_comma(out);
		size_t from = out->n;
		if (crm_json_kind(v) == '[')
			crm_buf_str(out, v);
		else
			fixed |= check_value(c, f, path, v, out);
		/* asked of what it was mended to */
		v = crm_str_sub(crm_buf_view(out), from, out->n);
		if (repeated(c, f, path, v)) {
			out->n = before;
			fixed = true;
		}
	}
	crm_buf_c(out, ']');
	return fixed;
}

/* The members of an object (address, items[0]) by the schema's leaves. */
static bool
check_object(struct crm_check *c, struct crm_str path, struct crm_str val,
    struct crm_buf *out)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, v;
	bool fixed = false;
	char name[160];
	crm_buf_c(out, '{');
	while (crm_json_next(&it, &key, &v)) {
		int n = snprintf(name, sizeof(name), "%.*s.%.*s",
		    CRM_FMT(path), CRM_FMT(key));
		const struct crm_field *f = n < (int)sizeof(name) ?
		    crm_type_field(c->impl->rec->type, crm_str_z(name)) : NULL;
		crm_json_comma(out);
		crm_buf_c(out, '"');
		crm_buf_str(out, key);
		crm_buf_z(out, "\":");
		if (f && f->name.n == (size_t)n && crm_json_kind(v) != 'n')
			fixed |= check_value(c, f, f->name, v, out);
		else
			crm_buf_str(out, v);
	}
	crm_buf_c(out, '}');
	return fixed;
}

bool
check_value(struct crm_check *c, const struct crm_field *f,
    struct crm_str path, struct crm_str val, struct crm_buf *out)
{
	char kind = crm_json_kind(val);
	bool tool = (f->flags & CRM_F_TOOL) && f->kind == CRM_K_ANY;
	if (f->kind == CRM_K_MAP || tool) {
		crm_buf_str(out, val);
		return false;
	}
	if (kind == '"')
		return check_string(c, f, path, val, out);
	if (kind == '[' && (f->flags & CRM_F_LIST))
		return check_list(c, f, path, val, out);
	if (kind == '{' && (f->kind == CRM_K_OBJECT ||
	    (f->flags & CRM_F_LIST)))
		return check_object(c, path, val, out);
	check_schema(c, f, path, val);
	if (kind == '0' && f->kind == CRM_K_MONEY)
		check_amount(c, path, val);
	else if (kind == '0')
		check_number(c, path, val);
	crm_buf_str(out, val);
	return false;
}
