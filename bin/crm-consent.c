/* crm-consent: passes only those who may be contacted. */
#include "cli/consent.h"

int
main(int argc, char **argv)
{
	struct crm_consent_job j = { 0 };
	const struct crm_opt opts[] = {
		{ 0, "purpose", CRM_OPT_TEXT, "P", &j.purpose,
		    N_("what for: a consent's purpose") },
		{ 0, "channel", CRM_OPT_TEXT, "C", &j.channel,
		    N_("by which way: email, phone, sms, post ...") },
		{ 0, "at", CRM_OPT_TEXT, "TIME", &j.at,
		    N_("when; now without it") },
		{ 0, "why", CRM_OPT_FLAG, NULL, &j.why,
		    N_("say on stderr why somebody is left out") },
		{ 0, "rules", CRM_OPT_TEXT, "FILE", &j.rules,
		    N_("rules: gdpr, ccpa, lgpd or a file"),
		    .complete = "file" },
		{ 0 }
	};
	const char *const examples[] = {
		"crm-find contact @vip | crm-consent --purpose news --channel email",
		"crm-consent -a --purpose sales --channel phone --why -F ids",
		"crm-view -F jsonl email:x@y.example | crm-consent -q --purpose sales --channel sms",
		NULL };
	const struct crm_prog prog = { "crm-consent", CRM_FILTER, "[FILE...]",
		N_("pass only those who may be contacted"), examples, opts };
	struct crm_cli cli;
	j.cli = &cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		crm_consent_run(&j);
	return crm_cli_end(&cli);
}
