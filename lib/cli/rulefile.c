#include "cli/rulefile.h"

#include "cli/env.h"
#include "cli/session.h"
#include "model/overlay.h"

enum crm_status
crm_rulefile_read(struct crm_cli *cli, const char *path, const char *sub,
    struct crm_buf *out, struct crm_err *err)
{
	struct crm_buf dir = { 0 }, text = { 0 }, country = { 0 };
	crm_buf_printf(&dir, "%s/%s", crm_cli_datadir(cli), sub);
	bool differs = false;
	enum crm_status st = crm_overlay_text(path, crm_buf_cstr(&dir), &text,
	    &differs, err);
	if (!st && differs) {
		crm_session_country(cli, &country);
		crm_overlay_apply(crm_str_trim(crm_buf_view(&text)),
		    crm_buf_view(&country), out);
	} else if (!st) {
		crm_buf_str(out, crm_buf_view(&text));
	}
	crm_buf_release(&dir);
	crm_buf_release(&text);
	crm_buf_release(&country);
	return st;
}
