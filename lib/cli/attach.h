/* Attachments: files beside the store under the SHA-256 of their content,
 * STORE/files/ab/cdef..., named by records in attachments[]. Equal content is
 * one file; a file is whole and durable before a record names it. */
#ifndef CRM_ATTACH_H
#define CRM_ATTACH_H

#include "base/base.h"
#include "base/err.h"
#include "cli/assigns.h"
#include "cli/cli.h"
#include "store/store.h"

/* Is it an assignment attach@=FILE? */
bool crm_attach_is(const struct crm_assign *a);
/* Keeps the files of all attach@=FILE (with -n: only reads them) and makes
 * each assignment attachments+={"sha256","name","size","type"}. False after a
 * reported failure. */
bool crm_attach_files(struct crm_assigns *as, struct crm_cli *cli,
    struct crm_store *s) CRM_MUST;
/* Every file against its name; every attachment against the files. fn hears of
 * each fault: attach.damaged, attach.missing. */
enum crm_status crm_attach_verify(struct crm_store *s,
    void (*fn)(void *ctx, const struct crm_err *found), void *ctx,
    struct crm_err *err) CRM_MUST;
/* Copies the files of a store into another store's directory; *n (may be NULL)
 * counts them. dir NULL: only counts. */
enum crm_status crm_attach_copy(struct crm_store *s, const char *dir,
    uint64_t *n, struct crm_err *err) CRM_MUST;

#endif
