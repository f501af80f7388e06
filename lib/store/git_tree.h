/* The mirror's tree while it is being changed: four levels of sixteen
 * directories, named by hex digits, with the records below; loaded piece by
 * piece where something changes, written level by level. Beside the sixteen
 * the root holds the directory `store` and a few files. */
#ifndef CRM_GIT_TREE_H
#define CRM_GIT_TREE_H

#include "store/git_repo.h"

struct crm_git_tree;

/* The tree `root`, or an empty one (NULL). */
struct crm_git_tree *crm_git_tree_new(struct crm_git_repo *r,
    const struct crm_git_oid *root);
void crm_git_tree_free(struct crm_git_tree *t);
/* Puts or (oid NULL) removes the file `name` under four digits (each 0 to
 * 15). */
enum crm_status crm_git_tree_put(struct crm_git_tree *t,
    const uint8_t digits[4], struct crm_str name,
    const struct crm_git_oid *oid, struct crm_err *err) CRM_MUST;
/* Is there such a file? */
enum crm_status crm_git_tree_has(struct crm_git_tree *t,
    const uint8_t digits[4], struct crm_str name, bool *has,
    struct crm_err *err) CRM_MUST;
/* Puts something beside the digits: a file, or a directory. */
enum crm_status crm_git_tree_beside(struct crm_git_tree *t, const char *name,
    bool dir, const struct crm_git_oid *oid, struct crm_err *err) CRM_MUST;
/* What stands beside them; false where there is none of the name. */
enum crm_status crm_git_tree_look(struct crm_git_tree *t, const char *name,
    struct crm_git_oid *oid, bool *has, struct crm_err *err) CRM_MUST;
/* Appends what changed to the pack and tells the root. */
enum crm_status crm_git_tree_write(struct crm_git_tree *t,
    struct crm_git_pack *p, struct crm_git_oid *root, struct crm_err *err)
    CRM_MUST;
/* Entries held in memory: the caller starts anew past a limit. */
size_t crm_git_tree_held(const struct crm_git_tree *t);

#endif
