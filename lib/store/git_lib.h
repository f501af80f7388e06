/* What libgit2 alone does for the mirror: reading what git itself wrote (deltas
 * across packs, loose objects, packed references), repositories of others.
 * Starting it takes longer than most changes take to write: the program that
 * follows the journal is linked without it (git_nolib.c) and gives way to the
 * one that has it where it is asked for. */
#ifndef CRM_GIT_LIB_H
#define CRM_GIT_LIB_H

#include "store/git_repo.h"

struct crm_git_handle;
/* As the functions crm_git_repo_* of the same names. */
struct crm_git_lib {
	enum crm_status (*open)(const char *path, struct crm_git_handle **out,
	    struct crm_err *err);
	void (*close)(struct crm_git_handle *h);
	const char *(*path)(const struct crm_git_handle *h);
	/* A bare repository whose branch is to be main. */
	enum crm_status (*create)(const char *path, struct crm_err *err);
	enum crm_status (*ref)(struct crm_git_handle *h, const char *name,
	    struct crm_git_oid *out, bool *has, struct crm_err *err);
	enum crm_status (*move)(struct crm_git_handle *h, const char *name,
	    const struct crm_git_oid *to, const struct crm_git_oid *old,
	    struct crm_err *err);
	enum crm_status (*unref)(struct crm_git_handle *h, const char *name,
	    struct crm_err *err);
	enum crm_status (*refs)(struct crm_git_handle *h,
	    enum crm_status (*fn)(void *ctx, const char *name,
	    const struct crm_git_oid *oid, struct crm_err *err), void *ctx,
	    struct crm_err *err);
	enum crm_status (*read)(struct crm_git_handle *h,
	    const struct crm_git_oid *oid, enum crm_git_kind *kind,
	    struct crm_buf *out, struct crm_err *err);
	enum crm_status (*refresh)(struct crm_git_handle *h,
	    struct crm_err *err);
};
/* NULL: this program has no libgit2. */
const struct crm_git_lib *crm_git_lib(void);

#endif
