/* One measure of one group: lib/report's own. */
#ifndef CRM_MEASURE_H
#define CRM_MEASURE_H

#include "base/map.h"
#include "report/group.h"

struct crm_acc {
	uint64_t n, among;
	struct crm_dec sum;
	bool over;		/* sum left 38 digits: no figure */
	struct crm_dec *v;	/* quantiles */
	size_t nv, capv;
	struct crm_map *seen;	/* distinct */
	struct crm_buf key, raw;	/* min, max: sort key and text of the best */
};

/* A raw value as a number: numbers, numbers in strings, durations in minutes. */
bool crm_measure_number(struct crm_str raw, struct crm_dec *out);
void crm_acc_release(struct crm_acc *a);
/* A value that a measure of numbers takes. */
void crm_acc_number(struct crm_acc *a, const struct crm_measure *m,
    struct crm_dec v);
/* A raw value for min, max and distinct. */
void crm_acc_raw(struct crm_acc *a, const struct crm_measure *m,
    enum crm_kind kind, struct crm_str raw);
/* Puts the figure into a cell; absent where there is none. digits: of the
 * currency, for money. */
void crm_acc_cell(struct crm_acc *a, const struct crm_measure *m,
    int currency_digits, struct crm_rows *out, size_t row, size_t column);

#endif
