/* crm-rm: delete records. */
#include "base/file.h"
#include "cli/sink.h"

#include <unistd.h>

struct rm {
	bool unlink, cascade, erase;
	const char *receipt;
	struct crm_buf tmp;
	struct crm_buf erased;	/* receipt lines, by record */
};

enum { DEPTH = 32, NAMED = 5 };	/* of a cascade; ids in a message */

/* A value without the id: lists lose it, a single reference goes. */
static void
without(struct crm_buf *out, struct crm_str raw, struct crm_str id)
{
	struct crm_json_iter it = crm_json_iter(raw);
	struct crm_str key, v;
	char kind = crm_json_kind(raw);
	size_t before;
	if (kind == '"' && crm_json_eq(crm_json_inner(raw), id))
		return;
	if (kind != '[' && kind != '{') {
		crm_buf_str(out, raw);
		return;
	}
	crm_buf_c(out, kind);
	while (crm_json_next(&it, &key, &v)) {
		size_t start = out->n;
		crm_json_comma(out);
		if (kind == '{') {
			crm_buf_c(out, '"');
			crm_buf_str(out, key);
			crm_buf_z(out, "\":");
		}
		before = out->n;
		without(out, v, id);
		if (out->n == before)
			out->n = start;
	}
	crm_buf_c(out, kind == '[' ? ']' : '}');
	if (out->n >= 2 && out->p[out->n - 2] == kind)
		out->n -= 2;
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
		without(&o->tmp, raw, id);
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

/* Takes the record and every earlier image of it out of the store for good and
 * notes its kind, not its values. */
static enum crm_status
erase_one(struct rm *o, struct crm_sink *s, const struct crm_rec *r,
    struct crm_err *err)
{
	enum crm_status st = crm_txn_erase(s->t, &r->no, 1, err);
	if (st)
		return st;
	crm_buf_c(&o->erased, '{');
	crm_json_add_str(&o->erased, "id", crm_rec_id(r));
	crm_json_add_str(&o->erased, "type", r->type->name);
	crm_json_add_str(&o->erased, "at", s->now);
	crm_json_add_str(&o->erased, "by", s->actor);
	crm_buf_z(&o->erased, "}\n");
	crm_buf_clear(&o->tmp);
	crm_buf_c(&o->tmp, '{');
	crm_json_add_str(&o->tmp, "id", crm_rec_id(r));
	crm_json_add_str(&o->tmp, "type", r->type->name);
	crm_json_add_u64(&o->tmp, "rev", crm_txn_rev(s->t));
	crm_json_add_raw(&o->tmp, "_deleted", CRM_STR("true"));
	crm_buf_c(&o->tmp, '}');
	s->cli->count.deleted++;
	return crm_sink_echo(s, crm_buf_view(&o->tmp), NULL, err);
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
			st = o->erase ? erase_one(o, s, r, err) :
			    crm_sink_remove(s, item, r, 0, err);
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
	if (item->rec.rec.shape)
		ref = crm_rec_id(&item->rec.rec);
	if (!ref.n)
		return crm_err_field(err, CRM_INVALID, "edit.id",
		    CRM_STR("id"), _("missing: which record?"));
	enum crm_status st = crm_sink_lookup(s, ref, NULL, 0, &row, err);
	return st ? st : remove_one(o, s, item, row->no, 0, err);
}

/* After the last commit: the file is built anew without what was erased, then
 * the receipt is written. */
static void
finish_erasure(struct crm_cli *cli, struct rm *o, struct crm_sink *s)
{
	struct crm_err err = { 0 };
	struct crm_file f = { 0 };
	if (!o->erased.n || cli->dry)
		return;
	enum crm_status st = crm_store_compact(s->ses.store, 0, &err);
	if (!st && o->receipt) {
		st = crm_file_open(&f, o->receipt, &err);
		if (!st && write(f.fd, o->erased.p, o->erased.n) !=
		    (ssize_t)o->erased.n)
			st = crm_err_sys(&err, "file.write", "%s", o->receipt);
		if (!st)
			st = crm_file_commit(&f, &err);
		else
			crm_file_abort(&f);
	}
	if (st)
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
		.loose = true, .whole = o->unlink || o->cascade };
	bool lines = cli->nargs == 1 && strcmp(cli->args[0], "-") == 0;
	if (!check(cli, o, lines))
		return;
	o->unlink = o->unlink || (o->erase && !o->cascade);
	spec.whole = o->unlink || o->cascade;
	if (crm_sink_begin(&s, cli, &spec)) {
		if (lines)
			crm_sink_files(&s, NULL, 0);
		else
			crm_sink_operands(&s, cli->args, cli->nargs);
		finish_erasure(cli, o, &s);
	}
	crm_sink_end(&s);
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
	crm_buf_release(&o.erased);
	return crm_cli_end(&cli);
}
