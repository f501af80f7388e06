/* Dates and times of calendar files, in zones of the tz database or in those
 * that the file itself defines (VTIMEZONE, RFC 5545 3.6.5). */
#ifndef CRM_ICAL_TIME_H
#define CRM_ICAL_TIME_H

#include "base/zone.h"
#include "format/contentline.h"

struct crm_ical_zones {
	const struct crm_zone *floating;	/* of times without a zone */
	struct crm_str definitions;	/* VTIMEZONE components, one after another */
};

/* 20240603, 20240603T070000[Z], with the line's TZID: the tz database's zone
 * of that name (also behind a vendor's path, "/x.org/2005/Europe/Athens"), else
 * the definition's. day: only a date. False for other texts. */
bool crm_ical_stamp(const struct crm_cline *l, struct crm_str value,
    const struct crm_ical_zones *z, int64_t *t, bool *day);
/* Appends those of the definitions whose names stand in the text. */
void crm_ical_zones_used(struct crm_str definitions, struct crm_str text,
    struct crm_buf *out);
/* The tz database's zone that a TZID means; NULL: none. */
const struct crm_zone *crm_ical_zone(struct crm_str tzid);

#endif
