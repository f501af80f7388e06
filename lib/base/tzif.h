/* A zone's data: what zone.c looks up, tzif.c reads and tzrule.c computes.
 * Private to lib/base. */
#ifndef CRM_TZIF_H
#define CRM_TZIF_H

#include "base/base.h"

/* A yearly change: the day and the second within it, by the clock that goes
 * until then. */
struct crm_tzchange {
	enum { CRM_TZ_JULIAN, CRM_TZ_DAY, CRM_TZ_WEEKDAY } kind;
	int month, week, day;	/* WEEKDAY: Mm.w.d; else day counts in the year */
	int32_t second;
};

/* A POSIX TZ text: what holds after the last listed change. */
struct crm_tzrule {
	bool set, dst;		/* there is one; it has summer time */
	int32_t std_offset, dst_offset;	/* seconds east */
	struct crm_tzchange start, end;	/* of summer time */
};

struct crm_zone {
	char name[64];
	size_t n;		/* changes */
	int64_t *at;		/* seconds since 1970, ascending */
	uint8_t *type;		/* the offset from then on */
	int32_t offset[256];	/* seconds east; [0] before the first change */
	struct crm_tzrule rule;
};

/* Fills z (zeroed) from the bytes of a TZif file, version 1 or later, without
 * leap seconds (RFC 8536). False where it is damaged; z->at and z->type are
 * the caller's to free. */
bool crm_tzif_parse(struct crm_zone *z, struct crm_str bytes);
/* "EET-2EEST,M3.5.0/3,M10.5.0/4" (POSIX.1 8.3 with the hours of RFC 8536
 * 3.3.1). */
bool crm_tzrule_parse(struct crm_tzrule *r, struct crm_str s);
/* Seconds east at a time in seconds since 1970. */
int32_t crm_tzrule_offset(const struct crm_tzrule *r, int64_t second);

#endif
