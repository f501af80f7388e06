/* The journal's two kinds of values: what a record was before a change, and
 * the commit itself. Pure encoding; lib/store/README.md, "Journal". */
#ifndef CRM_JOURNAL_H
#define CRM_JOURNAL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/mem.h"

enum { CRM_TYPES = 512 };	/* type numbers are below */

/* What a change is called in the feed; the numbers are stored. */
enum crm_opname {
	CRM_OPN_ADD, CRM_OPN_EDIT, CRM_OPN_RM, CRM_OPN_MERGE, CRM_OPN_UNMERGE,
	CRM_OPN_UNDO, CRM_OPN_RESTORE, CRM_OPN_ERASE, CRM_OPN_N
};
const char *crm_opname_text(unsigned op);
/* By name; fallback where name is NULL or unknown. */
unsigned crm_opname_find(const char *name, unsigned fallback);

struct crm_entry {
	enum crm_entry_kind {
		CRM_ENTRY_IMAGE = 'E',	/* the whole value before */
		CRM_ENTRY_HEAD = 'D',	/* the text stayed; header before */
		CRM_ENTRY_ERASED = 'X'	/* was erased for good */
	} kind;
	unsigned op;	/* enum crm_opname */
	uint64_t line;	/* of the source, 0 unknown */
	struct crm_str image;	/* IMAGE */
	bool first;		/* HEAD: as in struct crm_val */
	uint8_t state;
	uint64_t rev, into;
};
/* Appends the entry that lies under (rev, no). */
void crm_entry_encode(struct crm_buf *out, uint64_t rev, uint64_t no,
    const struct crm_entry *e);
/* False for a wrong checksum or form. image borrows from p. */
bool crm_entry_decode(uint64_t rev, uint64_t no, struct crm_str p,
    struct crm_entry *e) CRM_MUST;

/* Records inserted one after another, lines of the source likewise. */
struct crm_run {
	uint16_t type;
	uint8_t op;
	uint64_t first, n;	/* sequences */
	uint64_t line;		/* of the first, 0: none has one */
};
struct crm_runs {
	struct crm_run *v;
	size_t n, cap;
};
void crm_runs_add(struct crm_runs *r, unsigned type, uint64_t seq,
    unsigned op, uint64_t line);

struct crm_counts {
	uint64_t live[CRM_TYPES];	/* records */
	uint64_t next[CRM_TYPES];	/* sequence that comes next */
};

struct crm_commit_rec {
	int64_t at;
	uint64_t txn, changes;
	uint64_t entries;	/* of the journal, all in all */
	bool last;
	uint8_t uuid[16];
	struct crm_str actor, program, why, source;
	struct crm_runs runs;
	struct crm_counts *counts;	/* decode fills it where not NULL */
};
void crm_commit_encode(struct crm_buf *out, uint64_t rev,
    const struct crm_commit_rec *c);
/* Strings borrow from p, runs are allocated (crm_commit_release) unless
 * `runs` is false. */
bool crm_commit_decode(uint64_t rev, struct crm_str p, bool runs,
    struct crm_commit_rec *c) CRM_MUST;
void crm_commit_release(struct crm_commit_rec *c);

/* Big-endian numbers of keys. */
static inline void
crm_be16_put(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static inline void
crm_be64_put(uint8_t *p, uint64_t v)
{
	v = __builtin_bswap64(v);
	memcpy(p, &v, 8);
}

static inline uint64_t
crm_be64_get(const void *p)
{
	uint64_t v;
	memcpy(&v, p, 8);
	return __builtin_bswap64(v);
}

#endif
