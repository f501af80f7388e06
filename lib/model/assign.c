#include "model/assign.h"

#include "base/decimal.h"
#include "base/utf8.h"
#include "base/zone.h"

static bool
is_path_byte(char c, bool first)
{
	unsigned char u = (unsigned char)c;
	if ((u >= 'a' && u <= 'z') || (u >= 'A' && u <= 'Z') || u == '_' ||
	    u >= 0x80)
		return true;
	return !first && ((u >= '0' && u <= '9') || u == '.' || u == '-');
}

bool
crm_assign_parse(struct crm_str word, struct crm_assign *out)
{
	size_t eq = crm_str_chr(word, '='), n = eq;
	if (eq == word.n || eq == 0)
		return false;
	enum crm_assign_op op = CRM_ASSIGN_SET;
	switch (word.p[eq - 1]) {
	case ':':
		op = CRM_ASSIGN_JSON;
		n--;
		break;
	case '+':
		op = CRM_ASSIGN_ADD;
		n--;
		break;
	case '-':
		op = CRM_ASSIGN_SUB;
		n--;
		break;
	case '@':
		op = CRM_ASSIGN_FILE;
		n--;
		break;
	default:
		break;
	}
	for (size_t i = 0; i < n; i++)
		if (!is_path_byte(word.p[i], i == 0))
			return false;
	if (n == 0)
		return false;
	out->path = crm_str_sub(word, 0, n);
	out->value = crm_str_sub(word, eq + 1, SIZE_MAX);
	out->op = op == CRM_ASSIGN_SET && !out->value.n ? CRM_ASSIGN_CLEAR :
	    op;
	return true;
}

static enum crm_status
wrong(struct crm_str path, const char *id, const char *what,
    struct crm_str text, struct crm_err *err)
{
	return crm_err_field(err, CRM_INVALID, id, path, "%s: '%.*s'", what,
	    CRM_FMT(crm_width_cut(text, 60)));
}

static enum crm_status
date_value(const struct crm_field *f, struct crm_str text,
    const struct crm_clock *clock, struct crm_buf *out, struct crm_err *err)
{
	struct crm_span span;
	int32_t day;
	if (crm_date_parse(text, &day)) {
		crm_json_quote(out, text);
		return CRM_OK;
	}
	if (crm_when_parse(text, clock, &span, NULL))
		return wrong(f->name, "assign.value", _("not a date"), text,
		    err);
	crm_buf_c(out, '"');
	crm_date_format(out, crm_zone_day(clock->zone, span.from));
	crm_buf_c(out, '"');
	return CRM_OK;
}

static enum crm_status
time_value(const struct crm_field *f, struct crm_str text,
    const struct crm_clock *clock, struct crm_buf *out, struct crm_err *err)
{
	struct crm_span span;
	int64_t t;
	if (crm_time_parse(text, &t)) {
		crm_json_quote(out, text);
		return CRM_OK;
	}
	if (crm_when_parse(text, clock, &span, NULL))
		return wrong(f->name, "assign.value", _("not a time"), text,
		    err);
	/* What names days stays one: due=today is not over at midnight. */
	int32_t day = crm_zone_day(clock->zone, span.from);
	bool whole = span.from == crm_zone_midnight(clock->zone, day) &&
	    span.to >= crm_zone_midnight(clock->zone, day + 1);
	crm_buf_c(out, '"');
	if (whole && !(f->flags & CRM_F_TOOL))
		crm_date_format(out, day);
	else
		crm_time_format(out, span.from);
	crm_buf_c(out, '"');
	return CRM_OK;
}

static enum crm_status
bool_value(const struct crm_field *f, struct crm_str text, struct crm_buf *out,
    struct crm_err *err)
{
	static const char *const yes[] = { "true", "yes", "1" };
	static const char *const no[] = { "false", "no", "0" };
	for (size_t i = 0; i < 3; i++) {
		if (crm_str_is(text, yes[i])) {
			crm_buf_z(out, "true");
			return CRM_OK;
		}
		if (crm_str_is(text, no[i])) {
			crm_buf_z(out, "false");
			return CRM_OK;
		}
	}
	return wrong(f->name, "assign.value", _("not true or false"), text,
	    err);
}

enum crm_status
crm_assign_value(const struct crm_field *f, struct crm_str text,
    const struct crm_clock *clock, struct crm_buf *out, struct crm_err *err)
{
	switch (f ? (enum crm_kind)f->kind : CRM_K_TEXT) {
	case CRM_K_INT:
	case CRM_K_NUMBER:
		if (crm_json_kind(text) != '0' ||
		    crm_json_check(text, NULL, NULL))
			return wrong(f->name, "assign.value",
			    _("not a number"), text, err);
		crm_buf_str(out, text);
		return CRM_OK;
	case CRM_K_BOOL:
		return bool_value(f, text, out, err);
	case CRM_K_DATE:
		return date_value(f, text, clock, out, err);
	case CRM_K_TIME:
		return time_value(f, text, clock, out, err);
	case CRM_K_OBJECT:
	case CRM_K_MAP:
		return wrong(f->name, "assign.kind",
		    _("has parts; name one (FIELD.PART=…) or give JSON "
		    "(FIELD:=…)"), text, err);
	default:
		crm_json_quote(out, text);
		return CRM_OK;
	}
}

/* What the record holds now at a top-level key, changes made so far counted. */
static struct crm_str
current(const struct crm_rec *old, const struct crm_change_set *c,
    struct crm_str key)
{
	struct crm_str val = { NULL, 0 };
	const struct crm_map_entry *e = crm_map_get(&c->set, key);
	if (e)
		return c->val[e->v.u];
	if (old && crm_rec_get(old, key, &val))
		return val;
	return (struct crm_str){ NULL, 0 };
}

/* Equal as keys: E-mail addresses and numbers in any spelling. */
static bool
same_value(const struct crm_field *f, struct crm_str a, struct crm_str b)
{
	struct crm_str none = { NULL, 0 };
	struct crm_buf x = { 0 }, y = { 0 }, t = { 0 };
	bool same = crm_str_eq(a, b);
	if (!same && f && crm_json_is_string(a) && crm_json_is_string(b)) {
		crm_json_unescape(&t, crm_json_inner(a));
		bool ok = crm_field_key(f, crm_buf_view(&t), none, &x);
		crm_buf_clear(&t);
		crm_json_unescape(&t, crm_json_inner(b));
		same = ok && crm_field_key(f, crm_buf_view(&t), none, &y) &&
		    crm_str_eq(crm_buf_view(&x), crm_buf_view(&y));
	}
	crm_buf_release(&x);
	crm_buf_release(&y);
	crm_buf_release(&t);
	return same;
}

/* The list without (SUB) or with (ADD) the value; ADD of one that is there
 * already changes nothing. */
static void
list_value(const struct crm_field *f, struct crm_str old, struct crm_str val,
    enum crm_assign_op op, struct crm_buf *out)
{
	struct crm_json_iter it = crm_json_iter(old);
	struct crm_str key, v;
	bool there = false;
	crm_buf_c(out, '[');
	if (old.n && crm_json_kind(old) != '[') {
		there = same_value(f, old, val);
		if (!there || op == CRM_ASSIGN_ADD)
			crm_buf_str(out, old);
	}
	while (!it.object && crm_json_next(&it, &key, &v)) {
		bool same = same_value(f, v, val);
		there = there || same;
		if (same && op == CRM_ASSIGN_SUB)
			continue;
		crm_json_comma(out);
		crm_buf_str(out, v);
	}
	if (op == CRM_ASSIGN_ADD && !there) {
		crm_json_comma(out);
		crm_buf_str(out, val);
	}
	crm_buf_c(out, ']');
	if (out->n >= 2 && out->p[out->n - 2] == '[')
		out->n -= 2;	/* nothing left: absent, not empty */
}

static enum crm_status
sum_value(const struct crm_assign *a, const struct crm_field *f,
    struct crm_str old, struct crm_buf *out, struct crm_err *err)
{
	struct crm_buf t = { 0 };
	struct crm_dec x = { 0, 0 }, y, sum;
	bool good = crm_dec_parse(a->value, &y);
	struct crm_str text = crm_json_text_view(old, &t);
	if (text.n)
		good = good && crm_dec_parse(text, &x);
	if (good)
		good = a->op == CRM_ASSIGN_ADD ? crm_dec_add(x, y, &sum) :
		    crm_dec_sub(x, y, &sum);
	crm_buf_release(&t);
	if (!good)
		return wrong(a->path, "assign.value", _("not a number"),
		    a->value, err);
	bool quote = f ? f->kind == CRM_K_MONEY : crm_json_is_string(old);
	if (quote)
		crm_buf_c(out, '"');
	crm_dec_format(out, sum);
	if (quote)
		crm_buf_c(out, '"');
	return CRM_OK;
}

/* "14d", "2mo", "3h": an amount and a unit. */
static bool
shift_parse(struct crm_str s, int64_t *n, struct crm_str *unit)
{
	size_t i = 0;
	*n = 0;
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && *n < 100000000)
		*n = *n * 10 + (s.p[i++] - '0');
	*unit = crm_str_sub(s, i, SIZE_MAX);
	return i > 0;
}

/* The time of the wall's clock moved; months and longer keep the day of the
 * month, clamped. */
static bool
shift(int64_t t, int64_t n, struct crm_str unit, int64_t *out)
{
	static const struct {
		const char *name;
		int64_t us;
		int months;
	} units[] = { { "min", 60 * CRM_SECOND, 0 }, { "h", CRM_HOUR, 0 },
		{ "d", CRM_DAY, 0 }, { "w", 7 * CRM_DAY, 0 }, { "mo", 0, 1 },
		{ "q", 0, 3 }, { "y", 0, 12 } };
	for (size_t i = 0; i < CRM_LEN(units); i++) {
		if (!crm_str_is(unit, units[i].name))
			continue;
		if (units[i].us) {
			if (n > INT64_MAX / units[i].us / 4 ||
			    -n > INT64_MAX / units[i].us / 4)
				return false;
			return !__builtin_add_overflow(t, n * units[i].us, out);
		}
		if (n > 100000 || n < -100000)
			return false;
		int64_t day = (t >= 0 ? t : t - CRM_DAY + 1) / CRM_DAY;
		struct crm_ymd d = crm_ymd_add_months(
		    crm_day_ymd((int32_t)day), (int)n * units[i].months);
		*out = crm_ymd_day(d) * CRM_DAY + (t - day * CRM_DAY);
		return true;
	}
	return false;
}

/* Days and longer are those of the zone, hours and minutes go by. */
static bool
shift_instant(const struct crm_zone *z, int64_t t, int64_t n,
    struct crm_str unit, int64_t *out)
{
	if (crm_str_is(unit, "h") || crm_str_is(unit, "min"))
		return shift(t, n, unit, out);
	int64_t local = t + crm_zone_offset(z, t) * CRM_SECOND;
	if (!shift(local, n, unit, &local))
		return false;
	*out = crm_zone_utc(z, local);
	return true;
}

static enum crm_status
shift_value(const struct crm_assign *a, const struct crm_field *f,
    struct crm_str old, const struct crm_clock *clock, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_buf b = { 0 };
	struct crm_str text = crm_json_text_view(old, &b), unit;
	int64_t t = 0, n, moved;
	int32_t day;
	bool date = crm_date_parse(text, &day);
	if (date)
		t = day * CRM_DAY;
	bool had = date || crm_time_parse(text, &t);
	bool good = shift_parse(a->value, &n, &unit) && had;
	n = a->op == CRM_ASSIGN_ADD ? n : -n;
	good = good && (date ? shift(t, n, unit, &moved) &&
	    moved % CRM_DAY == 0 :
	    shift_instant(clock->zone, t, n, unit, &moved));
	crm_buf_release(&b);
	if (!had)
		return wrong(f->name, "assign.kind",
		    _("there is no date to move"), a->value, err);
	if (!good)
		return wrong(f->name, "assign.value",
		    _("not a length of time (14d, 2w, 1mo)"), a->value, err);
	crm_buf_c(out, '"');
	if (date)
		crm_date_format(out, (int32_t)(moved / CRM_DAY));
	else
		crm_time_format(out, moved);
	crm_buf_c(out, '"');
	return CRM_OK;
}

static enum crm_status
json_value(const struct crm_assign *a, struct crm_buf *out,
    struct crm_err *err)
{
	struct crm_err e = { 0 };
	if (crm_json_check(a->value, NULL, &e))
		return crm_err_field(err, CRM_INVALID, "assign.json", a->path,
		    "%s", e.msg);
	crm_json_canon(out, crm_str_trim(a->value));
	return CRM_OK;
}

/* += and -=. */
static enum crm_status
moved_value(const struct crm_assign *a, const struct crm_field *f,
    struct crm_str old, const struct crm_clock *clock, struct crm_buf *out,
    struct crm_err *err)
{
	if ((f && (f->flags & CRM_F_LIST)) ||
	    (!f && crm_json_kind(old) == '[')) {
		struct crm_buf v = { 0 };
		bool object = f && f->kind == CRM_K_OBJECT;
		enum crm_status st = object ? json_value(a, &v, err) :
		    crm_assign_value(f, a->value, clock, &v, err);
		if (!st)
			list_value(f, old, crm_buf_view(&v), a->op, out);
		crm_buf_release(&v);
		return st;
	}
	if (f && (f->kind == CRM_K_DATE || f->kind == CRM_K_TIME))
		return shift_value(a, f, old, clock, out, err);
	if (!f || f->kind == CRM_K_ANY || f->kind == CRM_K_INT ||
	    f->kind == CRM_K_NUMBER || f->kind == CRM_K_MONEY)
		return sum_value(a, f, old, out, err);
	return wrong(a->path, "assign.kind",
	    _("no list, number or date to change by"), a->value, err);
}

/* The new raw value; nothing for a field to be cleared. */
static enum crm_status
new_value(const struct crm_assign *a, const struct crm_field *f,
    struct crm_str old, const struct crm_clock *clock, struct crm_buf *out,
    struct crm_err *err)
{
	switch (a->op) {
	case CRM_ASSIGN_CLEAR:
		return CRM_OK;
	case CRM_ASSIGN_JSON:
		return json_value(a, out, err);
	case CRM_ASSIGN_ADD:
	case CRM_ASSIGN_SUB:
		return moved_value(a, f, old, clock, out, err);
	case CRM_ASSIGN_SET:
	case CRM_ASSIGN_FILE:
		break;
	}
	bool list = f && (f->flags & CRM_F_LIST);
	if (list && !crm_str_eq(f->name, a->path) && crm_json_count(old) > 1)
		return crm_err_field(err, CRM_INVALID, "assign.several",
		    f->name, _("has several values; assign to '%.*s', or use "
		    "+= and -="), CRM_FMT(f->name));
	if (list)
		crm_buf_c(out, '[');
	enum crm_status st = crm_assign_value(f, a->value, clock, out, err);
	if (list)
		crm_buf_c(out, ']');
	return st;
}

/* The patch {"rest":val} of an object, nested as deep as the path goes; a map's
 * keys may hold dots. */
static void
wrap(struct crm_buf *b, struct crm_str rest, struct crm_str val, bool map)
{
	size_t dot = map ? rest.n : crm_str_chr(rest, '.');
	crm_buf_c(b, '{');
	crm_json_quote(b, crm_str_sub(rest, 0, dot));
	crm_buf_c(b, ':');
	if (dot < rest.n)
		wrap(b, crm_str_sub(rest, dot + 1, SIZE_MAX), val, false);
	else if (val.n)
		crm_buf_str(b, val);
	else
		crm_buf_z(b, "null");
	crm_buf_c(b, '}');
}

static enum crm_status
apply_one(const struct crm_assign *a, const struct crm_type *t,
    const struct crm_rec *old, const struct crm_clock *clock,
    struct crm_change_set *c, struct crm_err *err)
{
	const struct crm_field *f = t ? crm_type_field(t, a->path) : NULL;
	struct crm_str path = f ? f->name : a->path, val = { NULL, 0 };
	size_t dot = crm_str_chr(path, '.');
	struct crm_str top = crm_str_sub(path, 0, dot);
	struct crm_str rest = crm_str_sub(path, dot + 1, SIZE_MAX);
	struct crm_str whole = current(old, c, top);
	const struct crm_field *tf = t ? crm_type_field(t, top) : NULL;
	bool map = tf && tf->kind == CRM_K_MAP;
	struct crm_buf v = { 0 }, patch = { 0 }, merged = { 0 };
	if (dot == path.n)
		val = whole;
	else if (map ? !crm_json_get(whole, rest, &val) :
	    !crm_json_path(whole, rest, &val))
		val = (struct crm_str){ NULL, 0 };
	enum crm_status st = new_value(a, f, val, clock, &v, err);
	if (!st && dot == path.n) {
		crm_change_put(c, top, crm_buf_view(&v));
	} else if (!st) {
		wrap(&patch, rest, crm_buf_view(&v), map);
		crm_json_merge(&merged, whole, crm_buf_view(&patch));
		if (merged.n == 2)
			merged.n = 0;	/* an empty object is absent */
		crm_change_put(c, top, crm_buf_view(&merged));
	}
	crm_buf_release(&v);
	crm_buf_release(&patch);
	crm_buf_release(&merged);
	return st;
}

enum crm_status
crm_assign_apply(const struct crm_assign *a, size_t n,
    const struct crm_type *t, const struct crm_rec *old,
    const struct crm_clock *clock, struct crm_change_set *c,
    struct crm_err *err)
{
	for (size_t i = 0; i < n; i++) {
		enum crm_status st = apply_one(&a[i], t, old, clock, c, err);
		if (st)
			return st;
	}
	return CRM_OK;
}
