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

enum crm_status
crm_merge_distinct(struct crm_merge *o, struct crm_sink *s, struct crm_str pair,
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
