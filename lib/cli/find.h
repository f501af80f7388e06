/* What crm-find does, in parts: its query over the store or over lines, keys
 * looked up, order. */
#ifndef CRM_FIND_H
#define CRM_FIND_H

#include "base/base.h"
#include "base/crew.h"
#include "cli/cli.h"
#include "cli/feed.h"
#include "cli/out.h"
#include "cli/session.h"
#include "cli/show.h"
#include "model/query.h"

struct crm_find_opts {
	const char *where, *sort, *get, *since;
	bool count, explain;
};

struct crm_find {
	struct crm_cli *cli;
	const struct crm_find_opts *o;
	struct crm_session session;	/* open: .store is not NULL */
	struct crm_feed feed;
	bool lines;			/* the operand "-" was given */
	bool feed_open;
	struct crm_str *word;		/* the query's words */
	size_t nwords;
	const struct crm_schema *schema;
	const struct crm_type *type;	/* of -t */
	struct crm_query_ctx ctx;
	const struct crm_query_env *env;
	struct crm_query *query;
	struct crm_query *again[CRM_CREW_MAX];	/* for more threads */
	size_t nagain;
	uint64_t since;
	struct crm_show show;
	struct crm_out *out;		/* NULL with -q, --explain */
};

/* Opens what the query needs (the store, or stdin and the store only where
 * other records are asked for) and parses it. False after a reported
 * failure. */
bool crm_find_open(struct crm_find *f) CRM_MUST;
void crm_find_release(struct crm_find *f);
/* The query made once more, for another thread; f's. NULL: not possible. */
struct crm_query *crm_find_again(void *find);
/* The one type asked for, NULL for several. */
const struct crm_type *crm_find_type(const struct crm_find *f);
/* --get: keys on stdin, a record or {"_missing":KEY} for each. */
void crm_find_get(struct crm_find *f);
/* All others: over the store, over lines. */
void crm_find_store(struct crm_find *f);
void crm_find_lines(struct crm_find *f);

#endif
