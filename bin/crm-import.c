/* Files of other systems to records. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/input.h"
#include "cli/out.h"
#include "cli/reject.h"
#include "cli/session.h"
#include "model/import.h"

struct options {
	const char *profile, *encoding, *delimiter, *map, *dates, *zone;
	const char *region, *currency, *decimal;
	int blank;
	bool spreadsheet, list;
};

struct run {
	struct crm_cli *cli;
	struct options *o;
	struct crm_out *out;
	struct crm_profiles profiles;
	struct crm_profile *map, *usual;
	struct crm_import *im;
};

static bool
on_record(void *ctx, struct crm_str line)
{
	struct run *r = ctx;
	r->cli->count.read++;
	return crm_out_record(r->out, line) && crm_out_more(r->out);
}

static bool
on_reject(void *ctx, const struct crm_err *err, struct crm_str bytes)
{
	struct run *r = ctx;
	r->cli->count.read++;
	return crm_cli_reject(r->cli, err, bytes);
}

static void
on_head(void *ctx, struct crm_str bytes)
{
	struct run *r = ctx;
	crm_cli_reject_header(r->cli, bytes);
}

static void
on_note(void *ctx, const char *text)
{
	struct run *r = ctx;
	crm_cli_note(r->cli, "%s", text);
}

static enum crm_status
list_profiles(struct run *r, struct crm_err *err)
{
	enum crm_status st = crm_profiles_load(&r->profiles,
	    crm_cli_datadir(r->cli), NULL, err);
	struct crm_buf b = { 0 };
	for (size_t i = 0; !st && i < r->profiles.n; i++) {
		const struct crm_profile *p = r->profiles.p[i];
		for (size_t k = 0; k < p->nobjects; k++)
			crm_buf_printf(&b, "%.*s-%.*s\t%.*s\t%.*s\n",
			    CRM_FMT(p->name), CRM_FMT(p->objects[k].name),
			    CRM_FMT(p->objects[k].type), CRM_FMT(p->title));
	}
	if (!st)
		crm_out_text(r->out, crm_buf_view(&b));
	crm_buf_release(&b);
	return st;
}

static enum crm_status
load_file(const char *path, struct crm_profile **out, struct crm_err *err)
{
	struct crm_buf text = CRM_BUF_MAX(1 << 20);
	enum crm_status st;
	if (crm_buf_read_file(&text, path))
		st = crm_err_sys(err, "profile.read", "%s", path);
	else
		st = crm_profile_load(crm_buf_view(&text), out, err);
	if (st)
		snprintf(err->source, sizeof(err->source), "%s", path);
	crm_buf_release(&text);
	return st;
}

/* The usual headers of plain tables: data as well. */
static enum crm_status
load_usual(struct run *r, struct crm_import_opts *io, struct crm_err *err)
{
	struct crm_buf path = { 0 };
	crm_buf_printf(&path, "%s/profiles/headers/auto.json",
	    crm_cli_datadir(r->cli));
	enum crm_status st = load_file(crm_buf_cstr(&path), &r->usual, err);
	if (!st)
		io->usual = &r->usual->objects[0];
	crm_buf_release(&path);
	return st;
}

static enum crm_status
choose_profile(struct run *r, struct crm_import_opts *io, struct crm_err *err)
{
	const char *name = r->o->profile;
	static const char *const forms[] = { "vcard", "ics", "mail", "mbox",
		"jsonl", "ubl", "form" };
	io->profiles = &r->profiles;
	enum crm_status st = load_usual(r, io, err);
	if (st)
		return st;
	if (r->o->map) {
		st = load_file(r->o->map, &r->map, err);
		io->profile = r->map;
		if (!st && r->map->nobjects == 1)
			io->object = &r->map->objects[0];
		return st;
	}
	if (name && !strcmp(name, "auto"))
		name = NULL;
	if (name && (!strcmp(name, "csv") || !strcmp(name, "tsv"))) {
		io->plain = true;
		if (*name == 't' && !io->delimiter)
			io->delimiter = '\t';
		return CRM_OK;
	}
	for (size_t i = 0; name && i < CRM_LEN(forms); i++)
		if (!strcmp(name, forms[i])) {
			io->form = forms[i];
			return CRM_OK;
		}
	st = crm_profiles_load(&r->profiles, crm_cli_datadir(r->cli), name,
	    err);
	if (st || !name)
		return st;
	io->profile = crm_profiles_get(&r->profiles, crm_str_z(name),
	    &io->object);
	if (!io->profile)
		return crm_err_set(err, CRM_USAGE, "profile.unknown",
		    _("no profile '%s': see --list-profiles"), name);
	return CRM_OK;
}

static enum crm_status
cell_options(const struct options *o, struct crm_profile_opts *c,
    struct crm_err *err)
{
	c->dates = crm_str_z(o->dates);
	c->decimal = o->decimal ? *o->decimal : 0;
	c->zone_name = crm_str_z(o->zone);
	c->region = crm_str_z(o->region);
	c->currency = crm_str_z(o->currency);
	c->clear = o->blank == 1;
	c->spreadsheet = o->spreadsheet;
	if (c->currency.n && crm_str_chr(c->currency, ' ') < c->currency.n)
		c->currency.n = 0;
	if (!o->zone)
		return CRM_OK;
	enum crm_status st = crm_zone_get(c->zone_name, &c->zone, err);
	return st ? crm_err_set(err, CRM_USAGE, "zone.unknown",
	    _("--zone: no time zone '%s'"), o->zone) : CRM_OK;
}

static enum crm_status
delimiter_of(const char *s, char *out, struct crm_err *err)
{
	*out = !s ? 0 : !strcmp(s, "tab") || !strcmp(s, "\\t") ? '\t' : *s;
	bool good = !s || *out == '\t' || (s[0] && !s[1] && *out != '"' &&
	    *out != '\n' && *out != '\r' && (unsigned char)*out < 0x80);
	return good ? CRM_OK : crm_err_set(err, CRM_USAGE, "usage.value",
	    _("--delimiter: one ASCII character or 'tab', not '%s'"), s);
}

/* A workbook is read through xlsx2csv: its first sheet as CSV. The descriptor
 * to read instead, or -1. */
static int
convert_workbook(const char *name, pid_t *pid)
{
	int fd[2];
	*pid = pipe(fd) ? -1 : fork();
	if (*pid < 0)
		return -1;
	if (*pid == 0) {
		dup2(fd[1], 1);
		close(fd[0]);
		close(fd[1]);
		/* as day numbers: its own writing of times loses AM and PM */
		execlp("xlsx2csv", "xlsx2csv", "--ignore-formats", "date",
		    "time", "--", name, (char *)NULL);
		_exit(127);
	}
	close(fd[1]);
	return fd[0];
}

static bool
is_workbook(int fd)
{
	char head[4];
	return fd >= 0 && pread(fd, head, 4, 0) == 4 &&
	    !memcmp(head, "PK\003\004", 4);
}

static enum crm_status
end_workbook(const char *name, pid_t pid, struct crm_err *err)
{
	int status = 0;
	if (pid <= 0)
		return CRM_OK;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return CRM_OK;
	bool missing = WIFEXITED(status) && WEXITSTATUS(status) == 127;
	return crm_err_set(err, CRM_SYSTEM, "import.xlsx", missing ?
	    _("%s is a workbook, and the program xlsx2csv, which reads them, is "
	    "not installed") : _("%s: xlsx2csv cannot read it"), name);
}

/* One file; a file that cannot be read fails the run, the others still go. */
static bool
read_file(struct run *r, const char *name)
{
	struct crm_err err = { 0 };
	bool std = !strcmp(name, "-");
	int fd = std ? 0 : open(name, O_RDONLY | O_CLOEXEC);
	char *buf = crm_alloc(1 << 16);
	enum crm_status st = CRM_OK;
	pid_t pid = 0;
	bool book = !std && is_workbook(fd);
	crm_import_begin(r->im, name, book);
	if (book) {
		close(fd);
		fd = convert_workbook(name, &pid);
	}
	ssize_t n = fd < 0 ? -1 : 1;
	while (!st && n > 0 && !crm_import_stopped(r->im)) {
		n = read(fd, buf, 1 << 16);
		if (n < 0 && errno == EINTR) {
			n = 1;
			continue;
		}
		if (n > 0)
			st = crm_import_push(r->im, buf, (size_t)n, &err);
	}
	if (n < 0)
		st = crm_err_sys(&err, "input.read", "%s", name);
	if (fd > 0)
		close(fd);
	if (!st)
		st = end_workbook(name, pid, &err);
	if (!st && !crm_import_stopped(r->im))
		st = crm_import_end(r->im, &err);
	if (st == CRM_INVALID)	/* the rest of the file is not read */
		err.code = CRM_CORRUPT;
	if (st)
		crm_cli_fail(r->cli, &err);
	free(buf);
	return st != CRM_USAGE && !crm_import_stopped(r->im);
}

static void
run(struct crm_cli *cli, struct options *o)
{
	struct run r = { .cli = cli, .o = o };
	struct crm_import_opts io = { .encoding = o->encoding };
	struct crm_err err = { 0 };
	struct crm_import_sink sink = { &r, on_record, on_reject, on_head,
		on_note };
	io.schema = crm_session_schema(cli);
	r.out = io.schema ? crm_out_init(cli, NULL) : NULL;
	if (!r.out)
		return;
	enum crm_status st = CRM_OK;
	if (o->list) {
		st = list_profiles(&r, &err);
		goto done;
	}
	st = delimiter_of(o->delimiter, &io.delimiter, &err);
	if (!st)
		st = cell_options(o, &io.cells, &err);
	if (!st && cli->type) {
		io.type = crm_schema_type(io.schema, crm_str_z(cli->type));
		if (!io.type)
			st = crm_err_set(&err, CRM_USAGE, "schema.type",
			    _("unknown type '%s'"), cli->type);
	}
	if (!st)
		st = choose_profile(&r, &io, &err);
	if (st || !crm_reject_open(cli, cli->args, cli->nargs))
		goto done;
	r.im = crm_import_new(&io, &sink);
	bool more = true;
	for (size_t i = 0; more && i < cli->nargs; i++)
		more = read_file(&r, cli->args[i]);
	if (cli->nargs == 0)
		read_file(&r, "-");
	if (cli->count.read == 0 && !cli->failed && cli->limit > 0)
		crm_cli_note(cli, _("0 records read"));
done:
	if (st)
		crm_cli_fail(cli, &err);
	crm_import_free(r.im);
	crm_profiles_release(&r.profiles);
	crm_profile_free(r.map);
	crm_profile_free(r.usual);
}

int
main(int argc, char **argv)
{
	static const char *const blanks[] = { "keep", "clear", NULL };
	static const char *const marks[] = { ".", ",", NULL };
	struct options o = { 0 };
	const struct crm_opt opts[] = {
		{ 'p', "profile", CRM_OPT_TEXT, "PROFILE", &o.profile,
		    N_("what kind of file it is; without: find out"),
		    .complete = "profile" },
		{ 0, "list-profiles", CRM_OPT_FLAG, NULL, &o.list,
		    N_("list the profiles and the types they give") },
		{ 0, "encoding", CRM_OPT_TEXT, "NAME", &o.encoding,
		    N_("encoding of the files, as iconv names it") },
		{ 0, "delimiter", CRM_OPT_TEXT, "C", &o.delimiter,
		    N_("what separates the cells; 'tab' for tabs") },
		{ 0, "map", CRM_OPT_TEXT, "FILE", &o.map,
		    N_("a profile of your own, see crm-profile(5)"),
		    .complete = "file" },
		{ 0, "dates", CRM_OPT_TEXT, "ORDER", &o.dates,
		    N_("order of day, month and year: dmy, mdy, ymd, serial") },
		{ 0, "decimal", CRM_OPT_TEXT, "C", &o.decimal,
		    N_("decimal mark of numbers and sums"), marks },
		{ 0, "zone", CRM_OPT_TEXT, "ZONE", &o.zone,
		    N_("time zone of times that name none") },
		{ 0, "region", CRM_OPT_TEXT, "CC", &o.region,
		    N_("country of phone numbers that name none") },
		{ 0, "currency", CRM_OPT_TEXT, "CODE", &o.currency,
		    N_("currency of sums that name none") },
		{ 0, "blank", CRM_OPT_CHOICE, "WHAT", &o.blank,
		    N_("an empty cell leaves its field alone, or clears it"),
		    blanks },
		{ 0, "spreadsheet", CRM_OPT_FLAG, NULL, &o.spreadsheet,
		    N_("undo the apostrophes of crm-export --spreadsheet") },
		{ 0 }
	};
	static const char *const examples[] = {
		"crm-import -t contact people.csv | crm-add -q",
		"crm-import -p salesforce Account.csv Contact.csv | crm-check",
		"crm-import --encoding windows-1253 --dates dmy -t deal Deals.csv",
		NULL
	};
	const struct crm_prog prog = { "crm-import", CRM_FILTER, "[FILE...]",
	    N_("read files of other systems as records"), examples, opts,
	    .without = CRM_HAS_ALL | CRM_HAS_AS_OF | CRM_HAS_JOBS |
	    CRM_HAS_REQUIRE_END };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli, &o);
	return crm_cli_end(&cli);
}
