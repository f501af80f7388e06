/* Which items lists have in common, the rarest counting most. */
#include "base/mem.h"
#include "store/posting.h"
#include "store/rank.h"
#include "tap.h"

struct pair {
	uint64_t item;
	uint32_t weight;
};

static int
by_weight(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

static uint64_t
next(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return *seed >> 33;
}

/* The best by counting in an array. */
static bool
as_counted(uint64_t seed, size_t items, size_t lists, size_t most)
{
	struct crm_rank r;
	struct pair *p = crm_calloc(items, sizeof(*p));
	uint64_t *out = crm_calloc(most + 1, sizeof(*out));
	crm_rank_init(&r, items, items * lists);
	for (size_t i = 0; i < items; i++)
		p[i].item = i;
	for (size_t l = 0; l < lists; l++) {
		uint32_t worth = (uint32_t)(next(&seed) % 200 + 1);
		crm_rank_begin(&r, 1);
		for (size_t i = 0; i < items; i++)
			if (next(&seed) % 3 == 0) {
				crm_rank_add(&r, i, worth);
				p[i].weight += worth;
			}
	}
	qsort(p, items, sizeof(*p), by_weight);
	size_t n = crm_rank_best(&r, most, out), want = 0;
	while (want < items && want < most && p[want].weight)
		want++;
	bool same = n == want;
	for (size_t i = 0; i < n && same; i++)
		same = out[i] == p[i].item;
	crm_rank_release(&r);
	free(out);
	free(p);
	return same;
}

static void
test_long_lists(void)
{
	struct crm_rank r;
	uint64_t out[3];
	size_t many = CRM_RANK_NEW + 10;
	crm_rank_init(&r, 2, 2 + 2 * many);
	crm_rank_begin(&r, 2);
	crm_rank_add(&r, 70001, 100);
	crm_rank_add(&r, 70002, 100);
	crm_rank_begin(&r, many);
	for (uint64_t i = 0; i < many; i++)
		crm_rank_add(&r, i, 300);
	crm_rank_begin(&r, many);
	for (uint64_t i = 0; i < many; i++)
		crm_rank_add(&r, 70002 + i, 5);
	ok(crm_rank_best(&r, 3, out) == 2, "a long list brings in nobody");
	ok(out[0] == 70002, "but weighs those who are there");
	crm_rank_release(&r);
	crm_rank_init(&r, many, many);
	crm_rank_begin(&r, many);
	for (uint64_t i = 0; i < many; i++)
		crm_rank_add(&r, i, 300);
	ok(crm_rank_best(&r, 3, out) == 3, "where it is the only one, it does");
	ok(out[2] == 2, "equal ones by number");
	crm_rank_release(&r);
}

static void
test_counting(void)
{
	static const struct {
		size_t bytes, n;
		uint8_t b[20];
	} t[] = {
		{ 0, 1, { 0 } }, { 1, 2, { 1 } }, { 2, 2, { 0x81, 1 } },
		{ 8, 9, { 1, 1, 1, 1, 1, 1, 1, 0x7f } },
		{ 8, 5, { 0x80, 1, 0xff, 1, 0x90, 1, 0x80, 1 } },
		{ 17, 18, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8 } },
		{ 3, 2, { 0x80, 0x80, 1 } }
	};
	uint64_t out[CRM_POSTING_MAX];
	for (size_t i = 0; i < CRM_LEN(t); i++) {
		ok(crm_posting_count(t[i].b, t[i].bytes) == t[i].n, "numbers in %zu bytes", t[i].bytes);
		ok(crm_posting_decode(7, t[i].b, t[i].bytes, out) == t[i].n, "and read");
	}
	uint8_t broken[2] = { 1, 0x80 };
	ok(crm_posting_decode(7, broken, 2, out) == 0, "a number cut off");
}

int
main(void)
{
	ok(as_counted(1, 0 + 1, 1, 1), "one item");
	ok(as_counted(2, 50, 3, 100), "fewer than are wanted");
	ok(as_counted(3, 3000, 4, 24), "many with equal weights");
	ok(as_counted(4, 1000, 12, 48), "many lists");
	ok(as_counted(5, 1000, 1, 24), "all equal");
	test_long_lists();
	test_counting();
	return tap_end();
}
