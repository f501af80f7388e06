/* Pieces come out sorted, the same ones for any limit of memory. */
#include "base/ordered.h"

#include "base/hash.h"
#include "base/mem.h"
#include "tap.h"

enum { N = 20000 };

/* A checksum over the sorted pieces; whether they stood in order. */
static uint64_t
run(size_t limit, size_t *nruns, bool *order, size_t *count)
{
	static const uint8_t key[16] = { 1 };
	struct crm_ordered r = { .limit = limit };
	struct crm_err err = { 0 };
	struct crm_buf b = { 0 }, last = { 0 };
	struct crm_str piece;
	uint32_t seed = 5;
	uint64_t sum[2] = { 0, 0 };
	*order = true;
	for (size_t i = 0; i < N; i++) {
		seed = seed * 1664525 + 1013904223;
		crm_buf_clear(&b);
		crm_buf_printf(&b, "%u", seed >> 18);
		crm_buf_c(&b, '\0');
		crm_ordered_put64(&b, (int64_t)(seed >> 28) - 8);
		*order = !crm_ordered_add(&r, crm_buf_view(&b), &err) && *order;
	}
	for (int round = 0; round < 2; round++) {
		*order = !crm_ordered_begin(&r, &err) && *order;
		crm_buf_clear(&last);
		*count = 0;
		while (crm_ordered_next(&r, &piece, &err) == CRM_OK) {
			*order = *order &&
			    crm_str_cmp(crm_buf_view(&last), piece) <= 0;
			crm_buf_clear(&last);
			crm_buf_str(&last, piece);
			sum[round] = sum[round] * 31 +
			    crm_siphash(key, piece.p, piece.n);
			++*count;
		}
	}
	*nruns = r.nruns;
	*order = *order && sum[0] == sum[1];
	crm_ordered_release(&r);
	crm_buf_release(&b);
	crm_buf_release(&last);
	return sum[0];
}

int
main(void)
{
	static const size_t limits[] = { 1 << 30, 300000, 60000, 5000 };
	uint64_t want = 0;
	for (size_t i = 0; i < CRM_LEN(limits); i++) {
		size_t nruns, count;
		bool order;
		uint64_t got = run(limits[i], &nruns, &order, &count);
		want = i ? want : got;
		ok(order && count == N, "%zu bytes: %zu pieces in order, twice",
		    limits[i], count);
		ok(got == want, "the same pieces");
		ok(i ? nruns > 0 && nruns <= CRM_ORDERED_MERGE : nruns == 0,
		    "%zu files", nruns);
	}
	struct crm_ordered none = { 0 };
	struct crm_str piece;
	ok(crm_ordered_begin(&none, NULL) == CRM_OK &&
	    crm_ordered_next(&none, &piece, NULL) == CRM_NOTFOUND, "nothing");
	crm_ordered_release(&none);
	struct crm_buf b = { 0 };
	static const int64_t v[] = { INT64_MIN, -5, -1, 0, 1, 300, INT64_MAX };
	bool good = true;
	for (size_t i = 0; i < CRM_LEN(v); i++) {
		crm_ordered_put64(&b, v[i]);
		good = good && crm_ordered_get64(b.p + 8 * i) == v[i] &&
		    (i == 0 || memcmp(b.p + 8 * i - 8, b.p + 8 * i, 8) < 0);
	}
	ok(good, "numbers as bytes in their order");
	crm_buf_release(&b);
	return tap_end();
}
