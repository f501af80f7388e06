/* Dates, times, birthdays and durations: ends of ranges, and values. */
#include "model/query_impl.h"

#include "base/zone.h"

enum { MINUTE = 60 * 1000000 };

static struct crm_str
ends(struct crm_str s, struct crm_str *hi)
{
	const char *dots = s.n ? memmem(s.p, s.n, "..", 2) : NULL;
	if (!dots) {
		*hi = s;
		return s;
	}
	struct crm_str lo = crm_str_sub(s, 0, (size_t)(dots - s.p));
	*hi = crm_str_sub(s, lo.n + 2, SIZE_MAX);
	return lo;
}

/* A length of time; *unit gets the length of its unit: "30d" -> a day. A plain
 * number is minutes where the field holds minutes. */
static bool
length(struct crm_q_build *b, struct crm_str s, int computed, int64_t *us,
    int64_t *unit)
{
	char one[16] = "1";
	size_t digits = 0;
	struct crm_dec d;
	s = crm_str_trim(s);
	while (digits < s.n && s.p[digits] >= '0' && s.p[digits] <= '9')
		digits++;
	struct crm_str word = crm_str_sub(s, digits, SIZE_MAX);
	if (word.n && word.n < sizeof(one) - 1)
		memcpy(one + 1, word.p, word.n);
	if (crm_duration_parse(s, us)) {
		if (!crm_duration_parse(crm_str_z(one), unit))
			*unit = 1;
		return true;
	}
	if (computed < 0 && crm_dec_parse(s, &d) && d.v >= 0 && d.scale == 0 &&
	    d.v < INT64_MAX / MINUTE) {
		*us = (int64_t)d.v * MINUTE;
		*unit = MINUTE;
		return true;
	}
	return crm_q_value_bad(b, _("not a length of time: '%.*s' (write 30d, "
	    "2w, 90min)"), CRM_FMT(s));
}

static bool
length_item(struct crm_q_build *b, const struct crm_q_want *w, int computed,
    struct crm_str s, struct crm_q_item *it)
{
	struct crm_str lo = s, hi = s;
	int64_t unit;
	if (w->op == CRM_Q_HAS)
		lo = ends(s, &hi);
	bool range = lo.p != hi.p || lo.n != hi.n;
	it->from = INT64_MIN;
	it->to = INT64_MAX;
	if (lo.n && !length(b, lo, computed, &it->from, &unit))
		return false;
	if (hi.n && !length(b, hi, computed, &it->to, &unit))
		return false;
	if (!lo.n && !hi.n)
		return crm_q_value_bad(b, _("a range without ends: '%.*s'"),
		    CRM_FMT(s));
	int64_t v = it->from;
	switch (w->op) {
	case CRM_Q_LT: it->from = INT64_MIN; break;
	case CRM_Q_LE: it->from = INT64_MIN; it->to++; break;
	case CRM_Q_GT: it->from = v + 1; it->to = INT64_MAX; break;
	case CRM_Q_GE: it->to = INT64_MAX; break;
	case CRM_Q_HAS: case CRM_Q_EQ: case CRM_Q_NE: case CRM_Q_RE:
		if (!range)
			it->to = it->from + unit;
		else if (hi.n)
			it->to++;
	}
	return true;
}

/* The days a span touches, both ends included; INT32_MIN, MAX open. */
static void
days(const struct crm_clock *c, const struct crm_span *span, int32_t *first,
    int32_t *last)
{
	*first = span->from == INT64_MIN ? INT32_MIN :
	    crm_zone_day(c->zone, span->from);
	*last = span->to == INT64_MAX ? INT32_MAX :
	    crm_zone_day(c->zone, span->to - 1);
}

static void
cut(struct crm_buf *b, char out[24])
{
	size_t n = b->n < 23 ? b->n : 23;
	if (n)
		memcpy(out, b->p, n);
	out[n] = '\0';
	crm_buf_release(b);
}

/* Ends as texts, so that stored ones compare byte for byte: instants to the
 * second above (a whole second is in [from, to) if it is not before either's
 * next second). */
static void
texts(struct crm_q_item *it, bool day)
{
	struct crm_buf b = { 0 };
	for (int i = 0; i < 2; i++) {
		int64_t v = i ? it->to : it->from;
		char *out = i ? it->to_text : it->from_text;
		if (v == INT64_MIN || v == INT64_MAX)
			continue;
		if (day)
			crm_date_format(&b, (int32_t)v);
		else
			crm_time_format(&b, v >= 0 ? (v + CRM_SECOND - 1) /
			    CRM_SECOND * CRM_SECOND : v / CRM_SECOND *
			    CRM_SECOND);
		cut(&b, out);
	}
}

static void
take_span(const struct crm_q_build *b, unsigned kind,
    const struct crm_span *span, struct crm_q_item *it)
{
	if (kind == CRM_K_TIME) {
		it->from = span->from;
		it->to = span->to;
		texts(it, false);
		return;
	}
	int32_t first, last;
	days(&b->ctx->clock, span, &first, &last);
	it->from = first == INT32_MIN ? INT64_MIN : first;
	it->to = last == INT32_MAX ? INT64_MAX : (int64_t)last + 1;
	texts(it, true);
}

/* "--05-14" and "05-14": that day in any year. */
static bool
month_day(struct crm_str s, struct crm_q_item *it)
{
	char text[8] = "--";
	struct crm_ymd d;
	if (s.n == 7 && crm_str_starts(s, CRM_STR("--")))
		s = crm_str_sub(s, 2, SIZE_MAX);
	if (s.n != 5 || s.p[2] != '-')
		return false;
	memcpy(text + 2, s.p, 5);
	if (!crm_birthday_parse((struct crm_str){ text, 7 }, &d))
		return false;
	it->month = (int8_t)d.m;
	it->day = (int8_t)d.d;
	return true;
}

bool
crm_q_when_item(struct crm_q_build *b, const struct crm_q_want *w,
    unsigned kind, int computed, struct crm_str s, struct crm_q_item *it)
{
	struct crm_span span;
	struct crm_err err = { 0 };
	if (kind == CRM_K_DURATION)
		return length_item(b, w, computed, s, it);
	if (kind == CRM_K_BIRTHDAY && (w->op == CRM_Q_HAS ||
	    w->op == CRM_Q_EQ) && month_day(s, it))
		return true;
	enum crm_status st = w->op == CRM_Q_HAS ?
	    crm_range_parse(s, &b->ctx->clock, &span, &err) :
	    crm_when_parse(s, &b->ctx->clock, &span, &err);
	if (st)
		return crm_q_value_bad(b, "%s", err.msg);
	switch (w->op) {
	case CRM_Q_LT: span.to = span.from; span.from = INT64_MIN; break;
	case CRM_Q_LE: span.from = INT64_MIN; break;
	case CRM_Q_GT: span.from = span.to; span.to = INT64_MAX; break;
	case CRM_Q_GE: span.to = INT64_MAX; break;
	case CRM_Q_HAS: case CRM_Q_EQ: case CRM_Q_NE: case CRM_Q_RE: break;
	}
	if (span.from >= span.to && w->op == CRM_Q_HAS)
		return crm_q_value_bad(b, _("the range '%.*s' is empty: its "
		    "ends are the wrong way round"), CRM_FMT(s));
	take_span(b, kind, &span, it);
	return true;
}

bool
crm_q_time_of(struct crm_str s, const struct crm_clock *c, int64_t *t)
{
	int32_t day;
	if (crm_time_parse(s, t))
		return true;
	if (!crm_date_parse(s, &day))
		return false;
	*t = crm_zone_midnight(c ? c->zone : NULL, day);
	return true;
}

bool
crm_q_minutes_of(struct crm_str s, int64_t *us)
{
	struct crm_dec d, minute = { MINUTE, 0 }, one = { 1, 0 }, out;
	if (crm_duration_parse(s, us))
		return true;
	if (!crm_q_dec_of(s, &d) || !crm_dec_muldiv(d, minute, one, 0,
	    CRM_HALF_EVEN, &out) || out.v > INT64_MAX || out.v < INT64_MIN)
		return false;
	*us = (int64_t)out.v;
	return true;
}
