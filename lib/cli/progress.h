/* The progress line on stderr: lib/cli's own part. */
#ifndef CRM_PROGRESS_H
#define CRM_PROGRESS_H

#include "cli/cli.h"

/* Takes the progress line off the screen; to be called before any message. */
void crm_progress_clear(struct crm_cli *cli);

#endif
