/* A spool gives back what it got, from memory and from its file. */
#include "tap.h"

#include "base/spool.h"

static void
round_trip(size_t pieces, size_t size, const char *title)
{
	struct crm_spool s = { 0 };
	struct crm_err err = { 0 };
	struct crm_buf want = { 0 };
	struct crm_str got;
	bool good = true;
	for (size_t i = 0; i < pieces; i++) {
		crm_buf_clear(&want);
		for (size_t k = 0; k < i % size; k++)
			crm_buf_c(&want, (char)(i + k));
		good &= !crm_spool_add(&s, crm_buf_view(&want), &err);
	}
	for (int round = 0; round < 2; round++) {
		good &= !crm_spool_rewind(&s, &err);
		for (size_t i = 0; i < pieces && good; i++) {
			crm_buf_clear(&want);
			for (size_t k = 0; k < i % size; k++)
				crm_buf_c(&want, (char)(i + k));
			good &= !crm_spool_next(&s, &got, &err) &&
			    crm_str_eq(got, crm_buf_view(&want));
		}
		good &= crm_spool_next(&s, &got, &err) == CRM_NOTFOUND;
	}
	ok(good, "%s", title);
	crm_spool_release(&s);
	crm_buf_release(&want);
}

int
main(void)
{
	round_trip(0, 1, "nothing");
	round_trip(1000, 50, "in memory");
	round_trip(40000, 1500, "30 MB through the file");
	round_trip(300, 100000, "pieces of 100 kB");
	return tap_end();
}
