/* The ids of records on their way into the store. */
#include "store/lmdb_txn.h"

/* Ids that come in order are told new by the greatest one there is. */
static bool
is_last_id(const struct crm_txn *x, MDB_val k)
{
	size_t n = k.mv_size < x->nlast_id ? k.mv_size : x->nlast_id;
	int c = memcmp(k.mv_data, x->last_id, n);
	return c > 0 || (c == 0 && k.mv_size > x->nlast_id);
}

void
crm_db_last_id(struct crm_txn *x, MDB_val k)
{
	x->nlast_id = k.mv_size < sizeof(x->last_id) ? k.mv_size :
	    sizeof(x->last_id);
	memcpy(x->last_id, k.mv_data, x->nlast_id);
}

enum crm_status
crm_db_put_id(struct crm_txn *x, struct crm_str id, uint64_t no,
    struct crm_err *err)
{
	uint8_t key[132];
	MDB_val k = { crm_db_id_key(id, key), key }, v = { 8, &no };
	bool last = is_last_id(x, k);
	int rc = mdb_cursor_put(x->id, &k, &v, last ? MDB_APPEND : 0);
	if (rc)
		return crm_db_err(x->s, rc, _("cannot write"), err);
	if (last)
		crm_db_last_id(x, k);
	return CRM_OK;
}

enum crm_status
crm_db_find_id(struct crm_txn *x, struct crm_str id, uint64_t *no,
    struct crm_err *err)
{
	uint8_t key[132];
	MDB_val k = { crm_db_id_key(id, key), key }, v;
	int rc = is_last_id(x, k) ? MDB_NOTFOUND :
	    mdb_cursor_get(x->id, &k, &v, MDB_SET);
	if (rc == MDB_NOTFOUND)
		return CRM_NOTFOUND;
	if (rc || v.mv_size != 8)
		return crm_db_err(x->s, rc ? rc : MDB_CORRUPTED,
		    _("cannot read"), err);
	memcpy(no, v.mv_data, 8);
	return CRM_OK;
}
