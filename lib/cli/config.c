#include "cli/config.h"

#include <errno.h>

#include "base/map.h"
#include "base/mem.h"

struct crm_config {
	struct crm_map keys;	/* values are strings in mem */
	struct crm_arena mem;
};

static void
read_line(struct crm_cli *cli, struct crm_config *c, const char *path,
    uint64_t n, struct crm_str line, struct crm_buf *section)
{
	line = crm_str_trim(line);
	if (line.n == 0 || line.p[0] == '#' || line.p[0] == ';')
		return;
	if (line.p[0] == '[' && line.p[line.n - 1] == ']') {
		crm_buf_clear(section);
		crm_buf_str(section, crm_str_sub(line, 1, line.n - 2));
		crm_buf_c(section, '.');
		return;
	}
	size_t eq = crm_str_chr(line, '=');
	struct crm_str key = crm_str_trim(crm_str_sub(line, 0, eq));
	if (eq == line.n || key.n == 0) {
		crm_cli_warn(cli, "config.line",
		    _("%s:%" PRIu64 ": neither 'key = value' nor '[section]'"),
		    path, n);
		return;
	}
	size_t prefix = section->n;
	crm_buf_str(section, key);
	struct crm_str value = crm_str_trim(crm_str_sub(line, eq + 1, SIZE_MAX));
	crm_map_put(&c->keys, crm_buf_view(section), NULL)->v.p =
	    (void *)(uintptr_t)crm_arena_str(&c->mem, value).p;
	section->n = prefix;
}

struct crm_config *
crm_config_read(struct crm_cli *cli, const char *path)
{
	struct crm_config *c = crm_zalloc(sizeof(*c));
	struct crm_buf text = CRM_BUF_MAX(1 << 20), section = { 0 };
	if (!*path || crm_buf_read_file(&text, path) != 0) {
		if (*path && errno != ENOENT && errno != ENOTDIR)
			crm_cli_warn(cli, "config.read", _("%s: %s"), path,
			    strerror(errno));
		crm_buf_release(&text);
		return c;
	}
	struct crm_str rest = crm_buf_view(&text), line;
	for (uint64_t n = 1; crm_str_split(&rest, '\n', &line); n++)
		read_line(cli, c, path, n, line, &section);
	crm_buf_release(&section);
	crm_buf_release(&text);
	return c;
}

const char *
crm_config_get(const struct crm_config *c, const char *key)
{
	const struct crm_map_entry *e = crm_map_get(&c->keys, crm_str_z(key));
	return e && *(const char *)e->v.p ? e->v.p : NULL;
}

void
crm_config_free(struct crm_config *c)
{
	if (!c)
		return;
	crm_map_release(&c->keys);
	crm_arena_release(&c->mem);
	free(c);
}
