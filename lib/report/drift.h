/* What became of a forecast between two days. */
#ifndef CRM_DRIFT_H
#define CRM_DRIFT_H

#include "report/rows.h"

/* Takes the change of the open deals due in a period apart, by currency:
 * before + new + moved_in + grew - shrank - won - lost - slipped - removed =
 * now. Both inputs are rows of kind "drift". */
void crm_report_drift(const struct crm_rows *then, const struct crm_rows *now,
    struct crm_rows *out);

#endif
