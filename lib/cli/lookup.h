/* References in words, looked up in an open store for reading (sinks look up
 * inside their transaction). See crm-ref(7). */
#ifndef CRM_LOOKUP_H
#define CRM_LOOKUP_H

#include "base/base.h"
#include "base/err.h"
#include "cli/session.h"

/* The live record that ref names at the session's revision: an id (old ids of
 * merged records resolve), a unique ending of one, or a key; `type` (may be
 * NULL) narrows. A converted lead answers with its contact. *out is borrowed
 * from rows. NOTFOUND ref.none; INVALID ref.several with the ids it meets. */
enum crm_status crm_session_lookup(struct crm_session *s, struct crm_str ref,
    const struct crm_type *type, struct crm_batch *rows,
    const struct crm_rec **out, struct crm_err *err) CRM_MUST;

#endif
