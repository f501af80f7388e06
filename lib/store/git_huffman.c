#include "store/git_huffman.h"

#include <stdlib.h>

struct leaf {
	uint32_t freq;
	uint16_t symbol;
};

static int
by_freq(const void *a, const void *b)
{
	const struct leaf *x = a, *y = b;
	if (x->freq != y->freq)
		return x->freq < y->freq ? -1 : 1;
	return x->symbol < y->symbol ? -1 : x->symbol > y->symbol;
}

/* Most are small: by counting, which keeps the order of symbols. */
static void
sort_leaves(const struct crm_huffman *h, const uint32_t *freq,
    struct leaf *out)
{
	enum { SMALL = 128 };
	uint16_t at[SMALL + 1] = { 0 };
	bool small = true;
	for (size_t i = 0; i < h->n; i++) {
		uint32_t f = freq[h->used[i]];
		small = small && f < SMALL;
		at[f < SMALL ? f + 1 : SMALL]++;
	}
	for (size_t i = 1; small && i <= SMALL; i++)
		at[i] = (uint16_t)(at[i] + at[i - 1]);
	for (size_t i = 0; i < h->n; i++) {
		uint32_t f = freq[h->used[i]];
		out[small ? at[f]++ : i] = (struct leaf){ f, h->used[i] };
	}
	if (!small)
		qsort(out, h->n, sizeof(*out), by_freq);
}

/* a[] holds frequencies, rising; then, in the same places, how deep each leaf
 * lies. On the way: sums of joined nodes, then parents, then depths of inner
 * nodes. */
static void
depths(uint32_t *a, size_t n)
{
	size_t leaf = 2, root = 0;
	a[0] += a[1];
	for (size_t next = 1; next < n - 1; next++) {
		uint32_t sum = 0;
		for (int k = 0; k < 2; k++)
			if (leaf >= n || (root < next && a[root] < a[leaf])) {
				sum += a[root];
				a[root++] = (uint32_t)next;
			} else {
				sum += a[leaf++];
			}
		a[next] = sum;
	}
	a[n - 2] = 0;
	for (size_t i = n - 2; i-- > 0;)
		a[i] = a[a[i]] + 1;
	size_t room = 1, inner = 0, to = n, from = n - 1;
	for (uint32_t depth = 0; room > 0; depth++) {
		for (inner = 0; from > 0 && a[from - 1] == depth; from--)
			inner++;
		for (; room > inner; room--)
			a[--to] = depth;
		room = 2 * inner;
	}
}

/* Shortens what is too long, and lengthens others until the code is full. */
static void
limit(uint32_t count[32], unsigned max)
{
	uint32_t sum = 0;
	for (unsigned i = max + 1; i < 32; i++) {
		count[max] += count[i];
		count[i] = 0;
	}
	for (unsigned i = 1; i <= max; i++)
		sum += count[i] << (max - i);
	for (; sum > UINT32_C(1) << max; sum--) {
		unsigned i = max - 1;
		while (!count[i])
			i--;
		count[i]--;
		count[i + 1] += 2;
		count[max]--;
	}
}

/* RFC 1951 3.2.2. */
static void
make_codes(struct crm_huffman *h)
{
	uint16_t next[17] = { 0 }, count[17] = { 0 };
	for (size_t i = 0; i < h->n; i++)
		count[h->len[h->used[i]]]++;
	for (unsigned i = 1; i < 16; i++)
		next[i + 1] = (uint16_t)((next[i] + count[i]) << 1);
	for (size_t i = 0; i < h->n; i++) {
		uint8_t len = h->len[h->used[i]];
		uint32_t c = next[len]++;
		c = (c & 0x5555) << 1 | (c >> 1 & 0x5555);
		c = (c & 0x3333) << 2 | (c >> 2 & 0x3333);
		c = (c & 0x0f0f) << 4 | (c >> 4 & 0x0f0f);
		c = (c & 0x00ff) << 8 | c >> 8;
		h->code[h->used[i]] = (uint16_t)(c >> (16 - len));
	}
}

void
crm_huffman_given(struct crm_huffman *h, size_t n)
{
	h->n = n;
	for (size_t i = 0; i < n; i++)
		h->used[i] = (uint16_t)i;
	make_codes(h);
}

void
crm_huffman_make(struct crm_huffman *h, const uint32_t *freq, size_t n,
    unsigned max)
{
	struct leaf leaf[CRM_HUFFMAN_MAX + 1];
	uint32_t a[CRM_HUFFMAN_MAX + 1], count[32] = { 0 };
	memset(h->len, 0, sizeof(h->len));
	h->n = 0;
	for (size_t i = 0; i < n; i++) {
		h->used[h->n] = (uint16_t)i;
		h->n += freq[i] != 0;
	}
	sort_leaves(h, freq, leaf);
	for (size_t i = 0; i < h->n; i++)
		a[i] = leaf[i].freq;
	if (h->n > 1)
		depths(a, h->n);
	else
		a[0] = 1;
	for (size_t i = 0; i < h->n; i++)
		count[a[i] < 31 ? a[i] : 31]++;
	if (a[0] > max)
		limit(count, max);
	/* The rarest get the longest. */
	unsigned len = a[0] > max ? max : a[0];
	for (size_t i = 0; i < h->n; i++) {
		while (!count[len])
			len--;
		count[len]--;
		h->len[leaf[i].symbol] = (uint8_t)len;
	}
	make_codes(h);
}
