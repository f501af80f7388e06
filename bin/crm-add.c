/* crm-add: insert or upsert records. */
#include "base/utf8.h"
#include "cli/assigns.h"
#include "cli/attach.h"
#include "cli/sink.h"
#include "cli/unless.h"
#include "cli/upsert_keys.h"
#include "model/ref.h"

enum conflict { TAKE, KEEP, FILL, NEWEST };

struct add {
	const char *upsert;
	int conflict;
	bool create_missing;
	int64_t batch;
	struct crm_unless unless;
	struct crm_assigns as;
	struct crm_change_set change;
	struct crm_buf key;
};

/* -- upsert ---------------------------------------------------------------- */

/* The values of the record at a path: one, or each of a list. The walk ends
 * when fn returns anything but NOTFOUND. */
static enum crm_status
look_up(struct add *o, struct crm_sink *s, const struct crm_rec *r,
    struct crm_str key, struct crm_str raw, const struct crm_rec **old,
    struct crm_err *err)
{
	struct crm_buf text = { 0 };
	crm_buf_clear(&o->key);
	if (!crm_str_is(key, "id")) {
		crm_buf_str(&o->key, key);
		crm_buf_c(&o->key, ':');
	}
	crm_buf_str(&o->key, crm_json_text_view(raw, &text));
	crm_buf_release(&text);
	return crm_sink_lookup(s, crm_buf_view(&o->key), &r->type,
	    r->type ? 1 : 0, old, err);
}

static enum crm_status
by_key(struct add *o, struct crm_sink *s, const struct crm_rec *r,
    struct crm_str key, const struct crm_rec **old, struct crm_err *err)
{
	struct crm_str path = key, raw, k, v;
	const struct crm_field *f = crm_type_field(r->type, key);
	if (f)
		path = f->name;
	if (!crm_rec_get(r, path, &raw) || crm_json_kind(raw) == 'n')
		return CRM_NOTFOUND;
	if (crm_json_kind(raw) != '[')
		return look_up(o, s, r, key, raw, old, err);
	struct crm_json_iter it = crm_json_iter(raw);
	while (crm_json_next(&it, &k, &v)) {
		enum crm_status st = look_up(o, s, r, key, v, old, err);
		if (st != CRM_NOTFOUND)
			return st;
	}
	return CRM_NOTFOUND;
}

/* The stored record that the line means: the first key that finds one. */
static enum crm_status
find_old(struct add *o, struct crm_sink *s, const struct crm_rec *r,
    const struct crm_rec **old, struct crm_err *err)
{
	struct crm_str rest = crm_str_z(o->upsert), key;
	while (crm_str_split(&rest, ',', &key)) {
		enum crm_status st = by_key(o, s, r, crm_str_trim(key), old,
		    err);
		if (st != CRM_NOTFOUND)
			return st;
	}
	return CRM_NOTFOUND;
}

/* Is the line's `updated` later than the stored one's? RFC 3339 in UTC sorts
 * as text only in one form, so the times are read. */
static bool
is_newer(const struct crm_rec *line, const struct crm_rec *old)
{
	struct crm_str a, b;
	int64_t ta, tb;
	if (!crm_rec_get(line, CRM_STR("updated"), &a) ||
	    !crm_json_is_string(a) || !crm_time_parse(crm_json_inner(a), &ta))
		return false;
	return !crm_rec_get(old, CRM_STR("updated"), &b) ||
	    !crm_json_is_string(b) ||
	    !crm_time_parse(crm_json_inner(b), &tb) || ta > tb;
}

/* The line as a patch of the stored record (RFC 7396). merged: see
 * upsert_keys.h; a line of this very id says how it is to be. */
static void
patch(struct add *o, const struct crm_rec *line, const struct crm_rec *old,
    bool merged)
{
	merged = merged && !crm_str_eq(crm_rec_id(line), crm_rec_id(old));
	crm_change_clear(&o->change);
	for (uint32_t i = 0; i < line->shape->n; i++) {
		struct crm_str key = line->shape->keys[i], had;
		struct crm_str val = crm_rec_val(line, i);
		bool tool = crm_str_is(key, "id") || crm_str_is(key, "type") ||
		    crm_str_is(key, "created") || crm_str_is(key, "updated");
		int slot = crm_shape_slot(old->shape, key);
		if (tool || (o->conflict == FILL && slot >= 0))
			continue;
		had = slot >= 0 ? crm_rec_val(old, (size_t)slot) :
		    (struct crm_str){ NULL, 0 };
		if (crm_str_eq(val, had))
			continue;	/* a stored value holds no null */
		crm_buf_clear(&o->key);
		if (merged && crm_upsert_key(old, key, had, val, &o->key))
			;
		else if (crm_json_kind(val) != 'n')
			crm_json_merge(&o->key, had, val);
		crm_change_put(&o->change, key, crm_buf_view(&o->key));
	}
}

static enum crm_status
upsert(struct add *o, struct crm_sink *s, struct crm_item *item,
    struct crm_err *err)
{
	const struct crm_rec *line = &item->rec, *old = NULL;
	enum crm_status st = find_old(o, s, line, &old, err);
	if (st == CRM_NOTFOUND)
		return crm_unless_insert(&o->unless, s, item, err);
	if (st)
		return st;
	if (o->conflict == KEEP || (o->conflict == NEWEST &&
	    !is_newer(line, old)))
		crm_change_clear(&o->change);
	else
		patch(o, line, old, crm_txn_merged(s->t));
	return crm_sink_change(s, item, old, &o->change, 0, err);
}

/* -- one record from assignments ------------------------------------------- */

static enum crm_status
from_assignments(struct add *o, struct crm_sink *s, struct crm_item *item,
    struct crm_err *err)
{
	struct crm_rec none = { 0 };
	crm_change_clear(&o->change);
	crm_buf_clear(&o->key);
	crm_json_quote(&o->key, s->type->name);
	crm_change_put(&o->change, CRM_STR("type"), crm_buf_view(&o->key));
	crm_assigns_doubt(&o->as, &s->ses, s->type);
	enum crm_status st = crm_assign_apply(o->as.a, o->as.n, s->type, NULL,
	    &s->cli->clock, &o->change, err);
	if (!st)
		st = crm_sink_parse(s, item, &none, &o->change, err);
	if (st)
		return st;
	return o->upsert ? upsert(o, s, item, err) :
	    crm_unless_insert(&o->unless, s, item, err);
}

static enum crm_status
apply(void *ctx, struct crm_sink *s, struct crm_item *item,
    struct crm_err *err)
{
	struct add *o = ctx;
	if (!item->rec.shape)
		return from_assignments(o, s, item, err);
	return o->upsert ? upsert(o, s, item, err) :
	    crm_unless_insert(&o->unless, s, item, err);
}

static enum crm_status
before(void *ctx, struct crm_sink *s, struct crm_err *err)
{
	struct add *o = ctx;
	return crm_unless_before(&o->unless, s, err);
}

static enum crm_status
prepare(void *ctx, struct crm_sink *s, size_t from, size_t to,
    struct crm_err *err)
{
	struct add *o = ctx;
	return crm_unless_prepare(&o->unless, s, from, to, err);
}

/* Every name given to --upsert has to be a key of the records' type. */
static bool
keys_are_right(const struct add *o, struct crm_cli *cli,
    const struct crm_sink *s)
{
	struct crm_str rest = crm_str_z(o->upsert ? o->upsert : ""), key;
	while (o->upsert && crm_str_split(&rest, ',', &key)) {
		key = crm_str_trim(key);
		if (crm_ref_is_key(s->ses.schema, s->type, key))
			continue;
		crm_cli_usage(cli, s->type ?
		    _("--upsert: '%.*s' is no key of %.*s (crm schema shows "
		    "them)") : _("--upsert: '%.*s' is no key of any type (crm "
		    "schema shows them)"), CRM_FMT(key), CRM_FMT(s->type ?
		    s->type->name : CRM_STR("")));
		return false;
	}
	return true;
}

/* With an assignment among the operands the first other word is the type. */
static bool
take_type(struct crm_cli *cli)
{
	if (cli->nargs > 1) {
		crm_cli_usage(cli, _("beside assignments only the type may be "
		    "named: '%s'"), cli->args[1]);
		return false;
	}
	if (cli->nargs == 1 && cli->type &&
	    strcmp(cli->type, cli->args[0]) != 0) {
		crm_cli_usage(cli, _("two types: '%s' and '%s'"), cli->type,
		    cli->args[0]);
		return false;
	}
	if (cli->nargs == 1)
		cli->type = cli->args[0];
	if (!cli->type) {
		crm_cli_usage(cli, _("which type? name it first: crm-add "
		    "contact name=..."));
		return false;
	}
	cli->nargs = 0;
	return true;
}

static void
run(struct crm_cli *cli, struct add *o)
{
	struct crm_sink s;
	/* Judging takes its time under the lock: smaller batches then. */
	struct crm_sink_spec spec = { .apply = apply, .before = before,
		.prepare = prepare, .ctx = o, .forward = true,
		.by_hand = true, .ahead = !o->unless.text,
		.batch = o->batch ? o->batch : o->unless.text ? 1000 : 0 };
	if (!crm_unless_read(&o->unless, cli) ||
	    !crm_assigns_take(&o->as, cli) || (o->as.n && !take_type(cli)))
		return;
	if (crm_sink_begin(&s, cli, &spec) && keys_are_right(o, cli, &s) &&
	    crm_attach_files(&o->as, cli, s.ses.store)) {
		s.create_missing = o->create_missing;
		if (o->as.n)
			crm_sink_operands(&s, NULL, 0);
		else
			crm_sink_files(&s, cli->args, cli->nargs);
	}
	crm_sink_end(&s);
}

int
main(int argc, char **argv)
{
	static const char *const conflicts[] = { "take", "keep", "fill",
		"newest", NULL };
	static const char *const examples[] = {
		"crm-add contact name='Eleni Doe' email=eleni@example.gr",
		"crm-import leads.csv | crm-add -q --upsert email,phone",
		"crm-find deal | CRM_STORE=copy crm-add --create", NULL };
	struct add o = { 0 };
	const struct crm_opt opts[] = {
		{ 0, "upsert", CRM_OPT_TEXT, "KEY,...", &o.upsert,
		    N_("change the record that has this key, if there is one"),
		    .complete = "field" },
		{ 0, "on-conflict", CRM_OPT_CHOICE, "HOW", &o.conflict,
		    N_("whose values win when a record is there"), conflicts },
		{ 0, "create-missing", CRM_OPT_FLAG, NULL, &o.create_missing,
		    N_("make a stub where a reference's key finds nothing") },
		{ 0, "unless-duplicate", CRM_OPT_MAYBE, "P", &o.unless.text,
		    N_("reject what is probably (0.9) there already") },
		{ 0, "batch", CRM_OPT_NUMBER, "N", &o.batch,
		    N_("records a transaction (50000)") },
		{ 0 } };
	const struct crm_prog prog = { .name = "crm-add", .kind = CRM_SINK,
		.operands = "[FILE... | TYPE FIELD=VALUE...]",
		.purpose = N_("insert or upsert records"),
		.examples = examples, .opts = opts, .with = CRM_HAS_JOBS };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli, &o);
	crm_assigns_release(&o.as);
	crm_change_release(&o.change);
	crm_buf_release(&o.key);
	crm_unless_release(&o.unless);
	return crm_cli_end(&cli);
}
