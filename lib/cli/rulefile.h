/* Files of rules, stages and reports as the programs read them. */
#ifndef CRM_RULEFILE_H
#define CRM_RULEFILE_H

#include "cli/cli.h"

/* Appends a JSON file with what it includes (relative to it, else in the
 * folder `sub` of the data) and, where it has "overlays", the one of the
 * store's country merged in. A file with neither comes as it stands, so that
 * messages name its lines. Errors as those of crm_overlay_text. */
enum crm_status crm_rulefile_read(struct crm_cli *cli, const char *path,
    const char *sub, struct crm_buf *out, struct crm_err *err) CRM_MUST;

#endif
