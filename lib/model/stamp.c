/* Dates and times as foreign files write them. */
#include "model/convert.h"

#include "base/time.h"

static const char *const months[] = { "January", "February", "March", "April",
	"May", "June", "July", "August", "September", "October", "November",
	"December" };

#define YEAR_9999 (INT64_C(253370764800) * CRM_SECOND)	/* when it begins */

static bool
digit(struct crm_str s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static bool
letter(struct crm_str s, size_t i)
{
	return i < s.n && ((s.p[i] >= 'a' && s.p[i] <= 'z') ||
	    (s.p[i] >= 'A' && s.p[i] <= 'Z'));
}

/* Where "9:14" begins, s.n without one. */
static size_t
time_begin(struct crm_str s)
{
	for (size_t i = 0; i + 3 < s.n; i++) {
		size_t k = i + 1 + digit(s, i + 1);
		if (digit(s, i) && k + 2 < s.n && s.p[k] == ':' &&
		    digit(s, k + 1) && digit(s, k + 2))
			return i;
	}
	return s.n;
}

static struct crm_str
date_part(struct crm_str s, size_t at)
{
	struct crm_str d = crm_str_trim(crm_str_sub(s, 0, at));
	while (d.n && strchr("T, ", d.p[d.n - 1]))
		d.n--;
	return d;
}

/* The number of at most `max` digits at *i; -1 where there is none. */
static int64_t
number(struct crm_str s, size_t *i, size_t max)
{
	int64_t v = 0;
	size_t from = *i;
	while (*i - from < max && digit(s, *i))
		v = v * 10 + (s.p[(*i)++] - '0');
	return *i > from ? v : -1;
}

/* Seconds east of UTC by the abbreviations that payment services and mail
 * write (RFC 5322 4.3 and Europe's); those with several meanings (IST, CST in
 * China) are read as RFC 5322 does or not at all. */
static bool
abbreviated(struct crm_str z, int64_t *seconds)
{
	static const struct {
		char name[5];
		int8_t hours;
	} known[] = { { "Z", 0 }, { "z", 0 }, { "UTC", 0 }, { "GMT", 0 },
		{ "WET", 0 }, { "WEST", 1 }, { "BST", 1 }, { "CET", 1 },
		{ "CEST", 2 }, { "EET", 2 }, { "EEST", 3 }, { "MSK", 3 },
		{ "EST", -5 }, { "EDT", -4 }, { "CST", -6 }, { "CDT", -5 },
		{ "MST", -7 }, { "MDT", -6 }, { "PST", -8 }, { "PDT", -7 },
		{ "JST", 9 }, { "AEST", 10 }, { "AEDT", 11 } };
	for (size_t i = 0; i < CRM_LEN(known); i++) {
		*seconds = known[i].hours * 3600;
		if (crm_str_is(z, known[i].name))
			return true;
	}
	return false;
}

/* +02:00, -0500, GMT+1 */
static bool
numeric(struct crm_str z, int64_t *seconds)
{
	if (crm_str_starts(z, CRM_STR("GMT")) ||
	    crm_str_starts(z, CRM_STR("UTC")))
		z = crm_str_sub(z, 3, z.n);
	if (!z.n || (*z.p != '+' && *z.p != '-'))
		return false;
	size_t k = 1;
	int64_t h = number(z, &k, 2);
	if (k < z.n && z.p[k] == ':')
		k++;
	int64_t m = k < z.n ? number(z, &k, 2) : 0;
	*seconds = (h * 3600 + m * 60) * (*z.p == '-' ? -1 : 1);
	return h >= 0 && h < 24 && m >= 0 && m < 60 && k == z.n;
}

/* The zone in which a local time is given: no word, an offset, an abbreviation
 * or a name of the tz database; false for other words. */
static bool
zone_behind(struct crm_str z, const struct crm_zone *usual, int64_t local,
    int64_t *t)
{
	int64_t seconds = 0;
	const struct crm_zone *zone = usual;
	if (z.n && (abbreviated(z, &seconds) || numeric(z, &seconds))) {
		*t = local - seconds * CRM_SECOND;
		return true;
	}
	if (z.n && (crm_str_chr(z, '/') == z.n ||
	    crm_zone_get(z, &zone, NULL)))
		return false;
	*t = crm_zone_utc(zone, local);
	return true;
}

bool
crm_stamp_is_zone(struct crm_str word)
{
	int64_t t;
	return word.n && zone_behind(word, NULL, 0, &t);
}

/* A time of day at i: microseconds, with AM or PM; *i behind it. */
static bool
clock_time(struct crm_str s, size_t *i, int64_t *us)
{
	int64_t h = number(s, i, 2), m, sec = 0, frac = 0;
	if (h < 0 || *i >= s.n || s.p[(*i)++] != ':')
		return false;
	m = number(s, i, 2);
	if (*i < s.n && s.p[*i] == ':') {
		(*i)++;
		sec = number(s, i, 2);
		if (*i < s.n && (s.p[*i] == '.' || s.p[*i] == ',')) {
			int64_t unit = CRM_SECOND;
			for ((*i)++; digit(s, *i); (*i)++) {
				unit /= 10;
				frac += unit * (s.p[*i] - '0');
			}
		}
	}
	size_t k = *i;
	while (k < s.n && s.p[k] == ' ')
		k++;
	if (k + 1 < s.n && (s.p[k + 1] | 0x20) == 'm' &&
	    ((s.p[k] | 0x20) == 'a' || (s.p[k] | 0x20) == 'p')) {
		if (h < 1 || h > 12)
			return false;
		h = h % 12 + ((s.p[k] | 0x20) == 'p' ? 12 : 0);
		*i = k + 2;
	}
	if (sec == 60)
		sec = 59;
	if (h > 23 || m < 0 || m > 59 || sec < 0 || sec > 59)
		return false;
	*us = (h * 3600 + m * 60 + sec) * CRM_SECOND + frac;
	return true;
}

static bool
excel_serial(struct crm_str s, const struct crm_zone *zone, int64_t *t,
    bool *day)
{
	size_t i = 0;
	int64_t n = number(s, &i, 6), us = 0;
	*day = i == s.n;
	if (n < 1 || n > 200000)
		return false;
	if (i < s.n && s.p[i++] == '.') {
		/* a fraction of a day; seconds are all that it carries */
		int64_t unit = CRM_DAY;
		if (i == s.n)
			return false;
		for (; digit(s, i); i++) {
			unit = unit >= 10 ? unit / 10 : 0;
			us += unit * (s.p[i] - '0');
		}
		us = (us + CRM_SECOND / 2) / CRM_SECOND * CRM_SECOND;
	}
	if (i != s.n)
		return false;
	*t = crm_zone_utc(zone, (n - 25569) * CRM_DAY + us);
	return true;
}

bool
crm_stamp_parse(struct crm_str s, struct crm_str orders,
    const struct crm_zone *zone, int64_t *t, bool *day)
{
	struct crm_str order;
	s = crm_str_trim(s);
	/* 2026-11-22T02:05:00Z in a file that has the year first anyway */
	if (s.n == 20 && *s.p > '0' && s.p[10] == 'T' && s.p[19] == 'Z' &&
	    crm_str_is(orders, "ymd") && crm_time_parse(s, t)) {
		*day = false;
		return true;
	}
	size_t at = time_begin(s);
	struct crm_str date = date_part(s, at);
	int32_t d = 0;
	bool found = false;
	while (!found && crm_str_split(&orders, ',', &order)) {
		char z[8];
		if (order.n >= sizeof(z))
			continue;
		snprintf(z, sizeof(z), "%.*s", CRM_FMT(order));
		if (!strcmp(z, "serial")) {
			if (excel_serial(s, zone, t, day))
				return true;
			continue;
		}
		found = crm_date_parse_order(date, z, &d);
	}
	if (!found)
		return false;
	*day = at == s.n;
	if (*day) {
		*t = crm_zone_utc(zone, d * CRM_DAY);
		return true;
	}
	int64_t us;
	return clock_time(s, &at, &us) && zone_behind(crm_str_trim(
	    crm_str_sub(s, at, s.n)), zone, d * CRM_DAY + us, t);
}

static void
style_date(struct crm_buf *b, struct crm_str s, const char *order)
{
	size_t k = 0;
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		while (digit(s, i))
			i++;
		size_t n = i - from;
		char what = k < 3 ? order[k] : 0;
		if (n && what) {
			const char *token = what == 'y' ?
			    (n == 4 ? "%Y" : "%y") : what == 'm' ?
			    (n == 2 ? "%m" : "%c") : n == 2 ? "%d" : "%e";
			crm_buf_z(b, token);
			k++;
			continue;
		}
		while (letter(s, i))
			i++;
		if (i > from) {
			crm_buf_z(b, i - from == 3 ? "%b" : "%B");
			k += what == 'm';
			continue;
		}
		crm_buf_c(b, s.p[i++]);
	}
}

static void
style_time(struct crm_buf *b, struct crm_str s)
{
	size_t ap = s.n;
	for (size_t i = 1; i < s.n; i++)
		if ((s.p[i] | 0x20) == 'm')
			ap = i - 1;
	static const char *const two[] = { "%H", "%M", "%S" };
	for (size_t i = 0, k = 0; i < s.n;) {
		size_t from = i;
		while (digit(s, i))
			i++;
		if (i > from && k < 3) {
			bool half = k == 0 && ap < s.n, one = i - from == 1;
			crm_buf_z(b, half ? (one ? "%l" : "%I") :
			    k == 0 && one ? "%k" : two[k]);
			k++;
		} else if (i > from) {
			crm_buf_printf(b, "%%%d", (int)(i - from) % 10);
		} else if (i == ap) {
			crm_buf_z(b, s.p[i] & 0x20 ? "%P" : "%p");
			i += 2;
		} else {
			crm_buf_c(b, s.p[i++]);
		}
	}
}

/* A month in letters says itself in which order a date stands. */
static const char *
order_of_words(struct crm_str s, const char *order)
{
	size_t i = 0;
	while (i < s.n && !letter(s, i))
		i++;
	if (i == s.n)
		return order;
	return i == 0 ? "mdy" : digit(s, 3) ? "ymd" : "dmy";
}

void
crm_stamp_style(struct crm_buf *b, struct crm_str s, struct crm_str orders)
{
	struct crm_str order;
	size_t at = time_begin(s);
	struct crm_str date = date_part(s, at);
	int32_t d;
	while (crm_str_split(&orders, ',', &order)) {
		char z[8];
		if (order.n >= sizeof(z))
			continue;
		snprintf(z, sizeof(z), "%.*s", CRM_FMT(order));
		if (!strcmp(z, "serial") || !crm_date_parse_order(date, z, &d))
			continue;
		style_date(b, date, order_of_words(date, z));
		crm_buf_str(b, crm_str_sub(s, (size_t)(date.p - s.p) + date.n,
		    at - (size_t)(date.p - s.p) - date.n));
		style_time(b, crm_str_sub(s, at, s.n));
		return;
	}
}

/* v with at least `width` digits. */
static void
pad(struct crm_buf *b, int v, int width)
{
	for (int unit = width == 4 ? 1000 : 10; unit > 1 && v < unit &&
	    width > 1; unit /= 10)
		crm_buf_c(b, '0');
	if (v < 0)
		crm_buf_c(b, '-');
	crm_buf_u64(b, (uint64_t)(v < 0 ? -v : v));
}

void
crm_stamp_write(struct crm_buf *b, int64_t t, const struct crm_zone *zone,
    struct crm_str style)
{
	if (crm_str_is(style, "%Y-%m-%dT%H:%M:%SZ") && t >= 0 && t < YEAR_9999) {
		crm_time_format(b, t - t % CRM_SECOND);
		return;
	}
	if (!crm_str_ends(style, CRM_STR("Z")))
		t += crm_zone_offset(zone, t) * CRM_SECOND;
	int64_t day = t / CRM_DAY - (t % CRM_DAY < 0);
	int64_t us = t - day * CRM_DAY;
	struct crm_ymd d = crm_day_ymd((int32_t)day);
	int h = (int)(us / CRM_HOUR), m = (int)(us / (60 * CRM_SECOND) % 60);
	int s = (int)(us / CRM_SECOND % 60), h12 = h % 12 ? h % 12 : 12;
	for (size_t i = 0; i < style.n; i++) {
		if (style.p[i] != '%' || i + 1 == style.n) {
			crm_buf_c(b, style.p[i]);
			continue;
		}
		char c = style.p[++i];
		switch (c) {
		case 'Y': pad(b, d.y, 4); break;
		case 'y': pad(b, d.y % 100, 2); break;
		case 'm': pad(b, d.m, 2); break;
		case 'c': pad(b, d.m, 1); break;
		case 'd': pad(b, d.d, 2); break;
		case 'e': pad(b, d.d, 1); break;
		case 'b': crm_buf_printf(b, "%.3s", months[d.m - 1]); break;
		case 'B': crm_buf_z(b, months[d.m - 1]); break;
		case 'H': pad(b, h, 2); break;
		case 'k': pad(b, h, 1); break;
		case 'I': pad(b, h12, 2); break;
		case 'l': pad(b, h12, 1); break;
		case 'M': pad(b, m, 2); break;
		case 'S': pad(b, s, 2); break;
		case 'p': crm_buf_z(b, h < 12 ? "AM" : "PM"); break;
		case 'P': crm_buf_z(b, h < 12 ? "am" : "pm"); break;
		default: {
			int64_t frac = us % CRM_SECOND;
			int64_t unit = CRM_SECOND / 10;
			for (; c > '0' && c <= '9'; c--, unit /= 10)
				crm_buf_c(b, (char)('0' +
				    (unit ? frac / unit % 10 : 0)));
		}
		}
	}
}
