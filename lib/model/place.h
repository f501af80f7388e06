/* Where a person is, and the hours in which somebody there is at work. */
#ifndef CRM_PLACE_H
#define CRM_PLACE_H

#include "base/calendar.h"
#include "model/query.h"

/* The office hours of a record: zone from its time zone, else from its country
 * and region or city, else from its phone's prefix, else (env may be NULL) from
 * its account; hours of the country, or its own preferred hours. False where
 * none of these tells; out borrows the calendar. */
bool crm_place_office(const struct crm_rec *r, const struct crm_query_env *env,
    const struct crm_calendar *c, struct crm_office *out);

/* The country alone, as two letters, by the same rules: where it has several
 * zones, nothing may tell which. */
bool crm_place_country(const struct crm_rec *r,
    const struct crm_query_env *env, char code[3]);

#endif
