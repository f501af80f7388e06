/* Deltas of git's packs (gitformat-pack(5)): an object told by what it has in
 * common with another one. Records of a type share their keys; one of them as
 * the base of many takes no search, and is read in one step. */
#ifndef CRM_GIT_DELTA_H
#define CRM_GIT_DELTA_H

#include "base/base.h"
#include "base/buf.h"

enum { CRM_GIT_DELTA_BITS = 11, CRM_GIT_DELTA_MAX = 32768 };

struct crm_git_base {
	struct crm_buf text;
	uint16_t place[1 << CRM_GIT_DELTA_BITS];	/* + 1 */
};
/* At most CRM_GIT_DELTA_MAX bytes. */
void crm_git_base_set(struct crm_git_base *b, struct crm_str text);
void crm_git_base_release(struct crm_git_base *b);
/* Appends to `out` what makes `text` out of the base. */
void crm_git_delta_make(const struct crm_git_base *b, struct crm_str text,
    struct crm_buf *out);
/* Replaces `out` by what the delta makes out of the base; false for one that
 * does not fit it. */
bool crm_git_delta_apply(struct crm_str base, struct crm_str delta,
    struct crm_buf *out);

#endif
