#include "format/json.h"

#include "format/json_run.h"
#include <math.h>

#include "base/utf8.h"

/* Everything here walks text that crm_json_scan or crm_json_check accepted;
 * the ends are watched all the same. */

static const char *
skip_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' ||
	    *p == '\r'))
		p++;
	return p;
}

/* From an opening quote to behind the closing one. */
static const char *
skip_string(const char *p, const char *end)
{
	for (p++; p < end; p++) {
		const char *q = memchr(p, '"', (size_t)(end - p));
		if (!q)
			return end;
		const char *b = q;
		while (b > p && b[-1] == '\\')
			b--;
		p = q;
		if ((q - b) % 2 == 0)
			return q + 1;
	}
	return end;
}

static const char *
skip_nested(const char *p, const char *end)
{
	size_t depth = 0;
	while (p < end) {
		if (*p == '"') {
			p = skip_string(p, end);
			continue;
		}
		if (*p == '{' || *p == '[')
			depth++;
		else if ((*p == '}' || *p == ']') && --depth == 0)
			return p + 1;
		p++;
	}
	return end;
}

static const char *
skip_value(const char *p, const char *end)
{
	if (p >= end)
		return end;
	if (*p == '"')
		return skip_string(p, end);
	if (*p == '{' || *p == '[')
		return skip_nested(p, end);
	while (p < end && !strchr(",]} \t\r\n", *p))
		p++;
	return p;
}

struct crm_json_iter
crm_json_iter(struct crm_str val)
{
	struct crm_json_iter it = { 0 };
	if (val.n >= 2 && (val.p[0] == '{' || val.p[0] == '[')) {
		it.object = val.p[0] == '{';
		it.p = val.p + 1;
		it.end = val.p + val.n - 1;
	}
	return it;
}

bool
crm_json_next(struct crm_json_iter *it, struct crm_str *key,
    struct crm_str *val)
{
	const char *p = skip_space(it->p, it->end);
	if (p < it->end && *p == ',')
		p = skip_space(p + 1, it->end);
	if (p >= it->end) {
		it->p = it->end;
		return false;
	}
	*key = (struct crm_str){ NULL, 0 };
	if (it->object) {
		const char *q = skip_string(p, it->end);
		*key = (struct crm_str){ p + 1, (size_t)(q - p) - 2 };
		p = skip_space(q, it->end);
		if (p < it->end && *p == ':')
			p = skip_space(p + 1, it->end);
	}
	const char *q = skip_value(p, it->end);
	*val = (struct crm_str){ p, (size_t)(q - p) };
	it->p = q;
	return true;
}

bool
crm_json_get(struct crm_str val, struct crm_str key, struct crm_str *out)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str k;
	if (!it.object)
		return false;
	while (crm_json_next(&it, &k, out))
		if (crm_json_eq(k, key))
			return true;
	return false;
}

bool
crm_json_path(struct crm_str val, struct crm_str path, struct crm_str *out)
{
	struct crm_str part;
	*out = val;
	while (crm_str_split(&path, '.', &part))
		if (!crm_json_get(*out, part, out))
			return false;
	return true;
}

size_t
crm_json_count(struct crm_str val)
{
	struct crm_json_iter it = crm_json_iter(val);
	struct crm_str k, v;
	size_t n = 0;
	while (crm_json_next(&it, &k, &v))
		n++;
	return n;
}

static unsigned
hex_at(const char *p)
{
	unsigned v = 0;
	for (int i = 0; i < 4; i++)
		v = v << 4 | (unsigned)((p[i] & 15) + (p[i] > '9' ? 9 : 0));
	return v;
}

/* At "uXXXX" with n bytes left; returns how many were used. */
static size_t
unescape_u(struct crm_buf *b, const char *p, size_t n)
{
	if (n < 5)
		return n;
	uint32_t c = hex_at(p + 1);
	size_t used = 5;
	if (c >= 0xd800 && c < 0xdc00 && n >= 11) {
		c = 0x10000 + ((c - 0xd800) << 10) + (hex_at(p + 7) - 0xdc00);
		used = 11;
	}
	crm_utf8_encode(b, c);
	return used;
}

void
crm_json_unescape(struct crm_buf *b, struct crm_str inner)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	while (inner.n) {
		size_t i = crm_str_chr(inner, '\\');
		crm_buf_add(b, inner.p, i);
		if (i + 1 >= inner.n)
			return;
		inner = crm_str_sub(inner, i + 1, SIZE_MAX);
		if (inner.p[0] == 'u') {
			size_t used = unescape_u(b, inner.p, inner.n);
			inner = crm_str_sub(inner, used, SIZE_MAX);
			continue;
		}
		const char *q = strchr(from, inner.p[0]);
		crm_buf_c(b, q && *q ? to[q - from] : inner.p[0]);
		inner = crm_str_sub(inner, 1, SIZE_MAX);
	}
}

void
crm_json_text(struct crm_buf *b, struct crm_str val)
{
	if (crm_json_is_string(val))
		crm_json_unescape(b, crm_json_inner(val));
	else if (crm_json_kind(val) != 'n')
		crm_buf_str(b, val);
}

struct crm_str
crm_json_text_view(struct crm_str val, struct crm_buf *b)
{
	if (crm_json_kind(val) == 'n')
		return (struct crm_str){ NULL, 0 };
	if (!crm_json_is_string(val))
		return val;
	struct crm_str inner = crm_json_inner(val);
	if (!inner.n || !memchr(inner.p, '\\', inner.n))
		return inner;
	crm_buf_clear(b);
	crm_json_unescape(b, inner);
	return crm_buf_view(b);
}

bool
crm_json_eq(struct crm_str inner, struct crm_str plain)
{
	if (inner.n == plain.n)
		return (plain.n == 0 || memcmp(inner.p, plain.p, plain.n) == 0)
		    && (!plain.n || !memchr(plain.p, '\\', plain.n));
	/* an escape is longer than what it stands for */
	if (inner.n < plain.n || !memchr(inner.p, '\\', inner.n))
		return false;
	struct crm_buf b = { 0 };
	crm_json_unescape(&b, inner);
	bool same = crm_str_eq(crm_buf_view(&b), plain);
	crm_buf_release(&b);
	return same;
}

static void
escape_byte(struct crm_buf *b, unsigned char c)
{
	static const char from[] = "\b\f\n\r\t\"\\", to[] = "bfnrt\"\\";
	const char *q = c ? strchr(from, c) : NULL;
	if (q) {
		crm_buf_c(b, '\\');
		crm_buf_c(b, to[q - from]);
	} else if (c) {
		crm_buf_printf(b, "\\u%04x", c);
	}
}

void
crm_json_escape(struct crm_buf *b, struct crm_str s)
{
	size_t i = 0, from = 0;
	while (i < s.n) {
		i = (size_t)(crm_json_plain_run(s.p + i, s.p + s.n) - s.p);
		if (i == s.n)
			break;
		unsigned char c = (unsigned char)s.p[i];
		size_t n = 1;
		if (c >= 0x80) {
			uint32_t u = crm_utf8_decode(crm_str_sub(s, i,
			    SIZE_MAX), &n);
			if (u != 0xfffd || n != 1) {
				i += n;
				continue;
			}
		}
		crm_buf_add(b, s.p + from, i - from);
		if (c >= 0x80)
			crm_buf_z(b, "\xef\xbf\xbd");
		else
			escape_byte(b, c);
		i += n;
		from = i;
	}
	if (from < i)
		crm_buf_add(b, s.p + from, i - from);
}

void
crm_json_quote(struct crm_buf *b, struct crm_str s)
{
	crm_buf_c(b, '"');
	crm_json_escape(b, s);
	crm_buf_c(b, '"');
}

static void
canon_string(struct crm_buf *b, struct crm_str inner)
{
	if (!inner.n || !memchr(inner.p, '\\', inner.n)) {
		crm_buf_c(b, '"');
		crm_buf_str(b, inner);
		crm_buf_c(b, '"');
		return;
	}
	struct crm_buf t = { 0 };
	crm_json_unescape(&t, inner);
	crm_json_quote(b, crm_buf_view(&t));
	crm_buf_release(&t);
}

void
crm_json_canon(struct crm_buf *b, struct crm_str val)
{
	const char *p = val.p, *end = val.p + val.n;
	while ((p = skip_space(p, end)) < end) {
		if (*p != '"') {
			crm_buf_c(b, *p++);
			continue;
		}
		const char *q = skip_string(p, end);
		canon_string(b, (struct crm_str){ p + 1, (size_t)(q - p) - 2 });
		p = q;
	}
}

void
crm_json_comma(struct crm_buf *b)
{
	if (b->n && b->p[b->n - 1] != '{' && b->p[b->n - 1] != '[')
		crm_buf_c(b, ',');
}

void
crm_json_key(struct crm_buf *b, const char *key)
{
	crm_json_comma(b);
	crm_json_quote(b, crm_str_z(key));
	crm_buf_c(b, ':');
}

void
crm_json_add_str(struct crm_buf *b, const char *key, struct crm_str s)
{
	crm_json_key(b, key);
	crm_json_quote(b, s);
}

void
crm_json_add_raw(struct crm_buf *b, const char *key, struct crm_str val)
{
	crm_json_key(b, key);
	crm_buf_str(b, val);
}

void
crm_json_add_u64(struct crm_buf *b, const char *key, uint64_t v)
{
	crm_json_key(b, key);
	crm_buf_u64(b, v);
}

void
crm_json_add_double(struct crm_buf *b, const char *key, double v, int digits)
{
	char t[400];
	crm_json_key(b, key);
	if (!isfinite(v)) {
		crm_buf_z(b, "null");
		return;
	}
	if (v == 0)
		v = 0;	/* no "-0" */
	if (digits > 0 && fabs(v) < 1e15) {
		int n = snprintf(t, sizeof(t), "%.*f", digits, v);
		while (n > 1 && t[n - 1] == '0')
			n--;
		if (t[n - 1] == '.')
			n--;
		crm_buf_add(b, t, (size_t)n);
		if (n == 2 && t[0] == '-' && t[1] == '0')
			b->n -= 2, crm_buf_c(b, '0');
		return;
	}
	for (int p = 1; p <= 17; p++) {
		snprintf(t, sizeof(t), "%.*g", p, v);
		if (strtod(t, NULL) == v)
			break;
	}
	crm_buf_z(b, t);
}
