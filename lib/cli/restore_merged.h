/* Records of a backup that were merged into others. */
#ifndef CRM_RESTORE_MERGED_H
#define CRM_RESTORE_MERGED_H

#include "base/spool.h"
#include "model/record.h"
#include "store/store.h"

struct crm_restore_merged {	/* zeroed is empty */
	struct crm_spool lines;
};

/* Stores one by its id alone: its keys are the survivor's now, who may be
 * there before it. line is kept, with its `_into`. */
enum crm_status crm_restore_merged_take(struct crm_restore_merged *m,
    struct crm_txn *t, struct crm_reader *rd, struct crm_str line,
    const struct crm_rec *rec, uint64_t rev, struct crm_result *res,
    struct crm_err *err) CRM_MUST;
/* Once all records are there: they become redirects with their whole text. One
 * whose survivor is gone is gone, too. */
enum crm_status crm_restore_merged_end(struct crm_restore_merged *m,
    struct crm_txn *t, struct crm_reader *rd, struct crm_err *err) CRM_MUST;

#endif
