/* What the two halves of the grouping share: adding records, writing rows. */
#ifndef CRM_GROUP_IMPL_H
#define CRM_GROUP_IMPL_H

#include "base/map.h"
#include "report/group.h"

enum { MOST_KEYS = 16 };

struct crm_group_bucket {	/* one group */
	struct crm_str *key;	/* raw values, nkeys of them; "" absent */
	struct crm_str order;	/* sorts as the keys do */
	struct crm_acc *acc;
};

struct crm_group {
	const struct crm_group_spec *spec;
	bool money;		/* currency is a key behind the spec's */
	size_t nkeys;
	size_t currency;	/* the key that is the currency; SIZE_MAX: none */
	struct crm_map index;	/* raw keys -> group */
	struct crm_group_bucket *group;
	size_t cap;
	struct crm_arena mem;
	struct crm_buf tmp, label;
	/* values of the record's keys while it is added */
	struct crm_str *value[MOST_KEYS];
	size_t nvalues[MOST_KEYS];
	struct crm_arena scratch;
};

/* The group of these keys (nkeys raw values), made where there is none. */
struct crm_group_bucket *crm_group_at(struct crm_group *g,
    const struct crm_str *key);

#endif
