/* crm restore: a store made of a backup, of a binary copy or of the git
 * mirror. */
#include <sys/stat.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/time.h"
#include "cli/attach.h"
#include "cli/env.h"
#include "cli/hooks.h"
#include "cli/input.h"
#include "cli/mirror.h"
#include "cli/restore_merged.h"
#include "cli/restore_place.h"
#include "cli/verbs.h"
#include "format/json.h"

enum { BATCH = 50000, BATCH_BYTES = 32 << 20, LINE_MAX_BYTES = 256 << 20 };

struct restore {
	struct crm_cli *cli;
	struct crm_store *s;
	struct crm_txn *t;
	struct crm_reader rd;
	struct crm_record rec;
	struct crm_buf buf;
	struct crm_attach_in file;
	bool from_git;
	uint64_t absent;	/* attachments whose content did not come */
	uint64_t rev;		/* of the backup */
	uint64_t txn, n, batch, bytes;
	bool head, end;
	struct crm_restore_merged merged;
	struct crm_sha256 sum;	/* of the lines so far */
};

static enum crm_status
begin(struct restore *r, struct crm_err *err)
{
	struct crm_why why = crm_verb_why(r->cli);
	why.rev = r->rev;
	why.txn = r->txn;
	enum crm_status st = crm_txn_begin(r->s, &why, &r->t, err);
	if (!st && !r->txn)
		r->txn = crm_txn_rev(r->t);
	r->batch = r->bytes = 0;
	if (!st) {
		r->rd.schema = crm_store_schema(r->s);
		r->rd.shapes = crm_store_shapes(r->s);
	}
	return st;
}

static enum crm_status
commit(struct restore *r, struct crm_err *err)
{
	uint64_t rev;
	struct crm_txn *t = r->t;
	r->t = NULL;
	return crm_txn_commit(t, &rev, err);
}

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ?
	    c - 'a' + 10 : -1;
}

static bool
from_hex(struct crm_str hex, struct crm_buf *out)
{
	for (size_t i = 0; i + 1 < hex.n; i += 2) {
		int a = hex_digit(hex.p[i]), b = hex_digit(hex.p[i + 1]);
		if (a < 0 || b < 0)
			return false;
		crm_buf_c(out, (char)(a << 4 | b));
	}
	return hex.n % 2 == 0;
}

static enum crm_status
take_named(struct restore *r, struct crm_str line, struct crm_str name,
    struct crm_err *err)
{
	struct crm_str val;
	struct crm_buf tmp = { 0 };
	enum crm_status st = CRM_OK;
	bool good = true;
	crm_buf_clear(&r->buf);
	if (crm_json_get(line, CRM_STR("text"), &val) &&
	    crm_json_is_string(val))
		crm_json_unescape(&r->buf, crm_json_inner(val));
	else if (crm_json_get(line, CRM_STR("hex"), &val) &&
	    crm_json_is_string(val))
		good = from_hex(crm_json_inner(val), &r->buf);
	else
		good = false;
	if (!good)
		return crm_err_set(err, CRM_SYSTEM, "restore.line",
		    _("a named value without content"));
	st = crm_txn_set(r->t, crm_json_text_view(name, &tmp),
	    crm_buf_view(&r->buf), err);
	crm_buf_release(&tmp);
	/* A schema counts for the records behind it. */
	if (!st && crm_str_is(crm_json_inner(name), "schema")) {
		st = commit(r, err);
		if (!st)
			st = begin(r, err);
	}
	return st;
}

static enum crm_status
take_record(struct restore *r, struct crm_str line, struct crm_err *err)
{
	struct crm_result res = { 0 };
	struct crm_str into;
	enum crm_status st = crm_record_read(&r->rd, line, &r->rec, err);
	if (st)
		return st;
	struct crm_op op = { .kind = CRM_OP_INSERT, .rec = &r->rec.rec,
		.rev = r->rec.rev_in <= r->rev ? r->rec.rev_in : 0 };
	st = crm_json_get(line, CRM_STR("_into"), &into) ?
	    crm_restore_merged_take(&r->merged, r->t, &r->rd, line,
	    op.rec, op.rev, &res, err) :
	    crm_txn_apply(r->t, &op, 1, &res, err);
	if (!st && res.status)
		return crm_err_set(err, CRM_SYSTEM, "restore.record",
		    _("record %.*s cannot be stored: its id or a unique key "
		    "is there twice"), CRM_FMT(crm_rec_id(&r->rec.rec)));
	r->n++;
	r->bytes += line.n;
	if (!st && (++r->batch >= BATCH || r->bytes >= BATCH_BYTES)) {
		st = commit(r, err);
		if (!st)
			st = begin(r, err);
	}
	return st;
}

static uint64_t
number(struct crm_str val)
{
	char text[24] = { 0 };
	memcpy(text, val.p, val.n < 23 ? val.n : 23);
	return strtoull(text, NULL, 10);
}

/* The backup's last line: is what came before it what was written? One without
 * a sum is taken as it is. */
static enum crm_status
take_end(struct restore *r, struct crm_str line, uint64_t n,
    struct crm_err *err)
{
	struct crm_str val;
	uint8_t sum[32];
	char hex[65] = { 0 };
	r->end = n == r->n;
	if (!crm_json_get(line, CRM_STR("_sha256"), &val))
		return CRM_OK;
	crm_sha256_end(&r->sum, sum);
	crm_hex(sum, sizeof(sum), hex);
	if (!crm_str_is(crm_json_inner(val), hex))
		return crm_err_set(err, CRM_SYSTEM, "restore.damaged",
		    _("the backup is damaged: its lines are not those that "
		    "were written (without '_sha256' in its last line they "
		    "are taken as they are)"));
	return CRM_OK;
}

static enum crm_status
take_line(struct restore *r, struct crm_str line, struct crm_err *err)
{
	struct crm_str val;
	enum crm_status st = crm_json_check(line, &r->rd.lim, err);
	if (st)
		return st;
	if (r->end)
		return crm_err_set(err, CRM_SYSTEM, "restore.end",
		    _("lines behind the backup's end"));
	if (crm_json_get(line, CRM_STR("_backup"), &val)) {
		if (r->head || !crm_str_is(val, "1"))
			return crm_err_set(err, CRM_VERSION, "restore.version",
			    _("a backup of another version"));
		r->head = true;
		if (crm_json_get(line, CRM_STR("rev"), &val))
			r->rev = number(val);
		return begin(r, err);
	}
	if (!r->head)
		return crm_err_set(err, CRM_SYSTEM, "restore.head",
		    _("this is no backup: its first line says so"));
	if (crm_json_get(line, CRM_STR("_named"), &val) &&
	    crm_json_is_string(val))
		return take_named(r, line, val, err);
	if (crm_json_get(line, CRM_STR("_file"), &val))
		return crm_attach_read(&r->file, r->s, line, val, err);
	if (crm_json_get(line, CRM_STR("_backup_end"), &val))
		return take_end(r, line, number(val), err);
	return take_record(r, line, err);
}

static enum crm_status
read_all(struct restore *r, struct crm_err *err)
{
	struct crm_input in = { 0 };
	struct crm_str line;
	enum crm_status st = CRM_OK;
	/* What a store held it takes again, however long. */
	r->cli->max_line = LINE_MAX_BYTES;
	r->rd.lim = (struct crm_json_limits){ .line = LINE_MAX_BYTES,
		.members = SIZE_MAX, .depth = 4096 };
	crm_input_init(&in, r->cli, r->cli->args, r->cli->nargs);
	crm_sha256_init(&r->sum);
	while (!st && crm_input_next(&in, &line)) {
		st = take_line(r, line, err);
		crm_sha256_add(&r->sum, line.p, line.n);
		crm_sha256_add(&r->sum, "\n", 1);
	}
	crm_input_release(&in);
	if (!st && !r->end)
		st = crm_err_set(err, CRM_SYSTEM, "restore.end",
		    _("the backup is cut off: nothing more can be told"));
	if (!st)
		st = crm_restore_merged_end(&r->merged, r->t, &r->rd, err);
	if (!st)
		st = commit(r, err);
	return st;
}

static void
note_absent(void *ctx, struct crm_str id, struct crm_str hex CRM_UNUSED)
{
	struct restore *r = ctx;
	if (r->absent++ == 0) {
		crm_buf_clear(&r->buf);
		crm_buf_str(&r->buf, id);
	}
}

/* A mirror leaves out what is large; who restores has to know. */
static enum crm_status
count_absent(struct restore *r, struct crm_err *err)
{
	struct crm_buf dir = { 0 };
	enum crm_status st = crm_attach_folder(r->s, &dir, err);
	if (!st)
		st = crm_attach_missing(r->s, crm_buf_view(&dir), note_absent,
		    r, err);
	if (!st && r->absent)
		crm_cli_warn(r->cli, "attach.absent", _("%" PRIu64 " attached "
		    "files that records name are not in the mirror, the first "
		    "of record %.*s"), r->absent,
		    CRM_FMT(crm_buf_view(&r->buf)));
	crm_buf_release(&dir);
	return st;
}

static enum crm_status
fill(struct restore *r, const char *path, const struct crm_store_opts *o,
    struct crm_err *err)
{
	struct crm_store_make m = { .now = r->cli->clock.now,
		.flags = o->flags, .map_size = o->map_size };
	enum crm_status st = crm_store_create(path, &m, err);
	if (!st)
		st = crm_store_open(path, o, &r->s, err);
	if (!st)
		st = read_all(r, err);
	if (r->t)
		crm_txn_abort(r->t);
	if (!st)
		st = crm_store_index(r->s, false, err);
	if (!st && r->from_git)
		st = count_absent(r, err);
	crm_record_release(&r->rec);
	crm_reader_release(&r->rd);
	crm_store_close(r->s);
	crm_buf_release(&r->buf);
	crm_attach_in_release(&r->file);
	crm_spool_release(&r->merged.lines);
	return st;
}

static void
keep_first(void *ctx, const struct crm_err *found)
{
	struct crm_err *first = ctx;
	if (!first->id)
		*first = *found;
}

/* What --binary wrote is a store: it is copied, if it is sound. */
static enum crm_status
copy(const char *from, const char *path, const struct crm_store_opts *o,
    struct crm_err *err)
{
	struct crm_store *s = NULL;
	struct crm_err found = { 0 };
	enum crm_status st = crm_store_open(from, o, &s, err);
	if (!st)
		st = crm_store_verify(s, keep_first, &found, err);
	if (!st)
		st = crm_attach_verify(s, keep_first, &found, err);
	if (!st && found.id)
		st = crm_err_set(err, CRM_CORRUPT, "restore.damaged",
		    _("the copy is damaged: %s"), found.msg);
	if (!st)
		st = crm_store_copy(s, 0, path, err);
	if (!st)
		st = crm_attach_copy(s, path, err);
	crm_store_close(s);
	return st;
}

static enum crm_status
restore(struct crm_cli *cli, bool from_git, struct crm_err *err)
{
	struct restore r = { .cli = cli, .from_git = from_git };
	struct crm_restore_place place = { 0 };
	struct crm_store_opts o = crm_env_store(cli, true);
	struct stat is;
	bool folder = strcmp(cli->args[0], "-") != 0 &&
	    stat(cli->args[0], &is) == 0 && S_ISDIR(is.st_mode);
	enum crm_status st = crm_hooks_may_write(crm_cli_store_path(cli), err);
	if (!st)
		st = crm_restore_place_take(&place, crm_cli_store_path(cli),
		    &o, err);
	if (!st)
		st = folder ? copy(cli->args[0], crm_buf_cstr(&place.tmp),
		    &o, err) : fill(&r, crm_buf_cstr(&place.tmp), &o, err);
	return crm_restore_place_end(&place, st, err);
}

/* The helper writes the mirror as a backup; that is read from stdin. */
static enum crm_status
restore_git(struct crm_cli *cli, const char *vault, struct crm_err *err)
{
	struct crm_err other = { 0 };
	const char *repo = cli->args[0];
	int pid = 0;
	enum crm_status st = crm_mirror_dump(repo, vault, false, &pid, err);
	if (st)
		return st;
	cli->args[0] = "-";
	st = restore(cli, true, err);
	/* A helper that nobody listens to any more is no reason. */
	bool cut = !st || strcmp(err->id, "restore.head") == 0 ||
	    strcmp(err->id, "restore.end") == 0;
	if (crm_mirror_dumped(pid, repo, &other) && cut) {
		*err = other;
		st = other.code;
	}
	return st;
}

int
crm_verb_restore(int argc, char **argv)
{
	struct crm_cli cli;
	bool git = false;
	const char *vault = NULL;
	const struct crm_opt opts[] = {
		{ 0, "from-git", CRM_OPT_FLAG, NULL, &git,
		    N_("FILE is a mirror made by crm-history mirror") },
		{ 0, "vault", CRM_OPT_TEXT, "DIR", &vault,
		    N_("keys of a sealed mirror; beside it without"),
		    .complete = "file" },
		{ 0 }
	};
	static const char *const examples[] = {
		"crm -s ./new restore crm.jsonl",
		"xz -d < crm.jsonl.xz | crm -s ./new restore -",
		"crm -s ./new restore --from-git mirror.git", NULL };
	const struct crm_prog prog = { "crm restore", CRM_OTHER, "FILE|-",
	    N_("make a store of a backup"), examples, opts,
	    .with = CRM_HAS_STORE | CRM_HAS_LIMITS };
	struct crm_err err = { 0 };
	if (crm_cli_begin(&cli, argc, argv, &prog)) {
		if (cli.nargs != 1)
			crm_cli_usage(&cli, _("one FILE, or - for stdin"));
		else if (vault && !git)
			crm_cli_usage(&cli, _("--vault goes with --from-git"));
		else if (git ? restore_git(&cli, vault, &err) :
		    restore(&cli, false, &err)) {
			if (crm_status_is_data(err.code))
				err.code = CRM_SYSTEM;
			crm_cli_fail(&cli, &err);
		}
	}
	return crm_cli_end(&cli);
}
