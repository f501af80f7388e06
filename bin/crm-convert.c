/* crm-convert: leads become account, contact and deal, linked both ways. */
#include "cli/assigns.h"
#include "cli/attach.h"
#include "cli/sink.h"

struct convert {
	const char *account;
	bool no_deal;
	struct crm_assigns as;
	struct crm_buf line;
};

struct ids {
	struct crm_buf account, contact, deal;
};

/* Fields of a lead that a contact does not have, or that are its own. */
static bool
stays(struct crm_str key)
{
	static const char *const own[] = { "id", "type", "rev", "company",
		"status", "statuses", "campaign", "converted", "account", "ext",
		"raw", "created", "updated" };
	for (size_t i = 0; i < CRM_LEN(own); i++)
		if (crm_str_is(key, own[i]))
			return true;
	return false;
}

static void
begin_line(struct crm_buf *b, const char *type)
{
	crm_buf_clear(b);
	crm_buf_c(b, '{');
	crm_json_add_str(b, "type", crm_str_z(type));
}

/* Copies a field of the lead where it has one. */
static bool
copy(struct crm_buf *b, const struct crm_rec *lead, const char *from,
    const char *to)
{
	struct crm_str v;
	if (!crm_rec_get(lead, crm_str_z(from), &v))
		return false;
	crm_json_add_raw(b, to, v);
	return true;
}

/* The account: named by --account, the lead's own, or made of its company. A
 * lead without a company has none. */
static enum crm_status
make_account(struct convert *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *lead, struct crm_buf *id, struct crm_err *err)
{
	const struct crm_type *t = crm_schema_type(s->ses.schema,
	    CRM_STR("account"));
	const struct crm_rec *row;
	struct crm_str v;
	bool own = crm_rec_get(lead, CRM_STR("account"), &v) &&
	    crm_json_is_string(v);
	if (o->account || own) {
		struct crm_str ref = o->account ? crm_str_z(o->account) :
		    crm_json_inner(v);
		enum crm_status st = crm_sink_lookup(s, ref, &t, 1, &row, err);
		if (st)
			return st;
		crm_buf_str(id, crm_rec_id(row));
		struct crm_change_set none = { 0 };
		return crm_sink_change(s, item, row, &none, 0, err);
	}
	begin_line(&o->line, "account");
	if (!copy(&o->line, lead, "company", "name"))
		return CRM_OK;
	copy(&o->line, lead, "address", "address");
	copy(&o->line, lead, "owner", "owner");
	copy(&o->line, lead, "source", "source");
	copy(&o->line, lead, "timezone", "timezone");
	copy(&o->line, lead, "language", "language");
	crm_buf_c(&o->line, '}');
	return crm_sink_add_line(s, item, crm_buf_view(&o->line), id, err);
}

static enum crm_status
make_contact(struct convert *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *lead, struct ids *ids, struct crm_err *err)
{
	begin_line(&o->line, "contact");
	for (uint32_t i = 0; i < lead->shape->n; i++) {
		struct crm_str key = lead->shape->keys[i];
		if (stays(key))
			continue;
		crm_buf_z(&o->line, ",\"");
		crm_buf_str(&o->line, key);
		crm_buf_z(&o->line, "\":");
		crm_buf_str(&o->line, crm_rec_val(lead, i));
	}
	if (ids->account.n)
		crm_json_add_str(&o->line, "account",
		    crm_buf_view(&ids->account));
	crm_buf_c(&o->line, '}');
	return crm_sink_add_line(s, item, crm_buf_view(&o->line),
	    &ids->contact, err);
}

/* A deal in the first open stage, with what the assignments say. */
static enum crm_status
make_deal(struct convert *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *lead, struct ids *ids, struct crm_err *err)
{
	const struct crm_schema *sch = s->ses.schema;
	const struct crm_type *t = crm_schema_type(sch, CRM_STR("deal"));
	struct crm_rec none = { 0 };
	struct crm_change_set c = { 0 };
	struct crm_item made = { .source = item->source, .line = item->line };
	begin_line(&o->line, "deal");
	if (!copy(&o->line, lead, "company", "name"))
		copy(&o->line, lead, "name", "name");
	if (ids->account.n)
		crm_json_add_str(&o->line, "account",
		    crm_buf_view(&ids->account));
	crm_json_key(&o->line, "contacts");
	crm_buf_c(&o->line, '[');
	crm_json_quote(&o->line, crm_buf_view(&ids->contact));
	crm_buf_c(&o->line, ']');
	for (size_t i = 0; i < sch->nstages; i++)
		if (sch->stages[i].kind == CRM_STAGE_OPEN) {
			crm_json_add_str(&o->line, "stage",
			    sch->stages[i].name);
			break;
		}
	copy(&o->line, lead, "campaign", "campaign");
	copy(&o->line, lead, "owner", "owner");
	copy(&o->line, lead, "source", "source");
	crm_buf_c(&o->line, '}');
	struct crm_json_iter it = crm_json_iter(crm_buf_view(&o->line));
	struct crm_str key, v;
	while (crm_json_next(&it, &key, &v))
		crm_change_put(&c, key, v);
	crm_assigns_doubt(&o->as, &s->ses, t);
	enum crm_status st = crm_assign_apply(o->as.a, o->as.n, t, NULL,
	    &s->cli->clock, &c, err);
	if (!st)
		st = crm_sink_parse(s, &made, &none, &c, err);
	if (!st)
		st = crm_sink_add_line(s, item, made.rec.line, &ids->deal, err);
	crm_change_release(&c);
	return st;
}

/* The lead keeps what it became. */
static enum crm_status
close_lead(struct convert *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *lead, const struct ids *ids, struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	struct crm_buf *b = &o->line;
	crm_buf_clear(b);
	crm_buf_c(b, '{');
	if (ids->account.n)
		crm_json_add_str(b, "account", crm_buf_view(&ids->account));
	crm_json_add_str(b, "contact", crm_buf_view(&ids->contact));
	if (ids->deal.n)
		crm_json_add_str(b, "deal", crm_buf_view(&ids->deal));
	crm_buf_c(b, '}');
	crm_change_put(&c, CRM_STR("converted"), crm_buf_view(b));
	crm_change_put(&c, CRM_STR("status"), CRM_STR("\"converted\""));
	enum crm_status st = crm_sink_change(s, item, lead, &c, 0, err);
	crm_change_release(&c);
	return st;
}

static enum crm_status
convert(struct convert *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *lead, struct crm_err *err)
{
	struct ids ids = { 0 };
	struct crm_str v;
	if (crm_rec_get(lead, CRM_STR("converted"), &v))
		return crm_err_field(err, CRM_CONFLICT, "convert.done",
		    CRM_STR("converted"), _("'%.*s' was converted already"),
		    CRM_FMT(crm_rec_id(lead)));
	enum crm_status st = make_account(o, s, item, lead, &ids.account, err);
	if (!st)
		st = make_contact(o, s, item, lead, &ids, err);
	if (!st && !o->no_deal)
		st = make_deal(o, s, item, lead, &ids, err);
	if (!st)
		st = close_lead(o, s, item, lead, &ids, err);
	crm_buf_release(&ids.account);
	crm_buf_release(&ids.contact);
	crm_buf_release(&ids.deal);
	return st;
}

static enum crm_status
apply(void *ctx, struct crm_sink *s, struct crm_item *item,
    struct crm_err *err)
{
	const struct crm_type *t = crm_schema_type(s->ses.schema,
	    CRM_STR("lead"));
	const struct crm_rec *row;
	struct crm_str ref = item->ref;
	if (item->rec.shape)
		ref = crm_rec_id(&item->rec);
	if (!ref.n)
		return crm_err_field(err, CRM_INVALID, "edit.id",
		    CRM_STR("id"), _("missing: which record?"));
	enum crm_status st = crm_sink_lookup(s, ref, &t, 1, &row, err);
	if (st)
		return st;
	struct crm_key k = { .by = CRM_BY_NO, .no = row->no };
	struct crm_batch *b = crm_batch_new();	/* rows of s are reused */
	st = crm_txn_get(s->t, &k, 1, b, NULL, err);
	if (!st)
		st = convert(ctx, s, item, crm_batch_row(b, 0), err);
	crm_batch_free(b);
	return st;
}

static void
run(struct crm_cli *cli, struct convert *o)
{
	struct crm_sink s;
	struct crm_sink_spec spec = { .apply = apply, .ctx = o, .refs = true,
		.loose = true, .whole = true };
	if (!crm_assigns_take(&o->as, cli))
		return;
	if (o->no_deal && o->as.n) {
		crm_cli_usage(cli, _("assignments are for the deal; --no-deal "
		    "makes none"));
		return;
	}
	if (crm_sink_begin(&s, cli, &spec) &&
	    crm_attach_files(&o->as, cli, s.ses.store))
		crm_sink_named(&s);
	crm_sink_end(&s);
}

int
main(int argc, char **argv)
{
	static const char *const examples[] = {
		"crm-convert email:maria@acme.gr amount=12000 currency=EUR",
		"crm-find lead status:qualified | crm-convert --no-deal",
		"crm-convert 01J9Z3N4 --account domain:acme.gr", NULL };
	struct convert o = { 0 };
	const struct crm_opt opts[] = {
		{ 0, "account", CRM_OPT_TEXT, "REF", &o.account,
		    N_("link to this account instead of making one"),
		    .complete = "ref" },
		{ 0, "no-deal", CRM_OPT_FLAG, NULL, &o.no_deal,
		    N_("make no deal") },
		{ 0 } };
	const struct crm_prog prog = { .name = "crm-convert",
		.kind = CRM_SINK, .operands = "[REF...] [ASSIGNMENT...]",
		.purpose = N_("turn leads into account, contact and deal"),
		.examples = examples, .opts = opts };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli, &o);
	crm_assigns_release(&o.as);
	crm_buf_release(&o.line);
	return crm_cli_end(&cli);
}
