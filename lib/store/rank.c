#include "store/rank.h"

#include "base/mem.h"

enum { SCALE = 16 };

static int
by_length(const void *a, const void *b)
{
	const struct crm_rank_list *x = a, *y = b;
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	return (x->key > y->key) - (x->key < y->key);
}

size_t
crm_rank_lists(struct crm_rank_list *l, size_t n, size_t *sum)
{
	size_t use = 0;
	*sum = 0;
	if (n)
		qsort(l, n, sizeof(*l), by_length);
	while (use < n && *sum + l[use].n <= CRM_RANK_SUM)
		*sum += l[use++].n;
	return use;
}

void
crm_rank_init(struct crm_rank *r, size_t first, size_t sum)
{
	size_t items = first > CRM_RANK_NEW ? first : CRM_RANK_NEW;
	*r = (struct crm_rank){ .nslots = 64 };
	while (r->nslots < (items < sum ? items : sum) * 2)
		r->nslots *= 2;
	r->slot = crm_calloc(r->nslots, sizeof(*r->slot));
	r->seen = items < sum ? crm_calloc(CRM_RANK_SEEN / 64,
	    sizeof(*r->seen)) : NULL;
}

void
crm_rank_release(struct crm_rank *r)
{
	free(r->slot);
	free(r->seen);
	*r = (struct crm_rank){ 0 };
}

uint32_t
crm_rank_worth(uint64_t all, size_t n)
{
	uint64_t q = (all + 1) * 256 / (n ? n : 1);
	uint32_t bits = 0;
	while (q >= 512) {
		q >>= 1;
		bits++;
	}
	return bits * SCALE + (uint32_t)(q >= 256 ? (q - 256) / SCALE : 0) + 1;
}

void
crm_rank_begin(struct crm_rank *r, size_t n)
{
	r->closed = r->n && r->n + n > CRM_RANK_NEW;
}

void
crm_rank_add(struct crm_rank *r, uint64_t item, uint32_t worth)
{
	size_t mask = r->nslots - 1;
	uint64_t h = item * UINT64_C(0x9e3779b97f4a7c15);
	uint64_t bit = UINT64_C(1) << (h >> 58);
	uint64_t *seen = r->seen ? &r->seen[h >> 46 & (CRM_RANK_SEEN / 64 - 1)] :
	    NULL;
	if (r->closed && seen && !(*seen & bit))
		return;
	size_t i = (size_t)(h >> 32) & mask;
	while (r->slot[i].weight && r->slot[i].item != item)
		i = (i + 1) & mask;
	struct crm_rank_slot *s = &r->slot[i];
	if (r->closed && s->weight == 0)
		return;
	if (seen)
		*seen |= bit;
	r->n += s->weight == 0;
	s->item = item;
	s->weight += worth;
	if (s->weight > r->most)
		r->most = s->weight;
}

static int
by_weight(const void *a, const void *b)
{
	const struct crm_rank_slot *x = a, *y = b;
	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

/* The weight that about `most` items reach: only those are sorted. */
static uint32_t
cut(const struct crm_rank *r, size_t most)
{
	uint32_t *at = crm_calloc((size_t)r->most + 2, sizeof(*at));
	uint32_t w = r->most;
	size_t n = 0;
	for (size_t i = 0; i < r->nslots; i++)
		at[r->slot[i].weight] += r->slot[i].weight > 0;
	for (; w > 1 && n + at[w] < most; w--)
		n += at[w];
	free(at);
	return w;
}

/* Puts an item among the n smallest, ascending, of at most `most`. */
static size_t
keep_small(uint64_t *v, size_t n, size_t most, uint64_t item)
{
	if (n == most && (most == 0 || item > v[n - 1]))
		return n;
	size_t i = n < most ? n++ : n - 1;
	for (; i && v[i - 1] > item; i--)
		v[i] = v[i - 1];
	v[i] = item;
	return n;
}

size_t
crm_rank_best(const struct crm_rank *r, size_t most, uint64_t *out)
{
	struct crm_rank_slot *v = crm_calloc(most + 1, sizeof(*v));
	uint32_t low = cut(r, most);
	size_t n = 0, k = 0;
	for (size_t i = 0; i < r->nslots; i++)
		if (r->slot[i].weight > low)
			v[n++] = r->slot[i];
	if (n)
		qsort(v, n, sizeof(*v), by_weight);
	for (; k < n; k++)
		out[k] = v[k].item;
	/* Of those that reach just that weight there may be thousands. */
	for (size_t i = 0; low && i < r->nslots; i++)
		if (r->slot[i].weight == low)
			k = n + keep_small(out + n, k - n, most - n,
			    r->slot[i].item);
	free(v);
	return k;
}
