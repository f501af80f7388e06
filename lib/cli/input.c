#include "cli/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/common.h"
#include "cli/interrupt.h"
#include "cli/out.h"
#include "cli/reject.h"
#include "format/json.h"

enum { CHUNK = 256 << 10 };

void
crm_input_init(struct crm_input *in, struct crm_cli *cli,
    const char *const *files, size_t n)
{
	static const char *const standard_input[] = { "-" };
	*in = (struct crm_input){ .cli = cli, .fd = -1, .sep = '\n',
	    .end_rev = -1, .source = "-" };
	in->files = n ? files : standard_input;
	in->nfiles = n ? n : 1;
	in->failed = !crm_reject_open(cli, in->files, in->nfiles);
}

void
crm_input_lines(struct crm_input *in, struct crm_cli *cli,
    struct crm_lines lines)
{
	*in = (struct crm_input){ .cli = cli, .fd = -1, .lines = lines,
	    .end_rev = -1, .source = "" };
	in->failed = !crm_reject_open(cli, NULL, 0);
}

void
crm_input_release(struct crm_input *in)
{
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	free(in->buf);
	in->buf = NULL;
	in->fd = -1;
}

static void
fail(struct crm_input *in, struct crm_err *err)
{
	in->failed = true;
	crm_cli_fail(in->cli, err);
}

/* An _end line says how many lines came before it. */
static void
end_line(struct crm_input *in, struct crm_str line)
{
	struct crm_str n, rev;
	struct crm_err err = { .line = in->line };
	snprintf(err.source, sizeof(err.source), "%s", in->source);
	if (crm_json_check(line, NULL, &err) != CRM_OK ||
	    !crm_json_get(line, CRM_STR("_end"), &n)) {
		err.code = CRM_SYSTEM;
		fail(in, &err);
		return;
	}
	if (crm_json_get(line, CRM_STR("_rev"), &rev) && rev.n < 19)
		in->end_rev = strtoll(rev.p, NULL, 10);
	char want[24];
	snprintf(want, sizeof(want), "%" PRIu64, in->since_end);
	if (!crm_str_is(n, want)) {
		crm_err_set(&err, CRM_SYSTEM, "input.truncated",
		    _("the input says %.*s records, but %s came"), CRM_FMT(n),
		    want);
		fail(in, &err);
	}
	in->ended = true;
	in->since_end = 0;
}

/* Once, when everything was read. */
static bool
finish(struct crm_input *in)
{
	struct crm_cli *cli = in->cli;
	if (in->noted)
		return false;
	in->noted = true;
	if (cli->require_end && !in->lines.next && !in->failed &&
	    (!in->ended || in->since_end)) {
		struct crm_err err = { 0 };
		crm_err_set(&err, CRM_SYSTEM, "input.truncated",
		    _("the input ended without its _end line"));
		fail(in, &err);
	}
	if (!in->failed && cli->count.read == 0 && !in->lines.next &&
	    (crm_common_set(cli->prog) & CRM_HAS_ALL))
		crm_cli_note(cli, _("0 records read; -a reads the store"));
	return false;
}

static void
terminal_hint(struct crm_input *in)
{
	struct crm_cli *cli = in->cli;
	if (!isatty(in->fd))
		return;
	if (crm_common_set(cli->prog) & CRM_HAS_ALL)
		crm_cli_note(cli, _("reading records from the terminal; "
		    "'crm-find ... | %s' or -a"), cli->prog->name);
	else
		crm_cli_note(cli, _("reading from the terminal; "
		    "Ctrl-D ends the input"));
}

static bool
open_next(struct crm_input *in)
{
	if (in->file == in->nfiles)
		return finish(in);
	in->source = in->files[in->file++];
	in->line = 0;
	in->pos = in->fill = 0;
	in->eof = false;
	in->first = true;
	if (strcmp(in->source, "-") == 0) {
		in->fd = STDIN_FILENO;
		terminal_hint(in);
		return true;
	}
	in->fd = open(in->source, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (in->fd >= 0)
		return true;
	struct crm_err err = { 0 };
	crm_err_sys(&err, "input.open", "%s", in->source);
	err.code = CRM_SYSTEM;
	fail(in, &err);
	return false;
}

bool
crm_input_waits(struct crm_input *in, int ms)
{
	if (in->lines.next || in->fd < 0 || in->eof)
		return false;
	if (in->fill > in->pos &&
	    memchr(in->buf + in->pos, in->sep, in->fill - in->pos))
		return false;
	struct pollfd p = { .fd = in->fd, .events = POLLIN };
	return poll(&p, 1, ms) == 0;
}

/* More bytes behind what is there; false after a failure. */
static bool
fill(struct crm_input *in)
{
	struct crm_cli *cli = in->cli;
	if (in->pos) {
		memmove(in->buf, in->buf + in->pos, in->fill - in->pos);
		in->fill -= in->pos;
		in->pos = 0;
	}
	if (in->fill == in->cap)
		crm_grow(&in->buf, &in->cap, in->cap + CHUNK, 1);
	struct pollfd p = { .fd = in->fd, .events = POLLIN };
	if (cli->out && poll(&p, 1, 0) == 0 && !crm_out_flush(cli->out))
		return false;
	ssize_t n;
	while ((n = read(in->fd, in->buf + in->fill, in->cap - in->fill)) < 0) {
		if (errno == EINTR && crm_interrupt_which()) {
			in->failed = true;
			return false;
		}
		if (errno == EAGAIN)
			poll(&p, 1, -1);
		else if (errno != EINTR)
			break;
	}
	if (n < 0) {
		struct crm_err err = { 0 };
		crm_err_sys(&err, "input.read", "%s", in->source);
		err.code = CRM_SYSTEM;
		fail(in, &err);
		return false;
	}
	in->eof = n == 0;
	in->fill += (size_t)n;
	if (in->first && in->fill >= 3 &&
	    memcmp(in->buf, "\xef\xbb\xbf", 3) == 0)
		in->pos = 3;
	if (in->fill >= 3 || in->eof)
		in->first = false;
	return true;
}

/* A line over the limit: kept verbatim as it passes, never held whole. */
static bool
skip_long(struct crm_input *in)
{
	struct crm_cli *cli = in->cli;
	struct crm_err err = { .line = in->line };
	snprintf(err.source, sizeof(err.source), "%s", in->source);
	crm_err_set(&err, CRM_INVALID, "json.line",
	    _("longer than %" PRIu64 " bytes (--max-line raises)"),
	    cli->max_line);
	cli->count.read++;
	in->since_end++;
	bool more = crm_cli_reject(cli, &err, (struct crm_str){ NULL, 0 });
	for (;;) {
		size_t n = in->fill - in->pos;
		char *end = memchr(in->buf + in->pos, in->sep, n);
		if (end)
			n = (size_t)(end - (in->buf + in->pos)) + 1;
		crm_reject_raw(cli,
		    (struct crm_str){ in->buf + in->pos, n });
		in->pos += n;
		if (end)
			return more;
		if (in->eof) {
			crm_reject_raw(cli, CRM_STR("\n"));
			return more;
		}
		if (!fill(in))
			return false;
	}
}

/* The bytes of the next line, blank or not, without the end; false at the end
 * of the file (then *more tells whether to go on with the next). */
static bool
raw_line(struct crm_input *in, struct crm_str *line, bool *more)
{
	size_t seen = 0;
	*more = true;
	for (;;) {
		size_t n = in->fill - in->pos;
		char *from = in->buf + in->pos;
		char *end = n > seen ? memchr(from + seen, in->sep, n - seen) :
		    NULL;
		size_t len = end ? (size_t)(end - from) : n;
		if (len > in->cli->max_line + 1 ||
		    (len > in->cli->max_line && (!end || from[len - 1] != '\r'))) {
			in->line++;
			if (!skip_long(in)) {
				*more = false;
				return false;
			}
			seen = 0;
			continue;
		}
		if (!end && !in->eof) {
			seen = n;
			if (!fill(in)) {
				*more = false;
				return false;
			}
			continue;
		}
		if (n == 0)
			return false;
		in->line++;
		in->pos += end ? len + 1 : len;
		*line = (struct crm_str){ from, len };
		return true;
	}
}

static bool
from_store(struct crm_input *in, struct crm_str *line)
{
	struct crm_err err = { 0 };
	switch (in->lines.next(in->lines.self, line, &err)) {
	case CRM_OK:
		in->line++;
		in->text = *line;
		in->cli->count.read++;
		return true;
	case CRM_NOTFOUND:
		return finish(in);
	default:
		fail(in, &err);
		return false;
	}
}

/* Ready for the next file; false when that was the last of all. */
static bool
close_file(struct crm_input *in)
{
	if (in->fd > STDIN_FILENO)
		close(in->fd);
	in->fd = -1;
	return true;
}

enum crm_status
crm_input_sound(struct crm_str line, struct crm_err *err)
{
	return memchr(line.p, '\0', line.n) ? crm_err_set(err, CRM_INVALID,
	    "json.nul", _("a NUL byte")) : CRM_OK;
}

static bool
blank(struct crm_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\r')
			return false;
	return true;
}

bool
crm_input_next(struct crm_input *in, struct crm_str *line)
{
	while (!in->failed) {
		if (crm_interrupt_which()) {
			in->failed = true;
			return false;
		}
		if (in->lines.next)
			return from_store(in, line);
		if (in->fd < 0 && !open_next(in))
			return false;
		bool more;
		if (!raw_line(in, line, &more)) {
			if (!more)
				return false;
			close_file(in);
			continue;
		}
		in->cr = line->n && line->p[line->n - 1] == '\r' && in->sep;
		line->n -= in->cr;
		if (line->n == 0 || (line->p[0] <= ' ' && blank(*line)))
			continue;
		if (crm_str_starts(*line, CRM_STR("{\"_end\":"))) {
			end_line(in, *line);
			continue;
		}
		in->text = *line;
		in->since_end++;
		in->cli->count.read++;
		struct crm_err err = { 0 };
		if (in->sep && !in->ahead && crm_input_sound(*line, &err)) {
			if (!crm_input_reject(in, &err))
				return false;
			continue;
		}
		return true;
	}
	return false;
}
