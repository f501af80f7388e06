/* vCards (RFC 2426, RFC 6350, and 2.1 on input) to contacts and accounts, and
 * back. */
#ifndef CRM_CARD_H
#define CRM_CARD_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

enum { CRM_CARD_3 = 30, CRM_CARD_4 = 40 };

/* One BEGIN:VCARD ... END:VCARD as a record line (type contact; account for
 * KIND:org; list for KIND:group) without raw. INVALID: "contentline.syntax",
 * "card.empty". */
enum crm_status crm_card_read(struct crm_str card, struct crm_buf *line,
    struct crm_err *err) CRM_MUST;
/* Appends a record as a card. only: just the lines of this field ("emails"),
 * without BEGIN and END; NULL: all. */
void crm_card_write(struct crm_str line, int version, const char *only,
    struct crm_buf *out);
/* The field of ours that a property speaks of ("EMAIL": "emails"), NULL for
 * properties we only keep. */
const char *crm_card_field(struct crm_str property);
/* 30 or 40 by the card's VERSION (2.1: 30). */
int crm_card_version(struct crm_str card);

#endif
