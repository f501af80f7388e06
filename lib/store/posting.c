#include "store/posting.h"

#include "base/mem.h"

void
crm_u64s_add(struct crm_u64s *l, uint64_t v)
{
	if (l->n == l->cap)
		crm_grow(&l->v, &l->cap, l->n + 1, sizeof(*l->v));
	l->v[l->n++] = v;
}

void
crm_u64s_release(struct crm_u64s *l)
{
	free(l->v);
	*l = (struct crm_u64s){ 0 };
}

static int
cmp_u64(const void *a, const void *b)
{
	uint64_t x, y;
	memcpy(&x, a, 8);
	memcpy(&y, b, 8);
	return (x > y) - (x < y);
}

void
crm_u64s_sort(uint64_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (v[i] < v[i - 1]) {
			qsort(v, n, sizeof(*v), cmp_u64);
			return;
		}
}

/* Where the numbers lie close together they sort themselves as bits; false:
 * they do not, and nothing was done. */
static bool
uniq_by_bits(struct crm_u64s *l)
{
	enum { MANY = 256, SPREAD = 128 };
	uint64_t min = UINT64_MAX, max = 0, low = 0;
	if (l->n < MANY)
		return false;
	for (size_t i = 0; i < l->n; i++) {
		min = l->v[i] < min ? l->v[i] : min;
		max = l->v[i] > max ? l->v[i] : max;
	}
	for (size_t i = 0; i < l->n; i++)
		low |= l->v[i] - min;
	int shift = low ? __builtin_ctzll(low) : 0;
	uint64_t span = ((max - min) >> shift) + 1;
	if (span / SPREAD > l->n)
		return false;
	size_t words = (size_t)(span / 64 + 1), k = 0;
	uint64_t *bits = crm_calloc(words, sizeof(*bits));
	for (size_t i = 0; i < l->n; i++) {
		uint64_t at = (l->v[i] - min) >> shift;
		bits[at / 64] |= UINT64_C(1) << at % 64;
	}
	for (size_t w = 0; w < words; w++)
		for (uint64_t b = bits[w]; b; b &= b - 1)
			l->v[k++] = min + ((w * 64 +
			    (uint64_t)__builtin_ctzll(b)) << shift);
	l->n = k;
	free(bits);
	return true;
}

void
crm_u64s_uniq(struct crm_u64s *l)
{
	size_t i = 1, k = 0;
	while (i < l->n && l->v[i - 1] < l->v[i])
		i++;
	if (i >= l->n || uniq_by_bits(l))
		return;
	crm_u64s_sort(l->v, l->n);
	for (i = 0; i < l->n; i++)
		if (k == 0 || l->v[k - 1] != l->v[i])
			l->v[k++] = l->v[i];
	l->n = k;
}

void
crm_u64s_meet(struct crm_u64s *a, const struct crm_u64s *b)
{
	size_t k = 0, j = 0;
	for (size_t i = 0; i < a->n; i++) {
		while (j < b->n && b->v[j] < a->v[i])
			j++;
		if (j < b->n && b->v[j] == a->v[i])
			a->v[k++] = a->v[i];
	}
	a->n = k;
}

size_t
crm_varint_put(uint8_t *p, uint64_t v)
{
	size_t n = 0;
	while (v >= 0x80) {
		p[n++] = (uint8_t)(v | 0x80);
		v >>= 7;
	}
	p[n++] = (uint8_t)v;
	return n;
}

size_t
crm_varint_get(const uint8_t *p, const uint8_t *end, uint64_t *v)
{
	uint64_t x = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		if (p + shift / 7 >= end)
			return 0;
		uint8_t c = p[shift / 7];
		if (shift == 63 && c > 1)
			return 0;
		x |= (uint64_t)(c & 0x7f) << shift;
		if (!(c & 0x80)) {
			*v = x;
			return shift / 7 + 1;
		}
	}
	return 0;
}

size_t
crm_posting_encode(const uint64_t *item, size_t n, uint8_t *out, size_t *len)
{
	size_t i = 1, fill = 0;
	for (; i < n; i++) {
		uint8_t tmp[10];
		size_t k = crm_varint_put(tmp, item[i] - item[i - 1]);
		if (fill + k > CRM_POSTING_BLOCK)
			break;
		memcpy(out + fill, tmp, k);
		fill += k;
	}
	*len = fill;
	return i;
}

size_t
crm_posting_decode(uint64_t first, const void *data, size_t n, uint64_t *out)
{
	const uint8_t *p = data, *end = p + n;
	if (n > CRM_POSTING_BLOCK)
		return 0;
	size_t k = 0;
	out[k++] = first;
	while (p < end) {
		uint64_t d = *p;
		size_t used = 1;
		if (d < 0x80) {		/* most distances are one byte or two */
		} else if (p + 1 < end && p[1] < 0x80) {
			d = (d & 0x7f) | (uint64_t)p[1] << 7;
			used = 2;
		} else {
			used = crm_varint_get(p, end, &d);
		}
		if (used == 0 || d == 0 || out[k - 1] > UINT64_MAX - d)
			return 0;
		out[k] = out[k - 1] + d;
		k++;
		p += used;
	}
	return k;
}

size_t
crm_posting_count(const void *data, size_t n)
{
	const uint8_t *p = data;
	size_t k = 1, i = 0;
	for (; i + 8 <= n; i += 8) {	/* a byte below 0x80 ends a number */
		uint64_t w;
		memcpy(&w, p + i, 8);
		w = ~w >> 7 & UINT64_C(0x0101010101010101);
		k += (size_t)(w * UINT64_C(0x0101010101010101) >> 56);
	}
	for (; i < n; i++)
		k += p[i] < 0x80;
	return k;
}

/* Merge sort: stable, so that of several changes of one item the last given
 * stays the last. */
static void
sort_ops(struct crm_posting_op *op, struct crm_posting_op *tmp, size_t n)
{
	if (n < 2)
		return;
	size_t h = n / 2, i = 0, j = h, k = 0;
	sort_ops(op, tmp, h);
	sort_ops(op + h, tmp, n - h);
	while (i < h && j < n)
		tmp[k++] = op[i].item <= op[j].item ? op[i++] : op[j++];
	while (i < h)
		tmp[k++] = op[i++];
	while (j < n)
		tmp[k++] = op[j++];
	memcpy(op, tmp, n * sizeof(*op));
}

size_t
crm_posting_sort(struct crm_posting_op *op, size_t n)
{
	bool sorted = true;
	for (size_t i = 1; i < n && sorted; i++)
		sorted = op[i - 1].item <= op[i].item;
	if (!sorted) {
		struct crm_posting_op *tmp = crm_calloc(n, sizeof(*tmp));
		sort_ops(op, tmp, n);
		free(tmp);
	}
	size_t k = 0;
	for (size_t i = 0; i < n; i++) {
		if (k && op[k - 1].item == op[i].item)
			k--;
		op[k++] = op[i];
	}
	return k;
}

size_t
crm_posting_merge(const uint64_t *old, size_t n,
    const struct crm_posting_op *op, size_t nop, uint64_t *out)
{
	size_t i = 0, j = 0, k = 0;
	while (i < n || j < nop) {
		if (j == nop || (i < n && old[i] < op[j].item)) {
			out[k++] = old[i++];
			continue;
		}
		if (i < n && old[i] == op[j].item)
			i++;
		if (!op[j].del)
			out[k++] = op[j].item;
		j++;
	}
	return k;
}
