/* Attachments: files beside the store under the SHA-256 of their content,
 * STORE/files/ab/cdef..., named by records in attachments[]. Equal content is
 * one file; a file is whole and durable before a record names it. */
#ifndef CRM_ATTACH_H
#define CRM_ATTACH_H

#include "base/base.h"
#include "base/err.h"
#include "base/map.h"
#include "cli/assigns.h"
#include "cli/cli.h"
#include "store/store.h"

/* Is it an assignment attach@=FILE (or attach=@FILE)? */
bool crm_attach_is(const struct crm_assign *a);
/* Keeps the files of all attach@=FILE (with -n: only reads them), out of the
 * reach of crm_attach_prune until as is released, and makes each assignment attachments+={"sha256","name","size","type"}. False after a
 * reported failure. */
bool crm_attach_files(struct crm_assigns *as, struct crm_cli *cli,
    struct crm_store *s) CRM_MUST;
/* Every file against its name; every attachment against the files. fn hears of
 * each fault: attach.damaged, attach.missing. */
enum crm_status crm_attach_verify(struct crm_store *s,
    void (*fn)(void *ctx, const struct crm_err *found), void *ctx,
    struct crm_err *err) CRM_MUST;
/* Appends the directory of a store's files; SYSTEM attach.store for a store
 * that has none. */
enum crm_status crm_attach_folder(struct crm_store *s, struct crm_buf *out,
    struct crm_err *err) CRM_MUST;
/* Tells every attachment of a live record whose content is not in that
 * directory, whether it ever was or not. */
enum crm_status crm_attach_missing(struct crm_store *s, struct crm_str dir,
    void (*fn)(void *ctx, struct crm_str id, struct crm_str hex), void *ctx,
    struct crm_err *err) CRM_MUST;
/* The same of one record. */
void crm_attach_absent(const struct crm_rec *r, struct crm_str dir,
    void (*fn)(void *ctx, struct crm_str id, struct crm_str hex), void *ctx);
/* Every file of a store, in the order of their names. */
typedef enum crm_status crm_attach_fn(void *ctx, const char *path,
    const char *hex, struct crm_err *err);
enum crm_status crm_attach_each(struct crm_store *s, crm_attach_fn *fn,
    void *ctx, struct crm_err *err) CRM_MUST;
/* Takes the folder of files for crm_attach_prune, closed by the caller: nobody
 * attaches one meanwhile. NOTFOUND without files, BUSY ("attach.busy") while
 * another program has put one there that no record names yet. */
enum crm_status crm_attach_lock(struct crm_store *s, int *fd,
    struct crm_err *err) CRM_MUST;
/* Removes every file whose SHA-256 is not in `used` (found under the lock), from
 * the list of kept ones, too, and what a program that was killed left half
 * written. */
enum crm_status crm_attach_prune(struct crm_store *s,
    const struct crm_map *used, struct crm_err *err) CRM_MUST;
/* Puts what fd reads from its beginning under its name; attach.changed where
 * the content is another than the name says. */
enum crm_status crm_attach_keep(struct crm_store *s, int fd, const char *hex,
    struct crm_err *err) CRM_MUST;

/* -- as lines of a text backup: attach_text.c -------------------------------- */

/* {"_file":HEX,"base64":TEXT}, all but a file's last with "_more":true. */
enum crm_status crm_attach_write(struct crm_store *s,
    void (*put)(void *ctx, struct crm_str line), void *ctx,
    struct crm_err *err) CRM_MUST;
/* The same lines of one content. */
enum crm_status crm_attach_lines(struct crm_str content,
    enum crm_status (*put)(void *ctx, struct crm_str line,
    struct crm_err *err), void *ctx, struct crm_err *err) CRM_MUST;
struct crm_attach_in {	/* zeroed: no file begun */
	int fd;		/* 0: none */
	struct crm_buf bytes;
};
/* Takes such a line; `name` is the value of its _file. */
enum crm_status crm_attach_read(struct crm_attach_in *in, struct crm_store *s,
    struct crm_str line, struct crm_str name, struct crm_err *err) CRM_MUST;
void crm_attach_in_release(struct crm_attach_in *in);

/* Copies the files of a store into another store's directory. */
enum crm_status crm_attach_copy(struct crm_store *s, const char *dir,
    struct crm_err *err) CRM_MUST;

#endif
