/* Lines of crm backup: what the git mirror's reader writes, too, and what is
 * compared where the two have to be the same. */
#ifndef CRM_BACKUP_H
#define CRM_BACKUP_H

#include "base/base.h"
#include "base/buf.h"
#include "store/store.h"

/* Appends the line of a named value, without LF: text, or hexadecimal where it
 * is none. */
void crm_backup_named(struct crm_buf *line, struct crm_str name,
    struct crm_str value);
/* Appends the line of a live or merged record of revision rev, without LF: a
 * merged one has the survivor's id as `_into`. tmp is scratch. Errors as those
 * of crm_store_get. */
enum crm_status crm_backup_record(struct crm_store *s, uint64_t rev,
    const struct crm_rec *r, struct crm_batch *tmp, struct crm_buf *line,
    struct crm_err *err) CRM_MUST;

#endif
