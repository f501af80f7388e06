/* The contents that a record's attachments[] name by their SHA-256. */
#ifndef CRM_ATTACHMENT_H
#define CRM_ATTACHMENT_H

#include "format/json.h"

enum { CRM_SHA256_HEX = 64 };

/* Goes through the value of `attachments` (crm_json_iter of it): the next hash
 * in lower-case hexadecimal; others are passed over. False at the end. */
bool crm_attachment_next(struct crm_json_iter *it, struct crm_str *hex);
/* The same for a whole record's line: calls put for each. */
void crm_attachments_each(struct crm_str line,
    void (*put)(void *ctx, struct crm_str hex), void *ctx);

#endif
