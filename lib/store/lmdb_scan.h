/* Looking at records one after another: by one thread, or by several at once
 * where few are wanted. A lane is what one thread looks at and found; the
 * cursor puts lanes together in the order of numbers. */
#ifndef CRM_LMDB_SCAN_H
#define CRM_LMDB_SCAN_H

#include "base/crew.h"
#include "store/lmdb_int.h"

struct crm_lane {
	struct crm_store *s;	/* the store, or a twin */
	MDB_txn *t;
	const struct crm_select *q;
	struct crm_query *where;	/* the lane's own */
	const struct crm_query_env *env;
	uint64_t rev;
	struct crm_batch *out;	/* NULL: only count */
	uint64_t next, to;	/* numbers: from next up to to, inclusive */
	int64_t until;		/* by crm_db_now_ms; 0: whatever it takes */
	uint64_t limit;		/* of matches; 0: none */
	struct crm_buf join;

	/* What came of it. */
	uint64_t read, matched;
	size_t bytes;
	bool full;		/* it stopped before the end, next tells where */
	enum crm_status st;
	struct crm_err err;
};

int64_t crm_db_now_ms(void);
/* Nothing read nor found yet. */
void crm_lane_clear(struct crm_lane *l);
/* Looks at one record; sets full when it is time to let go. */
enum crm_status crm_lane_look(struct crm_lane *l, uint64_t no,
    struct crm_str val, struct crm_err *err) CRM_MUST;
/* Looks at the records from next to to. Without full, next is then the first
 * number behind them that there is (UINT64_MAX: none). */
enum crm_status crm_lane_scan(struct crm_lane *l, struct crm_err *err)
    CRM_MUST;

/* Lanes that run side by side, the first in the caller's thread. */
struct crm_lanes;
/* One more lane for each query (all of them parses of the first one's). */
struct crm_lanes *crm_lanes_new(struct crm_store *s,
    struct crm_query *const *where, size_t n);
void crm_lanes_free(struct crm_lanes *l);
/* Inside a section: looks at the next stretches behind first->next, no further
 * than first->to, adds their rows to first and moves it on. */
enum crm_status crm_lanes_scan(struct crm_lanes *l, struct crm_lane *first,
    struct crm_err *err) CRM_MUST;

#endif
