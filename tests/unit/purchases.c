#include "model/purchases.h"

#include "report/rfm.h"
#include "tap.h"

static void
test_histories(void)
{
	struct crm_purchases ps = { 0 };
	/* any order; two on one day are one; a later day is not seen yet */
	crm_purchases_add(&ps, CRM_STR("zoe"), 100, 50000);
	crm_purchases_add(&ps, CRM_STR("bob"), 117, 297300);
	crm_purchases_add(&ps, CRM_STR("bob"), 100, 293300);
	crm_purchases_add(&ps, CRM_STR("bob"), 313, 100000);
	crm_purchases_add(&ps, CRM_STR("bob"), 313, 49600);
	crm_purchases_add(&ps, CRM_STR("bob"), 445, 264800);
	crm_purchases_add(&ps, CRM_STR("late"), 400, 10000);
	struct crm_customer *c;
	size_t n = crm_purchases_customers(&ps, 372, &c);
	ok(n == 2, "who has not bought yet is no customer");
	same(c[0].id, "bob", "sorted by id");
	ok(c[0].h.x == 2 && c[0].h.tx == 213 && c[0].h.t == 272,
	    "x 2, tx 213, T 272");
	ok(c[0].h.value == (29.73 + 14.96) / 2, "value of the repeat days only");
	ok(c[0].days == 3 && c[0].last == 313 && c[0].total == 740200,
	    "days %u, last %d, total %" PRId64, c[0].days, c[0].last, c[0].total);
	ok(c[1].h.x == 0 && c[1].h.value == 0, "a single purchase");
	free(c);
	crm_purchases_release(&ps);
	n = crm_purchases_customers(&ps, 0, &c);
	ok(n == 0, "nothing in, nothing out");
	free(c);
}

static void
test_quintiles(void)
{
	int64_t v[] = { 50, 10, 40, 20, 30, 60, 70, 100, 90, 80 };
	uint8_t s[10], want[] = { 3, 1, 2, 1, 2, 3, 4, 5, 5, 4 };
	crm_rfm_quintiles(v, 10, s);
	ok(memcmp(s, want, sizeof(want)) == 0, "ten values, two a quintile");
	int64_t t[] = { 1, 1, 1, 1, 1, 1, 1, 1, 2, 9 };
	uint8_t tied[] = { 3, 3, 3, 3, 3, 3, 3, 3, 5, 5 };
	crm_rfm_quintiles(t, 10, s);
	ok(memcmp(s, tied, sizeof(tied)) == 0, "ties share the middle quintile");
	int64_t one[] = { 7 };
	crm_rfm_quintiles(one, 1, s);
	ok(s[0] == 3, "a single value: %d", s[0]);
}

int
main(void)
{
	test_histories();
	test_quintiles();
	return tap_end();
}
