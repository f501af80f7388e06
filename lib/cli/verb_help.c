/* crm help, crm complete: manuals, and what a shell can offer at a word. */
#include "cli/verbs.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cli/out.h"

/* -- which verbs there are -------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct names {
	char **v;
	size_t n, cap;
};

static void
add_dir(struct names *l, const char *path)
{
	DIR *d = *path ? opendir(path) : NULL;
	struct dirent *e;
	while (d && (e = readdir(d))) {
		if (strncmp(e->d_name, "crm-", 4) != 0 || !e->d_name[4] ||
		    faccessat(dirfd(d), e->d_name, X_OK, 0) < 0)
			continue;
		crm_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
		l->v[l->n++] = crm_strdup(crm_str_z(e->d_name + 4));
	}
	if (d)
		closedir(d);
}

static void
own_dir(struct crm_buf *b)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));
	struct crm_str p = { path, n > 0 ? (size_t)n : 0 };
	while (p.n && p.p[p.n - 1] != '/')
		p.n--;
	crm_buf_str(b, crm_str_sub(p, 0, p.n ? p.n - 1 : 0));
}

void
crm_verb_programs(void (*fn)(void *ctx, const char *verb), void *ctx)
{
	struct names l = { 0 };
	struct crm_buf dir = { 0 };
	struct crm_str path = crm_str_z(getenv("PATH")), part;
	own_dir(&dir);
	add_dir(&l, crm_buf_cstr(&dir));
	while (path.n && crm_str_split(&path, ':', &part)) {
		crm_buf_clear(&dir);
		crm_buf_str(&dir, part);
		add_dir(&l, crm_buf_cstr(&dir));
	}
	if (l.n)
		qsort(l.v, l.n, sizeof(*l.v), by_name);
	for (size_t i = 0; i < l.n; i++) {
		if (i == 0 || strcmp(l.v[i], l.v[i - 1]) != 0)
			fn(ctx, l.v[i]);
	}
	for (size_t i = 0; i < l.n; i++)
		free(l.v[i]);
	free(l.v);
	crm_buf_release(&dir);
}

/* -- help ------------------------------------------------------------------- */

static bool
is_own(const char *verb)
{
	for (const struct crm_verb *v = crm_verbs(); v->name; v++)
		if (strcmp(v->name, verb) == 0)
			return true;
	return false;
}

/* The page of a program, a verb of crm's own, or a topic ("query"). */
static bool
find_page(struct crm_cli *cli, const char *name, struct crm_buf *path)
{
	static const char *const forms[] = { "man1/crm-%s.1", "man7/crm-%s.7",
		"man5/crm-%s.5" };
	for (size_t i = 0; i <= CRM_LEN(forms); i++) {
		crm_buf_clear(path);
		crm_buf_printf(path, "%s/../man/", crm_cli_datadir(cli));
		if (i < CRM_LEN(forms))
			crm_buf_printf(path, forms[i], name);
		else if (is_own(name) || strcmp(name, "crm") == 0)
			crm_buf_z(path, "man1/crm.1");
		else
			return false;
		if (access(crm_buf_cstr(path), R_OK) == 0)
			return true;
	}
	return false;
}

static void
show_page(struct crm_cli *cli, const char *name)
{
	struct crm_buf path = { 0 }, prog = { 0 };
	bool plain = strchr(name, '/') != NULL;
	if (!plain && find_page(cli, name, &path))
		execlp("man", "man", crm_buf_cstr(&path), (char *)NULL);
	/* no page or no man(1): the program's own help */
	own_dir(&prog);
	crm_buf_printf(&prog, is_own(name) ? "/crm" : "/crm-%s", name);
	if (!plain && access(crm_buf_cstr(&prog), X_OK) == 0) {
		if (is_own(name))
			execl(prog.p, "crm", name, "--help", (char *)NULL);
		else
			execl(prog.p, prog.p, "--help", (char *)NULL);
	}
	crm_cli_usage(cli, _("there is no manual for '%s'"), name);
	crm_buf_release(&path);
	crm_buf_release(&prog);
}

static void
add_verb(void *ctx, const char *verb)
{
	struct crm_buf *b = ctx;
	crm_buf_printf(b, " %s", verb);
}

static void
list_verbs(struct crm_cli *cli)
{
	struct crm_buf b = { 0 };
	struct crm_out *out = crm_out_init(cli, NULL);
	crm_buf_z(&b, _("usage: crm VERB [ARGUMENT...]\n\n"));
	for (const struct crm_verb *v = crm_verbs(); v->name; v++)
		crm_buf_printf(&b, "  %-9s %s\n", v->name, _(v->purpose));
	crm_buf_z(&b, _("\nprograms, as crm-VERB or crm VERB:"));
	crm_verb_programs(add_verb, &b);
	crm_buf_z(&b, _("\n\nmore: crm help VERB, man crm\n"));
	if (out) {
		crm_out_own(out);
		crm_out_text(out, crm_buf_view(&b));
	}
	crm_buf_release(&b);
}

int
crm_verb_help(int argc, char **argv)
{
	static const char *const examples[] = { "crm help", "crm help find",
		"crm help query", NULL };
	const struct crm_prog prog = { "crm help", CRM_OTHER, "[VERB]",
	    N_("show a manual"), examples, NULL, .with = 0 };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog)) {
		if (cli.nargs == 0)
			list_verbs(&cli);
		else
			show_page(&cli, cli.args[0]);
	}
	return crm_cli_end(&cli);
}
