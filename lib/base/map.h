/* A hash map from byte strings to 64-bit values (or pointers), keys copied
 * into the map. SipHash-2-4 under a process-wide random key, so that hostile
 * keys cost no more than others; the order of crm_map_at is that of insertion,
 * so results do not depend on the key. */
#ifndef CRM_MAP_H
#define CRM_MAP_H

#include "base/base.h"
#include "base/mem.h"

struct crm_map_entry {
	struct crm_str key;
	uint64_t hash;
	union {
		uint64_t u;
		void *p;
	} v;
};

struct crm_map {	/* zeroed is a valid empty map */
	struct crm_map_entry *e;
	uint32_t *slot;	/* index + 1 into e */
	size_t n, cap, nslots;
	struct crm_arena keys;
};

/* The entry of key, or NULL. */
struct crm_map_entry *crm_map_get(const struct crm_map *m, struct crm_str key);
/* The entry of key, made with value 0 where it was missing (*fresh, which may
 * be NULL, tells). Pointers to entries are valid until the next put. */
struct crm_map_entry *crm_map_put(struct crm_map *m, struct crm_str key,
    bool *fresh);
void crm_map_clear(struct crm_map *m);
void crm_map_release(struct crm_map *m);

#endif
