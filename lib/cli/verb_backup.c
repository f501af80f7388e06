/* crm backup. A backup is text and the same bytes for the same store: a head,
 * the named values, every record with its revision (one that was merged carries `_into`), an end that
 * counts them. It depends on no machine, no page size, no version of LMDB. */
#include <string.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "base/time.h"
#include "cli/attach.h"
#include "cli/backup.h"
#include "cli/copies.h"
#include "cli/out.h"
#include "cli/verbs.h"
#include "format/json.h"

struct backup {
	struct crm_store *s;
	struct crm_out *out;
	struct crm_buf line;
	struct crm_sha256 sum;	/* of the lines so far */
	uint64_t n, rev;
	bool stop;
};

static void
put_line(struct backup *b)
{
	crm_buf_c(&b->line, '\n');
	crm_sha256_add(&b->sum, b->line.p, b->line.n);
	b->stop = b->stop || !crm_out_text(b->out, crm_buf_view(&b->line));
	crm_buf_clear(&b->line);
}

static void
put_named(void *ctx, struct crm_str name, struct crm_str value)
{
	struct backup *b = ctx;
	crm_backup_named(&b->line, name, value);
	put_line(b);
}

static enum crm_status
put_records(struct backup *b, struct crm_err *err)
{
	struct crm_select sel = { .dead = true, .scan = true };
	struct crm_cursor *c = NULL;
	struct crm_batch *rows = crm_batch_new(), *tmp = crm_batch_new();
	enum crm_status st = crm_store_select(b->s, b->rev, &sel, &c, err);
	while (!st && !b->stop &&
	    (st = crm_cursor_next(c, rows, err)) == CRM_OK)
		for (size_t i = 0; i < crm_batch_len(rows) && !st; i++) {
			const struct crm_rec *r = crm_batch_row(rows, i);
			if (r->state != CRM_LIVE && r->state != CRM_MERGED)
				continue;
			st = crm_backup_record(b->s, b->rev, r, tmp, &b->line,
			    err);
			b->n++;
			if (!st)
				put_line(b);
		}
	crm_cursor_close(c);
	crm_batch_free(rows);
	crm_batch_free(tmp);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

static void
put_file(void *ctx, struct crm_str line)
{
	struct backup *b = ctx;
	if (b->stop)
		return;
	crm_buf_str(&b->line, line);
	put_line(b);
}

/* A line that tells what is before it: nothing is missing, nothing another. */
static void
put_end(struct backup *b)
{
	uint8_t sum[32];
	char hex[65] = { 0 };
	crm_sha256_end(&b->sum, sum);
	crm_hex(sum, sizeof(sum), hex);
	crm_buf_printf(&b->line, "{\"_backup_end\":%" PRIu64 ",\"_rev\":%"
	    PRIu64 ",\"_sha256\":\"%s\"}", b->n, b->rev, hex);
	put_line(b);
}

/* A store's directory is no place for its backup: the name may be that of one
 * of its files. */
static enum crm_status
check_place(struct crm_cli *cli, const char *file, struct crm_err *err)
{
	struct crm_buf dir = { 0 };
	struct stat store, place;
	const char *slash = strrchr(file, '/');
	crm_buf_add(&dir, file, slash ? (size_t)(slash - file) + 1 : 0);
	if (!dir.n)
		crm_buf_z(&dir, ".");
	bool inside = strcmp(file, "-") != 0 &&
	    stat(crm_cli_store_path(cli), &store) == 0 &&
	    stat(crm_buf_cstr(&dir), &place) == 0 &&
	    store.st_dev == place.st_dev && store.st_ino == place.st_ino;
	crm_buf_release(&dir);
	return inside ? crm_err_set(err, CRM_SYSTEM, "backup.place",
	    _("'%s' is in the store itself: a backup belongs elsewhere"),
	    file) : CRM_OK;
}

static enum crm_status
backup_text(struct crm_cli *cli, struct crm_store *s, struct crm_err *err)
{
	struct backup b = { .s = s };
	struct crm_info info;
	enum crm_status st = crm_store_info(s, &info, err);
	if (!st)
		b.out = crm_out_init(cli, NULL);
	if (!b.out)
		return st;
	crm_out_own(b.out);
	crm_sha256_init(&b.sum);
	b.rev = info.rev;
	crm_buf_z(&b.line, "{\"_backup\":1");
	crm_json_add_u64(&b.line, "rev", info.rev);
	crm_buf_c(&b.line, '}');
	put_line(&b);
	st = crm_store_names(s, (struct crm_str){ 0 }, put_named, &b, err);
	if (!st)
		st = crm_attach_write(s, put_file, &b, err);
	if (!st)
		st = put_records(&b, err);
	if (!st)
		put_end(&b);
	crm_buf_release(&b.line);
	return st;
}

int
crm_verb_backup(int argc, char **argv)
{
	struct crm_cli cli;
	bool binary = false;
	const struct crm_opt opts[] = {
		{ 0, "binary", CRM_OPT_FLAG, NULL, &binary,
		    N_("a compact store in the directory FILE, with history") },
		{ 0 }
	};
	static const char *const examples[] = {
		"crm backup /var/backups/crm.jsonl",
		"crm backup - | xz > crm.jsonl.xz",
		"crm backup --binary ./copy", NULL };
	const struct crm_prog prog = { "crm backup", CRM_OTHER, "FILE|-",
	    N_("write all of a store"), examples, opts,
	    .with = CRM_HAS_STORE };
	struct crm_store *s = NULL;
	struct crm_err err = { 0 };
	if (crm_cli_begin(&cli, argc, argv, &prog)) {
		enum crm_status st = CRM_OK;
		if (cli.nargs != 1)
			crm_cli_usage(&cli, _("one FILE, or - for stdout"));
		else if (binary && strcmp(cli.args[0], "-") == 0)
			crm_cli_usage(&cli, _("--binary wants a directory"));
		else if (crm_verb_open(&cli, false, &s)) {
			cli.output = cli.args[0];
			st = check_place(&cli, cli.output, &err);
			/* before: it may be killed half done */
			if (!st)
				crm_copies_note(s, binary ? "store" : "backup",
				    cli.args[0], cli.clock.now);
			if (!st)
				st = binary ?
				    crm_store_copy(s, 0, cli.args[0], &err) :
			    backup_text(&cli, s, &err);
			if (!st && binary)
				st = crm_attach_copy(s, cli.args[0], &err);
			if (st)
				crm_cli_fail(&cli, &err);
		}
	}
	crm_store_close(s);
	return crm_cli_end(&cli);
}
