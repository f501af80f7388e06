/* What undoing merges needs beside the general undo: records that were changed
 * since, merged again since, or share values with others that are still merged.
 * Values are told apart by who set them last: a person's edits stay, what a
 * loser brought goes with it, unless another record that is still merged brought
 * it, too. */
#ifndef CRM_UNMERGE_H
#define CRM_UNMERGE_H

#include "cli/undo_impl.h"

struct crm_unmerge;

/* Reads what there is to know of u's plan, and adds records to it that hold
 * values of the losers by later merges. *out NULL where nothing was merged. Not
 * inside a transaction. */
enum crm_status crm_unmerge_new(struct crm_undo *u, struct crm_store *s,
    struct crm_unmerge **out, struct crm_err *err) CRM_MUST;
void crm_unmerge_free(struct crm_unmerge *m);
/* Decides on one entry from its three states: sets kind, verdict, into, and
 * keeps the image it becomes. */
enum crm_status crm_unmerge_judge(struct crm_unmerge *m,
    struct crm_undo_entry *e, const struct crm_rec *before,
    const struct crm_rec *after, const struct crm_rec *now,
    struct crm_err *err) CRM_MUST;

#endif
