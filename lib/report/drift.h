/* What became of a forecast between two days. */
#ifndef CRM_DRIFT_H
#define CRM_DRIFT_H

#include "report/rows.h"

/* Takes the change of the open deals due in a period apart, by currency:
 * before + new + moved_in + grew - shrank - won - lost - slipped - removed =
 * now. Both inputs are rows of kind "drift". */
void crm_report_drift(const struct crm_rows *then, const struct crm_rows *now,
    struct crm_rows *out);
/* What became of the open deals that were due in a period when it began, by
 * currency: won, lost, slipped (open, the close date moved out of the period),
 * open (still due in it), removed (or in another currency now). slippage =
 * slipped / due, by number and by the amounts of then. */
void crm_report_slippage(const struct crm_rows *then,
    const struct crm_rows *now, struct crm_rows *out);

#endif
