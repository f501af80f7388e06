/* The note of what is to be forgotten: it stays in the repository until that is
 * done, so that a killed run is done again. */
#include "store/git_sync.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"

static void
note_path(const char *path, struct crm_buf *out)
{
	crm_buf_printf(out, "%s/crm-forget", path);
	crm_buf_cstr(out);
}

enum crm_status
crm_git_mark(const char *path, const uint64_t *no, size_t n,
    struct crm_err *err)
{
	struct crm_buf file = { 0 }, temp = { 0 }, text = { 0 };
	enum crm_status st = CRM_OK;
	note_path(path, &file);
	crm_buf_printf(&temp, "%s.new", file.p);
	for (size_t i = 0; i < n; i++) {
		crm_git_no_print(&text, no[i]);
		crm_buf_c(&text, '\n');
	}
	int fd = open(crm_buf_cstr(&temp), O_WRONLY | O_CREAT | O_TRUNC |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n ||
	    fsync(fd) < 0 || rename(temp.p, file.p) < 0)
		st = crm_err_sys(err, "git.write", "'%s'", file.p);
	if (fd >= 0)
		close(fd);
	crm_buf_release(&file);
	crm_buf_release(&temp);
	crm_buf_release(&text);
	return st;
}

enum crm_status
crm_git_marked(const char *path, uint64_t **no, size_t *n,
    struct crm_err *err)
{
	struct crm_buf file = { 0 }, text = { 0 };
	struct crm_str rest, line;
	size_t cap = 0;
	enum crm_status st = CRM_OK;
	note_path(path, &file);
	if (crm_buf_read_file(&text, file.p) < 0 && errno != ENOENT)
		st = crm_err_sys(err, "git.read", "'%s'", file.p);
	rest = crm_buf_view(&text);
	while (!st && rest.n && crm_str_split(&rest, '\n', &line)) {
		uint64_t v;
		if (!crm_git_no_read(line, &v))
			continue;
		crm_grow(no, &cap, *n + 1, sizeof(**no));
		(*no)[(*n)++] = v;
	}
	crm_buf_release(&file);
	crm_buf_release(&text);
	return st;
}

enum crm_status
crm_git_unmark(const char *path, struct crm_err *err)
{
	struct crm_buf file = { 0 };
	note_path(path, &file);
	enum crm_status st = unlink(file.p) < 0 && errno != ENOENT ?
	    crm_err_sys(err, "git.write", "'%s'", file.p) : CRM_OK;
	crm_buf_release(&file);
	return st;
}
