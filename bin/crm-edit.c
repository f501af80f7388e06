/* crm-edit: change fields of records named by reference or read from stdin. */
#include "cli/assigns.h"
#include "cli/attach.h"
#include "cli/sink.h"

struct edit {
	bool patch;
	const char *if_rev;	/* "" bare: the rev of the line */
	uint64_t rev;
	struct crm_assigns as;
	struct crm_change_set change;
	struct crm_buf tmp;
};

/* The other fields of the line as a patch (RFC 7396). */
static void
patch(struct edit *o, const struct crm_rec *line, const struct crm_rec *old)
{
	for (uint32_t i = 0; i < line->shape->n; i++) {
		struct crm_str key = line->shape->keys[i];
		struct crm_str val = crm_rec_val(line, i), had = { NULL, 0 };
		int slot = crm_shape_slot(old->shape, key);
		if (crm_str_is(key, "id") || crm_str_is(key, "type") ||
		    crm_str_is(key, "created") || crm_str_is(key, "updated"))
			continue;
		if (slot >= 0)
			had = crm_rec_val(old, (size_t)slot);
		crm_buf_clear(&o->tmp);
		if (crm_json_kind(val) != 'n')
			crm_json_merge(&o->tmp, had, val);
		crm_change_put(&o->change, key, crm_buf_view(&o->tmp));
	}
}

/* `list` is no field: list+=spring changes the list's members. */
static bool
is_membership(const struct crm_assign *a, const struct crm_type *t)
{
	return crm_str_is(a->path, "list") && (a->op == CRM_ASSIGN_ADD ||
	    a->op == CRM_ASSIGN_SUB) && !crm_type_field(t, a->path);
}

static enum crm_status
change_list(struct edit *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_assign *a, struct crm_str id, struct crm_err *err)
{
	const struct crm_type *t = crm_schema_type(s->ses.schema,
	    CRM_STR("list"));
	const struct crm_rec *list;
	struct crm_change_set c = { 0 };
	crm_buf_clear(&o->tmp);
	crm_buf_z(&o->tmp, "name:");
	crm_buf_str(&o->tmp, a->value);
	enum crm_status st = crm_sink_lookup(s, crm_buf_view(&o->tmp), &t, 1,
	    &list, err);
	if (st == CRM_NOTFOUND)
		st = crm_sink_lookup(s, a->value, &t, 1, &list, err);
	if (st)
		return st;
	struct crm_assign m = { a->op, CRM_STR("members"), id };
	st = crm_assign_apply(&m, 1, t, list, &s->cli->clock, &c, err);
	s->mute = true;
	if (!st)
		st = crm_sink_change(s, item, list, &c, 0, err);
	s->mute = false;
	crm_change_release(&c);
	return st;
}

static enum crm_status
change_lists(struct edit *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_type *t, struct crm_str id, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < o->as.n && !st; i++)
		if (is_membership(&o->as.a[i], t))
			st = change_list(o, s, item, &o->as.a[i], id, err);
	return st;
}

static enum crm_status
work_out(struct edit *o, struct crm_sink *s, const struct crm_item *item,
    const struct crm_rec *old, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	crm_change_clear(&o->change);
	crm_assigns_doubt(&o->as, &s->ses, old->type);
	if (o->patch && item->rec.shape)
		patch(o, &item->rec, old);
	for (size_t i = 0; i < o->as.n && !st; i++)
		if (!is_membership(&o->as.a[i], old->type))
			st = crm_assign_apply(&o->as.a[i], 1, old->type, old,
			    &s->cli->clock, &o->change, err);
	return st;
}

static enum crm_status
apply(void *ctx, struct crm_sink *s, struct crm_item *item,
    struct crm_err *err)
{
	struct edit *o = ctx;
	const struct crm_rec *old;
	struct crm_str ref = item->ref;
	uint64_t rev = o->rev;
	if (item->rec.shape) {
		ref = crm_rec_id(&item->rec);
		if (!ref.n)
			return crm_err_field(err, CRM_INVALID, "edit.id",
			    CRM_STR("id"), _("missing: which record?"));
		if (o->if_rev && !*o->if_rev)
			rev = item->rec.rev;
	}
	enum crm_status st = crm_sink_lookup(s, ref, NULL, 0, &old, err);
	if (st)
		return st;
	const struct crm_type *t = old->type;
	struct crm_str id = crm_arena_str(&s->mem, crm_rec_id(old));
	st = work_out(o, s, item, old, err);
	if (!st)
		st = crm_sink_change(s, item, old, &o->change, rev, err);
	return st ? st : change_lists(o, s, item, t, id, err);
}

static bool
check(struct crm_cli *cli, struct edit *o)
{
	char *end = NULL;
	if (o->if_rev && *o->if_rev) {
		o->rev = strtoull(o->if_rev, &end, 10);
		if (*end || o->rev == 0) {
			crm_cli_usage(cli, _("--if-rev wants a revision: '%s'"),
			    o->if_rev);
			return false;
		}
	}
	if (!o->as.n && !o->patch) {
		crm_cli_usage(cli, _("nothing to change: name fields "
		    "(stage=won) or give --patch"));
		return false;
	}
	return true;
}

static void
run(struct crm_cli *cli, struct edit *o)
{
	struct crm_sink s;
	struct crm_sink_spec spec = { .apply = apply, .ctx = o, .refs = true,
		.loose = true, .by_hand = true };
	if (!crm_assigns_take(&o->as, cli) || !check(cli, o))
		return;
	for (size_t i = 0; i < o->as.n; i++)
		if (crm_str_is(o->as.a[i].path, "list"))
			spec.whole = true;
	if (crm_sink_begin(&s, cli, &spec) &&
	    crm_attach_files(&o->as, cli, s.ses.store))
		crm_sink_named(&s);
	crm_sink_end(&s);
}

int
main(int argc, char **argv)
{
	static const char *const examples[] = {
		"crm-edit email:maria@acme.gr title=CEO phone+=+302101234567",
		"crm-find deal stage:proposal idle:30d.. | crm-edit stage=lost",
		"crm-edit name:spring-list expires=+30d -m 'season over'",
		NULL };
	struct edit o = { 0 };
	const struct crm_opt opts[] = {
		{ 0, "patch", CRM_OPT_FLAG, NULL, &o.patch,
		    N_("apply the other fields of each line (RFC 7396)") },
		{ 0, "if-rev", CRM_OPT_MAYBE, "REV", &o.if_rev,
		    N_("only if the record still has this rev (that of its line)") },
		{ 0 } };
	const struct crm_prog prog = { .name = "crm-edit", .kind = CRM_SINK,
		.operands = "[REF...] ASSIGNMENT...",
		.purpose = N_("change fields of records"),
		.examples = examples, .opts = opts };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli, &o);
	crm_assigns_release(&o.as);
	crm_change_release(&o.change);
	crm_buf_release(&o.tmp);
	return crm_cli_end(&cli);
}
