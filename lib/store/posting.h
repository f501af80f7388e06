/* Posting lists: strictly ascending 64-bit items. A block holds the first one
 * in its key and the distances of the others as varints in its value; a lone
 * one has an empty value. The same codec serves indexes, references and
 * words. */
#ifndef CRM_POSTING_H
#define CRM_POSTING_H

#include "base/base.h"

enum {
	CRM_POSTING_BLOCK = 400,	/* bytes of a block's value, at most */
	CRM_POSTING_MAX = CRM_POSTING_BLOCK + 1	/* items of a block, at most */
};

struct crm_u64s {	/* a growing list of numbers; zeroed is empty */
	uint64_t *v;
	size_t n, cap;
};
void crm_u64s_add(struct crm_u64s *l, uint64_t v);
void crm_u64s_release(struct crm_u64s *l);
/* Sorted, each once. */
void crm_u64s_uniq(struct crm_u64s *l);
/* Keeps of a (sorted) what is in b (sorted) too. */
void crm_u64s_meet(struct crm_u64s *a, const struct crm_u64s *b);
void crm_u64s_sort(uint64_t *v, size_t n);

/* Encodes item[1..] relative to item[0] into out (CRM_POSTING_BLOCK bytes) as
 * far as they fit; *len gets the bytes, the result is the number of items
 * taken (with the first), at least 1 for n >= 1. */
size_t crm_posting_encode(const uint64_t *item, size_t n, uint8_t *out,
    size_t *len);
/* The items of a block into out (CRM_POSTING_MAX places); 0 where the value is
 * no block. */
size_t crm_posting_decode(uint64_t first, const void *p, size_t n,
    uint64_t *out) CRM_MUST;
/* How many items a block's value stands for, without decoding. */
size_t crm_posting_count(const void *p, size_t n);

/* One change of a list. */
struct crm_posting_op {
	uint64_t item;
	bool del;
};
/* Ops in order of items, one an item; later ones of the same item win before. */
size_t crm_posting_sort(struct crm_posting_op *op, size_t n);
/* old (n ascending items) with ops applied, into out (room for n + nop).
 * Adding what is there and removing what is not changes nothing. */
size_t crm_posting_merge(const uint64_t *old, size_t n,
    const struct crm_posting_op *op, size_t nop, uint64_t *out);

/* Varints, 7 bits a byte, low first. Returns the bytes written (at most 10). */
size_t crm_varint_put(uint8_t *p, uint64_t v);
/* Returns the bytes read, 0 where there is no whole varint. */
size_t crm_varint_get(const uint8_t *p, const uint8_t *end, uint64_t *v);

#endif
