/* Group-by: records in, one row a group out. Exact decimals; one pass; memory
 * by the number of groups, except for medians, percentiles and distinct
 * counts, which keep what they look at. */
#ifndef CRM_GROUP_H
#define CRM_GROUP_H

#include "base/base.h"
#include "base/calendar.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/query.h"
#include "model/record.h"
#include "report/bucket.h"
#include "report/expr.h"
#include "report/rates.h"
#include "report/rows.h"

enum crm_measure_op {
	CRM_OP_COUNT, CRM_OP_SUM, CRM_OP_AVG, CRM_OP_QUANTILE, CRM_OP_MIN,
	CRM_OP_MAX, CRM_OP_DISTINCT, CRM_OP_RATE, CRM_OP_EXPR
};

struct crm_measure {
	struct crm_str name;
	enum crm_measure_op op;
	struct crm_path *path;	/* what is measured; NULL: records, or a span */
	struct crm_path *from, *to;	/* a span of time; NULL: now */
	int64_t unit;		/* of a span, microseconds; 0: no span */
	bool business;		/* a span of business time only */
	struct crm_str history;	/* time in `states` by this list; "" none */
	struct crm_str states;	/* JSON list of words */
	bool weighted;		/* times the deal's probability in percent */
	struct crm_query *where;	/* only these records; NULL: all */
	struct crm_query *among;	/* RATE: of these; NULL: all */
	int percent;		/* QUANTILE: 50 is the median */
	struct crm_expr *expr;	/* EXPR: over measures before it */
	int digits;		/* most fraction digits; -1: by the kind */
	bool money;		/* set from the path's kind; EXPR: as told */
	bool share;		/* a fraction that is shown in percent */
	bool hidden;		/* only for formulas */
	bool rotting;		/* only deals too long in their stage */
	bool reopened;		/* only tickets that were solved, then open */
};

struct crm_by {
	struct crm_str name;
	struct crm_path *path;
	enum crm_bucket bucket;
	bool stages;		/* order of the stages, not of the text */
	/* A span of time cut at these lengths instead of a path: "0-30",
	 * "31-60", "61+"; what is below the first is "<0". */
	struct crm_path *from, *to;	/* NULL: now */
	int64_t unit;			/* microseconds; 0: no span */
	int64_t cut[12];
	size_t ncuts;
};

struct crm_group_spec {
	struct crm_by *by;
	size_t nby;
	struct crm_measure *measure;
	size_t nmeasures;
	const struct crm_schema *schema;
	struct crm_clock clock;
	const struct crm_office *office;	/* for business time */
	struct crm_str in;	/* currency of all money; "": one row each */
	struct crm_rates *rates;
	struct crm_path *rates_at;	/* date of the rate; NULL: today */
};

struct crm_group;
/* Borrows the spec and all in it until it is freed. */
struct crm_group *crm_group_new(const struct crm_group_spec *spec);
void crm_group_free(struct crm_group *g);
/* Adds a record; NOTFOUND (rates.missing) where its money has no rate: then
 * nothing of it was added. */
enum crm_status crm_group_add(struct crm_group *g, const struct crm_rec *r,
    const struct crm_query_env *env, struct crm_err *err) CRM_MUST;
/* The groups as rows, sorted by their keys, absent ones last. Columns: the
 * keys, `currency` where money is among the measures, the measures. Without
 * keys and currencies one row, even of nothing. */
void crm_group_rows(struct crm_group *g, struct crm_rows *out);

/* Probability of a deal in percent: its own, else its stage's. */
bool crm_deal_probability(const struct crm_schema *schema,
    const struct crm_rec *r, struct crm_dec *out);
/* Is an open deal in its stage for more whole days than the stage's rot_days?
 * Counted from stage_since, as the rule deal.rotting of crm-check does. */
bool crm_deal_rotting(const struct crm_schema *schema,
    const struct crm_rec *r, const struct crm_clock *clock);
/* Time that a record spent in one of these states (a JSON list of words) over
 * all visits, by its history (`stages` or `statuses`), up to now where it is
 * there still; business time where office is given. False without a history. */
bool crm_rec_time_in(const struct crm_rec *r, struct crm_str history,
    struct crm_str states, const struct crm_office *office, int64_t now,
    int64_t *out);
/* Does a ticket's history have another status behind solved or closed? From
 * solved to closed is no reopening. */
bool crm_ticket_reopened(const struct crm_rec *r);

#endif
