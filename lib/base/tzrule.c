#include "base/time.h"
#include "base/tzif.h"

struct text {
	struct crm_str s;
};

static bool
next_is(struct text *t, char c)
{
	if (t->s.n == 0 || t->s.p[0] != c)
		return false;
	t->s = crm_str_sub(t->s, 1, t->s.n);
	return true;
}

static bool
number(struct text *t, int max, int *v)
{
	size_t n = 0;
	for (*v = 0; n < t->s.n && t->s.p[n] >= '0' && t->s.p[n] <= '9'; n++) {
		*v = *v * 10 + (t->s.p[n] - '0');
		if (*v > max)
			return false;
	}
	t->s = crm_str_sub(t->s, n, t->s.n);
	return n > 0;
}

/* Three letters or more, or anything in angle brackets. */
static bool
name(struct text *t)
{
	size_t n = 0;
	if (next_is(t, '<')) {
		n = crm_str_chr(t->s, '>');
		if (n < 3 || n == t->s.n)
			return false;
		t->s = crm_str_sub(t->s, n + 1, t->s.n);
		return true;
	}
	while (n < t->s.n && (t->s.p[n] | 32) >= 'a' && (t->s.p[n] | 32) <= 'z')
		n++;
	t->s = crm_str_sub(t->s, n, t->s.n);
	return n >= 3;
}

/* [+-]hh[:mm[:ss]] */
static bool
clock_time(struct text *t, int max_hours, int32_t *seconds)
{
	bool neg = next_is(t, '-');
	int h, m = 0, s = 0;
	if (!neg)
		next_is(t, '+');
	if (!number(t, max_hours, &h))
		return false;
	if (next_is(t, ':') && (!number(t, 59, &m) ||
	    (next_is(t, ':') && !number(t, 59, &s))))
		return false;
	*seconds = h * 3600 + m * 60 + s;
	if (neg)
		*seconds = -*seconds;
	return true;
}

static bool
change(struct text *t, struct crm_tzchange *c)
{
	c->second = 2 * 3600;
	if (!next_is(t, ','))
		return false;
	if (next_is(t, 'M')) {
		c->kind = CRM_TZ_WEEKDAY;
		if (!number(t, 12, &c->month) || c->month < 1 ||
		    !next_is(t, '.') || !number(t, 5, &c->week) ||
		    c->week < 1 || !next_is(t, '.') || !number(t, 6, &c->day))
			return false;
	} else if (next_is(t, 'J')) {
		c->kind = CRM_TZ_JULIAN;
		if (!number(t, 365, &c->day) || c->day < 1)
			return false;
	} else {
		c->kind = CRM_TZ_DAY;
		if (!number(t, 365, &c->day))
			return false;
	}
	return !next_is(t, '/') || clock_time(t, 167, &c->second);
}

bool
crm_tzrule_parse(struct crm_tzrule *r, struct crm_str s)
{
	struct text t = { s };
	memset(r, 0, sizeof(*r));
	if (!name(&t) || !clock_time(&t, 24, &r->std_offset))
		return false;
	r->std_offset = -r->std_offset;	/* POSIX counts west */
	if (t.s.n) {
		r->dst = true;
		r->dst_offset = r->std_offset + 3600;
		if (!name(&t))
			return false;
		if (t.s.n && t.s.p[0] != ',') {
			if (!clock_time(&t, 24, &r->dst_offset))
				return false;
			r->dst_offset = -r->dst_offset;
		}
		if (!change(&t, &r->start) || !change(&t, &r->end) || t.s.n)
			return false;
	}
	r->set = true;
	return true;
}

/* Seconds since 1970, as if local were UTC, of the change in year y. */
static int64_t
change_in(const struct crm_tzchange *c, int y)
{
	int64_t day = crm_ymd_day((struct crm_ymd){ y, 1, 1 });
	if (c->kind == CRM_TZ_WEEKDAY) {
		day = crm_ymd_day((struct crm_ymd){ y, c->month, 1 });
		int last = crm_month_days(y, c->month);
		int first = (c->day - crm_weekday((int32_t)day) % 7 + 7) % 7;
		int d = first + 7 * (c->week - 1);
		while (d >= last)
			d -= 7;
		day += d;
	} else if (c->kind == CRM_TZ_DAY) {
		day += c->day;
	} else {
		/* 29 February is never counted */
		day += c->day - 1;
		day += c->day >= 60 && crm_month_days(y, 2) == 29;
	}
	return day * 86400 + c->second;
}

int32_t
crm_tzrule_offset(const struct crm_tzrule *r, int64_t second)
{
	if (!r->dst)
		return r->std_offset;
	int64_t local = second + r->std_offset;
	int64_t day = local / 86400 - (local % 86400 < 0);
	int y = crm_day_ymd((int32_t)day).y;
	int64_t start = change_in(&r->start, y) - r->std_offset;
	int64_t end = change_in(&r->end, y) - r->dst_offset;
	bool dst = start < end ? second >= start && second < end :
	    second >= start || second < end;
	return dst ? r->dst_offset : r->std_offset;
}
