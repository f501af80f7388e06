/* VTIMEZONE components (RFC 5545 3.6.5) out of the system's tz database. */
#ifndef CRM_ICAL_ZONE_H
#define CRM_ICAL_ZONE_H

#include "base/buf.h"
#include "base/zone.h"

/* Appends the definition of a zone for times from `at` on: its two yearly
 * rules, or, where they are not of every year, its changes of ten years. */
void crm_ical_zone_write(const struct crm_zone *z, int64_t at,
    struct crm_buf *out);

#endif
