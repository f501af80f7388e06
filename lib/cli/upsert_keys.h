/* Upsert in a store where records were merged. */
#ifndef CRM_UPSERT_KEYS_H
#define CRM_UPSERT_KEYS_H

#include "model/record.h"

/* A row of a record that became part of another must not take from that one
 * what leads to it from the others' rows: e-mail addresses, phone numbers and
 * ids in other systems are added to those that are there, and a key that was
 * put aside for want of room stays there. True where `key` is such a field and
 * out is what the stored record then says in it. */
bool crm_upsert_key(const struct crm_rec *old, struct crm_str key,
    struct crm_str had, struct crm_str val, struct crm_buf *out);

#endif
