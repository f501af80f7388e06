/* Order by fields: keys and a number for each record are kept, never the
 * records; with a limit only as many as it lets through. */
#ifndef CRM_SORTER_H
#define CRM_SORTER_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/query.h"

struct crm_sorted {
	size_t key, len;	/* in `keys` */
	uint64_t no;		/* what the caller finds the record by */
};

struct crm_sorter {		/* zeroed: by rank alone */
	struct crm_path **path;
	bool *down;
	size_t n;
	uint64_t limit;		/* 0: none */
	struct crm_sorted *row;
	size_t nrows, cap;
	struct crm_buf keys;
};

/* Reads "FIELD,-FIELD" ('-': downwards) for records of a type (NULL: any). */
enum crm_status crm_sorter_init(struct crm_sorter *s,
    const struct crm_query_ctx *c, const struct crm_type *t, const char *spec,
    uint64_t limit, struct crm_err *err) CRM_MUST;
/* Notes a record. Without fields, by rank, best first. Records that lack a
 * field come last both ways; equal ones stay in the order of no. */
void crm_sorter_add(struct crm_sorter *s, const struct crm_rec *r,
    const struct crm_query_env *env, uint32_t rank, uint64_t no);
/* Puts the rows in order and cuts them to the limit. */
void crm_sorter_sort(struct crm_sorter *s);
void crm_sorter_release(struct crm_sorter *s);

#endif
