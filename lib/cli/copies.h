/* Which copies of a store were made: STORE/copies, a line each, written by crm
 * backup. Erasing names those that are still there, for it cannot reach
 * them. */
#ifndef CRM_COPIES_H
#define CRM_COPIES_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "store/store.h"

/* Notes a copy, `file` "-" for stdout. Whoever may not write the store leaves
 * no note. */
void crm_copies_note(struct crm_store *s, const char *kind, const char *file,
    int64_t now);
/* Appends {"copy":FILE,"kind":K,"at":T} for each that is still there, once
 * each, and for those on stdout; then {"copy":FILE,"kind":K} for what a backup
 * ("unfinished") or restore ("restore") that was killed left beside its file,
 * and for files in the store's directory that are none of the store's
 * ("file"). */
enum crm_status crm_copies_list(struct crm_store *s, struct crm_buf *out,
    struct crm_err *err) CRM_MUST;

#endif
