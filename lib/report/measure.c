#include "report/measure.h"

#include "format/json.h"

bool
crm_deal_probability(const struct crm_schema *schema, const struct crm_rec *r,
    struct crm_dec *out)
{
	struct crm_str v;
	if (crm_rec_get(r, CRM_STR("probability"), &v) && crm_dec_parse(
	    crm_json_is_string(v) ? crm_json_inner(v) : v, out))
		return true;
	if (!crm_rec_get(r, CRM_STR("stage"), &v) || !crm_json_is_string(v))
		return false;
	const struct crm_stage *s = crm_schema_stage(schema, crm_json_inner(v));
	if (s)
		*out = (struct crm_dec){ s->probability, 0 };
	return s != NULL;
}

bool
crm_deal_rotting(const struct crm_schema *schema, const struct crm_rec *r,
    const struct crm_clock *clock)
{
	struct crm_str v;
	int64_t since;
	if (!crm_rec_get(r, CRM_STR("stage"), &v) || !crm_json_is_string(v))
		return false;
	const struct crm_stage *s = crm_schema_stage(schema, crm_json_inner(v));
	return s && s->kind == CRM_STAGE_OPEN && s->rot_days &&
	    crm_rec_get(r, CRM_STR("stage_since"), &v) &&
	    crm_value_instant(v, clock, &since) && since < clock->now &&
	    (clock->now - since) / CRM_DAY > s->rot_days;
}

bool
crm_ticket_reopened(const struct crm_rec *r)
{
	struct crm_str list, none, e, v;
	bool was_done = false;
	if (!crm_rec_get(r, CRM_STR("statuses"), &list) ||
	    crm_json_kind(list) != '[')
		return false;
	struct crm_json_iter it = crm_json_iter(list);
	while (crm_json_next(&it, &none, &e)) {
		if (!crm_json_get(e, CRM_STR("status"), &v))
			continue;
		bool done = crm_str_is(v, "\"solved\"") ||
		    crm_str_is(v, "\"closed\"");
		if (was_done && !done)
			return true;
		was_done = done;
	}
	return false;
}

static bool
is_in(struct crm_str list, struct crm_str word)
{
	struct crm_str none, e;
	struct crm_json_iter it = crm_json_iter(list);
	while (crm_json_next(&it, &none, &e))
		if (crm_str_eq(e, word))
			return true;
	return false;
}

bool
crm_rec_time_in(const struct crm_rec *r, struct crm_str history,
    struct crm_str states, const struct crm_office *office, int64_t now,
    int64_t *out)
{
	struct crm_str list, none, e, v;
	int64_t at, since = INT64_MIN;
	*out = 0;
	if (!crm_rec_get(r, history, &list) || crm_json_kind(list) != '[')
		return false;
	struct crm_json_iter it = crm_json_iter(list);
	for (bool more = true; more;) {
		more = crm_json_next(&it, &none, &e);
		at = now;
		if (more && (!crm_json_get(e, CRM_STR("at"), &v) ||
		    !crm_json_is_string(v) ||
		    !crm_time_parse(crm_json_inner(v), &at)))
			continue;
		if (since != INT64_MIN && at > since)
			*out += office ? crm_office_between(office, since, at) :
			    at - since;
		since = more && (crm_json_get(e, CRM_STR("status"), &v) ||
		    crm_json_get(e, CRM_STR("stage"), &v)) &&
		    is_in(states, v) ? at : INT64_MIN;
	}
	return true;
}

bool
crm_measure_number(struct crm_str raw, struct crm_dec *out)
{
	int64_t span;
	struct crm_str s = crm_json_is_string(raw) ? crm_json_inner(raw) : raw;
	if (crm_dec_parse(s, out))
		return true;
	if (!crm_duration_parse(s, &span))
		return false;
	const struct crm_dec one = { 1, 0 }, unit = { 60 * CRM_SECOND, 0 };
	return crm_dec_muldiv((struct crm_dec){ span, 0 }, one, unit, 6,
	    CRM_HALF_EVEN, out);
}

void
crm_acc_release(struct crm_acc *a)
{
	free(a->v);
	if (a->seen)
		crm_map_release(a->seen);
	free(a->seen);
	crm_buf_release(&a->key);
	crm_buf_release(&a->raw);
}

void
crm_acc_number(struct crm_acc *a, const struct crm_measure *m,
    struct crm_dec v)
{
	a->n++;
	if (m->op == CRM_OP_QUANTILE) {
		crm_grow(&a->v, &a->capv, a->nv + 1, sizeof(*a->v));
		a->v[a->nv++] = v;
	} else if (m->op == CRM_OP_MIN || m->op == CRM_OP_MAX) {
		int c = a->n > 1 ? crm_dec_cmp(v, a->sum) : 0;
		if (a->n == 1 || (m->op == CRM_OP_MIN ? c < 0 : c > 0))
			a->sum = v;
	} else if (!crm_dec_add(a->sum, v, &a->sum)) {
		a->over = true;
	}
}

void
crm_acc_raw(struct crm_acc *a, const struct crm_measure *m,
    enum crm_kind kind, struct crm_str raw)
{
	a->n++;
	if (m->op == CRM_OP_DISTINCT) {
		if (!a->seen)
			a->seen = crm_zalloc(sizeof(*a->seen));
		crm_map_put(a->seen, raw, NULL);
		return;
	}
	struct crm_buf key = { 0 };
	crm_sort_key(kind, raw, &key);
	int c = crm_str_cmp(crm_buf_view(&key), crm_buf_view(&a->key));
	if (a->n == 1 || (m->op == CRM_OP_MIN ? c < 0 : c > 0)) {
		crm_buf_clear(&a->key);
		crm_buf_str(&a->key, crm_buf_view(&key));
		crm_buf_clear(&a->raw);
		crm_buf_str(&a->raw, raw);
	}
	crm_buf_release(&key);
}

static int
by_dec(const void *a, const void *b)
{
	return crm_dec_cmp(*(const struct crm_dec *)a,
	    *(const struct crm_dec *)b);
}

/* The percentile with linear interpolation between the neighbours, as SQL's
 * percentile_cont: at position (n - 1) * percent / 100. */
static bool
quantile(struct crm_acc *a, int percent, int digits, struct crm_dec *out)
{
	qsort(a->v, a->nv, sizeof(*a->v), by_dec);
	uint64_t at = (uint64_t)(a->nv - 1) * (uint64_t)percent;
	size_t i = (size_t)(at / 100);
	struct crm_dec rest = { (crm_i128)(at % 100), 0 }, step, part;
	const struct crm_dec hundred = { 100, 0 };
	if (rest.v == 0)
		return crm_dec_rescale(a->v[i], a->v[i].scale > digits ? digits :
		    a->v[i].scale, CRM_HALF_EVEN, out);
	if (!crm_dec_sub(a->v[i + 1], a->v[i], &step) || step.scale > 16 ||
	    !crm_dec_muldiv(step, rest, hundred, step.scale + 2, CRM_HALF_EVEN,
	    &part) || !crm_dec_add(a->v[i], part, out))
		return false;
	return out->scale <= digits ||
	    crm_dec_rescale(*out, digits, CRM_HALF_EVEN, out);
}

static bool
figure(struct crm_acc *a, const struct crm_measure *m, int digits,
    struct crm_dec *out)
{
	const struct crm_dec one = { 1, 0 };
	struct crm_dec n = { (crm_i128)a->n, 0 };
	struct crm_dec among = { (crm_i128)a->among, 0 };
	switch (m->op) {
	case CRM_OP_COUNT:
		*out = n;
		return true;
	case CRM_OP_DISTINCT:
		*out = (struct crm_dec){ a->seen ? (crm_i128)a->seen->n : 0, 0 };
		return true;
	case CRM_OP_RATE:
		return a->among && crm_dec_muldiv(n, one, among, digits,
		    CRM_HALF_EVEN, out);
	case CRM_OP_AVG:
		return a->n && !a->over && crm_dec_muldiv(a->sum, one, n,
		    digits, CRM_HALF_EVEN, out);
	case CRM_OP_QUANTILE:
		return a->n && quantile(a, m->percent, digits, out);
	case CRM_OP_SUM:
		*out = a->sum;
		return a->n && !a->over && (out->scale <= digits ||
		    (m->digits < 0 && !m->weighted) || crm_dec_rescale(*out, digits,
		    CRM_HALF_EVEN, out));
	case CRM_OP_MIN:
	case CRM_OP_MAX:
		*out = a->sum;
		return a->n && a->raw.n == 0;
	case CRM_OP_EXPR:
		break;
	}
	return false;
}

void
crm_acc_cell(struct crm_acc *a, const struct crm_measure *m,
    int currency_digits, struct crm_rows *out, size_t row, size_t column)
{
	struct crm_dec v;
	int digits = m->digits >= 0 ? m->digits : m->money ? currency_digits : 6;
	if (a->raw.n)
		crm_rows_set(out, row, column, crm_buf_view(&a->raw));
	else if (figure(a, m, digits, &v)) {
		if (m->money && v.scale < currency_digits &&
		    !crm_dec_rescale(v, currency_digits, CRM_HALF_EVEN, &v))
			return;
		crm_rows_set_dec(out, row, column, v);
	}
}
