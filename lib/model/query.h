/* The query language of cli.md ("Query"): words -> typed tree -> match against
 * a record. The same tree runs over the store and over lines; what needs other
 * records (references, links, lists) goes through an environment. See
 * crm-query(7). */
#ifndef CRM_QUERY_H
#define CRM_QUERY_H

#include "base/base.h"
#include "base/err.h"
#include "base/time.h"
#include "model/record.h"
#include "model/schema.h"

struct crm_query;

/* How a query reaches records other than the one it looks at. All functions
 * may be NULL (then: absent). A record handed out is borrowed until the next
 * call of the same function. */
struct crm_query_env {
	void *ctx;
	/* The record with this id (old ids of merged ones resolve). */
	bool (*get)(void *ctx, struct crm_str id, struct crm_rec *out);
	/* Calls fn for each live record of `type` (NULL: any) that points to
	 * the record `id` through any reference field, until fn returns
	 * false. */
	void (*links)(void *ctx, struct crm_str id, const struct crm_type *type,
	    bool (*fn)(void *arg, const struct crm_rec *r), void *arg);
	/* Calls fn for each live record of the type that this key names (its key
	 * form, of a key field), until fn returns false. */
	void (*find)(void *ctx, const struct crm_type *type,
	    const struct crm_field *field, struct crm_str key,
	    bool (*fn)(void *arg, const struct crm_rec *r), void *arg);
	/* The list or segment called `name` (its record), NOTFOUND without. */
	bool (*named)(void *ctx, struct crm_str name, struct crm_rec *out);
};

/* Is it the same name, whatever the script and spelling? What is wanted is
 * compiled once; it lives above this layer. */
struct crm_like_ops {
	void *(*make)(struct crm_str wanted);	/* NULL: no name in it */
	bool (*match)(void *made, struct crm_str name);
	void (*free)(void *made);
	/* Numbers of the match index under one of which a name stands that
	 * fits the i-th word wanted; returns how many, 0 behind the last. */
	size_t (*keys)(const void *made, size_t i, const uint64_t **keys);
};

struct crm_query_ctx {
	const struct crm_schema *schema;
	struct crm_clock clock;
	struct crm_str actor;	/* what `me` means; empty: who() is asked */
	const char *(*who)(void *ctx);	/* only when `me` occurs; may be NULL */
	void *who_ctx;
	struct crm_str region;	/* country for phones without a prefix */
	bool lines;		/* over lines: `_score` and unknown fields allowed */
	/* Is this name a field of some stored record (schemaless)? May be
	 * NULL: then only schema fields are known (with lines: all). */
	bool (*known)(void *ctx, const struct crm_type *t, struct crm_str name);
	void *known_ctx;
	const struct crm_query_env *env;	/* for @names; may be NULL */
	/* A setting of the store ("sla.high"); may be NULL. */
	bool (*setting)(void *ctx, const char *name, struct crm_buf *out);
	void *setting_ctx;
	/* like:; NULL: the program has none. */
	const struct crm_like_ops *like;
};

/* Parses arguments, each one term, never split again; the first may be a type,
 * its plural or `any`; `preset` (may be NULL) is the type of -t. USAGE with the
 * nearest suggestion for unknown fields, types, values of the wrong kind. */
enum crm_status crm_query_parse(const struct crm_query_ctx *c,
    const struct crm_str *words, size_t n, const struct crm_type *preset,
    struct crm_query **out, struct crm_err *err) CRM_MUST;
/* A whole query as one text (--where, segments): split into words first, values
 * with blanks in double quotes. */
enum crm_status crm_query_parse_text(const struct crm_query_ctx *c,
    struct crm_str text, const struct crm_type *preset,
    struct crm_query **out, struct crm_err *err) CRM_MUST;
/* Both conditions (takes b; a or b may be NULL). */
struct crm_query *crm_query_and(struct crm_query *a, struct crm_query *b);
void crm_query_free(struct crm_query *q);

/* The types it asks for: NULL and 0 where it asks for all. */
const struct crm_type *const *crm_query_types(const struct crm_query *q,
    size_t *n);
/* Does the record match? Never fails: what cannot be told is no. */
bool crm_query_match(struct crm_query *q, const struct crm_rec *r,
    const struct crm_query_env *env);
/* How many values a regular expression gave up on at its limits (they did not
 * match), so that a program can say so. */
uint64_t crm_query_gave_up(const struct crm_query *q);
/* True if the query reads other records than the one it looks at. */
bool crm_query_needs_env(const struct crm_query *q);
/* True if it has full-text words; then rank says how well r fits (greater is
 * better; name 3, subject 2, other 1 a word, whole words before prefixes). */
bool crm_query_has_text(const struct crm_query *q);
uint32_t crm_query_rank(struct crm_query *q, const struct crm_rec *r);

/* Necessary conditions of a query on records of one type that an index can
 * answer; the record is always checked again by crm_query_match. */
struct crm_bound {
	enum crm_bound_kind {
		CRM_BOUND_KEYS,		/* the field has one of these keys */
		CRM_BOUND_RANGE,	/* a key in [lo, hi], either may be "" */
		CRM_BOUND_PREFIX,	/* a key that begins with keys[0] */
		CRM_BOUND_WORDS,	/* one of these words (prefix: ends with '*') */
		CRM_BOUND_REF,		/* points to one of these ids */
		CRM_BOUND_ID,		/* id is one of these */
		CRM_BOUND_LIKE		/* under one of these of the match index, 8 bytes each */
	} kind;
	const struct crm_field *field;	/* NULL for words */
	const struct crm_str *keys;	/* as crm_field_key makes them */
	size_t n;
	struct crm_str lo, hi;
};
/* All bounds hold together. Owned by q, valid until it is freed; returns their
 * number. `none` is set where no record of t can match. */
size_t crm_query_bounds(struct crm_query *q, const struct crm_type *t,
    const struct crm_bound **out, bool *none);
/* Are these bounds all that the query asks of the type: does each live record
 * in the indexes of all of them match? Then they need not be looked at to be
 * counted. */
bool crm_query_exact(struct crm_query *q, const struct crm_type *t);

/* A value for output, sorting and grouping: a stored field, a path through
 * references (account.name) or a computed field (idle, stage_age,
 * next_birthday, is …). */
struct crm_path;
enum crm_status crm_path_parse(const struct crm_query_ctx *c,
    const struct crm_type *t, struct crm_str text, struct crm_path **out,
    struct crm_err *err) CRM_MUST;
void crm_path_free(struct crm_path *p);
/* Its kind where the schema tells (CRM_K_ANY else) and the field at its end
 * (NULL for computed ones). */
enum crm_kind crm_path_kind(const struct crm_path *p,
    const struct crm_field **field);
/* Raw JSON text of the value; false where absent. val borrows from r, from the
 * environment or from p, until the next call. */
bool crm_path_get(struct crm_path *p, const struct crm_rec *r,
    const struct crm_query_env *env, struct crm_str *val);
/* Appends an order-preserving key of a raw value for its kind, so that memcmp
 * sorts as people expect (numbers by value, text folded, absent last). */
void crm_sort_key(enum crm_kind kind, struct crm_str val, struct crm_buf *out);

#endif
