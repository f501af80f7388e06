/* The jobs of crm-score: what bin/crm-score.c chooses between. */
#ifndef CRM_CLI_SCORE_H
#define CRM_CLI_SCORE_H

#include "cli/feed.h"
#include "cli/out.h"
#include "score/metrics.h"
#include "score/model.h"

enum crm_score_model {
	CRM_SCORE_RULES, CRM_SCORE_CONVERSION, CRM_SCORE_CHURN, CRM_SCORE_CLV
};

struct crm_score_job {
	struct crm_cli *cli;
	int model;		/* enum crm_score_model */
	bool train, backtest, partial, combine;
	bool trust;		/* --allow-leakage */
	const char *params, *rules, *horizon_opt, *write, *where, *outcome;

	struct crm_feed feed;
	struct crm_out *out;
	int64_t now, horizon;	/* microseconds; horizon has its default */
	int32_t today;
	struct crm_buf line, tmp;	/* scratch */
	struct crm_query_env *then;	/* the store on the day of a back-test */
	struct crm_rec was;
};

/* What a back-test may know of a record: the record as it stood in the store
 * on the day of --as-of; r itself where it was not there yet (it came later,
 * with its history), and over lines. Valid until the next call. */
const struct crm_rec *crm_score_then(struct crm_score_job *j,
    const struct crm_rec *r);

/* Each runs over the opened feed to its end; failures are reported. */
void crm_score_rules(struct crm_score_job *j);
void crm_score_clv(struct crm_score_job *j);
void crm_score_trained(struct crm_score_job *j);

/* Writes a record (NULL: none) with the members in `score` ("\"_score\":1,…")
 * behind its own, earlier ones of the same names dropped; with --write only
 * id, type and the field. False: stop. */
bool crm_score_emit(struct crm_score_job *j, const struct crm_rec *r,
    struct crm_str score, struct crm_str value);
/* The same for a bare id and type. */
bool crm_score_emit_id(struct crm_score_job *j, struct crm_str id,
    const char *type, struct crm_str score, struct crm_str value);
/* The record with the `_` members of its line that are not scores, without the
 * closing brace. */
void crm_score_print(struct crm_score_job *j, const struct crm_rec *r,
    struct crm_buf *b);
/* Reads a whole file; false after the report. */
bool crm_score_file(struct crm_score_job *j, const char *path,
    struct crm_buf *out);
/* Fails with an error about a file the user gave: exit 2 for what stands in
 * it, 4 for what else went wrong. */
void crm_score_bad_file(struct crm_score_job *j, const char *path,
    struct crm_err *err);
/* Prints a back-test: JSON, or figures and bars on a terminal. `members` (may
 * be empty) stand behind the model's name. */
void crm_score_judged(struct crm_score_job *j, const char *name,
    struct crm_str members, const struct crm_backtest *t);

#endif
