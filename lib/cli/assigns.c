#include "cli/assigns.h"

#include <unistd.h>

#include <errno.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "cli/attach.h"

/* The file's content without one last line end. */
static bool
read_value(struct crm_assigns *as, struct crm_cli *cli, struct crm_assign *a)
{
	struct crm_buf b = CRM_BUF_MAX(1 << 20);
	struct crm_err err = { 0 };
	struct crm_str path = crm_arena_str(&as->mem, a->value);
	int r = crm_str_is(path, "-") ? crm_buf_read_fd(&b, 0) :
	    crm_buf_read_file(&b, path.p);
	if (r) {
		(void)!crm_err_sys(&err, "assign.file", _("cannot read '%.*s'"),
		    CRM_FMT(path));
	} else if (!crm_utf8_valid(crm_buf_view(&b), NULL) ||
	    (b.n && memchr(b.p, 0, b.n))) {
		(void)!crm_err_set(&err, CRM_SYSTEM, "assign.file",
		    _("'%.*s' is not UTF-8 text"), CRM_FMT(path));
		r = -1;
	}
	if (r) {
		crm_cli_fail(cli, &err);
		crm_buf_release(&b);
		return false;
	}
	if (b.n && b.p[b.n - 1] == '\n')
		b.n--;
	a->value = crm_arena_str(&as->mem, crm_buf_view(&b));
	a->op = CRM_ASSIGN_SET;
	crm_buf_release(&b);
	return true;
}

bool
crm_assigns_take(struct crm_assigns *as, struct crm_cli *cli)
{
	size_t keep = 0;
	for (size_t i = 0; i < cli->nargs; i++) {
		struct crm_assign a;
		if (!crm_assign_parse(crm_str_z(cli->args[i]), &a)) {
			cli->args[keep++] = cli->args[i];
			continue;
		}
		if (a.op == CRM_ASSIGN_FILE && !crm_attach_is(&a) &&
		    !read_value(as, cli, &a))
			return false;
		crm_grow(&as->a, &as->cap, as->n + 1, sizeof(*as->a));
		as->a[as->n++] = a;
	}
	cli->nargs = keep;
	return true;
}

static void
doubt_stage(struct crm_session *s, struct crm_str name)
{
	if (crm_schema_stage(s->schema, name))
		return;
	struct crm_str best = crm_schema_nearest_stage(s->schema, name);
	crm_cli_warn(s->cli, "assign.stage", best.n ?
	    _("'stage': no such stage: '%.*s'; did you mean '%.*s'?") :
	    _("'stage': no such stage: '%.*s'"), CRM_FMT(name), CRM_FMT(best));
}

void
crm_assigns_doubt(struct crm_assigns *as, struct crm_session *s,
    const struct crm_type *t)
{
	if (as->doubted == t)
		return;
	as->doubted = t;
	struct crm_query_ctx ctx = crm_session_query(s);
	for (size_t i = 0; i < as->n; i++) {
		const struct crm_assign *a = &as->a[i];
		struct crm_path *path = NULL;
		struct crm_err err = { 0 };
		const struct crm_field *f = crm_type_field(t, a->path);
		if (f && f->flags & CRM_F_STAGE &&
		    a->op == CRM_ASSIGN_SET)
			doubt_stage(s, a->value);
		else if (!f && crm_type_nearest(t, a->path).n &&
		    crm_path_parse(&ctx, t, a->path, &path, &err))
			crm_cli_warn(s->cli, "assign.field", "%s", err.msg);
		crm_path_free(path);
	}
}

void
crm_assigns_release(struct crm_assigns *as)
{
	free(as->a);
	crm_arena_release(&as->mem);
	if (as->files)
		close(as->files);
	*as = (struct crm_assigns){ 0 };
}
