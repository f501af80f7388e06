/* The records that a line of a plan names. */
#include "cli/merge.h"
#include "format/json.h"

/* Plans hold ids: the record of this very id is meant, even where a lead of it
 * was converted. Else any reference does. */
static enum crm_status
find(struct crm_sink *s, struct crm_str ref, uint64_t *no,
    struct crm_err *err)
{
	struct crm_key k = { .by = CRM_BY_ID, .value = ref };
	enum crm_status st = crm_txn_get(s->t, &k, 1, s->rows, NULL, err);
	if (st)
		return st;
	const struct crm_rec *row = crm_batch_row(s->rows, 0);
	if (!row->line.n || row->state != CRM_LIVE)
		st = crm_sink_lookup(s, ref, NULL, 0, &row, err);
	*no = st ? 0 : row->no;
	return st;
}

static enum crm_status
wrong_type(const struct crm_merge_set *m, const struct crm_rec *r,
    struct crm_str ref, struct crm_err *err)
{
	return crm_err_set(err, CRM_INVALID, "merge.types",
	    _("'%.*s' is of another type than '%.*s': %.*s, not %.*s"),
	    CRM_FMT(ref), CRM_FMT(crm_rec_id(m->rec[0])),
	    CRM_FMT(r->type->name), CRM_FMT(m->rec[0]->type->name));
}

/* A live record (an old id of a merged one leads to its survivor), added to the
 * set unless it is in it. */
static enum crm_status
add_member(struct crm_sink *s, struct crm_merge_set *m, const char *field,
    struct crm_str raw, struct crm_err *err)
{
	struct crm_buf tmp = { 0 };
	struct crm_str ref = crm_json_text_view(raw, &tmp);
	struct crm_key k = { .by = CRM_BY_NO };
	struct crm_batch *b = crm_batch_new();
	bool fresh = false;
	enum crm_status st = find(s, ref, &k.no, err);
	if (st && crm_status_is_data(st)) {
		char msg[sizeof(err->msg)];
		memcpy(msg, err->msg, sizeof(msg));
		st = crm_err_field(err, st, err->id, crm_str_z(field), "%s",
		    msg);
	}
	if (!st)
		st = crm_txn_get(s->t, &k, 1, b, NULL, err);
	const struct crm_rec *r = st ? NULL : crm_batch_row(b, 0);
	if (!st && m->n && r->type != m->rec[0]->type)
		st = wrong_type(m, r, ref, err);
	if (!st)
		crm_map_put(&m->ids, crm_rec_id(r), &fresh);
	crm_buf_release(&tmp);
	if (!fresh) {
		crm_batch_free(b);
		return st;
	}
	crm_grow(&m->batch, &m->capbatch, m->n + 1, sizeof(*m->batch));
	crm_grow(&m->rec, &m->cap, m->n + 1, sizeof(*m->rec));
	m->batch[m->n] = b;
	m->rec[m->n++] = r;
	return CRM_OK;
}

void
crm_merge_set_release(struct crm_merge_set *m)
{
	for (size_t i = 0; i < m->n; i++)
		crm_batch_free(m->batch[i]);
	free(m->batch);
	free(m->rec);
	crm_map_release(&m->ids);
	*m = (struct crm_merge_set){ 0 };
}

enum crm_status
crm_merge_read(struct crm_sink *s, struct crm_str line,
    struct crm_merge_set *m, struct crm_err *err)
{
	struct crm_str val, key, v;
	if (!crm_json_get(line, CRM_STR("keep"), &val) ||
	    !crm_json_is_string(val))
		return crm_err_field(err, CRM_INVALID, "merge.keep",
		    CRM_STR("keep"), _("missing: which record survives?"));
	enum crm_status st = add_member(s, m, "keep", val, err);
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
		st = add_member(s, m, "merge", v, err);
	}
	return st;
}
