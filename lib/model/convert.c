#include "model/convert.h"

#include "base/decimal.h"
#include "base/time.h"
#include "format/json.h"
#include "model/norm_iso.h"
#include "model/norm_phone.h"

void
crm_sfid_long(struct crm_buf *b, struct crm_str id)
{
	crm_buf_str(b, id);
	if (id.n != 15)
		return;
	for (size_t i = 0; i < 3; i++) {
		unsigned bits = 0;
		for (size_t k = 0; k < 5; k++) {
			char c = id.p[5 * i + k];
			bits |= (unsigned)(c >= 'A' && c <= 'Z') << k;
		}
		crm_buf_c(b, "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits]);
	}
}

static struct crm_str
orders_of(const struct crm_convert *c)
{
	if (c->opts.dates.n)
		return c->opts.dates;
	return c->profile && c->profile->dates.n ? c->profile->dates :
	    CRM_STR("ymd");
}

static enum crm_status
bad(struct crm_err *err, const char *id, const char *what, struct crm_str cell)
{
	return crm_err_set(err, CRM_INVALID, id, "%s: '%.*s'", what,
	    CRM_FMT(crm_str_sub(cell, 0, 80)));
}

static enum crm_status
read_stamp(const struct crm_convert *c, const struct crm_column *col,
    const struct crm_field *field, struct crm_str cell, struct crm_buf *out,
    struct crm_err *err)
{
	int64_t t;
	bool day = true;
	struct crm_str orders = orders_of(c);
	int32_t d;
	struct crm_ymd birth;
	if (col->conv == CRM_CV_BIRTHDAY && crm_birthday_parse(cell, &birth)) {
		crm_json_quote(out, cell);
		return CRM_OK;
	}
	/* "0/0/00" is Outlook's empty date, "0000-00-00" MySQL's */
	bool empty = true;
	for (size_t i = 0; i < cell.n; i++)
		empty = empty && strchr("0/-.: T", cell.p[i]);
	if (empty)
		return CRM_NOTFOUND;
	bool good = crm_stamp_parse(cell, orders, c->opts.zone, &t, &day) ||
	    (c->opts.serial && crm_stamp_parse(cell, CRM_STR("serial"),
	    c->opts.zone, &t, &day));
	if (!good) {
		if (crm_date_parse(cell, &d))
			t = crm_zone_utc(c->opts.zone, d * CRM_DAY);
		else if (col->flags & CRM_COL_READONLY)
			return CRM_NOTFOUND;	/* kept as it is */
		else
			return crm_err_set(err, CRM_INVALID, "convert.date",
			    _("not a date in the order %.*s (see --dates): "
			    "'%.*s'"), CRM_FMT(orders),
			    CRM_FMT(crm_str_sub(cell, 0, 80)));
	}
	crm_buf_c(out, '"');
	/* A column of days stays one: no midnight of some zone is made up. */
	if (col->conv == CRM_CV_TIME ||
	    (field && field->kind == CRM_K_TIME && !day))
		crm_time_format(out, t);
	else
		crm_date_format(out, crm_zone_day(c->opts.zone, t));
	crm_buf_c(out, '"');
	return CRM_OK;
}

static enum crm_status
read_money(const struct crm_convert *c, struct crm_str cell, bool money,
    char currency[4], struct crm_buf *out, struct crm_err *err)
{
	struct crm_dec d;
	char decimal = c->opts.decimal ? c->opts.decimal : '.';
	bool percent = !money && crm_str_ends(cell, CRM_STR("%"));
	cell.n -= percent;
	/* 1.25E7 is how Salesforce's export writes large sums */
	if (!crm_dec_parse_human(crm_str_trim(cell), decimal, &d,
	    money ? currency : NULL) && !crm_dec_parse(cell, &d))
		return money ?
		    bad(err, "convert.money", _("not a sum of money"), cell) :
		    bad(err, "convert.number", _("not a number"), cell);
	if (money)
		crm_buf_c(out, '"');
	crm_dec_format(out, d);
	if (money)
		crm_buf_c(out, '"');
	return CRM_OK;
}

static enum crm_status
read_bool(struct crm_str cell, struct crm_buf *out)
{
	static const char *const words[] = { "true", "yes", "y", "1", "t",
		"on", "x", "false", "no", "n", "0", "f", "off" };
	struct crm_buf f = { 0 };
	crm_header_fold(&f, cell);
	size_t i = 0;
	while (i < CRM_LEN(words) && !crm_str_is(crm_buf_view(&f), words[i]))
		i++;
	crm_buf_release(&f);
	if (i == CRM_LEN(words))
		return CRM_NOTFOUND;
	crm_buf_z(out, i < 7 ? "true" : "false");
	return CRM_OK;
}

/* An id as it is the same in all of the system's files: without its prefix,
 * Salesforce's with the suffix, SAP's numbers without zeros in front (its
 * conversion exit ALPHA: a table says 0000001000 what a list calls 1000). */
static void
put_id(const struct crm_column *col, struct crm_str id, struct crm_buf *b)
{
	if (col->arg.n && crm_str_starts(id, col->arg))
		id = crm_str_sub(id, col->arg.n, id.n);
	size_t zeros = 0, digits = 0;
	while (digits < id.n && id.p[digits] >= '0' && id.p[digits] <= '9')
		digits++;
	while (zeros + 1 < digits && digits == id.n && id.p[zeros] == '0')
		zeros++;
	if (col->flags & CRM_COL_FOLD)
		crm_sfid_long(b, id);
	else if (col->flags & CRM_COL_ALPHA)
		crm_buf_str(b, crm_str_sub(id, zeros, id.n));
	else
		crm_buf_str(b, id);
}

/* The system that ids of this column belong to. */
static void
put_ref(const struct crm_convert *c, const struct crm_column *col,
    struct crm_str id, struct crm_buf *out)
{
	struct crm_buf ref = { 0 };
	/* a list of ids where one is asked for: the first is the primary */
	if (col->conv == CRM_CV_REF)
		id = crm_str_trim(crm_str_sub(id, 0, crm_str_chr(id, ';')));
	if (col->conv == CRM_CV_KEY) {
		crm_buf_printf(&ref, "%.*s:", CRM_FMT(col->arg));
		crm_buf_str(&ref, id);
	} else {
		crm_buf_printf(&ref, "ext.%.*s:", CRM_FMT(c->profile->system));
		put_id(col, id, &ref);
	}
	crm_json_quote(out, crm_buf_view(&ref));
	crm_buf_release(&ref);
}

/* The record of that name, if there is one alone. */
static void
put_name(struct crm_str name, struct crm_buf *out)
{
	struct crm_buf ref = { 0 };
	crm_buf_z(&ref, "name?:");
	crm_buf_str(&ref, name);
	crm_json_quote(out, crm_buf_view(&ref));
	crm_buf_release(&ref);
}

/* Numbers stand as they were given; only where the user names the country of
 * those that name none do they get its code. */
static void
read_phone(const struct crm_convert *c, struct crm_str s, struct crm_buf *out)
{
	struct crm_buf b = { 0 };
	struct crm_phone p;
	if (c->opts.region.n) {
		crm_phone_parse(s, c->opts.region, &p);
		if (crm_phone_usable(&p))
			crm_phone_standard(&b, &p);
	}
	crm_json_quote(out, b.n ? crm_buf_view(&b) : s);
	crm_buf_release(&b);
}

static enum crm_status
read_list(const struct crm_convert *c, const struct crm_column *col,
    struct crm_str cell, struct crm_buf *out)
{
	struct crm_str sep = col->conv == CRM_CV_LIST && col->arg.n ?
	    col->arg : CRM_STR(";");
	size_t n = 0;
	while (cell.p) {
		const char *q = cell.n ? memmem(cell.p, cell.n, sep.p, sep.n) :
		    NULL;
		size_t len = q ? (size_t)(q - cell.p) : cell.n;
		struct crm_str one = crm_str_trim(crm_str_sub(cell, 0, len));
		cell = q ? crm_str_sub(cell, len + sep.n, cell.n) :
		    (struct crm_str){ NULL, 0 };
		if (crm_str_is(sep, " ::: ") &&
		    crm_str_starts(one, CRM_STR("* ")))
			one = crm_str_sub(one, 2, one.n);	/* a system's */
		if (!one.n)
			continue;
		if (n++)
			crm_buf_c(out, ',');
		if (col->conv == CRM_CV_REFS)
			put_ref(c, col, one, out);
		else if (crm_str_is(col->top, "phones"))
			read_phone(c, one, out);
		else
			crm_json_quote(out, one);
	}
	return n ? CRM_OK : CRM_NOTFOUND;
}

/* minutes = value * num / den */
static bool
unit_of(struct crm_str unit, int64_t *num, int64_t *den)
{
	static const struct {
		const char *name;
		int64_t num, den;
	} units[] = { { "ms", 1, 60000 }, { "s", 1, 60 }, { "min", 1, 1 },
		{ "h", 60, 1 } };
	for (size_t i = 0; i < CRM_LEN(units); i++) {
		*num = units[i].num;
		*den = units[i].den;
		if (crm_str_is(unit, units[i].name))
			return true;
	}
	return false;
}

static enum crm_status
read_duration(const struct crm_column *col, struct crm_str cell,
    struct crm_buf *out)
{
	struct crm_dec d, minutes;
	int64_t num = 1, den = 1;
	unsigned h, m, s;
	char z[32];
	if (crm_str_is(col->arg, "hms")) {
		snprintf(z, sizeof(z), "%.*s", CRM_FMT(cell));
		if (sscanf(z, "%5u:%2u:%2u", &h, &m, &s) != 3)
			return CRM_NOTFOUND;
		d = (struct crm_dec){ (crm_i128)h * 3600 + m * 60 + s, 0 };
		den = 60;
	} else if (!crm_dec_parse(cell, &d) || !unit_of(col->arg, &num, &den))
		return CRM_NOTFOUND;
	if (!crm_dec_muldiv(d, (struct crm_dec){ num, 0 },
	    (struct crm_dec){ den, 0 }, 4, CRM_HALF_EVEN, &minutes))
		return CRM_NOTFOUND;
	while (minutes.scale && minutes.v % 10 == 0) {
		minutes.v /= 10;
		minutes.scale--;
	}
	crm_dec_format(out, minutes);
	return CRM_OK;
}

static enum crm_status
read_epoch(const struct crm_column *col, struct crm_str cell,
    struct crm_buf *out, struct crm_err *err)
{
	struct crm_dec d;
	/* also OData's /Date(1490902810849)/ */
	if (crm_str_starts(cell, CRM_STR("/Date("))) {
		cell = crm_str_sub(cell, 6, cell.n);
		cell.n = crm_str_chr(cell, ')');
	}
	int64_t unit = crm_str_is(col->arg, "ms") ? 1000 :
	    crm_str_is(col->arg, "us") ? 1 : CRM_SECOND;
	if (!crm_dec_parse(cell, &d) || !crm_dec_rescale(d, 6, CRM_DOWN, &d))
		return bad(err, "convert.date", _("not a Unix time"), cell);
	crm_i128 t = d.v * unit / CRM_SECOND;
	if (t > INT64_C(253402300799) * CRM_SECOND || t < -INT64_MAX / 2)
		return bad(err, "convert.date", _("not a Unix time"), cell);
	crm_buf_c(out, '"');
	crm_time_format(out, (int64_t)t);
	crm_buf_c(out, '"');
	return CRM_OK;
}

/* "https://www.acme.com/about" is the domain acme.com; of several the first. */
static enum crm_status
read_domain(struct crm_str s, struct crm_buf *out)
{
	struct crm_buf b = { 0 };
	const char *scheme = s.n ? memmem(s.p, s.n, "://", 3) : NULL;
	if (scheme)
		s = crm_str_sub(s, (size_t)(scheme - s.p) + 3, s.n);
	size_t n = 0;
	while (n < s.n && !strchr("/?#: ,;", s.p[n]))
		n++;
	crm_header_fold(&b, crm_str_sub(s, 0, n));
	struct crm_str d = crm_buf_view(&b);
	if (crm_str_starts(d, CRM_STR("www.")))
		d = crm_str_sub(d, 4, d.n);
	bool good = d.n && crm_str_chr(d, '.') < d.n;
	if (good)
		crm_json_quote(out, d);
	crm_buf_release(&b);
	return good ? CRM_OK : CRM_NOTFOUND;
}

static enum crm_status
read_ext(const struct crm_column *col, struct crm_str cell,
    struct crm_buf *out)
{
	struct crm_buf b = { 0 };
	put_id(col, cell, &b);
	crm_json_quote(out, crm_buf_view(&b));
	crm_buf_release(&b);
	return CRM_OK;
}

static enum crm_conv
conv_of_kind(const struct crm_field *f)
{
	if (!f)
		return CRM_CV_TEXT;
	if (f->flags & CRM_F_LIST)
		return f->kind == CRM_K_OBJECT ? CRM_CV_JSON : CRM_CV_LIST;
	switch (f->kind) {
	case CRM_K_INT: case CRM_K_NUMBER: return CRM_CV_NUMBER;
	case CRM_K_MONEY: return CRM_CV_MONEY;
	case CRM_K_BOOL: return CRM_CV_BOOL;
	case CRM_K_DATE: return CRM_CV_DATE;
	case CRM_K_TIME: return CRM_CV_TIME;
	case CRM_K_BIRTHDAY: return CRM_CV_BIRTHDAY;
	case CRM_K_EMAIL: return CRM_CV_EMAIL;
	case CRM_K_COUNTRY: return CRM_CV_COUNTRY;
	case CRM_K_LANGUAGE: return CRM_CV_LANGUAGE;
	case CRM_K_CURRENCY: return CRM_CV_CURRENCY;
	case CRM_K_DOMAIN: return CRM_CV_DOMAIN;
	case CRM_K_OBJECT: case CRM_K_MAP: case CRM_K_ANY: return CRM_CV_JSON;
	default: return CRM_CV_TEXT;
	}
}

static enum crm_status
read_json(struct crm_str cell, struct crm_buf *out)
{
	bool maybe = cell.n > 1 && (*cell.p == '[' || *cell.p == '{');
	if (maybe && crm_json_check(cell, NULL, NULL) == CRM_OK)
		crm_json_canon(out, cell);
	else
		crm_json_quote(out, cell);
	return CRM_OK;
}

/* The elements of a list written as JSON. */
static enum crm_status
read_elements(struct crm_str cell, struct crm_buf *out)
{
	size_t from = out->n;
	crm_json_canon(out, cell);
	out->n--;
	memmove(out->p + from, out->p + from + 1, out->n - from - 1);
	out->n--;
	return out->n > from ? CRM_OK : CRM_NOTFOUND;
}

/* Upper-case code of n letters. */
static enum crm_status
read_code(struct crm_str cell, size_t n, struct crm_buf *out)
{
	char z[4];
	bool good = cell.n == n;
	for (size_t i = 0; good && i < n; i++) {
		z[i] = (char)(cell.p[i] & ~0x20);
		good = z[i] >= 'A' && z[i] <= 'Z';
	}
	if (!good)
		return CRM_NOTFOUND;
	crm_json_quote(out, (struct crm_str){ z, n });
	return CRM_OK;
}

static enum crm_status
read_country(struct crm_str s, struct crm_buf *out)
{
	char code[3];
	if (!crm_country_key(s, code))
		return CRM_NOTFOUND;
	crm_json_quote(out, crm_str_z(code));
	return CRM_OK;
}

static enum crm_status
read_language(struct crm_str s, struct crm_buf *out)
{
	char tag[36];
	if (!crm_language_key(s, tag))
		return CRM_NOTFOUND;
	crm_json_quote(out, crm_str_z(tag));
	return CRM_OK;
}

enum crm_status
crm_convert_read(const struct crm_convert *c, const struct crm_column *col,
    const struct crm_field *field, struct crm_str cell, char currency[4],
    struct crm_buf *out, struct crm_err *err)
{
	struct crm_str s = crm_str_trim(cell);
	enum crm_conv conv = col->conv;
	struct crm_column by_kind = *col;
	if (conv == CRM_CV_AUTO)
		by_kind.conv = conv = conv_of_kind(field);
	currency[0] = '\0';
	if (!s.n)
		return CRM_NOTFOUND;
	switch (conv) {
	case CRM_CV_DATE: case CRM_CV_TIME: case CRM_CV_BIRTHDAY:
		return read_stamp(c, &by_kind, field, s, out, err);
	case CRM_CV_NUMBER: case CRM_CV_MONEY:
		return read_money(c, s, conv == CRM_CV_MONEY, currency, out,
		    err);
	case CRM_CV_BOOL: return read_bool(s, out);
	case CRM_CV_ENUM:
		if (!crm_enum_has(col->values, s) &&
		    crm_convert_word(c, col, field, s, out))
			return CRM_OK;	/* a word of our own */
		return crm_convert_enum(col, field, s, out);
	case CRM_CV_LIST: case CRM_CV_REFS:
		if (*s.p == '[' && crm_json_check(s, NULL, NULL) == CRM_OK)
			return read_elements(s, out);
		return read_list(c, &by_kind, s, out);
	case CRM_CV_REF: case CRM_CV_KEY:
		put_ref(c, col, s, out);
		return CRM_OK;
	case CRM_CV_REFNAME:
		put_name(s, out);
		return CRM_OK;
	case CRM_CV_EXT: return read_ext(col, s, out);
	case CRM_CV_DURATION: return read_duration(col, s, out);
	case CRM_CV_EPOCH: return read_epoch(col, s, out, err);
	case CRM_CV_DOMAIN: return read_domain(s, out);
	case CRM_CV_COUNTRY: return read_country(s, out);
	case CRM_CV_LANGUAGE: return read_language(s, out);
	case CRM_CV_CURRENCY: return read_code(s, 3, out);
	case CRM_CV_JSON: return read_json(s, out);
	case CRM_CV_PHONE:
		read_phone(c, s, out);
		return CRM_OK;
	case CRM_CV_EMAIL:
		crm_json_quote(out, s);
		return CRM_OK;
	case CRM_CV_TEXT: case CRM_CV_AUTO:
		break;
	}
	if (!crm_convert_word(c, col, field, s, out))
		crm_json_quote(out, cell);
	return CRM_OK;
}
