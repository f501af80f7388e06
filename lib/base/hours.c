#include "base/calendar.h"

/* 0 Monday .. 6 Sunday, or -1. */
static int
weekday(struct crm_str s)
{
	static const char names[] = "montuewedthufrisatsun";
	char t[3];
	if (s.n != 3)
		return -1;
	for (int i = 0; i < 3; i++)
		t[i] = (char)(s.p[i] | 32);
	for (int i = 0; i < 7; i++)
		if (memcmp(t, names + 3 * i, 3) == 0)
			return i;
	return -1;
}

/* "mon", "sun-thu" as a set of bits. */
static bool
day_range(struct crm_str s, unsigned *set)
{
	size_t dash = crm_str_chr(s, '-');
	int from = weekday(crm_str_sub(s, 0, dash));
	int to = dash < s.n ? weekday(crm_str_sub(s, dash + 1, s.n)) : from;
	if (from < 0 || to < 0)
		return false;
	for (int d = from;; d = (d + 1) % 7) {
		*set |= 1u << d;
		if (d == to)
			return true;
	}
}

/* "09:00" as minutes, or -1. */
static int
minutes(struct crm_str s)
{
	int v[2];
	if (s.n != 5 || s.p[2] != ':')
		return -1;
	for (int i = 0; i < 2; i++) {
		char a = s.p[3 * i], b = s.p[3 * i + 1];
		if (a < '0' || a > '9' || b < '0' || b > '9')
			return -1;
		v[i] = (a - '0') * 10 + (b - '0');
	}
	int m = v[0] * 60 + v[1];
	return v[1] < 60 && m <= 1440 ? m : -1;
}

static bool
span(struct crm_str s, struct crm_minutes *out)
{
	int from = s.n == 11 ? minutes(crm_str_sub(s, 0, 5)) : -1;
	int to = s.n == 11 && s.p[5] == '-' ?
	    minutes(crm_str_sub(s, 6, 5)) : -1;
	if (from < 0 || to < 0 || from >= to)
		return false;
	*out = (struct crm_minutes){ (int16_t)from, (int16_t)to };
	return true;
}

static unsigned
open_days(const struct crm_hours *h)
{
	unsigned set = 0;
	if (!h)
		return 0x1f;
	for (int d = 0; d < 7; d++)
		if (h->day[d][0].from < h->day[d][0].to)
			set |= 1u << d;
	return set;
}

/* One group: days, then spans. */
static bool
group(struct crm_str s, const struct crm_hours *base, struct crm_hours *out)
{
	struct crm_minutes spans[CRM_HOURS_SPANS] = { { 0 } };
	struct crm_str word;
	unsigned set = 0;
	int n = 0;
	while (crm_str_split(&s, ' ', &word)) {
		word = crm_str_trim(word);
		if (word.n == 0)
			continue;
		if (n == 0 && day_range(word, &set))
			continue;
		if (n == CRM_HOURS_SPANS || !span(word, &spans[n]) ||
		    (n && spans[n].from <= spans[n - 1].to))
			return false;
		n++;
	}
	if (set == 0)
		set = open_days(base);
	for (int d = 0; d < 7; d++) {
		if (!(set >> d & 1))
			continue;
		if (out->day[d][0].to)	/* a day is named once */
			return false;
		memcpy(out->day[d], spans, sizeof(spans));
	}
	return n > 0;
}

enum crm_status
crm_hours_parse(struct crm_str s, const struct crm_hours *base,
    struct crm_hours *out, struct crm_err *err)
{
	struct crm_str rest = crm_str_trim(s), part;
	struct crm_hours h = { 0 };
	if (!rest.p)
		rest = CRM_STR("");
	while (crm_str_split(&rest, ',', &part))
		if (!group(part, base, &h))
			return crm_err_set(err, CRM_INVALID, "hours.syntax",
			    _("not hours: '%.*s' (as in 'mon-fri 09:00-17:00')"),
			    (int)(s.n < 80 ? s.n : 80), s.n ? s.p : "");
	*out = h;
	return CRM_OK;
}
