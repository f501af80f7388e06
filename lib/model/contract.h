/* What contracts have in common wherever they are looked at. */
#ifndef CRM_CONTRACT_H
#define CRM_CONTRACT_H

#include "base/base.h"

/* Does the status say that the contract has ended (cancelled, expired,
 * terminated, churned …)? */
bool crm_contract_is_over(struct crm_str status);

#endif
