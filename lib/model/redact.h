/* Records without the people in them: personal fields masked, or replaced by
 * pseudonyms that are the same wherever the same value stands. Which fields are
 * personal is the schema's word (x-crm-personal); fields that no schema knows
 * are left out, as nobody can tell. */
#ifndef CRM_REDACT_H
#define CRM_REDACT_H

#include "model/record.h"

enum crm_redact { CRM_REDACT_MASK, CRM_REDACT_PSEUDONYM };

/* Appends the record line. key: secret of the pseudonyms (SipHash); whoever
 * has it can recompute them, nobody can read them back. */
void crm_redact(const struct crm_rec *rec, enum crm_redact how,
    const uint8_t key[16], struct crm_buf *out);

#endif
