/* crm-export: records to files of other systems, messages and letters. The
 * jobs live in lib/cli/export*.c, the formats in lib/model and lib/format. */
#include "cli/export.h"

int
main(int argc, char **argv)
{
	struct crm_export_job j = { 0 };
	const struct crm_opt opts[] = {
		{ 'p', "profile", CRM_OPT_TEXT, "PROFILE", &j.profile,
		    N_("write the files of this system"),
		    .complete = "profile" },
		{ 0, "template", CRM_OPT_TEXT, "FILE", &j.template_file,
		    N_("fill this template for each record"),
		    .complete = "file" },
		{ 0, "spreadsheet", CRM_OPT_FLAG, NULL, &j.spreadsheet,
		    N_("for spreadsheets: formulas defused, BOM, CRLF") },
		{ 0, "subject", CRM_OPT_TEXT, "REF", &j.subject,
		    N_("everything the store holds of this person"),
		    .complete = "ref" },
		{ 0, "redact", CRM_OPT_FLAG, NULL, &j.redact,
		    N_("mask what is personal") },
		{ 0, "pseudonymize", CRM_OPT_FLAG, NULL, &j.pseudonymize,
		    N_("replace what is personal by pseudonyms") },
		{ 0, "no-consent-check", CRM_OPT_FLAG, NULL, &j.no_consent,
		    N_("also those who may not be contacted") },
		{ 0 }
	};
	static const char *const examples[] = {
		"crm-find contact | crm-export -F csv -f id,name,emails",
		"crm-find deal is:open | crm-export -p salesforce -o Deals.csv",
		"crm-find contact @vip | crm-export -F vcard -o vip.vcf",
		NULL
	};
	const struct crm_prog prog = { "crm-export", CRM_FILTER, "[FILE...]",
	    N_("write records as files of other systems"), examples, opts,
	    .formats = crm_export_formats };
	struct crm_cli cli;
	j.cli = &cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		crm_export_run(&j);
	return crm_cli_end(&cli);
}
