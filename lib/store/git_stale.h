/* Which files of a history are not to be there any more, or not as they are:
 * all of some records, and those whose text the store's journal has otherwise
 * now. */
#ifndef CRM_GIT_STALE_H
#define CRM_GIT_STALE_H

#include "base/map.h"
#include "store/git_repo.h"
#include "store/store.h"

struct crm_git_stale {		/* zeroed at first */
	struct crm_map map;	/* name -> index + 1 into `to`, 0: it goes */
	struct crm_git_oid *to;
	size_t n, cap;
};
/* Goes through every file of the repository. Those that change are written into
 * the pack in their new form. */
enum crm_status crm_git_stale_find(struct crm_git_stale *f,
    struct crm_store *s, struct crm_git_repo *r, struct crm_git_pack *p,
    const uint64_t *erased, size_t n, struct crm_err *err) CRM_MUST;
/* Is it one? *to is what it becomes, NULL where it goes. */
bool crm_git_stale_is(const struct crm_git_stale *f,
    const struct crm_git_oid *oid, const struct crm_git_oid **to);
void crm_git_stale_release(struct crm_git_stale *f);

#endif
