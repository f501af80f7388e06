/* One run of the syncer. Private to the mirror. */
#ifndef CRM_GIT_SYNC_H
#define CRM_GIT_SYNC_H

#include "store/git_mirror.h"
#include "store/git_tree.h"
#include "store/git_vault.h"

struct crm_git_put {	/* a file waiting to be compressed */
	struct crm_git_path path;
	size_t from, to;	/* in `text`; equal: the file goes */
	unsigned like;
};

struct crm_git_sync {
	struct crm_store *store;
	const struct crm_git_opts *opts;
	struct crm_git_stats *stats;
	struct crm_git_repo *repo;
	struct crm_git_pack *pack;	/* NULL: none open */
	struct crm_git_tree *tree;
	struct crm_git_tree *files;	/* of `files`; NULL: not looked at */
	bool files_changed;
	bool files_short;	/* it was made with a smaller limit */
	struct crm_git_vault *vault;	/* NULL: not sealed */
	struct crm_batch *row, *row2;

	struct crm_git_oid head, moved;	/* newest commit; where the branch is */
	bool has_head, has_moved;
	uint64_t seq, rev;	/* of head */
	bool fresh;		/* made from nothing in this run */

	/* the commit that is being gathered */
	bool open;
	uint64_t txn, last;	/* last: its newest revision */
	uint64_t put, gone;
	int64_t at;
	struct crm_buf actor, program, why, source;
	struct crm_buf id;	/* of its first record */
	const char *op;		/* of all of its changes; "": they differ */

	struct crm_git_put *wait;
	size_t nwait, capwait;
	struct crm_git_obj *obj;
	size_t capobj;
	struct crm_buf text, tmp, name;

	uint64_t *erased;
	size_t nerased, caperased;
	struct crm_err *err;	/* of a callback */
	enum crm_status st;
};

/* Reads where the mirror stands. */
enum crm_status crm_git_sync_begin(struct crm_git_sync *y,
    struct crm_err *err) CRM_MUST;
/* All that is new, up to revision `upto`. */
enum crm_status crm_git_sync_run(struct crm_git_sync *y, uint64_t upto,
    struct crm_err *err) CRM_MUST;
/* Makes what was committed durable and visible. */
enum crm_status crm_git_sync_publish(struct crm_git_sync *y,
    struct crm_err *err) CRM_MUST;
void crm_git_sync_release(struct crm_git_sync *y);

/* A pack to write into is open after this. */
enum crm_status crm_git_sync_pack(struct crm_git_sync *y,
    struct crm_err *err) CRM_MUST;
/* Which persons a record is about: itself, or those it points to. */
enum crm_status crm_git_sync_subjects(struct crm_git_sync *y,
    const struct crm_rec *r, uint64_t who[CRM_GIT_SUBJECTS], size_t *n,
    struct crm_err *err) CRM_MUST;

/* git_files.c: the attached files of a record that `before` (may be NULL) did
 * not name; then what changed under `files`, before the tree is written. */
enum crm_status crm_git_files_add(struct crm_git_sync *y,
    const struct crm_rec *r, const struct crm_rec *before,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_git_files_write(struct crm_git_sync *y,
    struct crm_err *err) CRM_MUST;
/* Where the limit (opts.file_max) was raised since the mirror was written: the
 * attached files of all records at a revision. A follower leaves more than
 * 64 MiB of them to others (stats.files_left). begin: before anything is
 * written under the limit; end: when all is published. */
enum crm_status crm_git_files_begin(struct crm_git_sync *y,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_git_files_fill(struct crm_git_sync *y, uint64_t rev,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_git_files_end(struct crm_git_sync *y,
    struct crm_err *err) CRM_MUST;

/* git_named.c: settings, schema, marks; *changed tells whether any differs from
 * what the mirror holds. */
enum crm_status crm_git_named_write(struct crm_git_sync *y, bool *changed,
    struct crm_err *err) CRM_MUST;
/* The name of a named value's file, and back. */
void crm_git_named_file(struct crm_str name, struct crm_buf *out);
void crm_git_named_name(struct crm_str file, struct crm_buf *out);

/* git_persons.c: is a type's record a person's own? Else: the persons that a
 * record points to, by number, each once; none where they are too many. */
bool crm_git_is_person(const struct crm_type *t);
enum crm_status crm_git_persons(struct crm_store *s, const struct crm_rec *r,
    struct crm_batch *tmp, uint64_t who[CRM_GIT_SUBJECTS], size_t *n,
    struct crm_err *err) CRM_MUST;

/* git_mark.c: notes durably what is to be forgotten; what was noted (0 where
 * nothing is); all done. */
enum crm_status crm_git_mark(const char *path, const uint64_t *no, size_t n,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_git_marked(const char *path, uint64_t **no, size_t *n,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_git_unmark(const char *path, struct crm_err *err) CRM_MUST;

/* git_gc.c: no git gc runs in the repository until it is let; BUSY git.busy. */
enum crm_status crm_git_gc_hold(const char *repo, int64_t wait_ms,
    struct crm_err *err) CRM_MUST;
void crm_git_gc_let(const char *repo);

/* git_repack.c: joins small packs when there are many. */
enum crm_status crm_git_repack(struct crm_git_repo *r, struct crm_err *err)
    CRM_MUST;
/* Names of the packs of a directory ("pack-HEX"), with sizes, in a fixed
 * order; freed by the caller. */
struct crm_git_packfile {
	char name[64];
	uint64_t bytes;
};
enum crm_status crm_git_packs_list(const char *dir,
    struct crm_git_packfile **out, size_t *n, struct crm_err *err) CRM_MUST;
/* Removes packs that have no index, which nobody reads but everybody can. */
void crm_git_packs_orphans(const char *dir);
/* Removes packs, the index first. */
void crm_git_packs_drop(const char *dir, const struct crm_git_packfile *p,
    size_t n);

#endif
