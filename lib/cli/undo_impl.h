/* What the parts of the undo share: which records (undo_plan.c), what is done
 * to one (undo.c). */
#ifndef CRM_UNDO_IMPL_H
#define CRM_UNDO_IMPL_H

#include "cli/sink.h"

struct crm_undo_entry {
	uint64_t no;
	uint64_t first, last;	/* revisions of its first and last change */
	uint64_t base;		/* revision it had before; 0 where not live */
	uint64_t if_rev;	/* what it is now, set by crm_undo_look */
	uint64_t into;		/* MERGE */
	uint64_t place;		/* of the earlier image in the spool */
	bool was, is;		/* live before, live after */
	uint8_t verdict;	/* enum crm_undo_verdict */
	uint8_t kind;		/* enum crm_op_kind */
	bool image;		/* there is an earlier image in the spool */
	bool merged;		/* the transaction merged it into another */
	const char *undecided;	/* fields whose later changes stay; or NULL */
};
struct crm_unmerge;
enum crm_undo_verdict {
	CRM_UNDO_DO, CRM_UNDO_NOTHING, CRM_UNDO_CHANGED, CRM_UNDO_GONE
};

struct crm_undo {
	struct crm_sink *sink;
	uint64_t txn, now;	/* now: the revision that was looked at */
	int64_t at;		/* the time for `updated` */
	struct crm_unmerge *um;	/* where records were merged */
	/* In the order of work: what leaves (downwards, referrers first), what
	 * changes, what comes back (upwards). */
	struct crm_undo_entry *v;
	size_t n, cap;
	size_t leaving, changing;	/* how many leave, and change */
	size_t next;		/* for the callback */
	struct crm_spool images;	/* of the batch */
	struct crm_reader reader;
	struct crm_shapes shapes;
	struct crm_record rec;
	struct crm_buf line, id;
};

/* The transaction that `which` names: its number in u->txn. */
enum crm_status crm_undo_find(struct crm_undo *u, struct crm_store *s,
    const char *which, const char *program, struct crm_err *err) CRM_MUST;
/* Lists its records. */
enum crm_status crm_undo_plan(struct crm_undo *u, struct crm_store *s,
    struct crm_err *err) CRM_MUST;
/* Compares entries [from, to) with the present and keeps earlier images. */
enum crm_status crm_undo_look(struct crm_undo *u, struct crm_store *s,
    size_t from, size_t to, struct crm_err *err) CRM_MUST;

#endif
