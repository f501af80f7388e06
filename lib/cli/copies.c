#include "cli/copies.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/time.h"
#include "format/json.h"

static enum crm_status
path_of(struct crm_store *s, struct crm_buf *out, struct crm_err *err)
{
	struct crm_info info;
	enum crm_status st = crm_store_info(s, &info, err);
	if (!st)
		crm_buf_printf(out, "%s/copies", info.path);
	return st;
}

/* The file's directory; its name goes to *base. */
static char *
dir_of(const char *file, const char **base)
{
	const char *slash = strrchr(file, '/');
	*base = slash ? slash + 1 : file;
	return crm_strdup(!slash ? CRM_STR(".") : slash == file ?
	    CRM_STR("/") : crm_str_sub(crm_str_z(file), 0,
	    (size_t)(slash - file)));
}

/* Appends its path from the root, by directories that are no links. */
static void
full_path(const char *file, struct crm_buf *out)
{
	const char *base;
	char *dir = dir_of(file, &base);
	char *real = realpath(dir, NULL);
	if (strcmp(file, "-") == 0)
		crm_buf_z(out, file);
	else
		crm_buf_printf(out, "%s/%s", real ? real : dir, base);
	free(dir);
	free(real);
}

void
crm_copies_note(struct crm_store *s, const char *kind, const char *file,
    int64_t now)
{
	struct crm_buf path = { 0 }, line = { 0 }, time = { 0 }, name = { 0 };
	if (path_of(s, &path, NULL))
		goto done;
	crm_time_format(&time, now);
	full_path(file, &name);
	crm_buf_c(&line, '{');
	crm_json_add_str(&line, "copy", crm_buf_view(&name));
	crm_json_add_str(&line, "kind", crm_str_z(kind));
	crm_json_add_str(&line, "at", crm_buf_view(&time));
	crm_buf_z(&line, "}\n");
	int fd = open(crm_buf_cstr(&path), O_WRONLY | O_CREAT | O_APPEND |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0) {
		ssize_t n = write(fd, line.p, line.n);
		(void)n;
		close(fd);
	}
done:
	crm_buf_release(&path);
	crm_buf_release(&line);
	crm_buf_release(&time);
	crm_buf_release(&name);
}

/* -- what nobody noted ------------------------------------------------------ */

static void
add_found(struct crm_buf *out, const char *dir, const char *name,
    const char *kind)
{
	struct crm_buf path = { 0 }, line = { 0 };
	crm_buf_printf(&path, "%s/%s", dir, name);
	crm_buf_c(&line, '{');
	crm_json_add_str(&line, "copy", crm_buf_view(&path));
	if (!out->n || !memmem(out->p, out->n, line.p, line.n)) {
		crm_buf_str(out, crm_buf_view(&line));
		crm_json_add_str(out, "kind", crm_str_z(kind));
		crm_buf_z(out, "}\n");
	}
	crm_buf_release(&path);
	crm_buf_release(&line);
}

/* The store's own, and its hooks. */
static bool
is_own(const char *name)
{
	static const char *const names[] = { ".", "..", "data.mdb", "lock.mdb",
		"data.new", "data.new-lock", "gate", "writer", "reserve",
		"copies", "files", "hooks", "vault" };
	for (size_t i = 0; i < CRM_LEN(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return strncmp(name, "mirror.", 7) == 0;
}

/* NAME.XXXXXX of crm_file_open, NAME.restore-PID. */
static bool
is_behind(const char *name, const char *base, const char *kind)
{
	size_t n = strlen(base), len = strlen(name);
	if (len <= n || strncmp(name, base, n) != 0 || name[n] != '.')
		return false;
	if (strcmp(kind, "restore") == 0)
		return strncmp(name + n + 1, "restore-", 8) == 0;
	return len == n + 7 && strcspn(name + n + 1, ".-_ ") == 6;
}

static int
by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	return strcmp(*x, *y);
}

/* Files of a directory: those behind `base`, or with NULL those that are not
 * the store's. */
static void
list_found(const char *dir, const char *base, const char *kind,
    struct crm_buf *out)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char **name = NULL;
	size_t n = 0, cap = 0;
	while (d && (e = readdir(d))) {
		if (base ? !is_behind(e->d_name, base, kind) :
		    is_own(e->d_name))
			continue;
		crm_grow(&name, &cap, n + 1, sizeof(*name));
		name[n++] = crm_strdup(crm_str_z(e->d_name));
	}
	if (d)
		closedir(d);
	if (n)
		qsort(name, n, sizeof(*name), by_name);
	for (size_t i = 0; i < n; i++) {
		add_found(out, dir, name[i], kind);
		free(name[i]);
	}
	free(name);
}

/* Beside a path. */
static void
list_beside(const char *path, const char *kind, struct crm_buf *out)
{
	const char *base;
	char *dir = dir_of(path, &base);
	list_found(dir, base, kind, out);
	free(dir);
}

static enum crm_status
list_store(struct crm_store *s, struct crm_buf *out, struct crm_err *err)
{
	struct crm_info info;
	enum crm_status st = crm_store_info(s, &info, err);
	char *path = st ? NULL : realpath(info.path, NULL);
	if (path) {
		list_beside(path, "restore", out);
		list_found(path, NULL, "file", out);
	}
	free(path);
	return st;
}

enum crm_status
crm_copies_list(struct crm_store *s, struct crm_buf *out, struct crm_err *err)
{
	struct crm_buf path = { 0 }, text = CRM_BUF_MAX(16 << 20), name = { 0 },
		behind = { 0 };
	struct crm_str rest, line, file;
	struct crm_map last = { 0 };
	enum crm_status st = path_of(s, &path, err);
	if (!st && crm_buf_read_file(&text, crm_buf_cstr(&path)) == 0) {
		rest = crm_buf_view(&text);
		while (crm_str_split(&rest, '\n', &line))
			if (crm_json_check(line, NULL, NULL) == CRM_OK &&
			    crm_json_get(line, CRM_STR("copy"), &file))
				crm_map_put(&last, file, NULL)->v.u =
				    (uint64_t)(line.p - text.p) << 32 |
				    line.n;
	}
	for (size_t i = 0; i < last.n; i++) {
		crm_buf_clear(&name);
		crm_json_text(&name, last.e[i].key);
		bool piped = strcmp(crm_buf_cstr(&name), "-") == 0;
		if (!piped)
			list_beside(name.p, "unfinished", &behind);
		if (!piped && access(name.p, F_OK) < 0)
			continue;
		crm_buf_add(out, text.p + (last.e[i].v.u >> 32),
		    (size_t)(last.e[i].v.u & UINT32_MAX));
		crm_buf_c(out, '\n');
	}
	crm_buf_str(out, crm_buf_view(&behind));
	if (!st)
		st = list_store(s, out, err);
	crm_map_release(&last);
	crm_buf_release(&behind);
	crm_buf_release(&path);
	crm_buf_release(&text);
	crm_buf_release(&name);
	return st;
}
