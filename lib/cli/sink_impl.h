/* What the parts of the sink share: batches (sink.c), records (sink_apply.c),
 * references (sink_refs.c). */
#ifndef CRM_SINK_IMPL_H
#define CRM_SINK_IMPL_H

#include "cli/sink.h"

/* References by key in r's fields become ids: what is to be changed goes into
 * c. */
enum crm_status crm_sink_refs(struct crm_sink *s, const struct crm_rec *r,
    struct crm_change_set *c, struct crm_err *err) CRM_MUST;
/* Some id that r points to is not in the store yet: remember them all. */
void crm_sink_watch(struct crm_sink *s, const struct crm_item *item,
    const struct crm_rec *r);
/* Reports those whose records never came: exit 3, the records stay. */
void crm_sink_open_refs(struct crm_sink *s);

#endif
