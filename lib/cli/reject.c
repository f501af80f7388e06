#include "cli/reject.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/input.h"
#include "cli/msg.h"
#include "format/json.h"

/* Rejects keep their file's encoding: in UTF-16LE a line ends "\n\0". */
static bool
ends_line(struct crm_str s)
{
	while (s.n && s.p[s.n - 1] == '\0')
		s.n--;
	return s.n && s.p[s.n - 1] == '\n';
}

static bool
is_input(const char *path, const char *const *files, size_t n)
{
	struct stat a, b;
	if (stat(path, &a) != 0 || !S_ISREG(a.st_mode))
		return false;
	for (size_t i = 0; i < n; i++) {
		bool in = strcmp(files[i], "-") == 0 ?
		    fstat(STDIN_FILENO, &b) == 0 : stat(files[i], &b) == 0;
		if (in && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
			return true;
	}
	return false;
}

bool
crm_reject_open(struct crm_cli *cli, const char *const *files, size_t n)
{
	if (!cli->reject || cli->reject_fd >= 0)
		return true;
	if (is_input(cli->reject, files, n)) {
		crm_cli_usage(cli, _("--reject: '%s' is an input"),
		    cli->reject);
		return false;
	}
	cli->reject_fd = open(cli->reject,
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (cli->reject_fd >= 0)
		return true;
	struct crm_err err = { 0 };
	crm_err_sys(&err, "reject.open", "%s", cli->reject);
	err.code = CRM_SYSTEM;
	crm_cli_fail(cli, &err);
	return false;
}

void
crm_reject_raw(struct crm_cli *cli, struct crm_str bytes)
{
	if (cli->reject_fd < 0 || crm_msg_write(cli->reject_fd, bytes))
		return;
	struct crm_err err = { 0 };
	crm_err_sys(&err, "reject.write", "%s", cli->reject);
	crm_cli_fail(cli, &err);
	close(cli->reject_fd);
	cli->reject_fd = -1;
}

void
crm_cli_reject_header(struct crm_cli *cli, struct crm_str header)
{
	crm_buf_clear(&cli->reject_head);
	crm_buf_str(&cli->reject_head, header);
	if (header.n && !ends_line(header))
		crm_buf_c(&cli->reject_head, '\n');
}

bool
crm_cli_reject(struct crm_cli *cli, const struct crm_err *err,
    struct crm_str text)
{
	crm_cli_error(cli, err);
	cli->rejected = true;
	cli->count.rejected++;
	if (cli->reject_head.n) {
		crm_reject_raw(cli, crm_buf_view(&cli->reject_head));
		crm_buf_release(&cli->reject_head);
	}
	if (text.n && cli->reject_fd >= 0) {
		struct crm_buf b = { 0 };
		crm_buf_str(&b, text);
		if (!ends_line(text))
			crm_buf_c(&b, '\n');
		crm_reject_raw(cli, crm_buf_view(&b));
		crm_buf_release(&b);
	}
	if (cli->count.rejected < (uint64_t)cli->max_rejects)
		return true;
	crm_cli_note(cli, _("stopped after %" PRIu64 " rejected records"),
	    cli->count.rejected);
	return false;
}

void
crm_src_of(struct crm_str record, struct crm_err *err)
{
	struct crm_str src, file, line;
	if (!record.n || !memmem(record.p, record.n, "\"_src\"", 6) ||
	    crm_json_check(record, NULL, NULL) != CRM_OK ||
	    !crm_json_get(record, CRM_STR("_src"), &src))
		return;
	if (crm_json_get(src, CRM_STR("file"), &file) &&
	    crm_json_is_string(file)) {
		struct crm_buf b = { 0 };
		crm_json_text(&b, file);
		snprintf(err->source, sizeof(err->source), "%.*s",
		    CRM_FMT(crm_buf_view(&b)));
		err->line = 0;
		crm_buf_release(&b);
	}
	if (crm_json_get(src, CRM_STR("line"), &line) && line.n &&
	    line.p[0] >= '0' && line.p[0] <= '9')
		err->line = strtoull(line.p, NULL, 10);
}

bool
crm_input_reject(struct crm_input *in, struct crm_err *err)
{
	snprintf(err->source, sizeof(err->source), "%s", in->source);
	err->line = in->lines.next ? 0 : in->line;
	crm_src_of(in->text, err);
	return crm_cli_reject(in->cli, err, in->text);
}
