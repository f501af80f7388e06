/* What sinks do to one record inside the transaction. */
#include "cli/sink_impl.h"

#include "model/stages.h"

enum crm_status
crm_sink_echo(struct crm_sink *s, struct crm_str json, const char *op,
    struct crm_err *err)
{
	bool more = (op && s->cli->verbose) || s->cli->dry;
	if (s->cli->quiet || s->mute)
		return CRM_OK;
	if (!more)
		return crm_spool_add(&s->echo, json, err);
	crm_buf_clear(&s->tmp);
	crm_buf_add(&s->tmp, json.p, json.n - 1);
	if (op && s->cli->verbose)
		crm_json_add_str(&s->tmp, "_op", crm_str_z(op));
	if (s->cli->dry)
		crm_json_add_raw(&s->tmp, "_dry", CRM_STR("true"));
	crm_buf_c(&s->tmp, '}');
	return crm_spool_add(&s->echo, crm_buf_view(&s->tmp), err);
}

static enum crm_status
echo_rec(struct crm_sink *s, const struct crm_rec *r, uint64_t rev,
    const char *op, struct crm_err *err)
{
	if (s->cli->quiet)
		return CRM_OK;
	struct crm_rec with = *r;
	with.rev = rev;
	struct crm_buf b = { 0 };
	crm_rec_print(&with, &b);
	enum crm_status st = crm_sink_echo(s, crm_buf_view(&b), op, err);
	crm_buf_release(&b);
	return st;
}

static void
put_stamp(struct crm_change_set *c, const char *key, struct crm_str text)
{
	struct crm_buf b = { 0 };
	crm_json_quote(&b, text);
	crm_change_put(c, crm_str_z(key), crm_buf_view(&b));
	crm_buf_release(&b);
}

/* Why an op was refused, as a data error. */
static enum crm_status
refused(struct crm_sink *s, const struct crm_result *res,
    struct crm_str what, struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = res->holder };
	struct crm_str holder = { NULL, 0 };
	switch (res->status) {
	case CRM_EXISTS:
		if (!res->field || crm_str_is(res->field->name, "id"))
			return crm_err_field(err, CRM_EXISTS, "store.exists",
			    CRM_STR("id"), _("there is a record with this id "
			    "already: '%.*s'"), CRM_FMT(what));
		if (!crm_txn_get(s->t, &k, 1, s->rows, NULL, NULL))
			holder = crm_rec_id(crm_batch_row(s->rows, 0));
		return crm_err_field(err, CRM_EXISTS, "store.unique",
		    res->field->name, _("taken by record '%.*s'"),
		    CRM_FMT(holder));
	case CRM_CONFLICT:
		return crm_err_set(err, CRM_CONFLICT, "store.conflict",
		    _("'%.*s' was changed meanwhile: its rev is another"),
		    CRM_FMT(what));
	case CRM_NOTFOUND:
		return crm_err_set(err, CRM_NOTFOUND, "ref.none",
		    _("no such record: '%.*s'"), CRM_FMT(what));
	default:
		return crm_err_set(err, res->status, "store.refused",
		    _("the store refuses '%.*s'"), CRM_FMT(what));
	}
}

/* What hooks hear: the record as it will be stored, or `json` where there is
 * no new one. */
static void
note(struct crm_sink *s, const struct crm_op *op, struct crm_str json)
{
	static const char *const names[] = { [CRM_OP_INSERT] = "add",
		[CRM_OP_REPLACE] = "edit", [CRM_OP_DELETE] = "rm",
		[CRM_OP_RESTORE] = "restore", [CRM_OP_MERGE] = "merge",
		[CRM_OP_UNMERGE] = "unmerge" };
	struct crm_buf b = { 0 };
	if (!json.n && op->rec) {
		struct crm_rec with = *op->rec;
		with.rev = crm_txn_rev(s->t);
		crm_rec_print(&with, &b);
		json = crm_buf_view(&b);
	}
	crm_hooks_note(&s->hooks, json, op->name ? op->name : names[op->kind]);
	crm_buf_release(&b);
}

/* A record that becomes somebody who was erased is refused, unless that is
 * meant: a new one, one that lives again, one that gets such an address. */
static enum crm_status
may_return(struct crm_sink *s, const struct crm_op *op, struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = op->no };
	struct crm_str region = crm_buf_view(&s->ses.region), since;
	const struct crm_field *f;
	if (!op->rec || !crm_suppress_has(&s->suppress, op->rec, NULL, region,
	    &f, &since))
		return CRM_OK;
	if (op->kind == CRM_OP_REPLACE) {
		struct crm_batch *old = crm_batch_new();
		enum crm_status st = crm_txn_get(s->t, &k, 1, old, NULL, err);
		bool gains = !st && crm_suppress_has(&s->suppress, op->rec,
		    crm_batch_row(old, 0), region, &f, &since);
		crm_batch_free(old);
		if (!gains)
			return st;
	}
	s->returned++;
	if (s->cli->allow_suppressed)
		return CRM_OK;
	return crm_err_field(err, CRM_INVALID, "suppressed", f->name,
	    _("this person was erased on %.*s and is not stored again "
	    "(--allow-suppressed)"), CRM_FMT(since));
}

enum crm_status
crm_sink_op(struct crm_sink *s, const struct crm_op *op, struct crm_str what,
    struct crm_str json, struct crm_result *res, struct crm_err *err)
{
	enum crm_status st = may_return(s, op, err);
	if (!st)
		st = crm_txn_apply(s->t, op, 1, res, err);
	if (!st && res->status)
		return refused(s, res, what, err);
	if (!st && !res->same && crm_hooks_any(&s->hooks))
		note(s, op, json);
	return st;
}

static void
new_stamps(struct crm_sink *s, const struct crm_rec *r,
    struct crm_change_set *c)
{
	static const char *const times[] = { "created", "updated" };
	if (!crm_rec_id(r).n) {
		char id[26];
		crm_ulid_make(&s->ids, s->batch_now, id);
		put_stamp(c, "id", (struct crm_str){ id, sizeof(id) });
	}
	for (size_t i = 0; i < CRM_LEN(times); i++)
		if (crm_shape_slot(r->shape, crm_str_z(times[i])) < 0)
			put_stamp(c, times[i], s->now);
}

bool
crm_sink_is_complete(const struct crm_rec *r)
{
	static const char *const keys[] = { "id", "created", "updated" };
	for (size_t i = 0; i < CRM_LEN(keys); i++)
		if (crm_shape_slot(r->shape, crm_str_z(keys[i])) < 0)
			return false;
	return r->type && !crm_stages_kept(r->type);
}

/* Worked out once a shape. */
static bool
is_complete(struct crm_sink *s, const struct crm_rec *r)
{
	if (s->plain_shape == r->shape && s->plain_type == r->type)
		return true;
	if (!crm_sink_is_complete(r))
		return false;
	s->plain_shape = r->shape;
	s->plain_type = r->type;
	return true;
}

/* A new record with all that it does not bring itself, in out; out stays empty
 * where there is nothing to be added. */
static enum crm_status
completed(struct crm_sink *s, struct crm_record *rec, struct crm_record *out,
    struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	enum crm_status st = crm_record_strip(&s->reader, rec, err);
	if (!st)
		st = crm_record_check(&s->reader, rec, err);
	if (!st)
		st = crm_sink_refs(s, &rec->rec, NULL, &c, err);
	if (!st && !is_complete(s, &rec->rec)) {
		new_stamps(s, &rec->rec, &c);
		crm_stages_keep(s->ses.schema, NULL, &rec->rec, s->now,
		    s->actor, &c);
	}
	if (!st && c.nval)
		st = crm_record_apply(&s->reader, &rec->rec, &c, out, err);
	crm_change_release(&c);
	return st;
}

/* item may be NULL; id, where wanted, is appended. */
static enum crm_status
store_new(struct crm_sink *s, struct crm_item *item,
    struct crm_record *rec, struct crm_buf *id, struct crm_err *err)
{
	struct crm_record made = { 0 };
	struct crm_result res = { 0 };
	const struct crm_record *use = rec;
	bool sound = item && rec->rec.line.p == item->rec.line.p &&
	    item->sound && !crm_txn_merged(s->t);
	crm_buf_clear(&s->names_by.fields);
	enum crm_status st = sound ? CRM_OK : completed(s, rec, &made, err);
	if (st)
		goto done;
	if (made.rec.shape)
		use = &made;
	struct crm_op op = { .kind = CRM_OP_INSERT, .rec = &use->rec,
		.line = item ? item->line : 0,
		.made = sound && item->made.gen ? &item->made : NULL };
	st = crm_sink_op(s, &op, crm_rec_id(&use->rec), (struct crm_str){ 0 },
	    &res, err);
	if (st)
		goto done;
	if (res.dangling)
		crm_sink_watch(s, item, &use->rec);
	if (id)
		crm_buf_str(id, crm_rec_id(&use->rec));
	crm_buf_clear(&s->made);
	crm_buf_str(&s->made, crm_rec_id(&use->rec));
	crm_sink_names_add(s, &use->rec, res.no);
	st = crm_sink_names_keep(s, crm_rec_id(&use->rec), err);
	if (st)
		goto done;
	s->cli->count.created++;
	st = echo_rec(s, &use->rec, crm_txn_rev(s->t), "added", err);
done:
	crm_record_release(&made);
	return st;
}

enum crm_status
crm_sink_insert(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *rec, struct crm_err *err)
{
	struct crm_change_set none = { 0 };
	struct crm_record new = { 0 };
	enum crm_status st = CRM_OK;
	if (rec == &item->rec)
		new = (struct crm_record){ .rec = *rec, .nulls = item->nulls };
	else
		st = crm_record_apply(&s->reader, rec, &none, &new, err);
	if (!st)
		st = store_new(s, item, &new, NULL, err);
	crm_record_release(&new);
	return st;
}

enum crm_status
crm_sink_add_line(struct crm_sink *s, struct crm_item *item,
    struct crm_str line, struct crm_buf *id, struct crm_err *err)
{
	struct crm_record rec = { 0 };
	enum crm_status st = crm_record_read(&s->reader, line, &rec, err);
	if (!st)
		st = store_new(s, item, &rec, id, err);
	crm_record_release(&rec);
	return st;
}

/* An owned copy: rows of the store are gone with the next look-up. */
static void
copy_rec(const struct crm_rec *r, struct crm_record *out)
{
	crm_buf_clear(&out->line);
	crm_buf_clear(&out->offs);
	crm_buf_str(&out->line, r->line);
	crm_buf_add(&out->offs, r->off, r->shape->n * (r->wide ? 4u : 2u));
	out->rec = *r;
	out->rec.line = crm_buf_view(&out->line);
	out->rec.off = (const uint8_t *)out->offs.p;
}

/* What follows from the change: references by key, history, `updated`. */
static enum crm_status
follow_up(struct crm_sink *s, const struct crm_rec *old,
    struct crm_record *rec, struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	struct crm_record out = { 0 };
	enum crm_status st = crm_record_strip(&s->reader, rec, err);
	if (!st)
		st = crm_record_check(&s->reader, rec, err);
	if (!st)
		st = crm_sink_refs(s, &rec->rec, old, &c, err);
	if (!st) {
		crm_stages_keep(s->ses.schema, old, &rec->rec, s->now,
		    s->actor, &c);
		put_stamp(&c, "updated", s->now);
		st = crm_record_apply(&s->reader, &rec->rec, &c, &out, err);
	}
	if (!st) {
		crm_record_release(rec);
		*rec = out;
	} else {
		crm_record_release(&out);
	}
	crm_change_release(&c);
	return st;
}

static enum crm_status
unchanged(struct crm_sink *s, const struct crm_rec *old, uint64_t if_rev,
    struct crm_err *err)
{
	struct crm_result res = { .status = CRM_CONFLICT };
	if (if_rev && old->rev != if_rev)
		return refused(s, &res, crm_rec_id(old), err);
	s->cli->count.unchanged++;
	return echo_rec(s, old, old->rev, "unchanged", err);
}

/* A record is what it is by these two. */
static enum crm_status
same_record(const struct crm_rec *old, const struct crm_rec *new,
    struct crm_err *err)
{
	if (!crm_str_eq(crm_rec_id(old), crm_rec_id(new)))
		return crm_err_field(err, CRM_INVALID, "assign.kind",
		    CRM_STR("id"), _("'%.*s' keeps its id"),
		    CRM_FMT(crm_rec_id(old)));
	if (old->type != new->type)
		return crm_err_field(err, CRM_INVALID, "assign.kind",
		    CRM_STR("type"), _("'%.*s' keeps its type"),
		    CRM_FMT(crm_rec_id(old)));
	return CRM_OK;
}

enum crm_status
crm_sink_change(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *row, const struct crm_change_set *c,
    uint64_t if_rev, struct crm_err *err)
{
	struct crm_record old = { 0 }, new = { 0 };
	struct crm_result res = { 0 };
	if (!c->nval)
		return unchanged(s, row, if_rev, err);
	copy_rec(row, &old);
	struct crm_rec plain = old.rec;
	plain.rev = 0;
	enum crm_status st = crm_record_apply(&s->reader, &plain, c, &new, err);
	if (!st && crm_rec_same(&old.rec, &new.rec)) {
		st = unchanged(s, &old.rec, if_rev, err);
		goto done;
	}
	if (!st)
		st = same_record(&old.rec, &new.rec, err);
	if (!st && s->spec.by_hand)
		st = crm_sink_once(&old.rec, &new.rec, err);
	if (!st)
		st = follow_up(s, &old.rec, &new, err);
	if (!st)
		st = crm_sink_names_keep(s, crm_rec_id(&old.rec), err);
	if (!st && crm_rec_same(&old.rec, &new.rec)) {
		st = unchanged(s, &old.rec, if_rev, err);
		goto done;
	}
	if (st)
		goto done;
	struct crm_op op = { .kind = CRM_OP_REPLACE, .no = old.rec.no,
		.if_rev = if_rev, .rec = &new.rec, .line = item->line };
	st = crm_sink_op(s, &op, crm_rec_id(&old.rec), (struct crm_str){ 0 },
	    &res, err);
	if (st)
		goto done;
	if (res.dangling)
		crm_sink_watch(s, item, &new.rec);
	s->cli->count.updated++;
	st = echo_rec(s, &new.rec, crm_txn_rev(s->t), "updated", err);
done:
	crm_record_release(&old);
	crm_record_release(&new);
	return st;
}

enum crm_status
crm_sink_parse(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *rec, const struct crm_change_set *c,
    struct crm_err *err)
{
	enum crm_status st = crm_record_apply(&s->reader, rec, c, &s->work,
	    err);
	item->rec = s->work.rec;
	item->nulls = s->work.nulls;
	return st;
}

enum crm_status
crm_sink_become(struct crm_sink *s, struct crm_item *item,
    const struct crm_op *op, struct crm_err *err)
{
	struct crm_result res = { 0 };
	bool edit = op->kind == CRM_OP_REPLACE;
	enum crm_status st = crm_sink_op(s, op, crm_rec_id(op->rec),
	    (struct crm_str){ 0 }, &res, err);
	if (st)
		return st;
	if (res.dangling)
		crm_sink_watch(s, item, op->rec);
	if (res.same) {
		struct crm_key k = { .by = CRM_BY_NO, .no = res.no };
		st = crm_txn_get(s->t, &k, 1, s->rows, NULL, err);
		return st ? st : unchanged(s, crm_batch_row(s->rows, 0), 0,
		    err);
	}
	if (edit)
		s->cli->count.updated++;
	else
		s->cli->count.created++;
	return echo_rec(s, op->rec, crm_txn_rev(s->t), edit ? "updated" :
	    "added", err);
}

enum crm_status
crm_sink_leave(struct crm_sink *s, const struct crm_op *op,
    const struct crm_rec *old, struct crm_str into, struct crm_err *err)
{
	struct crm_result res = { 0 };
	struct crm_buf b = { 0 };
	crm_buf_c(&b, '{');
	crm_json_add_str(&b, "id", crm_rec_id(old));
	crm_json_add_str(&b, "type", old->type->name);
	crm_json_add_u64(&b, "rev", crm_txn_rev(s->t));
	crm_json_add_raw(&b, "_deleted", CRM_STR("true"));
	if (into.n)
		crm_json_add_str(&b, "_into", into);
	crm_buf_c(&b, '}');
	enum crm_status st = crm_sink_op(s, op, crm_rec_id(old),
	    crm_buf_view(&b), &res, err);
	if (!st) {
		s->cli->count.deleted++;
		st = crm_sink_echo(s, crm_buf_view(&b), NULL, err);
	}
	crm_buf_release(&b);
	return st;
}

enum crm_status
crm_sink_remove(struct crm_sink *s, struct crm_item *item,
    const struct crm_rec *old, uint64_t if_rev, struct crm_err *err)
{
	struct crm_op op = { .kind = CRM_OP_DELETE, .no = old->no,
		.if_rev = if_rev, .line = item->line };
	return crm_sink_leave(s, &op, old, CRM_STR(""), err);
}
