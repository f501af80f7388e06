/* Where a restored store is made: in a directory beside its place, so that a
 * backup that turns out cut off or damaged leaves nothing behind. */
#ifndef CRM_RESTORE_PLACE_H
#define CRM_RESTORE_PLACE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"

struct crm_restore_place {	/* zeroed is valid */
	struct crm_buf to, tmp;	/* paths */
	bool there;		/* an empty store is in the place already */
};

/* Names the directory p->tmp, which does not exist yet. SYSTEM
 * ("restore.notempty") where a store with records is in the place. */
enum crm_status crm_restore_place_take(struct crm_restore_place *p,
    const char *path, const struct crm_store_opts *o, struct crm_err *err)
    CRM_MUST;
/* Ends: with CRM_OK the made store moves to its place (that of an empty store
 * it takes, whose hooks stay), else it is removed. The first failure's status. */
enum crm_status crm_restore_place_end(struct crm_restore_place *p,
    enum crm_status st, struct crm_err *err) CRM_MUST;

#endif
