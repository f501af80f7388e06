#include "report/kind.h"

#include "base/zone.h"
#include "format/json.h"

const struct crm_report_kind *
crm_report_kind(struct crm_str name)
{
	static const struct crm_report_kind *const kinds[] = {
		&crm_kind_group, &crm_kind_funnel, &crm_kind_cohort,
		&crm_kind_forecast, &crm_kind_quality, &crm_kind_agenda,
		&crm_kind_ledger, &crm_kind_rfm, &crm_kind_basket,
		&crm_kind_campaign, &crm_kind_drift, &crm_kind_slippage,
		&crm_kind_odds, &crm_kind_cac, &crm_kind_adoption,
		&crm_kind_journey, &crm_kind_clv, &crm_kind_free,
		&crm_kind_repeat,
	};
	for (size_t i = 0; i < CRM_LEN(kinds); i++)
		if (crm_str_is(name, kinds[i]->name))
			return kinds[i];
	return NULL;
}

enum crm_status
crm_report_begin(const struct crm_report_kind *k, struct crm_report_run *r,
    struct crm_err *err)
{
	if (k->state)
		r->state = crm_arena_zalloc(&r->mem, k->state);
	return k->begin ? k->begin(r, err) : CRM_OK;
}

bool
crm_rec_text(const struct crm_rec *r, const char *path, struct crm_str *out)
{
	struct crm_str v;
	if (!crm_rec_get(r, crm_str_z(path), &v) || !crm_json_is_string(v) ||
	    v.n == 2)
		return false;
	*out = crm_json_inner(v);
	return true;
}

struct crm_str
crm_rec_keep(struct crm_report_run *run, const struct crm_rec *r,
    const char *path)
{
	struct crm_str v;
	struct crm_buf b = { 0 };
	if (!crm_rec_get(r, crm_str_z(path), &v) || crm_json_kind(v) != '"')
		return (struct crm_str){ 0 };
	crm_json_text(&b, v);
	v = crm_arena_str(&run->mem, crm_buf_view(&b));
	crm_buf_release(&b);
	return v;
}

bool
crm_rec_meeting(const struct crm_report_run *run, const struct crm_rec *r,
    struct crm_span *out)
{
	const struct crm_clock *clock = &run->ctx->clock;
	struct crm_str v;
	struct crm_dec minutes;
	int64_t length = CRM_HOUR;
	int32_t day;
	if (!crm_rec_text(r, "at", &v) ||
	    !crm_value_instant(v, clock, &out->from))
		return false;
	if (crm_date_parse(v, &day)) {
		out->to = crm_zone_midnight(clock->zone, day + 1);
		return true;
	}
	if (crm_rec_get(r, CRM_STR("duration"), &v) && !(crm_dec_parse(v,
	    &minutes) && minutes.scale == 0 && minutes.v >= 0 &&
	    minutes.v < 1000000 && (length = (int64_t)minutes.v * 60 *
	    CRM_SECOND, true)) && (!crm_json_is_string(v) ||
	    !crm_duration_parse(crm_json_inner(v), &length) || length < 0))
		length = CRM_HOUR;
	return !__builtin_add_overflow(out->from, length, &out->to);
}

bool
crm_rec_day(const struct crm_rec *r, const char *path,
    const struct crm_clock *clock, int32_t *out)
{
	struct crm_str v;
	return crm_rec_text(r, path, &v) && crm_value_day(v, clock, out);
}

enum crm_status
crm_rec_money(struct crm_report_run *run, const struct crm_rec *r,
    const char *path, struct crm_dec *out, struct crm_str *currency,
    bool *has, struct crm_err *err)
{
	struct crm_str v;
	*has = false;
	*currency = (struct crm_str){ 0 };
	if (!crm_rec_get(r, crm_str_z(path), &v) || !crm_dec_parse(
	    crm_json_is_string(v) ? crm_json_inner(v) : v, out))
		return CRM_OK;
	crm_rec_text(r, "currency", currency);
	if (run->in.n) {
		int32_t day = crm_zone_day(run->ctx->clock.zone,
		    run->ctx->clock.now);
		if (run->rates_at &&
		    crm_path_get(run->rates_at, r, run->env, &v))
			crm_value_day(v, &run->ctx->clock, &day);
		enum crm_status st = crm_rates_convert(run->rates, *out,
		    *currency, run->in, day, out, err);
		if (st)
			return st;
		*currency = run->in;
	}
	*has = true;
	return CRM_OK;
}

bool
crm_report_param(const struct crm_report *def, const char *key,
    struct crm_str *raw)
{
	struct crm_str params;
	return crm_json_get(def->raw, CRM_STR("params"), &params) &&
	    crm_json_get(params, crm_str_z(key), raw);
}

void
crm_run_days(const struct crm_report_run *r, int32_t *from, int32_t *to)
{
	const struct crm_zone *z = r->ctx->clock.zone;
	*from = r->has_period && r->period.from != INT64_MIN ?
	    crm_zone_day(z, r->period.from) : INT32_MIN / 2;
	*to = r->has_period && r->period.to != INT64_MAX ?
	    crm_zone_day(z, r->period.to - 1) + 1 : INT32_MAX / 2;
}

bool
crm_run_in_period(const struct crm_report_run *r, int32_t day)
{
	int32_t from, to;
	crm_run_days(r, &from, &to);
	return day >= from && day < to;
}
