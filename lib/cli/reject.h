/* The file of --reject: lib/cli's own part. */
#ifndef CRM_REJECT_H
#define CRM_REJECT_H

#include "cli/cli.h"

/* Empties --reject's file; false, reported, where that fails or it is one of
 * the inputs. */
bool crm_reject_open(struct crm_cli *cli, const char *const *files, size_t n);
/* Bytes as they are. */
void crm_reject_raw(struct crm_cli *cli, struct crm_str bytes);

#endif
