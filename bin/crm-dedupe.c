/* Finds duplicates: pairs, clusters, merge plan, each with its reasons. */
#include "cli/dedupe.h"

int
main(int argc, char **argv)
{
	struct crm_dedupe_opts o = { .mode = CRM_DEDUPE_PLAN,
		.threshold = -1, .review = -1 };
	const struct crm_opt opts[] = {
		{ 0, "pairs", CRM_OPT_SET, NULL, &o.mode,
		    N_("print pairs with their probability and reasons"),
		    .value = CRM_DEDUPE_PAIRS },
		{ 0, "clusters", CRM_OPT_SET, NULL, &o.mode,
		    N_("print groups of records that are the same"),
		    .value = CRM_DEDUPE_CLUSTERS },
		{ 0, "plan", CRM_OPT_SET, NULL, &o.mode,
		    N_("print a merge plan for crm-merge (the default)"),
		    .value = CRM_DEDUPE_PLAN },
		{ 0, "compare", CRM_OPT_SET, NULL, &o.mode,
		    N_("judge the pairs {\"a\":{...},\"b\":{...}} of the input"),
		    .value = CRM_DEDUPE_COMPARE },
		{ 0, "threshold", CRM_OPT_REAL, "P", &o.threshold,
		    N_("probability from which a pair is a match (0.99)") },
		{ 0, "review", CRM_OPT_REAL, "P", &o.review,
		    N_("probability from which a pair is shown (0.5)") },
		{ 0, "explain", CRM_OPT_FLAG, NULL, &o.explain,
		    N_("print the reasons of pairs as sums of bits") },
		{ 0, "against", CRM_OPT_FLAG, NULL, &o.against,
		    N_("compare the input with the store's records") },
		{ 0, "rules", CRM_OPT_TEXT, "FILE", &o.rules,
		    N_("fields to compare and their kinds, as JSON"),
		    .complete = "file" },
		{ 0, "link", CRM_OPT_TEXT, "FIELD", &o.link,
		    N_("link sources one to one: no two records of one value"),
		    .complete = "field" },
		{ 0, "labels", CRM_OPT_TEXT, "FILE", &o.labels,
		    N_("pairs that a person decided"), .complete = "file" },
		{ 0, "model", CRM_OPT_TEXT, "FILE", &o.model,
		    N_("weights kept by --model-out"), .complete = "file" },
		{ 0, "model-out", CRM_OPT_TEXT, "FILE", &o.model_out,
		    N_("keep the weights that were learned"), .complete = "file" },
		{ 0, "where", CRM_OPT_TEXT, "QUERY", &o.where,
		    N_("with -a: only these records of the store") },
		{ 0, "refusals", CRM_OPT_FLAG, NULL, &o.refusals,
		    N_("print the pairs that were ruled to be different") },
		{ 0, "emit-keys", CRM_OPT_FLAG, NULL, &o.emit_keys,
		    N_("print each record under its keys, for sort(1)") },
		{ 0, "grouped", CRM_OPT_FLAG, NULL, &o.grouped,
		    N_("compare the sorted lines of --emit-keys") },
		{ 0, "memory", CRM_OPT_SIZE, "SIZE", &o.memory,
		    N_("keep candidate keys within this much memory") },
		{ 0 }
	};
	const char *const examples[] = { "crm-dedupe -a -t contact",
		"crm-dedupe --pairs --review 0.8 -t contact people.jsonl",
		"crm-dedupe --clusters --rules rules.json < people.jsonl", NULL };
	const struct crm_prog prog = { "crm-dedupe", CRM_FILTER, "[FILE...]",
		N_("find duplicates: pairs, clusters, merge plan, each with its "
		    "reasons"), examples, opts };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		crm_dedupe_run(&cli, &o);
	return crm_cli_end(&cli);
}
