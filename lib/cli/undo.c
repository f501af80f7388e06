#include "cli/undo.h"

#include <stdlib.h>

#include "cli/interrupt.h"
#include "base/time.h"
#include "cli/unmerge.h"

enum { BATCH = 50000, NAMED = 5 };

static int
downwards(const void *key, const void *entry)
{
	uint64_t no = *(const uint64_t *)key;
	const struct crm_undo_entry *e = entry;
	return no > e->no ? -1 : no < e->no;
}

static int
upwards(const void *key, const void *entry)
{
	return -downwards(key, entry);
}

static bool
points_to(const struct crm_rec *r, struct crm_str id)
{
	struct crm_keyset k = { 0 };
	bool does = false;
	crm_record_keys(r, 1u << CRM_KEY_REF, CRM_STR(""), &k);
	for (size_t i = 0; i < k.n && !does; i++)
		does = crm_str_eq(k.k[i].term, id);
	crm_keyset_release(&k);
	return does;
}

/* A record whose turn is yet to come, and that will not point there then. */
static enum crm_status
will_let_go(struct crm_undo *u, const struct crm_rec *r, struct crm_str id,
    bool *will, struct crm_err *err)
{
	const struct crm_undo_entry *e = bsearch(&r->no, u->v + u->leaving,
	    u->changing, sizeof(*u->v), upwards);
	struct crm_key k = { .by = CRM_BY_NO, .no = r->no };
	*will = false;
	if (!e || e->verdict != CRM_UNDO_DO || e->last != r->rev)
		return CRM_OK;
	struct crm_batch *b = crm_batch_new();
	enum crm_status st = crm_store_get(u->sink->ses.store, e->first - 1,
	    &k, 1, b, NULL, err);
	*will = !st && !points_to(crm_batch_row(b, 0), id);
	crm_batch_free(b);
	return st;
}

/* Records that stay and point to one that would leave: a reason to keep it. */
static enum crm_status
check_links(struct crm_undo *u, const struct crm_undo_entry *e,
    struct crm_str id, struct crm_err *err)
{
	struct crm_batch *links = crm_batch_new();
	struct crm_buf b = { 0 };
	size_t n = 0;
	enum crm_status st = crm_txn_links(u->sink->t, e->no, links, err);
	for (size_t i = 0; !st && i < crm_batch_len(links); i++) {
		const struct crm_rec *r = crm_batch_row(links, i);
		const struct crm_undo_entry *l = bsearch(&r->no, u->v,
		    u->leaving, sizeof(*u->v), downwards);
		bool will = r->no == e->no ||
		    (l > e && l->verdict == CRM_UNDO_DO);
		if (!will)
			st = will_let_go(u, r, id, &will, err);
		if (st || will)
			continue;
		if (n++ < NAMED)
			crm_buf_printf(&b, "%s%.*s", n > 1 ? ", " : "",
			    CRM_FMT(crm_rec_id(r)));
	}
	if (!st && n)
		st = crm_err_set(err, CRM_CONFLICT, "undo.links",
		    _("'%.*s' is left: other records point to it: %s%s"),
		    CRM_FMT(id), crm_buf_cstr(&b), n > NAMED ? " ..." : "");
	crm_buf_release(&b);
	crm_batch_free(links);
	return st;
}

static enum crm_status
leave(struct crm_undo *u, const struct crm_undo_entry *e,
    const struct crm_rec *old, struct crm_err *err)
{
	struct crm_sink *s = u->sink;
	struct crm_batch *into = crm_batch_new();
	struct crm_str survivor = { 0 };
	struct crm_op op = { .kind = e->kind, .no = e->no, .into = e->into,
		.if_rev = e->if_rev, .name = "undo" };
	struct crm_key k = { .by = CRM_BY_NO, .no = e->into };
	bool merge = e->kind == CRM_OP_MERGE;
	enum crm_status st = merge ?
	    crm_txn_get(s->t, &k, 1, into, NULL, err) :
	    check_links(u, e, crm_rec_id(old), err);
	if (!st && merge)
		survivor = crm_rec_id(crm_batch_row(into, 0));
	if (!st)
		st = crm_sink_leave(s, &op, old, survivor, err);
	crm_batch_free(into);
	return st;
}

/* The record becomes its earlier image, or lives again as it. */
static enum crm_status
become(struct crm_undo *u, const struct crm_undo_entry *e,
    struct crm_err *err)
{
	enum crm_status st = crm_spool_get(&u->images, e->place, &u->line,
	    err);
	if (!st)
		st = crm_record_read(&u->reader, crm_buf_view(&u->line),
		    &u->rec, err);
	struct crm_op op = { .kind = e->kind, .no = e->no, .into = e->into,
		.if_rev = e->if_rev, .rec = &u->rec.rec, .name = "undo" };
	struct crm_result res = { 0 };
	if (st)
		return st;
	/* A merged record stays one: nothing to show for it. */
	if (e->kind == CRM_OP_REPLACE && e->into)
		return crm_sink_op(u->sink, &op, crm_rec_id(op.rec),
		    (struct crm_str){ 0 }, &res, err);
	return crm_sink_become(u->sink, NULL, &op, err);
}

enum crm_status
crm_undo_taken(struct crm_str id, struct crm_err *err)
{
	struct crm_err why = *err;
	return crm_err_set(err, CRM_EXISTS, why.id, why.field[0] ?
	    _("'%.*s' is left: '%s': %s") : _("'%.*s' is left: %s%s"),
	    CRM_FMT(id), why.field, why.msg);
}

static enum crm_status
apply(void *ctx, struct crm_sink *s, struct crm_item *item,
    struct crm_err *err)
{
	struct crm_undo *u = ctx;
	const struct crm_undo_entry *e = &u->v[u->next++];
	struct crm_key k = { .by = CRM_BY_NO, .no = e->no };
	(void)item;
	if (e->verdict == CRM_UNDO_NOTHING && !e->undecided) {
		s->cli->count.unchanged++;
		return CRM_OK;
	}
	enum crm_status st = crm_txn_get(s->t, &k, 1, s->rows, NULL, err);
	if (st)
		return st;
	const struct crm_rec *old = crm_batch_row(s->rows, 0);
	struct crm_str id = old->line.n ? crm_rec_id(old) : CRM_STR("?");
	crm_buf_clear(&u->id);
	crm_buf_str(&u->id, id);	/* rows go with what is done */
	if (e->verdict == CRM_UNDO_GONE || !old->line.n)
		return crm_err_set(err, CRM_CONFLICT, "undo.erased",
		    _("a record was erased for good and does not come back"));
	if (e->verdict == CRM_UNDO_CHANGED || old->rev != e->if_rev)
		return crm_err_set(err, CRM_CONFLICT, "undo.changed",
		    _("'%.*s' was changed since (revision %" PRIu64
		    "): left as it is"), CRM_FMT(id), old->rev);
	if (e->verdict != CRM_UNDO_NOTHING)
		st = e->image ? become(u, e, err) : leave(u, e, old, err);
	if (st == CRM_EXISTS)
		return crm_undo_taken(crm_buf_view(&u->id), err);
	if (!st && e->undecided)
		return crm_err_set(err, CRM_CONFLICT, "undo.undecided",
		    _("'%s' was changed since the merge: '%s' stays as it is "
		    "now"), crm_buf_cstr(&u->id), e->undecided);
	return st;
}

/* In batches, unless all has to be one transaction. */
static void
run(struct crm_undo *u, struct crm_sink *s)
{
	struct crm_err err = { 0 };
	size_t batch = s->one ? u->n : BATCH;
	for (size_t i = 0; i < u->n && !s->stop && !crm_interrupt_which();
	    i += batch) {
		size_t to = u->n - i < batch ? u->n : i + batch;
		struct crm_at now = { CRM_AT_NOW, 0 };
		enum crm_status st = crm_store_at(s->ses.store, now, &u->now,
		    &err);
		if (!st)
			st = crm_undo_look(u, s->ses.store, i, to, &err);
		if (st) {
			crm_cli_fail(s->cli, &err);
			return;
		}
		u->next = i;
		crm_sink_blank(s, to - i, to == u->n);
	}
}

void
crm_undo(struct crm_cli *cli, const char *which, const char *program)
{
	struct crm_undo u = { 0 };
	struct crm_sink s;
	struct crm_err err = { 0 };
	struct crm_sink_spec spec = { .apply = apply, .ctx = &u,
		.cause = "undo" };
	enum crm_status st = CRM_OK;
	if (!crm_sink_begin(&s, cli, &spec))
		goto done;
	u.sink = &s;
	u.at = cli->now_given ? cli->clock.now : crm_time_now();
	u.reader = (struct crm_reader){ .schema = s.ses.schema,
		.shapes = &u.shapes, .lim = { .line = SIZE_MAX,
		.members = SIZE_MAX, .depth = UINT16_MAX } };
	st = crm_undo_find(&u, s.ses.store, which, program, &err);
	if (!st)
		st = crm_undo_plan(&u, s.ses.store, &err);
	if (st)
		crm_cli_fail(cli, &err);
	else
		run(&u, &s);
done:
	crm_sink_end(&s);
	if (u.sink && !st && !cli->failed && !cli->count.created &&
	    !cli->count.updated && !cli->count.deleted && !cli->count.rejected)
		crm_cli_note(cli, _("transaction %s: nothing is left to undo"),
		    which);
	crm_unmerge_free(u.um);
	crm_buf_release(&u.id);
	free(u.v);
	crm_spool_release(&u.images);
	crm_record_release(&u.rec);
	crm_reader_release(&u.reader);
	crm_shapes_release(&u.shapes);
	crm_buf_release(&u.line);
}
