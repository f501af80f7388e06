/* Attachments in a text backup. */
#include "cli/attach.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "format/json.h"
#include "format/transfer.h"

enum { PIECE = 3 << 20, HEX = 64 };	/* 4 MiB of base64 a line */

struct writing {
	void (*put)(void *ctx, struct crm_str line);
	void *ctx;
	struct crm_buf line, text;
};

static void
print_line(const char *hex, struct crm_str bytes, bool more,
    struct crm_buf *text, struct crm_buf *line)
{
	crm_buf_clear(line);
	crm_buf_clear(text);
	crm_base64_encode(text, bytes, false);
	crm_buf_c(line, '{');
	crm_json_add_str(line, "_file", crm_str_z(hex));
	crm_json_add_str(line, "base64", crm_buf_view(text));
	if (more)
		crm_json_add_raw(line, "_more", CRM_STR("true"));
	crm_buf_c(line, '}');
}

enum crm_status
crm_attach_lines(struct crm_str content,
    enum crm_status (*put)(void *ctx, struct crm_str line,
    struct crm_err *err), void *ctx, struct crm_err *err)
{
	struct crm_buf line = { 0 }, text = { 0 };
	char hex[HEX + 1];
	enum crm_status st;
	bool more;
	crm_sha256_hex(content.p, content.n, hex);
	do {
		struct crm_str part = crm_str_sub(content, 0, PIECE);
		more = part.n == PIECE;
		print_line(hex, part, more, &text, &line);
		st = put(ctx, crm_buf_view(&line), err);
		content = crm_str_sub(content, part.n, SIZE_MAX);
	} while (!st && more);
	crm_buf_release(&line);
	crm_buf_release(&text);
	return st;
}

/* Fills buf as far as the file goes; -1 with errno. */
static ssize_t
fill(int fd, char *buf)
{
	size_t at = 0;
	while (at < PIECE) {
		ssize_t n = read(fd, buf + at, PIECE - at);
		if (n < 0 && errno != EINTR)
			return -1;
		if (n == 0)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	return (ssize_t)at;
}

static enum crm_status
write_one(void *ctx, const char *path, const char *hex, struct crm_err *err)
{
	struct writing *w = ctx;
	char *buf = crm_alloc(PIECE);
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	do {
		n = fd < 0 ? -1 : fill(fd, buf);
		if (n < 0)
			break;
		print_line(hex, (struct crm_str){ buf, (size_t)n }, n == PIECE,
		    &w->text, &w->line);
		w->put(w->ctx, crm_buf_view(&w->line));
	} while (n == PIECE);
	enum crm_status st = n < 0 ? crm_err_sys(err, "attach.read", "%s",
	    path) : CRM_OK;
	if (fd >= 0)
		close(fd);
	free(buf);
	return st;
}

enum crm_status
crm_attach_write(struct crm_store *s,
    void (*put)(void *ctx, struct crm_str line), void *ctx,
    struct crm_err *err)
{
	struct writing w = { .put = put, .ctx = ctx };
	enum crm_status st = crm_attach_each(s, write_one, &w, err);
	crm_buf_release(&w.line);
	crm_buf_release(&w.text);
	return st;
}

static enum crm_status
add_bytes(struct crm_attach_in *in, struct crm_err *err)
{
	size_t at = 0;
	if (!in->fd) {
		int fd = memfd_create("crm-file", MFD_CLOEXEC);
		if (fd < 0)
			return crm_err_sys(err, "attach.write",
			    _("no room for a file"));
		in->fd = fd;
	}
	while (at < in->bytes.n) {
		ssize_t n = write(in->fd, in->bytes.p + at, in->bytes.n - at);
		if (n < 0 && errno != EINTR)
			return crm_err_sys(err, "attach.write",
			    _("no room for a file"));
		at += n > 0 ? (size_t)n : 0;
	}
	return CRM_OK;
}

enum crm_status
crm_attach_read(struct crm_attach_in *in, struct crm_store *s,
    struct crm_str line, struct crm_str name, struct crm_err *err)
{
	struct crm_str val;
	char hex[HEX + 1];
	bool good = name.n == HEX + 2 && crm_json_is_string(name);
	for (size_t i = 0; good && i < HEX; i++) {
		hex[i] = name.p[i + 1];
		good = hex[i] && strchr("0123456789abcdef", hex[i]);
	}
	hex[HEX] = 0;
	crm_buf_clear(&in->bytes);
	if (!good || !crm_json_get(line, CRM_STR("base64"), &val) ||
	    !crm_json_is_string(val) ||
	    !crm_base64_decode(&in->bytes, crm_json_inner(val)))
		return crm_err_set(err, CRM_SYSTEM, "restore.line",
		    _("an attached file's line is wrong"));
	enum crm_status st = add_bytes(in, err);
	if (st || crm_json_get(line, CRM_STR("_more"), &val))
		return st;
	st = crm_attach_keep(s, in->fd, hex, err);
	close(in->fd);
	in->fd = 0;
	return st;
}

void
crm_attach_in_release(struct crm_attach_in *in)
{
	if (in->fd)
		close(in->fd);
	crm_buf_release(&in->bytes);
	*in = (struct crm_attach_in){ 0 };
}
