/* String similarity on bytes, at most 64 of them (longer strings are cut):
 * Latin forms are ASCII almost always. */
#ifndef CRM_MATCH_SIMILAR_H
#define CRM_MATCH_SIMILAR_H

#include "base/base.h"

/* For tables of which only the entries that were written are read: not worth
 * clearing at every call, as the compiler otherwise does. */
#define CRM_MATCH_RAW __attribute__((uninitialized))

/* Optimal string alignment distance (Damerau 1964, each part edited once), by
 * Hyyrö's bit vectors (2003). */
unsigned crm_osa(struct crm_str a, struct crm_str b);
/* The same where it is at most max; else any number above max, mostly without
 * looking at the order of the bytes. */
unsigned crm_osa_within(struct crm_str a, struct crm_str b, unsigned max);
/* Jaro-Winkler (Winkler 1990; prefix 4, scale 0.1, from 0.7) in thousandths:
 * 1000 equal, 0 nothing shared. */
unsigned crm_jaro_winkler(struct crm_str a, struct crm_str b);
/* The same where it is at least `least` (of 700 and more); else any number
 * below it. */
unsigned crm_jaro_winkler_from(struct crm_str a, struct crm_str b,
    unsigned least);

/* What bytes a string has, whatever their order. */
struct crm_letters {
	uint32_t set;	/* hashed to 32 */
	uint32_t spare;	/* bytes that stand in the set before */
};
struct crm_letters crm_letters_of(struct crm_str s);
static inline unsigned
crm_bits32(uint32_t x)
{
	x -= x >> 1 & 0x55555555u;
	x = (x & 0x33333333u) + (x >> 2 & 0x33333333u);
	return ((x + (x >> 4)) & 0x0f0f0f0fu) * 0x01010101u >> 24;
}
/* The most bytes that two strings can have in common: an upper bound. */
static inline unsigned
crm_letters_common(struct crm_letters a, struct crm_letters b)
{
	return crm_bits32(a.set & b.set) +
	    (a.spare < b.spare ? a.spare : b.spare);
}
/* True where one needs more than max edits to become the other: an edit takes
 * away at most one letter and brings at most one. */
static inline bool
crm_letters_far(struct crm_letters a, struct crm_letters b, unsigned max)
{
	return crm_bits32(a.set & ~b.set) > max ||
	    crm_bits32(b.set & ~a.set) > max;
}

#endif
