/* The user's configuration file: "key = value" lines, '#' and ';' comments,
 * "[section]" lines whose name stands before the key ("section.key"). lib/cli's
 * own. */
#ifndef CRM_CONFIG_H
#define CRM_CONFIG_H

#include "cli/cli.h"

/* Never NULL; empty where there is no file. What is wrong in it is warned of,
 * with its line, and left out. */
struct crm_config *crm_config_read(struct crm_cli *cli, const char *path);
const char *crm_config_get(const struct crm_config *c, const char *key);
void crm_config_free(struct crm_config *c);

#endif
