#include "cli/help.h"

#include "cli/msg.h"

static void
help(const struct crm_prog *p, const struct crm_opt *const *tables, bool full,
    struct crm_buf *b)
{
	crm_buf_printf(b, _("usage: %s [OPTION...]%s%s\n%s\n\n"), p->name,
	    *p->operands ? " " : "", p->operands, _(p->purpose));
	crm_opt_help(b, tables);
	if (!full)
		return;
	if (p->examples && p->examples[0])
		crm_buf_printf(b, "\n%s\n", _("examples:"));
	for (size_t i = 0; p->examples && p->examples[i]; i++)
		crm_buf_printf(b, "  %s\n", p->examples[i]);
	crm_buf_printf(b, _("\nmore: man %s\n"), p->name);
}

/* For completions and checks: what the program is, then its options. */
static void
dump(const struct crm_prog *p, const struct crm_opt *const *tables,
    struct crm_buf *b)
{
	static const char *const kinds[] = { [CRM_SOURCE] = "source",
		[CRM_FILTER] = "filter", [CRM_SINK] = "sink",
		[CRM_OTHER] = "other" };
	crm_buf_printf(b, "#\t%s\t%s\t%s\t%s\n", p->name, kinds[p->kind],
	    p->operands, p->purpose);
	crm_opt_dump(b, tables);
}

void
crm_help_print(struct crm_cli *cli, const struct crm_opt *const *tables,
    int wish)
{
	const struct crm_prog *p = cli->prog;
	struct crm_buf b = { 0 };
	if (wish == 'V')
		crm_buf_printf(&b, "%s (crmutils) %s\n", p->name,
		    CRMUTILS_VERSION);
	else if (wish == 'D')
		dump(p, tables, &b);
	else
		help(p, tables, wish == 'H', &b);
	crm_msg_stdout(cli, crm_buf_view(&b));
	crm_buf_release(&b);
}
