/* The store's settings: which there are, what they may be. */
#include "base/decimal.h"
#include "base/zone.h"
#include "cli/env.h"
#include "cli/hooks.h"
#include "cli/verbs.h"

bool
crm_setting_split(const char *word, struct crm_str *key,
    struct crm_str *value)
{
	struct crm_str w = crm_str_z(word);
	size_t eq = crm_str_chr(w, '=');
	if (eq == 0 || eq == w.n)
		return false;
	*key = crm_str_sub(w, 0, eq);
	*value = crm_str_sub(w, eq + 1, SIZE_MAX);
	return true;
}

static bool
is_zone(struct crm_str v)
{
	const struct crm_zone *z;
	return crm_zone_get(v, &z, NULL) == CRM_OK;
}

static bool
is_country(struct crm_str v)
{
	return v.n == 2 && v.p[0] >= 'A' && v.p[0] <= 'Z' && v.p[1] >= 'A' &&
	    v.p[1] <= 'Z';
}

static bool
is_switch(struct crm_str v)
{
	return crm_str_is(v, "on") || crm_str_is(v, "off");
}

static bool
is_month(struct crm_str v)
{
	return (v.n == 1 && v.p[0] >= '1' && v.p[0] <= '9') ||
	    (v.n == 2 && v.p[0] == '1' && v.p[1] >= '0' && v.p[1] <= '2');
}

static bool
is_day(struct crm_str v)
{
	return v.n == 1 && v.p[0] >= '1' && v.p[0] <= '7';
}

static bool
is_history(struct crm_str v)
{
	return crm_str_is(v, "plain") || crm_str_is(v, "sealed") ||
	    crm_str_is(v, "off");
}

static bool
is_sync(struct crm_str v)
{
	return crm_str_is(v, "auto") || crm_str_is(v, "manual");
}

static bool
is_seconds(struct crm_str v)
{
	for (size_t i = 0; i < v.n; i++)
		if (v.p[i] < '0' || v.p[i] > '9')
			return false;
	return v.n > 0 && v.n < 7;
}

static bool
is_size(struct crm_str v)
{
	char text[24];
	uint64_t n;
	snprintf(text, sizeof(text), "%.*s", CRM_FMT(v));
	return v.n < sizeof(text) && crm_opt_size(text, &n);
}

static const struct {
	const char *key, *want;
	bool (*fits)(struct crm_str v);
} settings[] = {
	{ "timezone", N_("a zone such as Europe/Athens"), is_zone },
	{ "country", N_("two letters such as GR"), is_country },
	{ "fiscal_month", N_("a month, 1 to 12"), is_month },
	{ "week_start", N_("a day, 1 (Monday) to 7 (Sunday)"), is_day },
	{ "index.text", N_("on or off"), is_switch },
	{ "index.match", N_("on or off"), is_switch },
	{ "history", N_("plain, sealed or off"), is_history },
	{ "history.sync", N_("auto or manual"), is_sync },
	{ "history.files", N_("a size such as 100M, 0 for none"), is_size },
	{ "hooks.timeout", N_("seconds, 0 for no limit"), is_seconds }
};

/* Keys with a dot in them may be the user's own: a slip in one of ours is not
 * taken for such. */
static bool
is_key(struct crm_str key)
{
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
		    c == '_' || c == '.' || c == '-'))
			return false;
	}
	return crm_str_chr(key, '.') < key.n && key.n <= 64;
}

enum crm_status
crm_setting_check(struct crm_str key, struct crm_str value,
    struct crm_err *err)
{
	struct crm_near near;
	crm_near_init(&near, key);
	for (size_t i = 0; i < CRM_LEN(settings); i++) {
		crm_near_try(&near, crm_str_z(settings[i].key));
		if (!crm_str_is(key, settings[i].key))
			continue;
		if (value.n == 0 || settings[i].fits(value))
			return CRM_OK;
		return crm_err_set(err, CRM_USAGE, "config.value",
		    _("'%.*s' wants %s, not '%.*s'"), CRM_FMT(key),
		    _(settings[i].want), CRM_FMT(value));
	}
	struct crm_str best = crm_near_best(&near);
	if (!is_key(key))
		return crm_err_set(err, CRM_USAGE, "config.key",
		    best.n ? _("there is no setting '%.*s', did you mean "
		    "'%.*s'?") : _("there is no setting '%.*s'%.*s; one of your own "
		    "has a dot in its name"),
		    CRM_FMT(key), CRM_FMT(best));
	return CRM_OK;
}

struct crm_why
crm_verb_why(struct crm_cli *cli)
{
	return (struct crm_why){ .actor = crm_str_z(crm_cli_actor(cli)),
		.program = crm_str_z(cli->prog->name),
		.reason = crm_str_z(cli->why), .last = true,
		.now = cli->clock.now };
}

enum crm_status
crm_setting_put(struct crm_cli *cli, struct crm_store *s,
    const struct crm_str *pair, size_t n, struct crm_err *err)
{
	struct crm_why why = crm_verb_why(cli);
	struct crm_buf name = { 0 };
	struct crm_txn *t = NULL;
	uint64_t rev;
	enum crm_status st = crm_txn_begin(s, &why, &t, err);
	for (size_t i = 0; i + 1 < n && !st; i += 2) {
		crm_buf_clear(&name);
		crm_buf_z(&name, "setting.");
		crm_buf_str(&name, pair[i]);
		st = crm_txn_set(t, crm_buf_view(&name), pair[i + 1], err);
	}
	crm_buf_release(&name);
	if (st) {
		crm_txn_abort(t);
		return st;
	}
	st = crm_txn_commit(t, &rev, err);
	/* An index that was switched on is made now. */
	return st ? st : crm_store_index(s, true, err);
}

bool
crm_verb_alone(struct crm_cli *cli)
{
	if (cli->nargs)
		crm_cli_usage(cli, _("no operands are taken"));
	return cli->nargs == 0;
}

bool
crm_verb_open(struct crm_cli *cli, bool write, struct crm_store **out)
{
	struct crm_store_opts o = crm_env_store(cli, write);
	struct crm_err err = { 0 };
	enum crm_status st = write ? crm_hooks_may_write(
	    crm_cli_store_path(cli), &err) : CRM_OK;
	if (!st)
		st = crm_store_open(crm_cli_store_path(cli), &o, out, &err);
	if (!st)
		st = crm_session_clock(*out, cli, &err);
	if (!st)
		return true;
	if (crm_status_is_data(st))
		err.code = CRM_SYSTEM;
	crm_cli_fail(cli, &err);
	crm_store_close(*out);
	*out = NULL;
	return false;
}
