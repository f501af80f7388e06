/* Many ids or keys at once: looked up in the order of their tree, fetched in the order
 * of numbers, handed out in the order they were asked for. Neighbours share
 * pages, which is worth more than the sorting costs. */
#include "base/radix.h"
#include "store/lmdb_int.h"

/* The eight bytes behind what all keys begin with: near enough to the order of
 * the tree. */
static void
id_order(const struct crm_key *k, size_t n, struct crm_radix *out)
{
	size_t same = k[0].value.n;
	for (size_t i = 1; i < n; i++) {
		size_t m = 0;
		while (m < same && m < k[i].value.n &&
		    k[i].value.p[m] == k[0].value.p[m])
			m++;
		same = m;
	}
	for (size_t i = 0; i < n; i++) {
		struct crm_str tail = crm_str_sub(k[i].value, same, 8);
		uint8_t b[8] = { 0 };
		if (tail.n)
			memcpy(b, tail.p, tail.n);
		out[i] = (struct crm_radix){ crm_be64_get(b), (uint32_t)i };
	}
	crm_radix_sort(out, n);
}

/* Numbers of the ids; 0 where there is none. */
static enum crm_status
find_numbers(struct crm_store *s, const struct crm_key *k,
    const struct crm_radix *order, struct crm_radix *no, size_t n,
    struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < n && !st; i++) {
		uint32_t at = order[i].i;
		no[i] = (struct crm_radix){ 0, at };
		st = crm_db_id_get(s, s->rtxn, k[at].value, &no[i].key, err);
		if (st == CRM_NOTFOUND)
			st = CRM_OK;
	}
	crm_radix_sort(no, n);
	return st;
}

static enum crm_status
fetch(struct crm_store *s, uint64_t rev, const struct crm_key *k,
    uint64_t no, struct crm_batch *out, bool *found, struct crm_err *err)
{
	struct crm_rec r;
	enum crm_status st = no ? crm_db_rec_get(s, s->rtxn, no, rev,
	    &s->join, &r, err) : CRM_NOTFOUND;
	if (!st && r.state == CRM_MERGED)
		st = crm_db_resolve(s, s->rtxn, rev, k->value, &s->join, &r,
		    err);
	*found = !st && r.state == CRM_LIVE &&
	    (!k->type || k->type->no == CRM_NO_TYPE(r.no));
	if (*found)
		crm_batch_add(out, &r);
	else
		crm_batch_add_none(out);
	return st == CRM_NOTFOUND ? CRM_OK : st;
}

/* Rows in the order they were looked up go back into that of the keys. */
static void
give_back(struct crm_batch *out, const struct crm_radix *order, size_t n)
{
	struct crm_rec *rows = crm_calloc(out->cap, sizeof(*rows));
	for (size_t i = 0; i < n; i++)
		rows[order[i].i] = out->rows[i];
	free(out->rows);
	out->rows = rows;
}

/* A type that never had a record is not looked into. */
enum crm_status
crm_db_get_fields(struct crm_store *s, uint64_t rev, const struct crm_key *k,
    size_t n, struct crm_batch *out, uint32_t *several, struct crm_err *err)
{
	struct crm_radix *order = crm_calloc(n, sizeof(*order));
	struct crm_counts *counts = crm_zalloc(sizeof(*counts));
	struct crm_commit_rec c = { .counts = counts };
	uint64_t last;
	enum crm_status st = crm_db_last(s, s->rtxn, &last, &c, err);
	for (size_t i = 0; i < n; i++)
		order[i] = (struct crm_radix){ (uint64_t)k[i].field->index >>
			16 << 48 | crm_db_term_hash(s, k[i].value) >> 16,
			(uint32_t)i };
	crm_radix_sort(order, n);
	for (size_t i = 0; i < n && !st; i++) {
		uint32_t at = order[i].i, some = 0;
		unsigned type = k[at].field->index >> 16;
		if (type < CRM_TYPES && counts->next[type])
			st = crm_db_get(s, s->rtxn, rev, &k[at], out, &some,
			    false, err);
		else
			crm_batch_add_none(out);
		if (several)
			several[at] = some;
	}
	if (!st)
		give_back(out, order, n);
	free(counts);
	free(order);
	return st;
}

enum crm_status
crm_db_get_ids(struct crm_store *s, uint64_t rev, const struct crm_key *k,
    size_t n, struct crm_batch *out, uint32_t *several, struct crm_err *err)
{
	struct crm_radix *order = crm_calloc(n, sizeof(*order));
	struct crm_radix *no = crm_calloc(n, sizeof(*no));
	id_order(k, n, order);
	enum crm_status st = find_numbers(s, k, order, no, n, err);
	for (size_t i = 0; i < n && !st; i++) {
		bool found;
		st = fetch(s, rev, &k[no[i].i], no[i].key, out, &found, err);
		if (several)
			several[no[i].i] = found;
	}
	if (!st)
		give_back(out, no, n);
	free(order);
	free(no);
	return st;
}
