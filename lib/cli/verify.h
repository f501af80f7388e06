/* Looking for damage, and saying what there is of it: crm verify and crm-history
 * verify. Faults are lines on stdout, their number is the error. */
#ifndef CRM_VERIFY_H
#define CRM_VERIFY_H

#include "cli/cli.h"
#include "cli/out.h"
#include "store/store.h"

struct crm_verify {
	struct crm_cli *cli;
	struct crm_out *out;
	struct crm_buf line;
	uint64_t n;		/* faults so far */
};

/* Verifies the store and its attached files. What fails of itself is an error,
 * not a fault. crm_verify_end in any case. */
enum crm_status crm_verify_begin(struct crm_verify *v, struct crm_cli *cli,
    struct crm_store *s, struct crm_err *err) CRM_MUST;
/* Prints a fault; ctx is the struct crm_verify. */
void crm_verify_fault(void *ctx, const struct crm_err *e);
/* Reports st, else the number of faults, else that all is sound; releases. */
void crm_verify_end(struct crm_verify *v, enum crm_status st,
    struct crm_err *err);

#endif
