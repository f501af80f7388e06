#include "cli/verify.h"

#include "base/utf8.h"
#include "cli/attach.h"
#include "format/json.h"

void
crm_verify_fault(void *ctx, const struct crm_err *e)
{
	struct crm_verify *v = ctx;
	v->n++;
	if (v->cli->quiet || !v->out)
		return;
	crm_buf_clear(&v->line);
	if (v->cli->format == CRM_OUT_AUTO) {
		crm_buf_printf(&v->line, "%s: ", e->id);
		crm_safe(&v->line, crm_str_z(e->msg), false);
		crm_buf_c(&v->line, '\n');
		crm_out_text(v->out, crm_buf_view(&v->line));
		return;
	}
	crm_buf_c(&v->line, '{');
	crm_json_add_str(&v->line, "rule", crm_str_z(e->id));
	crm_json_add_str(&v->line, "message", crm_str_z(e->msg));
	crm_buf_c(&v->line, '}');
	crm_out_record(v->out, crm_buf_view(&v->line));
}

enum crm_status
crm_verify_begin(struct crm_verify *v, struct crm_cli *cli,
    struct crm_store *s, struct crm_err *err)
{
	v->cli = cli;
	v->out = crm_out_init(cli, NULL);
	if (v->out && cli->format == CRM_OUT_AUTO)
		crm_out_own(v->out);
	enum crm_status st = crm_store_verify(s, crm_verify_fault, v, err);
	return st ? st : crm_attach_verify(s, crm_verify_fault, v, err);
}

void
crm_verify_end(struct crm_verify *v, enum crm_status st, struct crm_err *err)
{
	const char *path = crm_cli_store_path(v->cli);
	if (!st && v->n)
		st = crm_err_set(err, CRM_CORRUPT, "verify.faults",
		    _("'%s' is not sound; faults: %" PRIu64), path, v->n);
	if (st)
		crm_cli_fail(v->cli, err);
	else
		crm_cli_note(v->cli, _("'%s' is sound"), path);
	crm_buf_release(&v->line);
}
