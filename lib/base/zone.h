/* Time zones from the system's tz database (TZif, RFC 8536), read by our own
 * code: no process-global state. */
#ifndef CRM_ZONE_H
#define CRM_ZONE_H

#include "base/base.h"
#include "base/err.h"

struct crm_zone;

/* Loads an IANA zone ("Europe/Athens", "UTC", "+02:00"); names with "..", a
 * leading '/' or other tricks are refused. Cached for the process: never
 * freed by the caller. NOTFOUND where there is no such zone. */
enum crm_status crm_zone_get(struct crm_str name,
    const struct crm_zone **out, struct crm_err *err);
/* The system's zone (TZ, /etc/localtime), UTC where it cannot be told. */
const struct crm_zone *crm_zone_local(void);
const char *crm_zone_name(const struct crm_zone *z);
/* Seconds east of UTC at instant t (microseconds). NULL zone is UTC. */
int32_t crm_zone_offset(const struct crm_zone *z, int64_t t);
/* The instant of a local wall-clock time (microseconds since 1970 as if it
 * were UTC). In a gap the time after it, in an overlap the first. */
int64_t crm_zone_utc(const struct crm_zone *z, int64_t local);
/* First instant of a local day. */
int64_t crm_zone_midnight(const struct crm_zone *z, int32_t day);
/* The local day of an instant. */
int32_t crm_zone_day(const struct crm_zone *z, int64_t t);

#endif
