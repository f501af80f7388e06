#include "cli/mirror_verbs.h"

#include "base/mem.h"
#include "cli/history.h"
#include "cli/input.h"
#include "cli/mirror.h"
#include "cli/out.h"
#include "cli/session.h"
#include "store/git_mirror.h"
#include "store/git_vault.h"

enum {
	CHEAP = 10000,		/* changes that a sink's end may mirror */
	FILE_MAX = 100 << 20,	/* bytes of an attached file */
	FILE_MOST = 1 << 30	/* it is held in memory */
};

/* -- mirror -------------------------------------------------------------------- */

static enum crm_status
wished_kind(struct crm_store *s, bool *sealed, struct crm_err *err)
{
	struct crm_buf v = { 0 };
	bool set = crm_session_setting(s, "history", &v);
	bool off = set && crm_str_is(crm_buf_view(&v), "off");
	*sealed = set && crm_str_is(crm_buf_view(&v), "sealed");
	crm_buf_release(&v);
	return off ? crm_err_set(err, CRM_SYSTEM, "git.off", _("this store "
	    "keeps no history in git: crm config history plain")) : CRM_OK;
}

/* An attached file of at most so many bytes is kept in the mirror, too. */
static uint64_t
file_max(struct crm_store *s)
{
	struct crm_buf v = { 0 };
	uint64_t n = FILE_MAX;
	if (crm_session_setting(s, "history.files", &v) &&
	    !crm_opt_size(crm_buf_cstr(&v), &n))
		n = FILE_MAX;
	crm_buf_release(&v);
	return n < FILE_MOST ? n : FILE_MOST;
}

/* Where git finds what the references name. */
static void
print_paths(struct crm_cli *cli, struct crm_session *s, bool sealed)
{
	struct crm_batch *rows = crm_batch_new();
	struct crm_out *out = crm_out_init(cli, NULL);
	struct crm_buf line = { 0 };
	if (out)
		crm_out_own(out);
	for (size_t i = 1; out && i < cli->nargs; i++) {
		struct crm_err err = { 0 };
		const struct crm_rec *r;
		struct crm_git_path path;
		if (crm_history_lookup(s, crm_str_z(cli->args[i]), NULL,
		    s->rev, rows, &r, &err)) {
			crm_history_wrong(cli, &err);
			continue;
		}
		crm_git_path_of(crm_rec_id(r), r->no, sealed, &path);
		crm_buf_clear(&line);
		crm_git_path_print(&path, &line);
		crm_buf_c(&line, '\n');
		crm_out_text(out, crm_buf_view(&line));
	}
	crm_batch_free(rows);
	crm_buf_release(&line);
}

static void
tell(struct crm_cli *cli, const struct crm_git_stats *st)
{
	if (st->large)
		crm_cli_warn(cli, "git.large", _("%" PRIu64 " attached files "
		    "are larger than history.files allows: they are not in the "
		    "git mirror"), st->large);
	if (st->files_left)
		crm_cli_warn(cli, "git.behind", _("attached files that "
		    "history.files allows now are not in the git mirror: "
		    "crm-history mirror writes them"));
	if (st->left)
		crm_cli_warn(cli, "git.behind", _("more than %d changes are "
		    "not in the git mirror: crm-history mirror writes them"),
		    CHEAP);
	else if (st->forgotten)
		crm_cli_note(cli, _("records: %" PRIu64 ", commits: %" PRIu64
		    ", versions forgotten: %" PRIu64 "; at revision %" PRIu64),
		    st->records, st->commits, st->forgotten, st->rev);
	else if (st->commits)
		crm_cli_note(cli, _("records: %" PRIu64 ", commits: %" PRIu64
		    "; at revision %" PRIu64), st->records, st->commits,
		    st->rev);
	else
		crm_cli_note(cli, _("nothing new: at revision %" PRIu64),
		    st->rev);
}

/* -n: how far it is behind. */
static void
tell_lag(struct crm_cli *cli, struct crm_session *s)
{
	uint64_t at = 0;
	crm_mirror_rev(crm_cli_store_path(cli), &at);
	if (at < s->rev)
		crm_cli_note(cli, _("the store is at revision %" PRIu64
		    ", the mirror at %" PRIu64), s->rev, at);
	else
		crm_cli_note(cli, _("nothing new: at revision %" PRIu64), at);
}

bool
crm_mirror_verb(struct crm_cli *cli, enum crm_mirror_how how)
{
	bool follow = how == CRM_MIRROR_FOLLOW;
	struct crm_git_opts o = { .any_kind = how == CRM_MIRROR_FORGET,
		.now = cli->clock.now,
		.wait_ms = follow ? 0 : cli->wait * 1000,
		.changes = follow ? CHEAP : 0 };
	struct crm_git_stats stats = { 0 };
	struct crm_session s;
	struct crm_err err = { 0 };
	if (!crm_session_open(&s, cli, false, true)) {
		crm_session_close(&s);
		return true;
	}
	o.file_max = file_max(s.store);
	enum crm_status st = wished_kind(s.store, &o.sealed, &err);
	if ((!st || o.any_kind) && !cli->dry)
		st = crm_git_mirror(s.store, &o, &stats, &err);
	bool lacks = st && err.id && strcmp(err.id, "git.lib") == 0;
	if (lacks)
		;	/* the caller's affair */
	else if (!st && cli->dry)
		tell_lag(cli, &s);
	else if (!st)
		tell(cli, &stats);
	else if (follow && (st == CRM_BUSY || (err.id &&
	    strcmp(err.id, "git.owner") == 0)))
		;	/* somebody else does it, or will */
	else if (follow)
		crm_cli_warn(cli, "git.behind", _("the git mirror does not "
		    "follow: %s"), err.msg);
	else
		crm_cli_fail(cli, &err);
	if (!st && !follow && cli->nargs > 1)
		print_paths(cli, &s, o.sealed);
	crm_session_close(&s);
	return !lacks;
}

/* -- textconv ------------------------------------------------------------------ */

static enum crm_status
convert(struct crm_cli *cli, struct crm_buf *text, struct crm_err *err)
{
	struct crm_buf dir = { 0 }, plain = { 0 };
	struct crm_git_vault *v = NULL;
	if (crm_buf_read_file(text, cli->args[1]))
		return crm_err_sys(err, "file.read", "'%s'", cli->args[1]);
	if (!crm_git_is_sealed(crm_buf_view(text)))
		return CRM_OK;
	crm_buf_printf(&dir, "%s/vault", crm_cli_store_path(cli));
	enum crm_status st = crm_git_vault_open(crm_buf_cstr(&dir), false, &v,
	    err);
	if (!st)
		st = crm_git_vault_unseal(v, crm_buf_view(text), &plain, err);
	/* Git shows what was erased as that, and goes on. */
	if (st == CRM_NOTFOUND && v) {
		crm_buf_z(&plain, _("(erased)\n"));
		st = CRM_OK;
	}
	crm_buf_clear(text);
	crm_buf_str(text, crm_buf_view(&plain));
	crm_git_vault_close(v);
	crm_buf_release(&plain);
	crm_buf_release(&dir);
	return st;
}

void
crm_textconv_verb(struct crm_cli *cli)
{
	struct crm_buf text = { 0 };
	struct crm_err err = { 0 };
	if (cli->nargs != 2) {
		crm_cli_usage(cli, _("textconv: one FILE"));
		return;
	}
	enum crm_status st = convert(cli, &text, &err);
	struct crm_out *out = st ? NULL : crm_out_init(cli, NULL);
	if (out) {
		crm_out_own(out);
		crm_out_text(out, crm_buf_view(&text));
	} else if (st) {
		if (crm_status_is_data(st))
			err.code = CRM_SYSTEM;
		crm_cli_fail(cli, &err);
	}
	crm_buf_release(&text);
}
