/* The environment and the user's configuration: the only place that reads
 * them. lib/cli's own. */
#ifndef CRM_ENV_H
#define CRM_ENV_H

#include "cli/cli.h"
#include "store/store.h"

/* What stdout and stderr are: terminals, colours, columns, UTF-8. */
void crm_env_terminal(struct crm_cli *cli);
/* The language to look catalogues up for, NULL for English: --lang, CRM_LANG,
 * LANGUAGE, LC_ALL, LC_MESSAGES, LANG. */
const char *crm_env_language(const char *lang_option);
/* clock and as_of from --tz (else `zone`, else UTC), --now, CRM_NOW,
 * --as-of. */
enum crm_status crm_env_clock(struct crm_cli *cli, struct crm_str zone,
    struct crm_err *err) CRM_MUST;
/* How stores are opened: --wait, CRM_UNSAFE_FS (network file systems too),
 * CRM_MAX_STORE (bytes), CRM_TEST_MAP (tests: the map begins at so many
 * bytes). */
struct crm_store_opts crm_env_store(struct crm_cli *cli, bool write);
void crm_config_free(struct crm_config *c);

#endif
