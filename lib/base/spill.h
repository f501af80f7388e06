/* Keys of records, made in chunks by several threads and read back in parts:
 * a key's first byte is its part. In memory up to a limit, the rest in a
 * temporary file without a name. What comes back does not depend on what was
 * where. */
#ifndef CRM_SPILL_H
#define CRM_SPILL_H

#include "base/base.h"
#include "base/err.h"

enum { CRM_SPILL_PARTS = 256 };

struct crm_spilled {
	uint32_t rec, hi, lo;	/* hi, lo: the key's halves */
};

static inline uint64_t
crm_spilled_key(const struct crm_spilled *e)
{
	return (uint64_t)e->hi << 32 | e->lo;
}

struct crm_spill;

/* limit: bytes of memory; dir as for crm_temp_open, borrowed. */
struct crm_spill *crm_spill_new(size_t chunks, uint64_t limit,
    const char *dir);
void crm_spill_free(struct crm_spill *s);
/* The keys of a chunk, in the order of its records; e is taken over. Each
 * chunk once, by any thread. */
void crm_spill_put(struct crm_spill *s, size_t chunk, struct crm_spilled *e,
    size_t n);
/* The keys of a part, chunk after chunk, in memory of the caller's own; *n of
 * them. By any thread, after the last put; a part's memory is given back with
 * the last of the parts. */
struct crm_spilled *crm_spill_part(struct crm_spill *s, size_t part, size_t *n);
/* What went wrong on any thread: SYSTEM or FULL, match.spill. */
enum crm_status crm_spill_status(const struct crm_spill *s,
    struct crm_err *err) CRM_MUST;

#endif
