/* JSON text (RFC 8259) as spans: one validating pass over a line, no tree.
 * Values stay text: numbers keep their digits, strings their escapes until
 * somebody asks. Canonical text has no white space between tokens and escapes
 * only '"', '\\' and control characters (\b \f \n \r \t, else \u00xx in lower
 * case); all else stands as UTF-8.
 * Below, "val" is the raw text of a value that was checked before: the
 * functions that take one do not check again and never read past it. */
#ifndef CRM_JSON_H
#define CRM_JSON_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

struct crm_json_limits {
	size_t line;	/* bytes; 0: 1 MiB */
	size_t members;	/* of one object; 0: 4096 */
	unsigned depth;	/* 0: 64 */
};

struct crm_json_member {
	struct crm_str key;	/* between the quotes, escapes not resolved */
	struct crm_str val;	/* raw text */
	bool key_esc;		/* the key holds a backslash */
	bool canon;		/* val is canonical text already */
};

struct crm_json_obj {	/* zeroed is valid; spans borrow the scanned text */
	struct crm_json_member *m;
	size_t n, cap;
	bool canon;	/* the whole text is canonical */
	/* Keys the caller saw last time (no two equal, no escapes), in order;
	 * where a text brings the same ones, they need no look for duplicates
	 * and `as_expected` is set. May be NULL. */
	const struct crm_str *expect;
	size_t nexpect;
	bool as_expected;
	struct crm_json_tag *tags;	/* private: keys of open inner objects */
	size_t captags;
};

/* Checks that text is exactly one JSON object (white space around it allowed)
 * and yields its top-level members. Refused, as INVALID with the byte's
 * position in the message: json.syntax, json.utf8, json.nul (a NUL, raw or
 * escaped), json.surrogate, json.duplicate (keys equal after resolving
 * escapes, at any depth), json.depth, json.members, json.line. */
enum crm_status crm_json_scan(struct crm_str text,
    const struct crm_json_limits *lim, struct crm_json_obj *out,
    struct crm_err *err) CRM_MUST;
/* The same for any one JSON value, without members. */
enum crm_status crm_json_check(struct crm_str text,
    const struct crm_json_limits *lim, struct crm_err *err) CRM_MUST;
void crm_json_obj_release(struct crm_json_obj *o);

/* First byte of a value tells its kind: '{' '[' '"' 't' 'f' 'n', and '0' for
 * numbers. */
static inline char
crm_json_kind(struct crm_str val)
{
	char c = val.n ? val.p[0] : 'n';
	return c == '-' || (c >= '0' && c <= '9') ? '0' : c;
}

static inline bool
crm_json_is_string(struct crm_str val)
{
	return val.n >= 2 && val.p[0] == '"';
}

/* Between the quotes of a string value, escapes not resolved. */
static inline struct crm_str
crm_json_inner(struct crm_str val)
{
	return (struct crm_str){ val.p + 1, val.n - 2 };
}

/* Walks the members of an object or the elements of an array (key is empty
 * there). Start with crm_json_iter; false at the end. */
struct crm_json_iter {
	const char *p, *end;
	bool object;
};
struct crm_json_iter crm_json_iter(struct crm_str val);
bool crm_json_next(struct crm_json_iter *it, struct crm_str *key,
    struct crm_str *val);
/* The member of an object by its plain key; false where there is none or val
 * is no object. */
bool crm_json_get(struct crm_str val, struct crm_str key, struct crm_str *out);
/* The same through "a.b.c". Arrays are not entered. */
bool crm_json_path(struct crm_str val, struct crm_str path,
    struct crm_str *out);
/* Number of elements or members; 0 for a scalar. */
size_t crm_json_count(struct crm_str val);

/* Appends the resolved text of what is between a string's quotes. */
void crm_json_unescape(struct crm_buf *b, struct crm_str inner);
/* A scalar as plain text: strings resolved, others as they stand, null as
 * nothing; objects and arrays as their text. */
void crm_json_text(struct crm_buf *b, struct crm_str val);
/* The same without a copy where there is nothing to resolve: a view into val
 * or, where an escape was met, into b (cleared first). */
struct crm_str crm_json_text_view(struct crm_str val, struct crm_buf *b);
/* True if the key or string (inner, raw) equals the plain text. */
bool crm_json_eq(struct crm_str inner, struct crm_str plain);

/* Appends canonical text. quote: s as a string with its quotes (s must be
 * UTF-8; a broken byte becomes U+FFFD, a NUL is dropped). escape: without the
 * quotes. */
void crm_json_quote(struct crm_buf *b, struct crm_str s);
void crm_json_escape(struct crm_buf *b, struct crm_str s);
/* A checked value in canonical form. */
void crm_json_canon(struct crm_buf *b, struct crm_str val);

/* JSON Merge Patch (RFC 7396) on checked canonical values: appends target
 * patched by patch. An empty target stands for none. Members keep the target's
 * order, new ones follow; patching nothing with a value drops its nulls. */
void crm_json_merge(struct crm_buf *b, struct crm_str target,
    struct crm_str patch);

/* The member of an object whose raw (canonical) key is `key`; false where there
 * is none or `object` is no object. */
bool crm_json_raw_get(struct crm_str object, struct crm_str key,
    struct crm_str *out);

/* Building: after '{' or '[' or at the buffer's beginning no comma, else one;
 * then the key. add_raw wants JSON text. */
void crm_json_comma(struct crm_buf *b);
void crm_json_key(struct crm_buf *b, const char *key);
/* The same for a key that is canonical text already. */
void crm_json_raw_key(struct crm_buf *b, struct crm_str key);
void crm_json_add_str(struct crm_buf *b, const char *key, struct crm_str s);
void crm_json_add_raw(struct crm_buf *b, const char *key, struct crm_str val);
void crm_json_add_u64(struct crm_buf *b, const char *key, uint64_t v);
/* Shortest decimal text that reads back as v (17 digits at most); "null" for
 * what JSON cannot say. `digits` > 0: rounded to that many fraction digits. */
void crm_json_add_double(struct crm_buf *b, const char *key, double v,
    int digits);

#endif
