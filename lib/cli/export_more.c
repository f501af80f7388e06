/* crm-export: references, files of their own, parquet, one person's data. */
#include "cli/export.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/msg.h"
#include "model/ref.h"

/* The store is only asked where there is one; a pipe without is fine. */
struct crm_store *
crm_export_store(struct crm_export_job *j, uint64_t *rev)
{
	struct crm_store_opts o = { 0 };
	struct crm_at now = { CRM_AT_NOW, 0 };
	if (j->cli->as_of != INT64_MAX)
		now = (struct crm_at){ CRM_AT_TIME, j->cli->as_of };
	*rev = j->feed.rev;
	if (j->feed.store)
		return j->feed.store;
	if (!j->store_tried && crm_store_open(crm_cli_store_path(j->cli), &o,
	    &j->store, NULL))
		j->store = NULL;
	j->store_tried = true;
	if (j->store && crm_store_at(j->store, now, rev, NULL))
		return NULL;
	return j->store;
}

bool
crm_export_resolve(void *job, struct crm_str id, struct crm_str path,
    struct crm_buf *text)
{
	struct crm_export_job *j = job;
	uint64_t rev;
	struct crm_store *s = crm_export_store(j, &rev);
	struct crm_key k = { .by = CRM_BY_ID, .value = id };
	struct crm_str val, key, first;
	if (!s || !crm_id_valid(id))
		return false;
	if (!j->rows)
		j->rows = crm_batch_new();
	if (crm_store_get(s, rev, &k, 1, j->rows, NULL, NULL) ||
	    !crm_batch_len(j->rows))
		return false;
	const struct crm_rec *r = crm_batch_row(j->rows, 0);
	if (!r->line.n || !crm_rec_get(r, path, &val))
		return false;
	if (crm_json_kind(val) == '[') {
		struct crm_json_iter it = crm_json_iter(val);
		if (!crm_json_next(&it, &key, &first))
			return false;
		val = first;
	}
	crm_json_text(text, val);
	return true;
}

/* A value as part of a file's name: no separator, no dot in front, no control
 * gets out of the data. */
static void
put_name(struct crm_buf *b, struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		bool dot = c == '.' && (b->n == 0 || b->p[b->n - 1] == '/');
		crm_buf_c(b, c < 0x20 || c == '/' || c == 0x7f || dot ? '_' :
		    (char)c);
	}
}

static enum crm_status
file_name(struct crm_export_job *j, struct crm_str line, struct crm_buf *b,
    struct crm_err *err)
{
	struct crm_str s = crm_str_z(j->pattern), val;
	struct crm_buf text = { 0 };
	enum crm_status st = CRM_OK;
	while (!st && s.n) {
		size_t n = crm_str_chr(s, '{');
		crm_buf_str(b, crm_str_sub(s, 0, n));
		s = crm_str_sub(s, n + 1, s.n);
		if (!s.n)
			break;
		n = crm_str_chr(s, '}');
		struct crm_str path = crm_str_sub(s, 0, n);
		s = crm_str_sub(s, n + 1, s.n);
		if (!crm_json_path(line, path, &val)) {
			st = crm_err_field(err, CRM_INVALID, "template.missing",
			    path, _("the file's name asks for it and the record "
			    "has none"));
			break;
		}
		crm_buf_clear(&text);
		crm_json_text(&text, val);
		put_name(b, crm_buf_view(&text));
	}
	crm_buf_release(&text);
	return st;
}

enum crm_status
crm_export_file(struct crm_export_job *j, struct crm_str line,
    struct crm_str text, struct crm_err *err)
{
	struct crm_buf name = { 0 };
	struct crm_file f = { 0 };
	enum crm_status st = file_name(j, line, &name, err);
	if (!st)
		st = crm_file_open(&f, crm_buf_cstr(&name), err);
	if (!st && !crm_msg_write(f.fd, text)) {
		st = crm_err_sys(err, "file.write", "%s", crm_buf_cstr(&name));
		crm_file_abort(&f);
	} else if (!st)
		st = crm_file_commit(&f, err);
	crm_buf_release(&name);
	return st;
}

static int
start_duckdb(const char *file, pid_t *pid)
{
	int fd[2];
	struct crm_buf sql = { 0 };
	crm_buf_z(&sql, "COPY (SELECT * FROM read_json_auto('/dev/stdin', "
	    "format='newline_delimited', sample_size=-1, "
	    "maximum_object_size=8388608)) TO '");
	for (const char *p = file; *p; p++)
		crm_buf_printf(&sql, *p == '\'' ? "''" : "%c", *p);
	crm_buf_z(&sql, "' (FORMAT parquet)");
	const char *text = crm_buf_cstr(&sql);
	*pid = pipe(fd) ? -1 : fork();
	if (*pid == 0) {
		dup2(fd[0], 0);
		dup2(2, 1);	/* what it counts is no record */
		close(fd[0]);
		close(fd[1]);
		execlp("duckdb", "duckdb", "-c", text, (char *)NULL);
		_exit(127);
	}
	crm_buf_release(&sql);
	if (*pid < 0)
		return -1;
	close(fd[0]);
	return fd[1];
}

void
crm_export_parquet(struct crm_export_job *j)
{
	const struct crm_rec *rec;
	struct crm_err err = { 0 };
	pid_t pid;
	int status = 0;
	const char *file = j->cli->output;
	if (!file || !strcmp(file, "-")) {
		crm_cli_usage(j->cli, _("-F parquet needs -o FILE"));
		return;
	}
	j->cli->output = NULL;
	/* a program that is not there must not end this one silently */
	signal(SIGPIPE, SIG_IGN);
	int fd = start_duckdb(file, &pid);
	bool more = fd >= 0 && crm_feed_start(&j->feed, NULL, 0);
	while (more && crm_feed_next(&j->feed, &rec)) {
		crm_buf_clear(&j->line);
		crm_rec_print(rec, &j->line);
		crm_buf_c(&j->line, '\n');
		more = crm_msg_write(fd, crm_buf_view(&j->line));
	}
	if (fd >= 0)
		close(fd);
	if (pid > 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	crm_err_set(&err, CRM_SYSTEM, "export.parquet",
	    pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 127 ?
	    _("-F parquet needs the program duckdb, which is not installed; "
	    "-F csv and -F jsonl need nothing") :
	    _("duckdb could not write the file"));
	crm_cli_fail(j->cli, &err);
}
