/* What the parts of the un-merge share: the plan (unmerge.c), values by
 * provenance (unmerge_value.c), references (unmerge_ref.c). */
#ifndef CRM_UNMERGE_IMPL_H
#define CRM_UNMERGE_IMPL_H

#include "cli/unmerge.h"
#include "base/map.h"
#include "format/json.h"
#include "model/refs.h"

enum { HOPS = 1 << 20, DEPTH = 5000 };

struct crm_um_rec {		/* a merged record, or one that holds others */
	uint64_t no, into;
	struct crm_str id, line;
	const struct crm_type *type;
};

struct crm_um_version {
	struct crm_str line;
	uint64_t rev;
	bool own;		/* not made by a merge, nor by undoing one */
	bool undo;
};

struct crm_um_versions {	/* the newest first */
	struct crm_um_version *v;
	size_t n, cap;
};

struct crm_um_holder {
	uint64_t no;
	size_t depth;		/* merges between it and a live record */
	bool entry;		/* the transaction touched it itself */
	uint64_t first, last;	/* its changes there */
	struct crm_str before, after, now, result;
	struct crm_um_versions versions;
	const struct crm_str *other;	/* lines of records that stay in it */
	size_t nothers;
	const struct crm_str *leaving;	/* lines of those that leave it */
	size_t nleaving;
	struct crm_buf undecided;	/* fields, separated by commas */
};

struct crm_unmerge {
	struct crm_undo *u;
	struct crm_store *s;
	struct crm_um_rec *loser;	/* that come back; by number */
	size_t nlosers, caplosers;
	struct crm_um_rec *merged;	/* all merged records; by number */
	size_t nmerged, capmerged;
	struct crm_um_rec **child;	/* the same by `into` */
	struct crm_um_holder *holder;
	size_t nholders, capholders;
	struct crm_map holders;	/* number -> place in holder */
	struct crm_map scanned;	/* types whose merged records are known */
	struct crm_map live, final;	/* id -> id, kept */
	struct crm_batch *row;
	struct crm_arena mem;
};

/* The loser of this number, NULL where it is none. */
const struct crm_um_rec *crm_um_loser(const struct crm_unmerge *m,
    uint64_t no);

/* Learns of the merged records of this one's type; places in m->merged and
 * m->child change. */
enum crm_status crm_um_type(struct crm_unmerge *m, uint64_t no,
    struct crm_err *err) CRM_MUST;
/* The first place in m->child of those merged into `no`. */
size_t crm_um_children(const struct crm_unmerge *m, uint64_t no);
/* All images of a record; forget releases them. */
enum crm_status crm_um_history(struct crm_unmerge *m, uint64_t no,
    struct crm_um_versions *out, struct crm_err *err) CRM_MUST;
void crm_um_forget(struct crm_um_versions *v);

/* unmerge_value.c: what a holder becomes, in h->result. */
enum crm_status crm_um_decide(struct crm_unmerge *m, struct crm_um_holder *h,
    struct crm_err *err) CRM_MUST;
/* The record `line` with changes, in canonical form; `updated` of `like` where
 * nothing else differs from it. */
enum crm_status crm_um_apply(struct crm_unmerge *m, struct crm_str line,
    const struct crm_change_set *c, struct crm_str like, struct crm_str *out,
    struct crm_err *err) CRM_MUST;

/* unmerge_ref.c: references, as they are after the undo. */
/* The record with its references as people made them, led on by what is still
 * merged after the undo; `like` (may be "") where it is the same. */
enum crm_status crm_um_refs(struct crm_unmerge *m, const struct crm_rec *n,
    struct crm_str like, struct crm_str *out, struct crm_err *err) CRM_MUST;
/* Do two images differ in nothing but where merges led their references? */
bool crm_um_same_but_refs(struct crm_unmerge *m, const struct crm_rec *a,
    const struct crm_rec *n);

#endif
