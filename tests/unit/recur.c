#include "base/mem.h"
#include "base/recur.h"
#include "base/time.h"
#include "tables.h"

static const struct crm_zone *athens;

/* "START RULE": the first twelve times, and … where there are more; with
 * "after TIME" in front those from then on. */
static void
repeat(struct crm_str in, struct crm_buf *out, void *arg CRM_UNUSED)
{
	struct crm_recur *r = crm_alloc(sizeof(*r));
	struct crm_recur_iter it = { 0 };
	int64_t start, from = INT64_MIN, t;
	int off;
	bool zoned;
	struct crm_str w = table_word(&in);
	if (crm_str_is(w, "after")) {
		w = table_word(&in);
		ok(crm_datetime_parse(w, &from, &zoned, &off), "a time");
		w = table_word(&in);
	}
	if (!crm_datetime_parse(w, &start, &zoned, &off) ||
	    !crm_recur_parse(in, r)) {
		crm_buf_z(out, "refused");
		free(r);
		return;
	}
	crm_recur_begin(&it, r, start, athens, from);
	for (int n = 0; crm_recur_next(&it, &t); n++) {
		struct crm_buf b = { 0 };
		if (n)
			crm_buf_c(out, ' ');
		if (n == 12) {
			crm_buf_z(out, "…");
			break;
		}
		crm_time_format(&b, t);
		crm_buf_add(out, b.p, b.n - 1);
		if (b.n > 4 && !memcmp(b.p + b.n - 4, ":00Z", 4))
			out->n -= 3;
		crm_buf_release(&b);
	}
	crm_recur_release(&it);
	free(r);
}

int
main(void)
{
	if (crm_zone_get(CRM_STR("Europe/Athens"), &athens, NULL))
		return 1;
	table_run("tests/tables/recur.test", repeat, NULL);
	return tap_end();
}
