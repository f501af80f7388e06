/* A git repository through libgit2: opened without looking at anybody's
 * configuration, read object by object, its references moved durably. Objects
 * are written by git_pack. */
#ifndef CRM_GIT_REPO_H
#define CRM_GIT_REPO_H

#include "store/git_pack.h"

struct crm_git_repo;

/* NOTFOUND git.missing; SYSTEM git.open for what is no repository or belongs
 * to somebody else. */
enum crm_status crm_git_repo_open(const char *path,
    struct crm_git_repo **out, struct crm_err *err) CRM_MUST;
/* A mirror of ours: libgit2, which takes longer to start than most changes take
 * to write, is asked only for what git itself made (deltas, loose objects,
 * packed references). */
enum crm_status crm_git_repo_own(const char *path, struct crm_git_repo **out,
    struct crm_err *err) CRM_MUST;
/* A bare repository at path, whole or not at all. `config` is appended to its
 * configuration, `attributes` becomes info/attributes ("" none). */
enum crm_status crm_git_repo_create(const char *path, struct crm_str config,
    struct crm_str attributes, struct crm_err *err) CRM_MUST;
void crm_git_repo_close(struct crm_git_repo *r);
/* Its git directory, without a slash behind; the directory of its packs. */
const char *crm_git_repo_path(const struct crm_git_repo *r);
const char *crm_git_repo_packs(const struct crm_git_repo *r);
/* A value of the section [crm] of the repository's configuration; false where
 * there is none. */
bool crm_git_repo_config(struct crm_git_repo *r, const char *key,
    struct crm_buf *out);

/* The commit that a reference leads to ("HEAD", "refs/heads/main"); *has tells
 * whether it is there. */
enum crm_status crm_git_repo_ref(struct crm_git_repo *r, const char *name,
    struct crm_git_oid *out, bool *has, struct crm_err *err) CRM_MUST;
/* Moves a reference from `old` (NULL: it may not be there), durably. CONFLICT
 * git.moved where somebody else moved it. */
enum crm_status crm_git_repo_move(struct crm_git_repo *r, const char *name,
    const struct crm_git_oid *to, const struct crm_git_oid *old,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_git_repo_unref(struct crm_git_repo *r, const char *name,
    struct crm_err *err) CRM_MUST;
/* Every direct reference. */
enum crm_status crm_git_repo_refs(struct crm_git_repo *r,
    enum crm_status (*fn)(void *ctx, const char *name,
    const struct crm_git_oid *oid, struct crm_err *err), void *ctx,
    struct crm_err *err) CRM_MUST;

/* An object; out is replaced. CORRUPT git.object. */
enum crm_status crm_git_repo_read(struct crm_git_repo *r,
    const struct crm_git_oid *oid, enum crm_git_kind *kind,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;
/* Looks for packs that came since it was opened. */
enum crm_status crm_git_repo_refresh(struct crm_git_repo *r,
    struct crm_err *err) CRM_MUST;
/* Removes what a killed writer left: the lock of our branch, half-written packs.
 * To be called by the holder of the mirror's lock only. */
void crm_git_repo_tidy(const char *path);
/* A lock of git's own is waited for. One that stays a second was left behind,
 * and goes; where a process has it open or works in the repository, after a
 * minute only. git_lock.c. */
void crm_git_wait_lock(const char *path);
/* Removes the locks of all references: after a killed run that moves them. */
void crm_git_repo_unlock(const char *path);

/* An entry of a tree object; false at the end (*good tells whether the tree is
 * sound). Spans borrow from *rest. */
struct crm_git_item {
	struct crm_str mode, name;
	struct crm_git_oid oid;
	bool dir;
};
bool crm_git_tree_next(struct crm_str *rest, struct crm_git_item *out,
    bool *good);
void crm_git_tree_add(struct crm_buf *b, const struct crm_git_item *i);

#endif
