/* The history in git: a private bare repository in the store's directory that
 * follows the journal. Its newest commit says up to which revision; a crash
 * anywhere is made good by running again. Nothing here changes the store.
 * Users read of it in crm-mirror(7). */
#ifndef CRM_GIT_MIRROR_H
#define CRM_GIT_MIRROR_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "store/git_text.h"
#include "store/store.h"

struct crm_git_opts {
	bool sealed;	/* wished; an existing mirror of the other kind: CONFLICT */
	int64_t now;	/* time of a first commit that no change stands behind */
	int64_t wait_ms;	/* for another syncer: then BUSY git.busy */
	uint64_t file_max;	/* bytes of an attached file that is taken */
	bool any_kind;	/* forget: whatever the mirror is */
	uint64_t changes;	/* not 0: leave more than that many to somebody
				 * else (stats.left) */
};
struct crm_git_stats {
	uint64_t commits, records, rev, forgotten;
	uint64_t large;	/* attached files that were left out */
	bool left;
	bool files_left;	/* attached files that a raised limit allows */
};
/* Brings STORE/mirror.git up to the store's newest revision, making it where
 * there is none; records erased since are taken out of its whole history. */
enum crm_status crm_git_mirror(struct crm_store *s,
    const struct crm_git_opts *o, struct crm_git_stats *out,
    struct crm_err *err) CRM_MUST;

/* Makes the history as if the records with these numbers had never been, and
 * every other one as the store's journal has it now (erasing changes the texts
 * of what pointed there): commits and trees are written anew, what was replaced
 * is removed, and commits that touched such records lose their reason and
 * source. The caller holds the mirror's lock. */
enum crm_status crm_git_forget(struct crm_store *s, const char *path,
    const uint64_t *no, size_t n, uint64_t *forgotten, struct crm_err *err)
    CRM_MUST;

/* Looks for byte strings in every object the repository holds, reachable or
 * not, inflated; fn hears of each object and needle. */
enum crm_status crm_git_search(const char *path, const struct crm_str *needle,
    size_t n, void (*fn)(void *ctx, size_t needle, const char *object),
    void *ctx, uint64_t *objects, struct crm_err *err) CRM_MUST;

/* Reads the newest state of a mirror or a clone of one: the named values, then
 * the records (one-line JSON with `rev`, merged ones with `_into`) in no
 * special order, then the attached files. `vault`: the directory of the keys, for a sealed one. */
struct crm_git_reader {
	enum crm_status (*named)(void *ctx, struct crm_str name,
	    struct crm_str value, struct crm_err *err);
	enum crm_status (*record)(void *ctx, uint64_t no, struct crm_str line,
	    struct crm_err *err);
	enum crm_status (*file)(void *ctx, struct crm_str content,
	    struct crm_err *err);
	void *ctx;
};
enum crm_status crm_git_read(const char *path, const char *vault,
    const struct crm_git_reader *r, uint64_t *rev, struct crm_err *err)
    CRM_MUST;

/* Follows the mirror's commits back to the first: Crm-Seq counts them without a
 * gap, Crm-Rev never falls. CORRUPT git.sequence names the commit where not. */
enum crm_status crm_git_audit(const char *path, struct crm_err *err) CRM_MUST;

#endif
