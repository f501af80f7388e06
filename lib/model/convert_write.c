/* JSON values back to the cells of a foreign file. */
#include "model/convert.h"

#include "base/decimal.h"
#include "base/time.h"
#include "format/json.h"

static const struct crm_str truth[] = {	/* styles of truth values */
	{ "true|false", 10 }, { "TRUE|FALSE", 10 }, { "True|False", 10 },
	{ "Yes|No", 6 }, { "yes|no", 6 }, { "YES|NO", 6 }, { "Y|N", 3 },
	{ "y|n", 3 }, { "1|0", 3 },
};

static void
write_bool(struct crm_str text, struct crm_str style, struct crm_buf *out)
{
	if (!style.n)
		style = truth[0];
	size_t bar = crm_str_chr(style, '|');
	if (crm_str_is(text, "true"))
		crm_buf_str(out, crm_str_sub(style, 0, bar));
	else if (crm_str_is(text, "false"))
		crm_buf_str(out, crm_str_sub(style, bar + 1, style.n));
}

static void
write_stamp(const struct crm_convert *c, const struct crm_column *col,
    struct crm_str text, struct crm_str style, struct crm_buf *out)
{
	int64_t t;
	int32_t d;
	if (crm_date_parse(text, &d))
		t = crm_zone_utc(c->opts.zone, d * CRM_DAY);
	else if (!crm_time_parse(text, &t)) {
		crm_buf_str(out, text);
		return;
	}
	if (!style.n)
		style = col->conv == CRM_CV_TIME ?
		    CRM_STR("%Y-%m-%d %H:%M:%S") : CRM_STR("%Y-%m-%d");
	if (col->conv == CRM_CV_TIME && crm_str_is(style, "serial")) {
		t += crm_zone_offset(c->opts.zone, t) * CRM_SECOND;
		crm_buf_printf(out, "%" PRId64,
		    t / CRM_DAY + 25569);
		return;
	}
	crm_stamp_write(out, t, c->opts.zone, style);
}

static void
write_enum(const struct crm_column *col, struct crm_str text,
    struct crm_buf *out)
{
	const struct crm_pair *p = col->values->pair, *none = NULL;
	for (size_t i = 0; i < col->values->n; i++) {
		if (crm_str_eq(p[i].ours, text)) {
			crm_buf_str(out, p[i].theirs);
			return;
		}
		if (!none && !p[i].ours.n)
			none = &p[i];	/* "Open": neither won nor lost */
	}
	crm_buf_str(out, none ? none->theirs : text);
}

void
crm_convert_id(struct crm_str id, struct crm_str style, struct crm_buf *out)
{
	if (crm_str_is(style, "15"))
		id = crm_str_sub(id, 0, 15);
	size_t width = style.n && *style.p == '0' ? style.n : 0;
	size_t digits = 0;
	while (digits < id.n && id.p[digits] >= '0' && id.p[digits] <= '9')
		digits++;
	for (size_t i = id.n; i < width && digits == id.n; i++)
		crm_buf_c(out, '0');
	crm_buf_str(out, id);
}

static void
write_ref(const struct crm_convert *c, const struct crm_column *col,
    struct crm_str text, struct crm_str style, struct crm_buf *out)
{
	struct crm_buf prefix = { 0 };
	if (col->conv == CRM_CV_KEY)
		crm_buf_printf(&prefix, "%.*s:", CRM_FMT(col->arg));
	else
		crm_buf_printf(&prefix, "ext.%.*s:",
		    CRM_FMT(c->profile->system));
	if (crm_str_starts(text, crm_buf_view(&prefix))) {
		text = crm_str_sub(text, prefix.n, text.n);
		if (col->conv != CRM_CV_KEY)
			crm_buf_str(out, col->arg);
		crm_convert_id(text, style, out);
	}
	crm_buf_release(&prefix);
}

static void
write_duration(const struct crm_column *col, struct crm_str text,
    struct crm_buf *out)
{
	struct crm_dec d, v;
	int64_t num = crm_str_is(col->arg, "ms") ? 60000 :
	    crm_str_is(col->arg, "min") ? 1 : 60, den = 1;
	if (crm_str_is(col->arg, "h")) {
		num = 1;
		den = 60;
	}
	if (!crm_dec_parse(text, &d) || !crm_dec_muldiv(d,
	    (struct crm_dec){ num, 0 }, (struct crm_dec){ den, 0 },
	    den == 1 ? 0 : 4, CRM_HALF_EVEN, &v))
		return;
	if (crm_str_is(col->arg, "hms")) {
		int64_t s = (int64_t)v.v;
		crm_buf_printf(out, "%02" PRId64 ":%02" PRId64 ":%02" PRId64,
		    s / 3600, s / 60 % 60, s % 60);
		return;
	}
	while (v.scale && v.v % 10 == 0) {
		v.v /= 10;
		v.scale--;
	}
	crm_dec_format(out, v);
}

static void
write_epoch(const struct crm_convert *c, const struct crm_column *col,
    struct crm_str text, struct crm_str style, struct crm_buf *out)
{
	int64_t t;
	int32_t d;
	if (crm_date_parse(text, &d))
		t = crm_zone_utc(c->opts.zone, d * CRM_DAY);
	else if (!crm_time_parse(text, &t))
		return;
	t /= crm_str_is(col->arg, "ms") ? 1000 :
	    crm_str_is(col->arg, "us") ? 1 : CRM_SECOND;
	crm_buf_printf(out, crm_str_is(style, "odata") ?
	    "/Date(%" PRId64 ")/" : "%" PRId64, t);
}

/* An element that the separator or a bracket would tear is written as JSON. */
static void
write_list(const struct crm_convert *c, const struct crm_column *col,
    struct crm_str val, struct crm_buf *out)
{
	struct crm_str sep = col->conv == CRM_CV_LIST && col->arg.n ?
	    col->arg : CRM_STR(";");
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str key, one;
	struct crm_buf tmp = { 0 };
	size_t from = out->n, n = 0;
	bool torn = false;
	while (!torn && crm_json_next(&it, &key, &one)) {
		struct crm_str s = crm_json_text_view(one, &tmp);
		if (n++)
			crm_buf_str(out, sep);
		torn = !s.n || *s.p == '[' || *s.p == '{' ||
		    memmem(s.p, s.n, sep.p, sep.n) ||
		    crm_str_trim(s).n != s.n || !crm_json_is_string(one);
		if (crm_str_is(sep, " ::: ") && crm_str_is(s, "myContacts"))
			crm_buf_z(out, "* ");
		if (col->conv == CRM_CV_REFS)
			write_ref(c, col, s, (struct crm_str){ NULL, 0 }, out);
		else
			crm_buf_str(out, s);
	}
	if (torn && col->conv == CRM_CV_LIST) {
		out->n = from;
		crm_buf_str(out, val);
	}
	crm_buf_release(&tmp);
}

void
crm_convert_write(const struct crm_convert *c, const struct crm_column *col,
    struct crm_str val, struct crm_str style, struct crm_buf *out)
{
	struct crm_buf tmp = { 0 };
	if (crm_json_kind(val) == '[' && col->conv != CRM_CV_JSON) {
		write_list(c, col, val, out);
		return;
	}
	struct crm_str text = crm_json_text_view(val, &tmp);
	switch (col->conv) {
	case CRM_CV_DATE: case CRM_CV_TIME: case CRM_CV_BIRTHDAY:
		write_stamp(c, col, text, style, out);
		break;
	case CRM_CV_BOOL: write_bool(text, style, out); break;
	case CRM_CV_ENUM: write_enum(col, text, out); break;
	case CRM_CV_REF: case CRM_CV_KEY: case CRM_CV_REFS:
		write_ref(c, col, text, style, out);
		break;
	case CRM_CV_EXT:
		crm_buf_str(out, col->arg);
		crm_convert_id(text, style, out);
		break;
	case CRM_CV_DURATION: write_duration(col, text, out); break;
	case CRM_CV_EPOCH: write_epoch(c, col, text, style, out); break;
	case CRM_CV_MONEY: case CRM_CV_NUMBER:
		for (size_t i = 0; i < text.n; i++)
			crm_buf_c(out, text.p[i] == '.' && c->opts.decimal ?
			    c->opts.decimal : text.p[i]);
		break;
	case CRM_CV_REFNAME: break;
	case CRM_CV_TEXT: case CRM_CV_EMAIL: case CRM_CV_PHONE:
	case CRM_CV_LIST: case CRM_CV_COUNTRY: case CRM_CV_LANGUAGE:
	case CRM_CV_DOMAIN:
	case CRM_CV_CURRENCY: case CRM_CV_JSON: case CRM_CV_AUTO:
		crm_buf_str(out, text);
		break;
	}
	crm_buf_release(&tmp);
}

void
crm_convert_style(const struct crm_convert *c, const struct crm_column *col,
    struct crm_str cell, struct crm_buf *out)
{
	struct crm_str s = crm_str_trim(cell);
	switch (col->conv) {
	case CRM_CV_DATE: case CRM_CV_TIME: case CRM_CV_BIRTHDAY:
		crm_stamp_style(out, s, c->opts.dates.n ? c->opts.dates :
		    c->profile && c->profile->dates.n ? c->profile->dates :
		    CRM_STR("ymd"));
		if (!out->n && crm_str_chr(s, '.') == s.n && s.n == 5 &&
		    *s.p >= '1' && *s.p <= '9')
			crm_buf_z(out, "serial");
		break;
	case CRM_CV_BOOL:
		for (size_t i = 0; i < CRM_LEN(truth); i++) {
			size_t bar = crm_str_chr(truth[i], '|');
			if (!crm_str_eq(s, crm_str_sub(truth[i], 0, bar)) &&
			    !crm_str_eq(s, crm_str_sub(truth[i], bar + 1, 9)))
				continue;
			crm_buf_str(out, truth[i]);
			return;
		}
		break;
	case CRM_CV_EXT: case CRM_CV_REF:
		if (col->flags & CRM_COL_FOLD && s.n == 15)
			crm_buf_z(out, "15");
		/* a pattern of zeros as long as the id */
		for (size_t i = 0; col->flags & CRM_COL_ALPHA && *s.p == '0' &&
		    i < s.n && i < 40; i++)
			crm_buf_c(out, '0');
		break;
	case CRM_CV_EPOCH:
		if (crm_str_starts(s, CRM_STR("/Date(")))
			crm_buf_z(out, "odata");
		break;
	default:
		break;
	}
}
