/* Pieces in the order of their bytes, however many: sorted in memory up to a
 * limit, past it in sorted temporary files that are merged while reading. The
 * limit changes no result. A zeroed one is valid and empty. */
#ifndef CRM_ORDERED_H
#define CRM_ORDERED_H

#include "base/spool.h"

enum { CRM_ORDERED_MERGE = 16 };	/* files before they are merged to one */

struct crm_ordered {
	const char *dir;	/* for the files; NULL: /tmp. Borrowed */
	size_t limit;		/* bytes in memory; 0: 32 MiB */
	/* Its own. */
	struct crm_buf text;
	struct crm_ordered_item {
		uint64_t head;	/* the first bytes, the greatest first */
		size_t at, n;
	} *item;
	size_t n, cap, next;
	struct crm_spool run[CRM_ORDERED_MERGE];
	struct crm_str top[CRM_ORDERED_MERGE];	/* p NULL: that file is read */
	size_t nruns, last;	/* last: whose piece was given, nruns: none */
	bool sorted;
};

/* Adds a piece; none after crm_ordered_begin. CRM_SYSTEM or CRM_FULL,
 * spool.write. */
enum crm_status crm_ordered_add(struct crm_ordered *r, struct crm_str piece,
    struct crm_err *err) CRM_MUST;
/* Sorts and begins reading at the first piece; may be called again. */
enum crm_status crm_ordered_begin(struct crm_ordered *r, struct crm_err *err)
    CRM_MUST;
/* The next piece, valid until the next call; NOTFOUND at the end. */
enum crm_status crm_ordered_next(struct crm_ordered *r, struct crm_str *piece,
    struct crm_err *err) CRM_MUST;
void crm_ordered_release(struct crm_ordered *r);

/* Numbers as bytes that stand in their order. */
void crm_ordered_put64(struct crm_buf *b, int64_t v);
int64_t crm_ordered_get64(const char *p);

#endif
