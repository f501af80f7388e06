/* Distinct byte strings as small numbers, from 1 in the order of arrival; 0 is
 * "none". The numbers never decide a result, only which value is meant. */
#ifndef CRM_MATCH_INTERN_H
#define CRM_MATCH_INTERN_H

#include "base/base.h"

struct crm_intern {	/* zeroed is a valid empty one */
	char *data;
	size_t used, room;
	struct crm_interned {
		uint32_t off;	/* in units of 4 bytes into data */
		uint32_t len;
	} *at;			/* by number; [0] unused */
	size_t n, cap;		/* n counts number 0 */
	uint64_t *slot;	/* high half of the hash, number */
	size_t nslots;
};

/* The number of s, given out now where s is new (*fresh). */
uint32_t crm_intern_put(struct crm_intern *t, struct crm_str s, bool *fresh);
/* The number of s, or 0. */
uint32_t crm_intern_find(const struct crm_intern *t, struct crm_str s);
void crm_intern_release(struct crm_intern *t);

/* The bytes of a number, aligned to 4; valid until the next put. */
static inline struct crm_str
crm_intern_str(const struct crm_intern *t, uint32_t id)
{
	return (struct crm_str){ t->data + (size_t)t->at[id].off * 4,
	    t->at[id].len };
}

/* 64 bits of hash that are the same in every run (Steele & Vigna's mixers). */
static inline uint64_t
crm_mix64(uint64_t z)
{
	z += 0x9e3779b97f4a7c15u;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}
uint64_t crm_hash_bytes(struct crm_str s, uint64_t seed);

#endif
