#include "base/time.h"
#include "base/utf8.h"

/* Dates in the orders that other programs write them in. */

enum { MAX_TEXT = 40 };

/* Lower-case ASCII with digits of all scripts as ASCII; separators as one
 * blank, other characters refused. */
static bool
flatten(struct crm_str s, char *t, size_t *n)
{
	*n = 0;
	while (s.n) {
		size_t len;
		uint32_t c = crm_utf8_decode(s, &len);
		int v = crm_digit_value(c);
		s = crm_str_sub(s, len, s.n);
		if (v >= 0)
			c = '0' + (uint32_t)v;
		else if (c == '/' || c == '.' || c == '-' || c == ',' ||
		    c == 0x2011 || c == 0x2013 || crm_is_space(c))
			c = ' ';
		else if (c < 0x80 && crm_is_letter(c))
			c |= 32;
		else if (c == 0x200e || c == 0x200f)
			continue;
		else
			return false;
		if (c == ' ' && (*n == 0 || t[*n - 1] == ' '))
			continue;
		if (*n == MAX_TEXT)
			return false;
		t[(*n)++] = (char)c;
	}
	while (*n && t[*n - 1] == ' ')
		--*n;
	return *n > 0;
}

static int
month_of(struct crm_str s)
{
	static const char names[][10] = { "january", "february", "march",
		"april", "may", "june", "july", "august", "september",
		"october", "november", "december" };
	if (crm_str_is(s, "sept"))
		return 9;
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (s.n >= 3 && (s.n == 3 || s.n == strlen(names[i])) &&
		    memcmp(s.p, names[i], s.n) == 0)
			return (int)i + 1;
	return 0;
}

/* A number of one to four digits, or -1. */
static int
number(struct crm_str s)
{
	int v = 0;
	if (s.n == 0 || s.n > 4)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

/* A year of four digits, or of two: 1970..2069. */
static int
year_of(struct crm_str s)
{
	int v = number(s);
	if (s.n == 2 && v >= 0)
		return v + (v < 70 ? 2000 : 1900);
	return s.n == 4 ? v : -1;
}

static bool
day_of(struct crm_str y, struct crm_str m, struct crm_str d, int32_t *day)
{
	struct crm_ymd ymd = { year_of(y), month_of(m), -1 };
	if (!ymd.m && m.n <= 2)
		ymd.m = number(m);
	if (d.n <= 2)
		ymd.d = number(d);
	if (ymd.y < 0 || !crm_ymd_valid(ymd))
		return false;
	*day = crm_ymd_day(ymd);
	return true;
}

/* Excel's day numbers: 1 is 1900-01-01, 60 a 29 February 1900 that never was
 * (ECMA-376 part 1, 18.17.4.1); a time of day behind the point is dropped. */
static bool
serial(struct crm_str s, int32_t *day)
{
	int32_t v = 0;
	size_t i = 0;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
		v = v * 10 + (s.p[i] - '0');
		if (v > 2958465)	/* 9999-12-31 */
			return false;
	}
	if (i == 0 || v == 0 || v == 60)
		return false;
	if (i < s.n) {
		if (s.p[i] != '.' || ++i == s.n)
			return false;
		for (; i < s.n; i++)
			if (s.p[i] < '0' || s.p[i] > '9')
				return false;
	}
	*day = v - (v < 60 ? 25568 : 25569);
	return true;
}

bool
crm_date_parse_order(struct crm_str s, const char *order, int32_t *day)
{
	char t[MAX_TEXT];
	struct crm_str part[4], rest = { t, 0 };
	size_t n = 0;
	s = crm_str_trim(s);
	if (strcmp(order, "serial") == 0)
		return serial(s, day);
	if (strlen(order) != 3 || !flatten(s, t, &rest.n))
		return false;
	if (rest.n == 8 && crm_str_chr(rest, ' ') == rest.n) {
		/* 20261121, 21112026 */
		for (size_t at = 0; n < 3; n++) {
			size_t len = order[n] == 'y' ? 4 : 2;
			part[n] = crm_str_sub(rest, at, len);
			at += len;
		}
	} else {
		while (n < 4 && crm_str_split(&rest, ' ', &part[n]))
			n++;
	}
	if (n != 3)
		return false;
	/* a month in letters says itself which it is, whatever the order */
	if (month_of(part[0]))
		return day_of(part[2], part[0], part[1], day);
	if (month_of(part[1]) && part[0].n < 4)
		return day_of(part[2], part[1], part[0], day);
	struct crm_str by[3] = { { 0 } };
	for (size_t i = 0; i < 3; i++) {
		size_t at = crm_str_chr(CRM_STR("ymd"), order[i]);
		if (at == 3)
			return false;
		by[at] = part[i];
	}
	return day_of(by[0], by[1], by[2], day);
}
