/* Recency, frequency, money in quintiles, 111 (worst) to 555 (best). */
#ifndef CRM_RFM_H
#define CRM_RFM_H

#include "base/base.h"

/* Scores 1..5 for n values, the largest get 5. Tie rule: equal values always
 * share a score, that of the quintile in which the middle of their run of
 * ranks falls: with i of n values smaller and j smaller or equal the score is
 * 1 + floor(5 * (i + j) / 2 / n). So the score depends neither on the order
 * of the input nor on anything but the values; where all are equal it is 3. */
void crm_rfm_quintiles(const int64_t *v, size_t n, uint8_t *score);

#endif
