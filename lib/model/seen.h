/* Names for rows, cards and mails that bring no id of their own: what they say
 * and how often it came before, so that a second import of the same file finds
 * every one of them again (ext.import). */
#ifndef CRM_SEEN_H
#define CRM_SEEN_H

#include "base/base.h"

struct crm_seen {		/* zeroed is empty */
	uint64_t *t;		/* hash, count, hash, count … */
	size_t n, cap;
};

enum { CRM_IMPORT_NAME = 48 };

/* "0a1b2c3d4e5f6071", the second one of that text "0a1b2c3d4e5f6071-2". */
void crm_import_name(struct crm_seen *s, struct crm_str text,
    char out[CRM_IMPORT_NAME]);
void crm_seen_release(struct crm_seen *s);

#endif
