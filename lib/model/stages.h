/* What sinks keep by themselves: the history of a deal's stage and of a
 * ticket's or lead's status, and when it was closed or solved. */
#ifndef CRM_STAGES_H
#define CRM_STAGES_H

#include "base/base.h"
#include "model/record.h"

/* Adds to c what follows from the record `now` replacing `old` (NULL: new):
 * stages[] or statuses[] get {stage|status, at, by} when the value changed and
 * their last entry is another, stage_since follows; `closed` is set on won and
 * lost (unless given) and cleared on leaving, `solved` likewise for tickets.
 * True if anything is to be changed. `at` is RFC 3339, the transaction's time;
 * a new record that says since when (stage_since, closed, created) is believed. */
bool crm_stages_keep(const struct crm_schema *s, const struct crm_rec *old,
    const struct crm_rec *now, struct crm_str at, struct crm_str by,
    struct crm_change_set *c);
/* Does the type have such a history? */
bool crm_stages_kept(const struct crm_type *t);

#endif
