/* Every object a repository holds, reachable or not: packs by walking their
 * files, loose ones one by one. */
#ifndef CRM_GIT_SCAN_H
#define CRM_GIT_SCAN_H

#include "store/git_repo.h"

struct crm_git_scan {
	/* An object; e is its entry where it lies in a pack, else NULL. Its data
	 * is asked for by crm_git_scan_data. */
	enum crm_status (*fn)(struct crm_git_scan *s,
	    const struct crm_git_oid *oid, enum crm_git_kind kind,
	    const struct crm_git_entry *e, struct crm_err *err);
	struct crm_git_repo *repo;
	void *ctx;
	/* private */
	const struct crm_git_entry *entry;
	struct crm_git_oid oid;
	struct crm_buf data;
	bool have;
};
enum crm_status crm_git_scan_all(struct crm_git_scan *s, struct crm_err *err)
    CRM_MUST;
/* The data of the object being told, until the next one. */
enum crm_status crm_git_scan_data(struct crm_git_scan *s, struct crm_str *out,
    struct crm_err *err) CRM_MUST;
/* Removes loose objects, but for those with these names. */
void crm_git_loose_drop(struct crm_git_repo *r,
    const struct crm_git_oid *keep, size_t n);

#endif
