#include "cli/restore_merged.h"

#include "format/json.h"

enum crm_status
crm_restore_merged_take(struct crm_restore_merged *m, struct crm_txn *t,
    struct crm_reader *rd, struct crm_str line, const struct crm_rec *rec,
    uint64_t rev, struct crm_result *res, struct crm_err *err)
{
	struct crm_record stub = { 0 };
	struct crm_buf b = { 0 };
	crm_buf_c(&b, '{');
	crm_json_add_str(&b, "id", crm_rec_id(rec));
	crm_json_add_str(&b, "type", rec->type->name);
	crm_buf_c(&b, '}');
	enum crm_status st = crm_spool_add(&m->lines, line, err);
	if (!st)
		st = crm_record_read(rd, crm_buf_view(&b), &stub, err);
	struct crm_op op = { .kind = CRM_OP_INSERT, .rec = &stub.rec,
		.rev = rev };
	if (!st)
		st = crm_txn_apply(t, &op, 1, res, err);
	crm_record_release(&stub);
	crm_buf_release(&b);
	return st;
}

static enum crm_status
merge_one(struct crm_txn *t, struct crm_reader *rd, struct crm_str line,
    struct crm_record *rec, struct crm_batch *b, struct crm_err *err)
{
	struct crm_str into = { 0 };
	struct crm_result res;
	enum crm_status st = crm_record_read(rd, line, rec, err);
	if (st || !crm_json_get(line, CRM_STR("_into"), &into) ||
	    !crm_json_is_string(into))
		return st;
	struct crm_key k[2] = { { .by = CRM_BY_OLD_ID,
		.value = crm_rec_id(&rec->rec) }, { .by = CRM_BY_OLD_ID,
		.value = crm_json_inner(into) } };
	st = crm_txn_get(t, k, 2, b, NULL, err);
	if (st)
		return st;
	uint64_t no = crm_batch_row(b, 0)->no, to = crm_batch_row(b, 1)->no;
	uint64_t rev = crm_batch_row(b, 0)->rev;
	bool there = crm_batch_row(b, 1)->line.n &&
	    crm_batch_row(b, 1)->state != CRM_DEAD;
	struct crm_op op = { .kind = there ? CRM_OP_MERGE : CRM_OP_DELETE,
		.no = no, .into = there ? to : 0, .rev = there ? rev : 0 };
	st = crm_txn_apply(t, &op, 1, &res, err);
	op = (struct crm_op){ .kind = CRM_OP_REPLACE, .no = no, .into = to,
		.rev = rev, .rec = &rec->rec };
	return st || !there ? st : crm_txn_apply(t, &op, 1, &res, err);
}

enum crm_status
crm_restore_merged_end(struct crm_restore_merged *m, struct crm_txn *t,
    struct crm_reader *rd, struct crm_err *err)
{
	struct crm_batch *b = crm_batch_new();
	struct crm_record rec = { 0 };
	struct crm_str line;
	enum crm_status st = crm_spool_rewind(&m->lines, err);
	while (!st && !(st = crm_spool_next(&m->lines, &line, err)))
		st = merge_one(t, rd, line, &rec, b, err);
	crm_record_release(&rec);
	crm_batch_free(b);
	crm_spool_release(&m->lines);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}
