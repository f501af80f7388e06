#include "store/lmdb_match.h"
#include "store/rank.h"

void
crm_db_match_key(unsigned type, uint64_t key, uint8_t out[CRM_MATCH_PREFIX])
{
	uint32_t index = __builtin_bswap32((uint32_t)type << 16);
	uint64_t k = __builtin_bswap64(key << CRM_MATCH_SHIFT);
	out[0] = CRM_IDX_MATCH;
	memcpy(out + 1, &index, 4);
	memcpy(out + 5, &k, 5);
}

enum crm_match_state
crm_db_match_state(struct crm_store *s, MDB_txn *t)
{
	uint64_t made;
	if (!crm_db_setting_on(s, t, "index.match"))
		return CRM_MATCH_OFF;
	if (s->keyer && !s->keyer_version)
		s->keyer_version = s->keyer->version();
	if (!s->keyer || crm_db_meta_u64(s, t, "imatch", &made, NULL) ||
	    made != s->keyer_version)
		return CRM_MATCH_STALE;
	return CRM_MATCH_ON;
}

/* -- keeping ---------------------------------------------------------------- */

static size_t
keys_of(const struct crm_store *s, const struct crm_rec *r,
    uint64_t key[CRM_KEYER_MAX])
{
	return r && r->type ? s->keyer->keys(r->type, r->line, key) : 0;
}

static void
move(struct crm_txn *x, const struct crm_rec *old, const struct crm_rec *new,
    uint64_t no)
{
	uint64_t a[CRM_KEYER_MAX], b[CRM_KEYER_MAX];
	size_t na = keys_of(x->s, old, a), nb = keys_of(x->s, new, b);
	for (size_t i = 0, j = 0; i < na || j < nb;) {
		if (i < na && j < nb && a[i] == b[j]) {
			i++;
			j++;
		} else if (j == nb || (i < na && a[i] < b[j])) {
			crm_db_pend_match(x, old->type->no, a[i++], no, true);
		} else {
			crm_db_pend_match(x, new->type->no, b[j++], no,
			    false);
		}
	}
}

/* Off for most: then not even the room for keys is made. */
void
crm_db_match_move(struct crm_txn *x, const struct crm_rec *old,
    const struct crm_rec *new, uint64_t no)
{
	if (x->match == CRM_MATCH_ON)
		move(x, old, new, no);
}

enum crm_status
crm_db_match_note(struct crm_txn *x, struct crm_err *err)
{
	return x->match == CRM_MATCH_STALE && x->changes ?
	    crm_db_meta_put_u64(x->s, x->t, "imatch", 0, err) : CRM_OK;
}

/* -- finding ---------------------------------------------------------------- */

static struct crm_post_range
list_of(unsigned type, uint64_t key, size_t limit,
    uint8_t k[CRM_MATCH_PREFIX])
{
	crm_db_match_key(type, key, k);
	return (struct crm_post_range){ .exact = true, .limit = limit,
		.lo = { (char *)k, CRM_MATCH_PREFIX } };
}

enum crm_status
crm_db_match_find(struct crm_store *s, unsigned type,
    const struct crm_str *keys, size_t n, size_t limit, struct crm_u64s *out,
    struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	if (crm_db_match_state(s, s->rtxn) != CRM_MATCH_ON)
		return CRM_EXISTS;
	for (size_t i = 0; i < n && !st; i++) {
		uint8_t k[CRM_MATCH_PREFIX];
		uint64_t key;
		memcpy(&key, keys[i].p, sizeof(key));
		struct crm_post_range r = list_of(type, key, limit, k);
		size_t from = out->n;
		st = crm_db_post_read(s, s->rtxn, CRM_DB_IDX, &r, out, err);
		for (size_t j = from; j < out->n; j++)
			out->v[j] <<= 5;
		if (!st && out->n > limit)
			st = CRM_EXISTS;
	}
	return st;
}

/* Lengths of the lists, the shortest first; those too long are left out, and
 * as many of the longest as are too much in all. */
static enum crm_status
measure(struct crm_store *s, MDB_txn *t, unsigned type, const uint64_t *key, size_t n,
    struct crm_rank_list *list, size_t *nlists, size_t *sum,
    struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	size_t k = 0;
	for (size_t i = 0; i < n && !st; i++) {
		uint8_t b[CRM_MATCH_PREFIX];
		struct crm_post_range r = list_of(type, key[i], CRM_RANK_LIST, b);
		list[k].key = key[i];
		st = crm_db_post_count(s, t, CRM_DB_IDX, &r, &list[k].n,
		    err);
		k += !st && list[k].n && list[k].n <= CRM_RANK_LIST;
	}
	*nlists = crm_rank_lists(list, k, sum);
	return st;
}

static enum crm_status
count(struct crm_store *s, MDB_txn *t, unsigned type, uint64_t live, struct crm_rank_list *list,
    size_t n, struct crm_rank *rank, struct crm_err *err)
{
	struct crm_u64s items = { 0 };
	enum crm_status st = CRM_OK;
	for (size_t i = 0; i < n && !st; i++) {
		uint8_t b[CRM_MATCH_PREFIX];
		struct crm_post_range r = list_of(type, list[i].key, 0, b);
		uint32_t w = crm_rank_worth(live, list[i].n);
		items.n = 0;
		crm_rank_begin(rank, list[i].n);
		st = crm_db_post_read(s, t, CRM_DB_IDX, &r, &items, err);
		for (size_t j = 0; j < items.n && !st; j++)
			crm_rank_add(rank, items.v[j], w);
	}
	crm_u64s_release(&items);
	return st;
}

static enum crm_status
take_best(struct crm_store *s, MDB_txn *t, const struct crm_rank *rank, size_t most,
    struct crm_batch *out, struct crm_err *err)
{
	uint64_t *item = crm_calloc(most + 1, sizeof(*item));
	enum crm_status st = CRM_OK;
	size_t n = crm_rank_best(rank, most, item);
	for (size_t i = 0; i < n && !st; i++) {
		struct crm_rec r;
		st = crm_db_rec_get(s, t, item[i] << 5, UINT64_MAX, &s->join,
		    &r, err);
		if (!st && r.state == CRM_LIVE)
			crm_batch_add(out, &r);
		if (st == CRM_NOTFOUND)
			st = CRM_OK;
	}
	free(item);
	return st;
}

/* In the snapshot or write transaction t, where `live` records are. */
static enum crm_status
alike(struct crm_store *s, MDB_txn *t, uint64_t live,
    const struct crm_alike *a, struct crm_batch *out, struct crm_err *err)
{
	struct crm_rank_list *list = crm_calloc(a->n + 1, sizeof(*list));
	struct crm_rank rank = { 0 };
	unsigned type = a->type->no;
	size_t nlists, sum;
	enum crm_status st = measure(s, t, type, a->key, a->n, list, &nlists,
	    &sum, err);
	if (!st) {
		crm_rank_init(&rank, nlists ? list[0].n : 0, sum);
		st = count(s, t, type, live, list, nlists, &rank, err);
	}
	if (!st)
		st = take_best(s, t, &rank, a->most, out, err);
	crm_rank_release(&rank);
	free(list);
	return st;
}

static enum crm_status
no_index(struct crm_err *err)
{
	return crm_err_set(err, CRM_NOTFOUND, "store.no_index",
	    _("the store keeps no match index"));
}

enum crm_status
crm_store_alike(struct crm_store *s, const struct crm_alike *a,
    struct crm_batch *out, struct crm_err *err)
{
	crm_batch_clear(out);
	enum crm_status st = crm_db_enter(s, err);
	if (st)
		return st;
	struct crm_counts *counts = crm_zalloc(sizeof(*counts));
	struct crm_commit_rec c = { .counts = counts };
	uint64_t last;
	st = crm_db_match_state(s, s->rtxn) == CRM_MATCH_ON ?
	    crm_db_last(s, s->rtxn, &last, &c, err) : no_index(err);
	if (!st && a->n && a->type->no < CRM_TYPES)
		st = alike(s, s->rtxn, counts->live[a->type->no], a, out, err);
	free(counts);
	crm_db_leave(s);
	return st;
}

enum crm_status
crm_txn_alike(struct crm_txn *x, const struct crm_alike *a,
    struct crm_batch *out, struct crm_err *err)
{
	enum crm_status st = crm_db_usable(x, err);
	crm_batch_clear(out);
	if (!st && x->match != CRM_MATCH_ON)
		st = no_index(err);
	if (!st && a->n && a->type->no < CRM_TYPES)
		st = alike(x->s, x->t, x->counts.live[a->type->no], a, out,
		    err);
	return st;
}
