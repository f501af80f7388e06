/* The times of a meeting in a window: one, or those of its `recurrence`. */
#ifndef CRM_REPEAT_H
#define CRM_REPEAT_H

#include "base/recur.h"
#include "report/kind.h"

struct crm_repeat {
	struct crm_recur rule;
	struct crm_recur_iter it;
	const struct crm_zone *zone;	/* the hour is kept in */
	struct crm_span first, window;
	struct crm_str except;	/* JSON array of times left out */
	const struct crm_clock *clock;
	bool repeated, over;
	unsigned n;
};

struct crm_moved {	/* times of series that are records of their own */
	struct crm_moved_time {
		uint64_t series;
		int64_t at;
	} *v;
	size_t n, cap;
	bool sorted;
};
/* Takes a record of such a time down; false for any other. */
bool crm_moved_take(struct crm_moved *m, const struct crm_report_run *run,
    const struct crm_rec *rec);
/* What a series is known by; 0 for a record that is none. */
uint64_t crm_moved_series(const struct crm_rec *rec);
/* Was this time of the series moved? All are taken down. */
bool crm_moved_has(struct crm_moved *m, uint64_t series, int64_t at);

/* False for a record without `at`. The window is of spans that touch it; a
 * rule that cannot be read leaves the one time. At most 1000 come out. */
bool crm_repeat_begin(struct crm_repeat *p, const struct crm_report_run *run,
    const struct crm_rec *rec, int64_t from, int64_t to);
bool crm_repeat_next(struct crm_repeat *p, struct crm_span *out);
void crm_repeat_end(struct crm_repeat *p);

#endif
