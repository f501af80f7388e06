/* crm-dedupe: records in, pairs, clusters or a merge plan out. */
#ifndef CRM_DEDUPE_H
#define CRM_DEDUPE_H

#include "base/map.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/feed.h"
#include "cli/input.h"
#include "cli/out.h"
#include "match/match.h"

enum crm_dedupe_mode {
	CRM_DEDUPE_PLAN, CRM_DEDUPE_PAIRS, CRM_DEDUPE_CLUSTERS,
	CRM_DEDUPE_COMPARE, CRM_DEDUPE_REFUSALS
};

struct crm_dedupe_opts {
	int mode;
	double threshold, review;	/* below 0: not given */
	bool against, refusals, emit_keys, grouped, explain;
	const char *rules, *link, *labels, *model, *model_out, *where;
	uint64_t memory;
};

/* From which probability a pair is a match, and is shown. */
static inline double
crm_dedupe_match(const struct crm_dedupe_opts *o)
{
	return o->threshold >= 0 ? o->threshold : 0.99;
}

static inline double
crm_dedupe_review(const struct crm_dedupe_opts *o)
{
	return o->review >= 0 ? o->review : 0.5;
}

/* What to compare, from the rules, the schema or the names of the columns. */
struct crm_dedupe_plan {
	struct crm_match_field *field;
	size_t n, cap;
	struct crm_arena mem;
	struct crm_str source;	/* column, "" none */
	struct crm_str type;	/* "" of none */
	double threshold;	/* of the rules, 0: none */
	enum crm_match_subject subject;
};

/* A set of records that may be the same: those of one type. */
struct crm_dedupe_set {
	struct crm_str type;
	struct crm_dedupe_plan plan;
	struct crm_match *m;
	struct crm_str *line;	/* by order of reading; NULL: not kept */
	size_t n, cap;
};

struct crm_dedupe {
	struct crm_cli *cli;
	const struct crm_dedupe_opts *o;
	struct crm_out *out;
	struct crm_dedupe_plan rules;
	struct crm_dedupe_set *set;
	size_t nsets, capsets;
	struct crm_buf nicknames, pinyin, model, labels, buf;
	struct crm_arena lines;
	struct crm_str early[1000];	/* lines read before the fields are known */
	size_t nearly;
	bool decided;
	bool found;
};

/* Reads the data files every matcher wants. */
enum crm_status crm_dedupe_data(struct crm_dedupe *d, struct crm_err *err)
    CRM_MUST;
void crm_dedupe_free(struct crm_dedupe *d);
/* The whole run after the options were parsed. */
void crm_dedupe_run(struct crm_cli *cli, const struct crm_dedupe_opts *o);

/* dedupe_fields.c */
enum crm_status crm_dedupe_rules(struct crm_dedupe *d, struct crm_err *err)
    CRM_MUST;
/* The fields that a type's schema marks; false where it marks none. */
bool crm_dedupe_of_type(const struct crm_type *t, struct crm_dedupe_plan *p);
/* The fields that the members of these lines look like. */
void crm_dedupe_guess(const struct crm_str *line, size_t n,
    struct crm_dedupe_plan *p);
void crm_dedupe_plan_release(struct crm_dedupe_plan *p);

/* dedupe_read.c */
enum crm_status crm_dedupe_matcher(struct crm_dedupe *d,
    const struct crm_dedupe_plan *p, struct crm_match **out,
    struct crm_err *err) CRM_MUST;
/* Gives a matcher the weights of a kept model: those of its type, where there
 * are several. USAGE: none fits. */
enum crm_status crm_dedupe_model(struct crm_match *m, struct crm_str text,
    const struct crm_dedupe_plan *p, struct crm_err *err) CRM_MUST;
/* Adds the record of a line (its id, or `name` where it has none). */
void crm_dedupe_add(struct crm_dedupe *d, struct crm_match *m,
    const struct crm_dedupe_plan *p, struct crm_str line, struct crm_str name,
    struct crm_str source);
/* The set that a line belongs to, its matcher made if it is the first; *out is
 * NULL for a type that was not asked for. False after a reported failure. */
bool crm_dedupe_place(struct crm_dedupe *d, struct crm_str line,
    struct crm_dedupe_set **out);
/* The fields that a set is compared by. */
const struct crm_dedupe_plan *crm_dedupe_plan_of(const struct crm_dedupe *d,
    const struct crm_dedupe_set *s);
/* Keys of a line; m as crm_match_stream_keys wants it. */
size_t crm_dedupe_keys(struct crm_dedupe *d, struct crm_dedupe_set *s,
    struct crm_str line, uint64_t key[CRM_MATCH_STREAM_KEYS]);
/* Reads all input into sets; false after a reported failure. */
bool crm_dedupe_read(struct crm_dedupe *d);

/* Adds the store's refusals as they were said to the labels. */
bool crm_dedupe_remembered(struct crm_dedupe *d, struct crm_store *s);

/* dedupe_out.c */
void crm_dedupe_pairs(struct crm_dedupe *d, struct crm_dedupe_set *s);
/* One line of --pairs; false: no more is wanted. */
bool crm_dedupe_pair(struct crm_dedupe *d, const struct crm_match *m,
    uint32_t a, uint32_t b, double p);
/* The reasons as a sum of bits, for a person, behind what stands in d->buf. */
bool crm_dedupe_waterfall(struct crm_dedupe *d, const struct crm_match *m,
    uint32_t a, uint32_t b, double p);
void crm_dedupe_clusters(struct crm_dedupe *d, struct crm_dedupe_set *s);
void crm_dedupe_why(const struct crm_match *m, uint32_t a, uint32_t b,
    struct crm_str id, bool first, struct crm_buf *b_out, double *p);
/* dedupe_plan.c */
void crm_dedupe_plan(struct crm_dedupe *d, struct crm_dedupe_set *s);
/* dedupe_stream.c: --emit-keys for one line; --grouped */
bool crm_dedupe_emit(struct crm_dedupe *d, struct crm_dedupe_set *s,
    struct crm_str line);
bool crm_dedupe_grouped(struct crm_dedupe *d);
/* dedupe_compare.c */
bool crm_dedupe_compare(struct crm_dedupe *d);

#endif
