/* Prefix codes with a longest length. Private to the mirror's compression. */
#ifndef CRM_GIT_HUFFMAN_H
#define CRM_GIT_HUFFMAN_H

#include "base/base.h"

enum { CRM_HUFFMAN_MAX = 288 };	/* symbols */

struct crm_huffman {
	uint8_t len[CRM_HUFFMAN_MAX];	/* 0: the symbol has none */
	uint16_t code[CRM_HUFFMAN_MAX];	/* its first bit is the lowest */
	uint16_t used[CRM_HUFFMAN_MAX + 1];	/* symbols that have one, rising */
	size_t n;
};
/* A shortest code for n symbols that occur freq[] times, none longer than `max`
 * bits: Moffat and Katajainen, "In-place calculation of minimum-redundancy
 * codes" (1995), with lengths beyond `max` repaired. A single symbol gets one
 * bit. */
void crm_huffman_make(struct crm_huffman *h, const uint32_t *freq, size_t n,
    unsigned max);
/* The canonical codes (RFC 1951 3.2.2) of n symbols whose lengths, none of them
 * 0, are in h->len. */
void crm_huffman_given(struct crm_huffman *h, size_t n);

#endif
