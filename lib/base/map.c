#include "base/map.h"

#include <sys/random.h>

#include "base/hash.h"

static uint64_t
hash_key(struct crm_str key)
{
	static uint8_t secret[16];
	static bool made;
	if (!made) {
		/* A failure leaves zeroes: slower under attack, still right. */
		ssize_t r = getrandom(secret, sizeof(secret), 0);
		(void)r;
		made = true;
	}
	return crm_siphash(secret, key.p, key.n);
}

static size_t
find_slot(const struct crm_map *m, struct crm_str key, uint64_t h)
{
	size_t mask = m->nslots - 1;
	size_t i = (size_t)h & mask;
	while (m->slot[i]) {
		const struct crm_map_entry *e = &m->e[m->slot[i] - 1];
		if (e->hash == h && crm_str_eq(e->key, key))
			break;
		i = (i + 1) & mask;
	}
	return i;
}

struct crm_map_entry *
crm_map_get(const struct crm_map *m, struct crm_str key)
{
	if (m->n == 0)
		return NULL;
	size_t i = find_slot(m, key, hash_key(key));
	return m->slot[i] ? &m->e[m->slot[i] - 1] : NULL;
}

static void
rehash(struct crm_map *m)
{
	m->nslots = m->nslots ? m->nslots * 2 : 16;
	free(m->slot);
	m->slot = crm_calloc(m->nslots, sizeof(*m->slot));
	for (size_t k = 0; k < m->n; k++) {
		size_t i = (size_t)m->e[k].hash & (m->nslots - 1);
		while (m->slot[i])
			i = (i + 1) & (m->nslots - 1);
		m->slot[i] = (uint32_t)k + 1;
	}
}

struct crm_map_entry *
crm_map_put(struct crm_map *m, struct crm_str key, bool *fresh)
{
	if ((m->n + 1) * 4 > m->nslots * 3)
		rehash(m);
	uint64_t h = hash_key(key);
	size_t i = find_slot(m, key, h);
	if (fresh)
		*fresh = m->slot[i] == 0;
	if (m->slot[i])
		return &m->e[m->slot[i] - 1];
	crm_grow(&m->e, &m->cap, m->n + 1, sizeof(*m->e));
	struct crm_map_entry *e = &m->e[m->n++];
	*e = (struct crm_map_entry){ .key = crm_arena_str(&m->keys, key),
		.hash = h };
	m->slot[i] = (uint32_t)m->n;
	return e;
}

void
crm_map_clear(struct crm_map *m)
{
	m->n = 0;
	if (m->slot)
		memset(m->slot, 0, m->nslots * sizeof(*m->slot));
	crm_arena_clear(&m->keys);
}

void
crm_map_release(struct crm_map *m)
{
	free(m->e);
	free(m->slot);
	crm_arena_release(&m->keys);
	*m = (struct crm_map){ 0 };
}
