/* Pieces kept in order until they are wanted again: in memory first, past a
 * limit in an unlinked temporary file. A zeroed spool is valid and empty. */
#ifndef CRM_SPOOL_H
#define CRM_SPOOL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

struct crm_spool {
	struct crm_buf mem;	/* not yet in the file; then the read buffer */
	const char *dir;	/* for the file; NULL: /tmp. Borrowed */
	size_t limit;		/* bytes kept in memory; 0: 8 MiB */
	int fd;			/* 0: none */
	size_t pos;		/* of reading */
	uint64_t out;		/* bytes in the file */
	uint64_t pieces;
	bool reading, eof;
};

/* Appends a piece (any bytes, at most 4 GiB). CRM_SYSTEM or CRM_FULL,
 * spool.write. */
enum crm_status crm_spool_add(struct crm_spool *s, struct crm_str piece,
    struct crm_err *err) CRM_MUST;
/* Begins reading at the first piece; may be called again. */
enum crm_status crm_spool_rewind(struct crm_spool *s, struct crm_err *err)
    CRM_MUST;
/* The next piece, valid until the next call; NOTFOUND at the end. */
enum crm_status crm_spool_next(struct crm_spool *s, struct crm_str *piece,
    struct crm_err *err) CRM_MUST;
/* Where the next piece will be; crm_spool_get reads it there, in any order,
 * after the last was added (instead of rewind and next). out is replaced. */
uint64_t crm_spool_place(const struct crm_spool *s);
enum crm_status crm_spool_get(struct crm_spool *s, uint64_t place,
    struct crm_buf *out, struct crm_err *err) CRM_MUST;
void crm_spool_release(struct crm_spool *s);

/* A file for reading and writing that has no name any more, so that nothing is
 * left of it whatever happens. dir NULL: /tmp. -1 with errno. */
int crm_temp_open(const char *dir);

#endif
