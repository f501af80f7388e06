/* apply: the feed of another store. A change is made only where this store has
 * what the other one had before it. */
#include "cli/history.h"

#include <stdlib.h>

#include "base/map.h"
#include "base/mem.h"
#include "cli/attach.h"
#include "cli/sink.h"

/* Of a record that is what it was before the line, only so many versions are
 * asked whether they are the line's work. */
enum { RECENT = 64 };

struct apply {
	struct crm_reader reader;
	struct crm_shapes shapes;
	struct crm_record before, after;
	struct crm_buf tmp, files;
	uint64_t origin;	/* of the line */
	struct crm_map ids;	/* of the transaction that is made up */
	uint64_t absent;	/* attached files that did not come along */
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

static bool
lives(const struct crm_rec *r)
{
	return r->line.n && r->state == CRM_LIVE;
}

static enum crm_status
differs(const struct apply *o, const struct crm_rec *line,
    const struct crm_rec *now, bool had, struct crm_err *err)
{
	struct crm_str id = crm_rec_id(line);
	if (!lives(now))
		return crm_err_set(err, CRM_CONFLICT, "feed.base",
		    _("'%.*s' is not here, there it was before the change "
		    "(revision %" PRIu64 ")"), CRM_FMT(id),
		    o->before.rec.rev);
	if (!had)
		return crm_err_set(err, CRM_CONFLICT, "feed.base",
		    _("'%.*s' is here already (revision %" PRIu64 "), there it"
		    " was new"), CRM_FMT(id), now->rev);
	return crm_err_set(err, CRM_CONFLICT, "feed.base", _("'%.*s' is "
	    "another here (revision %" PRIu64 ") than it was there before the "
	    "change (revision %" PRIu64 ")"), CRM_FMT(id), now->rev,
	    o->before.rec.rev);
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

/* Was the line applied before, or does it come home? */
static enum crm_status
known(struct apply *o, struct crm_sink *s, const struct crm_rec *line,
    const struct crm_rec *now, bool had, bool *is, struct crm_err *err)
{
	struct crm_str op, first = { 0 };
	bool base = had && lives(now) &&
	    crm_str_eq(now->line, o->before.rec.line);
	*is = false;
	if (!now->line.n)
		return CRM_OK;
	if (!had && crm_rec_get(line, CRM_STR("op"), &op) &&
	    crm_str_is(op, "\"add\""))
		first = o->after.rec.line;
	return crm_origin_known(s->ses.store, now->no, o->origin, first,
	    base ? RECENT : SIZE_MAX, is, err);
}

static enum crm_status
gone(struct apply *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *now, struct crm_err *err)
{
	struct crm_op op = { .kind = CRM_OP_DELETE, .no = now->no,
		.line = o->origin };
	bool is = !lives(now);
	enum crm_status st = is ? CRM_OK : known(o, s, &item->rec, now, true,
	    &is, err);
	if (st || is) {
		s->cli->count.unchanged += is;
		return st;
	}
	if (!crm_rec_same(now, &o->before.rec))
		return differs(o, &item->rec, now, true, err);
	st = survivor(o, s, &item->rec, &op.into, err);
	if (op.into)
		op.kind = CRM_OP_MERGE;
	return st ? st : crm_sink_leave(s, &op, now, op.into ?
	    crm_buf_view(&o->tmp) : CRM_STR(""), err);
}

static void
count_absent(void *ctx, struct crm_str id CRM_UNUSED,
    struct crm_str hex CRM_UNUSED)
{
	struct apply *o = ctx;
	o->absent++;
}

static enum crm_status
come(struct apply *o, struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *now, bool had, struct crm_err *err)
{
	struct crm_op op = { .kind = CRM_OP_REPLACE, .no = now->no,
		.line = now->line.n ? o->origin : 0, .rec = &o->after.rec };
	bool same = lives(now) && crm_rec_same(now, &o->after.rec), is = false;
	enum crm_status st = same ? CRM_OK : known(o, s, &item->rec, now, had,
	    &is, err);
	if (st || is) {
		s->cli->count.unchanged += is;
		return st;
	}
	if (!same && (lives(now) != had ||
	    (had && !crm_rec_same(now, &o->before.rec))))
		return differs(o, &item->rec, now, had, err);
	if (!lives(now))
		op.kind = now->line.n && now->state == CRM_MERGED ?
		    CRM_OP_UNMERGE : CRM_OP_INSERT;
	st = crm_sink_become(s, item, &op, err);
	if (!st && o->files.n)
		crm_attach_absent(&o->after.rec, crm_buf_view(&o->files),
		    count_absent, o);
	return st;
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
	if (!line->type && crm_rec_get(line, CRM_STR("type"), &what))
		return crm_err_field(err, CRM_INVALID, "schema.type",
		    CRM_STR("type"), _("unknown type '%.*s': 'crm schema add'"
		    " makes it known here"), CRM_FMT(crm_json_inner(what)));
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
	o->origin = crm_origin_read(line);
	struct crm_batch *b = crm_batch_new();
	if (!st)
		st = crm_txn_get(s->t, &k, 1, b, NULL, err);
	if (!st)
		st = has ? come(o, s, item, crm_batch_row(b, 0), had, err) :
		    gone(o, s, item, crm_batch_row(b, 0), err);
	crm_batch_free(b);
	return st;
}

/* Leaving, changing, coming: as keys go from one record to another. */
static int
turn(const struct crm_item *i)
{
	struct crm_str val;
	if (!i->rec.shape || !crm_rec_get(&i->rec, CRM_STR("after"), &val))
		return 0;
	return crm_rec_get(&i->rec, CRM_STR("before"), &val) ? 1 : 2;
}

/* The lines of a commit come in the order of their records, not in that of the
 * work. */
static enum crm_status
arrange(void *ctx CRM_UNUSED, struct crm_sink *s, size_t from, size_t to,
    struct crm_err *err CRM_UNUSED)
{
	struct crm_item *tmp = crm_calloc(to - from + 1, sizeof(*tmp));
	for (size_t i = from, end; i < to; i = end) {
		size_t n = 0;
		for (end = i + 1; end < to && s->items[end].rec.rev ==
		    s->items[i].rec.rev;)
			end++;
		for (int t = 0; t < 3 && end > i + 1; t++)
			for (size_t k = i; k < end; k++)
				if (turn(&s->items[k]) == t)
					tmp[n++] = s->items[k];
		memcpy(s->items + i, tmp, n * sizeof(*tmp));
	}
	free(tmp);
	return CRM_OK;
}

/* The lines of the commit that begins at item i: are their records in the set?
 * If not, or with `add` in any case, they are now. */
static bool
meet(struct apply *o, const struct crm_sink *s, size_t i, bool add)
{
	uint64_t rev = s->items[i].rec.rev;
	bool met = false, fresh;
	for (size_t k = i; k < s->n && s->items[k].rec.rev == rev && !add; k++)
		met = met || (s->items[k].rec.shape &&
		    crm_map_get(&o->ids, crm_rec_id(&s->items[k].rec)));
	for (size_t k = i; k < s->n && s->items[k].rec.rev == rev && !met; k++)
		if (s->items[k].rec.shape)
			crm_map_put(&o->ids, crm_rec_id(&s->items[k].rec),
			    &fresh);
	return met;
}

/* A record is changed once in a commit here, too, or the journal could not tell
 * its changes apart; what was one commit there is not divided. */
static bool
apart(void *ctx, const struct crm_sink *s, size_t from, size_t to)
{
	struct apply *o = ctx;
	if (to == from + 1) {
		crm_map_clear(&o->ids);
		meet(o, s, from, true);
	}
	return s->items[to].rec.rev != s->items[to - 1].rec.rev &&
	    meet(o, s, to, false);
}

void
crm_history_apply(struct crm_history *h)
{
	struct apply o = { 0 };
	struct crm_sink_spec spec = { .apply = apply, .ctx = &o,
		.prepare = arrange, .apart = apart, .loose = true, .cause = "apply" };
	struct crm_sink s;
	if (crm_sink_begin(&s, h->cli, &spec)) {
		o.reader = (struct crm_reader){ .schema = s.ses.schema,
			.shapes = &o.shapes, .check = true,
			.lim = s.reader.lim };
		if (crm_attach_folder(s.ses.store, &o.files, NULL))
			crm_buf_clear(&o.files);
		crm_sink_files(&s, h->args, h->nargs);
	}
	if (o.absent)
		crm_cli_warn(h->cli, "attach.absent", _("%" PRIu64 " attached "
		    "files that records name are not here: a feed has no "
		    "files, STORE/files is to be copied"), o.absent);
	crm_sink_end(&s);
	crm_map_release(&o.ids);
	crm_buf_release(&o.files);
	crm_record_release(&o.before);
	crm_record_release(&o.after);
	crm_reader_release(&o.reader);
	crm_shapes_release(&o.shapes);
	crm_buf_release(&o.tmp);
}
