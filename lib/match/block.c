/* Blocks. Every atom that 2..CRM_CAP records share makes one. Atoms shared by
 * more are used in pairs of different groups, with the same cap. Keys are made
 * record by record and sorted part by part: past the memory that is allowed
 * they wait in a temporary file. */
#include "match/inner.h"
#include "base/spill.h"

#include <math.h>

enum { PARTS = CRM_SPILL_PARTS, OVER_MAX = 24 };

/* Memory for keys where no limit is given: room for a million records. */
#define USUAL_MEMORY ((uint64_t)768 << 20)

/* Records that two atoms may have in common by mere chance; pairs of atoms with
 * more find strangers, mostly. */
#define BY_CHANCE 0.1

struct vec {
	struct crm_spilled *e;
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
	size_t chunk;		/* records of a chunk */
	struct crm_spill *keys;
	struct crm_blocks part[PARTS];
};

static void
emit(struct vec *x, uint64_t key, uint32_t rec)
{
	crm_grow(&x->e, &x->cap, x->n + 1, sizeof(*x->e));
	x->e[x->n++] = (struct crm_spilled){ rec, (uint32_t)(key >> 32),
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
emit_record(const struct pass *p, struct vec *v, uint32_t rec)
{
	struct crm_atom a[CRM_MAXATOM] CRM_MATCH_RAW;
	size_t n = crm_match_atoms(p->m, rec, a), k = 0, over[OVER_MAX];
	unsigned size[OVER_MAX];
	if (!p->pairs) {
		for (size_t i = 0; i < n; i++)
			emit(v, (a[i].key & ~(uint64_t)127) | i << 1 |
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
				emit(v, crm_mix64(x->key + y->key) &
				    ~(uint64_t)127, rec);
		}
}

static void
emit_chunk(void *arg, unsigned thread, size_t c)
{
	struct pass *p = arg;
	(void)thread;
	struct vec v = { 0 };
	size_t n = p->m->n, from = c * p->chunk, to = from + p->chunk;
	to = to < n ? to : n;
	for (size_t r = from; r < to; r++) {
		/* What a record's atoms are made of is spread over memory. */
		if (r + 12 < to)
			crm_match_fetch(p->m, (uint32_t)r + 12, true);
		if (r + 4 < to)
			crm_match_fetch(p->m, (uint32_t)r + 4, false);
		emit_record(p, &v, (uint32_t)r);
	}
	crm_spill_put(p->keys, c, v.e, v.n);
}

/* Least-significant-digit radix sort on the 33 bits below the part's, then an
 * insertion sort for the rest: nearly nothing is left to do. */
static struct crm_spilled *
sort_keys(struct crm_spilled *a, size_t n)
{
	struct crm_spilled *b = crm_reallocarray(NULL, n + 1, sizeof(*b));
	for (unsigned shift = 23; shift < 56; shift += 11) {
		size_t at[2048] = { 0 }, sum = 0;
		for (size_t i = 0; i < n; i++)
			at[crm_spilled_key(&a[i]) >> shift & 2047]++;
		for (size_t d = 0; d < 2048; d++) {
			size_t k = at[d];
			at[d] = sum;
			sum += k;
		}
		for (size_t i = 0; i < n; i++)
			b[at[crm_spilled_key(&a[i]) >> shift & 2047]++] = a[i];
		struct crm_spilled *t = a;
		a = b;
		b = t;
	}
	free(b);
	for (size_t i = 1; i < n; i++) {
		struct crm_spilled x = a[i];
		size_t j = i;
		while (j && crm_spilled_key(&a[j - 1]) >> 7 >
		    crm_spilled_key(&x) >> 7) {
			a[j] = a[j - 1];
			j--;
		}
		a[j] = x;
	}
	return a;
}

static void
add_block(struct crm_blocks *b, const struct crm_spilled *e, size_t n)
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
run_of(struct pass *p, struct crm_blocks *b, const struct crm_spilled *e, size_t n)
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
sort_part(void *arg, unsigned thread, size_t part)
{
	struct pass *p = arg;
	size_t n;
	(void)thread;
	struct crm_spilled *e = crm_spill_part(p->keys, part, &n);
	e = sort_keys(e, n);
	for (size_t k = 0, end; k < n; k = end) {
		uint64_t key = crm_spilled_key(&e[k]) >> 7;
		for (end = k + 1; end < n &&
		    crm_spilled_key(&e[end]) >> 7 == key; end++)
			;
		if (end - k > 1)
			run_of(p, &p->part[part], e + k, end - k);
	}
	free(e);
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

static enum crm_status
run_pass(struct pass *p, struct crm_blocks *out, struct crm_err *err)
{
	const struct crm_match_opts *o = &p->m->o;
	size_t chunks = (p->m->n + p->chunk - 1) / p->chunk;
	p->keys = crm_spill_new(chunks, o->memory ? o->memory : USUAL_MEMORY,
	    o->tmpdir);
	enum crm_status st = crm_match_parallel(o->threads, chunks, emit_chunk,
	    p, err);
	if (st == CRM_OK)
		st = crm_match_parallel(o->threads, PARTS, sort_part, p, err);
	if (st == CRM_OK)
		st = crm_spill_status(p->keys, err);
	crm_spill_free(p->keys);
	collect(p, out);
	return st;
}

enum crm_status
crm_match_block(struct crm_match *m, struct crm_blocks *out, struct crm_err *err)
{
	struct pass p = { .m = m, .chunk = m->n / 64 };
	p.chunk = p.chunk < 64 ? 64 : p.chunk > 8192 ? 8192 : p.chunk;
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
