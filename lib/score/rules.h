/* Scoring by rules: points for what a record is (fit) and for what happened to
 * it (behaviour), the latter fading with time. A score is
 *
 *   clamp(sum over groups of clamp(sum over rules of
 *       clamp(sum over events of points x decay(now - t))))
 *
 * in hundredths of a point, in integers: what the reasons say adds up to the
 * score exactly, in any order of the events. */
#ifndef CRM_RULES_H
#define CRM_RULES_H

#include "base/base.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/time.h"
#include "model/query.h"
#include "model/record.h"

enum { CRM_POINT = 100 };	/* hundredths */
enum { CRM_RULE_TIMES = 64 };	/* most that `times` may be */
enum { CRM_RULES_MAX = 1024 };	/* rules in a file */

/* How points fade with age (microseconds). */
struct crm_decay {
	enum crm_decay_kind {
		CRM_DECAY_NONE,
		CRM_DECAY_HALF_LIFE,	/* 0.5 ^ (age / span) */
		CRM_DECAY_LINEAR,	/* 1 - age / span, 0 from span on */
		CRM_DECAY_STEP		/* percent until an age, 0 afterwards */
	} kind;
	int64_t span;
	struct crm_decay_step {
		int64_t upto;
		int64_t percent;
	} step[12];
	size_t nsteps;
};

struct crm_limits {	/* in hundredths; INT64_MIN, INT64_MAX: none */
	int64_t min, max;
};

struct crm_rule {
	struct crm_str name;
	size_t group;
	int64_t points;		/* hundredths, for each match */
	int64_t cap;		/* of the rule's sum, its absolute value; 0: none */
	uint32_t times;		/* only the newest so many events count; 0: all */
	int64_t window;		/* only events at most so old; 0: all */
	struct crm_decay decay;
	struct crm_query *when;	/* fit: what the record must be */
	struct crm_query *event; /* behaviour: what the event must be */
};

struct crm_rule_group {
	struct crm_str name;
	bool fit;		/* its sum makes the grade */
	struct crm_limits limits;
};

struct crm_rules {
	struct crm_str name;
	struct crm_rule *rule;
	size_t nrules;
	struct crm_rule_group *group;
	size_t ngroups;
	struct crm_limits limits;
	int64_t grade[5];	/* least fit for A, B, C, D, E; below: F */
	const struct crm_type **type;	/* what is scored; none: lead and contact */
	size_t ntypes;
	struct crm_arena mem;
};

/* What has been seen for one record: fixed size, whatever the events are. */
struct crm_tally {
	struct crm_rule_tally {
		int64_t sum;
		uint64_t events;
		int64_t last;		/* newest event; INT64_MIN: none */
		int64_t *newest;	/* `times` of them, newest first */
		uint32_t nnewest;
	} *rule;
	size_t nrules;
	struct crm_arena mem;
};

/* Parses a rules file. INVALID names the line (err->line) and the rule. `ctx`
 * tells how its conditions are read; types and fields come from ctx->schema,
 * which must outlive *out. */
enum crm_status crm_rules_load(struct crm_str text,
    const struct crm_query_ctx *ctx, struct crm_rules **out,
    struct crm_err *err) CRM_MUST;
void crm_rules_free(struct crm_rules *r);

void crm_tally_init(struct crm_tally *t, const struct crm_rules *r);
void crm_tally_clear(struct crm_tally *t);
void crm_tally_release(struct crm_tally *t);
/* Adds the fit rules that hold for the record. */
void crm_tally_record(struct crm_tally *t, const struct crm_rules *r,
    const struct crm_rec *rec, const struct crm_query_env *env);
/* Adds an event that happened at `at`; one later than now counts nowhere. */
void crm_tally_event(struct crm_tally *t, const struct crm_rules *r,
    const struct crm_rec *event, int64_t at, int64_t now,
    const struct crm_query_env *env);
/* The same in two steps: does the rule count the event; adds one that it
 * does. */
bool crm_rule_counts(const struct crm_rule *k, const struct crm_rec *event,
    int64_t at, int64_t now, const struct crm_query_env *env);
void crm_tally_count(struct crm_tally *t, const struct crm_rules *r,
    size_t rule, int64_t at, int64_t now);
/* Adds what another tally of the same rules has seen of the same record. */
void crm_tally_merge(struct crm_tally *t, const struct crm_rules *r,
    const struct crm_tally *other);
/* The tally as JSON: [[rule name, sum, events, last],…] and back. `times`
 * rules add the times of their newest events. INVALID for other text. */
void crm_tally_write(const struct crm_tally *t, const struct crm_rules *r,
    struct crm_buf *out);
enum crm_status crm_tally_read(struct crm_tally *t, const struct crm_rules *r,
    struct crm_str json, struct crm_err *err) CRM_MUST;

struct crm_score {
	int64_t points;		/* hundredths */
	int64_t fit;
	char grade;		/* A..F */
};

/* The score; *why (may be NULL) gets the reasons as a JSON array, greatest
 * effect first, that add up to it: [{"rule","points","events","last"}]. Limits
 * that cut something stand in it as rules "limit:NAME". */
struct crm_score crm_tally_score(const struct crm_tally *t,
    const struct crm_rules *r, int64_t now, struct crm_buf *why);

/* Part of the points left after `age` (not negative), rounded to hundredths. */
int64_t crm_decay_apply(const struct crm_decay *d, int64_t points,
    int64_t age);
/* Hundredths as a JSON number: 1250 is 12.5. */
void crm_points_format(struct crm_buf *b, int64_t points);

#endif
