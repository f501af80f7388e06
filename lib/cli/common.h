/* The rows that mean the same in every program: lib/cli's own. */
#ifndef CRM_COMMON_H
#define CRM_COMMON_H

#include "cli/cli.h"

enum { CRM_COMMON_MAX = 48 };

/* Fills rows (ended by one without name) with those of the program's kind,
 * `with` and `without`, their targets in cli; help and version in *wish
 * ('h', 'H', 'V', 'D'). */
void crm_common_rows(struct crm_cli *cli, int *wish,
    const char *const *formats, struct crm_opt rows[CRM_COMMON_MAX]);
/* The set of CRM_HAS_* a program has. */
unsigned crm_common_set(const struct crm_prog *prog);

#endif
