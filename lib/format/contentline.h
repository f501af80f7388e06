/* Content lines, which vCard (RFC 6350) and iCalendar (RFC 5545) are made of:
 * group.NAME;PARAM=value:value, folded at 75 octets. */
#ifndef CRM_CONTENTLINE_H
#define CRM_CONTENTLINE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"

enum { CRM_CLINE_MAX = 1 << 20, CRM_CLINE_PARAMS = 64 };

struct crm_cparam {
	struct crm_str name;	/* "TYPE" for 2.1's bare words */
	struct crm_str value;	/* one of a list; quotes and ^-escapes undone */
};

struct crm_cline {
	struct crm_str group, name;	/* as written; compare without case */
	struct crm_str value;	/* escapes not undone; 2.1's encodings are */
	struct crm_str bytes;	/* verbatim with folds and line ends */
	struct crm_cparam param[CRM_CLINE_PARAMS];
	size_t nparam;
	bool decoded;	/* the value was quoted-printable or base64 text */
};

/* Cuts the next logical line off *rest (unfolding into the arena, decoding
 * 2.1's QUOTED-PRINTABLE and CHARSET) and parses it. NOTFOUND at the end;
 * INVALID ("contentline.syntax") for a line without a name or colon: *rest
 * stands behind it. Blank lines are skipped. */
enum crm_status crm_cline_next(struct crm_str *rest, struct crm_arena *mem,
    struct crm_cline *out, struct crm_err *err) CRM_MUST;
bool crm_cline_is(const struct crm_cline *l, const char *name);
/* First value of a parameter, "" without. */
struct crm_str crm_cline_param(const struct crm_cline *l, const char *name);
/* Has the parameter this value (without case)? */
bool crm_cline_has(const struct crm_cline *l, const char *name,
    const char *value);

/* Text values: \n \, \; \\ undone, appended. */
void crm_cline_unescape(struct crm_buf *b, struct crm_str s);
/* Cuts one part off a structured value at an unescaped separator, still
 * escaped; false when *rest is used up. */
bool crm_cline_split(struct crm_str *rest, char sep, struct crm_str *part);
void crm_cline_escape(struct crm_buf *b, struct crm_str s);
/* A parameter's value, quoted and ^-escaped (RFC 6868) where needed. */
void crm_cline_put_param(struct crm_buf *b, struct crm_str s);
/* Folds the logical line in b from `from` on at 75 octets, never inside a
 * character, and ends it with CRLF. */
void crm_cline_fold(struct crm_buf *b, size_t from);

/* Splits a stream into its top-level components, BEGIN:X … END:X. */
struct crm_component {
	struct crm_str text;	/* verbatim, with its last line end */
	struct crm_str before;	/* what stood between the last one and this */
	struct crm_str kind;	/* "VCARD" */
	uint64_t line;		/* of its BEGIN, from 1 */
};
struct crm_components {		/* zeroed is valid; `inside`: components of a */
	struct crm_buf in;	/* VCALENDAR are given out one by one */
	size_t done, scan, start;
	size_t looked;		/* no line ends between scan and here */
	uint64_t line, start_line;
	unsigned depth;
	bool ended, lost;
	const char *inside;
};
void crm_components_push(struct crm_components *c, const void *p, size_t n);
void crm_components_end(struct crm_components *c);
/* NOTFOUND: push more, or the end. INVALID: a component that is not closed or
 * too long; the next call goes on behind it. */
enum crm_status crm_components_next(struct crm_components *c,
    struct crm_component *out, struct crm_err *err) CRM_MUST;
/* What stands behind the last component, once the end was reached. */
struct crm_str crm_components_rest(const struct crm_components *c);
void crm_components_release(struct crm_components *c);

#endif
