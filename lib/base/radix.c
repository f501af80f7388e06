#include "base/radix.h"

#include "base/mem.h"

enum { DIGITS = 8, WAYS = 256 };

void
crm_radix_sort(struct crm_radix *v, size_t n)
{
	if (n < 2)
		return;
	size_t (*count)[WAYS] = crm_calloc(DIGITS, sizeof(*count));
	struct crm_radix *from = v, *to = crm_calloc(n, sizeof(*to));
	struct crm_radix *spare = to;
	for (size_t i = 0; i < n; i++)
		for (unsigned d = 0; d < DIGITS; d++)
			count[d][v[i].key >> 8 * d & 0xff]++;
	for (unsigned d = 0; d < DIGITS; d++) {
		size_t *c = count[d], sum = 0;
		if (c[v[0].key >> 8 * d & 0xff] == n)
			continue;
		for (size_t w = 0; w < WAYS; w++) {
			size_t here = c[w];
			c[w] = sum;
			sum += here;
		}
		for (size_t i = 0; i < n; i++)
			to[c[from[i].key >> 8 * d & 0xff]++] = from[i];
		struct crm_radix *swap = from;
		from = to;
		to = swap;
	}
	if (from != v)
		memcpy(v, from, n * sizeof(*v));
	free(spare);
	free(count);
}
