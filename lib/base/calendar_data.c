#include "base/calendar_data.h"

struct crm_str
crm_data_hours(void)
{
	static const char text[] =
#include "hours.inc"
	;
	return (struct crm_str){ text, sizeof(text) - 1 };
}

struct crm_str
crm_data_holidays(void)
{
	static const char text[] =
#include "holidays.inc"
	;
	return (struct crm_str){ text, sizeof(text) - 1 };
}

struct crm_str
crm_data_regions(void)
{
	static const char text[] =
#include "regions.inc"
	;
	return (struct crm_str){ text, sizeof(text) - 1 };
}
