#include "cli/session.h"

#include <unistd.h>

#include "base/time.h"
#include "cli/hooks.h"
#include "cli/like.h"
#include "cli/env.h"

bool
crm_session_setting(struct crm_store *s, const char *name,
    struct crm_buf *out)
{
	struct crm_buf key = { 0 };
	crm_buf_printf(&key, "setting.%s", name);
	enum crm_status st = crm_store_named(s, crm_buf_view(&key), out, NULL);
	crm_buf_release(&key);
	return st == CRM_OK;
}

static enum crm_status
open_store(struct crm_session *s, bool write, struct crm_err *err)
{
	struct crm_cli *cli = s->cli;
	const char *path = crm_cli_store_path(cli);
	struct crm_store_opts o = crm_env_store(cli, write);
	enum crm_status st = write ? crm_hooks_may_write(path, err) : CRM_OK;
	if (st)
		return st;
	st = crm_store_open(path, &o, &s->store, err);
	bool missing = st && err->id && strcmp(err->id, "store.missing") == 0;
	if (!missing || !write || !cli->create)
		return st;
	struct crm_store_make m = { .flags = o.flags, .map_size = o.map_size,
		.now = cli->now_given ? cli->clock.now : crm_time_now() };
	st = crm_store_create(path, &m, err);
	return st && st != CRM_EXISTS ? st :
	    crm_store_open(path, &o, &s->store, err);
}

/* 0 where it is not set; crm_setting_check has seen that it is a number. */
static int
number(struct crm_store *s, const char *name)
{
	struct crm_buf b = { 0 };
	int n = crm_session_setting(s, name, &b) ?
	    (int)strtol(crm_buf_cstr(&b), NULL, 10) : 0;
	crm_buf_release(&b);
	return n;
}

enum crm_status
crm_session_clock(struct crm_store *s, struct crm_cli *cli,
    struct crm_err *err)
{
	struct crm_buf zone = { 0 };
	enum crm_status st = crm_store_enter(s, err);
	if (st)
		return st;
	crm_session_setting(s, "timezone", &zone);
	cli->clock.fiscal_month = number(s, "fiscal_month");
	cli->clock.week_start = number(s, "week_start");
	crm_store_leave(s);
	st = crm_cli_zone(cli, crm_buf_view(&zone), err);
	crm_buf_release(&zone);
	return st;
}

/* Several small questions: in one section. */
static enum crm_status
ready(struct crm_session *s, bool at_now, struct crm_err *err)
{
	struct crm_at at = { CRM_AT_NOW, 0 };
	enum crm_status st = crm_store_enter(s->store, err);
	if (st)
		return st;
	st = crm_session_clock(s->store, s->cli, err);
	crm_session_setting(s->store, "country", &s->region);
	if (s->cli->as_of != INT64_MAX && !at_now)
		at = (struct crm_at){ CRM_AT_TIME, s->cli->as_of };
	if (!st)
		st = crm_store_at(s->store, at, &s->rev, err);
	crm_store_leave(s->store);
	if (st)
		return st;
	s->schema = crm_store_schema(s->store);
	s->env = crm_store_env_new(s->store, s->rev);
	return CRM_OK;
}

bool
crm_session_open(struct crm_session *s, struct crm_cli *cli, bool write,
    bool at_now)
{
	struct crm_err err = { 0 };
	*s = (struct crm_session){ .cli = cli };
	enum crm_status st = open_store(s, write, &err);
	if (!st)
		st = ready(s, at_now, &err);
	/* Without its store the run fails; no record is to blame. */
	if (st && crm_status_is_data(st))
		err.code = CRM_SYSTEM;
	if (st)
		crm_cli_fail(cli, &err);
	else
		cli->store = s->store;
	return !st;
}

/* The store that is named, for a look: the one that is open (LMDB forbids a
 * second opening in a process), else opened. NULL with err. */
static struct crm_store *
look_into(struct crm_cli *cli, struct crm_err *err)
{
	struct crm_store_opts o = crm_env_store(cli, false);
	struct crm_store *store = cli->store;
	if (!store && crm_store_open(crm_cli_store_path(cli), &o, &store, err))
		return NULL;
	return store;
}

static void
look_away(struct crm_cli *cli, struct crm_store *store)
{
	if (store != cli->store)
		crm_store_close(store);
}

bool
crm_session_named(struct crm_cli *cli)
{
	const char *path = crm_cli_store_path(cli);
	return cli->store || cli->store_opt || strstr(path, "://") ||
	    access(path, F_OK) == 0;
}

/* The store's schema as a copy of our own, or NULL with err. */
static const struct crm_schema *
copy_schema(struct crm_cli *cli, struct crm_err *err)
{
	struct crm_store *store = look_into(cli, err);
	struct crm_schema *own = NULL;
	const struct crm_schema *got = NULL;
	if (!store)
		return NULL;
	got = crm_store_schema(store);
	if (got != crm_schema_default()) {
		if (crm_schema_load(got->blob, &own, err))
			own = NULL;
		got = own;
	}
	look_away(cli, store);
	return got;
}

void
crm_session_country(struct crm_cli *cli, struct crm_buf *out)
{
	struct crm_store *store = crm_session_named(cli) ?
	    look_into(cli, NULL) : NULL;
	if (!store)
		return;
	if (crm_store_enter(store, NULL) == CRM_OK) {
		crm_session_setting(store, "country", out);
		crm_store_leave(store);
	}
	look_away(cli, store);
}

const struct crm_schema *
crm_session_schema(struct crm_cli *cli)
{
	struct crm_err err = { 0 };
	if (cli->schema)
		return cli->schema;
	if (crm_session_named(cli))
		cli->schema = copy_schema(cli, &err);
	if (!cli->schema && cli->store_opt) {
		if (crm_status_is_data(err.code))
			err.code = CRM_SYSTEM;
		crm_cli_fail(cli, &err);
		return NULL;
	}
	if (!cli->schema)
		cli->schema = crm_schema_default();
	return cli->schema;
}

const char *
crm_session_who(void *cli)
{
	return crm_cli_actor(cli);
}

static bool
known_in_store(void *ctx, const struct crm_type *t, struct crm_str name)
{
	return crm_store_known(ctx, t, name);
}

static bool
setting_of(void *ctx, const char *name, struct crm_buf *out)
{
	return crm_session_setting(ctx, name, out);
}

struct crm_query_ctx
crm_session_query(struct crm_session *s)
{
	return (struct crm_query_ctx){ .schema = s->schema,
		.clock = s->cli->clock,
		.who = crm_session_who, .who_ctx = s->cli,
		.region = crm_buf_view(&s->region), .env = s->env,
		.known = known_in_store, .known_ctx = s->store,
		.setting = setting_of, .setting_ctx = s->store,
		.like = crm_cli_like() };
}

bool
crm_session_type(struct crm_cli *cli, const struct crm_schema *schema,
    const struct crm_type **out)
{
	*out = NULL;
	if (!cli->type)
		return true;
	struct crm_str name = crm_str_z(cli->type);
	*out = crm_schema_type(schema, name);
	if (*out)
		return true;
	struct crm_str near = crm_schema_nearest_type(schema, name);
	if (near.n)
		crm_cli_usage(cli, _("unknown type '%s', did you mean '%.*s'?"),
		    cli->type, CRM_FMT(near));
	else
		crm_cli_usage(cli, _("unknown type '%s'"), cli->type);
	return false;
}

void
crm_session_close(struct crm_session *s)
{
	if (s->env)
		crm_store_env_free(s->env);
	if (s->store && s->cli->store == s->store)
		s->cli->store = NULL;
	if (s->store)
		crm_store_close(s->store);
	crm_buf_release(&s->region);
	*s = (struct crm_session){ 0 };
}
