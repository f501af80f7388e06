/* The rule files of crm-consent: bases, hours of channels, holidays. */
#include "model/consent.h"

static enum crm_status
wrong(struct crm_str what, const char *msg, struct crm_err *err)
{
	return crm_err_field(err, CRM_INVALID, "consent.rules", what, "%s",
	    msg);
}

static bool
flag(struct crm_str val, bool *out)
{
	*out = crm_str_is(val, "true");
	return *out || crm_str_is(val, "false");
}

/* "hours" as of crm_hours_parse, "weekend", "holiday". */
static enum crm_status
channel_rule(struct crm_consent *c, struct crm_str rule, bool *holiday,
    struct crm_err *err)
{
	struct crm_hours week = { 0 };
	struct crm_json_iter it = crm_json_iter(rule);
	struct crm_str key, val;
	enum crm_status st = CRM_OK;
	if (crm_json_kind(rule) != '{')
		return wrong(CRM_STR("channels"), _("an object expected"), err);
	for (int d = 0; d < 7; d++)
		week.day[d][0].to = 1440;
	while (!st && crm_json_next(&it, &key, &val)) {
		bool good = true;
		if (crm_str_is(key, "hours") && crm_json_is_string(val))
			st = crm_hours_parse(crm_json_inner(val), &week,
			    &c->hours, err);
		else if (crm_str_is(key, "weekend"))
			good = flag(val, &c->weekend);
		else if (crm_str_is(key, "holiday"))
			good = flag(val, holiday);
		else
			good = false;
		if (!good)
			st = wrong(key, _("not a rule for a channel"), err);
	}
	return st;
}

/* Those of "*", then the channel's own. */
static enum crm_status
channels(struct crm_consent *c, struct crm_str all, bool *holiday,
    struct crm_err *err)
{
	struct crm_buf name = { 0 };
	struct crm_str rule;
	enum crm_status st = CRM_OK;
	if (crm_json_kind(all) != '{')
		return wrong(CRM_STR("channels"), _("an object expected"), err);
	for (size_t i = 0; i < c->channel.n; i++) {
		char x = c->channel.p[i];
		crm_buf_c(&name, x >= 'A' && x <= 'Z' ? (char)(x | 32) : x);
	}
	if (crm_json_get(all, CRM_STR("*"), &rule))
		st = channel_rule(c, rule, holiday, err);
	if (!st && crm_json_get(all, crm_buf_view(&name), &rule))
		st = channel_rule(c, rule, holiday, err);
	crm_buf_release(&name);
	return st;
}

static enum crm_status
bases(struct crm_str all, struct crm_err *err)
{
	struct crm_json_iter it = crm_json_iter(all), in;
	struct crm_str key, rule, name, val;
	if (crm_json_kind(all) != '{')
		return wrong(CRM_STR("bases"), _("an object expected"), err);
	while (crm_json_next(&it, &key, &rule)) {
		bool good = crm_json_kind(rule) == '{', b;
		in = crm_json_iter(rule);
		while (good && crm_json_next(&in, &name, &val))
			good = crm_str_is(name, "allow") ? flag(val, &b) :
			    crm_str_is(name, "days") && val.n <= 5 &&
			    val.p[0] >= '1' && val.p[0] <= '9' &&
			    crm_str_chr(val, '.') == val.n &&
			    crm_str_chr(val, 'e') == val.n &&
			    crm_str_chr(val, 'E') == val.n;
		if (!good)
			return wrong(key, _("not a rule for a basis"), err);
	}
	return CRM_OK;
}

/* {"GR": ["--03-25", ...]}, "*" for all countries. */
static enum crm_status
holidays(struct crm_consent *c, struct crm_str all, struct crm_err *err)
{
	struct crm_json_iter it = crm_json_iter(all), in;
	struct crm_str key, list, none, val;
	enum crm_status st = CRM_OK;
	if (crm_json_kind(all) != '{')
		return wrong(CRM_STR("holidays"), _("an object expected"), err);
	while (!st && crm_json_next(&it, &key, &list)) {
		in = crm_json_iter(list);
		if (crm_json_kind(list) != '[')
			return wrong(key, _("a list of dates expected"), err);
		if (crm_str_is(key, "*"))
			key = CRM_STR("");
		while (!st && crm_json_next(&in, &none, &val))
			st = crm_json_is_string(val) ?
			    crm_calendar_add_holidays(c->calendar, key,
			    crm_json_inner(val), "", err) :
			    wrong(CRM_STR("holidays"), _("not a date"), err);
	}
	return st;
}

enum crm_status
crm_consent_rules(struct crm_consent *c, struct crm_str text,
    struct crm_err *err)
{
	struct crm_str key, val, days = { NULL, 0 };
	enum crm_status st = CRM_OK;
	bool holiday = false, prefer = true;
	crm_buf_clear(&c->rules);
	crm_buf_str(&c->rules, text);
	if (!c->calendar)
		c->calendar = crm_calendar_new();
	for (int d = 0; d < 7; d++)
		c->hours.day[d][0] = (struct crm_minutes){ 0, 1440 };
	struct crm_json_iter it = crm_json_iter(crm_buf_view(&c->rules));
	while (!st && crm_json_next(&it, &key, &val)) {
		if (crm_str_is(key, "channels"))
			st = channels(c, val, &holiday, err);
		else if (crm_str_is(key, "bases"))
			st = bases(val, err);
		else if (crm_str_is(key, "holidays"))
			days = val;
		else if (!(crm_str_is(key, "preferred_channel") &&
		    flag(val, &prefer)) && !crm_str_is(key, "name") &&
		    !crm_str_is(key, "description"))
			st = wrong(key, _("no such rule"), err);
	}
	c->anyhow = !prefer;
	if (!st && holiday)
		crm_calendar_no_holidays(c->calendar);
	else if (!st && days.p)
		st = holidays(c, days, err);
	return st;
}
