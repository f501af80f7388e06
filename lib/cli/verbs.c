#include "cli/verbs.h"

const struct crm_verb *
crm_verbs(void)
{
	static const struct crm_verb verbs[] = {
		{ "init", crm_verb_init, N_("make a store") },
		{ "status", crm_verb_status, N_("what the store holds") },
		{ "schema", crm_verb_schema,
		    N_("show types and fields, add own ones") },
		{ "config", crm_verb_config,
		    N_("show or change the store's settings") },
		{ "verify", crm_verb_verify, N_("look for damage") },
		{ "backup", crm_verb_backup, N_("write all of a store") },
		{ "restore", crm_verb_restore, N_("make a store of a backup") },
		{ "compact", crm_verb_compact,
		    N_("rebuild the store's file, drop old history") },
		{ "complete", crm_verb_complete,
		    N_("what a shell can offer at a word") },
		{ "help", crm_verb_help, N_("show a manual") },
		{ 0 }
	};
	return verbs;
}
