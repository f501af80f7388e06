/* Naming and compressing objects for a pack, many at once, by one thread.
 * Private to the writer of packs. */
#ifndef CRM_GIT_WORK_H
#define CRM_GIT_WORK_H

#include <zlib.h>

#include "store/git_deflate.h"
#include "store/git_delta.h"
#include "store/git_pack.h"

enum { CRM_GIT_BASES = 8 };

struct crm_git_piece {	/* what becomes of an object */
	size_t end;	/* of its compressed data in `out` */
	uint64_t size;	/* of what was compressed */
	bool delta;
	struct crm_git_oid base;
};

struct crm_git_model {	/* an object that others are told by */
	unsigned like;
	struct crm_git_oid oid;
	struct crm_git_base base;
};

struct crm_git_work {	/* zeroed at first */
	struct crm_git_obj *obj;	/* in; their names out */
	size_t n;
	struct crm_buf out;
	struct crm_git_piece *piece;	/* one an object */
	bool failed;		/* one was too large */
	/* private */
	size_t cap;
	struct crm_deflate *deflate;
	z_stream z;		/* for large ones */
	bool ready;
	struct crm_buf delta;
	struct crm_git_model model[CRM_GIT_BASES];
};
/* A delta's base is an object that this or an earlier run has told. */
void crm_git_work_run(struct crm_git_work *w);
void crm_git_work_release(struct crm_git_work *w);

#endif
