/* Hooks: programs of the store's owner in STORE/hooks that hear of a batch.
 * pre-commit may refuse it, post-commit hears of it once it is durable. See
 * crm-hooks(5). */
#ifndef CRM_HOOKS_H
#define CRM_HOOKS_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"
#include "store/store.h"

struct crm_hooks {	/* zeroed: none */
	struct crm_cli *cli;
	char *pre, *post;	/* paths; NULL: off */
	char *store;
	struct crm_buf buf;	/* lines not yet in the file */
	int fd;			/* of the lines of this batch; 0: none */
	uint64_t lines;
	int64_t limit;		/* seconds that a hook has; 0: all */
	struct crm_buf ended;	/* how the last one ended, empty where well */
	bool failed;		/* the file could not be written */
};

/* Looks for hooks: regular files, executable, owned by the store's owner and
 * writable by nobody else; none with --no-hooks and -n, and beside stores that
 * are no directories. -v tells why one that is there is none. Within this store's
 * own post-commit that is left out. */
void crm_hooks_find(struct crm_hooks *h, struct crm_cli *cli,
    struct crm_store *store);
bool crm_hooks_any(const struct crm_hooks *h);
/* May this process write to the store at `path`? SYSTEM hook.write within the
 * store's own pre-commit hook, which would wait for itself. */
enum crm_status crm_hooks_may_write(const char *path, struct crm_err *err)
    CRM_MUST;
/* One change of the batch: the record's line as stored, and what was done to
 * it ("add", "edit", "rm" ...), which the hook reads as _op. */
void crm_hooks_note(struct crm_hooks *h, struct crm_str json, const char *op);
/* Runs pre-commit. INVALID hook.veto when it refuses or has not ended in time; SYSTEM hook.run when it
 * cannot be run: a check that does not happen must not pass. */
enum crm_status crm_hooks_ask(struct crm_hooks *h, const char *cause,
    uint64_t rev, struct crm_err *err) CRM_MUST;
/* Runs post-commit; its failure is a warning. */
void crm_hooks_tell(struct crm_hooks *h, const char *cause, uint64_t rev);
/* Forgets the batch. */
void crm_hooks_clear(struct crm_hooks *h);
void crm_hooks_release(struct crm_hooks *h);

#endif
