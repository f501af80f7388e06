/* like: of the query language, by the keys that find a name in any script and
 * spelling. */
#ifndef CRM_LIKE_H
#define CRM_LIKE_H

#include "model/query.h"

/* For crm_query_ctx. A name matches when each word of the wanted one shares a
 * key with some word of it. */
const struct crm_like_ops *crm_cli_like(void);

#endif
