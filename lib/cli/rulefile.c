#include "cli/rulefile.h"

#include "cli/env.h"
#include "cli/session.h"
#include "format/json.h"
#include "model/overlay.h"

enum { MAX_FILE = 4 << 20 };

static bool
has_overlays(struct crm_str text)
{
	struct crm_json_limits lim = { .line = MAX_FILE };
	struct crm_str val;
	return crm_json_check(text, &lim, NULL) == CRM_OK &&
	    crm_json_kind(text) == '{' &&
	    crm_json_get(text, CRM_STR("overlays"), &val);
}

enum crm_status
crm_rulefile_read(struct crm_cli *cli, const char *path, const char *sub,
    struct crm_buf *out, struct crm_err *err)
{
	struct crm_buf dir = { 0 }, text = { 0 }, country = { 0 };
	crm_buf_printf(&dir, "%s/%s", crm_cli_datadir(cli), sub);
	enum crm_status st = crm_overlay_text(path, crm_buf_cstr(&dir), &text,
	    err);
	struct crm_str s = crm_str_trim(crm_buf_view(&text));
	if (!st && has_overlays(s)) {
		crm_session_country(cli, &country);
		crm_overlay_apply(s, crm_buf_view(&country), out);
	} else if (!st) {
		crm_buf_str(out, crm_buf_view(&text));
	}
	crm_buf_release(&dir);
	crm_buf_release(&text);
	crm_buf_release(&country);
	return st;
}
