/* crm-dedupe --against with the store's match index: each line is compared
 * with the few records that share something rare with it. */
#ifndef CRM_AGAINST_H
#define CRM_AGAINST_H

#include "cli/dedupe.h"

/* Can these options be answered so, by this store? Says with -v why not. False
 * after a reported failure: *yes is false then. */
bool crm_against_can(struct crm_dedupe *d, bool *yes);
/* Reads the input and prints pairs as it goes; false after a failure. */
bool crm_against_run(struct crm_dedupe *d);

#endif
