/* The quick way through lines of one source: the keys of the last line, in its
 * order, and values without escapes. Whatever else comes is left to the scanner
 * proper, which begins where this one stopped. */
#include "format/json_run.h"

/* Most keys are short: two loads that may overlap. */
static inline bool
same_bytes(const char *a, const char *b, size_t n)
{
	uint64_t x, y, u, v;
	uint32_t s, t;
	if (n > 16)
		return memcmp(a, b, n) == 0;
	if (n >= 8) {
		memcpy(&x, a, 8);
		memcpy(&y, b, 8);
		memcpy(&u, a + n - 8, 8);
		memcpy(&v, b + n - 8, 8);
		return ((x ^ y) | (u ^ v)) == 0;
	}
	if (n >= 4) {
		memcpy(&s, a, 4);
		memcpy(&t, b, 4);
		if (s != t)
			return false;
		memcpy(&s, a + n - 4, 4);
		memcpy(&t, b + n - 4, 4);
		return s == t;
	}
	for (size_t i = 0; i < n; i++)
		if (a[i] != b[i])
			return false;
	return true;
}

static inline bool
is_more(char c)
{
	return (unsigned char)c >> 6 == 2;
}

/* Behind characters of two and three bytes (Unicode 15, table 3-7); NULL where
 * there is something else. */
static const char *
wide_run(const char *p, const char *end)
{
	while (end - p > 2 && (unsigned char)*p >= 0xc2) {
		unsigned char c = (unsigned char)*p, d = (unsigned char)p[1];
		if (!is_more(p[1]))
			return NULL;
		if (c < 0xe0) {
			p += 2;
			continue;
		}
		if (c >= 0xf0 || !is_more(p[2]) || (c == 0xe0 && d < 0xa0) ||
		    (c == 0xed && d > 0x9f))
			return NULL;
		p += 3;
	}
	return p < end && (unsigned char)*p < 0x80 ? p : NULL;
}

/* At the opening quote. Behind the closing one, or NULL. */
static inline const char *
plain_string(const char *p, const char *end)
{
	p++;
	for (;;) {
		p = crm_json_plain_run(p, end);
		if (p >= end)
			return NULL;
		if (*p == '"')
			return p + 1;
		if ((unsigned char)*p < 0x80)
			return NULL;
		p = wide_run(p, end);
		if (!p)
			return NULL;
	}
}

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Of a form without exponent. */
static inline const char *
plain_number(const char *p, const char *end)
{
	if (*p == '-')
		p++;
	const char *from = p;
	while (p < end && is_digit(*p))
		p++;
	if (p == from || (*from == '0' && p - from > 1))
		return NULL;
	if (p >= end || *p != '.')
		return p;
	from = ++p;
	while (p < end && is_digit(*p))
		p++;
	return p == from ? NULL : p;
}

/* Of strings. */
static inline const char *
plain_list(const char *p, const char *end)
{
	p++;
	while (p < end && *p == '"') {
		p = plain_string(p, end);
		if (!p || p >= end)
			return NULL;
		if (*p == ']')
			return p + 1;
		if (*p++ != ',')
			return NULL;
	}
	return NULL;
}

static inline const char *
plain_value(const char *p, const char *end)
{
	if (*p == '"')
		return plain_string(p, end);
	if (*p == '[')
		return plain_list(p, end);
	return *p == '-' || is_digit(*p) ? plain_number(p, end) : NULL;
}

bool
crm_json_plain_members(const char **at, const char *end,
    struct crm_json_obj *o)
{
	const char *p = *at;
	bool done = false;
	while (!done && o->n < o->nexpect) {
		struct crm_str k = o->expect[o->n];
		if ((size_t)(end - p) < k.n + 5 || p[0] != '"' ||
		    p[k.n + 1] != '"' || p[k.n + 2] != ':' ||
		    !same_bytes(p + 1, k.p, k.n))
			break;
		const char *val = p + k.n + 3, *q = plain_value(val, end);
		if (!q || q >= end || (*q != ',' && *q != '}'))
			break;
		o->m[o->n++] = (struct crm_json_member){ .canon = true,
			.key = { p + 1, k.n },
			.val = { val, (size_t)(q - val) } };
		done = *q == '}';
		p = done ? q : q + 1;
	}
	*at = p;
	return done;
}
