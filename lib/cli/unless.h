/* crm-add --unless-duplicate: a new record that is probably one that is there
 * already, or one of the lines before it, is a reject that names it. */
#ifndef CRM_UNLESS_H
#define CRM_UNLESS_H

#include "cli/sink.h"
#include "cli/twins.h"

struct crm_unless {		/* zeroed: everything may be stored */
	const char *text;	/* of the option: NULL off, "" the default */
	double p;
	struct crm_twins *twins;
	/* Lines since the transaction began, and the probable twins of them. */
	struct crm_unless_line {
		struct crm_str id;	/* stored as; "" not stored */
		size_t twin, ntwins;
		bool judged;
	} *line;
	size_t n, cap, first;	/* first: of the items at hand */
	struct crm_unless_twin {
		bool stored;
		size_t other;
		struct crm_str id;
		double p;
	} *twin;
	size_t ntwins, captwins;
	struct crm_arena mem;
};

/* Reads the option's value; false after a reported usage error. */
bool crm_unless_read(struct crm_unless *u, struct crm_cli *cli);
/* Hooks of the sink; do nothing where the option was not given. */
enum crm_status crm_unless_before(struct crm_unless *u, struct crm_sink *s,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_unless_prepare(struct crm_unless *u, struct crm_sink *s,
    size_t from, size_t to, struct crm_err *err) CRM_MUST;
/* Inserts the item's record unless it has a twin: EXISTS names it, and the
 * item's text for --reject says so, too. */
enum crm_status crm_unless_insert(struct crm_unless *u, struct crm_sink *s,
    struct crm_item *item, struct crm_err *err) CRM_MUST;
void crm_unless_release(struct crm_unless *u);

#endif
