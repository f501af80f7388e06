/* apply: the feed of another store. A change is made only where this store has
 * what the other one had before it. */
#include "cli/history.h"

#include "cli/sink.h"

struct apply {
	struct crm_reader reader;
	struct crm_shapes shapes;
	struct crm_record before, after;
	struct crm_buf tmp;
};

/* A member of the line as a record; false where there is none. */
static enum crm_status
image(struct apply *o, const struct crm_rec *line, const char *key,
    struct crm_record *out, bool *there, struct crm_err *err)
{
	struct crm_str val;
	*there = crm_rec_get(line, crm_str_z(key), &val);
	if (!*there)
		return CRM_OK;
	enum crm_status st = crm_record_read(&o->reader, val, out, err);
	if (!st && (!crm_str_eq(crm_rec_id(&out->rec), crm_rec_id(line)) ||
	    out->rec.type != line->type))
		st = crm_err_field(err, CRM_INVALID, "feed.line",
		    crm_str_z(key), _("is not the record of the line"));
	return st;
}

static enum crm_status
differs(const struct crm_rec *line, struct crm_err *err)
{
	return crm_err_set(err, CRM_CONFLICT, "feed.base",
	    _("'%.*s' is another here than it was there before the change"),
	    CRM_FMT(crm_rec_id(line)));
}

static bool
lives(const struct crm_rec *r)
{
	return r->line.n && r->state == CRM_LIVE;
}

/* Into which record of this store it was merged; 0: it was deleted. */
static enum crm_status
survivor(struct apply *o, struct crm_sink *s, const struct crm_rec *line,
    uint64_t *no, struct crm_err *err)
{
	struct crm_str val;
	struct crm_batch *b = crm_batch_new();
	*no = 0;
	enum crm_status st = CRM_OK;
	if (crm_rec_get(line, CRM_STR("into"), &val) &&
	    crm_json_is_string(val)) {
		crm_buf_clear(&o->tmp);
		crm_json_unescape(&o->tmp, crm_json_inner(val));
		struct crm_key k = { .by = CRM_BY_ID,
			.value = crm_buf_view(&o->tmp) };
		st = crm_txn_get(s->t, &k, 1, b, NULL, err);
		if (!st && lives(crm_batch_row(b, 0)))
			*no = crm_batch_row(b, 0)->no;
		else if (!st)
			st = crm_err_set(err, CRM_NOTFOUND, "ref.none",
			    _("no such record: '%.*s'"), CRM_FMT(k.value));
	}
	crm_batch_free(b);
	return st;
}

static enum crm_status
gone(struct apply *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *now, struct crm_err *err)
{
	struct crm_op op = { .kind = CRM_OP_DELETE, .no = now->no,
		.line = item->line };
	if (!lives(now)) {
		s->cli->count.unchanged++;
		return CRM_OK;
	}
	if (!crm_rec_same(now, &o->before.rec))
		return differs(&item->rec, err);
	enum crm_status st = survivor(o, s, &item->rec, &op.into, err);
	if (op.into)
		op.kind = CRM_OP_MERGE;
	return st ? st : crm_sink_leave(s, &op, now, op.into ?
	    crm_buf_view(&o->tmp) : CRM_STR(""), err);
}

static enum crm_status
come(struct apply *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *now, bool had, struct crm_err *err)
{
	struct crm_op op = { .kind = CRM_OP_REPLACE, .no = now->no,
		.line = item->line, .rec = &o->after.rec };
	bool same = lives(now) && crm_rec_same(now, &o->after.rec);
	if (!same && (lives(now) != had ||
	    (had && !crm_rec_same(now, &o->before.rec))))
		return differs(&item->rec, err);
	if (!lives(now))
		op.kind = now->line.n && now->state == CRM_MERGED ?
		    CRM_OP_UNMERGE : CRM_OP_INSERT;
	return crm_sink_become(s, item, &op, err);
}

static enum crm_status
apply(void *ctx, struct crm_sink *s, struct crm_item *item,
    struct crm_err *err)
{
	struct apply *o = ctx;
	const struct crm_rec *line = &item->rec;
	struct crm_key k = { .by = CRM_BY_OLD_ID, .type = line->type,
		.value = crm_rec_id(line) };
	struct crm_str what;
	bool had, has;
	if (!k.value.n && crm_rec_get(line, CRM_STR("op"), &what) &&
	    crm_str_is(what, "\"erase\""))
		return crm_err_set(err, CRM_INVALID, "feed.erase",
		    _("an erasure names nobody and does not travel: run "
		    "crm-rm --erase here, too"));
	if (!line->type)
		return crm_err_field(err, CRM_INVALID, "feed.line",
		    CRM_STR("type"), _("missing: a line of 'crm-history feed'"
		    " is wanted"));
	if (!k.value.n)
		return crm_err_field(err, CRM_INVALID, "feed.line",
		    CRM_STR("id"), _("missing: a line of 'crm-history feed' is"
		    " wanted"));
	enum crm_status st = image(o, line, "before", &o->before, &had, err);
	if (!st)
		st = image(o, line, "after", &o->after, &has, err);
	if (!st && !had && !has)
		st = crm_err_set(err, CRM_INVALID, "feed.line",
		    _("neither 'before' nor 'after': a line of 'crm-history "
		    "feed' is wanted"));
	struct crm_batch *b = crm_batch_new();
	if (!st)
		st = crm_txn_get(s->t, &k, 1, b, NULL, err);
	if (!st)
		st = has ? come(o, s, item, crm_batch_row(b, 0), had, err) :
		    gone(o, s, item, crm_batch_row(b, 0), err);
	crm_batch_free(b);
	return st;
}

void
crm_history_apply(struct crm_history *h)
{
	struct apply o = { 0 };
	struct crm_sink_spec spec = { .apply = apply, .ctx = &o,
		.loose = true, .cause = "apply" };
	struct crm_sink s;
	if (crm_sink_begin(&s, h->cli, &spec)) {
		o.reader = (struct crm_reader){ .schema = s.ses.schema,
			.shapes = &o.shapes, .check = true,
			.lim = s.reader.lim };
		crm_sink_files(&s, h->args, h->nargs);
	}
	crm_sink_end(&s);
	crm_record_release(&o.before);
	crm_record_release(&o.after);
	crm_reader_release(&o.reader);
	crm_shapes_release(&o.shapes);
	crm_buf_release(&o.tmp);
}
