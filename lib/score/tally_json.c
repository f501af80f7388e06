/* Tallies as JSON: how the parts of a split job come together again. */
#include "format/json.h"
#include "score/rules.h"

static void
add_i64(struct crm_buf *b, int64_t v)
{
	crm_json_comma(b);
	crm_buf_printf(b, "%" PRId64, v);
}

void
crm_tally_write(const struct crm_tally *t, const struct crm_rules *r,
    struct crm_buf *out)
{
	crm_buf_c(out, '[');
	for (size_t i = 0; i < r->nrules; i++) {
		const struct crm_rule_tally *k = &t->rule[i];
		if (k->events == 0)
			continue;
		crm_json_comma(out);
		crm_buf_c(out, '[');
		crm_json_quote(out, r->rule[i].name);
		add_i64(out, k->sum);
		add_i64(out, (int64_t)k->events);
		add_i64(out, k->last == INT64_MIN ? 0 : k->last);
		for (uint32_t j = 0; j < k->nnewest; j++)
			add_i64(out, k->newest[j]);
		crm_buf_c(out, ']');
	}
	crm_buf_c(out, ']');
}

static bool
read_i64(struct crm_json_iter *it, int64_t *out)
{
	struct crm_str none, v;
	if (!crm_json_next(it, &none, &v) || v.n == 0 || v.n > 20)
		return false;
	bool minus = v.p[0] == '-';
	uint64_t u = 0;
	for (size_t i = minus; i < v.n; i++) {
		unsigned d = (unsigned)(v.p[i] - '0');
		if (d > 9 || u > (uint64_t)INT64_MAX / 10 ||
		    (u = u * 10 + d) > INT64_MAX)
			return false;
	}
	*out = minus ? -(int64_t)u : (int64_t)u;
	return v.n > minus;
}

static bool
read_entry(struct crm_tally *t, const struct crm_rules *r, struct crm_str v)
{
	struct crm_json_iter it = crm_json_iter(v);
	struct crm_str none, name;
	if (crm_json_kind(v) != '[' || !crm_json_next(&it, &none, &name) ||
	    !crm_json_is_string(name))
		return false;
	size_t i = 0;
	while (i < r->nrules &&
	    !crm_json_eq(crm_json_inner(name), r->rule[i].name))
		i++;
	int64_t sum, events, last;
	if (i == r->nrules || !read_i64(&it, &sum) || !read_i64(&it, &events) ||
	    events <= 0 || !read_i64(&it, &last))
		return false;
	struct crm_rule_tally *k = &t->rule[i];
	k->sum = sum;
	k->events = (uint64_t)events;
	k->last = r->rule[i].event ? last : INT64_MIN;
	k->nnewest = 0;
	while (k->nnewest < r->rule[i].times &&
	    read_i64(&it, &k->newest[k->nnewest]))
		k->nnewest++;
	return true;
}

enum crm_status
crm_tally_read(struct crm_tally *t, const struct crm_rules *r,
    struct crm_str json, struct crm_err *err)
{
	crm_tally_clear(t);
	struct crm_json_iter it = crm_json_iter(json);
	struct crm_str none, v;
	if (crm_json_kind(json) != '[')
		return crm_err_set(err, CRM_INVALID, "tally.syntax",
		    _("not a partial score"));
	while (crm_json_next(&it, &none, &v))
		if (!read_entry(t, r, v))
			return crm_err_set(err, CRM_INVALID, "tally.rule",
			    _("not of these rules: %.*s"),
			    (int)(v.n < 80 ? v.n : 80), v.p);
	return CRM_OK;
}
