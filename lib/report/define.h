/* Report definitions: JSON files that name one of the kinds and give it
 * parameters. */
#ifndef CRM_DEFINE_H
#define CRM_DEFINE_H

#include "base/base.h"
#include "base/err.h"
#include "report/group.h"

struct crm_report {
	struct crm_str name, title, kind, formula;
	const struct crm_type *type;	/* what it reads; NULL: -t's */
	struct crm_str where;		/* text, "" none */
	struct crm_str date;		/* what --period looks at */
	struct crm_str period;		/* without --period: "" all */
	struct crm_str chart;		/* measure that charts draw; "" first */
	struct crm_by *by;
	size_t nby;
	struct crm_measure *measure;
	size_t nmeasures;
	struct crm_str raw;		/* the whole definition: a kind's own keys */
	struct crm_arena mem;
};

/* Parses a definition; INVALID names line and key. Paths and queries are
 * parsed against ctx for `type`, or the definition's own. `type` NULL is fine
 * where the definition has one. */
enum crm_status crm_report_load(struct crm_str text,
    const struct crm_query_ctx *ctx, const struct crm_type *type,
    struct crm_report *out, struct crm_err *err) CRM_MUST;
void crm_report_release(struct crm_report *r);

/* One key or measure in words, as the command line has them: "stage",
 * "close_date:month"; "sum" of "amount". */
enum crm_status crm_report_by(struct crm_report *r,
    const struct crm_query_ctx *ctx, struct crm_str text,
    struct crm_err *err) CRM_MUST;
enum crm_status crm_report_measure(struct crm_report *r,
    const struct crm_query_ctx *ctx, struct crm_str op, struct crm_str field,
    struct crm_err *err) CRM_MUST;
/* The date field that a type's periods look at where nothing else is said:
 * close_date, at, issued, opened, start, created. */
const char *crm_report_date(const struct crm_type *t);

#endif
