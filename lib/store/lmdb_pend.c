/* Index changes of a transaction: collected, sorted, written at commit. */
#include "store/lmdb_match.h"

#include "base/radix.h"

static void
add_hashed(struct crm_pend_keys *k, uint32_t index, uint64_t hash,
    uint64_t no, bool del)
{
	if (k->n == k->cap)
		crm_grow(&k->v, &k->cap, k->n + 1, sizeof(*k->v));
	k->v[k->n++] = (struct crm_pend_key){ .index = index, .del = del,
		.hash = hash, .no = no };
}

/* Terms come again and again; the map's hash is safe, but not cheap. */
static struct crm_pend_list *
list_of(struct crm_pend *p, struct crm_str key)
{
	uint64_t h = key.n;
	size_t tail = key.n < 8 ? key.n : 8;
	memcpy(&h, key.p + key.n - tail, tail);
	h = (h ^ key.n << 56) * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t *recent = &p->recent[h >> 52];
	if (*recent && crm_str_eq(p->list[*recent - 1].key, key))
		return &p->list[*recent - 1];
	bool fresh;
	struct crm_map_entry *e = crm_map_put(&p->map, key, &fresh);
	if (fresh) {
		crm_grow(&p->list, &p->caplist, p->nlist + 1,
		    sizeof(*p->list));
		p->list[p->nlist] = (struct crm_pend_list){ .key = e->key,
			.id = (uint32_t)p->nlist };
		e->v.u = p->nlist++;
	}
	*recent = (uint32_t)e->v.u + 1;
	return &p->list[e->v.u];
}

void
crm_db_pend_term(struct crm_pend *p, struct crm_str key, uint64_t item,
    bool del)
{
	struct crm_pend_list *l = list_of(p, key);
	if (p->nop == p->capop)
		crm_grow(&p->op, &p->capop, p->nop + 1, sizeof(*p->op));
	p->op[p->nop++] = (struct crm_pend_op){ item, l->last,
		l->id & INT32_MAX, del };
	l->last = (uint32_t)p->nop;
	l->n++;
}

static uint64_t
hash_of(const struct crm_store *s, const struct crm_keyent *k)
{
	return k->made ? k->hash : crm_db_term_hash(s, k->term);
}

void
crm_db_pend_match(struct crm_txn *x, unsigned type, uint64_t key, uint64_t no,
    bool del)
{
	/* The upper bits are what is sorted by. */
	add_hashed(&x->pend.match, type, key << CRM_MATCH_SHIFT, no, del);
}

void
crm_db_pend_key(struct crm_txn *x, const struct crm_keyent *k, uint64_t no,
    bool del)
{
	if (k->what == CRM_KEY_LOOKUP) {
		add_hashed(&x->pend.lookup, k->index, hash_of(x->s, k), no,
		    del);
	} else if (k->what == CRM_KEY_REF) {
		add_hashed(&x->pend.ref, k->index, hash_of(x->s, k), no, del);
	} else if (k->what == CRM_KEY_TERM) {
		uint8_t *key = x->s->term_key;
		struct crm_str whole = k->made ? k->term : (struct crm_str){
			(char *)key, crm_db_term_key(x->s->secret, k->index,
			k->term, key) };
		crm_db_pend_term(&x->pend, whole, no >> 5, del);
	}
}

/* By index, hash, number, then as they came. Indexes get a rank, so that rank
 * and as many of the hash's upper bits as tell most keys apart make one number;
 * equal ones are looked at again. */
static bool
is_before(const struct crm_pend_key *x, const struct crm_pend_key *y)
{
	if (x->index != y->index)
		return x->index < y->index;
	if (x->hash != y->hash)
		return x->hash < y->hash;
	return x->no < y->no;
}

enum { RANKS = 255, FEW = 1 << 18 };

static uint64_t
rank_of(uint32_t *index, size_t *n, uint32_t want)
{
	for (size_t i = 0; i < *n; i++)
		if (index[i] == want)
			return i;
	if (*n < RANKS)
		index[(*n)++] = want;
	return *n - 1;
}

static int
by_u32(const void *a, const void *b)
{
	uint32_t x, y;
	memcpy(&x, a, 4);
	memcpy(&y, b, 4);
	return (x > y) - (x < y);
}

static void
sort_keys(struct crm_pend_keys *p)
{
	uint32_t index[RANKS];
	size_t nindex = 0;
	if (p->n < 2)
		return;
	for (size_t i = 0; i < p->n; i++)
		if (i == 0 || p->v[i].index != p->v[i - 1].index)
			rank_of(index, &nindex, p->v[i].index);
	qsort(index, nindex, sizeof(*index), by_u32);
	struct crm_radix *r = crm_calloc(p->n, sizeof(*r));
	unsigned bits = p->n < FEW ? 24 : 56;
	for (size_t i = 0; i < p->n; i++)
		r[i] = (struct crm_radix){ rank_of(index, &nindex,
			p->v[i].index) << bits | p->v[i].hash >> (64 - bits),
			(uint32_t)i };
	crm_radix_sort(r, p->n);
	struct crm_pend_key *out = crm_calloc(p->n, sizeof(*out));
	for (size_t i = 0; i < p->n; i++) {
		size_t j = i;
		struct crm_pend_key k = p->v[r[i].i];
		for (; j && is_before(&k, &out[j - 1]); j--)
			out[j] = out[j - 1];
		out[j] = k;
	}
	free(p->v);
	free(r);
	p->v = out;
	p->cap = p->n;
}

static bool
same_key(const struct crm_pend_key *a, const struct crm_pend_key *b)
{
	return a->index == b->index && a->hash == b->hash;
}

/* Hashed keys lie all over their tree: what was read of it is given back as we
 * go, or all of it would count as this process's memory. */
static void
give_back(struct crm_store *s, size_t done)
{
	enum { SOME = 2048, PAGE = 4096 };
	if (done % SOME || done == 0 || crm_db_enter(s, NULL))
		return;
	crm_db_forget_pages(s, (size_t)SOME * PAGE);
	crm_db_leave(s);
}

static enum crm_status
flush_lookup(struct crm_txn *x, struct crm_err *err)
{
	struct crm_pend_keys *p = &x->pend.lookup;
	MDB_cursor *c;
	sort_keys(p);
	int rc = mdb_cursor_open(x->t, x->s->dbi[CRM_DB_UNIQ], &c);
	if (rc)
		return crm_db_err(x->s, rc, _("cannot write"), err);
	for (size_t i = 0; i < p->n && !rc; i++) {
		struct crm_pend_key *k = &p->v[i];
		uint8_t key[CRM_UNIQ_KEY];
		MDB_val kv = { sizeof(key), key }, v = { 0, key };
		give_back(x->s, i);
		if (i + 1 < p->n && same_key(k, k + 1) && k->no == k[1].no)
			continue;	/* a later change of the same key */
		crm_db_lookup_bytes(k->index, k->hash, k->no, key);
		if (!k->del) {
			rc = mdb_cursor_put(c, &kv, &v, 0);
		} else {
			rc = mdb_cursor_get(c, &kv, &v, MDB_SET);
			rc = rc == MDB_NOTFOUND ? 0 : rc ? rc :
			    mdb_cursor_del(c, 0);
		}
	}
	mdb_cursor_close(c);
	return rc ? crm_db_err(x->s, rc, _("cannot write an index"), err) :
	    CRM_OK;
}

static size_t
match_key(uint32_t type, uint64_t hash, uint8_t *key)
{
	crm_db_match_key(type, hash >> CRM_MATCH_SHIFT, key);
	return CRM_MATCH_PREFIX;
}

/* Changes of posting lists under numbers; make writes the beginning of the keys
 * of a list (at most 16 bytes). */
static enum crm_status
flush_lists(struct crm_txn *x, MDB_cursor *c, struct crm_pend_keys *p,
    size_t (*make)(uint32_t index, uint64_t hash, uint8_t *key),
    struct crm_err *err)
{
	struct crm_posting_op *op = NULL;
	size_t cap = 0;
	enum crm_status st = CRM_OK;
	sort_keys(p);
	for (size_t i = 0, j; i < p->n && !st; i = j) {
		uint8_t key[16];
		for (j = i; j < p->n && same_key(&p->v[i], &p->v[j]); j++) {
			crm_grow(&op, &cap, j - i + 1, sizeof(*op));
			op[j - i] = (struct crm_posting_op){ p->v[j].no >> 5,
				p->v[j].del };
		}
		size_t n = make(p->v[i].index, p->v[i].hash, key);
		st = crm_db_post_apply(x->s, c,
		    (struct crm_str){ (char *)key, n }, op, j - i, err);
	}
	free(op);
	return st;
}

static int
by_list(const void *a, const void *b)
{
	const struct crm_pend_list *x = a, *y = b;
	return crm_str_cmp(x->key, y->key);
}

void
crm_db_pend_sort(struct crm_pend *p)
{
	size_t *to = crm_calloc(p->nlist, sizeof(*to)), at = 0;
	memset(p->recent, 0, sizeof(p->recent));
	if (p->nlist)
		qsort(p->list, p->nlist, sizeof(*p->list), by_list);
	for (size_t i = 0; i < p->nlist; at += p->list[i++].n)
		p->list[i].from = to[p->list[i].id] = at;
	crm_grow(&p->ops, &p->capops, p->nop, sizeof(*p->ops));
	for (size_t i = 0; i < p->nop; i++)
		p->ops[to[p->op[i].list]++] = (struct crm_posting_op){
			p->op[i].item, p->op[i].del };
	free(to);
}

enum crm_status
crm_db_pend_flush(struct crm_txn *x, struct crm_err *err)
{
	struct crm_pend *p = &x->pend;
	MDB_cursor *c;
	enum crm_status st = CRM_OK;
	int rc = mdb_cursor_open(x->t, x->s->dbi[CRM_DB_IDX], &c);
	if (rc)
		return crm_db_err(x->s, rc, _("cannot write"), err);
	st = flush_lists(x, c, &p->ref, crm_db_ref_key, err);
	crm_db_pend_sort(p);
	for (size_t i = 0; i < p->nlist && !st; i++)
		st = crm_db_post_apply(x->s, c, p->list[i].key,
		    p->ops + p->list[i].from, p->list[i].n, err);
	if (!st)
		st = flush_lists(x, c, &p->match, match_key, err);
	mdb_cursor_close(c);
	return st ? st : flush_lookup(x, err);
}

static void
rehash(struct crm_pend_keys *p)
{
	p->nslot = 64;
	while (p->nslot < p->n * 2 + 2)
		p->nslot *= 2;
	free(p->slot);
	p->slot = crm_calloc(p->nslot, sizeof(*p->slot));
	p->slotted = 0;
}

/* Linear probing; equal hashes lie in one run, so a look-up walks it. */
void
crm_db_pend_find(struct crm_pend_keys *p, uint32_t index, uint64_t hash,
    struct crm_u64s *out)
{
	if (p->n == 0)
		return;
	if (p->n * 4 > p->nslot * 3)
		rehash(p);
	size_t mask = p->nslot - 1;
	for (; p->slotted < p->n; p->slotted++) {
		size_t i = (size_t)p->v[p->slotted].hash & mask;
		while (p->slot[i])
			i = (i + 1) & mask;
		p->slot[i] = (uint32_t)p->slotted + 1;
	}
	for (size_t i = (size_t)hash & mask; p->slot[i]; i = (i + 1) & mask) {
		const struct crm_pend_key *k = &p->v[p->slot[i] - 1];
		if (k->hash == hash && k->index == index && !k->del)
			crm_u64s_add(out, k->no);
	}
}

void
crm_db_pend_find_term(const struct crm_pend *p, struct crm_str key,
    struct crm_u64s *out)
{
	const struct crm_map_entry *e = crm_map_get(&p->map, key);
	size_t at = e ? p->list[e->v.u].last : 0, from = out->n;
	for (; at; at = p->op[at - 1].before)
		if (!p->op[at - 1].del)
			crm_u64s_add(out, p->op[at - 1].item);
	crm_u64s_sort(out->v + from, out->n - from);
}

static void
clear_keys(struct crm_pend_keys *k)
{
	k->n = k->nslot = k->slotted = 0;
}

static void
release_keys(struct crm_pend_keys *k)
{
	free(k->v);
	free(k->slot);
}

void
crm_db_pend_clear(struct crm_pend *p)
{
	clear_keys(&p->lookup);
	clear_keys(&p->ref);
	clear_keys(&p->match);
	p->nlist = p->nop = 0;
	memset(p->recent, 0, sizeof(p->recent));
	crm_map_clear(&p->map);
}

void
crm_db_pend_release(struct crm_pend *p)
{
	crm_db_pend_clear(p);
	release_keys(&p->lookup);
	release_keys(&p->ref);
	release_keys(&p->match);
	free(p->list);
	free(p->op);
	free(p->ops);
	crm_map_release(&p->map);
}
