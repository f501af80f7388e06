#include "cli/opt.h"

enum { HELP_COLUMN = 28 };

static const char *
optional_open(const struct crm_opt *o)
{
	return o->kind == CRM_OPT_MAYBE ? "[=" : " ";
}

void
crm_opt_help(struct crm_buf *b, const struct crm_opt *const *tables)
{
	for (; *tables; tables++)
		for (const struct crm_opt *o = *tables; o->name; o++) {
			if (o->flags & CRM_OPT_HIDDEN)
				continue;
			size_t start = b->n;
			if (o->letter)
				crm_buf_printf(b, "  -%c, --%s", o->letter,
				    o->name);
			else
				crm_buf_printf(b, "      --%s", o->name);
			if (o->arg)
				crm_buf_printf(b, "%s%s%s", optional_open(o),
				    o->arg, o->kind == CRM_OPT_MAYBE ? "]" : "");
			if (b->n - start + 2 > HELP_COLUMN) {
				crm_buf_c(b, '\n');
				start = b->n;
			}
			while (b->n - start < HELP_COLUMN)
				crm_buf_c(b, ' ');
			crm_buf_printf(b, "%s%s\n", _(o->help),
			    o->kind == CRM_OPT_LIST ? _(" (repeatable)") : "");
		}
}

void
crm_opt_dump(struct crm_buf *b, const struct crm_opt *const *tables)
{
	for (; *tables; tables++)
		for (const struct crm_opt *o = *tables; o->name; o++) {
			if (o->flags & CRM_OPT_HIDDEN)
				continue;
			if (o->letter)
				crm_buf_c(b, o->letter);
			crm_buf_printf(b, "\t%s\t%s%s\t", o->name,
			    o->arg && o->kind == CRM_OPT_MAYBE ? "?" : "",
			    o->arg ? o->arg : "");
			for (int i = 0; o->choices && o->choices[i]; i++)
				crm_buf_printf(b, "%s%s", i ? "|" : "",
				    o->choices[i]);
			crm_buf_printf(b, "\t%s\t%s\n",
			    o->complete ? o->complete : "", o->help);
		}
}
