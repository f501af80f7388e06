/* Names of organisations: the core, and the legal form behind (or before) it
 * in many languages. */
#ifndef CRM_NORM_ORG_H
#define CRM_NORM_ORG_H

#include "base/base.h"
#include "base/buf.h"

enum crm_org_form {
	CRM_ORG_NONE,
	CRM_ORG_LIMITED,	/* limited company: GmbH, Ltd, Oy, Ε.Π.Ε., ООО */
	CRM_ORG_STOCK,		/* stock company: AG, SA, Oyj, Α.Ε., ОАО */
	CRM_ORG_PARTNERS,	/* general partnership: OHG, ΟΕ, Ay */
	CRM_ORG_LIMITED_PARTNERS,	/* KG, ΕΕ, Ky, LP, LLP */
	CRM_ORG_SOLE,		/* sole trader: e.K., Tmi, ИП */
	CRM_ORG_COOPERATIVE, CRM_ORG_NON_PROFIT, CRM_ORG_STATE,
	CRM_ORG_COMPANY		/* a bare "Company", "Group", "Εταιρεία" */
};

/* Appends the core of the name, folded, without legal forms, punctuation and
 * "&" as "and"-free words: "acme hellas" for "Acme Hellas A.E.". Where nothing
 * would be left, the whole folded name. Returns the form's class. */
enum crm_org_form crm_org_key(struct crm_buf *b, struct crm_str name);
/* "limited", "stock" …: stable names for output; "" for none. */
const char *crm_org_form_name(enum crm_org_form f);

#endif
