/* Is a value right for its field? */
#include "model/record.h"

#include "base/decimal.h"
#include "base/time.h"
#include "base/utf8.h"
#include "model/query.h"
#include "model/ref.h"

bool
crm_id_valid(struct crm_str id)
{
	if (id.n == 0 || id.n > 128)
		return false;
	for (size_t i = 0; i < id.n; i++) {
		char c = id.p[i];
		bool alnum = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
		    (c >= 'a' && c <= 'z');
		if (!alnum && (i == 0 || !strchr("._:-", c) || !c))
			return false;
	}
	return true;
}

/* A local part and a domain with a dot or of one label, no blanks: enough to
 * refuse what is no address at all; crm-check says more (email.syntax). */
static bool
is_email(struct crm_str s)
{
	size_t at = s.n;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c <= ' ' || c == 0x7f)
			return false;
		if (c == '@')
			at = i;
	}
	return at > 0 && at + 1 < s.n && s.n <= 254 && s.p[at + 1] != '.' &&
	    s.p[s.n - 1] != '.';
}

static bool
is_currency(struct crm_str s)
{
	return crm_currency_digits(s) >= 0;
}

static bool
is_time(struct crm_str s)
{
	int64_t t;
	int32_t d;
	return s.n == 10 ? crm_date_parse(s, &d) : crm_time_parse(s, &t);
}

static bool
is_date(struct crm_str s)
{
	int32_t d;
	return crm_date_parse(s, &d);
}

static bool
is_birthday(struct crm_str s)
{
	struct crm_ymd d;
	return crm_birthday_parse(s, &d);
}

static bool
is_decimal(struct crm_str s)
{
	struct crm_dec d;
	return crm_dec_parse(s, &d);
}

static bool
is_duration(struct crm_str s)
{
	int64_t t;
	return is_decimal(s) || crm_duration_parse(s, &t);
}

/* An id, or a key that the sink looks up. */
static bool
is_ref(struct crm_str s)
{
	struct crm_ref r;
	struct crm_str name;
	crm_ref_parse(NULL, s, &r);
	return r.by_key || crm_ref_is_name(s, &name) || crm_id_valid(s);
}

/* One that reads as a query, whatever fields, lists and stages there will be
 * when it is asked. */
static bool
is_query(struct crm_str s)
{
	static const char *const later[] = { "query.named", "query.type",
		"query.field", "query.value", "query.like" };
	struct crm_query_ctx ctx = { .schema = crm_schema_default(),
		.lines = true };
	struct crm_query *q = NULL;
	struct crm_err err = { 0 };
	bool good = !crm_query_parse_text(&ctx, s, NULL, &q, &err);
	for (size_t i = 0; !good && i < CRM_LEN(later); i++)
		good = strcmp(err.id, later[i]) == 0;
	crm_query_free(q);
	return good;
}

/* Kinds whose text has a form that is refused when wrong. Others are stored as
 * given; their keys use the normal form. */
static const struct {
	bool (*right)(struct crm_str s);
	const char *what;
} forms[CRM_K_QUERY + 1] = {
	[CRM_K_EMAIL] = { is_email, N_("not an address") },
	[CRM_K_CURRENCY] = { is_currency,
	    N_("not a currency code (ISO 4217)") },
	[CRM_K_TIME] = { is_time, N_("not a time (RFC 3339)") },
	[CRM_K_DATE] = { is_date, N_("not a date (YYYY-MM-DD)") },
	[CRM_K_BIRTHDAY] = { is_birthday,
	    N_("not a birthday (YYYY-MM-DD or --MM-DD)") },
	[CRM_K_MONEY] = { is_decimal, N_("not an amount of money") },
	[CRM_K_DURATION] = { is_duration, N_("not a duration") },
	[CRM_K_REF] = { is_ref,
	    N_("not an id or a key (email:..., domain:...)") },
	[CRM_K_QUERY] = { is_query,
	    N_("not a query (see crm-query(7))") },
};

bool
crm_field_is_free(const struct crm_field *f)
{
	return !(f->flags & CRM_F_LIST) && !crm_str_is(f->name, "id") &&
	    (f->kind == CRM_K_ANY || f->kind == CRM_K_TEXT ||
	    f->kind == CRM_K_NAME || f->kind == CRM_K_CODE);
}

static enum crm_status
wrong(const struct crm_field *f, const char *id, const char *what,
    struct crm_str val, struct crm_err *err)
{
	struct crm_buf t = { 0 };
	crm_json_text(&t, val);
	struct crm_str v = crm_width_cut(crm_buf_view(&t), 60);
	enum crm_status st = crm_err_field(err, CRM_INVALID, id, f->name,
	    "%s: '%.*s'", what, CRM_FMT(v));
	crm_buf_release(&t);
	return st;
}

static enum crm_status
check_enum(const struct crm_field *f, struct crm_str text, struct crm_str val,
    struct crm_err *err)
{
	struct crm_near near;
	crm_near_init(&near, text);
	for (size_t i = 0; i < f->nvalues; i++) {
		if (crm_str_eq(f->values[i], text))
			return CRM_OK;
		crm_near_try(&near, f->values[i]);
	}
	struct crm_str best = crm_near_best(&near);
	enum crm_status st = wrong(f, "schema.enum", _("not a known value"),
	    val, err);
	struct crm_buf more = { 0 };
	if (best.n)
		crm_buf_printf(&more, _("; did you mean '%.*s'?"),
		    CRM_FMT(best));
	for (size_t i = 0; !best.n && i < f->nvalues; i++)
		crm_buf_printf(&more, "%s%.*s", i ? ", " : _("; known are "),
		    CRM_FMT(f->values[i]));
	if (err) {
		size_t n = strlen(err->msg);
		snprintf(err->msg + n, sizeof(err->msg) - n, "%.*s",
		    CRM_FMT(crm_buf_view(&more)));
	}
	crm_buf_release(&more);
	return st;
}

/* A string value. A decimal may come as one, as money does. */
static enum crm_status
check_text(const struct crm_field *f, struct crm_str val, struct crm_err *err)
{
	switch ((enum crm_kind)f->kind) {
	case CRM_K_NUMBER:
		if (is_decimal(crm_json_inner(val)))
			return CRM_OK;
		/* fallthrough */
	case CRM_K_INT:
		return wrong(f, "schema.kind", _("not a number"), val, err);
	case CRM_K_BOOL:
		return wrong(f, "schema.kind", _("not true or false"), val,
		    err);
	case CRM_K_OBJECT:
	case CRM_K_MAP:
		return wrong(f, "schema.kind", _("not an object"), val, err);
	default:
		break;
	}
	if (f->kind != CRM_K_ENUM &&
	    (f->kind > CRM_K_QUERY || !forms[f->kind].right))
		return CRM_OK;
	struct crm_buf b = { 0 };
	enum crm_status st = CRM_OK;
	struct crm_str text = crm_json_text_view(val, &b);
	if (f->kind == CRM_K_ENUM)
		st = check_enum(f, text, val, err);
	else if (!forms[f->kind].right(text))
		st = wrong(f, "schema.format", _(forms[f->kind].what), val,
		    err);
	crm_buf_release(&b);
	return st;
}

/* The leaf `key` of the object field f; leaves stand right behind it. */
static const struct crm_field *
leaf_of(const struct crm_field *f, struct crm_str key)
{
	size_t n = f->name.n;
	for (const struct crm_field *l = f + 1;; l++) {
		if (l->name.n <= n || !crm_str_starts(l->name, f->name) ||
		    l->name.p[n] != '.')
			return NULL;
		if (crm_str_eq(crm_str_sub(l->name, n + 1, SIZE_MAX), key))
			return l;
	}
}

static enum crm_status
check_object(const struct crm_field *f, struct crm_str val,
    struct crm_err *err)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, v;
	if (f->kind == CRM_K_MAP)
		return CRM_OK;
	while (crm_json_next(&it, &key, &v)) {
		const struct crm_field *leaf = leaf_of(f, key);
		enum crm_status st = leaf ? crm_field_check(leaf, v, err) :
		    CRM_OK;
		if (st)
			return st;
	}
	return CRM_OK;
}

static enum crm_status
check_number(const struct crm_field *f, struct crm_str val,
    struct crm_err *err)
{
	switch ((enum crm_kind)f->kind) {
	case CRM_K_INT:
		if (memchr(val.p, '.', val.n) || memchr(val.p, 'e', val.n) ||
		    memchr(val.p, 'E', val.n))
			return wrong(f, "schema.kind", _("not a whole number"),
			    val, err);
		return CRM_OK;
	case CRM_K_ANY:
	case CRM_K_NUMBER:
	case CRM_K_DURATION:
	case CRM_K_TEXT:
	case CRM_K_NAME:
	case CRM_K_CODE:
		return CRM_OK;
	case CRM_K_MONEY:
		return is_decimal(val) ? CRM_OK : wrong(f, "schema.format",
		    _("not an amount of money"), val, err);
	default:
		return wrong(f, "schema.kind", _("text expected"), val, err);
	}
}

static enum crm_status
check_one(const struct crm_field *f, struct crm_str val, struct crm_err *err)
{
	switch (crm_json_kind(val)) {
	case 'n':
		return CRM_OK;
	case '"':
		return check_text(f, val, err);
	case '{':
		if (f->kind == CRM_K_OBJECT || f->kind == CRM_K_MAP)
			return check_object(f, val, err);
		break;
	case '0':
		return check_number(f, val, err);
	case 't':
	case 'f':
		if (f->kind == CRM_K_BOOL)
			return CRM_OK;
		break;
	default:
		break;
	}
	if (f->kind == CRM_K_ANY)
		return CRM_OK;
	return wrong(f, "schema.kind", _("a single value expected"), val, err);
}

enum crm_status
crm_field_check(const struct crm_field *f, struct crm_str val,
    struct crm_err *err)
{
	if (f->kind == CRM_K_ANY && !(f->flags & CRM_F_LIST))
		return CRM_OK;
	if (crm_json_kind(val) != '[' || !(f->flags & CRM_F_LIST))
		return check_one(f, val, err);
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, v;
	while (crm_json_next(&it, &key, &v)) {
		enum crm_status st = check_one(f, v, err);
		if (st)
			return st;
	}
	return CRM_OK;
}

enum crm_status
crm_record_check(const struct crm_reader *rd, const struct crm_record *r,
    struct crm_err *err)
{
	const struct crm_type *t = r->rec.type;
	struct crm_str v;
	(void)rd;
	for (size_t i = 0; t && i < t->nfields; i++)
		if ((t->fields[i].flags & CRM_F_REQUIRED) &&
		    (!crm_rec_get(&r->rec, t->fields[i].name, &v) ||
		    crm_json_kind(v) == 'n'))
			return crm_err_field(err, CRM_INVALID,
			    "schema.required", t->fields[i].name,
			    _("required, but missing"));
	return CRM_OK;
}
