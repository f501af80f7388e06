#include "match/intern.h"

#include "base/mem.h"

uint64_t
crm_hash_bytes(struct crm_str s, uint64_t seed)
{
	uint64_t h = crm_mix64(seed ^ s.n);
	size_t i = 0;
	for (; i + 8 <= s.n; i += 8) {
		uint64_t w;
		memcpy(&w, s.p + i, 8);
		h = crm_mix64(h ^ w) + h;
	}
	uint64_t w = 0;
	if (i < s.n)
		memcpy(&w, s.p + i, s.n - i);
	return crm_mix64(h ^ w);
}

static size_t
place(const struct crm_intern *t, struct crm_str s, uint64_t h)
{
	size_t mask = t->nslots - 1, i = h & mask;
	for (; t->slot[i]; i = (i + 1) & mask)
		if (t->slot[i] >> 32 == h >> 32 &&
		    crm_str_eq(crm_intern_str(t, (uint32_t)t->slot[i]), s))
			break;
	return i;
}

static void
rehash(struct crm_intern *t)
{
	t->nslots = t->nslots ? t->nslots * 2 : 64;
	free(t->slot);
	t->slot = crm_calloc(t->nslots, sizeof(*t->slot));
	for (uint32_t id = 1; id < t->n; id++) {
		uint64_t h = crm_hash_bytes(crm_intern_str(t, id), 1);
		size_t i = h & (t->nslots - 1);
		while (t->slot[i])
			i = (i + 1) & (t->nslots - 1);
		t->slot[i] = (h >> 32 << 32) | id;
	}
}

uint32_t
crm_intern_find(const struct crm_intern *t, struct crm_str s)
{
	if (t->n == 0)
		return 0;
	return (uint32_t)t->slot[place(t, s, crm_hash_bytes(s, 1))];
}

uint32_t
crm_intern_put(struct crm_intern *t, struct crm_str s, bool *fresh)
{
	if (t->n == 0)
		t->n = 1;
	if (t->n * 10 >= t->nslots * 7)
		rehash(t);
	uint64_t h = crm_hash_bytes(s, 1);
	size_t at = place(t, s, h);
	if (fresh)
		*fresh = t->slot[at] == 0;
	if (t->slot[at])
		return (uint32_t)t->slot[at];
	uint32_t id = (uint32_t)t->n++;
	crm_grow(&t->at, &t->cap, t->n, sizeof(*t->at));
	crm_grow(&t->data, &t->room, t->used + s.n + 8, 1);
	t->at[id] = (struct crm_interned){ (uint32_t)(t->used / 4),
		(uint32_t)s.n };
	memcpy(t->data + t->used, s.n ? s.p : "", s.n);
	t->used += (s.n + 3) / 4 * 4;
	t->slot[at] = (h >> 32 << 32) | id;
	return id;
}

void
crm_intern_release(struct crm_intern *t)
{
	free(t->data);
	free(t->at);
	free(t->slot);
	memset(t, 0, sizeof(*t));
}
