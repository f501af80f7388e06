/* Taking transactions back: the one undo mechanism, for crm-history undo and
 * crm-merge --undo. Each record that the transaction touched becomes what it
 * was before its first change there; a record that is not any more what the
 * transaction made of it is left and named. */
#ifndef CRM_UNDO_H
#define CRM_UNDO_H

#include "base/base.h"
#include "cli/cli.h"

/* Undoes a transaction ("last", or any of its revisions), in batches where it
 * was large; the undo is a transaction, too. `program`: only one of this
 * program ("crm-merge"); NULL: any. All is reported; echoes like a sink. */
void crm_undo(struct crm_cli *cli, const char *which, const char *program);
/* An error of a key that another record has, as one of the record that is left
 * for it, which is named; always EXISTS. */
enum crm_status crm_undo_taken(struct crm_str id, struct crm_err *err);

#endif
