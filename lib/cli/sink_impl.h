/* What the parts of the sink share: reading (sink.c), batches (sink_batch.c),
 * records (sink_apply.c), references (sink_refs.c). */
#ifndef CRM_SINK_IMPL_H
#define CRM_SINK_IMPL_H

#include "cli/sink.h"

/* Opens the transaction. */
enum crm_status crm_sink_txn(struct crm_sink *s, struct crm_str source,
    bool last, struct crm_err *err) CRM_MUST;
/* Applies gathered items; the transaction is open. */
enum crm_status crm_sink_apply_items(struct crm_sink *s, size_t from,
    size_t to, struct crm_err *err) CRM_MUST;
/* Applies and commits what was gathered, reports rejects, forgets it. */
void crm_sink_flush(struct crm_sink *s, bool last);
/* Ends the one transaction of --atomic: stored whole, or not at all. */
void crm_sink_end_one(struct crm_sink *s, enum crm_status st,
    struct crm_err *err);
void crm_sink_forget(struct crm_sink *s);
void crm_sink_fail(struct crm_sink *s, const struct crm_err *err);
/* References by key in r's fields become ids: what is to be changed goes into
 * c. */
enum crm_status crm_sink_refs(struct crm_sink *s, const struct crm_rec *r,
    struct crm_change_set *c, struct crm_err *err) CRM_MUST;
/* Some id that r points to is not in the store yet: remember them all. */
void crm_sink_watch(struct crm_sink *s, const struct crm_item *item,
    const struct crm_rec *r);
/* Reports those whose records never came: exit 3, the records stay. */
void crm_sink_open_refs(struct crm_sink *s);

/* Keeps an item whose reference found nothing yet for the end of the load. */
enum crm_status crm_sink_late_keep(struct crm_sink *s,
    const struct crm_item *item, struct crm_err *err) CRM_MUST;
/* The next one kept; NOTFOUND at the end. Borrowed until the next call. */
enum crm_status crm_sink_late_next(struct crm_spool *from,
    struct crm_str *line, struct crm_str *source, uint64_t *number,
    struct crm_str *text, struct crm_err *err) CRM_MUST;

#endif
