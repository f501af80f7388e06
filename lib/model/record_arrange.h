/* Inside lib/model: from members in any order to a canonical record. */
#ifndef CRM_RECORD_ARRANGE_H
#define CRM_RECORD_ARRANGE_H

#include "model/record.h"

/* Puts members (keys and values raw; values canonical where .canon says so)
 * into canonical order and makes out of them. `text` is the line they lie in
 * when that line is canonical as a whole (then it may be copied), else "".
 * Values that are not canonical are
 * replaced in m. The members must not lie in out->line. */
enum crm_status crm_record_arrange(struct crm_reader *rd,
    struct crm_json_member *m, size_t n, struct crm_str text,
    struct crm_record *out, struct crm_err *err) CRM_MUST;

#endif
