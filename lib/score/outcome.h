/* What became of a record: the labels that models learn from, and what must
 * not be looked at because it is known only afterwards. */
#ifndef CRM_OUTCOME_H
#define CRM_OUTCOME_H

#include "base/base.h"
#include "base/time.h"
#include "model/record.h"
#include "model/schema.h"

enum crm_outcome { CRM_OUTCOME_OPEN = -1, CRM_OUTCOME_NO, CRM_OUTCOME_YES };

/* Deals: won or lost by the kind of their stage; leads: converted or
 * unqualified. *at (INT64_MIN: not known) is when: `closed`, else the last
 * entry of stages[] or statuses[]. */
enum crm_outcome crm_outcome_sale(const struct crm_schema *schema,
    const struct crm_rec *r, int64_t *at);
/* When the record came into being: opened, start, created; INT64_MIN. */
int64_t crm_outcome_begin(const struct crm_rec *r);

/* A contract's life: its start day, and the day it ended. false without a
 * start. It has ended on *end where its status says so (cancelled, ended,
 * expired, terminated, churned …), where it has an end_reason, or where the
 * end is not later than `today` without auto_renew or an active status. */
struct crm_contract_life {
	int32_t start, end;
	bool ended;
};
bool crm_outcome_contract(const struct crm_rec *r, int32_t today,
    struct crm_contract_life *out);

/* Whose outcome it is: leads and contracts have their own, all else is taken
 * for a deal. */
enum crm_outcome_kind {
	CRM_OUTCOME_DEAL = 1, CRM_OUTCOME_LEAD = 2, CRM_OUTCOME_CONTRACT = 4
};
enum crm_outcome_kind crm_outcome_kind(const struct crm_rec *r);
/* True for fields that say the outcome itself of records of these kinds:
 * stage, status, closed, loss_reason … */
bool crm_outcome_field(unsigned kinds, struct crm_str path);

/* The outcome that a field of the user's own tells, "FIELD" or "FIELD=VALUE":
 * with a value, yes where the field equals it (without regard to ASCII case)
 * and no where it is something else; without one, yes for true, yes, y, t, 1,
 * won, converted, success, and no for false, no, n, f, 0, lost, unqualified,
 * failure. Open where the field is absent or says neither. */
struct crm_outcome_rule {
	struct crm_str field, value;	/* value.p NULL: none */
};
struct crm_outcome_rule crm_outcome_rule(struct crm_str text);
enum crm_outcome crm_outcome_told(const struct crm_outcome_rule *u,
    const struct crm_rec *r);

/* A time or date value of the record (a date is its first instant in UTC). */
bool crm_rec_when(const struct crm_rec *r, struct crm_str path, int64_t *out);

#endif
