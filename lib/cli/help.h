/* -h, --help, -V and the dump for completions. lib/cli's own. */
#ifndef CRM_HELP_H
#define CRM_HELP_H

#include "cli/cli.h"

/* Writes what was wished ('h', 'H', 'V', 'D') to stdout; a write error sets
 * the exit code. */
void crm_help_print(struct crm_cli *cli, const struct crm_opt *const *tables,
    int wish);

#endif
