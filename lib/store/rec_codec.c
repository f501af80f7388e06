#include "store/rec_codec.h"

#include "base/hash.h"

enum { FORMAT_NARROW = 1, FORMAT_WIDE = 2 };

/* The checksum covers the number and all of the value but itself. */
static uint32_t
checksum(uint64_t no, const uint8_t *p, size_t n)
{
	uint8_t head[12];
	memcpy(head, &no, 8);
	memcpy(head + 8, p, 4);
	return crm_crc32c(crm_crc32c(0, head, sizeof(head)), p + 8, n - 8);
}

unsigned
crm_val_parts(const void *p, size_t n)
{
	return n >= 2 ? (((const uint8_t *)p)[1] >> 3) + 1u : 1;
}

bool
crm_val_decode(uint64_t no, const void *data, size_t n, struct crm_val *v)
{
	const uint8_t *p = data;
	uint32_t crc;
	if (n < CRM_VAL_HEAD || (p[0] != FORMAT_NARROW && p[0] != FORMAT_WIDE))
		return false;
	memcpy(&crc, p + 4, 4);
	if (crc != checksum(no, p, n))
		return false;
	v->wide = p[0] == FORMAT_WIDE;
	v->first = p[1] & 1;
	v->state = p[1] >> 1 & 3;
	v->parts = (uint8_t)crm_val_parts(p, n);
	memcpy(&v->shape, p + 2, 2);
	memcpy(&v->rev, p + 8, 8);
	size_t head = CRM_VAL_HEAD;
	v->into = 0;
	if (v->state == CRM_MERGED) {
		if (n < head + 8)
			return false;
		memcpy(&v->into, p + head, 8);
		head += 8;
	}
	v->body = p + head;
	v->nbody = n - head;
	return true;
}

static unsigned
parts_for(size_t n)
{
	if (n <= CRM_VAL_WHOLE)
		return 1;
	size_t parts = (n + CRM_VAL_PART - 1) / CRM_VAL_PART;
	return parts <= CRM_VAL_PARTS ? (unsigned)parts : 1;
}

size_t
crm_val_size(const struct crm_val *v, struct crm_str offs, struct crm_str text)
{
	return CRM_VAL_HEAD + (v->state == CRM_MERGED ? 8u : 0u) + offs.n +
	    text.n;
}

void
crm_val_write(uint8_t *p, uint64_t no, const struct crm_val *v,
    struct crm_str offs, struct crm_str text)
{
	bool merged = v->state == CRM_MERGED;
	size_t n = crm_val_size(v, offs, text);
	size_t head = CRM_VAL_HEAD;
	p[0] = v->wide ? FORMAT_WIDE : FORMAT_NARROW;
	p[1] = (uint8_t)(v->first | v->state << 1 | (parts_for(n) - 1) << 3);
	memcpy(p + 2, &v->shape, 2);
	memcpy(p + 8, &v->rev, 8);
	if (merged) {
		memcpy(p + head, &v->into, 8);
		head += 8;
	}
	if (offs.n)
		memcpy(p + head, offs.p, offs.n);
	if (text.n)
		memcpy(p + head + offs.n, text.p, text.n);
	uint32_t crc = checksum(no, p, n);
	memcpy(p + 4, &crc, 4);
}

void
crm_val_encode(struct crm_buf *out, uint64_t no, const struct crm_val *v,
    struct crm_str offs, struct crm_str text)
{
	size_t n = crm_val_size(v, offs, text);
	crm_val_write((uint8_t *)crm_buf_room(out, n), no, v, offs, text);
	out->n += n;
}

size_t
crm_val_part_size(size_t n, unsigned parts, unsigned i)
{
	size_t each = (n + parts - 1) / parts;
	return i + 1 < parts ? each : n - each * (parts - 1);
}
