/* The text of a recurrence rule. */
#include "base/recur.h"

#include <strings.h>

#include "base/time.h"

static bool
is(struct crm_str s, const char *z)
{
	return s.n == strlen(z) && !strncasecmp(s.p, z, s.n);
}

static bool
number(struct crm_str s, int *v)
{
	bool minus = s.n && *s.p == '-';
	size_t i = s.n && (*s.p == '-' || *s.p == '+');
	*v = 0;
	if (i == s.n || s.n - i > 6)
		return false;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		*v = *v * 10 + (s.p[i] - '0');
	}
	*v = minus ? -*v : *v;
	return true;
}

static int
weekday(struct crm_str s)
{
	static const char *const names[] = { "MO", "TU", "WE", "TH", "FR", "SA",
		"SU" };
	for (int i = 0; i < 7; i++)
		if (is(s, names[i]))
			return i + 1;
	return 0;
}

/* Values within [low, high], negative ones to -high where low is -1. */
static bool
part(struct crm_str s, int low, int high, struct crm_recur_part *p)
{
	struct crm_str one;
	int v;
	while (crm_str_split(&s, ',', &one)) {
		bool good = number(one, &v) && v <= high && (low < 0 ? v != 0 &&
		    v >= -high : v >= low);
		if (!good || p->n == CRM_RECUR_MAX)
			return false;
		p->v[p->n++] = (int16_t)v;
	}
	return p->n > 0;
}

/* "MO", "-1SU": weekday + 10 * ordinal. */
static bool
days(struct crm_str s, struct crm_recur_part *p)
{
	struct crm_str one;
	while (crm_str_split(&s, ',', &one)) {
		int ord = 0, wd;
		if (one.n < 2 || p->n == CRM_RECUR_MAX)
			return false;
		wd = weekday(crm_str_sub(one, one.n - 2, one.n));
		if (!wd || (one.n > 2 && !number(crm_str_sub(one, 0, one.n - 2),
		    &ord)) || ord > 53 || ord < -53)
			return false;
		p->v[p->n++] = (int16_t)(wd + 10 * ord);
	}
	return p->n > 0;
}

/* 20261224, 20261224T220000, 20261224T220000Z */
static bool
until(struct crm_str s, struct crm_recur *r)
{
	struct crm_ymd d;
	int tod = 0;
	if ((s.n != 8 && s.n != 15 && s.n != 16) ||
	    !number(crm_str_sub(s, 0, 4), &d.y) ||
	    !number(crm_str_sub(s, 4, 2), &d.m) ||
	    !number(crm_str_sub(s, 6, 2), &d.d) || !crm_ymd_valid(d))
		return false;
	r->until_utc = s.n == 16;
	r->has_until = true;
	r->until = crm_ymd_day(d) * CRM_DAY;
	if (s.n == 8) {		/* the whole day */
		r->until += CRM_DAY - 1;
		return true;
	}
	if (!number(crm_str_sub(s, 9, 6), &tod) || tod < 0)
		return false;
	r->until += (int64_t)(tod / 10000 * 3600 + tod / 100 % 100 * 60 +
	    tod % 100) * CRM_SECOND;
	return tod / 10000 < 24 && tod / 100 % 100 < 60 && tod % 100 < 61;
}

static bool
frequency(struct crm_str v, struct crm_recur *r)
{
	static const char *const names[] = { "SECONDLY", "MINUTELY", "HOURLY",
		"DAILY", "WEEKLY", "MONTHLY", "YEARLY" };
	for (size_t i = 0; i < CRM_LEN(names); i++) {
		r->freq = (enum crm_freq)i;
		if (is(v, names[i]))
			return true;
	}
	return false;
}

static bool
take(struct crm_recur *r, struct crm_str key, struct crm_str v)
{
	const struct {
		const char *name;
		int low, high;
		struct crm_recur_part *part;
	} parts[] = { { "BYMONTH", 1, 12, &r->months },
		{ "BYWEEKNO", -1, 53, &r->weeks },
		{ "BYYEARDAY", -1, 366, &r->yeardays },
		{ "BYMONTHDAY", -1, 31, &r->monthdays },
		{ "BYSETPOS", -1, 999, &r->setpos },
		{ "BYHOUR", 0, 23, &r->hours }, { "BYMINUTE", 0, 59, &r->minutes },
		{ "BYSECOND", 0, 60, &r->seconds } };
	int n;
	for (size_t i = 0; i < CRM_LEN(parts); i++)
		if (is(key, parts[i].name))
			return part(v, parts[i].low, parts[i].high,
			    parts[i].part);
	if (is(key, "FREQ"))
		return frequency(v, r);
	if (is(key, "UNTIL"))
		return until(v, r);
	if (is(key, "BYDAY"))
		return days(v, &r->days);
	if (is(key, "WKST"))
		return (r->week_start = weekday(v)) != 0;
	if (is(key, "RSCALE"))
		return is(v, "GREGORIAN");
	if (is(key, "SKIP"))
		return is(v, "OMIT");
	if (is(key, "COUNT") && number(v, &n) && n > 0) {
		r->count = (uint32_t)n;
		return true;
	}
	if (is(key, "INTERVAL") && number(v, &n) && n > 0 && n <= 10000) {
		r->interval = (uint32_t)n;
		return true;
	}
	return key.n > 2 && !strncasecmp(key.p, "X-", 2);
}

bool
crm_recur_parse(struct crm_str rule, struct crm_recur *r)
{
	struct crm_str one;
	bool any = false;
	*r = (struct crm_recur){ .interval = 1, .week_start = 1 };
	while (crm_str_split(&rule, ';', &one)) {
		size_t eq = crm_str_chr(one, '=');
		if (!one.n)
			continue;
		if (eq == one.n || !take(r, crm_str_trim(crm_str_sub(one, 0,
		    eq)), crm_str_trim(crm_str_sub(one, eq + 1, one.n))))
			return false;
		any = any || is(crm_str_sub(one, 0, eq), "FREQ");
	}
	return any;
}
