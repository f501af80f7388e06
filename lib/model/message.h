/* Records as messages to other services: Google Analytics' Measurement
 * Protocol, Slack and Teams payloads, Hootsuite and Buffer bulk files, mails.
 * Each keeps its service's limits; what does not fit is an error, not cut. */
#ifndef CRM_MESSAGE_H
#define CRM_MESSAGE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/zone.h"

struct crm_message_state {
	uint64_t written;
	const struct crm_zone *zone;	/* of the times in bulk files */
};

struct crm_message {
	const char *name;	/* as -p names it */
	/* Appends one record. INVALID: it does not fit. */
	enum crm_status (*write)(struct crm_message_state *s,
	    struct crm_str line, struct crm_buf *out, struct crm_err *err);
};

/* By name, NULL for none. */
const struct crm_message *crm_message_find(struct crm_str name);
/* The i-th, NULL behind the last: for lists. */
const struct crm_message *crm_message_at(size_t i);

/* An invoice as UBL 2.1 (OASIS), appended; INVALID for what it has to have. */
enum crm_status crm_ubl_write(struct crm_message_state *s,
    struct crm_str line, struct crm_buf *out, struct crm_err *err) CRM_MUST;
/* And back: one Invoice or CreditNote document as a record line without its
 * closing brace. */
enum crm_status crm_ubl_read(struct crm_str xml, struct crm_buf *line,
    struct crm_err *err) CRM_MUST;

#endif
