/* What a writer needs to know about a store's records: fields through
 * references and computed ones for -f, the columns of a table, names instead
 * of ids, the ending that names an id. */
#ifndef CRM_SHOW_H
#define CRM_SHOW_H

#include "base/base.h"
#include "base/map.h"
#include "cli/out.h"
#include "cli/session.h"
#include "model/query.h"

struct crm_show {
	struct crm_query_ctx ctx;
	const struct crm_query_env *env;	/* NULL over lines */
	struct crm_store *store;		/* NULL over lines */
	uint64_t rev;
	struct crm_map paths;	/* type and path -> struct crm_path * or NULL */
	struct crm_batch *rows;
	struct crm_buf key;
};

/* store and env may be NULL: then only what the record itself has. */
void crm_show_init(struct crm_show *s, const struct crm_query_ctx *ctx,
    const struct crm_query_env *env, struct crm_store *store, uint64_t rev);
/* For crm_out_init; borrows s. */
struct crm_out_help crm_show_help(struct crm_show *s);
/* Checks the names of -f against a type (NULL: against nothing): USAGE with
 * the nearest name. */
enum crm_status crm_show_check(struct crm_show *s, const struct crm_type *type,
    const char *fields, struct crm_err *err) CRM_MUST;
/* A person's name for a record: its name, subject, first e-mail, the
 * first key of a type of the store's own, or id. */
void crm_show_title(const struct crm_rec *r, struct crm_buf *out);
void crm_show_release(struct crm_show *s);

#endif
