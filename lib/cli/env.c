#include "cli/env.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/zone.h"
#include "cli/config.h"
#include "match/keys.h"

/* A variable that is set and not empty. */
static const char *
env(const char *name)
{
	const char *v = getenv(name);
	return v && *v ? v : NULL;
}

static bool
wants_color(const struct crm_cli *cli, bool tty)
{
	if (cli->color_opt != CRM_COLOR_AUTO)
		return cli->color_opt == CRM_COLOR_ALWAYS;
	if (env("NO_COLOR"))
		return false;
	const char *force = env("CLICOLOR_FORCE");
	if (force && strcmp(force, "0") != 0)
		return true;
	const char *term = env("TERM");
	return tty && term && strcmp(term, "dumb") != 0;
}

static bool
locale_is_utf8(void)
{
	const char *l = env("LC_ALL");
	if (!l)
		l = env("LC_CTYPE");
	if (!l)
		l = env("LANG");
	return l && (strcasestr(l, "utf-8") || strcasestr(l, "utf8"));
}

static size_t
terminal_columns(void)
{
	const char *c = env("COLUMNS");
	if (c) {
		char *end;
		long n = strtol(c, &end, 10);
		if (*end == '\0' && n > 0 && n < 100000)
			return (size_t)n;
	}
	struct winsize w;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col)
		return w.ws_col;
	return 80;
}

void
crm_env_terminal(struct crm_cli *cli)
{
	bool file = cli->output && strcmp(cli->output, "-") != 0;
	cli->tty_out = !file && isatty(STDOUT_FILENO);
	cli->tty_err = isatty(STDERR_FILENO);
	cli->color_out = wants_color(cli, cli->tty_out);
	cli->color_err = wants_color(cli, cli->tty_err);
	cli->ascii = cli->tty_out && !locale_is_utf8();
	cli->columns = cli->tty_out ? terminal_columns() : 0;
}

const char *
crm_env_language(const char *lang_option)
{
	static const char *const names[] = { "CRM_LANG", "LANGUAGE", "LC_ALL",
		"LC_MESSAGES", "LANG" };
	const char *l = lang_option;
	for (size_t i = 0; !l && i < CRM_LEN(names); i++)
		l = env(names[i]);
	if (!l || *l == 'C' || strncmp(l, "POSIX", 5) == 0 ||
	    (strncmp(l, "en", 2) == 0 && !(l[2] >= 'a' && l[2] <= 'z')))
		return NULL;
	return l;
}

static enum crm_status
point(const char *text, const struct crm_clock *clock, bool end,
    const char *option, int64_t *out, struct crm_err *err)
{
	struct crm_str s = crm_str_z(text);
	if (crm_time_parse(s, out))
		return CRM_OK;
	struct crm_span span;
	if (crm_when_parse(s, clock, &span, NULL) != CRM_OK)
		return crm_err_set(err, CRM_USAGE, "usage.time",
		    _("%s: '%s' is not a time"), option, text);
	*out = end && span.to != INT64_MAX ? span.to - 1 : span.from;
	return CRM_OK;
}

static enum crm_status
zone_of(struct crm_cli *cli, struct crm_str zone, struct crm_err *err)
{
	if (cli->zone_opt)
		zone = crm_str_z(cli->zone_opt);
	cli->clock.zone = NULL;
	if (zone.n == 0 || crm_str_is(zone, "UTC"))
		return CRM_OK;
	if (crm_zone_get(zone, &cli->clock.zone, err) == CRM_OK)
		return CRM_OK;
	return crm_err_set(err, cli->zone_opt ? CRM_USAGE : CRM_INVALID,
	    "usage.zone", _("no such time zone: '%.*s'"), CRM_FMT(zone));
}

enum crm_status
crm_env_clock(struct crm_cli *cli, struct crm_str zone, struct crm_err *err)
{
	enum crm_status st = zone_of(cli, zone, err);
	if (st)
		return st;
	struct crm_clock *c = &cli->clock;
	if (!c->now)
		c->now = crm_time_now();
	const char *now = cli->now_opt, *option = "--now";
	if (!now) {
		now = env("CRM_NOW");
		option = "CRM_NOW";
	}
	if (now) {
		cli->now_given = true;
		st = point(now, c, false, option, &c->now, err);
	}
	if (st == CRM_OK && cli->as_of_opt) {
		st = point(cli->as_of_opt, c, true, "--as-of", &cli->as_of,
		    err);
		if (st == CRM_OK && !cli->now_opt) {
			c->now = cli->as_of;
			cli->now_given = true;
		}
	}
	return st;
}

const char *
crm_cli_config(struct crm_cli *cli, const char *key)
{
	if (!cli->config) {
		struct crm_buf path = { 0 };
		const char *base = env("XDG_CONFIG_HOME");
		if (base && base[0] == '/')
			crm_buf_printf(&path, "%s/crm/config", base);
		else if ((base = env("HOME")))
			crm_buf_printf(&path, "%s/.config/crm/config", base);
		cli->config = crm_config_read(cli, crm_buf_cstr(&path));
		crm_buf_release(&path);
	}
	return crm_config_get(cli->config, key);
}

const char *
crm_cli_store_path(struct crm_cli *cli)
{
	struct crm_buf *b = &cli->store_path;
	if (b->n)
		return crm_buf_cstr(b);
	const char *p = cli->store_opt;
	if (!p)
		p = env("CRM_STORE");
	if (!p)
		p = crm_cli_config(cli, "store");
	if (p && p[0] == '~' && p[1] == '/' && env("HOME"))
		crm_buf_printf(b, "%s%s", env("HOME"), p + 1);
	else if (p)
		crm_buf_z(b, p);
	else if ((p = env("XDG_DATA_HOME")) && p[0] == '/')
		crm_buf_printf(b, "%s/crm/default", p);
	else
		crm_buf_printf(b, "%s/.local/share/crm/default",
		    env("HOME") ? env("HOME") : "");
	return crm_buf_cstr(b);
}

/* The login name from /etc/passwd. Not by getpwuid: it would start name
 * services with their sockets, and cannot be linked statically. */
static bool
login_name(struct crm_buf *b)
{
	struct crm_buf text = CRM_BUF_MAX(1 << 20);
	struct crm_str line, name, part, rest;
	char uid[16];
	bool found = false;
	snprintf(uid, sizeof(uid), "%u", (unsigned)getuid());
	if (crm_buf_read_file(&text, "/etc/passwd") < 0)
		crm_buf_clear(&text);
	rest = crm_buf_view(&text);
	while (!found && crm_str_split(&rest, '\n', &line))
		found = crm_str_split(&line, ':', &name) && name.n &&
		    crm_str_split(&line, ':', &part) &&
		    crm_str_split(&line, ':', &part) &&
		    crm_str_is(part, uid);
	if (found)
		crm_buf_str(b, name);
	crm_buf_release(&text);
	return found;
}

const char *
crm_cli_actor(struct crm_cli *cli)
{
	struct crm_buf *b = &cli->actor;
	if (b->n)
		return crm_buf_cstr(b);
	const char *a = cli->actor_opt && *cli->actor_opt ? cli->actor_opt :
	    env("CRM_ACTOR");
	if (!a)
		a = crm_cli_config(cli, "actor");
	if (a)
		crm_buf_z(b, a);
	else if (!login_name(b) && (a = env("LOGNAME")))
		crm_buf_z(b, a);
	else if (!b->n)
		crm_buf_printf(b, "uid:%u", (unsigned)getuid());
	return crm_buf_cstr(b);
}

static bool
is_dir(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* PREFIX/bin/crm-x has PREFIX/share/crm; build/bin/crm-x has share/crm two
 * levels up. */
static bool
beside_executable(struct crm_buf *b)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n <= 0)
		return false;
	exe[n] = '\0';
	char *slash = strrchr(exe, '/');
	if (!slash)
		return false;
	*slash = '\0';
	static const char *const tails[] = { "../share/crm",
		"../../share/crm", "../../../share/crm" };
	for (size_t i = 0; i < CRM_LEN(tails); i++) {
		crm_buf_clear(b);
		crm_buf_printf(b, "%s/%s", exe, tails[i]);
		if (is_dir(crm_buf_cstr(b)))
			return true;
	}
	crm_buf_clear(b);
	return false;
}

const char *
crm_cli_datadir(struct crm_cli *cli)
{
	struct crm_buf *b = &cli->datadir;
	if (b->n)
		return crm_buf_cstr(b);
	const char *d = env("CRM_DATADIR");
	if (d)
		crm_buf_z(b, d);
	else if (!beside_executable(b))
		crm_buf_z(b, CRM_DATADIR);
	return crm_buf_cstr(b);
}

static uint64_t
env_size(const char *name)
{
	const char *text = secure_getenv(name);
	uint64_t n = 0;
	return text && crm_opt_size(text, &n) ? n : 0;
}

struct crm_store_opts
crm_env_store(struct crm_cli *cli, bool write)
{
	static const struct crm_keyer keyer = { crm_match_index_keys,
		crm_match_index_version };
	const char *unsafe = secure_getenv("CRM_UNSAFE_FS");
	int any = unsafe && strcmp(unsafe, "1") == 0 ? CRM_OPEN_ANY_FS : 0;
	return (struct crm_store_opts){
		.flags = (write ? CRM_OPEN_WRITE : 0) | any,
		.wait_ms = cli->wait * 1000,
		.map_size = env_size("CRM_TEST_MAP"),
		.max_size = env_size("CRM_MAX_STORE"),
		.keyer = &keyer };
}
