/* Logic-less templates for letters and mails: {{field.path}} is the field's
 * text, escaped for the target; {{{field.path}}} the same unescaped in HTML;
 * {{#list}}...{{/list}} repeats for each element ({{.}} is the element, or its
 * members by name; outer fields stay visible) or shows its inside once for any
 * other value; {{^field}}...{{/field}} shows its inside where there is none;
 * {{! a comment}}. A field that the record has not is an error. */
#ifndef CRM_TEMPLATE_H
#define CRM_TEMPLATE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

enum crm_template_for {
	CRM_TEMPLATE_TEXT, CRM_TEMPLATE_HTML, CRM_TEMPLATE_CSV,
	CRM_TEMPLATE_URL,
	CRM_TEMPLATE_MAIL	/* header lines, a blank line, the text */
};

struct crm_template;
/* INVALID ("template.syntax") with the line of what is wrong. */
enum crm_status crm_template_parse(struct crm_str text,
    enum crm_template_for target, struct crm_template **out,
    struct crm_err *err) CRM_MUST;
void crm_template_free(struct crm_template *t);
/* Text of paths that leave the record; may be NULL. */
struct crm_template_env {
	bool (*resolve)(void *ctx, struct crm_str record, struct crm_str path,
	    struct crm_str *val);
	void *ctx;
};
/* Appends the template filled from a record line. INVALID
 * ("template.missing"), the field named: nothing is appended then. */
enum crm_status crm_template_fill(const struct crm_template *t,
    struct crm_str record, const struct crm_template_env *env,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;

#endif
