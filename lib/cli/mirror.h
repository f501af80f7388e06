/* The git mirror as seen by programs that do not link libgit2: they run the
 * helper crm-git, which lies beside them in ../libexec/crm. Starting libgit2
 * costs more than most programs do. */
#ifndef CRM_MIRROR_H
#define CRM_MIRROR_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"
#include "store/store.h"

/* Becomes the helper, with these arguments (argv[0] is replaced). Comes back
 * with an error where there is none. */
enum crm_status crm_mirror_exec(char **argv, struct crm_err *err) CRM_MUST;
/* The helper itself becomes the one with libgit2, which lies beside it. */
enum crm_status crm_mirror_exec_lib(char **argv, struct crm_err *err)
    CRM_MUST;
/* Runs the helper to its end: its exit status, or an error where it cannot be
 * run. `in` and `out` (-1: as ours) become its stdin and stdout. */
enum crm_status crm_mirror_run(const char *const *argv, int in, int out,
    int *status, struct crm_err *err) CRM_MUST;
/* The same without waiting: pid is to be waited for. */
enum crm_status crm_mirror_start(const char *const *argv, int in, int out,
    int *pid, struct crm_err *err) CRM_MUST;

/* Does the store keep a history in git (the setting `history`)? */
bool crm_mirror_on(struct crm_store *s);
/* Is there a mirror in the store's directory? */
bool crm_mirror_there(const char *store);
/* The revision the mirror said it is at; false where it says nothing. */
bool crm_mirror_rev(const char *store, uint64_t *rev);

/* After a commit: lets the mirror follow if it is wished (history.sync is not
 * manual) and cheap. Never fails; the store is to be closed. */
void crm_mirror_follow(struct crm_cli *cli);
bool crm_mirror_follows(struct crm_store *s);
/* Brings the mirror up to date, whatever it takes. */
enum crm_status crm_mirror_sync(struct crm_cli *cli, struct crm_err *err)
    CRM_MUST;

/* Makes stdin the mirror REPO (a clone of one will do) as crm backup would
 * write it; vault NULL: beside REPO. audit: nothing of one whose commits do not
 * count up. pid is to be ended with crm_mirror_dumped. */
enum crm_status crm_mirror_dump(const char *repo, const char *vault,
    bool audit, int *pid, struct crm_err *err) CRM_MUST;
/* Was it all of it? SYSTEM git.read where it was not (the helper said why). */
enum crm_status crm_mirror_dumped(int pid, const char *repo,
    struct crm_err *err) CRM_MUST;

/* Looks for lines of text in every object of the store's mirror; fn hears the
 * number of the line, from 0, and the object's name. */
enum crm_status crm_mirror_search(const char *store, struct crm_str lines,
    void (*fn)(void *ctx, size_t line, struct crm_str object), void *ctx,
    struct crm_err *err) CRM_MUST;
/* After an erasure: takes it out of the mirror where there is one. */
enum crm_status crm_mirror_forget(struct crm_cli *cli, struct crm_err *err)
    CRM_MUST;

#endif
