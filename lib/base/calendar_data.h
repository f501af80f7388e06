/* The shipped tables of share/crm/data as texts. Private to lib/base. */
#ifndef CRM_CALENDAR_DATA_H
#define CRM_CALENDAR_DATA_H

#include "base/base.h"

struct crm_str crm_data_hours(void);
struct crm_str crm_data_holidays(void);
struct crm_str crm_data_regions(void);

#endif
