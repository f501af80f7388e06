#include "store/git_deflate.h"

#include <endian.h>
#include <zlib.h>

#include "base/mem.h"
#include "store/git_huffman.h"

enum {
	MIN_MATCH = 4, MAX_MATCH = 258, HASH_BITS = 12,
	END = 256, LITERALS = 286, DISTANCES = 30, LENGTHS = 19
};

struct token {
	uint16_t len, value;	/* len 0: a byte; else value is the distance */
};

struct crm_deflate {
	/* Places are counted through all inputs, so that what an earlier one
	 * left is told from this one's without clearing. */
	uint32_t place[1 << HASH_BITS], base;
	struct token tok[CRM_DEFLATE_MAX];
	size_t n;
	uint32_t lit[LITERALS], dist[DISTANCES];
	uint64_t extra;		/* bits beside the codes */
	struct crm_huffman hl, hd, hc;
	struct crm_huffman fixed_lit, fixed_dist;
	uint8_t run[LITERALS + DISTANCES], more[LITERALS + DISTANCES];
	size_t nrun;		/* code lengths as the head tells them */
	size_t nlit, ndist;
};

struct bits {
	uint64_t v;
	unsigned n;
	uint8_t *p;
};

/* With the codes of RFC 1951 3.2.6. */
struct crm_deflate *
crm_deflate_new(void)
{
	struct crm_deflate *d = crm_zalloc(sizeof(*d));
	for (int i = 0; i < 288; i++)
		d->fixed_lit.len[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ?
		    7 : 8;
	memset(d->fixed_dist.len, 5, DISTANCES);
	crm_huffman_given(&d->fixed_lit, 288);
	crm_huffman_given(&d->fixed_dist, DISTANCES);
	return d;
}

void
crm_deflate_free(struct crm_deflate *d)
{
	free(d);
}

/* -- tokens -------------------------------------------------------------------- */

/* RFC 1951 3.2.5: codes go in groups, each with one more bit beside it. */
static unsigned
group_of(unsigned v, unsigned bits, unsigned *extra)
{
	unsigned top = 31 - (unsigned)__builtin_clz(v | 1);
	*extra = top > bits ? top - bits : 0;
	return (*extra << bits) + (v >> *extra);
}

static unsigned
length_code(unsigned len, unsigned *extra)
{
	if (len == MAX_MATCH) {
		*extra = 0;
		return 285;
	}
	return 257 + group_of(len - 3, 2, extra);
}

static unsigned
distance_code(unsigned dist, unsigned *extra)
{
	return group_of(dist - 1, 1, extra);
}

static void
put_match(struct crm_deflate *d, size_t len, size_t dist)
{
	unsigned a, b;
	d->lit[length_code((unsigned)len, &a)]++;
	d->dist[distance_code((unsigned)dist, &b)]++;
	d->extra += a + b;
	d->tok[d->n++] = (struct token){ (uint16_t)len, (uint16_t)dist };
}

static size_t
match(const uint8_t *p, size_t from, size_t at, size_t n)
{
	size_t max = n - at < MAX_MATCH ? n - at : MAX_MATCH, m = 0;
	while (m < max && p[from + m] == p[at + m])
		m++;
	return m;
}

/* The newest place with the same four bytes, taken at once. */
static void
find_tokens(struct crm_deflate *d, const uint8_t *p, size_t n)
{
	uint32_t base = ++d->base;
	d->n = 0;
	for (size_t i = 0; i < n;) {
		uint32_t v, was;
		size_t len = 0;
		if (i + MIN_MATCH <= n) {
			memcpy(&v, p + i, 4);
			v = v * 2654435761u >> (32 - HASH_BITS);
			was = d->place[v];
			d->place[v] = base + (uint32_t)i;
			if (was >= base)
				len = match(p, was - base, i, n);
			if (len >= MIN_MATCH) {
				put_match(d, len, i - (was - base));
				i += len;
				continue;
			}
		}
		d->lit[p[i]]++;
		d->tok[d->n++] = (struct token){ 0, p[i++] };
	}
	d->lit[END]++;
	d->base += (uint32_t)n;
	if (d->base > UINT32_MAX - 2 * CRM_DEFLATE_MAX) {
		memset(d->place, 0, sizeof(d->place));
		d->base = 0;
	}
}

/* -- bits ---------------------------------------------------------------------- */

static inline void
put(struct bits *b, uint32_t v, unsigned n)
{
	uint64_t low;
	b->v |= (uint64_t)v << b->n;
	b->n += n;
	low = htole64(b->v);
	memcpy(b->p, &low, sizeof(low));
	b->p += b->n >> 3;
	b->v >>= b->n & 56;
	b->n &= 7;
}

static void
put_tokens(const struct crm_deflate *d, const struct crm_huffman *hl,
    const struct crm_huffman *hd, struct bits *b)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct token *t = &d->tok[i];
		unsigned extra, c;
		if (!t->len) {
			put(b, hl->code[t->value], hl->len[t->value]);
			continue;
		}
		c = length_code(t->len, &extra);
		put(b, hl->code[c], hl->len[c]);
		put(b, (t->len - 3u) & ((1u << extra) - 1), extra);
		c = distance_code(t->value, &extra);
		put(b, hd->code[c], hd->len[c]);
		put(b, (t->value - 1u) & ((1u << extra) - 1), extra);
	}
	put(b, hl->code[END], hl->len[END]);
}

/* -- the head of a block with codes of its own --------------------------------- */

static void
add_run(struct crm_deflate *d, uint8_t symbol, size_t more,
    uint32_t freq[LENGTHS])
{
	d->run[d->nrun] = symbol;
	d->more[d->nrun++] = (uint8_t)more;
	freq[symbol]++;
}

/* 3.2.7: 16 repeats the last length, 17 and 18 are runs of zeroes. */
static void
add_runs(struct crm_deflate *d, uint8_t len, size_t n, uint32_t freq[LENGTHS])
{
	if (len && n) {
		add_run(d, len, 0, freq);
		n--;
	}
	while (n >= 3) {
		size_t most = len ? 6 : n < 11 ? 10 : 138;
		size_t k = n < most ? n : most;
		add_run(d, len ? 16 : k > 10 ? 18 : 17, k - (k > 10 && !len ?
		    11 : 3), freq);
		n -= k;
	}
	for (; n; n--)
		add_run(d, len, 0, freq);
}

/* The lengths of both codes as one row; returns the bits of the head. */
static size_t
plan_head(struct crm_deflate *d)
{
	uint8_t all[LITERALS + DISTANCES];
	uint32_t freq[LENGTHS] = { 0 };
	size_t from = 0, bits = 14 + 3 * LENGTHS;
	for (d->nlit = LITERALS; !d->hl.len[d->nlit - 1]; d->nlit--)
		;
	for (d->ndist = DISTANCES; d->ndist > 1 && !d->hd.len[d->ndist - 1];
	    d->ndist--)
		;
	memcpy(all, d->hl.len, d->nlit);
	memcpy(all + d->nlit, d->hd.len, d->ndist);
	d->nrun = 0;
	for (size_t i = 1; i <= d->nlit + d->ndist; i++)
		if (i == d->nlit + d->ndist || all[i] != all[from]) {
			add_runs(d, all[from], i - from, freq);
			from = i;
		}
	crm_huffman_make(&d->hc, freq, LENGTHS, 7);
	for (size_t i = 0; i < LENGTHS; i++)
		bits += (size_t)freq[i] * (d->hc.len[i] + (i < 16 ? 0u : i ==
		    16 ? 2u : i == 17 ? 3u : 7u));
	return bits;
}

static void
put_head(const struct crm_deflate *d, struct bits *b)
{
	static const uint8_t order[LENGTHS] = { 16, 17, 18, 0, 8, 7, 9, 6, 10,
		5, 11, 4, 12, 3, 13, 2, 14, 1, 15 };
	size_t k = LENGTHS;
	while (k > 4 && !d->hc.len[order[k - 1]])
		k--;
	put(b, (uint32_t)(d->nlit - 257), 5);
	put(b, (uint32_t)(d->ndist - 1), 5);
	put(b, (uint32_t)(k - 4), 4);
	for (size_t i = 0; i < k; i++)
		put(b, d->hc.len[order[i]], 3);
	for (size_t i = 0; i < d->nrun; i++) {
		uint8_t s = d->run[i];
		put(b, d->hc.code[s], d->hc.len[s]);
		if (s >= 16)
			put(b, d->more[i], s == 16 ? 2 : s == 17 ? 3 : 7);
	}
}

/* -- all ----------------------------------------------------------------------- */

/* Only what is used is looked at. */
static uint64_t
cost(const uint32_t *freq, const struct crm_huffman *used,
    const struct crm_huffman *h)
{
	uint64_t bits = 0;
	for (size_t i = 0; i < used->n; i++)
		bits += (uint64_t)freq[used->used[i]] * h->len[used->used[i]];
	return bits;
}

static void
put_stored(struct bits *b, struct crm_str in)
{
	put(b, 1, 3);
	put(b, 0, (8 - b->n) & 7);
	put(b, (uint32_t)in.n & 0xffff, 16);
	put(b, ~(uint32_t)in.n & 0xffff, 16);
	memcpy(b->p, in.p, in.n);
	b->p += in.n;
}

static void
put_block(struct crm_deflate *d, struct crm_str in, struct bits *b)
{
	const struct crm_huffman *fl = &d->fixed_lit, *fd = &d->fixed_dist;
	crm_huffman_make(&d->hl, d->lit, LITERALS, 15);
	crm_huffman_make(&d->hd, d->dist, DISTANCES, 15);
	uint64_t own = plan_head(d) + d->extra + cost(d->lit, &d->hl, &d->hl) +
	    cost(d->dist, &d->hd, &d->hd);
	uint64_t fixed = d->extra + cost(d->lit, &d->hl, fl) +
	    cost(d->dist, &d->hd, fd);
	if (in.n * 8 + 32 < own && in.n * 8 + 32 < fixed) {
		put_stored(b, in);
	} else if (own < fixed) {
		put(b, 1 | 2 << 1, 3);
		put_head(d, b);
		put_tokens(d, &d->hl, &d->hd, b);
	} else {
		put(b, 1 | 1 << 1, 3);
		put_tokens(d, fl, fd, b);
	}
}

void
crm_deflate_add(struct crm_deflate *d, struct crm_str in, struct crm_buf *out)
{
	const uint8_t *p = (const uint8_t *)in.p;
	/* A stored block is the worst; bits are written whole bytes ahead. */
	uint8_t *start = (uint8_t *)crm_buf_room(out, in.n + 64);
	struct bits b = { .p = start };
	memset(d->lit, 0, sizeof(d->lit));
	memset(d->dist, 0, sizeof(d->dist));
	d->extra = 0;
	find_tokens(d, p, in.n);
	*b.p++ = 0x78;
	*b.p++ = 0x01;
	put_block(d, in, &b);
	put(&b, 0, (8 - b.n) & 7);
	uint32_t sum = __builtin_bswap32((uint32_t)adler32(adler32(0, NULL, 0),
	    p, (uInt)in.n));
	memcpy(b.p, &sum, 4);
	out->n += (size_t)(b.p + 4 - start);
}
