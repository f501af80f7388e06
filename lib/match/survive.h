/* Survivorship: what the one record looks like that several become. Pure over
 * records; crm-merge applies it. */
#ifndef CRM_SURVIVE_H
#define CRM_SURVIVE_H

#include "base/base.h"
#include "base/err.h"
#include "model/record.h"

enum crm_survive {
	CRM_SURVIVE_DEFAULT,	/* by the field's kind, see crm_survive_fields */
	CRM_SURVIVE_KEEP,	/* the kept record's value, even where absent */
	CRM_SURVIVE_NEWEST,	/* of the record updated last that has one */
	CRM_SURVIVE_OLDEST,	/* of the record created first that has one */
	CRM_SURVIVE_LONGEST,	/* most characters */
	CRM_SURVIVE_COMPLETE,	/* of the record with most fields that has one */
	CRM_SURVIVE_RANK,	/* of the best source by the policy's "sources" */
	CRM_SURVIVE_UNION,	/* all elements, all members, texts joined by LF */
	CRM_SURVIVE_MIN, CRM_SURVIVE_MAX
};

/* {"fields":{"title":"newest",...},"default":"keep","sources":["erp","web"]} */
struct crm_policy {	/* zeroed: all default */
	struct crm_map fields;	/* name -> enum crm_survive */
	enum crm_survive fallback;
	struct crm_map sources;	/* name -> rank + 1, 1 the best */
};
/* INVALID policy.syntax, policy.rule (names the field). */
enum crm_status crm_policy_load(struct crm_policy *p, struct crm_str text,
    struct crm_err *err) CRM_MUST;
void crm_policy_release(struct crm_policy *p);

/* Adds to c what the kept record gets from the others (each of its type). By
 * default: lists and maps are united (the kept one's first), free text with
 * weight 1 (notes) is joined, objects are filled where they do not contradict,
 * `created` is the earliest, stage histories stay the kept one's; any other
 * field keeps its value or gets that of the most recently updated record that
 * has one. Ids of other systems are never dropped: two of one system become a
 * list. */
void crm_survive_fields(const struct crm_policy *p, const struct crm_rec *keep,
    const struct crm_rec *const *others, size_t n, struct crm_change_set *c);

#endif
