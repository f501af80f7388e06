/* An open store for one run of a program: opened the way the common options
 * say, with the revision to read at and the settings that matter. */
#ifndef CRM_SESSION_H
#define CRM_SESSION_H

#include "base/base.h"
#include "cli/cli.h"
#include "model/query.h"
#include "store/store.h"

struct crm_session {
	struct crm_cli *cli;
	struct crm_store *store;
	const struct crm_schema *schema;
	uint64_t rev;			/* of --as-of, else the newest */
	struct crm_query_env *env;	/* at that revision */
	struct crm_buf region;		/* setting country: for phones without prefix */
};

/* Opens (with `write`, for transactions; --create makes a missing store), sets
 * the clock's zone. `at_now` reads the present in spite of --as-of. False after
 * a reported failure; close in any case. */
bool crm_session_open(struct crm_session *s, struct crm_cli *cli, bool write,
    bool at_now) CRM_MUST;
/* What queries need to know about this store. */
struct crm_query_ctx crm_session_query(struct crm_session *s);
/* The actor, for crm_query_ctx.who: a struct crm_cli is its context. */
const char *crm_session_who(void *cli);
/* The type of -t, NULL without; false after a reported usage error. */
bool crm_session_type(struct crm_cli *cli, const struct crm_schema *schema,
    const struct crm_type **out) CRM_MUST;
/* Is there a store that lines may be looked up in: open, named by -s, or found
 * where none is named? */
bool crm_session_named(struct crm_cli *cli);
/* What lines are read by where no store is open: the schema of the store that
 * is named (its own types and fields), else the shipped one. A store that is
 * not there or cannot be read is nothing to fail for, unless -s names it; then
 * NULL after a reported failure. Belongs to cli. */
const struct crm_schema *crm_session_schema(struct crm_cli *cli);
/* The setting `country` of the store that is named, appended to out; nothing
 * without a store or without the setting. */
void crm_session_country(struct crm_cli *cli, struct crm_buf *out);
/* What the store says of days, weeks and fiscal years (settings timezone,
 * week_start, fiscal_month) becomes the program's clock. */
enum crm_status crm_session_clock(struct crm_store *s, struct crm_cli *cli,
    struct crm_err *err) CRM_MUST;
/* A setting ("timezone"), appended to out; false where it is not set. */
bool crm_session_setting(struct crm_store *s, const char *name,
    struct crm_buf *out);
void crm_session_close(struct crm_session *s);

#endif
