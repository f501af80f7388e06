#include "model/contract.h"

bool
crm_contract_is_over(struct crm_str status)
{
	static const char *const over[] = { "cancelled", "canceled", "ended",
		"expired", "terminated", "churned", "lost", "closed",
		"not_renewed" };
	for (size_t i = 0; i < CRM_LEN(over); i++)
		if (crm_str_is(status, over[i]))
			return true;
	return false;
}
