/* Arithmetic over the measures of a row: "won / (won + lost)". */
#ifndef CRM_EXPR_H
#define CRM_EXPR_H

#include "base/base.h"
#include "base/decimal.h"
#include "base/err.h"

struct crm_expr;

/* Names (letters, digits, _), decimal numbers, + - * / and brackets, at most
 * 64 deep. INVALID (expr.syntax) names the place. */
enum crm_status crm_expr_parse(struct crm_str text, struct crm_expr **out,
    struct crm_err *err) CRM_MUST;
void crm_expr_free(struct crm_expr *e);
/* The value; false where a name has none, on division by 0 and on overflow: an
 * empty figure, never 0. Divisions keep 12 digits. */
bool crm_expr_value(const struct crm_expr *e,
    bool (*get)(void *ctx, struct crm_str name, struct crm_dec *out),
    void *ctx, struct crm_dec *out);

#endif
