/* What the files of the query language share: the tree, resolved paths,
 * compiled tests and the slot cache. For lib/model/query*.c alone. */
#ifndef CRM_QUERY_IMPL_H
#define CRM_QUERY_IMPL_H

#include "base/calendar.h"
#include "base/decimal.h"
#include "base/map.h"
#include "base/mem.h"
#include "model/query.h"

enum {			/* limits of a query */
	CRM_Q_DEPTH = 64,	/* parentheses and @names inside each other */
	CRM_Q_HOPS = 8,		/* references in one path */
	CRM_Q_TERMS = 10000,
	CRM_Q_TEXT = 1 << 20,	/* bytes of one term or text */
	CRM_Q_REGEX = 1024,	/* bytes of a regular expression */
	CRM_Q_WORDS_MAX = 64	/* words of one value */
};

enum crm_q_op {
	CRM_Q_HAS,	/* : */
	CRM_Q_EQ, CRM_Q_NE, CRM_Q_RE, CRM_Q_LT, CRM_Q_LE, CRM_Q_GT, CRM_Q_GE
};

/* -- tests of one value ---------------------------------------------------- */

enum crm_q_how {
	CRM_Q_PRESENT,	/* there is a value */
	CRM_Q_KEY,	/* normal forms are equal */
	CRM_Q_WORDS,	/* every word occurs */
	CRM_Q_WHOLE,	/* folded texts are equal */
	CRM_Q_NUM,
	CRM_Q_DAY,	/* dates */
	CRM_Q_TIME,
	CRM_Q_BIRTH,
	CRM_Q_SPAN,	/* durations */
	CRM_Q_BOOL,
	CRM_Q_REGEX_,	/* regular expression */
	CRM_Q_LOOSE	/* schemaless: as number, time or words */
};

/* One of the values a test asks for. What is used depends on the test. */
struct crm_q_item {
	struct crm_str raw;	/* the value as JSON text, for a quick yes */
	struct crm_str key;	/* normal form or folded text */
	struct crm_str *word;	/* folded words; the last is a prefix … */
	size_t nwords;
	bool prefix;		/* … if this is set */
	bool num, span;		/* has the numeric ends, the ends in time */
	bool lo, hi;		/* lower, upper end is there */
	bool lo_open, hi_open;	/* and not part of the range */
	struct crm_dec lo_num, hi_num;
	char currency[4];	/* "" any */
	int64_t from, to;	/* half-open; microseconds, or days */
	char from_text[24], to_text[24];	/* as stored; "" open */
	struct crm_str lo_text, hi_text;	/* folded ends of loose ranges */
	int8_t month, day;	/* birthdays without a year; 0 none */
	bool yes;		/* BOOL */
};

enum { CRM_Q_MEMO_BITS = 8 };
struct crm_q_memo {
	uint64_t value;	/* raw text of at most 8 bytes; 0: empty slot */
	int answer;
};

struct crm_q_test {
	enum crm_q_how how;
	uint16_t kind;
	const struct crm_field *field;	/* NULL: schemaless or computed */
	struct crm_q_item *item;	/* any of them */
	size_t n;
	bool sorted;	/* items by key */
	struct crm_q_memo *memo;	/* answers given, for kinds of few values */
	struct crm_q_regex *regex;
};

/* What a term asks of its field, before the field's kind is known. */
struct crm_q_want {
	enum crm_q_op op;
	struct crm_str value;
	bool text;	/* the query came as one text: quotes are syntax */
};

/* -- paths ----------------------------------------------------------------- */

enum crm_q_where {
	CRM_Q_NOWHERE,	/* records of this type have no such thing */
	CRM_Q_FIELD,
	CRM_Q_REF,	/* on in the records a reference field names */
	CRM_Q_LINKS,	/* on in the records of a type that point here */
	CRM_Q_COMPUTED
};

enum crm_q_computed {
	CRM_Q_IS, CRM_Q_IDLE, CRM_Q_STAGE_AGE, CRM_Q_AGE, CRM_Q_NEXT_BIRTHDAY,
	CRM_Q_NEXT_ANNIVERSARY, CRM_Q_REPLY_DUE, CRM_Q_SOLVE_DUE,
	CRM_Q_REPLY_SLA, CRM_Q_SOLVE_SLA, CRM_Q_REACHABLE, CRM_Q_REV
};

/* How a path is read from records of one type. */
struct crm_q_step {
	uint8_t where;
	uint8_t computed;
	const struct crm_field *field;	/* NULL: schemaless or computed */
	struct crm_str top, rest;	/* plain top-level key; path below it */
	const struct crm_type *link;
	struct crm_q_path *next;
	struct crm_q_test *test;	/* of its last step; NULL for output */
	bool shadowed;	/* some records have a member of the path's name */
};

struct crm_q_path {
	struct crm_str text;
	struct crm_str head;	/* first part of the text */
	struct crm_q_step *step;	/* by position of the type in the schema */
	struct crm_q_step any;	/* for untyped records, and where a record has
				 * a top-level member of this very name */
	uint32_t no;		/* position in the owner's slot cache */
	struct crm_map seen;	/* ids of records it was tried on -> MEMO_* */
	const struct crm_query_env *seen_in;
};

/* Where the values are in records of one shape and type. */
struct crm_q_slot {
	const struct crm_q_step *step;
	int slot;		/* -1: absent */
};
struct crm_q_words_at {
	uint32_t slot, weight;
	struct crm_str rest;
};
struct crm_q_prog {
	const struct crm_shape *shape;
	const struct crm_type *type;
	struct crm_q_prog *next;
	bool wanted;		/* of a type the query asks for */
	struct crm_q_words_at *text;	/* text fields, made when first asked */
	size_t ntext;
	struct crm_q_slot at[];
};
struct crm_q_cache {
	const struct crm_schema *schema;
	struct crm_q_path **path;
	size_t npaths, cappaths;
	struct crm_q_prog **prog;	/* by the shape's number */
	size_t nprogs, made;
	struct crm_q_prog *last;	/* the one used last */
};

/* -- the tree -------------------------------------------------------------- */

struct crm_q_text {	/* full text: one bare word or text:"…" */
	struct crm_str *word;	/* folded; several are a phrase */
	size_t n;
	bool prefix;		/* the last word is a beginning */
	bool negated;		/* under not: does not rank */
};

struct crm_q_node {
	enum crm_q_node_op {
		CRM_Q_AND, CRM_Q_OR, CRM_Q_NOT,
		CRM_Q_LEAF,	/* path */
		CRM_Q_FULLTEXT,
		CRM_Q_IDS,	/* members of a permanent list */
		CRM_Q_SUB,	/* a segment's or temporary list's query */
		CRM_Q_LIKE,
		CRM_Q_NEVER
	} op;
	uint8_t cost;
	struct crm_q_node **kid;
	size_t n;
	struct crm_q_path *path;
	struct crm_q_text *text;
	const struct crm_map *ids;
	struct crm_query *sub;
	void *like;
};

/* What computed values need beside the record. */
struct crm_q_calc {
	const struct crm_schema *schema;
	struct crm_clock clock;
	struct crm_str region;
	bool (*setting)(void *ctx, const char *name, struct crm_buf *out);
	void *setting_ctx;
	struct crm_calendar *calendar;	/* made when first wanted */
	struct crm_office office;	/* our own working hours */
	struct crm_buf text;	/* the value made last */
};

/* What testing a value needs beside it. */
struct crm_q_scratch {
	struct crm_buf tmp, fold, part;
	struct crm_str region;
	struct crm_clock clock;
	uint64_t gave_up;
};

struct crm_query {
	struct crm_arena mem;
	struct crm_q_calc calc;
	const struct crm_type **types;
	size_t ntypes;
	bool never;		/* two parts ask for different types */
	struct crm_q_node *root;	/* NULL: everything */
	struct crm_q_cache cache;
	struct crm_q_test **test;
	size_t ntests, captests;
	struct crm_query **owned;	/* queries whose memory the tree uses */
	size_t nowned, capowned;
	struct crm_map **maps;
	size_t nmaps, capmaps;
	struct crm_q_text **words;	/* those that rank */
	size_t nwords, capwords;
	const struct crm_like_ops *like_ops;
	void **like;		/* what its make() gave */
	size_t nlike, caplike;
	struct crm_q_scratch scratch;
	struct crm_q_bounds *bounds;
};

/* What is being parsed. Paths and tests that crm_path makes have no query. */
struct crm_q_build {
	const struct crm_query_ctx *ctx;
	struct crm_arena *mem;
	struct crm_q_cache *cache;
	struct crm_query *q;	/* NULL for crm_path */
	struct crm_err *err;
	struct crm_err value_err;	/* the first wrong value met */
	struct crm_q_test *last;	/* of this term: the next type's may be the same */
	bool text;		/* the query came as one text */
	unsigned depth;
	const struct crm_q_word *word;
	size_t nwords, at;
};

struct crm_q_word {
	enum crm_q_word_kind {
		CRM_Q_TERM, CRM_Q_W_AND, CRM_Q_W_OR, CRM_Q_W_NOT, CRM_Q_W_OPEN,
		CRM_Q_W_CLOSE
	} kind;
	struct crm_str s;
};

/* query_lex.c */
/* One argument as a word; a whole text as words. */
struct crm_q_word crm_q_word_of(struct crm_str arg);
enum crm_status crm_q_split(struct crm_str text, struct crm_q_word **out,
    size_t *n, struct crm_err *err) CRM_MUST;
/* Cuts word into path, operator and value; false where it is no term. */
bool crm_q_cut(const struct crm_q_build *b, struct crm_str word,
    struct crm_str *path, enum crm_q_op *op, struct crm_str *value);
/* The next of a value's alternatives, without its quotes. `loose`: a comma
 * before a blank belongs to the text. */
bool crm_q_element(struct crm_arena *mem, struct crm_str *rest, bool loose,
    struct crm_str *out, bool *quoted);
/* Without quotes around it where it has some. */
struct crm_str crm_q_unquote(struct crm_arena *mem, struct crm_str s,
    bool *quoted);

/* query_term.c */
enum crm_status crm_q_term(struct crm_q_build *b, struct crm_str word,
    struct crm_q_node **out) CRM_MUST;
struct crm_q_node *crm_q_node_new(struct crm_q_build *b,
    enum crm_q_node_op op, size_t kids);

enum crm_status crm_q_unknown(const struct crm_query_ctx *c,
    const struct crm_type *const *types, size_t n, struct crm_str path,
    struct crm_err *err);

/* query_path.c: resolves a path for the types (n 0: all of the schema); *out
 * NULL where no type knows it. want may be NULL. */
struct crm_q_path *crm_q_path_new(struct crm_q_build *b,
    const struct crm_type *const *types, size_t n, struct crm_str text,
    const struct crm_q_want *want, unsigned hops);
/* A computed field by name, -1; the kind of its value. */
int crm_q_computed_find(const struct crm_type *t, struct crm_str name);
enum crm_kind crm_q_computed_kind(unsigned computed);
const char *crm_q_computed_name(size_t i);	/* NULL at the end */

/* query_value.c, query_number.c, query_when.c: compile what is wanted of a
 * value of this kind; NULL with b->value_err set where it is wrong. */
struct crm_q_test *crm_q_test_new(struct crm_q_build *b, unsigned kind,
    const struct crm_field *f, int computed, const struct crm_q_want *w);
void crm_q_test_free(struct crm_q_test *t);
bool crm_q_number_item(struct crm_q_build *b, const struct crm_q_want *w,
    unsigned kind, struct crm_str s, struct crm_q_item *it);
bool crm_q_when_item(struct crm_q_build *b, const struct crm_q_want *w,
    unsigned kind, int computed, struct crm_str s, struct crm_q_item *it);
bool crm_q_value_bad(struct crm_q_build *b, const char *fmt, ...)
    CRM_PRINTF(2, 3);
/* Folded words of a text into an item; false where it has none. */
bool crm_q_words(struct crm_arena *mem, struct crm_str text,
    struct crm_str **word, size_t *n);

/* query_ref.c: what a reference is compared with, as items: the id, that of the
 * record an old id leads to, or, unless exact, those of the records a key
 * names. */
void crm_q_ref_items(struct crm_q_build *b, struct crm_q_test *t, size_t *cap,
    struct crm_str s, bool exact);

/* query_regex.c */
struct crm_q_regex;
struct crm_q_regex *crm_q_regex_new(struct crm_q_build *b, struct crm_str s);
void crm_q_regex_free(struct crm_q_regex *r);
/* *gave_up counts values on which a limit was hit (they do not match). */
bool crm_q_regex_match(struct crm_q_regex *r, struct crm_str text,
    uint64_t *gave_up);

/* query_test.c, query_key.c */
/* One scalar value (raw JSON text) against a test. r is the record it came
 * from, for the currency beside an amount and the country of a phone. */
bool crm_q_test_scalar(const struct crm_q_test *t, struct crm_str val,
    const struct crm_rec *r, struct crm_q_scratch *s);
bool crm_q_test_i64(const struct crm_q_test *t, int64_t v);
bool crm_q_key_in(const struct crm_q_test *t, struct crm_str val,
    const struct crm_rec *r, struct crm_q_scratch *s);
bool crm_q_words_in(struct crm_str val, const struct crm_str *word, size_t n,
    bool prefix, struct crm_q_scratch *s);
/* query_number.c, query_when.c: of values */
bool crm_q_dec_of(struct crm_str text, struct crm_dec *d);
bool crm_q_num_in(const struct crm_q_item *it, struct crm_dec d);
bool crm_q_time_of(struct crm_str text, const struct crm_clock *c, int64_t *t);
bool crm_q_minutes_of(struct crm_str text, int64_t *us);

/* query_slot.c */
void crm_q_cache_add(struct crm_q_cache *c, struct crm_q_path *p);
struct crm_q_prog *crm_q_prog_make(struct crm_q_cache *c,
    const struct crm_type *const *wanted, size_t nwanted,
    const struct crm_rec *r);
/* The text fields of its records, in p->text. */
void crm_q_prog_text(struct crm_q_prog *p);
void crm_q_cache_release(struct crm_q_cache *c);
/* Calls fn for each scalar below val at `rest` (lists are entered). True as
 * soon as fn says so. */
bool crm_q_each(struct crm_str val, struct crm_str rest,
    bool (*fn)(void *arg, struct crm_str scalar), void *arg);
/* Present: not null, not "", not an empty list or object. */
bool crm_q_present(struct crm_str val);

static inline struct crm_q_prog *
crm_q_prog(struct crm_q_cache *c, const struct crm_type *const *wanted,
    size_t nwanted, const struct crm_rec *r)
{
	struct crm_q_prog *p = c->last;
	if (p && p->shape == r->shape && p->type == r->type)
		return p;
	return crm_q_prog_make(c, wanted, nwanted, r);
}

/* query_computed.c */
struct crm_q_value {	/* a computed value, by its kind */
	struct crm_str list;	/* words: JSON array, or string */
	int64_t v;		/* microseconds, or days */
};
bool crm_q_compute(struct crm_q_calc *c, unsigned computed,
    const struct crm_rec *r, const struct crm_query_env *env,
    struct crm_q_value *out);
/* The calendar and our office, made when first wanted. */
void crm_q_calendar(struct crm_q_calc *c);
void crm_q_calc_init(struct crm_q_calc *c, const struct crm_query_ctx *ctx);
void crm_q_calc_release(struct crm_q_calc *c);
/* query_sla.c: when a reply or a solution is due; false where the clock has
 * stopped. */
bool crm_q_due(struct crm_q_calc *c, const struct crm_rec *r, bool solve,
    int64_t *due);
/* Was it in time (CRM_Q_MET), or late (CRM_Q_MISSED), done or not? False where
 * the clock runs and has time left. */
enum { CRM_Q_MET, CRM_Q_MISSED };
bool crm_q_sla(struct crm_q_calc *c, const struct crm_rec *r, bool solve,
    int64_t *out);
/* The words that a computed field may be; NULL for one that is no word. */
const char *const *crm_q_computed_words(unsigned computed, size_t *n);
/* Is somebody at work at this instant where the record is? */
bool crm_q_reachable(struct crm_q_calc *c, const struct crm_rec *r,
    const struct crm_query_env *env, int64_t at);
/* Its JSON text, in c->text. */
struct crm_str crm_q_compute_text(struct crm_q_calc *c, unsigned computed,
    const struct crm_q_value *v);

/* query_text.c */
struct crm_q_text *crm_q_text_new(struct crm_q_build *b, struct crm_str s);
bool crm_q_text_match(struct crm_query *q, const struct crm_q_text *t,
    const struct crm_rec *r);

/* query_list.c: @name */
enum crm_status crm_q_named(struct crm_q_build *b, struct crm_str name,
    struct crm_q_node **out) CRM_MUST;
enum crm_status crm_q_parse_text(const struct crm_query_ctx *c,
    struct crm_str text, const struct crm_type *preset, unsigned depth,
    struct crm_query **out, struct crm_err *err) CRM_MUST;

/* query_bound.c */
void crm_q_bounds_free(struct crm_q_bounds *b);

/* query_link.c: follows references and links. */
bool crm_q_follow(struct crm_query *q, const struct crm_q_step *s,
    struct crm_str val, const struct crm_rec *r,
    const struct crm_query_env *env);
/* query_match.c */
bool crm_q_path_match(struct crm_query *q, const struct crm_q_path *p,
    const struct crm_rec *r, const struct crm_query_env *env);

#endif
