#include "base/recur.h"

#include "base/mem.h"
#include "base/time.h"

enum { BUDGET = 400000, SET_MAX = 100000 };

static int
year_of(int32_t day)
{
	return crm_day_ymd(day).y;
}

static int32_t
year_start(int y)
{
	return crm_ymd_day((struct crm_ymd){ y, 1, 1 });
}

/* The first day of week 1: the week with at least four days in the year. */
static int32_t
week_one(int y, int week_start)
{
	int32_t jan4 = year_start(y) + 3;
	return jan4 - (crm_weekday(jan4) - week_start + 7) % 7;
}

static bool
has(const struct crm_recur_part *p, int v, int last)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i] == v || (p->v[i] < 0 && last + 1 + p->v[i] == v))
			return true;
	return false;
}

/* BYDAY: a weekday, or its n-th in the month or in the year. */
static bool
is_day(const struct crm_recur *r, int32_t day, struct crm_ymd d)
{
	bool month = r->freq == CRM_MONTHLY || r->months.n;
	bool ordinals = r->freq == CRM_MONTHLY || r->freq == CRM_YEARLY;
	int pos, last, wd = crm_weekday(day);
	if (month) {
		pos = d.d - 1;
		last = crm_month_days(d.y, d.m) - 1;
	} else {
		pos = day - year_start(d.y);
		last = year_start(d.y + 1) - 1 - year_start(d.y);
	}
	for (size_t i = 0; i < r->days.n; i++) {
		int v = r->days.v[i];
		int ord = v > 0 ? (v - 1) / 10 : (v - 8) / 10;
		if (v - 10 * ord != wd)
			continue;
		if (!ord || !ordinals || r->weeks.n ||
		    (ord > 0 ? pos / 7 + 1 == ord : (last - pos) / 7 + 1 == -ord))
			return true;
	}
	return false;
}

/* Does the rule take this day? What it does not say is as in `start`. */
static bool
fits(const struct crm_recur *r, int32_t start, int32_t day, int year)
{
	struct crm_ymd d = crm_day_ymd(day), s = crm_day_ymd(start);
	bool bare = !r->monthdays.n && !r->days.n && !r->yeardays.n &&
	    !r->weeks.n;
	if (r->months.n ? !has(&r->months, d.m, 0) : r->freq == CRM_YEARLY &&
	    bare && d.m != s.m)
		return false;
	if (r->monthdays.n ? !has(&r->monthdays, d.d, crm_month_days(d.y,
	    d.m)) : r->freq >= CRM_MONTHLY && bare && d.d != s.d)
		return false;
	if (r->yeardays.n && !has(&r->yeardays, day - year_start(d.y) + 1,
	    year_start(d.y + 1) - year_start(d.y)))
		return false;
	if (r->weeks.n && r->freq == CRM_YEARLY) {
		int32_t one = week_one(year, r->week_start);
		int weeks = (week_one(year + 1, r->week_start) - one) / 7;
		if (day < one || (day - one) / 7 >= weeks ||
		    !has(&r->weeks, (day - one) / 7 + 1, weeks))
			return false;
	} else if (year_of(day) != year)
		return false;
	bool weekday = r->freq == CRM_WEEKLY || (r->freq == CRM_YEARLY &&
	    r->weeks.n && !r->monthdays.n && !r->yeardays.n);
	if (r->days.n)
		return is_day(r, day, d);
	return !weekday || crm_weekday(day) == crm_weekday(start);
}

static bool
takes(const struct crm_recur_part *p, int v)
{
	return !p->n || has(p, v, 0);
}

static void
add(struct crm_recur_iter *it, int64_t t)
{
	if (it->n >= SET_MAX) {
		it->over = true;
		return;
	}
	crm_grow(&it->set, &it->cap, it->n + 1, sizeof(*it->set));
	it->set[it->n++] = t;
}

/* The times of day: those of the parts, else those of `t`. A part that is
 * finer than the frequency widens, another one narrows. */
static void
add_times(struct crm_recur_iter *it, int32_t day, int64_t t)
{
	const struct crm_recur *r = it->r;
	int sec = (int)((t % CRM_DAY + CRM_DAY) % CRM_DAY / CRM_SECOND);
	int h = sec / 3600, m = sec / 60 % 60, s = sec % 60;
	for (int i = 0; i < 24; i++) {
		bool wide = r->freq >= CRM_DAILY && r->hours.n;
		if (wide ? !has(&r->hours, i, 0) : i != h ||
		    !takes(&r->hours, i))
			continue;
		for (int k = 0; k < 60; k++) {
			wide = r->freq >= CRM_HOURLY && r->minutes.n;
			if (wide ? !has(&r->minutes, k, 0) : k != m ||
			    !takes(&r->minutes, k))
				continue;
			for (int q = 0; q < 60 && !it->over; q++) {
				wide = r->freq >= CRM_MINUTELY && r->seconds.n;
				if (wide ? has(&r->seconds, q, 0) : q == s &&
				    takes(&r->seconds, q))
					add(it, day * CRM_DAY + (int64_t)(i *
					    3600 + k * 60 + q) * CRM_SECOND);
			}
		}
	}
}

/* The days [*first, *end) of the period at it->at, and the next one's begin. */
static int64_t
period(const struct crm_recur_iter *it, int32_t *first, int32_t *end)
{
	const struct crm_recur *r = it->r;
	static const int64_t units[] = { CRM_SECOND, 60 * CRM_SECOND, CRM_HOUR,
		CRM_DAY, 7 * CRM_DAY };
	int32_t day = (int32_t)((it->at - (it->at % CRM_DAY + CRM_DAY) %
	    CRM_DAY) / CRM_DAY);
	struct crm_ymd d = crm_day_ymd(day);
	*first = day;
	*end = day + 1;
	if (r->freq == CRM_YEARLY) {
		*first = year_start(d.y) - (r->weeks.n ? 7 : 0);
		*end = year_start(d.y + 1) + (r->weeks.n ? 7 : 0);
		return year_start(d.y + (int)r->interval) * CRM_DAY;
	}
	if (r->freq == CRM_MONTHLY) {
		*end = day + crm_month_days(d.y, d.m);
		d = crm_ymd_add_months(d, (int)r->interval);
		return crm_ymd_day(d) * CRM_DAY;
	}
	if (r->freq == CRM_WEEKLY)
		*end = day + 7;
	return it->at + units[r->freq] * r->interval;
}

/* Only the n-th of the period's times (BYSETPOS), in their order. */
static void
pick(struct crm_recur_iter *it)
{
	size_t kept = 0;
	for (size_t i = 0; it->r->setpos.n && i < it->n; i++)
		if (i < 1000 && has(&it->r->setpos, (int)i + 1, (int)it->n))
			it->set[kept++] = it->set[i];
		else if (i >= 1000 && it->n - i < 1000 && has(&it->r->setpos,
		    -(int)(it->n - i), 0))
			it->set[kept++] = it->set[i];
	if (it->r->setpos.n)
		it->n = kept;
}

static void
fill(struct crm_recur_iter *it)
{
	const struct crm_recur *r = it->r;
	int32_t first, end;
	int32_t start = (int32_t)((it->start - (it->start % CRM_DAY + CRM_DAY) %
	    CRM_DAY) / CRM_DAY);
	it->n = it->next = 0;
	int64_t next = period(it, &first, &end), t = r->freq < CRM_DAILY ?
	    it->at : it->start;
	int year = year_of(r->freq == CRM_YEARLY && r->weeks.n ? first + 7 :
	    first);
	bool any = false;
	for (int32_t day = first; day < end && !it->over; day++) {
		/* a week may reach into the next year */
		int y = r->freq == CRM_WEEKLY ? year_of(day) : year;
		if (!fits(r, start, day, y))
			continue;
		any = true;
		add_times(it, day, t);
	}
	/* the rest of a day that does not fit holds no hour that would */
	int64_t step = next - it->at;
	if (!any && r->freq < CRM_DAILY) {
		int64_t left = (first + 1) * CRM_DAY - it->at;
		next = it->at + (left + step - 1) / step * step;
	}
	pick(it);
	it->at = next;
	uint32_t cost = (uint32_t)(end - first) + 1;
	it->budget -= cost < it->budget ? cost : it->budget;
	it->over = it->over || !it->budget ||
	    year_of((int32_t)(it->at / CRM_DAY)) > 2199;
}

void
crm_recur_begin(struct crm_recur_iter *it, const struct crm_recur *r,
    int64_t start, const struct crm_zone *zone, int64_t from)
{
	int32_t day = (int32_t)((start - (start % CRM_DAY + CRM_DAY) % CRM_DAY) /
	    CRM_DAY);
	struct crm_ymd d = crm_day_ymd(day);
	it->r = r;
	it->zone = zone;
	it->start = it->at = start;
	it->from = from;
	it->given = 0;
	it->budget = BUDGET;
	it->n = it->next = 0;
	it->over = d.y < 1 || d.y > 2199;
	if (it->over)
		return;
	if (r->freq == CRM_WEEKLY)
		day -= (crm_weekday(day) - r->week_start + 7) % 7;
	if (r->freq == CRM_MONTHLY)
		day -= d.d - 1;
	if (r->freq == CRM_YEARLY)
		day = year_start(d.y);
	if (r->freq >= CRM_DAILY)
		it->at = day * CRM_DAY;
	if (r->count || from <= it->at)
		return;
	int32_t a, b;
	if (r->freq > CRM_WEEKLY) {	/* whole periods of the calendar */
		int64_t far = from < 2199 * 366 * CRM_DAY ? from : it->at;
		struct crm_ymd f = crm_day_ymd((int32_t)(far / CRM_DAY));
		int months = (f.y - d.y) * 12 + (f.m - d.m);
		int unit = (int)r->interval * (r->freq == CRM_YEARLY ? 12 : 1);
		int k = months / unit - 1;
		d.d = 1;
		if (r->freq == CRM_YEARLY)
			d.m = 1;
		if (k > 0)
			it->at = crm_ymd_day(crm_ymd_add_months(d, k * unit)) *
			    CRM_DAY;
		return;
	}
	int64_t step = period(it, &a, &b) - it->at;
	int64_t steps = (from - it->at) / step;
	it->at += (steps ? steps - 1 : 0) * step;
}

bool
crm_recur_next(struct crm_recur_iter *it, int64_t *local)
{
	const struct crm_recur *r = it->r;
	for (;;) {
		if (it->next == it->n && it->over)
			return false;
		if (it->next == it->n) {
			fill(it);
			continue;
		}
		int64_t t = it->set[it->next++];
		if (t < it->start)
			continue;
		int64_t u = r->until_utc ? crm_zone_utc(it->zone, t) : t;
		if ((r->has_until && u > r->until) ||
		    (r->count && it->given >= r->count)) {
			it->over = true;
			it->next = it->n = 0;
			return false;
		}
		it->given++;
		if (t < it->from)
			continue;
		*local = t;
		return true;
	}
}

void
crm_recur_release(struct crm_recur_iter *it)
{
	free(it->set);
	*it = (struct crm_recur_iter){ 0 };
}
