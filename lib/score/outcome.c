#include "score/outcome.h"

#include <strings.h>

#include "format/json.h"
#include "model/contract.h"
#include "score/dataset.h"

static bool
parse_when(struct crm_str val, int64_t *out)
{
	if (!crm_json_is_string(val))
		return false;
	struct crm_str s = crm_json_inner(val);
	int32_t day;
	if (crm_time_parse(s, out))
		return true;
	if (!crm_date_parse(s, &day))
		return false;
	*out = (int64_t)day * CRM_DAY;
	return true;
}

bool
crm_rec_when(const struct crm_rec *r, struct crm_str path, int64_t *out)
{
	struct crm_str val;
	return crm_rec_get(r, path, &val) && parse_when(val, out);
}

/* The newest `at` of stages[] or statuses[]. */
static int64_t
last_change(const struct crm_rec *r, struct crm_str list)
{
	struct crm_str val, none, e, at;
	int64_t last = INT64_MIN, t;
	if (!crm_rec_get(r, list, &val) || crm_json_kind(val) != '[')
		return last;
	struct crm_json_iter it = crm_json_iter(val);
	while (crm_json_next(&it, &none, &e))
		if (crm_json_get(e, CRM_STR("at"), &at) &&
		    parse_when(at, &t) && t > last)
			last = t;
	return last;
}

static bool
text_of(const struct crm_rec *r, struct crm_str path, struct crm_str *out)
{
	struct crm_str val;
	if (!crm_rec_get(r, path, &val) || !crm_json_is_string(val))
		return false;
	*out = crm_json_inner(val);
	return true;
}

enum crm_outcome
crm_outcome_sale(const struct crm_schema *schema, const struct crm_rec *r,
    int64_t *at)
{
	struct crm_str v;
	enum crm_outcome o = CRM_OUTCOME_OPEN;
	bool deal = crm_outcome_kind(r) != CRM_OUTCOME_LEAD &&
	    text_of(r, CRM_STR("stage"), &v);
	*at = INT64_MIN;
	if (deal) {
		const struct crm_stage *s = crm_schema_stage(schema, v);
		if (s && s->kind == CRM_STAGE_WON)
			o = CRM_OUTCOME_YES;
		else if (s && s->kind == CRM_STAGE_LOST)
			o = CRM_OUTCOME_NO;
	} else if (text_of(r, CRM_STR("status"), &v)) {
		if (crm_str_is(v, "converted"))
			o = CRM_OUTCOME_YES;
		else if (crm_str_is(v, "unqualified"))
			o = CRM_OUTCOME_NO;
	}
	if (o == CRM_OUTCOME_OPEN)
		return o;
	if (!crm_rec_when(r, CRM_STR("closed"), at))
		*at = last_change(r, deal ? CRM_STR("stages") :
		    CRM_STR("statuses"));
	return o;
}

int64_t
crm_outcome_begin(const struct crm_rec *r)
{
	static const char *const fields[] = { "opened", "start", "created" };
	int64_t t;
	for (size_t i = 0; i < CRM_LEN(fields); i++)
		if (crm_rec_when(r, crm_str_z(fields[i]), &t))
			return t;
	return INT64_MIN;
}

bool
crm_outcome_contract(const struct crm_rec *r, int32_t today,
    struct crm_contract_life *out)
{
	struct crm_str v;
	int64_t start, end = INT64_MAX;
	if (!crm_rec_when(r, CRM_STR("start"), &start))
		return false;
	bool has_end = crm_rec_when(r, CRM_STR("end"), &end);
	bool status = text_of(r, CRM_STR("status"), &v);
	bool over = status && crm_contract_is_over(v);
	struct crm_str why;
	over = over || crm_rec_get(r, CRM_STR("end_reason"), &why);
	bool renews = crm_rec_get(r, CRM_STR("auto_renew"), &why) &&
	    crm_str_is(why, "true");
	out->start = (int32_t)(start / CRM_DAY);
	out->end = has_end ? (int32_t)(end / CRM_DAY) : today;
	bool active = status && (crm_str_is(v, "active") ||
	    crm_str_is(v, "renewed"));
	out->ended = out->end <= today &&
	    (over || (has_end && !renews && !active));
	return true;
}

enum crm_outcome_kind
crm_outcome_kind(const struct crm_rec *r)
{
	if (r->type && crm_str_is(r->type->name, "lead"))
		return CRM_OUTCOME_LEAD;
	if (r->type && crm_str_is(r->type->name, "contract"))
		return CRM_OUTCOME_CONTRACT;
	return CRM_OUTCOME_DEAL;
}

bool
crm_outcome_field(unsigned kinds, struct crm_str path)
{
	enum { D = CRM_OUTCOME_DEAL, L = CRM_OUTCOME_LEAD,
		C = CRM_OUTCOME_CONTRACT };
	static const struct { const char *name; unsigned kinds; } known[] = {
		{ "stage", D }, { "stages", D }, { "stage_since", D },
		{ "probability", D }, { "close_date", D }, { "loss_reason", D },
		{ "closed", D | L | C }, { "status", L | C },
		{ "statuses", L | C }, { "converted", L }, { "lifecycle", L },
		{ "end", C }, { "end_reason", C },
	};
	for (size_t i = 0; i < CRM_LEN(known); i++)
		if (kinds & known[i].kinds && crm_str_is(path, known[i].name))
			return true;
	return kinds & L && crm_str_starts(path, CRM_STR("converted."));
}

struct crm_outcome_rule
crm_outcome_rule(struct crm_str text)
{
	size_t at = crm_str_chr(text, '=');
	struct crm_outcome_rule u = { .field = crm_str_sub(text, 0, at) };
	if (at < text.n)
		u.value = crm_str_sub(text, at + 1, text.n - at - 1);
	return u;
}

static bool
same_word(struct crm_str a, struct crm_str b)
{
	return a.n == b.n && !strncasecmp(a.p, b.p, a.n);
}

static bool
is_one_of(struct crm_str v, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (same_word(v, crm_str_z(words[i])))
			return true;
	return false;
}

enum crm_outcome
crm_outcome_told(const struct crm_outcome_rule *u, const struct crm_rec *r)
{
	static const char *const yes[] = { "true", "yes", "y", "t", "1", "won",
		"converted", "success" };
	static const char *const no[] = { "false", "no", "n", "f", "0", "lost",
		"unqualified", "failure" };
	struct crm_str raw;
	if (!crm_data_find(r, u->field, &raw) || strchr("n{[",
	    crm_json_kind(raw)))
		return CRM_OUTCOME_OPEN;
	struct crm_buf b = { 0 };
	struct crm_str v = crm_str_trim(crm_json_text_view(raw, &b));
	enum crm_outcome o = CRM_OUTCOME_OPEN;
	if (u->value.p && v.n)
		o = same_word(v, u->value) ? CRM_OUTCOME_YES : CRM_OUTCOME_NO;
	else if (is_one_of(v, yes, CRM_LEN(yes)))
		o = CRM_OUTCOME_YES;
	else if (is_one_of(v, no, CRM_LEN(no)))
		o = CRM_OUTCOME_NO;
	crm_buf_release(&b);
	return o;
}
