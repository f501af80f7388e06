/* crm init, crm config: a store and its settings. */
#include "base/mem.h"
#include "base/time.h"
#include "cli/env.h"
#include "cli/mirror.h"
#include "cli/out.h"
#include "cli/verbs.h"

struct init {
	struct crm_cli *cli;
	const char *history, *index;
	bool shared;
	int64_t demo;
	struct crm_str *pair;	/* settings: key, value in turn */
	size_t n, cap;
};

static void
add_pair(struct init *o, struct crm_str key, struct crm_str value)
{
	crm_grow(&o->pair, &o->cap, o->n + 2, sizeof(*o->pair));
	o->pair[o->n++] = key;
	o->pair[o->n++] = value;
}

/* Settings from the operands and options, checked before anything is made. */
static enum crm_status
gather(struct init *o, struct crm_err *err)
{
	struct crm_str rest = crm_str_z(o->index), part;
	for (size_t i = 0; i < o->cli->nargs; i++) {
		struct crm_str key, value;
		if (!crm_setting_split(o->cli->args[i], &key, &value))
			return crm_err_set(err, CRM_USAGE, "usage.operand",
			    _("'%s' is not KEY=VALUE"), o->cli->args[i]);
		add_pair(o, key, value);
	}
	while (o->index && crm_str_split(&rest, ',', &part)) {
		if (crm_str_is(part, "text"))
			add_pair(o, CRM_STR("index.text"), CRM_STR("on"));
		else if (crm_str_is(part, "match"))
			add_pair(o, CRM_STR("index.match"), CRM_STR("on"));
		else
			return crm_err_set(err, CRM_USAGE, "usage.value",
			    _("--index wants text or match, not '%.*s'"),
			    CRM_FMT(part));
	}
	if (o->history)
		add_pair(o, CRM_STR("history"), *o->history ?
		    crm_str_z(o->history) : CRM_STR("plain"));
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < o->n && !st; i += 2)
		st = crm_setting_check(o->pair[i], o->pair[i + 1], err);
	return st;
}

static enum crm_status
init_store(struct init *o, struct crm_err *err)
{
	struct crm_cli *cli = o->cli;
	struct crm_store_opts opts = crm_env_store(cli, true);
	struct crm_store_make m = { .shared = o->shared,
		.flags = opts.flags, .map_size = opts.map_size,
		.now = cli->clock.now };
	const char *path = crm_cli_store_path(cli);
	struct crm_store *s = NULL;
	enum crm_status st = crm_store_create(path, &m, err);
	bool there = st == CRM_EXISTS;
	if (st && !there)
		return st;
	if (o->n || o->demo)
		st = crm_store_open(path, &opts, &s, err);
	else
		st = CRM_OK;
	if (!st && o->n)
		st = crm_setting_put(cli, s, o->pair, o->n, err);
	if (!st && o->demo)
		st = crm_demo_fill(cli, s, o->demo, err);
	bool follow = !st && s && crm_mirror_follows(s);
	crm_store_close(s);
	if (follow)
		crm_mirror_follow(cli);
	if (!st)
		crm_cli_note(cli, there ? _("the store at '%s' is there") :
		    _("made a store at '%s'"), path);
	return st;
}

int
crm_verb_init(int argc, char **argv)
{
	struct crm_cli cli;
	struct init o = { .cli = &cli };
	static const char *const history[] = { "plain", "sealed", NULL };
	const struct crm_opt opts[] = {
		{ 0, "history", CRM_OPT_MAYBE, "KIND", &o.history,
		    N_("mirror the history in git, readable or sealed"),
		    .choices = history },
		{ 0, "index", CRM_OPT_TEXT, "text,match", &o.index,
		    N_("indexes for full text, for names that sound alike") },
		{ 0, "shared", CRM_OPT_FLAG, NULL, &o.shared,
		    N_("the directory's group may read and write") },
		{ 0, "demo", CRM_OPT_NUMBER, "N", &o.demo,
		    N_("fill it with about N sample records") },
		{ 0 }
	};
	static const char *const examples[] = {
		"crm init",
		"crm init timezone=Europe/Athens currency=EUR --index text",
		"crm -s ./play init --demo 500",
		NULL
	};
	const struct crm_prog prog = { "crm init", CRM_OTHER, "[KEY=VALUE...]",
	    N_("make a store"), examples, opts, .with = CRM_HAS_STORE };
	struct crm_err err = { 0 };
	if (crm_cli_begin(&cli, argc, argv, &prog)) {
		enum crm_status st = gather(&o, &err);
		if (!st)
			st = init_store(&o, &err);
		if (st && crm_status_is_data(st))
			err.code = CRM_SYSTEM;
		if (st)
			crm_cli_fail(&cli, &err);
	}
	free(o.pair);
	return crm_cli_end(&cli);
}

/* -- config ----------------------------------------------------------------- */

struct list {
	struct crm_buf text;
	bool bare;	/* values alone */
};

static void
add_line(void *ctx, struct crm_str name, struct crm_str value)
{
	struct list *l = ctx;
	if (!l->bare)
		crm_buf_printf(&l->text, "%.*s=",
		    CRM_FMT(crm_str_sub(name, strlen("setting."), SIZE_MAX)));
	crm_buf_str(&l->text, value);
	crm_buf_c(&l->text, '\n');
}

/* Two operands, or KEY=VALUE in one. */
static bool
is_change(const struct crm_cli *cli)
{
	struct crm_str key, value;
	return cli->nargs == 2 || (cli->nargs == 1 &&
	    crm_setting_split(cli->args[0], &key, &value));
}

static enum crm_status
config(struct crm_cli *cli, struct crm_store *s, struct crm_err *err)
{
	struct list l = { 0 };
	struct crm_str pair[2];
	enum crm_status st = CRM_OK;
	if (cli->nargs > 2)
		return crm_err_set(err, CRM_USAGE, "usage.operand",
		    _("a key and a value at most"));
	if (cli->nargs)
		pair[0] = crm_str_z(cli->args[0]);
	if (cli->nargs == 2)
		pair[1] = crm_str_z(cli->args[1]);
	if (cli->nargs && is_change(cli)) {
		if (cli->nargs == 1)	/* KEY=VALUE; nothing behind it clears */
			crm_setting_split(cli->args[0], &pair[0], &pair[1]);
		st = crm_setting_check(pair[0], pair[1], err);
		return st ? st : crm_setting_put(cli, s, pair, 2, err);
	}
	if (cli->nargs == 0) {
		st = crm_store_names(s, CRM_STR("setting."), add_line, &l,
		    err);
	} else {
		st = crm_setting_check(pair[0], (struct crm_str){ 0 }, err);
		if (!st && crm_session_setting(s, cli->args[0], &l.text))
			crm_buf_c(&l.text, '\n');
		else if (!st)
			crm_cli_no(cli);
	}
	struct crm_out *out = st ? NULL : crm_out_init(cli, NULL);
	if (out) {
		crm_out_own(out);
		crm_out_text(out, crm_buf_view(&l.text));
	}
	crm_buf_release(&l.text);
	return st;
}

int
crm_verb_config(int argc, char **argv)
{
	static const char *const examples[] = {
		"crm config",
		"crm config timezone Europe/Athens",
		"crm config index.text on",
		NULL
	};
	const struct crm_prog prog = { "crm config", CRM_OTHER,
	    "[KEY [VALUE] | KEY=VALUE]", N_("show or change the store's settings"),
	    examples, NULL, .with = CRM_HAS_STORE | CRM_HAS_OUTPUT };
	struct crm_cli cli;
	struct crm_store *s = NULL;
	struct crm_err err = { 0 };
	if (crm_cli_begin(&cli, argc, argv, &prog) &&
	    crm_verb_open(&cli, is_change(&cli), &s) &&
	    config(&cli, s, &err))
		crm_cli_fail(&cli, &err);
	bool follow = s && is_change(&cli) && crm_mirror_follows(s);
	crm_store_close(s);
	if (follow)
		crm_mirror_follow(&cli);
	return crm_cli_end(&cli);
}
