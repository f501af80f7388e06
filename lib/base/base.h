/* The first header of every file: feature macros, the standard headers that
 * everybody needs, borrowed strings, and the mark for texts a user reads. */
#ifndef CRM_BASE_H
#define CRM_BASE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CRM_MUST __attribute__((warn_unused_result))
#define CRM_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define CRM_UNUSED __attribute__((unused))
#define CRM_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* A borrowed run of bytes: not NUL-terminated, valid as long as its owner. A
 * zeroed one is the empty string. */
struct crm_str {
	const char *p;
	size_t n;
};

/* From a string literal, usable in initialisers. */
#define CRM_STR(lit) ((struct crm_str){ "" lit, sizeof(lit) - 1 })
/* For printf's "%.*s". */
#define CRM_FMT(s) (int)(s).n, (s).n ? (s).p : ""

/* From a NUL-terminated string; NULL gives the empty string. */
static inline struct crm_str
crm_str_z(const char *z)
{
	return (struct crm_str){ z, z ? strlen(z) : 0 };
}

static inline bool
crm_str_eq(struct crm_str a, struct crm_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
crm_str_is(struct crm_str a, const char *z)
{
	return crm_str_eq(a, crm_str_z(z));
}

/* Byte order, shorter first where one is the other's beginning: < 0, 0, > 0. */
static inline int
crm_str_cmp(struct crm_str a, struct crm_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static inline bool
crm_str_starts(struct crm_str s, struct crm_str prefix)
{
	return s.n >= prefix.n &&
	    (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static inline bool
crm_str_ends(struct crm_str s, struct crm_str suffix)
{
	return s.n >= suffix.n && (suffix.n == 0 ||
	    memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

/* The part from byte `from` on, at most n bytes, cut to the string's end. */
static inline struct crm_str
crm_str_sub(struct crm_str s, size_t from, size_t n)
{
	if (from > s.n)
		from = s.n;
	if (n > s.n - from)
		n = s.n - from;
	return (struct crm_str){ s.n ? s.p + from : s.p, n };
}

/* Without ASCII blanks (space, tab, CR, LF) at both ends. */
struct crm_str crm_str_trim(struct crm_str s);

/* Index of the first byte c, or s.n where there is none. */
static inline size_t
crm_str_chr(struct crm_str s, char c)
{
	const char *q = s.n ? memchr(s.p, c, s.n) : NULL;
	return q ? (size_t)(q - s.p) : s.n;
}

/* Cuts the part before the first `sep` off *rest and puts it into *part;
 * false when *rest was used up (rest->p is NULL then). "a;b" gives two parts,
 * "" gives one empty part. */
bool crm_str_split(struct crm_str *rest, char sep, struct crm_str *part);

/* Translated text. Every text that a user reads goes through _(); N_() marks
 * one that is translated later, where it is printed. */
const char *crm_gettext(const char *msg) __attribute__((format_arg(1)));
#define _(s) crm_gettext(s)
#define N_(s) s

#endif
