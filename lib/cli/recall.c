#include "cli/recall.h"

#include "base/mem.h"
#include "base/radix.h"
#include "store/rank.h"

enum { PARTS = 12 };

void
crm_recall_add(struct crm_recall *r, const uint64_t *key, size_t n,
    uint64_t item)
{
	crm_grow(&r->key, &r->capkey, r->n + n, sizeof(*r->key));
	crm_grow(&r->item, &r->capitem, r->n + n, sizeof(*r->item));
	for (size_t i = 0; i < n; i++) {
		r->key[r->n] = key[i];
		r->item[r->n++] = item;
	}
	r->records++;
}

static void
sort_part(struct crm_recall *r)
{
	struct crm_radix *v = crm_calloc(r->n, sizeof(*v));
	struct crm_recall_part p = { .n = r->n };
	p.key = crm_calloc(r->n, sizeof(*p.key));
	p.item = crm_calloc(r->n, sizeof(*p.item));
	for (size_t i = 0; i < r->n; i++)
		v[i] = (struct crm_radix){ r->key[i], (uint32_t)i };
	crm_radix_sort(v, r->n);
	for (size_t i = 0; i < r->n; i++) {
		p.key[i] = v[i].key;
		p.item[i] = r->item[v[i].i];
	}
	free(v);
	crm_grow(&r->part, &r->capparts, r->nparts + 1, sizeof(*r->part));
	r->part[r->nparts++] = p;
	r->n = 0;
}

/* Many small parts (records that came one by one) become one; the greatest,
 * the first, stays as it is. */
static void
join_parts(struct crm_recall *r)
{
	uint64_t records = r->records;
	for (size_t i = 1; i < r->nparts; i++) {
		struct crm_recall_part *p = &r->part[i];
		for (size_t k = 0; k < p->n; k++)
			crm_recall_add(r, &p->key[k], 1, p->item[k]);
		free(p->key);
		free(p->item);
	}
	r->nparts = 1;
	r->records = records;
	sort_part(r);
}

void
crm_recall_seal(struct crm_recall *r)
{
	if (r->n)
		sort_part(r);
	if (r->nparts > PARTS)
		join_parts(r);
}

/* The first place whose key is not less. */
static size_t
lower(const struct crm_recall_part *p, uint64_t key)
{
	size_t lo = 0, hi = p->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (p->key[mid] < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static size_t
length(const struct crm_recall *r, uint64_t key)
{
	size_t n = 0;
	for (size_t i = 0; i < r->nparts; i++)
		n += lower(&r->part[i], key + 1) - lower(&r->part[i], key);
	return n;
}

static void
count(const struct crm_recall *r, const struct crm_rank_list *l, uint64_t below,
    struct crm_rank *rank)
{
	uint32_t worth = crm_rank_worth(r->records, l->n);
	crm_rank_begin(rank, l->n);
	for (size_t i = 0; i < r->nparts; i++) {
		const struct crm_recall_part *p = &r->part[i];
		for (size_t k = lower(p, l->key); k < p->n &&
		    p->key[k] == l->key; k++)
			if (p->item[k] < below)
				crm_rank_add(rank, p->item[k], worth);
	}
}

size_t
crm_recall_find(const struct crm_recall *r, const struct crm_recall_ask *a,
    uint64_t *out)
{
	struct crm_rank_list *list = crm_calloc(a->n + 1, sizeof(*list));
	struct crm_rank rank;
	size_t n = 0, use, sum;
	for (size_t i = 0; i < a->n; i++) {
		list[n].key = a->key[i];
		list[n].n = length(r, a->key[i]);
		n += list[n].n > 0 && list[n].n <= a->list;
	}
	use = crm_rank_lists(list, n, &sum);
	crm_rank_init(&rank, use ? list[0].n : 0, sum);
	for (size_t i = 0; i < use; i++)
		count(r, &list[i], a->below, &rank);
	n = crm_rank_best(&rank, a->most, out);
	crm_rank_release(&rank);
	free(list);
	return n;
}

void
crm_recall_clear(struct crm_recall *r)
{
	for (size_t i = 0; i < r->nparts; i++) {
		free(r->part[i].key);
		free(r->part[i].item);
	}
	free(r->part);
	free(r->key);
	free(r->item);
	*r = (struct crm_recall){ 0 };
}
