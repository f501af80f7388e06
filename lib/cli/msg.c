#include "cli/msg.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "base/utf8.h"
#include "cli/progress.h"
#include "format/json.h"

bool
crm_msg_write(int fd, struct crm_str text)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);
		if (n < 0 && errno == EAGAIN) {
			struct pollfd p = { .fd = fd, .events = POLLOUT };
			poll(&p, 1, -1);
		} else if (n < 0 && errno != EINTR) {
			return false;
		} else if (n > 0) {
			text = crm_str_sub(text, (size_t)n, SIZE_MAX);
		}
	}
	return true;
}

void
crm_msg_stdout(struct crm_cli *cli, struct crm_str text)
{
	if (crm_msg_write(STDOUT_FILENO, text))
		return;
	struct crm_err err = { 0 };
	crm_err_sys(&err, "output.write", _("write error"));
	err.code = CRM_SYSTEM;
	crm_cli_fail(cli, &err);
}

/* Data in a message must not drive the terminal. */
static void
print_safe(struct crm_buf *out, struct crm_buf *text)
{
	crm_safe(out, crm_buf_view(text), false);
	crm_buf_c(out, '\n');
}

static void
as_text(const struct crm_cli *cli, const char *level,
    const struct crm_err *err, struct crm_buf *out)
{
	struct crm_buf b = { 0 };
	crm_buf_printf(&b, "%s: ", cli->prog->name);
	if (err->source[0]) {
		crm_buf_z(&b, err->source);
		if (err->line)
			crm_buf_printf(&b, ":%" PRIu64, err->line);
		crm_buf_z(&b, ": ");
	}
	if (strcmp(level, "warning") == 0)
		crm_buf_printf(&b, "%s: ", _("warning"));
	if (err->field[0])
		crm_buf_printf(&b, "'%s': ", err->field);
	crm_buf_z(&b, err->msg);
	print_safe(out, &b);
	crm_buf_release(&b);
}

static void
as_json(const struct crm_cli *cli, const char *level,
    const struct crm_err *err, struct crm_buf *out)
{
	crm_buf_c(out, '{');
	crm_json_add_str(out, "prog", crm_str_z(cli->prog->name));
	crm_json_add_str(out, "level", crm_str_z(level));
	crm_json_add_str(out, "code", crm_str_z(err->id ? err->id : ""));
	if (err->source[0])
		crm_json_add_str(out, "source", crm_str_z(err->source));
	if (err->line)
		crm_json_add_u64(out, "line", err->line);
	if (err->field[0])
		crm_json_add_str(out, "field", crm_str_z(err->field));
	crm_json_add_str(out, "message", crm_str_z(err->msg));
	crm_buf_z(out, "}\n");
}

static void
message(struct crm_cli *cli, const char *level, const struct crm_err *err)
{
	struct crm_buf out = { 0 };
	crm_progress_clear(cli);
	if (cli->errors_json)
		as_json(cli, level, err, &out);
	else
		as_text(cli, level, err, &out);
	(void)crm_msg_write(STDERR_FILENO, crm_buf_view(&out));
	crm_buf_release(&out);
}

void
crm_cli_error(struct crm_cli *cli, const struct crm_err *err)
{
	message(cli, "error", err);
}

void
crm_cli_warn(struct crm_cli *cli, const char *id, const char *fmt, ...)
{
	struct crm_err err = { .id = id };
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err.msg, sizeof(err.msg), fmt, ap);
	va_end(ap);
	message(cli, "warning", &err);
}

void
crm_cli_note(struct crm_cli *cli, const char *fmt, ...)
{
	if (cli->quiet)
		return;
	struct crm_err err = { .id = "note" };
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err.msg, sizeof(err.msg), fmt, ap);
	va_end(ap);
	message(cli, "note", &err);
}

static void
hint(const struct crm_cli *cli, struct crm_err *err)
{
	size_t n = strlen(err->msg);
	if (n && !strstr(err->msg, " -h'"))
		snprintf(err->msg + n, sizeof(err->msg) - n,
		    err->msg[n - 1] == '?' ? _(" try '%s -h'") :
		    _("; try '%s -h'"), cli->prog->name);
}

enum crm_status
crm_cli_fail(struct crm_cli *cli, const struct crm_err *err)
{
	struct crm_err e = *err;
	switch (err->code) {
	case CRM_OK:
		return CRM_OK;
	case CRM_USAGE:
		cli->usage = true;
		hint(cli, &e);
		break;
	case CRM_BUSY:
	case CRM_FULL:
		cli->retry = true;
		break;
	case CRM_NOTFOUND:
	case CRM_EXISTS:
	case CRM_INVALID:
	case CRM_CONFLICT:
		cli->rejected = true;
		break;
	case CRM_CORRUPT:
	case CRM_VERSION:
	case CRM_SYSTEM:
		cli->failed = true;
		break;
	}
	message(cli, "error", &e);
	return err->code;
}

enum crm_status
crm_cli_usage(struct crm_cli *cli, const char *fmt, ...)
{
	struct crm_err err = { .code = CRM_USAGE, .id = "usage" };
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err.msg, sizeof(err.msg), fmt, ap);
	va_end(ap);
	return crm_cli_fail(cli, &err);
}

void
crm_cli_no(struct crm_cli *cli)
{
	cli->no = true;
}

static void
sink_line(const struct crm_cli *cli, struct crm_buf *b)
{
	crm_buf_printf(b, _("%s: added %" PRIu64 ", updated %" PRIu64
	    ", unchanged %" PRIu64), cli->prog->name, cli->count.created,
	    cli->count.updated, cli->count.unchanged);
	if (cli->count.deleted)
		crm_buf_printf(b, _(", removed %" PRIu64), cli->count.deleted);
	if (cli->count.rejected)
		crm_buf_printf(b, _(", rejected %" PRIu64),
		    cli->count.rejected);
	if (cli->count.rejected && cli->reject)
		crm_buf_printf(b, _(" (rejects: %s)"), cli->reject);
}

void
crm_msg_summary(struct crm_cli *cli)
{
	struct crm_buf b = { 0 }, safe = { 0 };
	bool sink = cli->prog->kind == CRM_SINK;
	crm_progress_clear(cli);
	if (sink && !cli->errors_json &&
	    (cli->verbose || (cli->tty_err && !cli->quiet))) {
		sink_line(cli, &b);
		print_safe(&safe, &b);
	}
	if (cli->summary_json) {
		crm_buf_c(&safe, '{');
		crm_json_add_u64(&safe, "read", cli->count.read);
		crm_json_add_u64(&safe, "created", cli->count.created);
		crm_json_add_u64(&safe, "updated", cli->count.updated);
		crm_json_add_u64(&safe, "unchanged", cli->count.unchanged);
		if (cli->count.deleted)
			crm_json_add_u64(&safe, "deleted", cli->count.deleted);
		crm_json_add_u64(&safe, "rejected", cli->count.rejected);
		crm_buf_z(&safe, "}\n");
	}
	if (safe.n)
		(void)crm_msg_write(STDERR_FILENO, crm_buf_view(&safe));
	crm_buf_release(&b);
	crm_buf_release(&safe);
}
