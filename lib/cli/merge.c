/* One line of a plan: several records become one, or two never will. */
#include "cli/merge.h"
#include "format/json.h"

enum { MAXMERGE = 256 };

struct members {
	struct crm_batch *batch[MAXMERGE];
	const struct crm_rec *rec[MAXMERGE];	/* the survivor first */
	size_t n;
};

/* A live record by id (an old id of a merged one leads to its survivor), added
 * to the members unless it is one. */
static enum crm_status
add_member(struct crm_sink *s, struct members *m, struct crm_str id,
    struct crm_err *err)
{
	const struct crm_rec *row;
	if (m->n == MAXMERGE)
		return crm_err_set(err, CRM_INVALID, "merge.many",
		    _("more than %d records in one line"), MAXMERGE);
	enum crm_status st = crm_sink_lookup(s, id, NULL, 0, &row, err);
	if (st)
		return st;
	struct crm_key k = { .by = CRM_BY_NO, .no = row->no };
	struct crm_batch *b = crm_batch_new();
	st = crm_txn_get(s->t, &k, 1, b, NULL, err);
	const struct crm_rec *r = st ? NULL : crm_batch_row(b, 0);
	bool known = false;
	for (size_t i = 0; i < m->n && !st; i++)
		known |= m->rec[i]->no == r->no;
	if (!st && !known && m->n && r->type != m->rec[0]->type)
		st = crm_err_set(err, CRM_INVALID, "merge.types",
		    _("'%.*s' is of another type than '%.*s'"), CRM_FMT(id),
		    CRM_FMT(crm_rec_id(m->rec[0])));
	if (st || known) {
		crm_batch_free(b);
		return st;
	}
	m->batch[m->n] = b;
	m->rec[m->n++] = r;
	return CRM_OK;
}

static void
release(struct members *m)
{
	for (size_t i = 0; i < m->n; i++)
		crm_batch_free(m->batch[i]);
	m->n = 0;
}

static enum crm_status
read_members(struct crm_sink *s, struct crm_str line, struct members *m,
    struct crm_err *err)
{
	struct crm_str val, key, v;
	if (!crm_json_get(line, CRM_STR("keep"), &val) ||
	    !crm_json_is_string(val))
		return crm_err_field(err, CRM_INVALID, "merge.keep",
		    CRM_STR("keep"), _("missing: which record survives?"));
	enum crm_status st = add_member(s, m, crm_json_inner(val), err);
	if (!st && (!crm_json_get(line, CRM_STR("merge"), &val) ||
	    crm_json_kind(val) != '['))
		return crm_err_field(err, CRM_INVALID, "merge.merge",
		    CRM_STR("merge"), _("missing: which records go?"));
	struct crm_json_iter it = crm_json_iter(val);
	while (!st && crm_json_next(&it, &key, &v)) {
		if (!crm_json_is_string(v))
			return crm_err_field(err, CRM_INVALID, "merge.merge",
			    CRM_STR("merge"), _("not an id: %.*s"),
			    CRM_FMT(v));
		st = add_member(s, m, crm_json_inner(v), err);
	}
	return st;
}

/* A record that somebody changed since the plan was made is a reject; what
 * this very run did does not count. */
static enum crm_status
check_stale(const struct crm_merge *o, struct crm_str tool,
    const struct members *m, struct crm_err *err)
{
	struct crm_str v;
	if (tool.n == 0 || !crm_json_get(tool, CRM_STR("_rev"), &v))
		return CRM_OK;
	uint64_t rev = strtoull(v.p, NULL, 10);
	for (size_t i = 0; i < m->n; i++)
		if (m->rec[i]->rev > rev && m->rec[i]->rev < o->first)
			return crm_err_set(err, CRM_CONFLICT, "merge.stale",
			    _("'%.*s' was changed since the plan was made"),
			    CRM_FMT(crm_rec_id(m->rec[i])));
	return CRM_OK;
}

enum crm_status
crm_merge_open(struct crm_merge *o, struct crm_store *s, struct crm_err *err)
{
	return crm_refusals_load(&o->refusals, s, err);
}

static enum crm_status
check_refused(const struct crm_merge *o, const struct members *m,
    struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < m->n && !st; i++)
		for (size_t j = i + 1; j < m->n && !st; j++) {
			struct crm_str a = crm_rec_id(m->rec[i]);
			struct crm_str b = crm_rec_id(m->rec[j]);
			if (crm_refusals_has(&o->refusals, a, b))
				st = crm_err_set(err, CRM_CONFLICT,
				    "merge.refused", _("'%.*s' and '%.*s' were "
				    "ruled to be different"), CRM_FMT(a),
				    CRM_FMT(b));
		}
	return st;
}

/* The plan's own word on fields: "set":{FIELD:VALUE}, null removes. */
static void
set_fields(struct crm_str line, struct crm_change_set *c)
{
	struct crm_str val, key, v, none = { NULL, 0 };
	if (!crm_json_get(line, CRM_STR("set"), &val) ||
	    crm_json_kind(val) != '{')
		return;
	struct crm_json_iter it = crm_json_iter(val);
	while (crm_json_next(&it, &key, &v))
		crm_change_put(c, key, crm_json_kind(v) == 'n' ? none : v);
}

/* A reference of the survivor to a loser would point to itself. */
static void
drop_self(const struct members *m, struct crm_change_set *c)
{
	const struct crm_rec *k = m->rec[0];
	struct crm_str none = { NULL, 0 };
	for (uint32_t i = 0; i < k->shape->n; i++) {
		struct crm_str raw = crm_rec_val(k, i);
		const struct crm_field *f = crm_type_field(k->type,
		    k->shape->keys[i]);
		for (size_t j = 1; j < m->n && f && f->kind == CRM_K_REF; j++)
			if (crm_json_is_string(raw) && crm_json_eq(
			    crm_json_inner(raw), crm_rec_id(m->rec[j])))
				crm_change_put(c, k->shape->keys[i], none);
	}
}

static enum crm_status
echo(struct crm_merge *o, struct crm_sink *s, uint64_t no,
    struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_NO, .no = no };
	struct crm_batch *b = crm_batch_new();
	struct crm_buf line = { 0 };
	enum crm_status st = crm_txn_get(s->t, &k, 1, b, NULL, err);
	if (!st) {
		crm_rec_print(crm_batch_row(b, 0), &line);
		line.n--;
		crm_json_add_u64(&line, "_merge", s->txn ? s->txn :
		    crm_txn_rev(s->t));
		if (o->from.n)
			crm_json_add_raw(&line, "_from",
			    crm_buf_view(&o->from));
		crm_buf_c(&line, '}');
		st = crm_sink_echo(s, crm_buf_view(&line), NULL, err);
	}
	crm_buf_release(&line);
	crm_batch_free(b);
	return st;
}

static enum crm_status
merge(struct crm_merge *o, struct crm_sink *s, struct crm_item *item,
    struct members *m, struct crm_err *err)
{
	struct crm_change_set c = { 0 };
	struct crm_str line = item->rec.line;
	enum crm_status st = crm_merge_consents(s, item, m->rec, m->n, err);
	crm_merge_fields(&o->policy, m->rec, m->n, &c);
	drop_self(m, &c);
	set_fields(line, &c);
	crm_merge_keys(m->rec, m->n, &c);
	crm_buf_clear(&o->from);
	if (s->cli->dry)
		crm_merge_origin(m->rec, m->n, &c, line, &o->from);
	for (size_t i = 1; i < m->n && !st; i++) {
		struct crm_result res = { 0 };
		struct crm_op op = { .kind = CRM_OP_MERGE,
			.no = m->rec[i]->no, .into = m->rec[0]->no,
			.line = item->line };
		st = crm_merge_links(s, item, m->rec[i], m->rec[0], err);
		if (!st)
			st = crm_sink_op(s, &op, crm_rec_id(m->rec[i]),
			    m->rec[i]->line, &res, err);
	}
	if (!st)
		st = crm_sink_change(s, item, m->rec[0], &c, 0, err);
	for (size_t i = 1; i < m->n && !st; i++)
		crm_refusals_follow(&o->refusals, crm_rec_id(m->rec[i]),
		    crm_rec_id(m->rec[0]));
	crm_change_release(&c);
	return st;
}

/* The record a refusal names: its id, also one that was merged since, stays as
 * it was given; of other references the id is kept. */
static enum crm_status
name_record(struct crm_sink *s, struct crm_str *id, struct crm_str *live,
    struct crm_err *err)
{
	const struct crm_rec *row;
	struct crm_key k = { .by = CRM_BY_OLD_ID, .value = *id };
	enum crm_status st = crm_sink_lookup(s, *id, NULL, 0, &row, err);
	if (st)
		return st;
	*live = crm_arena_str(&s->mem, crm_rec_id(row));
	st = crm_txn_get(s->t, &k, 1, s->rows, NULL, err);
	if (!st && !crm_batch_row(s->rows, 0)->line.n)
		*id = *live;
	return st;
}

static enum crm_status
remember(struct crm_merge *o, struct crm_sink *s, struct crm_str pair,
    struct crm_err *err)
{
	struct crm_json_iter it = crm_json_iter(pair);
	struct crm_str id[2], key;
	size_t n = 0;
	while (n < 2 && crm_json_next(&it, &key, &id[n]) &&
	    crm_json_is_string(id[n])) {
		id[n] = crm_json_inner(id[n]);
		n++;
	}
	if (n < 2 || crm_json_count(pair) != 2)
		return crm_err_field(err, CRM_INVALID, "merge.distinct",
		    CRM_STR("distinct"), _("not two ids"));
	struct crm_str live[2];
	enum crm_status st = name_record(s, &id[0], &live[0], err);
	if (!st)
		st = name_record(s, &id[1], &live[1], err);
	if (!st && crm_str_eq(live[0], live[1]))
		st = crm_err_field(err, CRM_INVALID, "merge.distinct",
		    CRM_STR("distinct"), _("both are '%.*s'"),
		    CRM_FMT(live[0]));
	if (st)
		return st;
	struct crm_buf name = { 0 }, line = { 0 };
	crm_refusals_name(id[0], id[1], &name);
	crm_buf_z(&line, "{\"distinct\":[");
	crm_json_quote(&line, id[0]);
	crm_buf_c(&line, ',');
	crm_json_quote(&line, id[1]);
	crm_buf_z(&line, "]}");
	crm_refusals_add(&o->refusals, id[0], id[1]);
	crm_refusals_add(&o->refusals, live[0], live[1]);
	st = crm_txn_set(s->t, crm_buf_view(&name), crm_buf_view(&line), err);
	if (!st)
		st = crm_sink_echo(s, crm_buf_view(&line), NULL, err);
	crm_buf_release(&name);
	crm_buf_release(&line);
	return st;
}

enum crm_status
crm_merge_apply(void *ctx, struct crm_sink *s, struct crm_item *item,
    struct crm_err *err)
{
	struct crm_merge *o = ctx;
	struct members *m;
	struct crm_str line = item->rec.line, v;
	struct crm_str tool = item->tool;
	enum crm_status st = crm_merge_check(line, tool, err);
	if (st)
		return st;
	if (crm_json_get(line, CRM_STR("distinct"), &v))
		return remember(o, s, v, err);
	if (!o->review && tool.n && crm_json_get(tool, CRM_STR("_review"),
	    &v) && crm_str_is(v, "true")) {
		o->skipped++;
		return CRM_OK;
	}
	if (o->first == 0)
		o->first = crm_txn_rev(s->t);
	m = crm_zalloc(sizeof(*m));
	crm_buf_clear(&o->from);
	st = read_members(s, line, m, err);
	uint64_t no = st ? 0 : m->rec[0]->no;
	if (!st)
		st = check_stale(o, tool, m, err);
	if (!st)
		st = check_refused(o, m, err);
	bool mute = s->mute;
	s->mute = true;
	if (!st && m->n > 1)
		st = merge(o, s, item, m, err);
	s->mute = mute;
	if (!st)
		st = echo(o, s, no, err);
	release(m);
	free(m);
	return st;
}
