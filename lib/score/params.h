/* Trained parameters as JSON, and back. */
#ifndef CRM_PARAMS_H
#define CRM_PARAMS_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "score/clv.h"

/* A JSON number as a double; false where val is none. */
bool crm_params_number(struct crm_str val, double *out);
/* A member that is a number; false where it is absent or something else. */
bool crm_params_member(struct crm_str object, const char *key, double *out);

/* The error for a model of another kind, by the value of its "model". */
enum crm_status crm_params_other(struct crm_str name, struct crm_err *err);

/* {"model":"clv","n":…,"r":…,…}: nine significant digits, which is what the
 * fit determines. Read: "r", "alpha", "a", "b" are needed; "p", "q", "v" may
 * be missing together; "discount" is a year's, 0.15 where missing. */
void crm_clv_write(const struct crm_clv_params *p, struct crm_buf *out);
enum crm_status crm_clv_read(struct crm_str json, struct crm_clv_params *out,
    struct crm_err *err) CRM_MUST;

#endif
