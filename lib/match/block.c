/* Blocks. Every atom that 2..CRM_CAP records share makes one. Atoms shared by
 * more are used in pairs of different groups, with the same cap. Keys are
 * sorted in parts, as many at a time as memory allows; the others are made
 * anew when their turn comes, so that nothing needs to be kept on disk. */
#include "match/inner.h"

#include <math.h>

enum { PARTS = 64, CHUNKS = 64, OVER_MAX = 24 };

/* Records that two atoms may have in common by mere chance; pairs of atoms with
 * more find strangers, mostly. */
#define BY_CHANCE 0.1

struct entry {
	uint32_t rec, hi, lo;	/* hi, lo: the key's halves */
};

struct vec {
	struct entry *e;
	size_t n, cap;
};

/* Which atoms of a record are crowded, a bit each; and how, in steps of four
 * times as many, as three bits of a number. */
struct crowd {
	uint64_t any, step[3];
};

struct pass {
	const struct crm_match *m;
	struct crowd *over;	/* of each record */
	bool wide[15];		/* sums of two steps that make too large blocks */
	bool pairs;		/* second pass */
	size_t from, to;	/* parts of this round */
	struct vec (*v)[PARTS];	/* by chunk and part */
	struct crm_blocks part[PARTS];
};

static inline uint64_t
key_of(const struct entry *e)
{
	return (uint64_t)e->hi << 32 | e->lo;
}

static void
emit(struct pass *p, struct vec v[PARTS], uint64_t key, uint32_t rec)
{
	size_t part = key >> 58;
	if (part < p->from || part >= p->to)
		return;
	struct vec *x = &v[part];
	crm_grow(&x->e, &x->cap, x->n + 1, sizeof(*x->e));
	x->e[x->n++] = (struct entry){ rec, (uint32_t)(key >> 32),
		(uint32_t)key };
}

static unsigned
crowding(const struct crowd *c, size_t atom)
{
	return (unsigned)(c->step[0] >> atom & 1) + 2 *
	    (unsigned)(c->step[1] >> atom & 1) + 4 *
	    (unsigned)(c->step[2] >> atom & 1);
}

/* Low bits of a single atom's key: its number in the record and whether it is
 * strong; of a pair's key: nothing. */
static void
emit_record(struct pass *p, struct vec v[PARTS], uint32_t rec)
{
	struct crm_atom a[CRM_MAXATOM] CRM_MATCH_RAW;
	size_t n = crm_match_atoms(p->m, rec, a), k = 0, over[OVER_MAX];
	unsigned size[OVER_MAX];
	if (!p->pairs) {
		for (size_t i = 0; i < n; i++)
			emit(p, v, (a[i].key & ~(uint64_t)127) | i << 1 |
			    a[i].strong, rec);
		return;
	}
	for (size_t i = 0; i < n && k < OVER_MAX; i++)
		if (p->over[rec].any >> i & 1) {
			size[k] = crowding(&p->over[rec], i);
			over[k++] = i;
		}
	for (size_t i = 0; i < k; i++)
		for (size_t j = i + 1; j < k; j++) {
			const struct crm_atom *x = &a[over[i]], *y = &a[over[j]];
			if (x->group != y->group && !p->wide[size[i] + size[j]])
				emit(p, v, crm_mix64(x->key + y->key) &
				    ~(uint64_t)127, rec);
		}
}

static void
emit_chunk(void *arg, unsigned thread, size_t c)
{
	struct pass *p = arg;
	(void)thread;
	size_t n = p->m->n, from = n * c / CHUNKS, to = n * (c + 1) / CHUNKS;
	for (size_t r = from; r < to; r++) {
		/* What a record's atoms are made of is spread over memory. */
		if (r + 12 < to)
			crm_match_fetch(p->m, (uint32_t)r + 12, true);
		if (r + 4 < to)
			crm_match_fetch(p->m, (uint32_t)r + 4, false);
		emit_record(p, p->v[c], (uint32_t)r);
	}
}

/* Least-significant-digit radix sort on the 33 bits below the part's, then an
 * insertion sort for the rest: nearly nothing is left to do. */
static void
sort_entries(struct vec *v)
{
	struct entry *a = v->e, *b = crm_reallocarray(NULL, v->n + 1,
	    sizeof(*b));
	for (unsigned shift = 25; shift < 58; shift += 11) {
		size_t at[2048] = { 0 }, sum = 0;
		for (size_t i = 0; i < v->n; i++)
			at[key_of(&a[i]) >> shift & 2047]++;
		for (size_t d = 0; d < 2048; d++) {
			size_t k = at[d];
			at[d] = sum;
			sum += k;
		}
		for (size_t i = 0; i < v->n; i++)
			b[at[key_of(&a[i]) >> shift & 2047]++] = a[i];
		struct entry *t = a;
		a = b;
		b = t;
	}
	for (size_t i = 1; i < v->n; i++) {
		struct entry x = a[i];
		size_t j = i;
		while (j && key_of(&a[j - 1]) >> 7 > key_of(&x) >> 7) {
			a[j] = a[j - 1];
			j--;
		}
		a[j] = x;
	}
	v->e = a;
	v->cap = v->n + 1;
	free(b);
}

static void
add_block(struct crm_blocks *b, const struct entry *e, size_t n)
{
	size_t from = b->n;
	crm_grow(&b->member, &b->cap, b->n + n, sizeof(*b->member));
	uint32_t last = UINT32_MAX;
	for (size_t i = 0; i < n; i++)
		if (e[i].rec != last)
			b->member[b->n++] = last = e[i].rec;
	size_t size = b->n - from;
	if (size < 2) {
		b->n = from;
		return;
	}
	for (size_t i = from; i < b->n; i++)
		b->member[i] |= (uint32_t)size * CRM_MAXREC;
	b->member[b->n - 1] |= CRM_BLOCK_LAST;
}

static void
run_of(struct pass *p, struct crm_blocks *b, const struct entry *e, size_t n)
{
	if (n <= CRM_CAP) {
		add_block(b, e, n);
		return;
	}
	if (p->pairs)
		return;
	if (e[0].lo & 1)
		for (size_t i = 0; i + 1 < n; i += CRM_CAP - 1)
			add_block(b, e + i, n - i < CRM_CAP ? n - i : CRM_CAP);
	if (n > p->m->n / 4)
		return;
	unsigned step = 0;
	for (size_t k = CRM_CAP * 4; k < n && step < 7; k *= 4)
		step++;
	for (size_t i = 0; i < n; i++) {
		struct crowd *c = &p->over[e[i].rec];
		uint64_t bit = (uint64_t)1 << (e[i].lo >> 1 & 63);
		__atomic_fetch_or(&c->any, bit, __ATOMIC_RELAXED);
		for (unsigned k = 0; k < 3; k++)
			if (step >> k & 1)
				__atomic_fetch_or(&c->step[k], bit,
				    __ATOMIC_RELAXED);
	}
}

static void
sort_part(void *arg, unsigned thread, size_t i)
{
	struct pass *p = arg;
	struct vec all = { 0 };
	size_t part = p->from + i;
	(void)thread;
	for (size_t c = 0; c < CHUNKS; c++)
		all.n += p->v[c][part].n;
	all.e = crm_reallocarray(NULL, all.n + 1, sizeof(*all.e));
	all.n = 0;
	for (size_t c = 0; c < CHUNKS; c++) {
		struct vec *x = &p->v[c][part];
		if (x->n)
			memcpy(all.e + all.n, x->e, x->n * sizeof(*x->e));
		all.n += x->n;
		free(x->e);
		*x = (struct vec){ 0 };
	}
	sort_entries(&all);
	for (size_t k = 0, end; k < all.n; k = end) {
		for (end = k + 1; end < all.n && key_of(&all.e[end]) >> 7 ==
		    key_of(&all.e[k]) >> 7; end++)
			;
		if (end - k > 1)
			run_of(p, &p->part[part], all.e + k, end - k);
	}
	free(all.e);
}

static void
collect(struct pass *p, struct crm_blocks *out)
{
	size_t n = out->n;
	for (size_t i = 0; i < PARTS; i++)
		n += p->part[i].n;
	out->member = crm_reallocarray(out->member, n + 1,
	    sizeof(*out->member));
	for (size_t i = 0; i < PARTS; i++) {
		struct crm_blocks *b = &p->part[i];
		if (b->n)
			memcpy(out->member + out->n, b->member, b->n *
			    sizeof(*b->member));
		out->n += b->n;
		crm_blocks_release(b);
	}
}

void
crm_blocks_release(struct crm_blocks *b)
{
	free(b->member);
	memset(b, 0, sizeof(*b));
}

/* How many keys a pass makes, from a sample of the records. */
static size_t
expect_keys(const struct pass *p)
{
	size_t n = p->m->n, step = n / 2000 + 1, keys = 0, seen = 0;
	struct crm_atom a[CRM_MAXATOM] CRM_MATCH_RAW;
	for (size_t r = 0; r < n; r += step, seen++) {
		size_t k = crm_match_atoms(p->m, (uint32_t)r, a);
		size_t o = (size_t)__builtin_popcountll(p->over[r].any);
		o = o > OVER_MAX ? OVER_MAX : o;
		keys += p->pairs ? o * o / 2 : k;
	}
	return seen ? keys * (n / seen + 1) : 0;
}

static enum crm_status
run_pass(struct pass *p, struct crm_blocks *out, struct crm_err *err)
{
	enum crm_status st = CRM_OK;
	uint64_t memory = p->m->o.memory ? p->m->o.memory / 2 :
	    (uint64_t)600 << 20;
	uint64_t need = (uint64_t)expect_keys(p) * sizeof(struct entry) * 3 / 2;
	size_t rounds = (size_t)(need / memory) + 1;
	if (rounds > PARTS)
		rounds = PARTS;
	p->v = crm_calloc(CHUNKS, sizeof(*p->v));
	for (size_t i = 0; i < rounds && st == CRM_OK; i++) {
		p->from = PARTS * i / rounds;
		p->to = PARTS * (i + 1) / rounds;
		st = crm_match_parallel(p->m->o.threads, CHUNKS, emit_chunk, p, err);
		if (st == CRM_OK)
			st = crm_match_parallel(p->m->o.threads, p->to - p->from,
			    sort_part, p, err);
	}
	collect(p, out);
	free(p->v);
	return st;
}

enum crm_status
crm_match_block(struct crm_match *m, struct crm_blocks *out, struct crm_err *err)
{
	struct pass p = { .m = m };
	for (unsigned k = 0; k < CRM_LEN(p.wide); k++)
		p.wide[k] = CRM_CAP * CRM_CAP * pow(4, k + 1) >
		    BY_CHANCE * (double)m->n;
	p.over = crm_calloc(m->n + 1, sizeof(*p.over));
	enum crm_status st = run_pass(&p, out, err);
	p.pairs = true;
	if (st == CRM_OK)
		st = run_pass(&p, out, err);
	free(p.over);
	return st;
}
