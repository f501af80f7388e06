/* Select records by query: from the store, or with the operand "-" from
 * stdin. */
#include "cli/find.h"

static void
run(struct crm_cli *cli, const struct crm_find_opts *o)
{
	struct crm_find f = { .cli = cli, .o = o };
	if (crm_find_open(&f)) {
		if (o->get)
			crm_find_get(&f);
		else if (f.lines)
			crm_find_lines(&f);
		else
			crm_find_store(&f);
	}
	crm_find_release(&f);
}

int
main(int argc, char **argv)
{
	struct crm_find_opts o = { 0 };
	const struct crm_opt opts[] = {
		{ 0, "where", CRM_OPT_TEXT, "QUERY", &o.where,
		    N_("a whole query as one text") },
		{ 0, "sort", CRM_OPT_TEXT, "FIELDS", &o.sort,
		    N_("order by these fields; '-' before one: downwards"),
		    .complete = "field" },
		{ 0, "count", CRM_OPT_FLAG, NULL, &o.count,
		    N_("print how many there are") },
		{ 0, "since", CRM_OPT_TEXT, "REV", &o.since,
		    N_("only records changed after this revision") },
		{ 0, "explain", CRM_OPT_FLAG, NULL, &o.explain,
		    N_("print how the records were looked for") },
		{ 0, "get", CRM_OPT_MAYBE, "FIELD", &o.get,
		    N_("look up the ids (or keys) on stdin, in order"),
		    .complete = "field" },
		{ 0 }
	};
	const char *const examples[] = {
		"crm-find contact country:GR email:any -f name,emails",
		"crm-find deal is:open close_date:this-quarter --sort -amount",
		"crm-find account not deal.is:won -F ids",
		NULL
	};
	const struct crm_prog prog = { "crm-find", CRM_SOURCE,
		"[TYPE] [TERM...] [-]", N_("select records by query"),
		examples, opts, .with = CRM_HAS_REJECT };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli, &o);
	return crm_cli_end(&cli);
}
