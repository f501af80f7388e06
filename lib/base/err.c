#include "base/err.h"

#include <errno.h>
#include <strings.h>

/* A copy cut at a character's boundary where it does not fit. */
static void
copy_text(char *to, size_t size, struct crm_str s)
{
	size_t n = s.n < size - 1 ? s.n : size - 1;
	if (n < s.n)
		while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
			n--;
	if (n)
		memcpy(to, s.p, n);
	to[n] = '\0';
}

static void
fill(struct crm_err *err, enum crm_status code, const char *id,
    const char *fmt, va_list ap)
{
	char msg[2048];
	int n = vsnprintf(msg, sizeof(msg), fmt, ap);
	if (n < 0)
		n = 0;
	if ((size_t)n >= sizeof(msg))
		n = sizeof(msg) - 1;
	err->code = code;
	err->id = id;
	err->field[0] = '\0';
	copy_text(err->msg, sizeof(err->msg),
	    (struct crm_str){ msg, (size_t)n });
}

enum crm_status
crm_err_set(struct crm_err *err, enum crm_status code, const char *id,
    const char *fmt, ...)
{
	if (!err)
		return code;
	va_list ap;
	va_start(ap, fmt);
	fill(err, code, id, fmt, ap);
	va_end(ap);
	return code;
}

enum crm_status
crm_err_field(struct crm_err *err, enum crm_status code, const char *id,
    struct crm_str field, const char *fmt, ...)
{
	if (!err)
		return code;
	va_list ap;
	va_start(ap, fmt);
	fill(err, code, id, fmt, ap);
	va_end(ap);
	copy_text(err->field, sizeof(err->field), field);
	return code;
}

enum crm_status
crm_err_sys(struct crm_err *err, const char *id, const char *fmt, ...)
{
	int e = errno;
	enum crm_status code =
	    e == ENOSPC || e == EDQUOT ? CRM_FULL : CRM_SYSTEM;
	if (!err)
		return code;
	va_list ap;
	va_start(ap, fmt);
	fill(err, code, id, fmt, ap);
	va_end(ap);
	size_t n = strlen(err->msg);
	snprintf(err->msg + n, sizeof(err->msg) - n, ": %s", strerror(e));
	errno = e;
	return code;
}

void
crm_near_init(struct crm_near *n, struct crm_str word)
{
	*n = (struct crm_near){ .word = word, .dist = SIZE_MAX };
}

enum { NEAR_MAX = 64 };

static int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static size_t
min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;
	return m < c ? m : c;
}

/* Optimal string alignment distance (Damerau 1964), three rows. */
static size_t
distance(struct crm_str a, struct crm_str b)
{
	size_t row[3][NEAR_MAX + 1];
	for (size_t j = 0; j <= b.n; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *cur = row[i % 3], *prev = row[(i + 2) % 3];
		const size_t *before = row[(i + 1) % 3];
		cur[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			int x = lower(a.p[i - 1]), y = lower(b.p[j - 1]);
			cur[j] = min3(prev[j] + 1, cur[j - 1] + 1,
			    prev[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == lower(b.p[j - 2]) &&
			    lower(a.p[i - 2]) == y && before[j - 2] + 1 < cur[j])
				cur[j] = before[j - 2] + 1;
		}
	}
	return row[a.n % 3][b.n];
}

void
crm_near_try(struct crm_near *n, struct crm_str candidate)
{
	if (n->word.n > NEAR_MAX || candidate.n > NEAR_MAX)
		return;
	size_t d = distance(n->word, candidate);
	if (d < n->dist) {
		n->dist = d;
		n->best = candidate;
	}
}

struct crm_str
crm_near_best(const struct crm_near *n)
{
	size_t limit = (n->word.n + 2) / 3;
	if (limit > 3)
		limit = 3;
	if (n->dist > limit)
		return (struct crm_str){ NULL, 0 };
	return n->best;
}
