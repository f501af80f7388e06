/* Assignments among the operands: found, their files read. */
#ifndef CRM_ASSIGNS_H
#define CRM_ASSIGNS_H

#include "base/base.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/session.h"
#include "model/assign.h"

struct crm_assigns {	/* zeroed is valid and empty */
	struct crm_assign *a;
	size_t n, cap;
	struct crm_arena mem;
	const struct crm_type *doubted;
	int files;	/* the folder of attachments, held; 0: it is not */
};

/* Takes the assignments out of cli->args (what stays are references, files or
 * a type) and reads FIELD@=FILE ("-": stdin; at most 1 MiB); attach@=FILE is
 * crm_attach_files' affair, once the store is open. False after a reported
 * failure. */
bool crm_assigns_take(struct crm_assigns *as, struct crm_cli *cli) CRM_MUST;
/* Warns, once a type and program, of what looks like a slip and is stored all
 * the same: a field that no schema and no record has but whose name is near
 * one, and a stage that is none of the store's. */
void crm_assigns_doubt(struct crm_assigns *as, struct crm_session *s,
    const struct crm_type *t);
void crm_assigns_release(struct crm_assigns *as);

#endif
