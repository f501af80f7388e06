/* Calendar entries (RFC 5545): VEVENT and VTODO to activities and back. */
#ifndef CRM_ICAL_H
#define CRM_ICAL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/ical_time.h"

/* One component as an activity's record line without raw: VEVENT a meeting,
 * VTODO a task. A repeated one keeps its rule in `recurrence`, the zone of its
 * hour in `timezone` and EXDATE in `recurrence_except`; a RECURRENCE-ID becomes
 * part of ext.ical. */
enum crm_status crm_ical_read(struct crm_str component,
    const struct crm_ical_zones *z, struct crm_buf *line, struct crm_err *err)
    CRM_MUST;
/* Appends a record as a component: activities with a time, contacts with a
 * birthday (a yearly event), contracts and deals with their date. only: the
 * lines of one field. INVALID for other records. now is DTSTAMP where the
 * record has no `updated`. */
enum crm_status crm_ical_write(struct crm_str line, int64_t now,
    const char *only, struct crm_buf *out, struct crm_err *err) CRM_MUST;
/* Appends the zone of a record's series, where `had` has no such yet. */
void crm_ical_before(struct crm_str line, struct crm_str had,
    struct crm_buf *out);
const char *crm_ical_field(struct crm_str property);

#endif
