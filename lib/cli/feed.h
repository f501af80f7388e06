/* Records in, one after another, whether they are lines (FILEs, stdin) or the
 * store's (-a, sources): filters and reports look at crm_rec alone. */
#ifndef CRM_FEED_H
#define CRM_FEED_H

#include "base/base.h"
#include "cli/cli.h"
#include "cli/input.h"
#include "cli/session.h"
#include "model/query.h"
#include "model/record.h"
#include "store/store.h"

struct crm_feed {
	struct crm_cli *cli;
	const struct crm_schema *schema;
	const struct crm_type *type;	/* of -t; NULL: any */
	struct crm_query_ctx ctx;	/* for queries over these records */
	struct crm_query_env *env;	/* NULL over lines */
	struct crm_store *store;	/* NULL over lines */
	uint64_t rev;			/* read at this revision */
	struct crm_query *where;	/* only these; the feed's */
	struct crm_reader reader;
	struct crm_input in;		/* over lines */
	/* Over lines, with reader.peek: only those pass that match the query
	 * made here, once for each thread; the caller's, outliving the feed.
	 * NULL: all. */
	struct crm_query *(*sieve)(void *ctx);
	void *sieve_ctx;

	/* Its own. */
	struct crm_session session;
	struct crm_shapes shapes;
	struct crm_record record;
	struct crm_query *own;		/* what sieve made for this thread */
	struct crm_ahead_feed *ahead;	/* once lines are read ahead */
	uint64_t lines;
	struct crm_record *now;		/* the current line's */
	struct crm_cursor *cursor;
	struct crm_batch *batch;
	size_t row;
};

/* Opens the store (from_store) at the revision of --as-of, or readies the
 * files. `at_now` reads the store's present in spite of --as-of (back-tests).
 * False after a reported failure; release in any case. */
bool crm_feed_open(struct crm_feed *f, struct crm_cli *cli, bool from_store,
    bool at_now, const char *const *files, size_t nfiles) CRM_MUST;
/* Adds a condition (text of --where, NULL: none), preset by -t. */
bool crm_feed_where(struct crm_feed *f, const char *where) CRM_MUST;
/* Begins reading: of the store, records of these types (none: those of -t and
 * of the condition, else all). May be called again to read once more. */
bool crm_feed_start(struct crm_feed *f, const struct crm_type *const *types,
    size_t ntypes) CRM_MUST;
/* The next record, borrowed until the next call. Lines that cannot be read are
 * rejected. False at the end or after a reported failure. */
bool crm_feed_next(struct crm_feed *f, const struct crm_rec **out);
/* `_` members of the current line as one JSON object, "" without. */
struct crm_str crm_feed_tool(const struct crm_feed *f);
/* Rejects the current record; false: stop. Over the store, too, the record is
 * named and the run goes on. */
bool crm_feed_reject(struct crm_feed *f, struct crm_err *err);
void crm_feed_release(struct crm_feed *f);

/* -- feed_ahead.c ------------------------------------------------------------ */

/* A line that was read: the record, or why it is none, or neither as it did not
 * pass the sieve. */
struct crm_feed_line {
	struct crm_record rec;
	struct crm_err *wrong;
	bool out;
};
/* The record of a line; *out where it does not match q (NULL: all do), then it
 * may be unfinished. */
enum crm_status crm_feed_make(struct crm_reader *rd, struct crm_query *q,
    struct crm_str line, struct crm_record *rec, bool *out,
    struct crm_err *err) CRM_MUST;
/* Many lines came: from now on they are read ahead and their records made by
 * threads; the feed's reader is the pattern of theirs. */
struct crm_ahead_feed *crm_ahead_feed_new(struct crm_feed *f);
/* The next line, in order; the input stands at it. NULL at the end. */
struct crm_feed_line *crm_ahead_feed_next(struct crm_ahead_feed *a);
void crm_ahead_feed_free(struct crm_ahead_feed *a);

#endif
