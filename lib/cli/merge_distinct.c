/* Two records that a person ruled to be different. */
#include "cli/merge.h"
#include "format/json.h"

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

/* The two records of a line, as given and as they lead. */
static enum crm_status
read_pair(struct crm_sink *s, struct crm_str pair, const char *field,
    struct crm_str id[2], struct crm_str live[2], struct crm_err *err)
{
	struct crm_json_iter it = crm_json_iter(pair);
	struct crm_str key;
	size_t n = 0;
	while (n < 2 && crm_json_kind(pair) == '[' &&
	    crm_json_next(&it, &key, &id[n]) && crm_json_is_string(id[n])) {
		id[n] = crm_json_inner(id[n]);
		n++;
	}
	if (n < 2 || crm_json_count(pair) != 2)
		return crm_err_field(err, CRM_INVALID, "merge.distinct",
		    crm_str_z(field), _("not two ids"));
	enum crm_status st = name_record(s, &id[0], &live[0], err);
	if (!st)
		st = name_record(s, &id[1], &live[1], err);
	if (!st && crm_str_eq(live[0], live[1]))
		st = crm_err_field(err, CRM_INVALID, "merge.distinct",
		    crm_str_z(field), _("both are '%.*s'"), CRM_FMT(live[0]));
	return st;
}

static void
say(struct crm_sink *s, const char *what, const struct crm_str id[2],
    struct crm_buf *line)
{
	crm_buf_printf(line, "{\"%s\":[", what);
	crm_json_quote(line, id[0]);
	crm_buf_c(line, ',');
	crm_json_quote(line, id[1]);
	crm_buf_z(line, "]}");
	s->cli->count.updated++;
}

enum crm_status
crm_merge_distinct(struct crm_merge *o, struct crm_sink *s,
    struct crm_str pair, struct crm_err *err)
{
	struct crm_str id[2], live[2];
	struct crm_buf name = { 0 }, line = { 0 };
	enum crm_status st = read_pair(s, pair, "distinct", id, live, err);
	if (st)
		return st;
	crm_refusals_name(id[0], id[1], &name);
	say(s, "distinct", id, &line);
	crm_refusals_add(&o->refusals, id[0], id[1]);
	crm_refusals_add(&o->refusals, live[0], live[1]);
	st = crm_txn_set(s->t, crm_buf_view(&name), crm_buf_view(&line), err);
	if (!st)
		st = crm_sink_echo(s, crm_buf_view(&line), NULL, err);
	crm_buf_release(&name);
	crm_buf_release(&line);
	return st;
}

/* Do the two lead to this pair? */
static enum crm_status
leads_to(struct crm_sink *s, const struct crm_refusals_pair *p,
    const struct crm_str live[2], bool *yes, struct crm_err *err)
{
	struct crm_key k[2] = { { .by = CRM_BY_ID, .value = p->a },
		{ .by = CRM_BY_ID, .value = p->b } };
	enum crm_status st = crm_txn_get(s->t, k, 2, s->rows, NULL, err);
	const struct crm_rec *a = st ? NULL : crm_batch_row(s->rows, 0);
	const struct crm_rec *b = st ? NULL : crm_batch_row(s->rows, 1);
	*yes = !st && a->line.n && b->line.n && ((crm_str_eq(crm_rec_id(a),
	    live[0]) && crm_str_eq(crm_rec_id(b), live[1])) ||
	    (crm_str_eq(crm_rec_id(a), live[1]) &&
	    crm_str_eq(crm_rec_id(b), live[0])));
	return st;
}

enum crm_status
crm_merge_same(struct crm_merge *o, struct crm_sink *s, struct crm_str pair,
    struct crm_err *err)
{
	struct crm_str id[2], live[2];
	struct crm_buf name = { 0 }, line = { 0 };
	bool any = false;
	enum crm_status st = read_pair(s, pair, "same", id, live, err);
	for (size_t i = 0; i < o->refusals.n && !st; i++) {
		const struct crm_refusals_pair p = o->refusals.pair[i];
		bool yes;
		st = leads_to(s, &p, live, &yes, err);
		if (st || !yes || !crm_refusals_has(&o->refusals, p.a, p.b))
			continue;
		any = true;
		crm_buf_clear(&name);
		crm_refusals_name(p.a, p.b, &name);
		crm_refusals_drop(&o->refusals, p.a, p.b);
		st = crm_txn_set(s->t, crm_buf_view(&name), CRM_STR(""), err);
	}
	if (!st && !any)
		st = crm_err_field(err, CRM_INVALID, "merge.same",
		    CRM_STR("same"), _("'%.*s' and '%.*s' were not ruled to be "
		    "different"), CRM_FMT(id[0]), CRM_FMT(id[1]));
	if (!st) {
		say(s, "same", id, &line);
		st = crm_sink_echo(s, crm_buf_view(&line), NULL, err);
	}
	crm_buf_release(&name);
	crm_buf_release(&line);
	return st;
}
