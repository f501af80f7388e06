/* Assignments among the operands: found, their files read. */
#ifndef CRM_ASSIGNS_H
#define CRM_ASSIGNS_H

#include "base/base.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "model/assign.h"

struct crm_assigns {	/* zeroed is valid and empty */
	struct crm_assign *a;
	size_t n, cap;
	struct crm_arena mem;
};

/* Takes the assignments out of cli->args (what stays are references, files or
 * a type) and reads FIELD@=FILE ("-": stdin; at most 1 MiB); attach@=FILE is
 * crm_attach_files' affair, once the store is open. False after a reported
 * failure. */
bool crm_assigns_take(struct crm_assigns *as, struct crm_cli *cli) CRM_MUST;
void crm_assigns_release(struct crm_assigns *as);

#endif
