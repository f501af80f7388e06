/* crm-rm: delete records. */
#include "cli/erase.h"

struct rm {
	bool unlink, cascade, erase;
	const char *receipt;
	struct crm_buf tmp;
	struct crm_erase eraser;
};

enum { DEPTH = 32, NAMED = 5 };	/* of a cascade; ids in a message */

static bool
is_it(const void *id, struct crm_str inner)
{
	return crm_json_eq(inner, *(const struct crm_str *)id);
}

static enum crm_status
unlink_one(struct rm *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *r, struct crm_str id, struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	for (uint32_t i = 0; i < r->shape->n; i++) {
		struct crm_str raw = crm_rec_val(r, i);
		const struct crm_field *f = crm_type_field(r->type,
		    r->shape->keys[i]);
		if (!f || (f->kind != CRM_K_REF && f->kind != CRM_K_OBJECT) ||
		    !memmem(raw.p, raw.n, id.p, id.n))
			continue;
		crm_buf_clear(&o->tmp);
		crm_erase_without(&o->tmp, raw, is_it, &id);
		crm_change_put(&c, r->shape->keys[i], crm_buf_view(&o->tmp));
	}
	enum crm_status st = crm_sink_change(s, item, r, &c, 0, err);
	crm_change_release(&c);
	return st;
}

static enum crm_status
pointed_to(const struct crm_batch *links, struct crm_str id,
    struct crm_err *err)
{
	struct crm_buf b = { 0 };
	size_t n = crm_batch_len(links);
	for (size_t i = 0; i < n && i < NAMED; i++) {
		const struct crm_rec *r = crm_batch_row(links, i);
		crm_buf_printf(&b, " %.*s %.*s%s", CRM_FMT(r->type->name),
		    CRM_FMT(crm_rec_id(r)), i + 1 < n ? "," : "");
	}
	enum crm_status st = crm_err_set(err, CRM_CONFLICT, "rm.linked",
	    _("%zu records point to '%.*s':%s%s; --unlink clears that, "
	    "--cascade deletes them too"), n, CRM_FMT(id), crm_buf_cstr(&b),
	    n > NAMED ? " ..." : "");
	crm_buf_release(&b);
	return st;
}

static enum crm_status remove_one(struct rm *o, struct crm_sink *s,
    struct crm_item *item, uint64_t no, int depth, struct crm_err *err);

/* What points to the record goes first (or lets go of it). */
static enum crm_status
clear_links(struct rm *o, struct crm_sink *s, struct crm_item *item,
    uint64_t no, struct crm_str id, int depth, struct crm_err *err)
{
	struct crm_batch *links = crm_batch_new();
	enum crm_status st = crm_txn_links(s->t, no, links, err);
	size_t n = st ? 0 : crm_batch_len(links);
	if (n && !o->unlink && !o->cascade)
		st = pointed_to(links, id, err);
	else if (n && depth >= DEPTH)
		st = crm_err_set(err, CRM_INVALID, "rm.depth",
		    _("the chain of records behind '%.*s' is too long"),
		    CRM_FMT(id));
	for (size_t i = 0; i < n && !st; i++) {
		const struct crm_rec *r = crm_batch_row(links, i);
		if (r->no == no)
			continue;
		st = o->cascade ? remove_one(o, s, item, r->no, depth + 1,
		    err) : unlink_one(o, s, item, r, id, err);
	}
	crm_batch_free(links);
	return st;
}

static enum crm_status
remove_one(struct rm *o, struct crm_sink *s, struct crm_item *item,
    uint64_t no, int depth, struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	struct crm_batch *b = crm_batch_new();
	enum crm_status st = crm_txn_get(s->t, &k, 1, b, NULL, err);
	const struct crm_rec *r = st ? NULL : crm_batch_row(b, 0);
	if (!st && r->line.n && r->state == CRM_LIVE) {
		st = clear_links(o, s, item, no, crm_rec_id(r), depth, err);
		if (!st)
			st = crm_sink_remove(s, item, r, 0, err);
	}
	crm_batch_free(b);
	return st;
}

static enum crm_status
apply(void *ctx, struct crm_sink *s, struct crm_item *item,
    struct crm_err *err)
{
	struct rm *o = ctx;
	const struct crm_rec *row;
	struct crm_str ref = item->ref;
	if (o->erase)
		return crm_erase_item(&o->eraser, s, item, err);
	if (item->rec.shape)
		ref = crm_rec_id(&item->rec);
	if (!ref.n)
		return crm_err_field(err, CRM_INVALID, "edit.id",
		    CRM_STR("id"), _("missing: which record?"));
	enum crm_status st = crm_sink_lookup(s, ref, NULL, 0, &row, err);
	if (!st)
		st = crm_sink_may_go(row, err);
	return st ? st : remove_one(o, s, item, row->no, 0, err);
}

static enum crm_status
prepare(void *ctx, struct crm_sink *s, size_t from, size_t to,
    struct crm_err *err)
{
	struct rm *o = ctx;
	return crm_erase_prepare(&o->eraser, s, from, to, err);
}

/* After the last commit. */
static void
finish_erasure(struct crm_cli *cli, struct rm *o, struct crm_sink *s)
{
	struct crm_err err = { 0 };
	if (o->erase && !cli->dry &&
	    crm_erase_finish(&o->eraser, s, o->receipt, &err))
		crm_cli_fail(cli, &err);
}

static bool
check(struct crm_cli *cli, const struct rm *o, bool lines)
{
	if (o->unlink && o->cascade)
		crm_cli_usage(cli, _("--unlink and --cascade exclude each "
		    "other"));
	else if (cli->nargs == 0)
		crm_cli_usage(cli, _("which records? name them, or '-' to read"
		    " them from stdin"));
	else if (o->receipt && !o->erase)
		crm_cli_usage(cli, _("--receipt goes with --erase"));
	else if (o->erase && lines && cli->expect < 0)
		crm_cli_usage(cli, _("--erase - wants --expect N: how many "
		    "records are meant?"));
	else
		return true;
	return false;
}

static void
run(struct crm_cli *cli, struct rm *o)
{
	struct crm_sink s;
	struct crm_sink_spec spec = { .apply = apply, .ctx = o, .refs = true,
		.loose = true, .prepare = o->erase ? prepare : NULL,
		.whole = o->erase ? cli->expect >= 0 : o->unlink || o->cascade,
		.cause = o->erase ? "erase" : NULL };
	bool lines = cli->nargs == 1 && strcmp(cli->args[0], "-") == 0;
	if (!check(cli, o, lines))
		return;
	o->eraser.cascade = o->cascade;
	if (crm_sink_begin(&s, cli, &spec)) {
		crm_sink_named(&s);
		finish_erasure(cli, o, &s);
	}
	crm_sink_end(&s);
	crm_erase_release(&o->eraser);
}

int
main(int argc, char **argv)
{
	static const char *const examples[] = {
		"crm-rm email:old@example.gr -m 'asked to be removed'",
		"crm-find lead status:unqualified updated:..-2y | crm-rm -",
		"crm-rm --unlink 01J9Z3N4", NULL };
	struct rm o = { 0 };
	const struct crm_opt opts[] = {
		{ 0, "unlink", CRM_OPT_FLAG, NULL, &o.unlink,
		    N_("clear the references that point to them") },
		{ 0, "cascade", CRM_OPT_FLAG, NULL, &o.cascade,
		    N_("delete the records that point to them too") },
		{ 0, "erase", CRM_OPT_FLAG, NULL, &o.erase,
		    N_("for good: out of history, indexes and the file, too") },
		{ 0, "receipt", CRM_OPT_TEXT, "FILE", &o.receipt,
		    N_("what was erased, for crm verify --erased"),
		    .complete = "file" },
		{ 0 } };
	const struct crm_prog prog = { .name = "crm-rm", .kind = CRM_SINK,
		.operands = "REF... | -",
		.purpose = N_("delete records"), .examples = examples,
		.opts = opts };
	struct crm_cli cli;
	if (crm_cli_begin(&cli, argc, argv, &prog))
		run(&cli, &o);
	crm_buf_release(&o.tmp);
	return crm_cli_end(&cli);
}
