/* String similarity on bytes, at most 64 of them (longer strings are cut):
 * Latin forms are ASCII almost always. */
#ifndef CRM_MATCH_SIMILAR_H
#define CRM_MATCH_SIMILAR_H

#include "base/base.h"

/* For tables of which only the entries that were written are read: not worth
 * clearing at every call, as the compiler otherwise does. */
#define CRM_MATCH_RAW __attribute__((uninitialized))

/* Optimal string alignment distance (Damerau 1964, each part edited once), by
 * Hyyrö's bit vectors (2003). */
unsigned crm_osa(struct crm_str a, struct crm_str b);
/* Jaro-Winkler (Winkler 1990; prefix 4, scale 0.1, from 0.7) in thousandths:
 * 1000 equal, 0 nothing shared. */
unsigned crm_jaro_winkler(struct crm_str a, struct crm_str b);

#endif
