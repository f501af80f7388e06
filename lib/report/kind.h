/* The kinds of reports: each takes records and leaves rows. */
#ifndef CRM_KIND_H
#define CRM_KIND_H

#include "base/zone.h"
#include "report/define.h"

struct crm_report_run {
	const struct crm_report *def;
	const struct crm_query_ctx *ctx;	/* schema, clock */
	const struct crm_query_env *env;	/* may be NULL */
	struct crm_span period;		/* half-open; all of time where open */
	bool has_period;
	struct crm_str in;		/* currency; "" none */
	struct crm_rates *rates;
	struct crm_path *rates_at;	/* may be NULL */
	struct crm_str owners;		/* --free, comma-separated; "" all */
	void *state;			/* the kind's own */
	struct crm_arena mem;
};

struct crm_report_commit {	/* of the journal */
	int64_t at;
	uint64_t txn, changes;
	struct crm_str actor, program;
};

struct crm_report_kind {
	const char *name;
	/* Types that it reads beside the definition's, comma-separated. */
	const char *types;
	/* The period is the kind's own affair, not a filter before add. */
	bool own_period;
	size_t state;	/* bytes of r->state, zeroed; 0: begin makes it */
	/* May be NULL. */
	enum crm_status (*begin)(struct crm_report_run *r, struct crm_err *err);
	/* A data error is the record's. NULL: it reads the journal instead. */
	enum crm_status (*add)(struct crm_report_run *r,
	    const struct crm_rec *rec, struct crm_err *err);
	void (*rows)(struct crm_report_run *r, struct crm_rows *out);
	void (*end)(struct crm_report_run *r);
	/* Commits, oldest first. */
	void (*commit)(struct crm_report_run *r,
	    const struct crm_report_commit *c);
};

/* Makes the state and begins. */
enum crm_status crm_report_begin(const struct crm_report_kind *k,
    struct crm_report_run *r, struct crm_err *err) CRM_MUST;
/* By the name in a definition; NULL. */
const struct crm_report_kind *crm_report_kind(struct crm_str name);

/* -- help for kinds -------------------------------------------------------- */

/* A text member as a view (between its quotes); false where there is none. */
bool crm_rec_text(const struct crm_rec *r, const char *path,
    struct crm_str *out);
/* A text member without its escapes, in the run's arena; "" where there is
 * none. */
struct crm_str crm_rec_keep(struct crm_report_run *run,
    const struct crm_rec *r, const char *path);
/* The span of a planned activity: from `at`, a whole day where that is a date,
 * else for its duration, an hour without one. False without `at`. */
bool crm_rec_meeting(const struct crm_report_run *run,
    const struct crm_rec *r, struct crm_span *out);
/* The local day of a date or time member. */
bool crm_rec_day(const struct crm_rec *r, const char *path,
    const struct crm_clock *clock, int32_t *out);
/* The money of a member in the run's currency, else in its own; *currency
 * tells which ("" unknown). NOTFOUND where there is no rate. OK with *has
 * false where there is no amount. */
enum crm_status crm_rec_money(struct crm_report_run *run,
    const struct crm_rec *r, const char *path, struct crm_dec *out,
    struct crm_str *currency, bool *has, struct crm_err *err) CRM_MUST;
/* A parameter of the definition's "params"; false where it is not there. */
bool crm_report_param(const struct crm_report *def, const char *key,
    struct crm_str *raw);
/* Is the local day inside the period? */
bool crm_run_in_period(const struct crm_report_run *r, int32_t day);
/* First day of the period and the first behind it (open ends far away). */
void crm_run_days(const struct crm_report_run *r, int32_t *from, int32_t *to);

extern const struct crm_report_kind crm_kind_group, crm_kind_funnel,
    crm_kind_cohort, crm_kind_forecast, crm_kind_quality, crm_kind_agenda,
    crm_kind_ledger, crm_kind_rfm, crm_kind_basket, crm_kind_campaign,
    crm_kind_drift, crm_kind_slippage, crm_kind_odds, crm_kind_cac,
    crm_kind_adoption, crm_kind_journey, crm_kind_clv,
    crm_kind_free, crm_kind_repeat;

#endif
