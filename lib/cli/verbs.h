/* The verbs that crm does itself. Each parses its own options, runs and
 * answers the exit code; argv[0] is its name. */
#ifndef CRM_VERBS_H
#define CRM_VERBS_H

#include "cli/cli.h"
#include "cli/session.h"

int crm_verb_init(int argc, char **argv);
int crm_verb_status(int argc, char **argv);
int crm_verb_config(int argc, char **argv);
int crm_verb_schema(int argc, char **argv);
int crm_verb_verify(int argc, char **argv);
int crm_verb_backup(int argc, char **argv);
int crm_verb_restore(int argc, char **argv);
int crm_verb_compact(int argc, char **argv);
int crm_verb_complete(int argc, char **argv);
int crm_verb_help(int argc, char **argv);

struct crm_verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *purpose;	/* N_() */
};
/* All of them, ended by one without name. */
const struct crm_verb *crm_verbs(void);
/* Names of the programs crm-* beside this one and on PATH, once each, sorted;
 * fn gets the part behind "crm-". */
void crm_verb_programs(void (*fn)(void *ctx, const char *verb), void *ctx);

/* -- shared ------------------------------------------------------------------ */

/* "KEY=VALUE" taken apart; false where there is no key. */
bool crm_setting_split(const char *word, struct crm_str *key,
    struct crm_str *value);
/* Is this a setting, and a value it may have? USAGE says why not. */
enum crm_status crm_setting_check(struct crm_str key, struct crm_str value,
    struct crm_err *err) CRM_MUST;
/* Why a verb of this name writes. */
struct crm_why crm_verb_why(struct crm_cli *cli);
/* Stores settings, "key", "value" in turn, in one transaction. */
enum crm_status crm_setting_put(struct crm_cli *cli, struct crm_store *s,
    const struct crm_str *pair, size_t n, struct crm_err *err) CRM_MUST;
/* False, after a message, where there are operands. */
bool crm_verb_alone(struct crm_cli *cli) CRM_MUST;
/* Opens the store a verb works on; false after a reported failure. */
bool crm_verb_open(struct crm_cli *cli, bool write, struct crm_store **out)
    CRM_MUST;
/* Makes n sample records. */
enum crm_status crm_demo_fill(struct crm_cli *cli, struct crm_store *s,
    int64_t n, struct crm_err *err) CRM_MUST;

#endif
