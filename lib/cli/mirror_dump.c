/* What other programs ask the helper for: the mirror as a backup, a search
 * through all of its objects. */
#include "cli/mirror_verbs.h"

#include "base/mem.h"
#include "base/spool.h"
#include "cli/attach.h"
#include "cli/backup.h"
#include "cli/input.h"
#include "cli/out.h"
#include "format/json.h"
#include "store/git_mirror.h"

/* -- dump ---------------------------------------------------------------------- */

struct place {
	uint64_t no, at;
};

struct dump {
	struct crm_out *out;
	struct crm_buf named, line;
	struct crm_spool lines, files;
	struct place *p;
	size_t n, cap;
};

static enum crm_status
take_named(void *ctx, struct crm_str name, struct crm_str value,
    struct crm_err *err CRM_UNUSED)
{
	struct dump *d = ctx;
	crm_backup_named(&d->named, name, value);
	crm_buf_c(&d->named, '\n');
	return CRM_OK;
}

/* Records come in the order of hashes; they go out in that of creation. */
static enum crm_status
take_record(void *ctx, uint64_t no, struct crm_str line, struct crm_err *err)
{
	struct dump *d = ctx;
	crm_grow(&d->p, &d->cap, d->n + 1, sizeof(*d->p));
	d->p[d->n++] = (struct place){ no, crm_spool_place(&d->lines) };
	return crm_spool_add(&d->lines, line, err);
}

static enum crm_status
keep_line(void *ctx, struct crm_str line, struct crm_err *err)
{
	return crm_spool_add(ctx, line, err);
}

/* Told after the records: it waits as the lines that a backup has of it. */
static enum crm_status
take_file(void *ctx, struct crm_str content, struct crm_err *err)
{
	struct dump *d = ctx;
	return crm_attach_lines(content, keep_line, &d->files, err);
}

static int
by_no(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	return (x->no > y->no) - (x->no < y->no);
}

static enum crm_status
print_dump(struct dump *d, uint64_t rev, struct crm_err *err)
{
	struct crm_str line;
	enum crm_status st = CRM_OK;
	if (d->n)
		qsort(d->p, d->n, sizeof(*d->p), by_no);
	crm_buf_printf(&d->line, "{\"_backup\":1,\"rev\":%" PRIu64 "}\n", rev);
	bool more = crm_out_text(d->out, crm_buf_view(&d->line)) &&
	    crm_out_text(d->out, crm_buf_view(&d->named));
	for (size_t i = 0; i < d->n && !st && more; i++) {
		crm_buf_clear(&d->line);
		st = crm_spool_get(&d->lines, d->p[i].at, &d->line, err);
		crm_buf_c(&d->line, '\n');
		more = !st && crm_out_text(d->out, crm_buf_view(&d->line));
	}
	if (!st)
		st = crm_spool_rewind(&d->files, err);
	while (!st && more && !(st = crm_spool_next(&d->files, &line, err)))
		more = crm_out_text(d->out, line) &&
		    crm_out_text(d->out, CRM_STR("\n"));
	if (st == CRM_NOTFOUND)
		st = CRM_OK;
	crm_buf_clear(&d->line);
	crm_buf_printf(&d->line, "{\"_backup_end\":%zu,\"_rev\":%" PRIu64
	    "}\n", d->n, rev);
	if (more)
		crm_out_text(d->out, crm_buf_view(&d->line));
	return st;
}

void
crm_mirror_dump_verb(struct crm_cli *cli, bool audit)
{
	struct dump d = { 0 };
	struct crm_err err = { 0 };
	struct crm_git_reader r = { .named = take_named,
		.record = take_record, .file = take_file, .ctx = &d };
	uint64_t rev = 0;
	if (cli->nargs < 2 || cli->nargs > 3) {
		crm_cli_usage(cli, _("dump: a repository, and a vault"));
		return;
	}
	enum crm_status st = audit ? crm_git_audit(cli->args[1], &err) :
	    CRM_OK;
	if (!st)
		st = crm_git_read(cli->args[1], cli->nargs > 2 ?
		    cli->args[2] : NULL, &r, &rev, &err);
	if (!st && (d.out = crm_out_init(cli, NULL)) != NULL) {
		crm_out_own(d.out);
		st = print_dump(&d, rev, &err);
	}
	if (st) {
		if (crm_status_is_data(st))
			err.code = CRM_SYSTEM;
		crm_cli_fail(cli, &err);
	}
	crm_spool_release(&d.lines);
	crm_spool_release(&d.files);
	crm_buf_release(&d.named);
	crm_buf_release(&d.line);
	free(d.p);
}

/* -- search -------------------------------------------------------------------- */

struct search {
	struct crm_out *out;
	struct crm_buf line;
	uint64_t found;
};

/* The needle's number and the object, never the needle itself. */
static void
print_hit(void *ctx, size_t needle, const char *object)
{
	struct search *s = ctx;
	s->found++;
	crm_buf_clear(&s->line);
	crm_buf_printf(&s->line, "%zu\t%s\n", needle + 1, object);
	crm_out_text(s->out, crm_buf_view(&s->line));
}

void
crm_mirror_search_verb(struct crm_cli *cli)
{
	struct search s = { 0 };
	struct crm_arena mem = { 0 };
	struct crm_str *needle = NULL, line;
	struct crm_input in;
	struct crm_err err = { 0 };
	size_t n = 0, cap = 0;
	uint64_t objects = 0;
	if (cli->nargs != 2) {
		crm_cli_usage(cli, _("search: one repository"));
		return;
	}
	crm_input_init(&in, cli, NULL, 0);
	while (crm_input_next(&in, &line)) {
		crm_grow(&needle, &cap, n + 1, sizeof(*needle));
		needle[n++] = crm_arena_str(&mem, line);
	}
	crm_input_release(&in);
	s.out = crm_out_init(cli, NULL);
	if (s.out) {
		crm_out_own(s.out);
		if (crm_git_search(cli->args[1], needle, n, print_hit, &s,
		    &objects, &err))
			crm_cli_fail(cli, &err);
		else if (!s.found)
			crm_cli_no(cli);
	}
	crm_arena_release(&mem);
	crm_buf_release(&s.line);
	free(needle);
}
