/* Lines of crm backup that the git mirror's reader writes, too. */
#ifndef CRM_BACKUP_H
#define CRM_BACKUP_H

#include "base/base.h"
#include "base/buf.h"

/* Appends the line of a named value, without LF: text, or hexadecimal where it
 * is none. */
void crm_backup_named(struct crm_buf *line, struct crm_str name,
    struct crm_str value);

#endif
