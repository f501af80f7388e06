#include "cli/copies.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/map.h"
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

void
crm_copies_note(struct crm_store *s, const char *kind, const char *file,
    int64_t now)
{
	struct crm_buf path = { 0 }, line = { 0 }, time = { 0 }, name = { 0 };
	bool rest = strcmp(file, "-") && file[0] != '/';
	char *full = rest ? getcwd(NULL, 0) : NULL;
	if (path_of(s, &path, NULL))
		goto done;
	crm_time_format(&time, now);
	crm_buf_c(&line, '{');
	if (full)
		crm_buf_printf(&name, "%s/", full);
	crm_buf_z(&name, file);
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
	free(full);
	crm_buf_release(&path);
	crm_buf_release(&line);
	crm_buf_release(&time);
	crm_buf_release(&name);
}

enum crm_status
crm_copies_list(struct crm_store *s, struct crm_buf *out, struct crm_err *err)
{
	struct crm_buf path = { 0 }, text = CRM_BUF_MAX(16 << 20), name = { 0 };
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
		if (strcmp(crm_buf_cstr(&name), "-") &&
		    access(crm_buf_cstr(&name), F_OK) < 0)
			continue;
		crm_buf_add(out, text.p + (last.e[i].v.u >> 32),
		    (size_t)(last.e[i].v.u & UINT32_MAX));
		crm_buf_c(out, '\n');
	}
	crm_map_release(&last);
	crm_buf_release(&path);
	crm_buf_release(&text);
	crm_buf_release(&name);
	return st;
}
