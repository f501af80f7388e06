#include "report/rfm.h"

#include "base/mem.h"

struct ranked {
	int64_t v;
	size_t i;
};

static int
by_value(const void *va, const void *vb)
{
	const struct ranked *a = va, *b = vb;
	return (a->v > b->v) - (a->v < b->v);
}

void
crm_rfm_quintiles(const int64_t *v, size_t n, uint8_t *score)
{
	if (n == 0)
		return;
	struct ranked *r = crm_calloc(n, sizeof(*r));
	for (size_t i = 0; i < n; i++)
		r[i] = (struct ranked){ v[i], i };
	qsort(r, n, sizeof(*r), by_value);
	for (size_t i = 0, j; i < n; i = j) {
		for (j = i + 1; j < n && r[j].v == r[i].v; j++)
			;
		size_t q = 1 + 5 * (i + j) / 2 / n;
		for (size_t k = i; k < j; k++)
			score[r[k].i] = (uint8_t)(q > 5 ? 5 : q);
	}
	free(r);
}
