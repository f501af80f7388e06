/* The common half of all sinks: lines are read and checked outside of any
 * transaction, gathered into batches, applied in one transaction each, and
 * echoed after its commit: a line on stdout means durable. */
#ifndef CRM_SINK_H
#define CRM_SINK_H

#include "base/base.h"
#include "base/spool.h"
#include "base/ulid.h"
#include "cli/cli.h"
#include "cli/hooks.h"
#include "cli/input.h"
#include "cli/session.h"
#include "cli/suppress.h"
#include "model/record.h"
#include "store/store.h"

struct crm_sink;

/* One line of input, or one reference among the operands. */
struct crm_item {
	struct crm_rec rec;	/* the parsed line; shape NULL without */
	struct crm_str ref;	/* a line or operand that is a reference */
	struct crm_str text;	/* the line verbatim, for --reject; "" for operands */
	struct crm_str source;	/* file and line for messages and the journal */
	uint64_t line;
	struct crm_err *wrong;	/* the line could not be read; NULL: it could */
	struct crm_str tool;	/* the line's `_` members as an object, or "" */
	struct crm_made made;	/* keys, where they were made with the line */
	bool nulls;		/* some value is or holds null */
	bool sound;		/* known to be storable just as it is */
};

/* What a program does with an item, inside the transaction. A data error
 * rejects the item, a system error ends the run with nothing of the batch
 * stored. */
typedef enum crm_status crm_sink_fn(void *ctx, struct crm_sink *s,
    struct crm_item *item, struct crm_err *err);

/* Before a transaction, and in it before items [from, to) are applied: what is
 * better done for many at a time. Errors end the run. */
typedef enum crm_status crm_sink_before_fn(void *ctx, struct crm_sink *s,
    struct crm_err *err);
typedef enum crm_status crm_sink_prepare_fn(void *ctx, struct crm_sink *s,
    size_t from, size_t to, struct crm_err *err);

struct crm_sink_spec {
	crm_sink_fn *apply;
	crm_sink_before_fn *before;	/* may be NULL */
	crm_sink_prepare_fn *prepare;	/* may be NULL */
	void *ctx;
	bool refs;		/* lines that do not start with '{' are references */
	bool forward;		/* references by key may come before their target */
	bool loose;		/* a line need not have a type (crm-edit) */
	bool whole;		/* an item is several changes: all of them or none */
	/* Does items[to] have to be in another transaction than those from
	 * `from` on, though of one source? May be NULL. */
	bool (*apart)(void *ctx, const struct crm_sink *s, size_t from,
	    size_t to);
	bool by_hand;		/* what is written once stays */
	bool ahead;		/* worth reading the next batch while one is stored */
	int64_t batch;		/* records a transaction; 0: 50,000 */
	const char *cause;	/* what hooks hear; NULL: by the program's name */
};

/* Who has which name, for references that say no more (sink_names.c). */
struct crm_names {
	struct crm_name_slot *slot;
	size_t n, cap;
	bool wanted, ready;
	bool open;		/* the last one asked for may still come */
	struct crm_buf fields;	/* of the record at hand that wait for some */
	struct crm_spool late;	/* ids and such fields */
	uint64_t none, several;	/* references that met no one record */
};

struct crm_sink {
	struct crm_cli *cli;
	struct crm_session ses;
	struct crm_sink_spec spec;
	const struct crm_type *type;	/* -t */
	struct crm_out *out;
	struct crm_txn *t;	/* while applying */
	struct crm_str now;	/* its time, RFC 3339 */
	struct crm_str actor;
	bool mute;		/* no echo for now */
	bool create_missing;	/* a key that finds nothing makes a stub */
	struct crm_suppress suppress;	/* who was */
	uint64_t returned;	/* new records of such */

	/* Its own. */
	struct crm_reader reader;
	struct crm_shapes shapes;
	struct crm_ahead *ahead;	/* once it reads ahead */
	struct crm_item *items;
	size_t n, cap, from;		/* from: of the transaction */
	size_t most;			/* see crm_sink_most */
	uint64_t bytes, named, txn, rev;
	struct crm_arena mem;		/* of the batch; apply may use it */
	struct crm_arena names;		/* of the run: sources */
	bool late_off;
	struct crm_spool late, echo, spool;
	struct crm_hooks hooks;
	struct crm_ulid_gen ids;
	struct crm_batch *rows;
	struct crm_record work;
	struct crm_map refs;		/* "key" -> id, of this transaction */
	struct crm_map watch;		/* ids pointed to but not there yet */
	struct crm_names names_by;
	struct crm_buf tmp, stamp;
	struct crm_fieldmap map;
	struct crm_keyset keys;
	struct crm_err *bad;		/* rejects of the batch … */
	struct crm_str *bad_text;	/* … and their lines */
	size_t nbad, capbad;
	const struct crm_shape *plain_shape;	/* see sink_apply.c */
	const struct crm_type *plain_type;
	int64_t batch_now;
	bool one;			/* all in one transaction: --atomic, --expect */
	bool stop, broken;
	struct crm_buf made;		/* the id of the record last inserted */
};

/* Opens the store and the output. False after a reported failure; end in any
 * case. */
bool crm_sink_begin(struct crm_sink *s, struct crm_cli *cli,
    const struct crm_sink_spec *spec) CRM_MUST;
/* Reads files (none: stdin) and applies what they hold. */
void crm_sink_files(struct crm_sink *s, const char *const *files, size_t n);
/* Applies references given as operands (crm-edit, crm-rm, crm-convert), or,
 * where n is 0, one item without content (crm-add with assignments). */
void crm_sink_operands(struct crm_sink *s, const char *const *refs, size_t n);
/* Applies what cli->args name, or with none, or "-" alone, what stdin's lines
 * do. */
void crm_sink_named(struct crm_sink *s);
/* Applies n items without content: apply knows what they are. `last`: the
 * run's last ones (with --atomic and --expect, all of them at once). */
void crm_sink_blank(struct crm_sink *s, size_t n, bool last);
/* Reports what is still open (references to ids that never came). */
void crm_sink_end(struct crm_sink *s);

/* May it be deleted by hand? INVALID ("sink.kept") for entries of a ledger:
 * records with fields that are written once (x-crm-append). */
enum crm_status crm_sink_may_go(const struct crm_rec *r, struct crm_err *err)
    CRM_MUST;

/* -- inside apply ---------------------------------------------------------- */

/* The record a reference names, among types (n 0: all, or -t's): an id, its
 * unique ending, a key. NOTFOUND, or INVALID where it names several. Borrowed
 * until the next look-up. */
enum crm_status crm_sink_lookup(struct crm_sink *s, struct crm_str ref,
    const struct crm_type *const *types, size_t n, const struct crm_rec **out,
    struct crm_err *err) CRM_MUST;
/* Stores a new record: id, created and updated are made where missing,
 * references by key resolved, history of stages kept. EXISTS names who has the
 * key. */
enum crm_status crm_sink_insert(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *rec, struct crm_err *err) CRM_MUST;
/* Replaces a record by itself with changes; if_rev 0: whatever it is now.
 * What is stored or was there unchanged is echoed. */
enum crm_status crm_sink_change(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *old, const struct crm_change_set *c, uint64_t if_rev,
    struct crm_err *err) CRM_MUST;
/* Stores a new record from JSON text, like crm_sink_insert; item may be NULL
 * (no source line), id (may be NULL) gets its id appended. */
enum crm_status crm_sink_add_line(struct crm_sink *s, struct crm_item *item,
    struct crm_str line, struct crm_buf *id, struct crm_err *err) CRM_MUST;
/* Makes item->rec of a record with changes (assignments): as if it had been a
 * line of input. It lasts until the next one is made. */
enum crm_status crm_sink_parse(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *rec, const struct crm_change_set *c,
    struct crm_err *err) CRM_MUST;
/* Deletes. */
enum crm_status crm_sink_remove(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *old, uint64_t if_rev, struct crm_err *err) CRM_MUST;
/* Any other change: a refused op is a data error that names `what`. `json` is
 * what hooks hear of it. */
enum crm_status crm_sink_op(struct crm_sink *s, const struct crm_op *op,
    struct crm_str what, struct crm_str json, struct crm_result *res,
    struct crm_err *err) CRM_MUST;
/* Stores op->rec exactly as it is (history comes back, other stores' records):
 * INSERT, REPLACE, RESTORE or UNMERGE; counted and echoed. item may be NULL. */
enum crm_status crm_sink_become(struct crm_sink *s, struct crm_item *item,
    const struct crm_op *op, struct crm_err *err) CRM_MUST;
/* DELETE or MERGE of a live record, counted and echoed; `into` is the
 * survivor's id. */
enum crm_status crm_sink_leave(struct crm_sink *s, const struct crm_op *op,
    const struct crm_rec *old, struct crm_str into, struct crm_err *err)
    CRM_MUST;
/* A line for the echo, after the commit. op: "added" … for -v, or NULL. */
enum crm_status crm_sink_echo(struct crm_sink *s, struct crm_str json,
    const char *op, struct crm_err *err) CRM_MUST;

#endif
