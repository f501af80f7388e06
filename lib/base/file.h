/* Replacing a file whole: written beside its name, synced, renamed. Nobody
 * ever sees half of it, and a failure leaves the old one. */
#ifndef CRM_FILE_H
#define CRM_FILE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

struct crm_file {	/* zeroed is valid and closed */
	int fd;
	char *path;	/* what it will be called, symbolic links resolved */
	char *temp;	/* what it is called now; NULL: no regular file, written
			 * in place (a device, a FIFO) */
};

/* Opens the file to come; an existing one's mode is kept, a new one's is that
 * of the umask. CRM_SYSTEM file.open. */
enum crm_status crm_file_open(struct crm_file *f, const char *path,
    struct crm_err *err) CRM_MUST;
/* Syncs and renames (and syncs the directory), then releases. CRM_SYSTEM or
 * CRM_FULL, file.write; the old file is untouched then. */
enum crm_status crm_file_commit(struct crm_file *f, struct crm_err *err)
    CRM_MUST;
/* Removes what was written. */
void crm_file_abort(struct crm_file *f);

#endif
