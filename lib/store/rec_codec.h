/* How a record lies in the store: a header, the offsets of its top-level
 * values, the canonical text. See lib/store/README.md, "Values". */
#ifndef CRM_REC_CODEC_H
#define CRM_REC_CODEC_H

#include "base/base.h"
#include "base/buf.h"
#include "model/record.h"

/* A record's number: type 16 bits, sequence 43, part 5. */
#define CRM_NO(type, seq) ((uint64_t)(type) << 48 | (uint64_t)(seq) << 5)
#define CRM_NO_TYPE(no) ((unsigned)((no) >> 48))
#define CRM_NO_SEQ(no) ((no) >> 5 & UINT64_C(0x7ffffffffff))
#define CRM_SEQ_MAX UINT64_C(0x7ffffffffff)

enum {
	CRM_VAL_HEAD = 16,	/* bytes before the offsets */
	CRM_VAL_WHOLE = 2000,	/* longer values are cut into parts … */
	CRM_VAL_PART = 1340,	/* … of at most this size … */
	CRM_VAL_PARTS = 32,	/* … at most so many; else one value again */
	CRM_SHAPE_NONE = 0xffff	/* no shape stored: the text is scanned */
};

struct crm_val {	/* a stored value taken apart; views into its bytes */
	bool first;	/* the image of its insertion: nothing lies before */
	bool wide;	/* offsets of 4 bytes */
	uint8_t state;	/* enum crm_state */
	uint8_t parts;	/* 1.. */
	uint16_t shape;
	uint64_t rev, into;
	const uint8_t *body;	/* offsets, then text */
	size_t nbody;
};

/* Takes a whole value (all its parts joined) of record `no` apart. False where
 * the checksum or the form is wrong. */
bool crm_val_decode(uint64_t no, const void *p, size_t n,
    struct crm_val *out) CRM_MUST;
/* The number of parts, from the first part alone. */
unsigned crm_val_parts(const void *p, size_t n);
/* Appends the value; `parts` is reckoned here. The body is given in two
 * pieces. */
void crm_val_encode(struct crm_buf *out, uint64_t no, const struct crm_val *v,
    struct crm_str offs, struct crm_str text);
/* The same where there is room for it: the value's size, and its bytes. */
size_t crm_val_size(const struct crm_val *v, struct crm_str offs,
    struct crm_str text);
void crm_val_write(uint8_t *to, uint64_t no, const struct crm_val *v,
    struct crm_str offs, struct crm_str text);
/* Size of part i of `parts` of a value of n bytes. */
size_t crm_val_part_size(size_t n, unsigned parts, unsigned i);

#endif
