/* mirror, textconv: the helper that links libgit2 takes over with the same
 * command line. */
#include "cli/history.h"
#include "cli/mirror.h"

void
crm_history_git(struct crm_history *h)
{
	struct crm_err err = { 0 };
	if (crm_mirror_exec(h->argv, &err))
		crm_cli_fail(h->cli, &err);
}
